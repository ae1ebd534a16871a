package child

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/seal"
)

// Assess weighs an action concerning the child against her interests (Convention on
// the Rights of the Child, Article 3; Directive 2011/36/EU, Article 13(1)).
func (d *Desk) Assess(ctx context.Context, by By, on On, in InterestIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Assess, func(a *act.Act, w ward) error {
		err := insertAssessment(a, w, Assessment{Action: in.Action, InInterest: in.InInterest == "yes", Heard: in.Heard, Unheard: in.Unheard,
			Wishes: seal.Text(seal.Narrative, in.Wishes), Reasons: seal.Text(seal.Narrative, in.Reasons), Actor: a.Actor().User, At: a.Now()})
		if err != nil {
			return err
		}
		return casework.MeetClock(a, w.Case.ID, ruleFirst)
	})
}

// Trigger asks for a determination: a question that shapes her life is not one
// worker's. It also is how a decision is looked at again.
func (d *Desk) Trigger(ctx context.Context, by By, on On, in TriggerIn) (casework.Case, error) {
	if !slices.Contains(Questions, in.Question) {
		return casework.Case{}, fault.New(fault.Invalid, string(Trigger), "child.invalid").At("/question", "child.say_question")
	}
	return d.change(ctx, by, on, Trigger, func(a *act.Act, w ward) error {
		list, err := determinationsOf(a, w)
		if err != nil {
			return err
		}
		n := int64(len(list))
		if n > 0 && list[n-1].State != Decided {
			return fault.New(fault.Conflict, string(Trigger), "child.one_at_a_time")
		}
		return putDetermination(a, w, Determination{N: n + 1, State: Triggered, Question: in.Question, Triggered: a.Now()})
	})
}

// Collect adds what somebody found out. Whoever collects does not decide.
func (d *Desk) Collect(ctx context.Context, by By, on On, in CollectIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Collect), "child.invalid")
	if in.Note == "" {
		v.At("/note", "child.say_note")
	}
	tooLong(v, "/note", in.Note)
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Collect, func(a *act.Act, w ward) error {
		b, err := determinationOf(a, w, in.N, Collect)
		if err == nil {
			err = b.mayCollect(by.User)
		}
		if err != nil {
			return err
		}
		if err := insertPart(a, w, b, Part{Collected: true, Actor: by.User, Note: seal.Text(seal.Narrative, in.Note), At: a.Now()}); err != nil {
			return err
		}
		b.State = Information
		return putDetermination(a, w, b)
	})
}

// Sit joins the panel. From the first member on nothing more is collected.
func (d *Desk) Sit(ctx context.Context, by By, on On, in SitIn) (casework.Case, error) {
	return d.change(ctx, by, on, Sit, func(a *act.Act, w ward) error {
		b, err := determinationOf(a, w, in.N, Sit)
		if err == nil {
			err = b.maySit(by.User)
		}
		if err != nil {
			return err
		}
		if err := insertPart(a, w, b, Part{Actor: by.User, At: a.Now()}); err != nil {
			return err
		}
		b.State = Panel
		return putDetermination(a, w, b)
	})
}

// Decide writes down what the panel decided, what it weighed, and how the child was
// heard: a determination never skips her.
func (d *Desk) Decide(ctx context.Context, by By, on On, in BestInterestsIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Decide, func(a *act.Act, w ward) error {
		b, err := determinationOf(a, w, in.N, Decide)
		if err == nil {
			err = b.mayDecide(by.User)
		}
		if err != nil {
			return err
		}
		b.State, b.Outcome, b.Heard, b.Unheard, b.At = Decided, in.Outcome, in.Heard, in.Unheard, a.Now()
		b.Wishes, b.Options, b.Reasons = seal.Text(seal.Narrative, in.Wishes), seal.Text(seal.Narrative, in.Options), seal.Text(seal.Narrative, in.Reasons)
		if err := putDetermination(a, w, b); err != nil {
			return err
		}
		// The decision before this one was looked at again by making this one.
		if err := casework.MeetClock(a, w.Case.ID, ruleReview); err != nil {
			return err
		}
		return wait(a, w.Case, ruleReview, a.Now())
	})
}

// determinationOf is the determination that somebody means.
func determinationOf(a *act.Act, w ward, n int64, verb Verb) (Determination, error) {
	list, err := determinationsOf(a, w)
	if err != nil {
		return Determination{}, err
	}
	if n < 1 || n > int64(len(list)) {
		return Determination{}, fault.New(fault.Conflict, string(verb), "child.not_at_this_step")
	}
	return list[n-1], nil
}
