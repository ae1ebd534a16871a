package screening

import (
	"embed"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/screening/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("screening", files) }

func insert(a *act.Act, p casework.Person, i Interview) error {
	box, err := act.Seal(a, p.Subject, placeAnswers(i.ID), i.Answers)
	if err != nil {
		return err
	}
	return fault.Wrap("screening.insert", db.New(a.Tx()).InsertInterview(a.Ctx(), db.InsertInterviewParams{ID: i.ID.String(), Case: i.Case.String(),
		Subject: p.Subject.String(), Family: i.Family, Instrument: i.Instrument, Version: int64(i.Version), Age: string(i.Age), Pass: string(i.Pass),
		Answers: box, HeldBy: i.By.String(), HeldAt: clock.Micro(i.At)}))
}

// of lists the interviews of a case, the latest first, answers still sealed.
func of(a *act.Act, c id.Case) ([]Interview, error) {
	rows, err := db.New(a.Tx()).InterviewsOf(a.Ctx(), c.String())
	out := make([]Interview, len(rows))
	for n, r := range rows {
		i := Interview{ID: id.Trusted[id.Interview](r.ID), Case: c, Family: r.Family, Instrument: r.Instrument, Version: int(r.Version),
			Age: evidence.AgeClass(r.Age), Pass: Pass(r.Pass), By: id.Trusted[id.User](r.HeldBy), At: clock.FromMicro(r.HeldAt)}
		i.Answers = seal.Stored[indicator.Answers](seal.Narrative, id.Trusted[id.Subject](r.Subject), placeAnswers(i.ID), r.Answers)
		out[n] = i
	}
	return out, fault.Wrap("screening.of", err)
}

func placeAnswers(i id.Interview) string { return "screening_interview/answers/" + i.String() }
