package node

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/base/web"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// api is a node that programs talk to. Each who has a token with all roles.
type api struct {
	*course
	*Server
	who   map[string]policy.Actor
	token map[string]string
}

func newAPI(t *testing.T, source string) *api {
	t.Helper()
	a := &api{course: newCourse(t, t.TempDir(), source), token: map[string]string{}}
	var err error
	if a.Server, err = a.course.Serve(true); err != nil {
		t.Fatal(err)
	}
	as := func(name, org string, roles ...string) policy.Actor {
		return policy.Actor{User: id.Derived[id.User]("course", name), Organisation: id.Derived[id.Organisation]("course", org), Roles: roles, Name: name}
	}
	a.who = map[string]policy.Actor{"lena": a.lena, "jonas": a.doctor, "curious": as("Curious", "elsewhere", "caseworker"), "mona": as("Mona", "shelter", "caseworker"),
		"rafa": as("Rafa", "unit", "investigator"), "nobody": as("Nobody", "shelter"), "olga": as("Olga", "watch", "oversight")}
	err = a.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		for name, by := range a.who {
			u := signin.User{ID: by.User.String(), Name: by.Name, Organisation: by.Organisation.String(), Roles: by.Roles, Language: "en", Active: true}
			if err := signin.AddUser(t.Context(), tx, u); err != nil {
				return err
			}
			if len(u.Roles) == 0 {
				continue
			}
			if a.token[name], err = signin.MakeToken(t.Context(), tx, u.ID, u.Roles, courseStart.AddDate(0, 1, 0)); err != nil {
				return err
			}
		}
		for _, rule := range []string{"shared_phone", "shared_recruiter", typology.RuleProtect} {
			if err := typology.Route(t.Context(), tx, rule, a.lena.Organisation); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var keys int

// ask sends a request with JSON. What a call needs is there unless it is given:
// headers of the value "-" are left out.
func (a *api) ask(who, call string, body any, headers ...string) *httptest.ResponseRecorder {
	method, path, _ := strings.Cut(call, " ")
	text, ok := body.(string)
	if !ok && body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		text = string(b)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(text))
	keys++
	defaults := []string{"Authorization", "Bearer " + a.token[who], "Content-Type", "application/json", "Idempotency-Key", "key-" + strconv.Itoa(keys), rest.PurposeHeader, "assistance"}
	if method == http.MethodGet {
		defaults = slices.Delete(defaults, 2, 6)
	}
	all := append(defaults, headers...)
	for i := 0; i+1 < len(all); i += 2 {
		r.Header.Set(all[i], all[i+1])
		if all[i+1] == "-" {
			r.Header.Del(all[i])
		}
	}
	w := httptest.NewRecorder()
	a.Server.ServeHTTP(w, r)
	return w
}

// answered decodes an answer of this status.
func answered[T any](t *testing.T, w *httptest.ResponseRecorder, status int) (out T) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("got %d %s, want %d", w.Code, w.Body, status)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return out
}

func refusedWith(t *testing.T, what string, w *httptest.ResponseRecorder, kind fault.Kind) web.Problem {
	t.Helper()
	var p web.Problem
	err := json.Unmarshal(w.Body.Bytes(), &p)
	if err != nil || w.Code != fault.Status(kind) || p.Code != kind.String() || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: got %d %s, want %v", what, w.Code, w.Body, kind)
	}
	return p
}

const v1 = "/api/v1"

// TestAPIRefuses: what programs may not do, before what they may.
func TestAPIRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		done := a.screen(t, canary, canaryPhone)
		c, referral := v1+"/cases/"+done.Case.ID.String(), v1+"/referrals/"+done.Referrals[0].ID.String()
		signal := v1 + "/signals/" + done.Signal.String()
		deep := strings.Repeat("[", 100_000)
		for _, x := range []struct {
			what, who, call string
			body            any
			kind            fault.Kind
			headers         []string
		}{
			{"no token", "", "GET " + c, nil, fault.Unknown, []string{"Authorization", "-"}},
			{"a bad token", "", "GET " + c, nil, fault.Unknown, []string{"Authorization", "Bearer lod_0000"}},
			{"somebody else's case", "curious", "GET " + c, nil, fault.NotFound, nil},
			{"somebody else's referral", "curious", "GET " + referral, nil, fault.NotFound, nil},
			{"somebody else's signal", "curious", "GET " + signal, nil, fault.NotFound, nil},
			{"a case for a service", "jonas", "GET " + c, nil, fault.NotFound, nil},
			{"a case for an investigator", "rafa", "GET " + c, nil, fault.NotFound, []string{rest.PurposeHeader, "investigation"}},
			{"a list for the wrong role", "jonas", "GET " + v1 + "/cases", nil, fault.Denied, nil},
			{"leads for the wrong role", "jonas", "GET " + v1 + "/leads", nil, fault.NotFound, nil},
			{"a search for the wrong role", "jonas", "POST " + v1 + "/entities/search", `{"text":"Viktor"}`, fault.NotFound, nil},
			{"a first contact by the wrong role", "jonas", "POST " + v1 + "/cases", a.intake("X", ""), fault.Denied, nil},
			{"a signal by the wrong role", "rafa", "POST " + v1 + "/signals", incoming(1), fault.Denied, nil},
			{"no purpose", "lena", "GET " + c, nil, fault.Invalid, []string{rest.PurposeHeader, "-"}},
			{"an unknown purpose", "lena", "GET " + signal, nil, fault.Invalid, []string{rest.PurposeHeader, "curiosity"}},
			{"a search without purpose", "lena", "POST " + v1 + "/entities/search", `{"text":"Viktor"}`, fault.Invalid, []string{rest.PurposeHeader, "-"}},
			{"a referral for another purpose", "jonas", "GET " + referral, nil, fault.Invalid, []string{rest.PurposeHeader, "oversight"}},
			{"malformed JSON", "lena", "POST " + v1 + "/signals", `{"ref":`, fault.Invalid, nil},
			{"deep JSON", "lena", "POST " + v1 + "/signals", deep, fault.Invalid, nil},
			{"an unknown field", "lena", "POST " + v1 + "/signals", `{"ref":"x","kind":"referral","observed":"2026-11-20","mentions":[],"sex":"f"}`, fault.Invalid, nil},
			{"an unknown nested field", "lena", "POST " + v1 + "/signals", `{"ref":"x","kind":"referral","observed":"2026-11-20","mentions":[{"kind":"person","role":"worker","nationality":"x"}]}`, fault.Invalid, nil},
			{"a huge body", "lena", "POST " + v1 + "/signals", `{"ref":"` + strings.Repeat("x", 2<<20) + `"}`, fault.Invalid, nil},
			{"a signal that is none", "lena", "POST " + v1 + "/signals", evidence.Incoming{Ref: "x", Kind: "referral", Observed: "yesterday", Mentions: []evidence.IncomingMention{}}, fault.Invalid, nil},
			{"an empty batch", "lena", "POST " + v1 + "/signals/batch", "\n\n", fault.Invalid, nil},
			{"a long batch", "lena", "POST " + v1 + "/signals/batch", strings.Repeat("{}\n", 1001), fault.Invalid, nil},
			{"no key", "lena", "POST " + v1 + "/cases", a.intake("X", ""), fault.Invalid, []string{"Idempotency-Key", "-"}},
			{"another site's form", "lena", "POST " + v1 + "/cases", a.intake("X", ""), fault.Denied, []string{"Sec-Fetch-Site", "cross-site"}},
			{"no version", "lena", "POST " + c + "/referrals", map[string]string{"service": a.clinic.String(), "consent": id.New[id.Consent]().String()}, fault.Stale, nil},
			{"an old version", "lena", "POST " + c + "/referrals", map[string]string{"service": a.clinic.String(), "consent": id.New[id.Consent]().String()}, fault.Stale, []string{"If-Match", `"1"`}},
			{"an id of another kind", "lena", "GET " + v1 + "/cases/" + done.Signal.String(), nil, fault.NotFound, nil},
			{"no such call", "lena", "GET " + v1 + "/nothing", nil, fault.NotFound, nil},
			{"a revocation by a service", "jonas", "POST " + referral + "/answer", map[string]string{"to": "revoked"}, fault.Invalid, []string{"If-Match", `"1"`}},
		} {
			w := a.ask(x.who, x.call, x.body, x.headers...)
			refusedWith(t, x.what, w, x.kind)
			if namesCanary(w.Body.String()) {
				t.Errorf("%s: the refusal names her", x.what)
			}
		}
		if p := refusedWith(t, "purpose", a.ask("lena", "GET "+c, nil, rest.PurposeHeader, "-"), fault.Invalid); len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Detail, rest.PurposeHeader) {
			t.Errorf("the header is not named: %+v", p.Errors)
		}
		a.block(t, "lena")
		refusedWith(t, "an inactive user", a.ask("lena", "GET "+v1+"/cases", nil), fault.Unknown)
		if namesCanary(a.log.String()) {
			t.Error("the log names her")
		}
		a.sound(t)
	})
}

func (a *api) block(t *testing.T, who string) {
	t.Helper()
	err := a.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		u, err := signin.FindUser(t.Context(), tx, a.who[who].User.String())
		if err != nil {
			return err
		}
		u.Active = false
		return signin.ChangeUser(t.Context(), tx, u)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAPIWithheldLooksLikeNotFound: byte for byte, but for the reference of the
// request.
func TestAPIWithheldLooksLikeNotFound(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	reference := regexp.MustCompile(`[0-9a-f]{16}`)
	done := a.screen(t, canary, canaryPhone)
	for kind, ids := range map[string][]string{
		"cases":     {done.Case.ID.String(), id.New[id.Case]().String(), "cas_nonsense"},
		"signals":   {done.Signal.String(), id.New[id.Signal]().String(), "x"},
		"referrals": {done.Referrals[0].ID.String(), id.New[id.Referral]().String(), "x"},
	} {
		var seen []string
		for _, text := range ids {
			w := a.ask("curious", "GET "+v1+"/"+kind+"/"+text, nil)
			h := w.Header().Clone()
			h.Del("X-Request-Id")
			h.Del("Content-Security-Policy") // holds a fresh nonce
			b, _ := json.Marshal(h)
			seen = append(seen, strconv.Itoa(w.Code)+string(b)+reference.ReplaceAllString(w.Body.String(), ""))
		}
		if seen[0] != seen[1] || seen[0] != seen[2] {
			t.Errorf("%s: withheld, absent and malformed differ:\n%s", kind, strings.Join(seen, "\n"))
		}
	}
}

func TestAPISignalsAndLeads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		type recorded struct {
			Signal string
			Again  bool
		}
		first := a.ask("lena", "POST "+v1+"/signals", incoming(1), "Idempotency-Key", "one")
		one := answered[recorded](t, first, 201)
		if first.Header().Get("Location") != v1+"/signals/"+one.Signal {
			t.Errorf("Location %q", first.Header().Get("Location"))
		}
		replay := a.ask("lena", "POST "+v1+"/signals", incoming(1), "Idempotency-Key", "one")
		if replay.Code != 303 || replay.Body.Len() != 0 || replay.Header().Get("Location") != v1+"/signals/"+one.Signal || replay.Header().Get("Idempotency-Replayed") == "" {
			t.Errorf("replay: %d %s", replay.Code, replay.Body)
		}
		refusedWith(t, "the same key for another signal", a.ask("lena", "POST "+v1+"/signals", incoming(2), "Idempotency-Key", "one"), fault.Invalid)
		if again := answered[recorded](t, a.ask("lena", "POST "+v1+"/signals", incoming(1)), 200); !again.Again || again.Signal != one.Signal {
			t.Errorf("the same signal under another key: %+v", again)
		}
		changed := incoming(1)
		changed.Narrative = "Something else."
		refusedWith(t, "other content under the same ref", a.ask("lena", "POST "+v1+"/signals", changed), fault.Conflict)

		a.batch(t)
		a.drain(t)
		a.pages(t, 5)

		seen := answered[struct {
			Narrative struct {
				Value    string
				Withheld bool
			}
			Mentions []struct{ Details *evidence.Details }
		}](t, a.ask("lena", "GET "+v1+"/signals/"+one.Signal, nil, rest.PurposeHeader, "identification"), 200)
		if seen.Narrative.Value != "What was said." || len(seen.Mentions) != 3 || seen.Mentions[0].Details == nil {
			t.Errorf("%+v", seen)
		}
		blind := a.ask("rafa", "GET "+v1+"/signals/"+one.Signal, nil, rest.PurposeHeader, "investigation")
		if blind.Code != 200 || strings.Contains(blind.Body.String(), "What was said.") || strings.Contains(blind.Body.String(), "Person B") || !strings.Contains(blind.Body.String(), `"withheld":true`) {
			t.Errorf("an investigator sees %s", blind.Body)
		}
		a.leads(t)
		a.sound(t)
	})
}

// batch sends lines of which some cannot be taken.
func (a *api) batch(t *testing.T) {
	t.Helper()
	lines := []string{}
	for n := 2; n <= 5; n++ {
		b, _ := json.Marshal(incoming(n))
		lines = append(lines, string(b))
	}
	lines = append(lines, `{"ref":`, "", `{"ref":"bad","kind":"referral","observed":"never","mentions":[]}`, lines[0])
	type result struct {
		Import string
		Taken  int
		Lines  []struct {
			Line    int
			Signal  string
			Again   bool
			Problem *web.Problem
		}
	}
	out := answered[result](t, a.ask("lena", "POST "+v1+"/signals/batch", strings.Join(lines, "\n"), "Content-Type", "application/jsonl"), 200)
	var told []string
	for _, l := range out.Lines {
		s := strconv.Itoa(l.Line)
		if l.Problem != nil {
			s += " " + l.Problem.Code
		}
		if l.Again {
			s += " again"
		}
		told = append(told, s)
	}
	if want := []string{"1", "2", "3", "4", "5 invalid", "7 invalid", "8 again"}; !slices.Equal(told, want) || out.Taken != 5 || out.Import == "" {
		t.Errorf("batch: %d taken, %q, want %q", out.Taken, told, want)
	}
}

// pages walks the list of signals by twos.
func (a *api) pages(t *testing.T, want int) {
	t.Helper()
	seen := map[string]bool{}
	for next := v1 + "/signals?limit=2"; next != ""; {
		w := a.ask("lena", "GET "+next, nil)
		for _, s := range answered[struct{ Items []struct{ ID string } }](t, w, 200).Items {
			seen[s.ID] = true
		}
		next = strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Link"), "<"), `>; rel="next"`)
	}
	if len(seen) != want {
		t.Errorf("the pages hold %d signals, want %d", len(seen), want)
	}
}

func (a *api) leads(t *testing.T) {
	t.Helper()
	type lead struct{ ID, Rule, Entity string }
	list := answered[struct{ Items []lead }](t, a.ask("lena", "GET "+v1+"/leads?limit=200", nil), 200)
	at := slices.IndexFunc(list.Items, func(l lead) bool { return l.Rule == "shared_phone" })
	if at < 0 {
		t.Fatalf("no lead on the shared number: %+v", list)
	}
	l := list.Items[at]
	if got := answered[lead](t, a.ask("lena", "GET "+v1+"/leads/"+l.ID, nil), 200); got != l {
		t.Errorf("%+v, want %+v", got, l)
	}
	refusedWith(t, "somebody else's lead", a.ask("curious", "GET "+v1+"/leads/"+l.ID, nil), fault.NotFound)

	phone := incoming(1).Mentions[2].Value
	found := answered[struct {
		Items []struct{ Entity struct{ ID string } }
	}](t, a.ask("lena", "POST "+v1+"/entities/search", map[string]string{"text": phone}, rest.PurposeHeader, "identification"), 200)
	if len(found.Items) != 1 || found.Items[0].Entity.ID != l.Entity {
		t.Errorf("the search found %+v", found)
	}
	entity := a.ask("lena", "GET "+v1+"/entities/"+l.Entity, nil, rest.PurposeHeader, "identification")
	if entity.Code != 200 || !strings.Contains(entity.Body.String(), phone) {
		t.Errorf("entity: %d %s", entity.Code, entity.Body)
	}

	dismiss := "POST " + v1 + "/leads/" + l.ID + "/dismiss"
	refusedWith(t, "no reason", a.ask("lena", dismiss, map[string]string{"reason": "no"}), fault.Invalid)
	refusedWith(t, "dismissed by a stranger", a.ask("curious", dismiss, map[string]string{"reason": "other"}), fault.NotFound)
	answered[struct{ Signal string }](t, a.ask("lena", dismiss, map[string]string{"reason": "known_place"}), 200)
	a.drain(t)
	refusedWith(t, "dismissed twice", a.ask("lena", dismiss, map[string]string{"reason": "known_place"}), fault.Conflict)
}

func TestAPICases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		in := a.intake(canary, canaryPhone)
		in.Share = nil
		type screened struct{ Case, Code, Signal string }
		made := a.ask("lena", "POST "+v1+"/cases", in, "Idempotency-Key", "intake")
		s := answered[screened](t, made, 201)
		if namesCanary(made.Body.String()) || made.Header().Get("ETag") != `"1"` {
			t.Errorf("%v %s", made.Header(), made.Body)
		}
		if again := a.ask("lena", "POST "+v1+"/cases", in, "Idempotency-Key", "intake"); again.Code != 303 || again.Body.Len() != 0 || again.Header().Get("Location") != v1+"/cases/"+s.Case {
			t.Errorf("sent twice: %+v, %d %v %s", s, again.Code, again.Header(), again.Body)
		}
		if list := answered[struct{ Items []struct{ ID string } }](t, a.ask("lena", "GET "+v1+"/cases", nil), 200); len(list.Items) != 1 || list.Items[0].ID != s.Case {
			t.Errorf("cases: %+v", list)
		}
		path := v1 + "/cases/" + s.Case
		seen := a.ask("lena", "GET "+path, nil)
		if seen.Code != 200 || !strings.Contains(seen.Body.String(), canaryPhone) || seen.Header().Get("ETag") != `"1"` {
			t.Errorf("case: %d %v %s", seen.Code, seen.Header(), seen.Body)
		}
		other := a.ask("lena", "GET "+path, nil, rest.PurposeHeader, "investigation")
		if other.Code != 200 || namesCanary(other.Body.String()) || !strings.Contains(other.Body.String(), `"withheld":true`) {
			t.Errorf("for an investigation: %d %s", other.Code, other.Body)
		}
		a.refers(t, path)
		a.watched(t, path)
		a.ends(t, path)
		if namesCanary(a.log.String()) {
			t.Error("the log names her")
		}
		a.nameless(t)
		a.sound(t)
	})
}

// refers goes from her word to its withdrawal.
func (a *api) refers(t *testing.T, path string) {
	t.Helper()
	word := map[string]any{"recipient": a.doctor.Organisation, "purpose": "assistance", "agreed": true, "classes": []string{"identity"},
		"until": courseStart.AddDate(0, 1, 0), "spoken_by": "self"}
	endless := map[string]any{"recipient": a.doctor.Organisation, "purpose": "assistance", "agreed": true, "spoken_by": "self"}
	refusedWith(t, "a word without end", a.ask("lena", "POST "+path+"/consents", endless), fault.Invalid)
	refusedWith(t, "a stranger's word", a.ask("curious", "POST "+path+"/consents", word), fault.NotFound)
	given := answered[struct{ Consent string }](t, a.ask("lena", "POST "+path+"/consents", word), 201)

	ask := map[string]any{"service": a.clinic, "consent": given.Consent}
	refusedWith(t, "no version", a.ask("lena", "POST "+path+"/referrals", ask), fault.Stale)
	refusedWith(t, "another version", a.ask("lena", "POST "+path+"/referrals", ask, "If-Match", `"9"`), fault.Stale)
	type referral struct {
		ID, State string
		Version   int64
	}
	r := answered[referral](t, a.ask("lena", "POST "+path+"/referrals", ask, "If-Match", `"1"`), 201)
	refusedWith(t, "the version before", a.ask("lena", "POST "+path+"/referrals", ask, "If-Match", `"1"`), fault.Stale)

	at := v1 + "/referrals/" + r.ID
	got := a.ask("jonas", "GET "+at, nil)
	if got.Code != 200 || !strings.Contains(got.Body.String(), canary) || strings.Contains(got.Body.String(), canaryPhone) || got.Header().Get("ETag") != `"1"` {
		t.Errorf("the clinic receives %d %s", got.Code, got.Body)
	}
	refusedWith(t, "an answer without version", a.ask("jonas", "POST "+at+"/answer", map[string]string{"to": "accepted"}), fault.Stale)
	refusedWith(t, "a no without reason", a.ask("jonas", "POST "+at+"/answer", map[string]string{"to": "declined"}, "If-Match", `"1"`), fault.Invalid)
	if r := answered[referral](t, a.ask("jonas", "POST "+at+"/answer", map[string]string{"to": "accepted"}, "If-Match", `"1"`), 200); r.State != "accepted" || r.Version != 2 {
		t.Errorf("accepted: %+v", r)
	}
	refusedWith(t, "the version before", a.ask("jonas", "POST "+at+"/answer", map[string]string{"to": "completed"}, "If-Match", `"1"`), fault.Stale)

	refusedWith(t, "a stranger's withdrawal", a.ask("curious", "POST "+path+"/consents/"+given.Consent+"/withdraw", nil), fault.NotFound)
	for _, cut := range []int{1, 0} { // withdrawing twice changes nothing
		out := answered[struct {
			State   string
			Revoked []string
		}](t, a.ask("lena", "POST "+path+"/consents/"+given.Consent+"/withdraw", nil), 200)
		if out.State != "withdrawn" || len(out.Revoked) != cut {
			t.Errorf("withdrawn: %+v, want %d cut off", out, cut)
		}
	}
	refusedWith(t, "a referral after the withdrawal", a.ask("jonas", "GET "+at, nil), fault.NotFound)
}

// ends: a case whose person is not there to be asked ends by two people's word.
func (a *api) ends(t *testing.T, path string) {
	t.Helper()
	version := a.ask("lena", "GET "+path, nil).Header().Get("ETag")
	end := func(who, reason, match string) *httptest.ResponseRecorder {
		return a.ask(who, "POST "+path+"/close", map[string]string{"reason": reason}, "If-Match", match)
	}
	refusedWith(t, "an end without version", end("lena", "finished", "-"), fault.Stale)
	refusedWith(t, "an end for no reason", end("lena", "not_a_victim", version), fault.Invalid)
	refusedWith(t, "a stranger's end", end("curious", "not_seen", version), fault.NotFound)
	refusedWith(t, "an end on an older version", end("lena", "not_seen", `"1"`), fault.Stale)
	refusedWith(t, "a stranger's review", a.ask("curious", "POST "+path+"/review", nil, "If-Match", version), fault.NotFound)
	looked := a.ask("lena", "POST "+path+"/review", nil, "If-Match", version)
	if looked.Code != 200 || looked.Header().Get("ETag") == version {
		t.Errorf("reviewed: %d %s", looked.Code, looked.Body)
	}
	version = looked.Header().Get("ETag")
	waits := refusedWith(t, "an end without her", end("lena", "not_seen", version), fault.Parked)
	if !strings.Contains(waits.Detail, "2 December 2026") || namesCanary(waits.Detail) {
		t.Errorf("parked: %+v", waits)
	}
	type list struct {
		Items []struct {
			ID, Verb, Record, Proposer string
			ForYou                     bool `json:"for_you"`
		}
	}
	mine := answered[list](t, a.ask("lena", "GET "+v1+"/proposals", nil), 200)
	hers := answered[list](t, a.ask("mona", "GET "+v1+"/proposals", nil), 200)
	if len(mine.Items) != 1 || len(hers.Items) != 1 || mine.Items[0].ForYou || !hers.Items[0].ForYou || hers.Items[0].Verb != "protection.close_unseen" {
		t.Fatalf("waiting: %+v, %+v", mine, hers)
	}
	if theirs := answered[list](t, a.ask("curious", "GET "+v1+"/proposals", nil), 200); len(theirs.Items) != 0 {
		t.Errorf("a stranger sees %+v", theirs)
	}
	refusedWith(t, "an investigator's list", a.ask("rafa", "GET "+v1+"/proposals", nil), fault.NotFound)
	at := v1 + "/proposals/" + mine.Items[0].ID
	refusedWith(t, "one's own approval", a.ask("lena", "POST "+at+"/approve", nil), fault.Denied)
	refusedWith(t, "a stranger's approval", a.ask("curious", "POST "+at+"/approve", nil), fault.NotFound)
	refusedWith(t, "an unheard-of proposal", a.ask("mona", "POST "+v1+"/proposals/pro_x/approve", nil), fault.NotFound)
	refusedWith(t, "a no without reason", a.ask("mona", "POST "+at+"/decline", map[string]string{"reason": "because"}), fault.Invalid)
	refusedWith(t, "another's taking back", a.ask("mona", "POST "+at+"/take-back", nil), fault.Denied)
	type settled struct{ Proposal, State string }
	if s := answered[settled](t, a.ask("mona", "POST "+at+"/decline", map[string]string{"reason": "person_not_heard"}), 200); s.State != "declined" {
		t.Errorf("declined: %+v", s)
	}
	refusedWith(t, "approval of what was declined", a.ask("mona", "POST "+at+"/approve", nil), fault.Conflict)
	refusedWith(t, "the end once more", end("lena", "not_seen", version), fault.Parked)
	at = v1 + "/proposals/" + answered[list](t, a.ask("lena", "GET "+v1+"/proposals", nil), 200).Items[0].ID
	if s := answered[settled](t, a.ask("lena", "POST "+at+"/take-back", nil), 200); s.State != "taken_back" {
		t.Errorf("taken back: %+v", s)
	}
	refusedWith(t, "and a third time", end("lena", "not_seen", version), fault.Parked)
	at = v1 + "/proposals/" + answered[list](t, a.ask("lena", "GET "+v1+"/proposals", nil), 200).Items[0].ID
	if s := answered[settled](t, a.ask("mona", "POST "+at+"/approve", nil), 200); s.State != "done" {
		t.Errorf("approved: %+v", s)
	}
	if seen := a.ask("lena", "GET "+path, nil); !strings.Contains(seen.Body.String(), `"state":"closed"`) {
		t.Errorf("the case is not closed: %s", seen.Body)
	}
}

// watched: who saw the case, for the person's own organisation and for oversight.
func (a *api) watched(t *testing.T, path string) {
	t.Helper()
	refusedWith(t, "oversight for assistance", a.ask("olga", "GET "+path+"/who", nil), fault.NotFound)
	refusedWith(t, "a stranger", a.ask("curious", "GET "+path+"/who", nil), fault.NotFound)
	for who, purpose := range map[string]string{"lena": "assistance", "olga": "oversight"} {
		list := answered[struct {
			Items []struct{ Verb, Purpose, Outcome string }
		}](t, a.ask(who, "GET "+path+"/who", nil, rest.PurposeHeader, purpose), 200)
		want := struct{ Verb, Purpose, Outcome string }{"protection.see", "investigation", "read"}
		if !slices.Contains(list.Items, want) {
			t.Errorf("%s does not see that the case was read for an investigation: %+v", who, list.Items)
		}
	}
}

// nameless: what is kept under the keys names nobody.
func (a *api) nameless(t *testing.T) {
	t.Helper()
	n := 0
	err := a.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), "SELECT hash, print, answer FROM rest_key")
		if err != nil {
			return err
		}
		defer rows.Close()
		for n = 0; rows.Next(); n++ {
			var hash, print, answer []byte
			if err := rows.Scan(&hash, &print, &answer); err != nil {
				return err
			}
			if text := string(slices.Concat(hash, print, answer)); namesCanary(text) || strings.Contains(text, "cas_") {
				t.Error("the kept answers can be read")
			}
		}
		return rows.Err()
	})
	if err != nil || n == 0 {
		t.Errorf("%d answers are kept, %v", n, err)
	}
}

// TestAPISession: people's own sessions serve, too, and no other site's pages.
func TestAPISession(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	token, err := a.Door.PersonaToken(a.lena.User.String())
	if err != nil {
		t.Fatal(err)
	}
	w := a.ask("", "GET /sign-in/persona/"+token, nil, "Authorization", "-")
	cookie := w.Result().Cookies()[0]
	with := []string{"Authorization", "-", "Cookie", cookie.Name + "=" + cookie.Value}
	if w := a.ask("", "GET "+v1+"/cases", nil, with...); w.Code != 200 {
		t.Errorf("with a session: %d %s", w.Code, w.Body)
	}
	cross := append(slices.Clone(with), "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example")
	refusedWith(t, "another site's page", a.ask("", "POST "+v1+"/cases", a.intake("X", ""), cross...), fault.Denied)
	if w := a.ask("", "GET "+v1+"/cases", nil, append(with, "Authorization", "Bearer "+a.token["jonas"])...); w.Code != 403 {
		t.Errorf("a token beside a session: %d, want what the token may", w.Code)
	}
}

// TestOpenAPIGolden: every change of the contract is seen in review.
func TestOpenAPIGolden(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	w := a.ask("", "GET "+rest.Contract, nil, "Authorization", "-")
	if w.Code != 200 {
		t.Fatal(w.Code)
	}
	golden(t, "testdata/openapi.golden.json", w.Body.String())
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if got := doc.Components.Schemas["Dismissal"].Properties["reason"].Enum; !slices.Equal(got, typology.DismissReasons) {
		t.Errorf("reasons in the contract: %v", got)
	}
	for _, s := range []casework.ReferralState{casework.Sent, casework.Accepted, casework.InService} {
		for _, to := range s.Next() {
			known := slices.Contains(doc.Components.Schemas["Reply"].Properties["to"].Enum, string(to))
			if known == (to == casework.Revoked || to == casework.Expired) {
				t.Errorf("an answer %q is in the contract: %v", to, known)
			}
		}
	}
}

// TestEveryOperationHasAPolicyVerb: the table names verbs that there are.
func TestEveryOperationHasAPolicyVerb(t *testing.T) {
	_, verbs := engine(t)
	n := &Node{Protection: &protection.Desk{}}
	for _, m := range n.list() {
		for _, op := range m.Operations {
			if verbs[policy.Verb(op.Verb)] == "" {
				t.Errorf("%s: no verb %q", op.ID, op.Verb)
			}
		}
	}
}

func TestTokenCommand(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, filepath.Join(dir, "node.db"))
	u := signin.User{ID: c.lena.User.String(), Name: "Lena", Organisation: c.lena.Organisation.String(), Roles: []string{"caseworker", "responder"}, Language: "en", Active: true}
	if err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error { return signin.AddUser(t.Context(), tx, u) }); err != nil {
		t.Fatal(err)
	}
	const printed = `lod_[0-9a-z]{28}`
	for _, x := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "", []string{u.ID}},
		{exitUsage, "", []string{u.ID, "--until", "2020-01-01"}},
		{exitUsage, "", []string{u.ID, "--until", "soon"}},
		{exitUsage, "", []string{u.ID, "--until", "2099-01-01", "--revoke"}},
		{exitFailed, "", []string{"nobody", "--until", "2099-01-01"}},
		{exitFailed, "", []string{u.ID, "--until", "2099-01-01", "--role", "administrator"}},
		{0, printed, []string{u.ID, "--until", "2099-01-01"}},
		{0, printed, []string{u.ID, "--until", "2099-01-01", "--role", "responder", "--json"}},
		{0, "ended: 2", []string{u.ID, "--revoke"}},
	} {
		var said bytes.Buffer
		code := Main(append([]string{"--dir", dir, "user", "token"}, x.args...), &said, &said)
		if code != x.code || !regexp.MustCompile(x.says).MatchString(said.String()) || code != 0 && strings.Contains(said.String(), "lod_") {
			t.Errorf("%v: %d, want %d\n%s", x.args, code, x.code, said.String())
		}
	}
}

func TestAPIPage(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	foreign := regexp.MustCompile(`(?:src|href)="(?:https?:)?//`)
	for _, lang := range []string{"en", "fr", "de", "it", "ru", "es"} {
		w := a.ask("", "GET /api?lang="+lang, nil, "Authorization", "-")
		if w.Code != 200 || !strings.Contains(w.Body.String(), v1+"/cases/{case}/referrals") || !strings.Contains(w.Body.String(), rest.Contract) {
			t.Errorf("%s: %d", lang, w.Code)
		}
		if m := foreign.FindString(w.Body.String()); m != "" {
			t.Errorf("%s: a foreign origin: %s", lang, m)
		}
	}
}
