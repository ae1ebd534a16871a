package screening

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground      *act.Ground
	Instruments indicator.Set
	Case        casework.Type // the cases in which is asked
}

// By is who asks at the desk; what they do here is assistance.
type By = policy.Actor

func (d *Desk) ask(by By, verb Verb, c id.Case) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "case", ID: c.String()}, Purpose: consent.Assistance}
}

// Held is an interview with what follows from it.
type Held struct {
	Interview
	List       *indicator.Instrument // nil: this node has the list no longer
	Result     indicator.Result
	Shut       act.Shown[indicator.Answers]
	Superseded bool // a later one of the family was held
	Who        string
}

// View is what was asked in a case.
type View struct {
	Case  casework.Case
	Age   evidence.AgeClass
	Held  []Held                  // the latest first
	Lists []*indicator.Instrument // those that apply to her, one of each family
	May   bool                    // the reader may hold an interview
	Now   time.Time
}

// See shows the interviews of a case of one's own organisation. What follows from the
// answers is worked out anew by the list and version of that day (protection.md §1,
// rule 5).
func (d *Desk) See(ctx context.Context, by By, c id.Case) (View, error) {
	return act.Look(ctx, d.Ground, d.ask(by, See, c), func(a *act.Act) (v View, err error) {
		v.Now = a.Now().In(a.Zone())
		var p casework.Person
		if v.Case, p, err = casework.CaseAndPerson(a, d.Case, c); err != nil {
			return v, err
		}
		v.Age = p.Age
		v.May = a.May(Hold) && !p.Erased
		v.Lists = d.lists(v.Age)
		all, err := of(a, c)
		var families []string
		for i := 0; i < len(all) && err == nil; i++ {
			var h Held
			h, err = d.held(a, all[i])
			h.Superseded = slices.Contains(families, h.Family)
			families = append(families, h.Family)
			v.Held = append(v.Held, h)
		}
		return v, err
	})
}

func (d *Desk) held(a *act.Act, i Interview) (h Held, err error) {
	h.Interview, h.Who = i, a.Who(i.By.String())
	if h.Shut, err = act.Show(a, i.Answers); err != nil {
		return h, err
	}
	if list, ok := d.Instruments.Get(i.Instrument, i.Version); ok && !h.Shut.Erased && !h.Shut.Withheld {
		h.List, h.Result = list, list.Screen(h.Shut.Value, i.Age)
	}
	return h, nil
}

// lists are the newest lists that apply to somebody of this age.
func (d *Desk) lists(age evidence.AgeClass) (out []*indicator.Instrument) {
	var families []string
	for _, i := range d.Instruments.All() {
		if !slices.Contains(families, i.Family) {
			families = append(families, i.Family)
			out = append(out, i.For(age))
		}
	}
	return out
}

// Interview keeps what she answered. It moves no case, ends nothing, and tells
// nobody: the result is for who asked (protection.md §1, rule 4).
func (d *Desk) Interview(ctx context.Context, by By, in In) (indicator.Result, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Hold, in.Case), func(a *act.Act) (indicator.Result, error) {
		_, p, err := casework.CaseAndPerson(a, d.Case, in.Case)
		if err != nil {
			return indicator.Result{}, err
		}
		if p.Erased {
			return indicator.Result{}, fault.New(fault.Conflict, string(Hold), "screening.erased")
		}
		list, err := d.list(in.Family, p.Age)
		if err != nil {
			return indicator.Result{}, err
		}
		if err := in.check(list); err != nil {
			return indicator.Result{}, err
		}
		i := Interview{ID: id.New[id.Interview](), Case: in.Case, Family: in.Family, Instrument: list.ID, Version: list.Version, Age: p.Age, Pass: in.Pass,
			Answers: seal.New(seal.Narrative, in.Answers), By: a.Actor().User, At: a.Now()}
		return list.Screen(in.Answers, p.Age), insert(a, p, i)
	})
}
