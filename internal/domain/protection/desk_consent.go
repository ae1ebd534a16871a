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

// ConsentIn is one word of hers, as a worker notes it.
type ConsentIn struct {
	Case        id.Case
	Recipient   id.Organisation
	Purpose     consent.Purpose
	Agreed      bool
	Classes     []string
	Until       time.Time
	SpokenBy    consent.Speaker
	Interpreter bool
}

// Consent records her word, yes or no.
func (d *Desk) Consent(ctx context.Context, by By, in ConsentIn) (id.Consent, error) {
	if !slices.Contains(consent.Asked, in.Purpose) {
		return id.Consent{}, fault.New(fault.Invalid, string(Consent), "consent.invalid").At("/purpose", "consent.incomplete")
	}
	return act.Do(ctx, d.Ground, d.ask(by, Consent, "case", in.Case.String()), func(a *act.Act) (id.Consent, error) {
		_, p, err := casework.CaseAndPerson(a, Case, in.Case)
		if err != nil {
			return id.Consent{}, err
		}
		word := consent.Consent{State: consent.Refused, Person: p.ID, Purpose: in.Purpose, Recipient: in.Recipient, Language: p.Language,
			Interpreter: in.Interpreter, Notice: notice, Capacity: true, SpokenBy: in.SpokenBy, RecordedBy: a.Actor().User, RecordedAt: a.Now()}
		if p.Erased {
			return id.Consent{}, fault.New(fault.Conflict, string(Consent), "consent.not_live")
		}
		if in.Agreed {
			word.State, word.Until, word.Classes = consent.Given, in.Until, classesOf(in.Classes)
		} else if err := d.cutOff(a, p.ID, in); err != nil {
			return id.Consent{}, err
		}
		a.Touch("person", p.ID.String())
		cid, err := consent.Give(a.Ctx(), a.Tx(), word, p.Age.TreatedAsChild())
		if err != nil {
			return id.Consent{}, err
		}
		return cid, a.Emit(act.ConsentChanged, "consent", cid.String())
	})
}

// cutOff ends what a new no contradicts: a no to the same recipient for the same
// purpose takes every earlier yes back.
func (d *Desk) cutOff(a *act.Act, person id.Person, in ConsentIn) error {
	words, err := consent.Of(a.Ctx(), a.Tx(), person)
	if err != nil {
		return err
	}
	for _, w := range words {
		if w.Recipient != in.Recipient || w.Purpose != in.Purpose || !w.Live(a.Now()) {
			continue
		}
		if _, err := consent.Withdraw(a.Ctx(), a.Tx(), w.ID, a.Actor().User, a.Now()); err != nil {
			return err
		}
		if _, err := casework.RevokeUnder(a, w.ID, "consent_withdrawn"); err != nil {
			return err
		}
		if err := a.Emit(act.ConsentChanged, "consent", w.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

// NarrowIn is how far a word of hers reaches from now on.
type NarrowIn struct {
	Case    id.Case
	Consent id.Consent
	Classes []string
	Until   time.Time // zero: as before
}

// Narrow takes fields or time away from a word of hers, and from what is under way
// under it in the same moment. Nothing can be added: for more she is asked anew.
func (d *Desk) Narrow(ctx context.Context, by By, in NarrowIn) (consent.Consent, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Narrow, "case", in.Case.String()), func(a *act.Act) (out consent.Consent, err error) {
		have, err := hers(a, in.Case, in.Consent)
		if err != nil {
			return out, err
		}
		until := in.Until
		if until.IsZero() {
			until = have.Until
		}
		if out, err = consent.Narrow(a.Ctx(), a.Tx(), in.Consent, classesOf(in.Classes), until, a.Actor().User, a.Now()); err != nil {
			return out, err
		}
		if err := casework.NarrowUnder(a, in.Consent, out.Classes); err != nil {
			return out, err
		}
		return out, a.Emit(act.ConsentChanged, "consent", in.Consent.String())
	})
}

// hers is one word of the person of a case; another's is not there.
func hers(a *act.Act, c id.Case, word id.Consent) (consent.Consent, error) {
	_, p, err := casework.CaseAndPerson(a, Case, c)
	if err != nil {
		return consent.Consent{}, err
	}
	have, err := consent.Get(a.Ctx(), a.Tx(), word)
	if err != nil {
		return have, err
	}
	if have.Person != p.ID {
		return have, fault.New(fault.NotFound, "protection.hers", "consent.not_found")
	}
	a.Touch("person", p.ID.String())
	return have, nil
}

// Withdrawn is what a withdrawal cut off.
type Withdrawn struct {
	Consent consent.Consent
	Revoked []casework.Referral
}

// Withdraw takes a consent back. Every open referral that rests on it is revoked
// in the same moment and what was not taken up is purged (P3 of protection.md
// §14); every desk hears of it.
func (d *Desk) Withdraw(ctx context.Context, by By, c id.Case, word id.Consent) (Withdrawn, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Withdraw, "case", c.String()), func(a *act.Act) (out Withdrawn, err error) {
		if _, err := hers(a, c, word); err != nil {
			return out, err
		}
		if out.Consent, err = consent.Withdraw(a.Ctx(), a.Tx(), word, a.Actor().User, a.Now()); err != nil {
			return out, err
		}
		if out.Revoked, err = casework.RevokeUnder(a, word, "consent_withdrawn"); err != nil {
			return out, err
		}
		return out, a.Emit(act.ConsentChanged, "consent", word.String())
	})
}
