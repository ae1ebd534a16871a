package identification

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

// View is a determination as its page shows it.
type View struct {
	Case      casework.Case
	Person    casework.Person
	Alias     act.Shown[string]
	Name      act.Shown[string]
	Phone     act.Shown[string]
	Note      act.Shown[string]
	From      string // who referred her
	Duty      string // of the law by which she was referred; "": by her word
	Decisions []Decided
	Clocks    []casework.Clock
	Window    casework.Clock // to ask for reconsideration; zero: the law sets no limit
	Period    Period
	Why       act.Shown[string] // of an extension or early end of the period
	Grants    []Grant
	Flags     []Flagged
	Tasks     []casework.Task // those that are open
	Course    []casework.Step
	Standard  law.Standard // by which the next decision is made
	Decides   bool         // the law has one
	Unset     []string     // periods of this course that the law does not have
	Proposed  []Proposed
	Can       []Verb
	Asks      bool // to be looked at again
	Now       time.Time
}

// Decided is a decision as the page shows it.
type Decided struct {
	Decision
	Why act.Shown[string]
	By  []string // names; "" for who has left
}

// Proposed is what waits for a second pair of eyes.
type Proposed struct {
	act.Proposal
	In   act.Shown[DecideIn]
	By   string
	Mine bool // the reader proposed it
	May  bool // it waits for the reader
}

// See shows one determination of one's own authority.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (View, error) {
	return act.Look(ctx, d.Ground, d.decide(by, See, c), func(a *act.Act) (v View, err error) {
		v.Now = a.Now().In(a.Zone())
		if v.Case, err = casework.CaseOf(a, Determination, c); err != nil {
			return v, err
		}
		if err := v.person(a); err != nil {
			return v, err
		}
		if err := v.file(a); err != nil {
			return v, err
		}
		if err := v.course(a); err != nil {
			return v, err
		}
		if err := v.proposals(a); err != nil {
			return v, err
		}
		standard, err := a.Law().Standard(stageOf(v.Case.State), a.Now())
		v.Standard, v.Decides = standard, err == nil
		for _, rule := range []string{ruleStage1, rulePeriod, ruleStage2, ruleWindow, ruleAnew, ruleResident} {
			if _, err := a.Law().Rule(rule, a.Now()); err != nil {
				v.Unset = append(v.Unset, rule)
			}
		}
		for _, verb := range append(Determination.Can(v.Case.State), Finish, Extend, EndPeriod, Flag, Residence, Forget) {
			if a.May(verb) {
				v.Can = append(v.Can, verb)
			}
		}
		return v, nil
	})
}

// person shows whom it is about, as far as was told.
func (v *View) person(a *act.Act) (err error) {
	if v.Person, err = casework.PersonByID(a.Ctx(), a.Tx(), v.Case.Person); err != nil {
		return err
	}
	a.Touch("person", v.Person.ID.String())
	for _, f := range []struct {
		to   *act.Shown[string]
		from seal.Field[string]
	}{{&v.Alias, v.Person.Alias}, {&v.Name, v.Person.Name}, {&v.Phone, v.Person.Phone}, {&v.Note, v.Case.Note}} {
		if *f.to, err = act.Show(a, f.from); err != nil {
			return err
		}
	}
	return nil
}

// file shows how she came, and what was decided.
func (v *View) file(a *act.Act) error {
	f, err := fileOf(a, v.Case.ID)
	if err != nil {
		return err
	}
	r, err := casework.ReferralByID(a.Ctx(), a.Tx(), f.Referral)
	if err != nil {
		return err
	}
	v.Duty = f.Duty
	if v.From, err = casework.OrganisationName(a.Ctx(), a.Tx(), r.Organisation); err != nil {
		return err
	}
	list, err := decisionsOf(a, v.Case.ID)
	if err != nil {
		return err
	}
	for _, d := range list {
		s := Decided{Decision: d, By: []string{a.Who(d.Decider.String())}}
		if !d.Second.IsZero() {
			s.By = append(s.By, a.Who(d.Second.String()))
		}
		if s.Why, err = act.Show(a, d.Reasons); err != nil {
			return err
		}
		v.Decisions = append(v.Decisions, s)
	}
	return nil
}

// course shows what runs, what was given, and how it came to where it stands.
func (v *View) course(a *act.Act) (err error) {
	c := v.Case.ID
	if v.Clocks, err = casework.ClocksOf(a, c); err != nil {
		return err
	}
	if v.Window, err = last(a, c, ruleWindow); err != nil {
		return err
	}
	if v.Period, err = periodOf(a, c); err != nil {
		return err
	}
	if v.Why, err = act.Show(a, v.Period.Reasons); err != nil {
		return err
	}
	if v.Grants, err = grantsOf(a, c); err != nil {
		return err
	}
	if v.Flags, err = flagsOf(a, c); err != nil {
		return err
	}
	if v.Course, err = casework.Course(a, c); err != nil {
		return err
	}
	if v.Tasks, err = casework.TasksOf(a, c); err != nil {
		return err
	}
	v.Tasks = slices.DeleteFunc(v.Tasks, func(t casework.Task) bool { return t.Done })
	_, v.Asks, err = casework.ReviewDue(a, c)
	return err
}

func (v *View) proposals(a *act.Act) error {
	list, err := act.ProposalsOn(a, ledger.Ref{Kind: "case", ID: v.Case.ID.String()})
	for i := 0; i < len(list) && err == nil; i++ {
		p := Proposed{Proposal: list[i], By: a.Who(list[i].Proposer.String()), Mine: list[i].Proposer == a.Actor().User, May: list[i].For(a.Actor())}
		p.In, err = act.Proposed[DecideIn](a, list[i])
		v.Proposed = append(v.Proposed, p)
	}
	return err
}

// Approve does what somebody else of the authority proposed.
func (d *Desk) Approve(ctx context.Context, by By, p id.Proposal, _ string) error {
	ask := d.decide(by, act.ApproveProposal, id.Case{})
	ask.On = ledger.Ref{Kind: "proposal", ID: p.String()}
	return act.Approve(ctx, d.Ground, ask)
}

// Decline says no to it, with a reason.
func (d *Desk) Decline(ctx context.Context, by By, p id.Proposal, reason string) error {
	if !slices.Contains(act.DeclineReasons, reason) {
		return fault.New(fault.Invalid, string(act.DeclineProposal), "casework.invalid").At("/reason", "casework.needs_reason")
	}
	ask := d.decide(by, act.DeclineProposal, id.Case{})
	ask.On = ledger.Ref{Kind: "proposal", ID: p.String()}
	return act.Decline(ctx, d.Ground, ask, reason)
}

// TakeBack takes one's own proposal back.
func (d *Desk) TakeBack(ctx context.Context, by By, p id.Proposal, _ string) error {
	ask := d.decide(by, act.TakeBack, id.Case{})
	ask.On = ledger.Ref{Kind: "proposal", ID: p.String()}
	return act.Retract(ctx, d.Ground, ask)
}
