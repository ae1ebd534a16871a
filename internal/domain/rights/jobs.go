package rights

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/indicator"
)

// jobHeed wakes when a word was changed: see heed.
const jobHeed = "rights.heed"

// Accused is a charge against somebody of her name, as the prosecution recorded it.
type Accused struct {
	Charge  id.Charge
	By      id.Organisation
	Offence string
	Month   string
	Custody string
}

// Flag raises the flag of a charge in her case, for the node: in the case of her
// rights, or in one that it opens for the same person, if something says now that she
// may be a victim (protection.md §14, P20). Twice raises it once. Who charges her is
// told nothing by it.
func (d *Desk) Flag(ctx context.Context, in id.Case, x Accused) error {
	_, err := act.Do(ctx, d.Ground, onCase(d.Node, Flag, in), func(a *act.Act) (struct{}, error) {
		sign, err := d.sign(a, in)
		if err != nil {
			return struct{}{}, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), sign.Person)
		if err != nil || p.Erased {
			return struct{}{}, err
		}
		if live, err := d.alive(a, sign); err != nil || !live {
			return struct{}{}, err
		}
		c, fresh, err := flagged(a, p, x.Charge)
		if err != nil || !fresh {
			return struct{}{}, err
		}
		a.Touch("case", c.ID.String())
		return struct{}{}, raise(a, c, CompelledAct{Offence: x.Offence, Month: x.Month, Custody: x.Custody}, x)
	})
	return err
}

// sign is a case of one of the types that say she may be a victim.
func (d *Desk) sign(a *act.Act, c id.Case) (casework.Case, error) {
	for _, t := range d.Signs {
		row, err := casework.CaseOf(a, t, c)
		if !fault.Is(err, fault.NotFound) {
			return row, err
		}
	}
	return casework.Case{}, fault.New(fault.NotFound, "rights.sign", "casework.not_found")
}

// alive tells whether a case says of her now that she may be a victim: while it is
// open, or as long as the screening it came from stands and indicates it (P20).
func (d *Desk) alive(a *act.Act, c casework.Case) (bool, error) {
	for _, t := range d.Signs {
		if t.Name == c.Type && t.Open(c.State) {
			return true, nil
		}
	}
	if c.Signal.IsZero() {
		return false, nil
	}
	s, err := evidence.Get(a, c.Signal)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	taken, err := evidence.Retracted(a, c.Signal)
	if err != nil || taken {
		return false, err
	}
	answers := indicator.AnswersOf(s.Coded)
	return slices.ContainsFunc(s.Mentions, func(m evidence.Mention) bool {
		return m.Role == evidence.PresumedVictim && d.Screening.Screen(answers, m.Age).Outcome == indicator.Indicated
	}), nil
}

// flagged is the case of her rights in which a charge is to be flagged; fresh is
// false if it was.
func flagged(a *act.Act, p casework.Person, charge id.Charge) (c casework.Case, fresh bool, err error) {
	list, err := casework.CasesOfPerson(a, Case, p.ID)
	if err != nil {
		return c, false, err
	}
	for _, have := range list {
		n, err := db.New(a.Tx()).FlaggedBy(a.Ctx(), db.FlaggedByParams{Charge: charge.String(), Case: have.ID.String()})
		if err != nil || n > 0 {
			return c, false, fault.Wrap("prosecution.flagged", err)
		}
	}
	if c, err = openOf(a, p); err != nil {
		return c, false, err
	}
	if c.ID.IsZero() {
		c, err = casework.Open(a, Case, p, casework.Case{}, Flag)
		return c, true, err
	}
	c, err = casework.MoveBy(a, Case, c, Flag, casework.With{})
	return c, true, err
}
