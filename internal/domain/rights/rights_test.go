package rights

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/fault"
)

func TestCaseTypeHolds(t *testing.T) {
	if err := Case.Check(nil); err != nil {
		t.Error(err)
	}
	for _, r := range ClosureReasons {
		if strings.Contains(r, "refused") || strings.Contains(r, "negative") {
			t.Errorf("%q closes a case: no refusal does", r)
		}
	}
}

// TestNobodyOnlySaysSo: a lawyer is assigned by a mandate, a prosecutor told by a
// referral, a claim paid by payments. None of the three is a state to choose.
func TestNobodyOnlySaysSo(t *testing.T) {
	for _, from := range []RequestState{Flagged, LawyerAssigned, Submitted, Stayed, Granted, Refused, Reviewed} {
		for _, to := range []RequestState{Flagged, LawyerAssigned, Submitted} {
			if slices.Contains((Request{State: from}).Next(), to) {
				t.Errorf("somebody can say that a request which is %s is %s", from, to)
			}
		}
	}
	for from, next := range claimMoves {
		if slices.Contains(next, Paid) {
			t.Errorf("somebody can say that a claim which is %s is paid", from)
		}
	}
}

// TestEveryStateIsReached: of both machines, from their beginning.
func TestEveryStateIsReached(t *testing.T) {
	requests := map[RequestState]bool{Flagged: true}
	for range requestMoves {
		for from, next := range requestMoves {
			for _, to := range next {
				requests[to] = requests[to] || requests[from]
			}
		}
	}
	for _, s := range []RequestState{Flagged, LawyerAssigned, Submitted, Stayed, Granted, Refused, Reviewed} {
		if !requests[s] {
			t.Errorf("no request is ever %s", s)
		}
	}
	claims := map[ClaimState]bool{Advised: true}
	for range claimMoves {
		for from, next := range claimMoves {
			for _, to := range next {
				claims[to] = claims[to] || claims[from]
			}
		}
	}
	for _, s := range []ClaimState{Advised, Prepared, Filed, Awarded, Denied, Appealed, Enforcing} {
		if !claims[s] {
			t.Errorf("no claim is ever %s", s)
		}
	}
}

func TestClaimIsDoneWhenPaid(t *testing.T) {
	c := Claim{State: Awarded, Currency: "EUR", Awarded: 900}
	for _, k := range []struct {
		state ClaimState
		paid  int64
		want  ClaimState
	}{{Awarded, 899, Awarded}, {Awarded, 900, Paid}, {Enforcing, 950, Paid}, {Appealed, 900, Appealed}, {Denied, 0, Denied}, {Advised, 0, Advised}} {
		c.State, c.Paid = k.state, k.paid
		if got := c.settled().State; got != k.want {
			t.Errorf("%s with %d of 900 is %s, want %s", k.state, k.paid, got, k.want)
		}
	}
	// An appeal that takes what was awarded leaves what was paid, and nothing is due.
	c = Claim{State: Appealed, Currency: "EUR", Awarded: 900, Paid: 400}
	if got, err := c.step(PursueIn{To: Denied}); err != nil || got.Awarded != 400 || got.State != Denied || got.Payable() {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAmounts(t *testing.T) {
	for _, k := range []struct {
		code, text string
		minor      int64
		shown      string
	}{
		{"EUR", "1250.50", 125050, "1250.50 EUR"}, {"eur", "1 250,5", 125050, "1250.50 EUR"}, {"EUR", "0.05", 5, "0.05 EUR"}, {"EUR", "7", 700, "7.00 EUR"},
		{"JPY", "12000", 12000, "12000 JPY"}, {"KWD", "1.234", 1234, "1.234 KWD"}, {"CHF", "1’000.00", 100000, "1000.00 CHF"},
	} {
		got := readAmount(k.code, k.text)
		if got.Minor != k.minor || got.String() != k.shown {
			t.Errorf("%s %s is %d, %s", k.text, k.code, got.Minor, got)
		}
		v := fault.New(fault.Invalid, "x", "rights.invalid")
		if got.check(v); v.OrNil() != nil {
			t.Errorf("%s is refused: %v", got, v)
		}
	}
	for _, k := range [][2]string{{"EUR", "-5"}, {"EUR", "+5"}, {"EUR", "1.234"}, {"EUR", ""}, {"EUR", "ten"}, {"EUR", "0"}, {"JPY", "1.5"}, {"XXXX", "5"}, {"", "5"}, {"ZZQ", "5"},
		{"EUR", "99999999999999999999"}, {"EUR", "1,000,000"}} {
		v := fault.New(fault.Invalid, "x", "rights.invalid")
		if got := readAmount(k[0], k[1]); true {
			if got.check(v); v.OrNil() == nil {
				t.Errorf("%q of %q is %s", k[1], k[0], got)
			}
		}
	}
}

// TestDaysAreMidnights: the metric of protection.md §9 counts days of the State.
func TestDaysAreMidnights(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", text, vienna)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, k := range []struct {
		flagged, decided, now string
		want                  int
	}{
		{"2026-03-28 23:30", "2026-03-30 00:30", "2026-05-01 12:00", 2}, // a night lost an hour
		{"2026-03-28 00:10", "2026-03-28 23:50", "2026-05-01 12:00", 0},
		{"2026-03-28 10:00", "", "2026-04-01 09:00", 4},
	} {
		r := Request{Flagged: at(k.flagged).UTC()}
		if k.decided != "" {
			r.Decided = at(k.decided).UTC()
		}
		if got := r.Days(at(k.now)); got != k.want {
			t.Errorf("%+v: %d days", k, got)
		}
	}
}

func TestReturnRefuses(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	good := ReturnIn{Assessment: "what awaits her", Pending: "no", FollowUp: now.AddDate(0, 1, 0)}
	if err := good.check(now); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ReturnIn){
		"no assessment": func(in *ReturnIn) { in.Assessment = "" },
		"no answer":     func(in *ReturnIn) { in.Pending = "" },
		"no follow-up":  func(in *ReturnIn) { in.FollowUp = time.Time{} },
		"running":       func(in *ReturnIn) { in.Pending = "yes" },
		"unknown":       func(in *ReturnIn) { in.Pending = "unknown" },
	} {
		in := good
		if change(&in); in.check(now) == nil {
			t.Errorf("%s: a return was planned", name)
		}
	}
}
