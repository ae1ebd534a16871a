package disclosure

import (
	"embed"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/disclosure/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("disclosure", files) }

// insert keeps an emergency, its reason sealed under her key.
func insert(a *act.Act, p casework.Person, e Emergency) error {
	box, err := act.Seal(a, p.Subject, placeReason(e.Referral), e.Reason)
	if err != nil {
		return err
	}
	row := db.InsertEmergencyParams{Referral: e.Referral.String(), Case: e.Case.String(), Subject: p.Subject.String(), Duty: e.Duty.Code,
		Wording: e.Duty.Wording, Source: e.Duty.Source, Reason: box, Discloser: e.Discloser.String(), At: clock.Micro(e.At)}
	if !e.TellBy.IsZero() {
		row.TellBy = clock.Micro(e.TellBy)
	}
	return fault.Wrap("disclosure.insert", db.New(a.Tx()).InsertEmergency(a.Ctx(), row))
}

// of lists the emergencies of a case, oldest first, reasons still sealed.
func of(a *act.Act, c id.Case) ([]Emergency, error) {
	rows, err := db.New(a.Tx()).EmergenciesOf(a.Ctx(), c.String())
	out := make([]Emergency, len(rows))
	for i, r := range rows {
		e := Emergency{Referral: id.Trusted[id.Referral](r.Referral), Case: c, Discloser: id.Trusted[id.User](r.Discloser), At: clock.FromMicro(r.At), Verdict: Verdict(r.Verdict)}
		e.Duty.Code, e.Duty.Wording, e.Duty.Source = r.Duty, r.Wording, r.Source
		e.Reason = seal.Stored[string](seal.Narrative, id.Trusted[id.Subject](r.Subject), placeReason(e.Referral), r.Reason)
		if r.TellBy > 0 {
			e.TellBy = clock.FromMicro(r.TellBy)
		}
		if r.ReviewedAt > 0 {
			e.Reviewer, e.Reviewed = id.Trusted[id.User](r.Reviewer), clock.FromMicro(r.ReviewedAt)
		}
		if r.ToldAt > 0 {
			e.Told = clock.FromMicro(r.ToldAt)
		}
		out[i] = e
	}
	return out, fault.Wrap("disclosure.of", err)
}

func placeReason(r id.Referral) string { return "disclosure_emergency/reason/" + r.String() }

// review keeps what a second person found, once.
func review(a *act.Act, e Emergency, v Verdict) error {
	n, err := db.New(a.Tx()).ReviewEmergency(a.Ctx(), db.ReviewEmergencyParams{Verdict: string(v), Reviewer: a.Actor().User.String(),
		ReviewedAt: clock.Micro(a.Now()), Referral: e.Referral.String(), Case: e.Case.String()})
	return once(n, err)
}

// tell keeps that she was told, once.
func tell(a *act.Act, e Emergency) error {
	n, err := db.New(a.Tx()).TellEmergency(a.Ctx(), db.TellEmergencyParams{ToldAt: clock.Micro(a.Now()), Referral: e.Referral.String(), Case: e.Case.String()})
	return once(n, err)
}

func once(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Stale, "disclosure.once", "casework.changed_meanwhile")
	}
	return fault.Wrap("disclosure.once", err)
}
