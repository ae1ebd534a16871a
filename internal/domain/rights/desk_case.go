package rights

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// sealed is a text that is kept sealed.
type sealed = seal.Field[string]

func onReferral(by By, verb policy.Verb, r id.Referral) policy.Ask {
	return ask(by, verb, consent.Assistance, "referral", r.String())
}

// needLawyer is the need of the referrals that a lawyer takes on.
const needLawyer = "lawyer"

// Take takes on whom a referral brought: a case, and a person, of the lawyer's own
// organisation, with what she let it know and no more (protection.md §1, rule 2).
func (d *Desk) Take(ctx context.Context, by By, r id.Referral, version int64) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onReferral(by, Take, r), func(a *act.Act) (casework.Case, error) {
		row, err := casework.ReferralByID(a.Ctx(), a.Tx(), r)
		if err != nil {
			return casework.Case{}, err
		}
		if row.Need != needLawyer {
			return casework.Case{}, fault.New(fault.Conflict, string(Take), "rights.not_for_a_lawyer")
		}
		a.Touch("case", row.Case.String())
		c, err := casework.TakeOn(a, Case, r, version, casework.Case{})
		if err != nil {
			return c, err
		}
		_, err = casework.AddTask(a, c, "mandate", thirdDay(a))
		return c, err
	})
}

// Begin opens a case of rights beside a case of help of one's own organisation, for
// the same person: an organisation without lawyers can still keep watch over what
// she is entitled to, and nobody has to be told of her for it.
func (d *Desk) Begin(ctx context.Context, by By, beside id.Case) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, Begin, beside), func(a *act.Act) (casework.Case, error) {
		help, err := casework.CaseOf(a, d.Helps, beside)
		if err != nil {
			return casework.Case{}, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), help.Person)
		if err != nil {
			return casework.Case{}, err
		}
		if p.Erased || !d.Helps.Open(help.State) {
			return casework.Case{}, fault.New(fault.Conflict, string(Begin), "rights.nobody_to_begin_for")
		}
		if err := casework.Hold(a, help.ID); err != nil {
			return casework.Case{}, err
		}
		have, err := openOf(a, p)
		if err != nil {
			return casework.Case{}, err
		}
		if !have.ID.IsZero() {
			return casework.Case{}, fault.New(fault.Conflict, string(Begin), "rights.begun_already")
		}
		return casework.Open(a, Case, p, casework.Case{}, Begin)
	})
}

// openOf is the open case of a person's rights; the zero Case if she has none.
func openOf(a *act.Act, p casework.Person) (casework.Case, error) {
	list, err := casework.CasesOfPerson(a, Case, p.ID)
	if i := slices.IndexFunc(list, func(c casework.Case) bool { return Case.Open(c.State) }); err == nil && i >= 0 {
		return list[i], nil
	}
	return casework.Case{}, err
}

// Finish ticks a task off, or takes the tick back.
func (d *Desk) Finish(ctx context.Context, by By, c id.Case, version int64, task id.Task, done bool) error {
	_, err := act.Do(ctx, d.Ground, onCase(by, Finish, c), func(a *act.Act) (struct{}, error) {
		if _, err := casework.Current(a, Case, c, version); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, casework.FinishTask(a, c, task, done)
	})
	return err
}

// Close ends the case. It ends no service, and no request that is under way.
func (d *Desk) Close(ctx context.Context, by By, c id.Case, version int64, reason string) (casework.Case, error) {
	return d.move(ctx, by, c, version, Close, casework.With{Reason: reason})
}

// Reopen opens a closed case again.
func (d *Desk) Reopen(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, c, version, Reopen, casework.With{})
}

// Review says that somebody looked at the case and that nothing changes.
func (d *Desk) Review(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, c, version, Review, casework.With{})
}

func (d *Desk) move(ctx context.Context, by By, c id.Case, version int64, verb Verb, with casework.With) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, verb, c), func(a *act.Act) (casework.Case, error) {
		return moved(a, c, version, with)
	})
}

// moved moves the case as it was read by the act's verb.
func moved(a *act.Act, c id.Case, version int64, with casework.With) (casework.Case, error) {
	now, err := casework.Current(a, Case, c, version)
	if err != nil {
		return now, err
	}
	return casework.MoveBy(a, Case, now, a.Grant().Ask().Verb, with)
}

// living refuses to keep more words about somebody who asked to be forgotten.
func living(p casework.Person) error {
	if p.Erased {
		return fault.New(fault.Conflict, "rights", "rights.erased")
	}
	return nil
}

// thirdDay is the end of the third day from now: it still counts.
func thirdDay(a *act.Act) time.Time {
	return clock.Day(a.Now().In(a.Zone()), 4).Add(-time.Second)
}
