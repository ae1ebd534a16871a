package protection

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology"
)

// OpenIn is what a caseworker says when a lead becomes a case.
type OpenIn struct {
	Lead     id.Lead
	Alias    string
	Language string
	Age      evidence.AgeClass
	Note     string
}

// Open opens a case of help from a lead. A lead that already has an open case of
// this node gives that case's id in the fault: two desks do not work past each other.
func (d *Desk) Open(ctx context.Context, by By, in OpenIn) (casework.Case, error) {
	if !language(in.Language) {
		return casework.Case{}, fault.New(fault.Invalid, string(Open), "protection.intake_invalid").At("/language", "protection.say_language")
	}
	return act.Do(ctx, d.Ground, d.ask(by, Open, "lead", in.Lead.String()), func(a *act.Act) (casework.Case, error) {
		have, err := casework.CaseOfLead(a.Ctx(), a.Tx(), in.Lead)
		if err != nil {
			return casework.Case{}, err
		}
		if !have.IsZero() {
			return casework.Case{}, fault.New(fault.Conflict, string(Open), "casework.lead_has_case")
		}
		her, err := typology.Whom(a, in.Lead)
		if err != nil {
			return casework.Case{}, err
		}
		if in.Age, err = disputed(a, in.Age, her); err != nil {
			return casework.Case{}, err
		}
		p, err := casework.AddPerson(a, casework.Person{Alias: seal.Text(seal.Identity, in.Alias), Safety: casework.NotKnown, Language: in.Language, Age: in.Age})
		if err != nil {
			return casework.Case{}, err
		}
		c, err := casework.Open(a, Case, p, casework.Case{Lead: in.Lead, Note: seal.Text(seal.Narrative, in.Note)}, Open)
		if err != nil {
			return casework.Case{}, err
		}
		if err := casework.KeepSources(a, c.ID, her); err != nil {
			return casework.Case{}, err
		}
		return c, d.firstTasks(a, c, Intake{Age: string(in.Age)})
	})
}

// disputed is the age on which a case is opened: that of somebody who was reported
// as a child and is now said to be an adult is not known, and until it is, she is
// treated as a child (CETS 197, Article 10(3)).
func disputed(a *act.Act, said evidence.AgeClass, her []id.Mention) (evidence.AgeClass, error) {
	for i := 0; i < len(her) && said == evidence.Adult; i++ {
		m, err := evidence.MentionByID(a.Ctx(), a.Tx(), her[i])
		if err != nil {
			return said, err
		}
		if m.Age == evidence.Child {
			said = evidence.AgeUnknown
		}
	}
	return said, nil
}

// PlanIn is one revision of the support plan.
type PlanIn struct {
	Case    id.Case
	Version int64 // as the planner read it
	Risk    casework.Risk
	Goals   []string // codes of needs
	Due     time.Time
}

// Plan sets what is to be done, and by when.
func (d *Desk) Plan(ctx context.Context, by By, in PlanIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Plan), "protection.plan_invalid")
	if len(in.Goals) == 0 {
		v.At("/goals", "protection.say_goal")
	}
	for _, g := range in.Goals {
		if !slices.Contains(casework.Needs, g) {
			v.At("/goals", "protection.unknown_need")
			break
		}
	}
	if !slices.Contains([]casework.Risk{casework.RiskUnknown, casework.RiskLow, casework.RiskModerate, casework.RiskHigh, casework.RiskNow}, in.Risk) {
		v.At("/risk", "protection.say_risk")
	}
	if in.Due.IsZero() {
		v.At("/due", "protection.say_due")
	}
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, d.ask(by, Plan, "case", in.Case.String()), func(a *act.Act) (casework.Case, error) {
		c, err := casework.Current(a, Case, in.Case, in.Version)
		if err != nil {
			return c, err
		}
		if c, err = casework.MoveBy(a, Case, c, Plan, casework.With{}); err != nil {
			return c, err
		}
		if err := casework.SetRisk(a, c.ID, in.Risk); err != nil {
			return c, err
		}
		c.Risk = in.Risk
		for _, g := range in.Goals {
			if _, err := casework.AddTask(a, c, "need_"+g, in.Due); err != nil {
				return c, err
			}
		}
		return c, nil
	})
}

// Finish ticks a task off, or takes the tick back.
func (d *Desk) Finish(ctx context.Context, by By, c id.Case, version int64, task id.Task, done bool) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Plan, "case", c.String()), func(a *act.Act) (struct{}, error) {
		if _, err := casework.Current(a, Case, c, version); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, casework.FinishTask(a, c, task, done)
	})
	return err
}

// CloseIn is the end of a case as somebody wants it.
type CloseIn struct {
	Case    id.Case
	Version int64 // as it was read
	Reason  string
}

// Close closes a case with a reason. It revokes nothing and ends no service: a
// person keeps what she was promised. The end of a child's case, and of a case
// whose person is not there to be asked, waits for a second pair of eyes.
func (d *Desk) Close(ctx context.Context, by By, in CloseIn) (casework.Case, error) {
	verb := Close
	if slices.Contains(UnseenReasons, in.Reason) {
		verb = CloseUnseen
	}
	return act.DoOrPark(ctx, d.Ground, d.ask(by, verb, "case", in.Case.String()), in, closing(verb))
}

func closing(verb Verb) func(*act.Act, *CloseIn) (casework.Case, error) {
	return func(a *act.Act, in *CloseIn) (casework.Case, error) {
		now, err := casework.Current(a, Case, in.Case, in.Version)
		if err != nil {
			return now, err
		}
		return casework.MoveBy(a, Case, now, verb, casework.With{Reason: in.Reason})
	}
}

// Reopen opens a closed case again: help can be asked for twice.
func (d *Desk) Reopen(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, c, version, Reopen)
}

// Review says that somebody looked at the case and that nothing changes: its
// clock begins anew.
func (d *Desk) Review(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, c, version, Review)
}

func (d *Desk) move(ctx context.Context, by By, c id.Case, version int64, verb Verb) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.ask(by, verb, "case", c.String()), func(a *act.Act) (casework.Case, error) {
		now, err := casework.Current(a, Case, c, version)
		if err != nil {
			return now, err
		}
		return casework.MoveBy(a, Case, now, verb, casework.With{})
	})
}
