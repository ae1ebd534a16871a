package identification

import (
	"context"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
)

// Prepared is all that is needed to refer somebody, and what came of it.
type Prepared struct {
	Case        casework.Case
	Child       bool // treated as one
	Erased      bool
	Refer       law.Duty // to refer a child; Bound tells whether the law has it
	Bound       bool
	Notify      law.Duty // to notify; Notifies tells whether the law has it
	Notifies    bool
	Notified    bool
	Authorities []casework.Organisation
	Words       []consent.Consent // hers on this, in order
	All         casework.Payload  // all that could be told
	Sent        []Sent
	Can         []Verb
	Now         time.Time
}

// Sent is one referral to an authority, as its sender sees it.
type Sent struct {
	casework.Referral
	Authority string
	Outcomes  []Came // as codes; none where the sender may not know
}

// Came is the outcome of a stage.
type Came struct {
	Stage   law.Stage
	Outcome Outcome
	At      time.Time
}

// Prepare shows what it needs to refer the person of a case, and what the authority
// has answered.
func (d *Desk) Prepare(ctx context.Context, by By, c id.Case) (Prepared, error) {
	return act.Look(ctx, d.Ground, d.help(by, Prepare, c), func(a *act.Act) (v Prepared, err error) {
		v.Now = a.Now().In(a.Zone())
		v.Refer, v.Bound = a.Law().Duty(law.ReferChild)
		v.Notify, v.Notifies = a.Law().Duty(law.Notify)
		var p casework.Person
		if v.Case, p, err = d.person(a, Prepare, c); fault.Is(err, fault.Conflict) {
			v.Erased, err = true, nil
		}
		if err != nil {
			return v, err
		}
		v.Child = p.Age.TreatedAsChild()
		if v.Authorities, err = casework.Authorities(a.Ctx(), a.Tx()); err != nil {
			return v, err
		}
		if v.Words, err = wordsOf(a, p.ID); err != nil {
			return v, err
		}
		if v.Notified, err = notified(a, c); err != nil {
			return v, err
		}
		if !v.Erased {
			if v.All, err = casework.PayloadOf(a, v.Case, p); err != nil {
				return v, err
			}
		}
		for _, verb := range []Verb{Ask, Refer, Notify} {
			if a.May(verb) {
				v.Can = append(v.Can, verb)
			}
		}
		v.Sent, err = sent(a, c)
		return v, err
	})
}

// sent lists the referrals of a case to authorities. What came of one the sender
// learns, as a code, for as long as it rests on her live word or on a duty.
func sent(a *act.Act, c id.Case) (out []Sent, err error) {
	all, err := casework.ReferralsOf(a, c)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Need != casework.NeedNRM {
			continue
		}
		a.Touch("referral", r.ID.String())
		s := Sent{Referral: r}
		if s.Authority, err = casework.OrganisationName(a.Ctx(), a.Tx(), r.Recipient); err != nil {
			return nil, err
		}
		live := r.Duty != ""
		if !live {
			word, err := consent.Get(a.Ctx(), a.Tx(), r.Consent)
			if err != nil {
				return nil, err
			}
			live = word.Live(a.Now())
		}
		if live {
			if s.Outcomes, err = outcomes(a, r.ID); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}
