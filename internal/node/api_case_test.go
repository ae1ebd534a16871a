package node

import (
	"database/sql"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb/dbtest"
)

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
