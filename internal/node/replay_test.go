package node

import (
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
)

// TestReplayAfterForgetting: who sends a request again is led to what came of it
// and reads it through the door: what was forgotten meanwhile stays forgotten.
func TestReplayAfterForgetting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		in := a.intake(canary, canaryPhone)
		send := func(who string) (code int, body, place string) {
			w := a.ask(who, "POST "+v1+"/cases", in, "Idempotency-Key", "intake")
			return w.Code, w.Body.String(), w.Header().Get("Location")
		}
		code, _, place := send("lena")
		if code != 201 || !strings.HasPrefix(place, v1+"/cases/cas_") {
			t.Fatalf("%d, at %q", code, place)
		}
		code, body, again := send("lena")
		if code != 303 || body != "" || again != place {
			t.Fatalf("sent again: %d %q at %q", code, body, again)
		}
		if w := a.ask("lena", "GET "+again, nil); w.Code != 200 || !strings.Contains(w.Body.String(), canaryPhone) {
			t.Errorf("led to %d %s", w.Code, w.Body)
		}
		done := a.screen(t, "Somebody Else", "") // the key leads to one case, not to the newest
		referral := v1 + "/referrals/" + done.Referrals[0].ID.String()
		yes := map[string]string{"to": "accepted"}
		for _, code := range []int{200, 303} {
			if w := a.ask("jonas", "POST "+referral+"/answer", yes, "If-Match", `"1"`, "Idempotency-Key", "yes"); w.Code != code || w.Header().Get("Location") != referral {
				t.Errorf("an answer: %d at %q, want %d", w.Code, w.Header().Get("Location"), code)
			}
		}
		// The same key in another's hand is another key: it gives nothing of hers.
		refusedWith(t, "without a right to take people in", a.ask("rafa", "POST "+v1+"/cases", in, "Idempotency-Key", "intake"), fault.NotFound)
		refusedWith(t, "another's answer", a.ask("curious", "POST "+referral+"/answer", yes, "If-Match", `"1"`, "Idempotency-Key", "yes"), fault.NotFound)
		if code, _, other := send("curious"); code == 303 || other == place {
			t.Errorf("another organisation is led to her case: %d at %q", code, other)
		}

		her, err := id.Parse[id.Case](strings.TrimPrefix(place, v1+"/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Protection.Forget(t.Context(), a.lena, her); err != nil {
			t.Fatal(err)
		}
		a.drain(t)
		code, body, again = send("lena")
		if code != 303 || body != "" || again != place || namesCanary(again) {
			t.Errorf("after the forgetting: %d %q at %q", code, body, again)
		}
		w := a.ask("lena", "GET "+again, nil)
		if w.Code != 200 || namesCanary(w.Body.String()) || !strings.Contains(w.Body.String(), "person_forgotten") {
			t.Errorf("after the forgetting the case reads %d %s", w.Code, w.Body)
		}
		refusedWith(t, "whoever is led there and may not", a.ask("curious", "GET "+again, nil), fault.NotFound)
	})
}
