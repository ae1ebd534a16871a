package disclosure

import (
	"context"
	"time"

	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/policy"
)

// View is what was disclosed in a case without her word.
type View struct {
	Case       casework.Case
	Duty       law.Duty // by which something could be disclosed now
	Bound      bool     // the law has such a duty
	List       []Shown
	Recipients []casework.Organisation // to whom something could be disclosed
	Can        []policy.Verb
	Now        time.Time
}

// Shown is one disclosure as the page shows it.
type Shown struct {
	Emergency
	Why       act.Shown[string]
	Recipient string
	State     casework.ReferralState
	Discloser string // a name; "" for who has left
	Reviewer  string
	Mine      bool // the reader disclosed it
}

// See shows what was disclosed in a case of one's own organisation.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (View, error) {
	return act.Look(ctx, d.Ground, d.ask(by, See, c), func(a *act.Act) (v View, err error) {
		v.Now = a.Now().In(a.Zone())
		v.Duty, v.Bound = a.Law().Duty(law.Emergency)
		if v.Case, err = casework.CaseOf(a, d.Case, c); err != nil {
			return v, err
		}
		for _, verb := range []policy.Verb{Disclose, Review, Tell} {
			if a.May(verb) {
				v.Can = append(v.Can, verb)
			}
		}
		all, err := casework.Organisations(a.Ctx(), a.Tx())
		if err != nil {
			return v, err
		}
		for _, o := range all {
			if o.ID != by.Organisation {
				v.Recipients = append(v.Recipients, o)
			}
		}
		list, err := of(a, c)
		for i := 0; i < len(list) && err == nil; i++ {
			var s Shown
			s, err = show(a, list[i])
			v.List = append(v.List, s)
		}
		return v, err
	})
}

func show(a *act.Act, e Emergency) (s Shown, err error) {
	s.Emergency, s.Mine = e, e.Discloser == a.Actor().User
	a.Touch("referral", e.Referral.String())
	if s.Why, err = act.Show(a, e.Reason); err != nil {
		return s, err
	}
	r, err := casework.ReferralByID(a.Ctx(), a.Tx(), e.Referral)
	if err != nil {
		return s, err
	}
	s.State, s.Discloser = r.State, a.Who(e.Discloser.String())
	if !e.Reviewer.IsZero() {
		s.Reviewer = a.Who(e.Reviewer.String())
	}
	s.Recipient, err = casework.OrganisationName(a.Ctx(), a.Tx(), r.Recipient)
	return s, err
}
