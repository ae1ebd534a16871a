package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/ledger/db"
)

// Witness countersigns the checkpoints of other nodes' logs (C2SP tlog-witness):
// it remembers for each log the newest one and signs only what begins with it,
// so that no node can show two histories.
type Witness struct {
	key  *Key
	logs note.Verifiers
	own  note.Verifiers
	know map[string]bool // origins
}

// NewWitness makes the witness of this node for the logs with these keys.
func NewWitness(key *Key, logKeys ...string) (*Witness, error) {
	logs, err := ParseKeys(logKeys...)
	if err != nil {
		return nil, err
	}
	own, err := ParseKeys(key.WitnessKey())
	if err != nil {
		return nil, err
	}
	w := &Witness{key: key, logs: logs, own: own, know: make(map[string]bool, len(logKeys))}
	for _, text := range logKeys {
		name, alg, _, ok := parseKeyText(text)
		if !ok || alg != algEd25519 {
			return nil, fault.New(fault.Invalid, "ledger.NewWitness", "ledger.bad_public_key")
		}
		w.know[name] = true
	}
	return w, nil
}

// Add verifies that a log's checkpoint begins with the one of oldSize that this
// witness countersigned last (0 if none), remembers it, and gives the
// countersignature, one line of a signed note. The answer must not leave before
// the transaction is committed.
//
// It refuses as C2SP tlog-witness says: an unknown origin (fault.NotFound); no
// signature of the log (fault.Denied); an oldSize larger than the checkpoint, or
// a proof that does not hold (fault.Invalid); an oldSize that is not the newest,
// which the argument "size" of the fault then tells, or the same size with
// another root (fault.Conflict).
func (w *Witness) Add(ctx context.Context, tx *sql.Tx, at time.Time, origin string, oldSize int64, checkpoint []byte, proof tlog.TreeProof) ([]byte, error) {
	const op = "ledger.Witness.Add"
	if !w.know[origin] {
		return nil, fault.New(fault.NotFound, op, "ledger.unknown_log")
	}
	c, err := ParseCheckpoint(checkpoint, w.logs)
	if err != nil {
		return nil, err
	}
	if c.Origin != origin {
		return nil, fault.New(fault.Denied, op, "ledger.bad_signature")
	}
	q := db.New(tx)
	row, old, err := w.newest(ctx, q, origin)
	if err != nil {
		return nil, err
	}
	if err := follows(c, old, oldSize, proof); err != nil {
		return nil, err
	}
	kept, line, err := w.cosign(c, at)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if row == nil {
		err = remember(ctx, q, db.InsertWitnessedParams{Origin: origin, Size: c.Size, Note: kept})
	} else {
		err = replaceRow(ctx, q, db.UpdateWitnessedParams{Origin: origin, Size: c.Size, Note: kept, OldSize: row.Size, OldNote: row.Note})
	}
	return line, fault.Wrap(op, err)
}

// newest is the last checkpoint of a log that this witness signed; row is nil if
// there is none.
func (w *Witness) newest(ctx context.Context, q *db.Queries, origin string) (row *db.WitnessedRow, old Checkpoint, err error) {
	found, err := q.Witnessed(ctx, origin)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, Checkpoint{}, nil
	}
	if err != nil {
		return nil, Checkpoint{}, fault.Wrap("ledger.Witness.newest", err)
	}
	// What it signed itself is the only thing it believes about the past.
	n, err := note.Open([]byte(found.Note), w.own)
	if err == nil {
		var ok bool
		if old, ok = parseHead(n.Text); ok && old.Origin == origin && old.Size == found.Size {
			return &found, old, nil
		}
	}
	return nil, Checkpoint{}, fault.New(fault.Internal, "ledger.Witness.newest", "ledger.tampered")
}

func follows(c, old Checkpoint, oldSize int64, proof tlog.TreeProof) error {
	const op = "ledger.Witness.Add"
	switch {
	case oldSize < 0 || oldSize > c.Size:
		return fault.New(fault.Invalid, op, "ledger.bad_size")
	case oldSize != old.Size:
		return fault.New(fault.Conflict, op, "ledger.other_size", "size", old.Size)
	case oldSize == 0:
		if len(proof) != 0 {
			return fault.New(fault.Invalid, op, "ledger.inconsistent")
		}
	case oldSize == c.Size && old.Root != c.Root:
		return fault.New(fault.Conflict, op, "ledger.inconsistent")
	default:
		if err := tlog.CheckTree(proof, c.Size, c.Root, oldSize, old.Root); err != nil {
			return fault.New(fault.Invalid, op, "ledger.inconsistent").Because(err)
		}
	}
	return nil
}

// cosign gives the note to keep, with the log's signatures and ours, and our
// line alone.
func (w *Witness) cosign(c Checkpoint, at time.Time) (kept string, line []byte, err error) {
	n, err := note.Open([]byte(c.Note), w.logs)
	if err != nil {
		return "", nil, err
	}
	n.UnverifiedSigs = nil
	for i := range n.Sigs {
		n.Sigs[i].Base64 = canonical(n.Sigs[i].Base64)
	}
	both, err := note.Sign(n, cosigner{key: w.key, at: at})
	if err != nil {
		return "", nil, err
	}
	return string(both), both[bytes.LastIndexByte(both[:len(both)-1], '\n')+1:], nil
}

func remember(ctx context.Context, q *db.Queries, row db.InsertWitnessedParams) error {
	inserted, err := q.InsertWitnessed(ctx, row)
	if err == nil && inserted == 0 {
		return fault.New(fault.Busy, "ledger.Witness.Add", "ledger.signed_meanwhile")
	}
	if err != nil {
		return err
	}
	return q.AdvanceWitnessed(ctx)
}

func replaceRow(ctx context.Context, q *db.Queries, row db.UpdateWitnessedParams) error {
	changed, err := q.UpdateWitnessed(ctx, row)
	if err == nil && changed == 0 {
		return fault.New(fault.Busy, "ledger.Witness.Add", "ledger.signed_meanwhile")
	}
	return err
}
