package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger/db"
)

// proofFormat names the document; a later one would be another.
const proofFormat = "lodestar-ledger-proof/1"

// maxProof bounds the document that CheckProof reads, in bytes.
const maxProof = 16 << 20

// Proof is a document that shows, without any database, that a line is in the
// log: RFC 6962 §2.1.1 under a signed checkpoint.
type Proof struct {
	Format     string           `json:"format"`
	N          int64            `json:"n"`
	Line       json.RawMessage  `json:"line"`       // the leaf, byte for byte
	Opened     []Opened         `json:"opened"`     // refs that may be known to the reader
	Path       tlog.RecordProof `json:"path"`       // from the leaf's sibling to the root
	Checkpoint string           `json:"checkpoint"` // with countersignatures
}

// Opened shows that the ordinal-th commitment of a line is to this ref.
type Opened struct {
	Ordinal int64 `json:"ordinal"`
	Ref
	Salt []byte `json:"salt"`
}

// Prove makes the proof that a line is in the log, under the newest checkpoint.
// It opens only the refs that are named: who receives it learns of no others.
// A line that no checkpoint covers yet gives fault.Busy; see Sign.
func Prove(ctx context.Context, tx *sql.Tx, line id.Line, open ...Ref) (Proof, error) {
	const op = "ledger.Prove"
	q := db.New(tx)
	row, err := q.LineByID(ctx, line.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Proof{}, fault.New(fault.NotFound, op, "ledger.no_such_line")
	}
	if err != nil {
		return Proof{}, fault.Wrap(op, err)
	}
	head, err := q.Head(ctx)
	if err != nil {
		return Proof{}, fault.Wrap(op, err)
	}
	if head.Signed <= row.N {
		return Proof{}, fault.New(fault.Busy, op, "ledger.not_signed")
	}
	signed, err := q.Checkpoint(ctx, head.Signed)
	if err != nil {
		return Proof{}, fault.Wrap(op, err)
	}
	path, err := tlog.ProveRecord(head.Signed, row.N, stored(ctx, q))
	if err != nil {
		return Proof{}, fault.Wrap(op, err)
	}
	openings, err := q.OpeningsOf(ctx, row.N)
	if err != nil {
		return Proof{}, fault.Wrap(op, err)
	}
	p := Proof{Format: proofFormat, N: row.N, Line: row.Body, Opened: []Opened{}, Path: path, Checkpoint: signed}
	for _, o := range openings {
		if r := (Ref{Kind: o.Kind, ID: o.Ref}); slices.Contains(open, r) {
			p.Opened = append(p.Opened, Opened{Ordinal: o.Ordinal, Ref: r, Salt: o.Salt})
		}
	}
	return p, nil
}

// Proven is what a proof shows: the line, with the refs that it opens, and the
// checkpoint that contains it.
type Proven struct {
	Entry
	Checkpoint Checkpoint `json:"checkpoint"`
}

// CheckProof checks a proof against the log's public key, without a database or
// a network. Each witness whose key is given must have countersigned.
func CheckProof(doc []byte, logKey string, witnessKeys ...string) (Proven, error) {
	p, err := parseProof(doc)
	if err != nil {
		return Proven{}, err
	}
	c, err := checkSigned(p.Checkpoint, logKey, witnessKeys)
	if err != nil {
		return Proven{}, err
	}
	bad := func(cause error) (Proven, error) {
		return Proven{}, fault.New(fault.Invalid, "ledger.CheckProof", "ledger.proof_fails").Because(cause)
	}
	n, l, on, err := decode(p.Line)
	if err != nil || n != p.N {
		return bad(err)
	}
	if err := tlog.CheckRecord(p.Path, c.Size, c.Root, n, tlog.RecordHash(p.Line)); err != nil {
		return bad(err)
	}
	for _, o := range p.Opened {
		if !opens(db.LedgerOpening{N: n, Ordinal: o.Ordinal, Kind: o.Kind, Ref: o.ID, Salt: o.Salt}, on) || slices.Contains(l.On, o.Ref) {
			return bad(nil)
		}
		l.On = append(l.On, o.Ref)
	}
	return Proven{Entry: Entry{N: n, Line: l, Sealed: len(on) - len(l.On)}, Checkpoint: c}, nil
}

func parseProof(doc []byte) (p Proof, err error) {
	bad := fault.New(fault.Invalid, "ledger.CheckProof", "ledger.bad_proof")
	if len(doc) > maxProof {
		return p, bad
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, bad.Because(err)
	}
	if _, err := d.Token(); err != io.EOF || p.Format != proofFormat {
		return p, bad
	}
	// Printing a document prettily must not break it; a leaf has no white space.
	var line bytes.Buffer
	if err := json.Compact(&line, p.Line); err != nil {
		return p, bad.Because(err)
	}
	p.Line = line.Bytes()
	return p, nil
}

func checkSigned(text, logKey string, witnessKeys []string) (Checkpoint, error) {
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return Checkpoint{}, fault.New(fault.Invalid, "ledger.CheckProof", "ledger.bad_public_key").Because(err)
	}
	keys, err := ParseKeys(append([]string{logKey}, witnessKeys...)...)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := ParseCheckpoint([]byte(text), keys)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != log.Name() || len(c.Witnesses) < len(witnessKeys) {
		return Checkpoint{}, fault.New(fault.Denied, "ledger.CheckProof", "ledger.bad_signature")
	}
	return c, nil
}
