package intake

import (
	"bytes"
	"context"
	"encoding/json"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Bounds of the rows of one act: while it records, others wait for its end; while
// it only weighs, nobody does.
const (
	batchRows = 50
	weighRows = 1000
)

// Importer takes whole files: one verb for the command line, the pages and the
// job behind them.
type Importer struct {
	Evidence evidence.Desk
	Readers  []Reader                // of tables
	Keyed    func(row []byte) string // see Terms
}

// In is a file to be imported, and how.
type In struct {
	By      policy.Actor
	File    table.File
	Mapping Mapping
	Import  id.Import       // begun before; zero: one is begun
	Rejects func(Row) error // takes the rejected rows; nil: they are only counted
	Notes   func(Row)       // takes the rows of which a value was kept as text; nil: they are only counted
	Dry     bool            // say what would become of each row, record nothing
	// Progress is told after each batch how many rows have been read; nil: nobody is.
	Progress func(rows int)
}

// Imported says what became of a file.
type Imported struct {
	Import   id.Import    `json:"import"` // empty after a dry run
	Format   table.Format `json:"format"`
	Reader   string       `json:"reader,omitempty"`
	Columns  []Column     `json:"-"`
	Unread   []Column     `json:"unread,omitempty"` // columns that nobody reads
	Rows     int          `json:"rows"`
	Recorded int          `json:"recorded"`
	Again    int          `json:"again"` // were there already, unchanged
	Rejected int          `json:"rejected"`
	Noted    int          `json:"noted"` // of those taken: a value was kept as text
}

// Import reads a file and records its rows, in batches of one act each. The same
// file twice changes nothing; the whole import can be taken back. A dry one says
// the same of each row as a real one would.
func (m Importer) Import(ctx context.Context, in In) (out Imported, err error) {
	b, err := m.open(in)
	if err != nil {
		return out, err
	}
	out.Format, out.Reader, out.Columns, out.Import = b.Format, b.Reader, b.Columns, in.Import
	for _, c := range b.Columns {
		if c.Field == "" {
			out.Unread = append(out.Unread, c)
		}
	}
	if !in.Dry && in.Import.IsZero() {
		if out.Import, err = m.Evidence.Begin(ctx, in.By, string(b.Format)); err != nil {
			return out, err
		}
	}
	fate, most := m.record(in, out.Import), batchRows
	if in.Dry {
		fate, most = m.weigh(in), weighRows
	}
	var rows []Row
	for row, err := range b.Rows(ctx) {
		if err != nil {
			return out, err
		}
		out.Rows++
		if rows = append(rows, row); len(rows) < most {
			continue
		}
		if err := take(ctx, in, fate, rows, &out); err != nil {
			return out, err
		}
		rows = rows[:0]
	}
	if err = take(ctx, in, fate, rows, &out); err != nil || in.Dry {
		return out, err
	}
	return out, m.Evidence.End(ctx, in.By, out.Import)
}

func (m Importer) open(in In) (*Batch, error) {
	return Open(in.File, Terms{Mapping: in.Mapping, Keyed: m.Keyed}, m.Readers...)
}

// fate decides, or foretells, what becomes of a batch.
type fate func(context.Context, []evidence.Row) ([]evidence.Taken, error)

func (m Importer) record(in In, imp id.Import) fate {
	return func(ctx context.Context, batch []evidence.Row) ([]evidence.Taken, error) {
		return m.Evidence.Take(ctx, in.By, imp, batch)
	}
}

func (m Importer) weigh(in In) fate {
	seen := evidence.Seen{}
	return func(ctx context.Context, batch []evidence.Row) ([]evidence.Taken, error) {
		return m.Evidence.Weigh(ctx, in.By, seen, batch)
	}
}

// take lets one batch meet its fate, and counts.
func take(ctx context.Context, in In, fate fate, rows []Row, out *Imported) error {
	var taken []evidence.Taken
	if len(rows) > 0 {
		batch := make([]evidence.Row, len(rows))
		for i, r := range rows {
			batch[i] = evidence.Row{Number: r.Number, Incoming: r.Incoming, Reasons: told(r.Reasons)}
		}
		var err error
		if taken, err = fate(ctx, batch); err != nil {
			return err
		}
	}
	for i, t := range taken {
		if t.Fault != nil && len(rows[i].Reasons) == 0 {
			key, args := fault.Say(t.Fault)
			rows[i].Reasons = []Rejection{{Key: key, Args: args}}
		}
		switch {
		case len(rows[i].Reasons) > 0:
			out.Rejected++
			if in.Rejects != nil {
				if err := in.Rejects(rows[i]); err != nil {
					return err
				}
			}
			continue
		case t.Again:
			out.Again++
		default:
			out.Recorded++
		}
		if len(rows[i].Notes) > 0 {
			out.Noted++
			if in.Notes != nil {
				in.Notes(rows[i])
			}
		}
	}
	if in.Progress != nil {
		in.Progress(out.Rows)
	}
	return nil
}

// told is what may be kept of the reasons: not what stood in the cells.
func told(reasons []Rejection) []evidence.Reason {
	var out []evidence.Reason
	for _, r := range reasons {
		out = append(out, evidence.Reason{Column: r.Column, Field: r.Field, Key: r.Key, Args: r.Args})
	}
	return out
}

// Hold keeps a file until a person has seen what would become of it. What cannot
// be opened at all is refused now.
func (m Importer) Hold(ctx context.Context, by policy.Actor, file []byte, mapping Mapping) (id.Import, error) {
	b, err := Open(BytesFile(file), Terms{Mapping: mapping, Keyed: m.Keyed}, m.Readers...)
	if err != nil {
		return id.Import{}, err
	}
	h := evidence.Held{File: file}
	if h.Mapping, err = json.Marshal(mapping); err != nil {
		return id.Import{}, fault.Wrap("intake.Hold", err)
	}
	return m.Evidence.Hold(ctx, by, string(b.Format), h)
}

// Trial is what would become of a held file, with the first rows that would be
// rejected, or of which a value would be kept as text.
type Trial struct {
	Imported
	Rejects []evidence.Rejected
	Notes   []evidence.Rejected
}

// Try says what would become of a held file, with up to most rows of each sort.
func (m Importer) Try(ctx context.Context, by policy.Actor, imp id.Import, most int) (t Trial, err error) {
	in, err := m.held(ctx, by, imp)
	if err != nil {
		return t, err
	}
	keep := func(list *[]evidence.Rejected, row int, why []Rejection) {
		if len(*list) < most {
			*list = append(*list, evidence.Rejected{Number: row, Reasons: told(why)})
		}
	}
	in.Dry = true
	in.Rejects = func(r Row) error { keep(&t.Rejects, r.Number, r.Reasons); return nil }
	in.Notes = func(r Row) { keep(&t.Notes, r.Number, r.Notes) }
	t.Imported, err = m.Import(ctx, in)
	return t, err
}

// TakeHeld takes a held file for whoever ordered it. It may run more than once:
// rows that are there already stay as they are.
func (m Importer) TakeHeld(ctx context.Context, by policy.Actor, imp id.Import) error {
	in, err := m.held(ctx, by, imp)
	if err != nil {
		return err
	}
	rows, err := m.count(ctx, in)
	if err != nil {
		return err
	}
	if err := m.Evidence.Start(ctx, by, imp, rows); err != nil {
		return err
	}
	_, err = m.Import(ctx, in)
	return err
}

// count reads a file to its end, and counts its rows.
func (m Importer) count(ctx context.Context, in In) (rows int, err error) {
	b, err := m.open(in)
	if err != nil {
		return 0, err
	}
	for _, err := range b.Rows(ctx) {
		if err != nil {
			return rows, err
		}
		rows++
	}
	return rows, nil
}

func (m Importer) held(ctx context.Context, by policy.Actor, imp id.Import) (In, error) {
	in := In{By: by, Import: imp}
	h, err := m.Evidence.Held(ctx, by, imp)
	if err != nil {
		return in, err
	}
	in.File = BytesFile(h.File)
	in.Mapping, err = ReadMapping(bytes.NewReader(h.Mapping))
	return in, err
}

// BytesFile is a file in memory.
func BytesFile(b []byte) table.File {
	return table.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
}
