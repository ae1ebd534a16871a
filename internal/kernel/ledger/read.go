package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger/db"
)

// Newest is the "before" of the first page of a listing; the next page is
// before the last entry's N.
const Newest int64 = 1<<63 - 1

// ForRef lists the lines about a ref, newest first: "who saw this".
func ForRef(ctx context.Context, tx *sql.Tx, r Ref, before int64, limit int) ([]Entry, error) {
	q := db.New(tx)
	rows, err := q.LinesByRef(ctx, db.LinesByRefParams{Kind: r.Kind, Ref: r.ID, Before: before, Limit: int32(limit)})
	return entries(ctx, q, rows, err)
}

// ForActor lists what one actor did, newest first.
func ForActor(ctx context.Context, tx *sql.Tx, actor string, before int64, limit int) ([]Entry, error) {
	q := db.New(tx)
	rows, err := q.LinesByActor(ctx, db.LinesByActorParams{Actor: actor, Before: before, Limit: int32(limit)})
	return entries(ctx, q, rows, err)
}

// Filter narrows Recent; an empty field admits everything.
type Filter struct {
	Organisation string
	Verb         string
	Purpose      string
	Outcome      Outcome
}

// Recent lists the newest lines that a filter admits, newest first.
func Recent(ctx context.Context, tx *sql.Tx, f Filter, before int64, limit int) ([]Entry, error) {
	q := db.New(tx)
	rows, err := q.LinesRecent(ctx, db.LinesRecentParams{
		Before: before, Limit: int32(limit),
		Organisation: f.Organisation, Verb: f.Verb, Purpose: f.Purpose, Outcome: string(f.Outcome),
	})
	return entries(ctx, q, rows, err)
}

// Lookup finds a line by its id.
func Lookup(ctx context.Context, tx *sql.Tx, line id.Line) (Entry, error) {
	q := db.New(tx)
	row, err := q.LineByID(ctx, line.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, fault.New(fault.NotFound, "ledger.Lookup", "ledger.no_such_line")
	}
	found, err := entries(ctx, q, []db.LedgerLine{row}, err)
	if err != nil {
		return Entry{}, err
	}
	return found[0], nil
}

// Size is the number of lines.
func Size(ctx context.Context, tx *sql.Tx) (int64, error) {
	head, err := db.New(tx).Head(ctx)
	return head.N, fault.Wrap("ledger.Size", err)
}

func entries(ctx context.Context, q *db.Queries, rows []db.LedgerLine, err error) ([]Entry, error) {
	const op = "ledger.read"
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	out := make([]Entry, len(rows))
	for i, row := range rows {
		l, on, wrong := examine(row)
		if wrong != "" {
			return nil, fault.New(fault.Internal, op, "ledger.tampered", "n", row.N)
		}
		openings, err := q.OpeningsOf(ctx, row.N)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		for _, o := range openings {
			if !opens(o, on) {
				return nil, fault.New(fault.Internal, op, "ledger.tampered", "n", row.N)
			}
			l.On = append(l.On, Ref{Kind: o.Kind, ID: o.Ref})
		}
		out[i] = Entry{N: row.N, Line: l, Sealed: len(on) - len(l.On)}
	}
	return out, nil
}

// misplaced is what examine says of a leaf that stands in another's row.
const misplaced = "n differs from the body"

// examine reads the leaf of a row and says what is wrong with the row by
// itself, "" if nothing is: the leaf against its hash, then the columns against
// the leaf. The line is zero if the leaf cannot be believed.
func examine(row db.LedgerLine) (l Line, on []tlog.Hash, wrong string) {
	leaf := tlog.RecordHash(row.Body)
	if !bytes.HasPrefix(row.Hashes, leaf[:]) {
		return l, nil, "body does not match its hash"
	}
	n, l, on, err := decode(row.Body)
	switch {
	case err != nil:
		return l, nil, "body is not a line"
	case n != row.N:
		return Line{}, nil, misplaced
	case l.ID.String() != row.ID:
		wrong = "id"
	case clock.Micro(l.At) != row.At:
		wrong = "at"
	case l.Actor != row.Actor:
		wrong = "actor"
	case l.Organisation != row.Organisation:
		wrong = "organisation"
	case l.Verb != row.Verb:
		wrong = "verb"
	case l.Purpose != row.Purpose:
		wrong = "purpose"
	case string(l.Outcome) != row.Outcome:
		wrong = "outcome"
	default:
		return l, on, ""
	}
	return l, on, wrong + " differs from the body"
}

// opens tells whether an opening is the one that the line committed to.
func opens(o db.LedgerOpening, on []tlog.Hash) bool {
	return o.Ordinal >= 0 && o.Ordinal < int64(len(on)) && len(o.Salt) == saltSize &&
		commit(o.Salt, Ref{Kind: o.Kind, ID: o.Ref}) == on[o.Ordinal]
}
