package casework_test

import (
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/law"
)

// A period that runs towards a day is refused without a law, begins so long before
// the day and ends with its first moment; a second takes the place of the first.
func TestCountDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		down := func(day string) (k casework.Clock, err error) {
			to, perr := law.ParseDay(day)
			if perr != nil {
				t.Fatal(perr)
			}
			err = r.do(func(a *act.Act) (err error) {
				k, err = casework.CountDown(a, r.c, "reconsent_at_18", to)
				return err
			})
			return k, err
		}
		if _, err := down("2027-04-01"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("no law: %v", err)
		}
		r.Law = northland(t)
		if _, err := down("2027-08-01"); err != nil {
			t.Fatal(err)
		}
		k, err := down("2027-04-01")
		if err != nil {
			t.Fatal(err)
		}
		if from, to := law.DayOf(k.Started.In(r.Law.Zone)), law.DayOf(k.Due.In(r.Law.Zone)); from.String() != "2027-01-01" || to.String() != "2027-04-01" {
			t.Errorf("it runs from %s to %s", from, to)
		}
		running, _ := r.clocks()
		if len(running) != 1 || !running[0].Due.Equal(k.Due) {
			t.Errorf("the case has the clocks %+v", running)
		}
		if running[0].Late(k.Due.Add(-1)) || !running[0].Late(k.Due) {
			t.Error("it is late at another moment than its end")
		}
		if err := r.do(func(a *act.Act) error { return casework.EndClocks(a, r.c) }); err != nil {
			t.Fatal(err)
		}
		if running, _ = r.clocks(); running[0].Runs() || running[0].Late(k.Due.AddDate(1, 0, 0)) {
			t.Error("it runs on in a case that is over")
		}
	})
}
