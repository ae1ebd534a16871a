package rights

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// ReturnIn is a return as it is planned with her.
type ReturnIn struct {
	Case       id.Case
	Version    int64
	Word       id.Consent // her live word for her return
	Assessment string     // of what awaits her there
	// Pending is the answer to "is her identification, or a protected period, still
	// running?": yes, no or unknown.
	Pending  string
	FollowUp time.Time // when somebody asks how she is
}

func (in ReturnIn) check(now time.Time) error {
	v := fault.New(fault.Invalid, string(Return), "rights.invalid")
	if in.Assessment == "" {
		v.At("/assessment", "rights.say_assessment")
	}
	tooLong(v, "/assessment", in.Assessment)
	if !slices.Contains([]string{"yes", "no", "unknown"}, in.Pending) {
		v.At("/pending", "rights.say_pending")
	}
	if !in.FollowUp.After(now) {
		v.At("/follow_up", "rights.say_follow_up")
	}
	if err := v.OrNil(); err != nil {
		return err
	}
	if in.Pending != "no" {
		return fault.New(fault.Denied, string(Return), "rights.return_is_removal")
	}
	return nil
}

// Return records a safe and voluntary return (CETS 197, Article 16(2)): with her
// live word and with an assessment of the risk. While her identification or a
// protected period runs, or nobody knows whether, it would be a removal (Articles
// 10(2) and 13(1); protection.md §14, P6), and is refused.
func (d *Desk) Return(ctx context.Context, by By, in ReturnIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, Return, in.Case), func(a *act.Act) (casework.Case, error) {
		if err := in.check(a.Now()); err != nil {
			return casework.Case{}, err
		}
		c, err := moved(a, in.Case, in.Version, casework.With{Word: in.Word})
		if err != nil {
			return c, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return c, err
		}
		q := db.New(a.Tx())
		n, err := q.NextReturn(a.Ctx(), c.ID.String())
		if err != nil {
			return c, fault.Wrap("rights.Return", err)
		}
		box, err := act.Seal(a, p.Subject, place("return/assessment", c.ID, n), seal.Text(seal.Narrative, in.Assessment))
		if err != nil {
			return c, err
		}
		err = q.InsertReturn(a.Ctx(), db.InsertReturnParams{Case: c.ID.String(), N: n, Word: in.Word.String(), Assessment: box, FollowUp: clock.Micro(in.FollowUp), MadeAt: clock.Micro(a.Now())})
		if err != nil {
			return c, fault.Wrap("rights.Return", err)
		}
		_, err = casework.AddTask(a, c, "return_follow_up", in.FollowUp)
		return c, err
	})
}

// ProtectIn is a measure that protects her as a witness.
type ProtectIn struct {
	Case    id.Case
	Version int64
	Code    string
	Since   time.Time
	Until   time.Time // zero: until further notice
}

// Protect records a measure.
func (d *Desk) Protect(ctx context.Context, by By, in ProtectIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Protect), "rights.invalid")
	if !slices.Contains(Measures, in.Code) {
		v.At("/code", "rights.say_measure")
	}
	if in.Since.IsZero() {
		v.At("/since", "rights.say_day")
	}
	if !in.Until.IsZero() && !in.Until.After(in.Since) {
		v.At("/until", "rights.end_after_begin")
	}
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, onCase(by, Protect, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		q := db.New(a.Tx())
		n, err := q.NextMeasure(a.Ctx(), c.ID.String())
		if err != nil {
			return c, fault.Wrap("rights.Protect", err)
		}
		err = q.InsertMeasure(a.Ctx(), db.InsertMeasureParams{Case: c.ID.String(), N: n, Code: in.Code, Since: clock.Micro(in.Since), Until: clock.Stored(in.Until)})
		return c, fault.Wrap("rights.Protect", err)
	})
}

// BreachIn is a measure that did not hold.
type BreachIn struct {
	Case    id.Case
	Version int64
	Measure int64
	Done    string // what was done about it so far
}

// Breach records that a measure did not hold. Somebody has to act now.
func (d *Desk) Breach(ctx context.Context, by By, in BreachIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Breach), "rights.invalid")
	if in.Done == "" {
		v.At("/done", "rights.say_done")
	}
	tooLong(v, "/done", in.Done)
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, onCase(by, Breach, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return c, err
		}
		if err := living(p); err != nil {
			return c, err
		}
		list, err := measuresOf(a, c, p.Subject)
		if err != nil {
			return c, err
		}
		if !slices.ContainsFunc(list, func(m Measure) bool { return m.N == in.Measure }) {
			return c, fault.New(fault.NotFound, string(Breach), "fault.not_found")
		}
		q := db.New(a.Tx())
		n, err := q.NextBreach(a.Ctx(), db.NextBreachParams{Case: c.ID.String(), Measure: in.Measure})
		if err != nil {
			return c, fault.Wrap("rights.Breach", err)
		}
		box, err := act.Seal(a, p.Subject, place("breach/done", c.ID, in.Measure, n), seal.Text(seal.Narrative, in.Done))
		if err != nil {
			return c, err
		}
		err = q.InsertBreach(a.Ctx(), db.InsertBreachParams{Case: c.ID.String(), Measure: in.Measure, N: n, At: clock.Micro(a.Now()), Done: box})
		if err != nil {
			return c, fault.Wrap("rights.Breach", err)
		}
		_, err = casework.AddTask(a, c, "protection_breach", a.Now())
		return c, err
	})
}
