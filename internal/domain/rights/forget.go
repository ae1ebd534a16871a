package rights

import (
	"context"
	"errors"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// Forget erases a person of the desk at her word (Regulation (EU) 2016/679, Article
// 17): what is sealed of her is blanked, every consent withdrawn, every share
// revoked, and a job destroys her key set. Codes, days and sums stay, as a stub.
//
// A person who has a case of help here too is forgotten there, with what she told
// first; this desk forgets with it (see ForgetPerson).
func (d *Desk) Forget(ctx context.Context, by By, c id.Case) error {
	_, err := act.Do(ctx, d.Ground, onCase(by, Forget, c), func(a *act.Act) (struct{}, error) {
		_, p, err := casework.CaseAndPerson(a, Case, c)
		if err != nil || p.Erased {
			return struct{}{}, err
		}
		for _, t := range d.Signs {
			others, err := casework.CasesOfPerson(a, t, p.ID)
			if err != nil {
				return struct{}{}, err
			}
			if t.Name != Case.Name && len(others) > 0 {
				return struct{}{}, fault.New(fault.Conflict, string(Forget), "rights.forget_with_help")
			}
		}
		words, err := consent.Of(a.Ctx(), a.Tx(), p.ID)
		for i := 0; i < len(words) && err == nil; i++ {
			if words[i].Live(a.Now()) {
				_, err = takeBack(a, words[i].ID, "person_forgotten")
			}
		}
		if err := errors.Join(err, casework.ForgetPerson(a, p.ID)); err != nil {
			return struct{}{}, err
		}
		if err := ForgetPerson(a, p.ID); err != nil {
			return struct{}{}, err
		}
		if _, err := casework.ForgetCases(a, p.ID); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.Later(evidence.JobDestroy, "subject", p.Subject.String(), a.Now())
	})
	return err
}

// ForgetPerson blanks what this desk keeps of a person, in the act of whichever desk
// forgets her.
func ForgetPerson(a *act.Act, person id.Person) error {
	list, err := casework.CasesOfPerson(a, Case, person)
	if err != nil {
		return err
	}
	q := db.New(a.Tx())
	for _, c := range list {
		row := c.ID.String()
		words, err := consent.Of(a.Ctx(), a.Tx(), person)
		for i := 0; i < len(words) && err == nil; i++ {
			err = hush(a, words[i].ID)
		}
		err = errors.Join(err, q.BlankActs(a.Ctx(), row), q.BlankRequests(a.Ctx(), row), q.BlankReturns(a.Ctx(), row), q.BlankBreaches(a.Ctx(), row))
		if err != nil {
			return fault.Wrap("rights.ForgetPerson", err)
		}
	}
	return nil
}
