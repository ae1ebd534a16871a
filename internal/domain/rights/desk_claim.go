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
)

// AdviseIn begins a route of compensation.
type AdviseIn struct {
	Case    id.Case
	Version int64
	Route   Route
	Event   time.Time // from which its limitation is counted
}

// Advise records that she was advised of a route, and starts the clock of its
// limitation. Where nobody has entered the State's law the claim goes on without a
// clock, and its page says "not configured": her claim must not wait for somebody to
// configure a node, and no default may pretend to be her limit (protection.md §14,
// P4 and P17).
func (d *Desk) Advise(ctx context.Context, by By, in AdviseIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Advise), "rights.invalid")
	if !slices.Contains(Routes, in.Route) {
		v.At("/route", "rights.say_route")
	}
	if in.Event.IsZero() {
		v.At("/event", "rights.say_day")
	}
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, onCase(by, Advise, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		q := db.New(a.Tx())
		n, err := q.NextClaim(a.Ctx(), c.ID.String())
		if err != nil {
			return c, fault.Wrap("rights.Advise", err)
		}
		made, err := q.InsertClaim(a.Ctx(), db.InsertClaimParams{Case: c.ID.String(), N: n, Organisation: c.Organisation.String(), Route: string(in.Route), EventAt: clock.Micro(in.Event)})
		if err != nil {
			return c, fault.Wrap("rights.Advise", err)
		}
		if made == 0 {
			return c, fault.New(fault.Conflict, string(Advise), "rights.route_taken")
		}
		if err := step(a, c.ID, "claim", n, "", string(Advised), ""); err != nil {
			return c, err
		}
		if _, err := a.Law().Rule(in.Route.Rule(), in.Event); err != nil {
			return c, nil // not configured: see above
		}
		_, err = casework.StartClock(a, c, in.Route.Rule(), in.Event)
		return c, err
	})
}

// Pursue takes a claim a step further. What is filed has kept its limit.
func (d *Desk) Pursue(ctx context.Context, by By, in PursueIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, Pursue, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		was, err := claimOf(a, c.ID, in.Claim)
		if err != nil {
			return c, err
		}
		is, err := was.step(in)
		if err != nil {
			return c, err
		}
		if is.State == Filed {
			if err := casework.MeetClock(a, c.ID, is.Route.Rule()); err != nil {
				return c, err
			}
		}
		return c, moveClaim(a, c.ID, was, is)
	})
}

// PayIn is a part of what was awarded, as it arrived.
type PayIn struct {
	Case    id.Case
	Version int64
	Claim   int64
	Amount  Amount
}

// Pay records what she got. When all that was awarded has come, and not before, the
// claim is paid.
func (d *Desk) Pay(ctx context.Context, by By, in PayIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, Pay, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		was, err := claimOf(a, c.ID, in.Claim)
		if err != nil {
			return c, err
		}
		if !was.Payable() {
			return c, fault.New(fault.Conflict, string(Pay), "rights.nothing_awarded")
		}
		v := fault.New(fault.Invalid, string(Pay), "rights.invalid")
		if in.Amount.check(v); in.Amount.Currency != was.Currency {
			v.At("/currency", "rights.same_currency")
		}
		if err := v.OrNil(); err != nil {
			return c, err
		}
		err = db.New(a.Tx()).InsertPayment(a.Ctx(), db.InsertPaymentParams{Case: c.ID.String(), Claim: was.N, Amount: in.Amount.Minor, At: clock.Micro(a.Now())})
		if err != nil {
			return c, fault.Wrap("rights.Pay", err)
		}
		is := was
		is.Paid += in.Amount.Minor
		return c, moveClaim(a, c.ID, was, is.settled())
	})
}
