package typology

import (
	"database/sql"
	"errors"
	"slices"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/db"
)

// raise raises a lead or renews it, for whom it is routed to, also one more, and
// those it was brought to before.
func raise(a *act.Act, l Lead, s evidence.Signal, also id.Organisation) error {
	q := db.New(a.Tx())
	l.State, l.Raised, l.Updated = LeadOpen, s.Recorded, s.Recorded
	have, err := q.Lead(a.Ctx(), l.ID.String())
	known := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fault.Wrap("typology.raise", err)
	}
	if known {
		l.Raised = clock.FromMicro(have.Raised)
	}
	anew := !known || have.Rule != l.Rule || have.State != string(LeadOpen)
	if known && have.Rule != l.Rule {
		// It was brought to those who look for suspects, and now somebody whom the
		// law protects stands behind it, or the other way round.
		if err := q.DeleteRecipients(a.Ctx(), l.ID.String()); err != nil {
			return fault.Wrap("typology.raise", err)
		}
	}
	to, err := reach(a, l, also)
	if err != nil {
		return err
	}
	again, err := bring(a, &l, to)
	if err != nil {
		return err
	}
	if err := putLead(a, l, s.Seq); err != nil {
		return err
	}
	if l.State != LeadOpen || !anew && !again {
		return nil
	}
	return a.Emit(act.LeadRaised, "lead", l.ID.String())
}

// reach lists, sorted, the organisations that a lead is brought to.
func reach(a *act.Act, l Lead, also id.Organisation) ([]string, error) {
	q := db.New(a.Tx())
	to, err := q.Routes(a.Ctx(), l.Rule)
	if err != nil {
		return nil, fault.Wrap("typology.reach", err)
	}
	before, err := q.Recipients(a.Ctx(), l.ID.String())
	if err != nil {
		return nil, fault.Wrap("typology.reach", err)
	}
	for _, r := range before {
		to = append(to, r.Organisation)
	}
	if !also.IsZero() {
		to = append(to, also.String())
	}
	slices.Sort(to)
	return slices.Compact(to), nil
}

// bring brings a lead to its recipients. To one who set it aside it opens again
// only when more persons are behind it than then; it tells whether it did to any.
// Set aside as a whole is what every recipient has set aside.
func bring(a *act.Act, l *Lead, to []string) (again bool, err error) {
	q := db.New(a.Tx())
	rows, err := q.Dismissals(a.Ctx(), l.ID.String())
	if err != nil {
		return false, fault.Wrap("typology.bring", err)
	}
	said := map[string]db.TypologyDismissal{}
	for _, d := range rows {
		said[d.Organisation] = d
	}
	aside, last := 0, ""
	for _, o := range to {
		state := LeadOpen
		switch d, has := said[o]; {
		case has && int64(l.Persons) <= d.Persons:
			state, last = LeadDismissed, d.Signal
			aside++
		case has:
			again = true
			if err := q.DeleteDismissal(a.Ctx(), db.DeleteDismissalParams{Lead: d.Lead, Organisation: o}); err != nil {
				return again, fault.Wrap("typology.bring", err)
			}
		}
		if err := putRecipient(a, *l, o, state); err != nil {
			return again, err
		}
	}
	if aside > 0 && aside == len(to) {
		l.State, l.Verdict = LeadDismissed, id.Trusted[id.Signal](last)
	}
	return again, nil
}

func putRecipient(a *act.Act, l Lead, organisation string, state LeadState) error {
	return fault.Wrap("typology.putRecipient", db.New(a.Tx()).PutRecipient(a.Ctx(), db.PutRecipientParams{
		Lead: l.ID.String(), Organisation: organisation, State: string(state), Score: int64(l.Score)}))
}

// dismissed applies a responder's word that a lead was no lead. It is the word of
// one organisation: what one has set aside, another may yet help by.
func (d *Deriver) dismissed(a *act.Act, s evidence.Signal) error {
	q := db.New(a.Tx())
	row, err := q.Lead(a.Ctx(), s.Coded["lead"])
	if errors.Is(err, sql.ErrNoRows) {
		return nil // what it spoke of is gone by itself
	}
	if err != nil {
		return fault.Wrap("typology.dismissed", err)
	}
	to, err := q.Recipients(a.Ctx(), row.ID)
	if err != nil {
		return fault.Wrap("typology.dismissed", err)
	}
	by, l := s.Organisation.String(), leadFromRow(row)
	if !slices.ContainsFunc(to, func(r db.RecipientsRow) bool { return r.Organisation == by }) {
		return nil // it was taken from them meanwhile
	}
	err = q.PutDismissal(a.Ctx(), db.PutDismissalParams{Lead: row.ID, Organisation: by, Persons: row.Persons, Signal: s.ID.String()})
	if err != nil {
		return fault.Wrap("typology.dismissed", err)
	}
	if err := putRecipient(a, l, by, LeadDismissed); err != nil {
		return err
	}
	l.Updated = s.Recorded
	if !slices.ContainsFunc(to, func(r db.RecipientsRow) bool { return r.Organisation != by && r.State == string(LeadOpen) }) {
		l.State, l.Verdict = LeadDismissed, s.ID
	}
	return putLead(a, l, s.Seq)
}

// forget takes a lead away, and what was said of it.
func forget(a *act.Act, lead string) error {
	q := db.New(a.Tx())
	return fault.Wrap("typology.forget", errors.Join(q.DeleteRecipients(a.Ctx(), lead), q.DeleteDismissals(a.Ctx(), lead), q.DeleteLead(a.Ctx(), lead)))
}
