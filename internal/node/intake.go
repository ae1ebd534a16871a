package node

import (
	"context"
	"encoding/hex"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/evidence/intake/table"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Imported says what became of a file.
type Imported struct {
	Import   id.Import       `json:"import"` // empty after a dry run
	Format   table.Format    `json:"format"`
	Reader   string          `json:"reader,omitempty"`
	Unread   []intake.Column `json:"unread,omitempty"` // columns that nobody reads
	Rows     int             `json:"rows"`
	Recorded int             `json:"recorded"`
	Again    int             `json:"again"` // were there already, unchanged
	Rejected int             `json:"rejected"`
}

// ImportIn is a file to be imported, and how.
type ImportIn struct {
	By      policy.Actor
	File    table.File
	Mapping intake.Mapping
	Rejects *intake.Rejects // takes the rejected rows; nil: they are only counted
	Dry     bool            // read and count, record nothing
	// Progress is told after each batch how many rows have been read.
	Progress func(rows int)
}

// Import reads a file and records its rows, in batches of one act each. The same
// file twice changes nothing; the whole import can be taken back.
func (n *Node) Import(ctx context.Context, in ImportIn) (out Imported, err error) {
	b, err := intake.Open(in.File, intake.Terms{Mapping: in.Mapping, Keyed: n.keyed}, n.readers...)
	if err != nil {
		return out, err
	}
	out.Format, out.Reader = b.Format, b.Reader
	for _, c := range b.Columns {
		if c.Field == "" {
			out.Unread = append(out.Unread, c)
		}
	}
	if !in.Dry {
		if out.Import, err = n.Evidence.Begin(ctx, in.By, string(b.Format)); err != nil {
			return out, err
		}
	}
	var rows []intake.Row
	for row, err := range b.Rows(ctx) {
		if err != nil {
			return out, err
		}
		out.Rows++
		if rows = append(rows, row); len(rows) < batch {
			continue
		}
		if err := n.importRows(ctx, in, rows, &out); err != nil {
			return out, err
		}
		rows = rows[:0]
		in.Progress(out.Rows)
	}
	err = n.importRows(ctx, in, rows, &out)
	in.Progress(out.Rows)
	return out, err
}

func (n *Node) importRows(ctx context.Context, in ImportIn, rows []intake.Row, out *Imported) error {
	var good []intake.Row
	var signals []evidence.Incoming
	for _, r := range rows {
		if len(r.Reasons) > 0 {
			if err := in.reject(r, out); err != nil {
				return err
			}
			continue
		}
		good, signals = append(good, r), append(signals, r.Incoming)
	}
	if in.Dry || len(signals) == 0 {
		out.Recorded += len(signals)
		return nil
	}
	taken, err := n.Evidence.Take(ctx, in.By, out.Import, signals)
	if err != nil {
		return err
	}
	for i, t := range taken {
		switch {
		case t.Fault != nil:
			key, args := fault.Say(t.Fault)
			good[i].Reasons = []intake.Rejection{{Key: key, Args: args}}
			if err := in.reject(good[i], out); err != nil {
				return err
			}
		case t.Again:
			out.Again++
		default:
			out.Recorded++
		}
	}
	return nil
}

func (in ImportIn) reject(r intake.Row, out *Imported) error {
	out.Rejected++
	if in.Rejects == nil {
		return nil
	}
	return in.Rejects.Add(r)
}

// keyed makes the reference of a row that names none: a digest under the node's
// index key, so that nobody who sees it can test a guess.
func (n *Node) keyed(row []byte) string {
	return hex.EncodeToString(n.Ground.Vault.Token("import", string(row)))
}

// undo takes an import back, slice by slice. Whoever is interrupted need not come
// back: a job goes on.
func (n *Node) undo(ctx context.Context, by policy.Actor, imp id.Import, tell func(done, total int64)) (count int, err error) {
	for {
		u, err := n.Evidence.Undo(ctx, by, imp)
		if err != nil {
			return count, err
		}
		count += u.Retracted
		tell(int64(count), int64(count+u.Left))
		if u.Left == 0 {
			return count, nil
		}
	}
}
