package prosecution

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/prosecution/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// The desk's jobs. They compare under the node's own name, open names and show them
// to nobody, and keep nothing of the comparison.
const (
	jobMatch     = "prosecution.match"      // a charge was recorded
	jobMatchCase = "prosecution.match_case" // a case was opened or moved
)

// pageRows bounds the cases that are read at once.
const pageRows = 200

// own is the node's question: it compares so that somebody is helped.
func (d *Desk) own(charge string) policy.Ask {
	return policy.Ask{Actor: d.Node, Verb: Match, On: ledger.Ref{Kind: "charge", ID: charge}, Purpose: consent.Assistance}
}

// match looks whether somebody who is charged is helped by the organisation that
// recorded the charge, or by one that told it of her, and raises the flag there.
func (d *Desk) match(ctx context.Context, on ledger.Ref) error {
	charge, err := id.Parse[id.Charge](on.ID)
	if err != nil {
		return err
	}
	var x Accusation
	cases, err := act.Look(ctx, d.Ground, d.own(charge.String()), func(a *act.Act) (_ []id.Case, err error) {
		if x, err = chargeByID(a, charge); err != nil || !x.Ended.IsZero() {
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
		err = d.Flag(ctx, cases[i], x)
	}
	return unlessGone(err)
}

// matchCase asks the same the other way round: a charge may have come before anybody
// met her. Without a charge nothing is opened, and no line says that somebody looked.
func (d *Desk) matchCase(ctx context.Context, on ledger.Ref) error {
	c, err := id.Parse[id.Case](on.ID)
	if err != nil {
		return err
	}
	var n int64
	err = d.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		n, err = db.New(tx).CountCharges(ctx)
		return err
	})
	if err != nil || n == 0 {
		return fault.Wrap("prosecution.matchCase", err)
	}
	found, err := act.Look(ctx, d.Ground, d.own(""), func(a *act.Act) ([]Accusation, error) { return d.chargesFor(a, c) })
	for i := 0; i < len(found) && err == nil; i++ {
		err = d.Flag(ctx, c, found[i])
	}
	return unlessGone(err)
}

// unlessGone takes what was forgotten meanwhile for done.
func unlessGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// chargesFor are the charges with the name of a case's person, as far as who recorded
// them keeps the case or was told of her.
func (d *Desk) chargesFor(a *act.Act, c id.Case) (out []Accusation, err error) {
	row, err := d.compared(a, c)
	if err != nil {
		return nil, err
	}
	own, err := nameIn(a, row)
	if err != nil {
		return nil, err
	}
	names := map[id.Organisation][]string{row.Organisation: {own}}
	sent, err := casework.ReferralsOf(a, c)
	for i := 0; i < len(sent) && err == nil; i++ {
		if sent[i].State.Open() && sent[i].Recipient != row.Organisation {
			var told string
			told, err = nameSent(a, sent[i].ID)
			names[sent[i].Recipient] = append(names[sent[i].Recipient], told)
		}
	}
	for organisation, known := range names {
		list, lerr := standing(a, organisation)
		if err = errors.Join(err, lerr); err != nil {
			return nil, fault.Wrap("prosecution.chargesFor", err)
		}
		for _, x := range list {
			charged, err := act.Open(a, x.Name)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(known, func(name string) bool { return sameName(name, charged) }) {
				out = append(out, x)
			}
		}
	}
	return out, err
}

// compared is a case of one of the types that are compared.
func (d *Desk) compared(a *act.Act, c id.Case) (casework.Case, error) {
	for _, t := range d.Types {
		row, err := casework.CaseOf(a, t, c)
		if !fault.Is(err, fault.NotFound) {
			return row, err
		}
	}
	return casework.Case{}, fault.New(fault.NotFound, "prosecution.compared", "casework.not_found")
}

// ownCases are the cases of an organisation about somebody of that name.
func (d *Desk) ownCases(a *act.Act, organisation id.Organisation, name string) (out []id.Case, err error) {
	for _, t := range d.Types {
		err := pages(func(after sqldb.After) (sqldb.After, error) {
			list, err := casework.Cases(a, t, organisation, after, pageRows)
			for i := 0; i < len(list) && err == nil; i++ {
				after = sqldb.After{At: list[i].Moved, ID: list[i].ID.String()}
				var hers string
				if hers, err = nameIn(a, list[i]); sameName(hers, name) {
					out = append(out, list[i].ID)
				}
			}
			return full(after, len(list)), err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// toldCases are the cases of which an organisation was told by a referral that
// stands, about somebody of that name.
func (d *Desk) toldCases(a *act.Act, organisation id.Organisation, name string) (out []id.Case, err error) {
	for _, need := range []string{"", casework.NeedNRM, casework.NeedJustice} {
		err := pages(func(after sqldb.After) (sqldb.After, error) {
			list, err := casework.AskedToDecide(a, organisation, need, after, pageRows)
			for i := 0; i < len(list) && err == nil; i++ {
				after = sqldb.After{At: list[i].Sent, ID: list[i].ID.String()}
				var told string
				if told, err = nameSent(a, list[i].ID); sameName(told, name) {
					out = append(out, list[i].Case)
				}
			}
			return full(after, len(list)), err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pages reads a list page by page, each after the row that read gives, until it gives
// none.
func pages(read func(sqldb.After) (sqldb.After, error)) error {
	for after := (sqldb.After{}); ; {
		next, err := read(after)
		if err != nil || next == (sqldb.After{}) {
			return err
		}
		after = next
	}
}

// full is where a list goes on after a page of n rows; none after its last.
func full(last sqldb.After, n int) sqldb.After {
	if n < pageRows {
		return sqldb.After{}
	}
	return last
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
