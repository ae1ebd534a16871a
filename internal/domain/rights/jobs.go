package rights

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/typology/indicator"
)

// The desk's jobs: each wakes, reads the state anew, and calls a verb.
const (
	jobMatch     = "rights.match"      // a charge was recorded
	jobMatchCase = "rights.match_case" // a case was opened or moved
	jobHeed      = "rights.heed"       // a word was changed
)

// pageRows bounds the cases that are read at once.
const pageRows = 200

// match looks whether somebody who is charged is helped by the organisation that
// recorded the charge, or by one that told it of her, and raises the flag there. It
// keeps nothing of the comparison.
func (d *Desk) match(ctx context.Context, on ledger.Ref) error {
	charge, err := id.Parse[id.Charge](on.ID)
	if err != nil {
		return err
	}
	cases, err := act.Look(ctx, d.Ground, ask(d.Node, Match, consent.Assistance, "charge", charge.String()), func(a *act.Act) ([]id.Case, error) {
		x, err := chargeByID(a, charge)
		if err != nil || !x.Ended.IsZero() {
			return nil, err
		}
		name, err := act.Open(a, x.Name)
		if err != nil {
			return nil, err
		}
		own, err := d.ownCases(a, x.Organisation, name)
		if err != nil {
			return nil, err
		}
		told, err := d.toldCases(a, x.Organisation, name)
		return append(own, told...), err
	})
	for i := 0; i < len(cases) && err == nil; i++ {
		err = d.flag(ctx, cases[i], charge)
	}
	if fault.Is(err, fault.NotFound) {
		return nil // forgotten meanwhile
	}
	return err
}

// matchCase asks the same the other way round: a charge may have come before anybody
// met her. Without a charge nothing is opened.
func (d *Desk) matchCase(ctx context.Context, on ledger.Ref) error {
	c, err := id.Parse[id.Case](on.ID)
	if err != nil {
		return err
	}
	n, err := d.peek(ctx, func(q *db.Queries) (int, error) {
		n, err := q.CountCharges(ctx)
		return int(n), err
	})
	if err != nil || n == 0 {
		return err
	}
	charges, err := act.Look(ctx, d.Ground, ask(d.Node, Match, consent.Assistance, "charge", ""), func(a *act.Act) ([]id.Charge, error) {
		row, err := d.sign(a, c)
		if err != nil {
			return nil, err
		}
		return d.chargesFor(a, row)
	})
	for i := 0; i < len(charges) && err == nil; i++ {
		err = d.flag(ctx, c, charges[i])
	}
	if fault.Is(err, fault.NotFound) {
		return nil // of another type, or forgotten meanwhile
	}
	return err
}

// chargesFor are the charges with the name of a case's person, as far as who recorded
// them helps her or was told of her.
func (d *Desk) chargesFor(a *act.Act, c casework.Case) (out []id.Charge, err error) {
	here, err := d.alive(a, c)
	if err != nil || !here {
		return nil, err
	}
	names := map[id.Organisation]string{}
	if names[c.Organisation], err = nameIn(a, c); err != nil {
		return nil, err
	}
	sent, err := casework.ReferralsOf(a, c.ID)
	for i := 0; i < len(sent) && err == nil; i++ {
		if sent[i].State.Open() && sent[i].Recipient != c.Organisation {
			names[sent[i].Recipient], err = nameSent(a, sent[i].ID)
		}
	}
	for organisation, name := range names {
		list, lerr := standing(a, organisation)
		if err != nil || lerr != nil {
			return nil, fault.Wrap("rights.chargesFor", first(err, lerr))
		}
		for _, x := range list {
			charged, err := act.Open(a, x.Name)
			if err != nil {
				return nil, err
			}
			if sameName(name, charged) {
				out = append(out, x.ID)
			}
		}
	}
	return out, err
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// ownCases are the cases of an organisation about somebody of that name.
func (d *Desk) ownCases(a *act.Act, organisation id.Organisation, name string) (out []id.Case, err error) {
	for _, t := range d.Signs {
		for after := (sqldb.After{}); ; {
			list, err := casework.Cases(a, t, organisation, after, pageRows)
			if err != nil {
				return nil, err
			}
			for _, c := range list {
				same, err := d.isHer(a, c, name)
				if err != nil {
					return nil, err
				}
				if same {
					out = append(out, c.ID)
				}
			}
			if len(list) < pageRows {
				break
			}
			last := list[len(list)-1]
			after = sqldb.After{At: last.Moved, ID: last.ID.String()}
		}
	}
	return out, nil
}

func (d *Desk) isHer(a *act.Act, c casework.Case, name string) (bool, error) {
	hers, err := nameIn(a, c)
	if err != nil || !sameName(hers, name) {
		return false, err
	}
	return d.alive(a, c)
}

// toldCases are the cases of which an organisation was told by a referral that
// stands, about somebody of that name.
func (d *Desk) toldCases(a *act.Act, organisation id.Organisation, name string) (out []id.Case, err error) {
	for _, need := range []string{"", casework.NeedNRM, casework.NeedJustice} {
		for after := (sqldb.After{}); ; {
			list, err := casework.AskedToDecide(a, organisation, need, after, pageRows)
			if err != nil {
				return nil, err
			}
			for _, r := range list {
				told, err := nameSent(a, r.ID)
				if err != nil {
					return nil, err
				}
				if !sameName(told, name) {
					continue
				}
				c, err := d.sign(a, r.Case)
				if fault.Is(err, fault.NotFound) {
					continue
				}
				live, aerr := d.alive(a, c)
				if err = first(err, aerr); err != nil {
					return nil, err
				}
				if live {
					out = append(out, r.Case)
				}
			}
			if len(list) < pageRows {
				break
			}
			last := list[len(list)-1]
			after = sqldb.After{At: last.Sent, ID: last.ID.String()}
		}
	}
	return out, nil
}

// nameIn is her name as her own organisation knows it; "" if it knows none.
func nameIn(a *act.Act, c casework.Case) (string, error) {
	p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
	if err != nil || p.Erased {
		return "", err
	}
	return act.Open(a, p.Name)
}

// nameSent is her name as a referral told it; "" if it told none, or no word stands
// behind it any more.
func nameSent(a *act.Act, r id.Referral) (string, error) {
	row, err := casework.ReferralByID(a.Ctx(), a.Tx(), r)
	if err != nil {
		return "", err
	}
	if row.Duty == "" {
		word, err := consent.Get(a.Ctx(), a.Tx(), row.Consent)
		if err != nil || !word.Live(a.Now()) {
			return "", err
		}
	}
	told, err := act.Open(a, row.Payload)
	return told.Name, err
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

// flag raises the flag of a charge in her case: in that of her rights, or in one that
// it opens for the same person. Twice raises it once.
func (d *Desk) flag(ctx context.Context, in id.Case, charge id.Charge) error {
	_, err := act.Do(ctx, d.Ground, onCase(d.Node, Flag, in), func(a *act.Act) (struct{}, error) {
		x, err := chargeByID(a, charge)
		if err != nil || !x.Ended.IsZero() {
			return struct{}{}, err
		}
		sign, err := d.sign(a, in)
		if err != nil {
			return struct{}{}, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), sign.Person)
		if err != nil || p.Erased {
			return struct{}{}, err
		}
		c, fresh, err := flagged(a, p, charge)
		if err != nil || !fresh {
			return struct{}{}, err
		}
		a.Touch("case", c.ID.String())
		return struct{}{}, raise(a, c, CompelledAct{Offence: x.Offence, Month: x.Month, Custody: x.Custody}, charge)
	})
	return err
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
			return c, false, fault.Wrap("rights.flagged", err)
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
