package casework_test

import (
	"context"
	"os"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

func northland(t *testing.T) law.Law {
	t.Helper()
	text, err := os.ReadFile("../../../catalog/states/xn.json")
	if err != nil {
		t.Fatal(err)
	}
	l, err := law.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (r *room) do(do func(*act.Act) error) error {
	_, err := act.Do(r.t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.stay", On: ledger.Ref{Kind: "case", ID: r.c.ID.String()}, Purpose: consent.Assistance},
		func(a *act.Act) (struct{}, error) { return struct{}{}, do(a) })
	return err
}

func (r *room) clocks() (running []casework.Clock, out []casework.Clock) {
	r.t.Helper()
	err := r.do(func(a *act.Act) (err error) {
		if running, err = casework.ClocksOf(a, r.c.ID); err != nil {
			return err
		}
		out, err = casework.RunningOut(a, org, 10)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return running, out
}

// A period nobody has sourced gets no default: the act is refused and says what is
// missing (protection.md §14, P17).
func TestClockWithoutLawIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		start := func() error {
			return r.do(func(a *act.Act) error {
				_, err := casework.StartClock(a, r.c, "protected_period", a.Now())
				return err
			})
		}
		if err := start(); !fault.Is(err, fault.Invalid) {
			t.Fatalf("no law at all: %v", err)
		}
		r.Law = northland(t)
		if err := start(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestClockWarnsRunsOutAndIsCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		r.Law = northland(t)
		err := r.do(func(a *act.Act) error {
			_, err := casework.StartClock(a, r.c, "protected_period", a.Now()) // 45 calendar days
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		begun := r.hand.Now()
		day := func(n int) []casework.Clock {
			r.hand.Move(begun.AddDate(0, 0, n).Sub(r.hand.Now()))
			if d, err := r.Queue.Drain(context.Background()); err != nil || d.Failed > 0 {
				t.Fatal(d, err)
			}
			_, out := r.clocks()
			return out
		}
		if out := day(37); len(out) != 0 {
			t.Fatalf("it warns too early: %+v", out)
		}
		if out := day(39); len(out) != 1 || out[0].Warned.IsZero() || !out[0].Missed.IsZero() {
			t.Fatalf("seven days before the end: %+v", out)
		}
		if out := day(47); len(out) != 1 || out[0].Missed.IsZero() {
			t.Fatalf("after the end: %+v", out)
		}
		err = r.do(func(a *act.Act) error {
			if err := casework.MeetClock(a, r.c.ID, "protected_period"); err != nil {
				return err
			}
			if _, err := casework.StartClock(a, r.c, "protected_period", a.Now()); err != nil { // it can begin anew
				return err
			}
			kept, err := casework.ClocksKept(a, org)
			if len(kept) != 1 || kept[0] != (casework.Kept{Rule: "protected_period", Started: 2, Running: 1, Missed: 1}) {
				t.Errorf("counted %+v", kept)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if all, out := r.clocks(); len(all) != 2 || len(out) != 0 {
			t.Fatalf("what was met is no longer waited for: %+v", out)
		}
	})
}

// The decision clock stands still while information is asked for, and goes on
// where it stood (protection.md §14, P14).
func TestClockStandsStill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		r.Law = northland(t)
		r.hand.Move(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).Sub(r.hand.Now())) // a Monday
		step := func(do func(a *act.Act) error) {
			t.Helper()
			if err := r.do(do); err != nil {
				t.Fatal(err)
			}
		}
		step(func(a *act.Act) error {
			k, err := casework.StartClock(a, r.c, "stage1_decision", a.Now()) // 5 working days
			if want := time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC); !k.Due.Equal(want) {
				t.Errorf("due %v, want %v", k.Due, want)
			}
			return err
		})
		r.hand.Move(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).Sub(r.hand.Now()))
		step(func(a *act.Act) error { return casework.PauseClocks(a, r.c.ID, "information_requested") })
		r.hand.Move(time.Date(2026, 12, 9, 9, 0, 0, 0, time.UTC).Sub(r.hand.Now()))
		if d, err := r.Queue.Drain(context.Background()); err != nil || d.Failed > 0 {
			t.Fatal(d, err)
		}
		if all, out := r.clocks(); !all[0].Due.IsZero() || !all[0].Missed.IsZero() || len(out) != 0 {
			t.Fatalf("it ran while it stood still: %+v", all)
		}
		step(func(a *act.Act) error { return casework.ResumeClocks(a, r.c.ID, "information_requested") })
		all, _ := r.clocks()
		// One working day was used before (Tuesday); the 9th counts again, then 10, 11, 14.
		if want := time.Date(2026, 12, 14, 23, 0, 0, 0, time.UTC); !all[0].Due.Equal(want) {
			t.Fatalf("due %v, want %v", all[0].Due, want)
		}
	})
}

// A period can begin anew with an event that lies before the last one.
func TestClockBeginsAnewInAnyOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		r.Law = northland(t)
		for _, days := range []int{-5, -10, -1} {
			err := r.do(func(a *act.Act) error {
				_, err := casework.StartClock(a, r.c, "missing_report", a.Now().AddDate(0, 0, days))
				return err
			})
			if err != nil {
				t.Fatalf("%d days ago: %v", -days, err)
			}
		}
	})
}
