package casework

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Clock is a period of law that runs in a case. It keeps the law by which it
// began (protection.md §14, P7).
type Clock struct {
	Case     id.Case   `class:"public"`
	CaseCode string    `class:"public"` // filled in lists across cases
	CaseType string    `class:"public"` // likewise
	Rule     law.Rule  `class:"coded"`
	Started  time.Time `class:"coded"`
	Due      time.Time `class:"coded"` // zero: it stands still
	Warned   time.Time `class:"coded"` // zero: not yet
	Missed   time.Time `class:"coded"` // zero: not
	Met      time.Time `class:"coded"` // zero: it runs
	n        int64
}

// Runs tells whether what the clock waits for has not happened yet.
func (k Clock) Runs() bool { return k.Met.IsZero() }

// JobClock wakes when a clock of a case warns or has run out.
const JobClock = "casework.clock"

// dueSoon is how long before its end a clock warns (protection.md §4.3, due_soon);
// one that is shorter than twice that warns at its half.
const dueSoon = 7 * 24 * time.Hour

// StartClock starts a period of the State's law in a case, counted from an event.
// Without such a law it is fault.Invalid, which names what somebody must enter:
// no default steps in (protection.md §14, P17).
func StartClock(a *act.Act, c Case, rule string, event time.Time) (Clock, error) {
	r, err := a.Law().Rule(rule, event)
	if err != nil {
		return Clock{}, err
	}
	have, err := ClocksOf(a, c.ID)
	if err != nil {
		return Clock{}, err
	}
	k := Clock{Case: c.ID, CaseCode: c.Code, CaseType: c.Type, Rule: r, Started: event, n: 1}
	for _, h := range have {
		if h.Rule.Name == rule {
			k.n = max(k.n, h.n+1) // in whatever order they began
		}
	}
	if k.Due, err = a.Law().Due(r, event); err != nil {
		return Clock{}, err
	}
	err = db.New(a.Tx()).InsertClock(a.Ctx(), db.InsertClockParams{Case: c.ID.String(), Rule: rule, N: k.n, Organisation: c.Organisation.String(),
		Amount: int64(r.Amount), Unit: string(r.Unit), Pauses: strings.Join(r.Pauses, " "), Source: r.Source, StartedAt: clock.Micro(event), Due: clock.Micro(k.Due), Warn: clock.Micro(k.warn())})
	if err != nil {
		return Clock{}, fault.Wrap("casework.StartClock", err)
	}
	return k, k.wake(a)
}

// warn is when the clock says that its end is near.
func (k Clock) warn() time.Time {
	half := k.Started.Add(k.Due.Sub(k.Started) / 2)
	if soon := k.Due.Add(-dueSoon); soon.After(half) {
		return soon
	}
	return half
}

// AskForClocks notes which clocks of a case warn and which have run out. The node
// does it by a job; doing it twice, or too early, changes nothing.
func AskForClocks(ctx context.Context, g *act.Ground, self policy.Actor, on ledger.Ref) error {
	_, err := act.Do(ctx, g, policy.Ask{Actor: self, Verb: Remind, On: on, Purpose: consent.Assistance}, func(a *act.Act) (struct{}, error) {
		q, now := db.New(a.Tx()), clock.Micro(a.Now())
		err := errors.Join(q.WarnClocks(a.Ctx(), db.WarnClocksParams{Case: on.ID, Now: now}), q.MissClocks(a.Ctx(), db.MissClocksParams{Case: on.ID, Now: now}))
		if err != nil {
			return struct{}{}, fault.Wrap("casework.AskForClocks", err)
		}
		return struct{}{}, eachRunning(a, id.Trusted[id.Case](on.ID), func(k Clock) error {
			next := k.Due
			if k.Warned.IsZero() {
				next = k.warn()
			}
			if early := next.Sub(a.Now()); k.Due.IsZero() || early <= 0 || early >= time.Hour {
				return nil
			}
			// The process that woke this has a clock that is ahead of ours.
			return a.Later(JobClock, "case", on.ID, next.Add(time.Second))
		})
	})
	return err
}

func (k Clock) wake(a *act.Act) error {
	if err := a.Later(JobClock, "case", k.Case.String(), k.warn()); err != nil {
		return err
	}
	return a.Later(JobClock, "case", k.Case.String(), k.Due)
}

// MeetClock notes that what the clocks of a rule wait for has happened. What was
// missed stays missed.
func MeetClock(a *act.Act, c id.Case, rule string) error {
	return eachRunning(a, c, func(k Clock) error {
		if k.Rule.Name != rule {
			return nil
		}
		return db.New(a.Tx()).MeetClock(a.Ctx(), db.MeetClockParams{MetAt: clock.Micro(a.Now()), Case: c.String(), Rule: rule, N: k.n})
	})
}

// PauseClocks stops every clock of a case that the law lets stand still during
// event.
func PauseClocks(a *act.Act, c id.Case, event string) error {
	return eachRunning(a, c, func(k Clock) error {
		if !slices.Contains(k.Rule.Pauses, event) {
			return nil
		}
		q := db.New(a.Tx())
		return errors.Join(
			q.InsertPause(a.Ctx(), db.InsertPauseParams{Case: c.String(), Rule: k.Rule.Name, N: k.n, Event: event, FromAt: clock.Micro(a.Now())}),
			q.SetClock(a.Ctx(), db.SetClockParams{Case: c.String(), Rule: k.Rule.Name, N: k.n}))
	})
}

// ResumeClocks lets the clocks go on that event had stopped; their ends move.
func ResumeClocks(a *act.Act, c id.Case, event string) error {
	q := db.New(a.Tx())
	if err := q.EndPauses(a.Ctx(), db.EndPausesParams{Case: c.String(), Event: event, Now: clock.Micro(a.Now())}); err != nil {
		return fault.Wrap("casework.ResumeClocks", err)
	}
	rows, err := q.PausesOf(a.Ctx(), c.String())
	if err != nil {
		return fault.Wrap("casework.ResumeClocks", err)
	}
	return eachRunning(a, c, func(k Clock) (err error) {
		var pauses []law.Pause
		for _, p := range rows {
			if p.Rule == k.Rule.Name && p.N == k.n {
				pauses = append(pauses, law.Pause{From: clock.FromMicro(p.FromAt), Until: clock.FromStored(p.UntilAt)})
			}
		}
		if len(pauses) == 0 {
			return nil
		}
		if k.Due, err = a.Law().Due(k.Rule, k.Started, pauses...); err != nil || k.Due.IsZero() {
			return err
		}
		err = q.SetClock(a.Ctx(), db.SetClockParams{Due: clock.Micro(k.Due), Warn: clock.Micro(k.warn()), Case: c.String(), Rule: k.Rule.Name, N: k.n})
		return errors.Join(err, k.wake(a))
	})
}

func eachRunning(a *act.Act, c id.Case, do func(Clock) error) error {
	all, err := ClocksOf(a, c)
	for _, k := range all {
		if err == nil && k.Runs() {
			err = do(k)
		}
	}
	return fault.Wrap("casework.eachRunning", err)
}

// ClocksOf lists the clocks of a case, the oldest first.
func ClocksOf(a *act.Act, c id.Case) ([]Clock, error) {
	rows, err := db.New(a.Tx()).ClocksOfCase(a.Ctx(), c.String())
	out := make([]Clock, len(rows))
	for i, r := range rows {
		out[i] = clockFromRow(r)
	}
	return out, fault.Wrap("casework.ClocksOf", err)
}

// RunningOut lists the clocks of an organisation that warn or have run out, the
// earliest end first.
func RunningOut(a *act.Act, organisation id.Organisation, limit int) ([]Clock, error) {
	rows, err := db.New(a.Tx()).ClocksOf(a.Ctx(), db.ClocksOfParams{Organisation: organisation.String(), Limit: int32(limit)})
	out := make([]Clock, len(rows))
	for i, r := range rows {
		out[i] = clockFromRow(db.CaseworkClock{Case: r.Case, Rule: r.Rule, N: r.N, Organisation: r.Organisation, Amount: r.Amount, Unit: r.Unit,
			Pauses: r.Pauses, Source: r.Source, StartedAt: r.StartedAt, Due: r.Due, Warn: r.Warn, WarnedAt: r.WarnedAt, MissedAt: r.MissedAt, MetAt: r.MetAt})
		out[i].CaseCode, out[i].CaseType = r.Code, r.Type
	}
	return out, fault.Wrap("casework.RunningOut", err)
}

// Kept is how the clocks of one rule were kept.
type Kept struct {
	Rule                     string
	Started, Running, Missed int
}

// ClocksKept counts the clocks of an organisation by rule: queue and breach are
// first-class figures (protection.md §4.3).
func ClocksKept(a *act.Act, organisation id.Organisation) ([]Kept, error) {
	rows, err := db.New(a.Tx()).CountClocks(a.Ctx(), organisation.String())
	out := make([]Kept, len(rows))
	for i, r := range rows {
		out[i] = Kept{Rule: r.Rule, Started: int(r.Started), Running: int(r.Running), Missed: int(r.Missed)}
	}
	return out, fault.Wrap("casework.ClocksKept", err)
}

func clockFromRow(r db.CaseworkClock) Clock {
	return Clock{Case: id.Trusted[id.Case](r.Case), n: r.N, Started: clock.FromMicro(r.StartedAt), Due: clock.FromStored(r.Due),
		Warned: clock.FromStored(r.WarnedAt), Missed: clock.FromStored(r.MissedAt), Met: clock.FromStored(r.MetAt),
		Rule: law.Rule{Name: r.Rule, Amount: int(r.Amount), Unit: law.Unit(r.Unit), Pauses: strings.Fields(r.Pauses), Source: r.Source}}
}
