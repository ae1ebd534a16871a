package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/ledger/db"
)

// Checkpoint is a signed tree head (C2SP tlog-checkpoint): with it a log says
// "these were my first Size lines" and cannot take it back.
type Checkpoint struct {
	Origin    string    `json:"origin"`
	Size      int64     `json:"size"`
	Root      tlog.Hash `json:"root"`
	Note      string    `json:"note"`                // the signed text, to publish and to keep
	Witnesses []string  `json:"witnesses,omitempty"` // whose countersignature was verified
}

// ParseCheckpoint reads a checkpoint and verifies its signatures. At least one
// must be the log's own, by a key of keys whose name is the origin; signatures
// of other keys are ignored, as the format asks.
func ParseCheckpoint(text []byte, keys note.Verifiers) (Checkpoint, error) {
	c, _, err := openCheckpoint(text, keys)
	return c, err
}

func openCheckpoint(text []byte, keys note.Verifiers) (c Checkpoint, n *note.Note, err error) {
	const op = "ledger.ParseCheckpoint"
	n, err = note.Open(text, keys)
	if err != nil {
		return c, nil, fault.New(fault.Denied, op, "ledger.bad_signature").Because(err)
	}
	c, ok := parseHead(n.Text)
	if !ok {
		return c, nil, fault.New(fault.Invalid, op, "ledger.bad_checkpoint")
	}
	c.Note = string(text)
	byLog := false
	for _, s := range n.Sigs {
		v, err := keys.Verifier(s.Name, s.Hash)
		if err != nil {
			return c, nil, fault.Wrap(op, err)
		}
		if _, countersigned := v.(cosignatureVerifier); countersigned {
			c.Witnesses = append(c.Witnesses, s.Name)
		} else if s.Name == c.Origin {
			byLog = true
		}
	}
	if !byLog {
		return c, nil, fault.New(fault.Denied, op, "ledger.bad_signature")
	}
	return c, n, nil
}

// maxSize is more lines than a log can have, and less than where the arithmetic
// of tree sizes overflows.
const maxSize = 1 << 60

// parseHead reads the note text: origin, size, root, then extension lines, none
// of them empty.
func parseHead(text string) (c Checkpoint, ok bool) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return c, false
	}
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			return c, false
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		return c, false
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return c, false
	}
	c = Checkpoint{Origin: lines[0], Size: size, Root: tlog.Hash(root)}
	return c, size > 0 || c.Root == sha256.Sum256(nil) // RFC 6962 §2.1: the empty tree
}

// Sign signs the log as it stands and keeps the checkpoint; if nothing was
// written since the last one, it is that one. It refuses to sign a log that no
// longer contains what the last checkpoint said (fault.Internal), and an empty
// one (fault.NotFound).
func Sign(ctx context.Context, tx *sql.Tx, key *Key) (Checkpoint, error) {
	const op = "ledger.Sign"
	q := db.New(tx)
	head, err := q.Head(ctx)
	if err != nil {
		return Checkpoint{}, fault.Wrap(op, err)
	}
	keys, err := ParseKeys(key.LogKey())
	if err != nil {
		return Checkpoint{}, err
	}
	if head.N == 0 || head.N == head.Signed {
		return latest(ctx, q, head.Signed, keys)
	}
	if err := agrees(ctx, q, head.Signed, keys); err != nil {
		return Checkpoint{}, err
	}
	root, err := tlog.TreeHash(head.N, stored(ctx, q))
	if err != nil {
		return Checkpoint{}, fault.Wrap(op, err)
	}
	text, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", key.name, head.N, root)}, key.log)
	if err != nil {
		return Checkpoint{}, fault.Wrap(op, err)
	}
	// Taking the head from the checkpoint that was read leaves one of two
	// processes that sign at once with nothing to do.
	moved, err := q.AdvanceSigned(ctx, db.AdvanceSignedParams{Size: head.N, Previous: head.Signed})
	if err != nil {
		return Checkpoint{}, fault.Wrap(op, err)
	}
	if moved == 0 {
		return Checkpoint{}, fault.New(fault.Busy, op, "ledger.signed_meanwhile")
	}
	err = q.InsertCheckpoint(ctx, db.InsertCheckpointParams{Size: head.N, Previous: head.Signed, Note: string(text)})
	if err != nil {
		return Checkpoint{}, fault.Wrap(op, err)
	}
	return ParseCheckpoint(text, keys)
}

// agrees refuses if the log of today does not begin with the log of an earlier
// checkpoint. The stored hashes give the root of every earlier size, so equal
// roots are the consistency proof.
func agrees(ctx context.Context, q *db.Queries, size int64, keys note.Verifiers) error {
	if size == 0 {
		return nil
	}
	old, err := latest(ctx, q, size, keys)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(size, stored(ctx, q))
	if err != nil {
		return fault.Wrap("ledger.Sign", err)
	}
	if root != old.Root {
		return fault.New(fault.Internal, "ledger.Sign", "ledger.tampered", "n", size)
	}
	return nil
}

// Latest is the newest checkpoint, fault.NotFound if nothing is signed yet.
// Witnesses are only those whose keys are among keys.
func Latest(ctx context.Context, tx *sql.Tx, keys note.Verifiers) (Checkpoint, error) {
	q := db.New(tx)
	head, err := q.Head(ctx)
	if err != nil {
		return Checkpoint{}, fault.Wrap("ledger.Latest", err)
	}
	return latest(ctx, q, head.Signed, keys)
}

func latest(ctx context.Context, q *db.Queries, size int64, keys note.Verifiers) (Checkpoint, error) {
	text, err := q.Checkpoint(ctx, size)
	if errors.Is(err, sql.ErrNoRows) {
		return Checkpoint{}, fault.New(fault.NotFound, "ledger.Latest", "ledger.not_signed")
	}
	if err != nil {
		return Checkpoint{}, fault.Wrap("ledger.Latest", err)
	}
	return ParseCheckpoint([]byte(text), keys)
}

// Consistency proves that the first size lines begin with the first old lines
// (RFC 6962 §2.1.2): what a witness asks for. From 0 the proof is empty.
func Consistency(ctx context.Context, tx *sql.Tx, old, size int64) (tlog.TreeProof, error) {
	const op = "ledger.Consistency"
	q := db.New(tx)
	head, err := q.Head(ctx)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if old < 0 || old > size || size > head.N {
		return nil, fault.New(fault.Invalid, op, "ledger.bad_size")
	}
	if old == 0 {
		return tlog.TreeProof{}, nil
	}
	p, err := tlog.ProveTree(size, old, stored(ctx, q))
	return p, fault.Wrap(op, err)
}

// AddCosignatures adds to the stored checkpoint of this size the signature lines
// that witnesses answered with. Lines that none of the keys of witnesses made
// are ignored; if none is left, the answer is refused (fault.Denied).
func AddCosignatures(ctx context.Context, tx *sql.Tx, size int64, lines []byte, log, witnesses note.Verifiers) error {
	const op = "ledger.AddCosignatures"
	q := db.New(tx)
	old, err := q.Checkpoint(ctx, size)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, op, "ledger.not_signed")
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	kept, err := note.Open([]byte(old), log)
	if err != nil {
		return fault.New(fault.Internal, op, "ledger.tampered", "n", size).Because(err)
	}
	text, _, _ := strings.Cut(old, "\n\n")
	added, err := note.Open(append([]byte(text+"\n\n"), lines...), witnesses)
	if err != nil {
		return fault.New(fault.Denied, op, "ledger.bad_signature").Because(err)
	}
	for _, s := range added.Sigs {
		kept.UnverifiedSigs = replace(kept.UnverifiedSigs, s)
	}
	merged, err := note.Sign(kept)
	if err != nil {
		return fault.Wrap(op, err)
	}
	changed, err := q.UpdateCheckpoint(ctx, db.UpdateCheckpointParams{Size: size, Note: string(merged), Old: old})
	if err == nil && changed == 0 {
		return fault.New(fault.Busy, op, "ledger.signed_meanwhile")
	}
	return fault.Wrap(op, err)
}

// replace puts a signature in the place of an older one by the same key.
func replace(sigs []note.Signature, s note.Signature) []note.Signature {
	s.Base64 = canonical(s.Base64)
	for i, old := range sigs {
		if old.Name == s.Name && old.Hash == s.Hash {
			sigs[i] = s
			return sigs
		}
	}
	return append(sigs, s)
}

// canonical rewrites base 64 with the unused bits of its last character zero.
// What does not decode stays as it is.
func canonical(b64 string) string {
	raw, err := base64.StdEncoding.DecodeString(b64)
	if err != nil {
		return b64
	}
	return base64.StdEncoding.EncodeToString(raw)
}
