package identification

import (
	"database/sql"
	"embed"
	"errors"
	"strconv"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/identification/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("identification", files) }

// file says how a determination came to the authority, and on what it rests.
type file struct {
	Case     id.Case     `class:"public"`
	Referral id.Referral `class:"public"`
	Consent  id.Consent  `class:"public"` // zero: a duty
	Duty     string      `class:"coded"`
}

func insertFile(a *act.Act, f file) error {
	return fault.Wrap("identification.insertFile", db.New(a.Tx()).InsertFile(a.Ctx(), db.InsertFileParams{
		Case: f.Case.String(), Referral: f.Referral.String(), Consent: f.Consent.String(), Duty: f.Duty}))
}

func fileOf(a *act.Act, c id.Case) (file, error) {
	r, err := db.New(a.Tx()).FileOf(a.Ctx(), c.String())
	return fileFromRow(r), fault.Wrap("identification.fileOf", err)
}

// under lists the determinations that rest on a word.
func under(a *act.Act, word id.Consent) (out []file, err error) {
	list, err := db.New(a.Tx()).FilesUnder(a.Ctx(), word.String())
	for _, r := range list {
		out = append(out, fileFromRow(r))
	}
	return out, fault.Wrap("identification.under", err)
}

func fileFromRow(r db.IdentificationFile) file {
	f := file{Case: id.Trusted[id.Case](r.Case), Referral: id.Trusted[id.Referral](r.Referral), Duty: r.Duty}
	if r.Consent != "" {
		f.Consent = id.Trusted[id.Consent](r.Consent)
	}
	return f
}

// insertDecision adds a decision, its reasons sealed under her key.
func insertDecision(a *act.Act, p casework.Person, d Decision) error {
	have, err := db.New(a.Tx()).DecisionsOf(a.Ctx(), d.Case.String())
	if err != nil {
		return fault.Wrap("identification.insertDecision", err)
	}
	d.N = int64(len(have)) + 1
	box, err := act.Seal(a, p.Subject, place("decision", d.Case, d.N), d.Reasons)
	if err != nil {
		return err
	}
	return fault.Wrap("identification.insertDecision", db.New(a.Tx()).InsertDecision(a.Ctx(), db.InsertDecisionParams{
		Case: d.Case.String(), N: d.N, Referral: d.Referral.String(), Stage: string(d.Stage), Outcome: string(d.Outcome),
		Standard: d.Standard.ID, Wording: d.Standard.Wording, Source: d.Standard.Source, Subject: p.Subject.String(), Reasons: box,
		Decider: d.Decider.String(), Second: d.Second.String(), At: clock.Micro(a.Now())}))
}

// decisionsOf lists the decisions of a case, oldest first, reasons still sealed.
func decisionsOf(a *act.Act, c id.Case) ([]Decision, error) {
	list, err := db.New(a.Tx()).DecisionsOf(a.Ctx(), c.String())
	out := make([]Decision, len(list))
	for i, r := range list {
		d := Decision{Case: c, N: r.N, Referral: id.Trusted[id.Referral](r.Referral), Stage: law.Stage(r.Stage), Outcome: Outcome(r.Outcome),
			Decider: id.Trusted[id.User](r.Decider), At: clock.FromMicro(r.At)}
		d.Standard = law.Standard{ID: r.Standard, Stage: d.Stage, Wording: r.Wording, Source: r.Source}
		d.Reasons = seal.Stored[string](seal.Narrative, id.Trusted[id.Subject](r.Subject), place("decision", c, r.N), r.Reasons)
		if r.Second != "" {
			d.Second = id.Trusted[id.User](r.Second)
		}
		out[i] = d
	}
	return out, fault.Wrap("identification.decisionsOf", err)
}

// outcomes are those of a referral, as codes.
func outcomes(a *act.Act, r id.Referral) (out []Came, err error) {
	list, err := db.New(a.Tx()).OutcomesOf(a.Ctx(), r.String())
	for _, o := range list {
		out = append(out, Came{law.Stage(o.Stage), Outcome(o.Outcome), clock.FromMicro(o.At)})
	}
	return out, fault.Wrap("identification.outcomes", err)
}

func place(table string, c id.Case, n int64) string {
	return "identification_" + table + "/reasons/" + c.String() + "/" + strconv.FormatInt(n, 10)
}

// insertPeriod opens a period as long as the clock of the law says.
func insertPeriod(a *act.Act, p casework.Person, k casework.Clock) error {
	last, err := periodOf(a, k.Case)
	if err != nil {
		return err
	}
	return fault.Wrap("identification.insertPeriod", db.New(a.Tx()).InsertPeriod(a.Ctx(), db.InsertPeriodParams{Case: k.Case.String(), N: last.N + 1,
		StartedAt: clock.Micro(k.Started), UntilAt: clock.Micro(k.Due), Law: k.Rule.Source, Subject: p.Subject.String()}))
}

// periodOf is the last period of a case; the zero Period if it has none.
func periodOf(a *act.Act, c id.Case) (Period, error) {
	r, err := db.New(a.Tx()).PeriodOf(a.Ctx(), c.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Period{}, nil
	}
	p := Period{Case: c, N: r.N, Started: clock.FromMicro(r.StartedAt), Until: clock.FromMicro(r.UntilAt), Law: r.Law, Extended: r.Extended, End: End(r.Ended), Source: r.Source}
	p.Reasons = seal.Stored[string](seal.Narrative, id.Trusted[id.Subject](r.Subject), place("period", c, r.N), r.Reasons)
	if r.EndedAt > 0 {
		p.Ended = clock.FromMicro(r.EndedAt)
	}
	if r.DecidedBy != "" {
		p.DecidedBy = id.Trusted[id.User](r.DecidedBy)
	}
	return p, fault.Wrap("identification.periodOf", err)
}

func movePeriod(a *act.Act, p Period, until time.Time) error {
	return fault.Wrap("identification.movePeriod", db.New(a.Tx()).MovePeriod(a.Ctx(), db.MovePeriodParams{UntilAt: clock.Micro(until), Case: p.Case.String(), N: p.N}))
}

func extendPeriod(a *act.Act, p Period, who casework.Person, in PeriodIn) error {
	box, err := act.Seal(a, who.Subject, place("period", p.Case, p.N), seal.Text(seal.Narrative, in.Reasons))
	if err != nil {
		return err
	}
	return changed(db.New(a.Tx()).ExtendPeriod(a.Ctx(), db.ExtendPeriodParams{UntilAt: clock.Micro(in.Until), Reasons: box, Source: in.Source,
		DecidedBy: a.Actor().User.String(), Case: p.Case.String(), N: p.N}))
}

func endPeriod(a *act.Act, p Period, who casework.Person, in PeriodIn) error {
	box, err := act.Seal(a, who.Subject, place("period", p.Case, p.N), seal.Text(seal.Narrative, in.Reasons))
	if err != nil {
		return err
	}
	return changed(db.New(a.Tx()).EndPeriod(a.Ctx(), db.EndPeriodParams{Ended: string(in.End), EndedAt: clock.Micro(a.Now()), Reasons: box, Source: in.Source,
		DecidedBy: a.Actor().User.String(), Case: p.Case.String(), N: p.N}))
}

func elapse(a *act.Act, p Period) error {
	return fault.Wrap("identification.elapse", db.New(a.Tx()).ElapsePeriod(a.Ctx(), db.ElapsePeriodParams{EndedAt: clock.Micro(a.Now()), Case: p.Case.String(), N: p.N}))
}

func changed(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.Stale, "identification.changed", "casework.changed_meanwhile")
	}
	return fault.Wrap("identification.changed", err)
}
