package prosecution

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/prosecution/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

func placeName(c id.Charge) string { return "prosecution_charge/name/" + c.String() }

// absent turns "no row" into what is not there.
func absent(err error, op string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, op, "fault.not_found")
	}
	return fault.Wrap(op, err)
}

// facts are what the policies may know of a charge: whose record it is.
func facts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	row, err := db.New(tx).ChargeRow(ctx, recordID)
	if err != nil {
		return policy.Facts{}, absent(err, "prosecution.facts")
	}
	return policy.Facts{Owner: id.Trusted[id.Organisation](row.Organisation), Protected: true}, nil
}

func chargeFromRow(r db.ProsecutionCharge) Accusation {
	x := Accusation{ID: id.Trusted[id.Charge](r.ID), Organisation: id.Trusted[id.Organisation](r.Organisation), Subject: id.Trusted[id.Subject](r.Subject),
		Offence: r.Offence, Month: r.Month, Custody: r.Custody, Made: clock.FromMicro(r.MadeAt), Ended: clock.FromStored(r.EndedAt)}
	x.Name = seal.Stored[string](seal.Identity, x.Subject, placeName(x.ID), r.Name)
	return x
}

func chargeByID(a *act.Act, c id.Charge) (Accusation, error) {
	r, err := db.New(a.Tx()).ChargeRow(a.Ctx(), c.String())
	if err != nil {
		return Accusation{}, absent(err, "prosecution.chargeByID")
	}
	return chargeFromRow(r), nil
}

func chargesOf(a *act.Act, organisation id.Organisation, after sqldb.After, limit int) ([]Accusation, error) {
	at, row := after.Falling()
	rows, err := db.New(a.Tx()).ChargesOf(a.Ctx(), db.ChargesOfParams{Organisation: organisation.String(), MadeAt: at, ID: row, Limit: int32(limit)})
	return charges(rows, err)
}

func standing(a *act.Act, organisation id.Organisation) ([]Accusation, error) {
	rows, err := db.New(a.Tx()).StandingCharges(a.Ctx(), organisation.String())
	return charges(rows, err)
}

func charges(rows []db.ProsecutionCharge, err error) ([]Accusation, error) {
	out := make([]Accusation, len(rows))
	for i, r := range rows {
		out[i] = chargeFromRow(r)
	}
	return out, fault.Wrap("prosecution.charges", err)
}
