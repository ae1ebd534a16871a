package ledger

import (
	"context"
	"database/sql"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/ledger/db"
)

// Append writes a line as the next leaf of the log and returns its number,
// counted from 0. It belongs at the end of a transaction: from here to the
// commit no other transaction can append (PostgreSQL: a row lock; SQLite: the
// only writer), which is why the numbers have no gap and a rolled-back act
// leaves no line. The transaction must see what others committed before it got
// the lock, as READ COMMITTED does.
func Append(ctx context.Context, tx *sql.Tx, l Line) (int64, error) {
	const op = "ledger.Append"
	l.At = l.At.UTC().Truncate(time.Microsecond)
	if err := l.check(); err != nil {
		return 0, err
	}
	refs, salts, on := sealRefs(l.On)
	q := db.New(tx)
	next, err := q.Advance(ctx)
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	n := next - 1
	leaf, err := encode(n, l, on)
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	hashes, err := tlog.StoredHashes(n, leaf, stored(ctx, q))
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	err = q.InsertLine(ctx, db.InsertLineParams{
		N: n, ID: l.ID.String(), At: clock.Micro(l.At), Actor: l.Actor, Organisation: l.Organisation,
		Verb: l.Verb, Purpose: l.Purpose, Outcome: string(l.Outcome), Body: leaf, Hashes: join(hashes),
	})
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	for i, r := range refs {
		err := q.InsertOpening(ctx, db.InsertOpeningParams{N: n, Ordinal: int64(i), Kind: r.Kind, Ref: r.ID, Salt: salts[i]})
		if err != nil {
			return 0, fault.Wrap(op, err)
		}
	}
	return n, nil
}

// Forget destroys the openings of refs: the lines about them stay and verify,
// and nobody can tell any more that they were about them. The places it returns
// belong into Line.Erased of the act that erases; Verify reports every other
// missing opening as tampering. That act's own line should not name the refs,
// or it keeps them. Like Append it belongs at the end of a transaction: it locks
// the head of the log first, or a line that another transaction has appended and
// not yet committed would keep its openings.
func Forget(ctx context.Context, tx *sql.Tx, refs ...Ref) ([]Place, error) {
	q := db.New(tx)
	if err := q.LockHead(ctx); err != nil {
		return nil, fault.Wrap("ledger.Forget", err)
	}
	var gone []Place
	for _, r := range refs {
		rows, err := q.ForgetRef(ctx, db.ForgetRefParams{Kind: r.Kind, Ref: r.ID})
		if err != nil {
			return nil, fault.Wrap("ledger.Forget", err)
		}
		for _, row := range rows {
			gone = append(gone, Place{N: row.N, Ordinal: row.Ordinal})
		}
	}
	return gone, nil
}

// stored reads the hashes of the tree from the lines that completed them.
func stored(ctx context.Context, q *db.Queries) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, m := tlog.SplitStoredHashIndex(index)
			// Node m of a level is the root of 2^level leaves, and the last of
			// these is the line that completed it.
			hashes, err := q.Hashes(ctx, (m+1)<<level-1)
			if err != nil {
				return nil, err
			}
			at := level * tlog.HashSize
			if len(hashes) < at+tlog.HashSize {
				return nil, fault.New(fault.Internal, "ledger.stored", "ledger.tampered")
			}
			out[i] = tlog.Hash(hashes[at : at+tlog.HashSize])
		}
		return out, nil
	})
}

func join(hashes []tlog.Hash) []byte {
	out := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out
}

func split(b []byte) []tlog.Hash {
	out := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range out {
		out[i] = tlog.Hash(b[i*tlog.HashSize:])
	}
	return out
}
