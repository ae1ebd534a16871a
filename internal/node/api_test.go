package node

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
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
