package child

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// NoteAge notes a claim about her age, or evidence, and writes as what she is to be
// treated to the person: consent and referral follow it at once (protection.md §14,
// P1). No body is looked at without a word that is in force (CETS 197, Article
// 12(7); General Comment No. 6 of the Committee on the Rights of the Child).
func (d *Desk) NoteAge(ctx context.Context, by By, on On, in AgeIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, NoteAge, func(a *act.Act, w ward) error {
		if in.Source == ByMedical {
			if err := inForce(a, w, NoteAge, in.Word, consent.Identification); err != nil {
				return err
			}
		} else {
			in.Word = id.Consent{}
		}
		return noteAge(a, w, AgeWord{Kind: in.Kind, Source: in.Source, Word: in.Word}, in.Note)
	})
}

func noteAge(a *act.Act, w ward, word AgeWord, note string) error {
	words, err := agesOf(a, w)
	if err != nil {
		return err
	}
	word.N, word.Actor, word.At, word.Note = int64(len(words))+1, a.Actor().User, a.Now(), seal.Text(seal.Health, note)
	if err := insertAge(a, w, word); err != nil {
		return err
	}
	age := Effective(kindsOf(append(words, word)))
	if err := casework.SetAge(a, w.Person.ID, age); err != nil {
		return err
	}
	switch {
	case age == evidence.Child && w.Person.Age == evidence.Adult:
		return recognised(a, w.Case) // again: what begins then begins anew
	case age == evidence.Adult && word.Source != ByBirthdate: // for the calendar see comesOfAge
		// Nobody speaks for an adult: what others agreed to for her ends.
		if err := endWords(a, w.Person.ID, "of_age", byOthers); err != nil {
			return err
		}
		return endGuardian(a, w, "of_age")
	}
	return nil
}

// inForce refuses what needs a live word for a purpose, if there is none. It is
// locked first: what is withdrawn meanwhile carries nothing.
func inForce(a *act.Act, w ward, verb Verb, word id.Consent, purpose consent.Purpose) error {
	if err := consent.Lock(a.Ctx(), a.Tx(), word); err != nil {
		return err
	}
	have, err := consent.Get(a.Ctx(), a.Tx(), word)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err != nil || have.Person != w.Person.ID || have.Purpose != purpose || !have.Live(a.Now()) {
		return fault.New(fault.Denied, string(verb), "casework.no_live_consent")
	}
	return nil
}
