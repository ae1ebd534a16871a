package intake

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
)

// Fields that every table may have, whatever its standard.
const (
	FieldRef      = "ref"      // the source's own reference of the row
	FieldObserved = "observed" // the day of the observation
	FieldGrade    = "grade"    // 4×4 grading, as in evidence
	FieldHandling = "handling" // H0 to H3
)

var ownFields = []string{FieldRef, FieldObserved, FieldGrade, FieldHandling}

// Column is one column of a table, and what becomes of it.
type Column struct {
	Number int    // from 1
	Header string // as the file has it
	Field  string // "" if the column is not read
	Note   string // message key of why it is not read
}

// binding ties the columns of one table to the fields of one reader.
type binding struct {
	reader  Reader
	columns []Column
	fields  map[string]int // field → index of its column
	table   *table.Table
	terms   Terms
}

// bind finds the columns. What the mapping says goes before what the reader
// finds. Two columns of one field are refused: joining them, or choosing, would
// be a guess. Only of columns found for one of our own fields the first is taken.
func bind(header []string, m Mapping, r Reader) (binding, error) {
	b := binding{reader: r, fields: map[string]int{}}
	known := func(field string) bool {
		if slices.Contains(ownFields, field) {
			return true
		}
		found, _ := r.Find(field)
		return found == field && field != ""
	}
	if err := fits(m, header, known); err != nil {
		return b, err
	}
	for i, h := range header {
		c := Column{Number: i + 1, Header: h}
		mapped := false
		if c.Field, mapped = m.Columns.find(h); mapped && c.Field == "" {
			c.Note = "import.column_left_out"
		}
		if !mapped {
			c.Field, c.Note = find(h, r)
		}
		if c.Field != "" {
			if first, double := b.fields[c.Field]; !double {
				b.fields[c.Field] = i
			} else if mapped || !slices.Contains(ownFields, c.Field) {
				return b, fault.New(fault.Invalid, "intake.bind", "import.duplicate_column", "field", c.Field, "first", first+1, "second", i+1)
			} else {
				c.Field, c.Note = "", "import.column_second"
			}
		}
		b.columns = append(b.columns, c)
	}
	return b, nil
}

func find(header string, r Reader) (field, note string) {
	if header == "" {
		return "", "import.column_without_header"
	}
	if own := strings.ToLower(header); own == FieldRef || own == FieldObserved {
		return own, "" // a column "grade" may be of a school: that one needs the mapping
	}
	return r.Find(header)
}

// fits refuses a mapping of columns that the file has not, or to fields that
// there are not: a remembered mapping must not lose a renamed column unseen.
func fits(m Mapping, header []string, known func(string) bool) error {
	v := fault.New(fault.Invalid, "intake.bind", "import.bad_mapping")
	for name, field := range m.Columns {
		if field != "" && !known(field) {
			v.At("/columns", "import.unknown_field", "field", field)
		}
		if !slices.ContainsFunc(header, func(h string) bool { return Fold(h) == Fold(name) }) {
			v.At("/columns", "import.absent_column", "field", field)
		}
	}
	for field := range maps.Keys(m.Values) {
		if !known(field) {
			v.At("/values", "import.unknown_field", "field", field)
		}
	}
	for field := range maps.Keys(m.Constants) {
		if !known(field) || field == FieldRef { // one reference for all rows would make them one
			v.At("/constants", "import.unknown_field", "field", field)
		}
	}
	return v.OrNil()
}

// rows goes through the table.
func (b binding) rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		seen := map[string]int{}
		for t, err := range b.table.Rows(ctx) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if row, filled := b.row(t, seen); filled && !yield(row, nil) {
				return
			}
		}
	}
}

// row reads one row; filled is false if nothing stands in the columns that are read.
func (b binding) row(t table.Row, seen map[string]int) (row Row, filled bool) {
	row.Number = t.Number
	for _, f := range t.Faults {
		field := ""
		if f.Column > 0 {
			if f.Column > len(b.columns) || b.columns[f.Column-1].Field == "" {
				continue
			}
			field = b.columns[f.Column-1].Field
		}
		row.Reasons = append(row.Reasons, Rejection{Column: f.Column, Field: field, Key: f.Key, held: at(t.Cells, f.Column-1)})
	}
	r := Record{binding: b, cells: t.Cells}
	if len(row.Reasons) > 0 {
		return row, true
	}
	if len(r.read()) == 0 {
		return row, false
	}
	var said []Rejection
	row.Incoming, said = b.reader.Signal(r)
	for _, why := range append(said, b.own(r, &row.Incoming, seen)...) {
		if why.Noted {
			row.Notes = append(row.Notes, why)
		} else {
			row.Reasons = append(row.Reasons, why)
		}
	}
	return judge(row), true
}

// own fills in the fields that do not depend on the standard.
func (b binding) own(r Record, in *evidence.Incoming, seen map[string]int) (reasons []Rejection) {
	if r.Get(FieldObserved) != "" {
		day, ok := r.Date(FieldObserved)
		if in.Observed = day; !ok || len(day) != len("2006-01-02") {
			reasons = append(reasons, r.Reject(FieldObserved, "import.bad_date"))
		}
	}
	if in.Observed == "" && len(reasons) == 0 {
		reasons = append(reasons, Rejection{Field: FieldObserved, Key: "import.needs_observed"})
	}
	if v := r.Get(FieldGrade); v != "" {
		in.Grade = strings.ToUpper(v)
	}
	if v := r.Get(FieldHandling); v != "" {
		in.Handling.Code = strings.ToUpper(v)
	}
	_, named := b.fields[FieldRef]
	switch ref := r.Get(FieldRef); {
	case ref != "":
		in.Ref = ref
	case named || b.terms.Keyed == nil:
		reasons = append(reasons, r.Reject(FieldRef, "import.needs_ref"))
	default:
		in.Ref = r.ref(seen)
	}
	return reasons
}

func at(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}
