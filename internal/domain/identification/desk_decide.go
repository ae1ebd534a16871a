package identification

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Confirm decides the stage that waits in her favour. A positive first decision
// opens the protected period, if the law of the State has one.
func (d *Desk) Confirm(ctx context.Context, by By, in DecideIn) (casework.Case, error) {
	if err := in.check(Confirm); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, d.decide(by, Confirm, in.Case), func(a *act.Act) (casework.Case, error) {
		c, p, stage, err := d.decided(a, Confirm, Positive, &in)
		if err != nil || stage == law.Stage2 {
			return c, err
		}
		k, set, err := start(a, c, rulePeriod, a.Now())
		if err != nil {
			return c, err
		}
		if set {
			if err := insertPeriod(a, p, k); err != nil {
				return c, err
			}
			if err := a.Later(jobSettle, "case", c.ID.String(), k.Due); err != nil {
				return c, err
			}
		}
		return c, begin(a, c, ruleStage2)
	})
}

// Reject decides against her, if somebody else of the authority agrees: until then
// it is a proposal. It ends nobody's help, and leaves her the way to ask again.
func (d *Desk) Reject(ctx context.Context, by By, in DecideIn) (casework.Case, error) {
	if err := in.check(Reject); err != nil {
		return casework.Case{}, err
	}
	return act.DoOrPark(ctx, d.Ground, d.decide(by, Reject, in.Case), in, d.reject)
}

func (d *Desk) reject(a *act.Act, in *DecideIn) (casework.Case, error) {
	c, _, _, err := d.decided(a, Reject, Negative, in)
	if err != nil {
		return c, err
	}
	return c, d.route(a, c)
}

// route opens the way to have a negative decision looked at again (protection.md
// §14, P10): for as long as the law says, and without end where it says nothing,
// for a limit that nobody has laid down takes no right away.
func (d *Desk) route(a *act.Act, c casework.Case) error {
	k, set, err := start(a, c, ruleWindow, a.Now())
	if err != nil || !set {
		return err
	}
	return a.Later(jobSettle, "case", c.ID.String(), k.Due.Add(-early))
}

// decided makes a decision of the stage that waits: it keeps the standard of the
// day, and ends the clock that waited for it.
func (d *Desk) decided(a *act.Act, verb Verb, outcome Outcome, in *DecideIn) (c casework.Case, p casework.Person, stage law.Stage, err error) {
	if c, err = casework.Current(a, Determination, in.Case, in.Version); err != nil {
		return c, p, stage, err
	}
	stage = stageOf(c.State)
	if c, err = casework.MoveBy(a, Determination, c, verb, casework.With{}); err != nil {
		return c, p, stage, err
	}
	if p, err = d.keep(a, c, stage, outcome, in); err != nil {
		return c, p, stage, err
	}
	rule := ruleStage1
	if stage == law.Stage2 {
		rule = ruleStage2
	}
	if err = casework.MeetClock(a, c.ID, rule); err != nil || Determination.Open(c.State) {
		return c, p, stage, err
	}
	if err = answer(a, c, casework.Completed, ""); err == nil {
		err = settled(a, c)
	}
	return c, p, stage, err
}

// answer tells whoever referred her that the referral is over, if it still stands.
func answer(a *act.Act, c casework.Case, to casework.ReferralState, reason string) error {
	r, err := casework.ReferralByID(a.Ctx(), a.Tx(), c.Referral)
	if err != nil || !r.State.Open() {
		return err
	}
	_, err = casework.Answer(a, r, to, reason)
	return err
}

// keep adds a decision with its standard and reasons. Without a standard nothing is
// decided; where she has taken her word back, neither.
func (d *Desk) keep(a *act.Act, c casework.Case, stage law.Stage, outcome Outcome, in *DecideIn) (casework.Person, error) {
	f, err := hers(a, c.ID)
	if err != nil {
		return casework.Person{}, err
	}
	standard, err := a.Law().Standard(stage, a.Now())
	if err != nil {
		return casework.Person{}, err
	}
	p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
	if err != nil {
		return p, err
	}
	out := Decision{Case: c.ID, Referral: f.Referral, Stage: stage, Outcome: outcome, Standard: standard,
		Reasons: seal.Text(seal.Narrative, in.Reasons), Decider: a.Actor().User}
	if in.Decider.IsZero() {
		in.Decider = out.Decider // a proposal keeps who wanted it first
	}
	if in.Decider != out.Decider {
		out.Decider, out.Second = in.Decider, out.Decider
	}
	return p, insertDecision(a, p, out)
}

// Reopen answers a request to look again: what was decided against her is decided
// anew, by the standard of the day on which that is done.
func (d *Desk) Reopen(ctx context.Context, by By, in DecideIn) (casework.Case, error) {
	return d.again(ctx, by, Reopen, Reopened, in)
}

// Uphold answers a request to look again: the negative decision stands.
func (d *Desk) Uphold(ctx context.Context, by By, in DecideIn) (casework.Case, error) {
	return d.again(ctx, by, Uphold, Upheld, in)
}

func (d *Desk) again(ctx context.Context, by By, verb policy.Verb, outcome Outcome, in DecideIn) (casework.Case, error) {
	if err := in.check(verb); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, d.decide(by, verb, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := casework.Current(a, Determination, in.Case, in.Version)
		if err != nil {
			return c, err
		}
		stage := stageOf(c.State)
		if c, err = casework.MoveBy(a, Determination, c, verb, casework.With{}); err != nil {
			return c, err
		}
		if err := another(a, c); err != nil {
			return c, err
		}
		if _, err := d.keep(a, c, stage, outcome, &in); err != nil {
			return c, err
		}
		if err := casework.MeetClock(a, c.ID, ruleAnew); err != nil {
			return c, err
		}
		if outcome == Upheld {
			return c, settled(a, c)
		}
		if stage == law.Stage2 {
			return c, begin(a, c, ruleStage2)
		}
		return c, begin(a, c, ruleStage1)
	})
}

// another refuses somebody who has decided against her themselves: who looks again
// is somebody else.
func another(a *act.Act, c casework.Case) error {
	list, err := decisionsOf(a, c.ID)
	for _, d := range list {
		if me := a.Actor().User; err == nil && d.Outcome == Negative && (d.Decider == me || d.Second == me) {
			return fault.New(fault.Denied, string(a.Grant().Ask().Verb), "identification.needs_another")
		}
	}
	return err
}
