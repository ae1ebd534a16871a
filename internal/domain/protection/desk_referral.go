package protection

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
)

// ReferIn asks a service to take the person of a case on.
type ReferIn struct {
	Case    id.Case
	Version int64
	Service id.Service
	Consent id.Consent
}

// Refer sends a referral under her live word. What the recipient gets is what
// the consent covers, and no more.
func (d *Desk) Refer(ctx context.Context, by By, in ReferIn) (casework.Referral, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Refer, "case", in.Case.String()), func(a *act.Act) (casework.Referral, error) {
		c, err := casework.Current(a, Case, in.Case, in.Version)
		if err != nil {
			return casework.Referral{}, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return casework.Referral{}, err
		}
		service, err := casework.ServiceByID(a.Ctx(), a.Tx(), in.Service)
		if err != nil {
			return casework.Referral{}, err
		}
		payload, err := casework.PayloadOf(a, c, p)
		if err != nil {
			return casework.Referral{}, err
		}
		if c, err = casework.MoveBy(a, Case, c, Refer, casework.With{Word: in.Consent}); err != nil {
			return casework.Referral{}, err
		}
		return d.send(a, p, c, service, in.Consent, payload)
	})
}

// Preview is exactly what the recipient of a consent would get now.
func (d *Desk) Preview(ctx context.Context, by By, c id.Case, word id.Consent) (casework.Payload, error) {
	return act.Look(ctx, d.Ground, d.ask(by, See, "case", c.String()), func(a *act.Act) (casework.Payload, error) {
		row, p, err := casework.CaseAndPerson(a, Case, c)
		if err != nil {
			return casework.Payload{}, err
		}
		have, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err != nil {
			return casework.Payload{}, err
		}
		if have.Person != p.ID || !have.Live(a.Now()) {
			return casework.Payload{}, fault.New(fault.Denied, string(See), "casework.no_live_consent")
		}
		payload, err := casework.PayloadOf(a, row, p)
		return casework.Within(payload, have.Classes), err
	})
}

// Received is a referral as its recipient sees it.
type Received struct {
	Referral casework.Referral
	Payload  act.Shown[casework.Payload]
	Service  casework.Service
	From     string
	Next     []casework.ReferralState
	Now      time.Time
}

// Receive opens a referral that was sent to the actor's organisation. Opening it
// is noted: from then on it counts as delivered.
func (d *Desk) Receive(ctx context.Context, by By, r id.Referral) (Received, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Receive, "referral", r.String()), func(a *act.Act) (out Received, err error) {
		out.Now = a.Now()
		if out.Referral, err = casework.Deliver(a, r); err != nil {
			return out, err
		}
		if err := ofService(out.Referral); err != nil {
			return out, err
		}
		a.Touch("case", out.Referral.Case.String())
		a.Touch("person", out.Referral.Person.String())
		if out.Payload, err = act.Show(a, out.Referral.Payload); err != nil {
			return out, err
		}
		if !out.Referral.Service.IsZero() { // an emergency asks for no service
			if out.Service, err = casework.ServiceByID(a.Ctx(), a.Tx(), out.Referral.Service); err != nil {
				return out, err
			}
		}
		if out.From, err = casework.OrganisationName(a.Ctx(), a.Tx(), out.Referral.Organisation); err != nil {
			return out, err
		}
		for _, s := range out.Referral.State.Next() {
			if s != casework.Revoked && s != casework.Expired {
				out.Next = append(out.Next, s)
			}
		}
		return out, nil
	})
}

// ofService refuses what is asked of somebody who decides, not of a service: their
// own desk receives and answers it. Here it is not there.
func ofService(r casework.Referral) error {
	if r.Need == casework.NeedNRM || r.Need == casework.NeedJustice {
		return fault.New(fault.NotFound, "protection.ofService", "casework.not_found")
	}
	return nil
}

// AnswerIn is a service's answer.
type AnswerIn struct {
	Referral id.Referral
	Version  int64
	To       casework.ReferralState
	Reason   string
}

// DeclineReasons are the codes a service gives when it cannot take somebody.
var DeclineReasons = []string{"full", "language", "not_for_us", "distance", "safety", "other"}

// Answer accepts, declines or completes a referral.
func (d *Desk) Answer(ctx context.Context, by By, in AnswerIn) (casework.Referral, error) {
	if in.To == "" {
		return casework.Referral{}, fault.New(fault.Invalid, string(Answer), "casework.invalid").At("/to", "protection.say_answer")
	}
	if in.Reason != "" && !slices.Contains(DeclineReasons, in.Reason) {
		return casework.Referral{}, fault.New(fault.Invalid, string(Answer), "casework.invalid").At("/reason", "casework.needs_reason")
	}
	if in.To == casework.Revoked || in.To == casework.Expired {
		return casework.Referral{}, fault.New(fault.Denied, string(Answer), "protection.not_a_services_answer")
	}
	return act.Do(ctx, d.Ground, d.ask(by, Answer, "referral", in.Referral.String()), func(a *act.Act) (casework.Referral, error) {
		r, err := casework.ReferralByID(a.Ctx(), a.Tx(), in.Referral)
		if err != nil {
			return r, err
		}
		if err := ofService(r); err != nil {
			return r, err
		}
		if err := casework.UpToDate(in.Version, r.Version); err != nil {
			return r, err
		}
		a.Touch("case", r.Case.String())
		return casework.Answer(a, r, in.To, in.Reason)
	})
}
