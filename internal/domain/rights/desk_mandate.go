package rights

import (
	"context"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// RepresentIn is a mandate as it is recorded.
type RepresentIn struct {
	Case    id.Case
	Version int64
	Scope   []string
	Since   time.Time
	Until   time.Time // zero: until it is ended
}

// Represent records that the actor speaks for her. Every request that was flagged
// has its lawyer from then on.
func (d *Desk) Represent(ctx context.Context, by By, in RepresentIn) (casework.Case, error) {
	m := Mandate{Scope: in.Scope, Holder: by.User, Since: in.Since, Until: in.Until}
	if err := m.check(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, onCase(by, Represent, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		q := db.New(a.Tx())
		n, err := q.NextMandate(a.Ctx(), c.ID.String())
		if err != nil {
			return c, fault.Wrap("rights.Represent", err)
		}
		err = q.InsertMandate(a.Ctx(), db.InsertMandateParams{Case: c.ID.String(), N: n, Scope: strings.Join(in.Scope, " "), Holder: by.User.String(),
			Since: clock.Micro(in.Since), Until: clock.Stored(in.Until)})
		if err != nil {
			return c, fault.Wrap("rights.Represent", err)
		}
		if err := settle(a, c, "mandate"); err != nil {
			return c, err
		}
		return c, assign(a, c)
	})
}

// settle ticks off the tasks of a kind: what they ask for is done.
func settle(a *act.Act, c casework.Case, kind string) error {
	list, err := casework.TasksOf(a, c.ID)
	for _, t := range list {
		if t.Kind == kind && !t.Done && err == nil {
			err = casework.FinishTask(a, c.ID, t.ID, true)
		}
	}
	return err
}

// assign gives every flagged request of a case its lawyer, if somebody speaks for
// her now.
func assign(a *act.Act, c casework.Case) error {
	has, err := held(a, c.ID)
	if err != nil || !has {
		return err
	}
	list, err := requestsOf(a, c, id.Subject{})
	for _, r := range list {
		if r.State == Flagged && err == nil {
			_, err = moveRequest(a, c.ID, r, LawyerAssigned, "")
		}
	}
	return err
}

// EndMandate ends the mandate. What was submitted stays submitted.
func (d *Desk) EndMandate(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, EndMandate, c), func(a *act.Act) (casework.Case, error) {
		now, err := moved(a, c, version, casework.With{})
		if err != nil {
			return now, err
		}
		_, err = db.New(a.Tx()).EndMandates(a.Ctx(), db.EndMandatesParams{EndedAt: clock.Micro(a.Now()), Case: c.String()})
		return now, fault.Wrap("rights.EndMandate", err)
	})
}
