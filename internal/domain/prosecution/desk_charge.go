package prosecution

import (
	"context"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/prosecution/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Charge records, for the prosecution, that somebody is charged or detained. The act
// looks at no case: it always puts in the same job, and it is that job which compares
// and raises the flag. So the answer, the line of the ledger and the time it takes
// are the same whether somebody helps this person or nobody does (docs/decisions/0009).
func (d *Desk) Charge(ctx context.Context, by By, in ChargeIn) (Accusation, error) {
	if err := d.check(in); err != nil {
		return Accusation{}, err
	}
	return act.Do(ctx, d.Ground, ask(by, Charge, "charge", ""), func(a *act.Act) (x Accusation, err error) {
		x = Accusation{ID: id.New[id.Charge](), Organisation: by.Organisation, Offence: in.Offence, Month: in.Month, Custody: in.Custody, Made: a.Now()}
		if x.Subject, err = a.Mint(); err != nil {
			return x, err
		}
		name, err := act.Seal(a, x.Subject, placeName(x.ID), seal.Text(seal.Identity, in.Name))
		if err != nil {
			return x, err
		}
		a.Touch("charge", x.ID.String())
		err = db.New(a.Tx()).InsertCharge(a.Ctx(), db.InsertChargeParams{ID: x.ID.String(), Organisation: x.Organisation.String(), Subject: x.Subject.String(),
			Name: name, Offence: x.Offence, Month: x.Month, Custody: x.Custody, MadeAt: clock.Micro(x.Made)})
		if err != nil {
			return x, fault.Wrap("prosecution.Charge", err)
		}
		return x, a.Later(jobMatch, "charge", x.ID.String(), a.Now())
	})
}

// End ends a charge. Its name is destroyed: it was kept to find who needs help.
func (d *Desk) End(ctx context.Context, by By, c id.Charge) error {
	_, err := act.Do(ctx, d.Ground, ask(by, End, "charge", c.String()), func(a *act.Act) (struct{}, error) {
		x, err := chargeByID(a, c)
		if err != nil {
			return struct{}{}, err
		}
		n, err := db.New(a.Tx()).EndCharge(a.Ctx(), db.EndChargeParams{EndedAt: clock.Micro(a.Now()), ID: c.String()})
		if err != nil || n == 0 {
			return struct{}{}, fault.Wrap("prosecution.EndCharge", err)
		}
		return struct{}{}, a.Later(evidence.JobDestroy, "subject", x.Subject.String(), a.Now())
	})
	return err
}

// View is what a prosecutor's page shows: what his own organisation recorded,
// and what was sent to it.
type View struct {
	Charges []Accusation
	Told    []casework.Referral
	Names   map[id.Organisation]string
}

// List lists the charges of the actor's organisation, the latest first, and the
// requests that were sent to it.
func (d *Desk) List(ctx context.Context, by By, p Page) (View, error) {
	return act.Look(ctx, d.Ground, ask(by, List, "charge", ""), func(a *act.Act) (v View, err error) {
		if v.Charges, err = chargesOf(a, by.Organisation, p.After, p.Limit); err != nil {
			return v, err
		}
		for i, x := range v.Charges {
			a.Touch("charge", x.ID.String())
			if v.Charges[i].Who, err = act.Show(a, x.Name); err != nil {
				return v, err
			}
		}
		if v.Told, err = casework.AskedToDecide(a, by.Organisation, casework.NeedJustice, sqldb.After{}, listRows); err != nil {
			return v, err
		}
		var from []id.Organisation
		for _, r := range v.Told {
			a.Touch("referral", r.ID.String())
			from = append(from, r.Organisation)
		}
		v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), from)
		return v, err
	})
}
