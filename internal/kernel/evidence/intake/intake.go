// Package intake reads files of signals: JSON Lines, and tables (CSV, XLSX) in
// the vocabulary of whichever desk brings a Reader for it.
//
// A file is opened first, so that somebody can see what was recognised in it and
// which columns would not be read, and then gone through row by row. A row
// becomes a signal or is rejected with every reason; no row is changed, guessed
// at or passed over in silence. The same file gives the same signals with the
// same references each time, so that importing it twice changes nothing.
//
// Start at Open.
package intake

import (
	"context"
	"iter"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
)

// Row is one row or line of a file: a signal, or the reasons why it is none.
type Row struct {
	Number   int // in the file, from 1, a header counted
	Incoming evidence.Incoming
	Reasons  []Rejection // empty: the row has been read, and Incoming.Signal accepts it
	Notes    []Rejection // values that were taken as text only, and why; they reject nothing
}

// Rejection is one reason why a row was rejected.
type Rejection struct {
	Column int    // from 1; 0 if no one column is meant
	Field  string // the field, by its standard's name, or a JSON pointer; "" for the whole row
	Key    string // message key of the sentence that says why
	Args   []fault.Arg
	Noted  bool   // the row is taken; the value is kept as it is written, as text
	held   string // what stood there: may be personal, see Rejects
}

// Reader turns the rows of a table into signals. A desk makes one for the
// standard that it knows; intake finds the columns, the desk knows the values.
type Reader struct {
	Name string // of the standard: "htcds-2.0"

	Fields []Field // its vocabulary, for whoever makes a file

	// Find gives the field that a column header or a mapping means, or "" and the
	// message key of why not. The name of a field always finds that field.
	Find func(header string) (field, note string)

	// Signal makes a signal of one row. Its Ref may be left empty; Observed is
	// taken from r if r has one.
	Signal func(r Record) (evidence.Incoming, []Rejection)
}

// Field is one field of a standard, as its maker calls it.
type Field struct {
	Name   string   `json:"name"`
	Label  string   `json:"label"`
	Kind   string   `json:"kind"`             // text, list, country, language, date, number, yes or no …
	Values []string `json:"values,omitempty"` // of a list
}

// Terms are what the importing side lays down for one file.
type Terms struct {
	Mapping Mapping

	// Keyed makes the reference of a row that names none, from everything that was
	// read of it. It must depend on a secret of the node: a plain hash of somebody's
	// data would let whoever sees it test guesses. Nil: such rows are rejected.
	Keyed func(row []byte) string
}

// Batch is an opened file.
type Batch struct {
	Format  table.Format
	Reader  string   // name of the reader that is used; "" for JSON Lines
	Columns []Column // of a table, in order

	rows func(context.Context) iter.Seq2[Row, error]
}

// Open opens a file by its content. Of several readers the one that knows most
// of the columns is used. It refuses (fault.Invalid) a file in which nothing is
// recognised or nothing stands below the header, a mapping that does not fit it,
// and whatever table.Open refuses.
func Open(f table.File, t Terms, readers ...Reader) (*Batch, error) {
	format, err := table.Sniff(f)
	if err != nil {
		return nil, err
	}
	if format == table.Lines {
		return &Batch{Format: format, rows: func(ctx context.Context) iter.Seq2[Row, error] { return lines(ctx, f) }}, nil
	}
	opened, err := table.Open(f, t.Mapping.Sheet)
	if err != nil {
		return nil, err
	}
	var best binding
	var refusal error
	for _, r := range readers {
		b, err := bind(opened.Header, t.Mapping, r)
		if err != nil {
			refusal = err
		} else if len(b.fields) > len(best.fields) {
			best = b
		}
	}
	switch {
	case len(best.fields) > 0:
	case refusal != nil:
		return nil, refusal
	default:
		return nil, fault.New(fault.Invalid, "intake.Open", "import.no_known_column")
	}
	best.table, best.terms = opened, t
	if !filled(opened) {
		return nil, fault.New(fault.Invalid, "intake.Open", "import.no_rows")
	}
	return &Batch{Format: format, Reader: best.reader.Name, Columns: best.columns, rows: best.rows}, nil
}

// filled tells whether a table has a row. One that cannot be read is one: the
// reading says why.
func filled(t *table.Table) bool {
	for range t.Rows(context.Background()) {
		return true
	}
	return false
}

// Rows goes through the file, as often as it is called. An error is the last
// thing it yields; it means that the rest of the file could not be read.
func (b *Batch) Rows(ctx context.Context) iter.Seq2[Row, error] { return b.rows(ctx) }

// judge adds what the signal itself is rejected for. A rejected row keeps no
// signal.
func judge(row Row) Row {
	if len(row.Reasons) == 0 {
		_, err := row.Incoming.Signal()
		for _, f := range fault.FieldsOf(err) {
			row.Reasons = append(row.Reasons, Rejection{Field: f.Pointer, Key: f.Key, Args: f.Args})
		}
	}
	if len(row.Reasons) > 0 {
		row.Incoming = evidence.Incoming{}
	}
	return row
}
