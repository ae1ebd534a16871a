package child

import (
	"context"
	"errors"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/child/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// blank blanks what this desk keeps of a person whose cases are forgotten, whichever
// desk forgets her: codes and dates stay as a stub, her words do not.
func blank(a *act.Act, cases []id.Case) error {
	q := db.New(a.Tx())
	for _, c := range cases {
		text := c.String()
		err := errors.Join(q.BlankAges(a.Ctx(), text), q.DropBirth(a.Ctx(), text), q.BlankAssessments(a.Ctx(), text), q.BlankDeterminations(a.Ctx(), text),
			q.BlankParts(a.Ctx(), text), q.BlankMissing(a.Ctx(), text), q.BlankEntries(a.Ctx(), text))
		if err != nil {
			return fault.Wrap("child.blank", err)
		}
	}
	return nil
}

// ForgetPerson blanks what this desk keeps of somebody whom another desk forgets.
func ForgetPerson(a *act.Act, person id.Person) error {
	list, err := casework.CasesOfPerson(a, Case, person)
	if err != nil {
		return err
	}
	cases := make([]id.Case, len(list))
	for i, c := range list {
		cases[i] = c.ID
	}
	return blank(a, cases)
}

// Forget erases a child who was taken on by this desk (Regulation (EU) 2016/679,
// Article 17). One who is helped by the same organisation is forgotten where she is
// helped, with all that is kept of her there.
func (d *Desk) Forget(ctx context.Context, by By, c id.Case) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Forget, kind, c.String()), func(a *act.Act) (struct{}, error) {
		w, err := read(a, c)
		if err != nil || w.Person.Erased {
			return struct{}{}, err
		}
		help, err := originOf(a, c)
		if err != nil {
			return struct{}{}, err
		}
		if !help.IsZero() {
			return struct{}{}, fault.New(fault.Conflict, string(Forget), "child.forget_there")
		}
		if err := endWords(a, w.Person.ID, "person_forgotten", func(consent.Consent) bool { return true }); err != nil {
			return struct{}{}, err
		}
		if err := casework.ForgetPerson(a, w.Person.ID); err != nil {
			return struct{}{}, err
		}
		cases, err := casework.ForgetCases(a, w.Person.ID)
		if err != nil {
			return struct{}{}, err
		}
		if err := blank(a, cases); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.Later(evidence.JobDestroy, "subject", w.Person.Subject.String(), a.Now())
	})
	return err
}
