package casework

import (
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/law"
)

// CountDown starts a period of the State's law that runs towards a day to come: it
// warns from its first day and ends with the beginning of that day. A case has one
// of each rule: a second one takes the place of the first. Without such a law it is
// fault.Invalid, as with StartClock.
func CountDown(a *act.Act, c Case, rule string, to law.Day) (Clock, error) {
	r, err := a.Law().Rule(rule, a.Now())
	if err != nil {
		return Clock{}, err
	}
	from, err := a.Law().Before(r, to)
	if err != nil {
		return Clock{}, err
	}
	k := Clock{Case: c.ID, CaseCode: c.Code, CaseType: c.Type, Rule: r, Started: from.Start(a.Law().Zone), Due: to.Start(a.Law().Zone), n: 1}
	err = db.New(a.Tx()).PutCountdown(a.Ctx(), db.PutCountdownParams{Case: c.ID.String(), Rule: rule, Organisation: c.Organisation.String(),
		Amount: int64(r.Amount), Unit: string(r.Unit), Source: r.Source, StartedAt: clock.Micro(k.Started), Due: clock.Micro(k.Due)})
	if err != nil {
		return Clock{}, fault.Wrap("casework.CountDown", err)
	}
	return k, errors.Join(a.Later(JobClock, "case", c.ID.String(), k.Started), a.Later(JobClock, "case", c.ID.String(), k.Due))
}

// EndClocks stops what runs in a case that is over: nothing in it is waited for any
// more. What was missed stays missed.
func EndClocks(a *act.Act, c Case) error {
	return eachRunning(a, c.ID, func(k Clock) error {
		return db.New(a.Tx()).MeetClock(a.Ctx(), db.MeetClockParams{MetAt: clock.Micro(a.Now()), Case: c.ID.String(), Rule: k.Rule.Name, N: k.n})
	})
}

// Running tells whether a clock of a rule runs in a case.
func Running(a *act.Act, c Case, rule string) (running bool, err error) {
	err = eachRunning(a, c.ID, func(k Clock) error {
		running = running || k.Rule.Name == rule
		return nil
	})
	return running, err
}

// Late tells whether the clock ran out by now before what it waits for happened.
func (k Clock) Late(now time.Time) bool { return k.Runs() && !k.Due.IsZero() && !now.Before(k.Due) }
