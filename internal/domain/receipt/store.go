package receipt

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/receipt/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("receipt", files) }

// facts are what the policies may know of a receipt, by its digest. One that never
// was, and one that has ended, are equally absent.
func facts(ctx context.Context, tx *sql.Tx, token string, now time.Time) (policy.Facts, error) {
	row, err := codeRow(ctx, tx, token)
	if err != nil {
		return policy.Facts{}, err
	}
	f, err := casework.Facts(ctx, tx, row.Case, now)
	f.State = "live"
	return f, err
}

func codeRow(ctx context.Context, tx *sql.Tx, token string) (db.ReceiptCode, error) {
	row, err := db.New(tx).CodeRow(ctx, token)
	if errors.Is(err, sql.ErrNoRows) {
		return row, fault.New(fault.NotFound, "receipt.codeRow", "fault.not_found")
	}
	return row, fault.Wrap("receipt.codeRow", err)
}

// caseOf is the case that a receipt opens.
func caseOf(a *act.Act, t casework.Type, token string) (casework.Case, casework.Person, error) {
	row, err := codeRow(a.Ctx(), a.Tx(), token)
	if err != nil {
		return casework.Case{}, casework.Person{}, err
	}
	return casework.CaseAndPerson(a, t, id.Trusted[id.Case](row.Case))
}

// issue ends the receipts of a case and keeps a new one's digest.
func issue(a *act.Act, c casework.Case, token string) error {
	q := db.New(a.Tx())
	return fault.Wrap("receipt.issue", errors.Join(
		q.EndCodes(a.Ctx(), db.EndCodesParams{EndedAt: clock.Micro(a.Now()), Case: c.ID.String()}),
		q.InsertCode(a.Ctx(), db.InsertCodeParams{Token: token, Case: c.ID.String(), Organisation: c.Organisation.String(), IssuedBy: a.Actor().User.String(), IssuedAt: clock.Micro(a.Now())})))
}

// issued is when the receipt of a case was issued that opens it now; the zero time if
// none does.
func issued(a *act.Act, c id.Case) (at time.Time, err error) {
	rows, err := db.New(a.Tx()).CodesOf(a.Ctx(), c.String())
	for _, r := range rows {
		if r.EndedAt == 0 {
			at = clock.FromMicro(r.IssuedAt)
		}
	}
	return at, fault.Wrap("receipt.issued", err)
}

func keep(a *act.Act, c casework.Case, p casework.Person, kind Kind, words string) error {
	q := db.New(a.Tx())
	n, err := q.MessageCount(a.Ctx(), c.ID.String())
	if err != nil {
		return fault.Wrap("receipt.keep", err)
	}
	box, err := act.Seal(a, p.Subject, placeWords(c.ID, n+1), seal.Text(seal.Narrative, words))
	if err != nil {
		return err
	}
	return fault.Wrap("receipt.keep", q.InsertMessage(a.Ctx(), db.InsertMessageParams{Case: c.ID.String(), N: n + 1, Subject: p.Subject.String(), Kind: string(kind), Words: box, At: clock.Micro(a.Now())}))
}

func messages(a *act.Act, c id.Case) ([]Message, error) {
	rows, err := db.New(a.Tx()).MessagesOf(a.Ctx(), c.String())
	out := make([]Message, len(rows))
	for i, r := range rows {
		m := Message{N: r.N, Kind: Kind(r.Kind), At: clock.FromMicro(r.At)}
		subject := id.Trusted[id.Subject](r.Subject)
		m.Words = seal.Stored[string](seal.Narrative, subject, placeWords(c, r.N), r.Words)
		if r.AnsweredAt > 0 {
			m.Answered = clock.FromMicro(r.AnsweredAt)
			m.Answer = seal.Stored[string](seal.Narrative, subject, placeAnswer(c, r.N), r.Answer)
		}
		out[i] = m
	}
	return out, fault.Wrap("receipt.messages", err)
}

func answer(a *act.Act, c id.Case, p casework.Person, n int64, words string) error {
	box, err := act.Seal(a, p.Subject, placeAnswer(c, n), seal.Text(seal.Narrative, words))
	if err != nil {
		return err
	}
	done, err := db.New(a.Tx()).AnswerMessage(a.Ctx(), db.AnswerMessageParams{Answer: box, AnsweredAt: clock.Micro(a.Now()), Case: c.String(), N: n})
	if err == nil && done == 0 {
		return fault.New(fault.Stale, "receipt.answer", "casework.changed_meanwhile")
	}
	return fault.Wrap("receipt.answer", err)
}
