package linkage

import (
	"fmt"
	"strings"
)

// Limits of a Table.
const (
	MaxFields  = 16
	MaxRecords = 1<<31 - 1
)

// Builder collects records for a Table.
type Builder struct {
	t    *Table
	code []map[string]uint32
}

// Table holds records to link, each distinct value stored once. Records are
// numbered from 0 in the order in which they were added.
type Table struct {
	schema  Schema
	units   []unit
	columns []column
	rows    []uint32 // one code per record and field; 0 is missing
	split   int      // the number of records of the first of two files; −1 if there is one file
}

// column is the dictionary of one field; entry 0 is the missing value.
type column struct {
	values []string
	hashes []uint64
	counts []uint32
}

// NewBuilder starts a table. It refuses a schema with no fields or more than
// MaxFields, or one that contradicts itself.
func NewBuilder(s Schema) (*Builder, error) {
	if len(s.Fields) == 0 || len(s.Fields) > MaxFields {
		return nil, fmt.Errorf("linkage: %d fields, want 1 to %d", len(s.Fields), MaxFields)
	}
	units, err := s.units()
	if err != nil {
		return nil, err
	}
	b := &Builder{t: &Table{schema: s, units: units, columns: make([]column, len(s.Fields)), split: -1}}
	for i := range s.Fields {
		b.t.columns[i] = column{values: []string{""}, hashes: []uint64{0}, counts: []uint32{0}}
		b.code = append(b.code, map[string]uint32{"": 0})
	}
	return b, nil
}

// Add appends one record, its values in the order of the schema's fields; an
// empty value is missing. The values are copied.
func (b *Builder) Add(values []string) error {
	if len(values) != len(b.code) {
		return fmt.Errorf("linkage: %d values for %d fields", len(values), len(b.code))
	}
	if b.t.Len() == MaxRecords {
		return fmt.Errorf("linkage: more than %d records", MaxRecords)
	}
	for i, v := range values {
		b.t.rows = append(b.t.rows, b.encode(i, v))
	}
	return nil
}

func (b *Builder) encode(field int, value string) uint32 {
	c := &b.t.columns[field]
	code, known := b.code[field][value]
	if !known {
		value = strings.Clone(value)
		code = uint32(len(c.values))
		b.code[field][value] = code
		c.values = append(c.values, value)
		c.hashes = append(c.hashes, hash(value))
		c.counts = append(c.counts, 0)
	}
	c.counts[code]++
	return code
}

// Divide marks that the records added from now on are of a second file: only
// pairs across the two files are then sought.
func (b *Builder) Divide() { b.t.split = b.t.Len() }

// Table ends the building.
func (b *Builder) Table() *Table {
	t := b.t
	b.t, b.code = nil, nil
	return t
}

// Len is the number of records.
func (t *Table) Len() int { return len(t.rows) / len(t.columns) }

// linkable tells whether the pair may be linked: with two files, only a record of
// one with a record of the other.
func (t *Table) linkable(x, y uint32) bool {
	return x != y && (t.split < 0 || (int(x) < t.split) != (int(y) < t.split))
}

// Pairs is the number of pairs that comparing all with all would take.
func (t *Table) Pairs() float64 {
	n, first := float64(t.Len()), float64(t.split)
	if t.split >= 0 {
		return first * (n - first)
	}
	return n * (n - 1) / 2
}

// Score weighs and explains one pair of records with a model of t's fields.
func (t *Table) Score(m *Model, x, y uint32) Score {
	var agreed [MaxFields]Level
	a, b := t.row(x), t.row(y)
	frequencies := make([]float64, len(a))
	for _, u := range t.units {
		t.measure(u, a, b, &agreed)
	}
	for i, code := range a {
		frequencies[i] = t.frequency(i, code)
	}
	return m.Score(agreed[:len(a)], frequencies)
}

// frequency is the share of records that hold a value; 0 for an identifier,
// whose rarity is what it is.
func (t *Table) frequency(field int, code uint32) float64 {
	if t.schema.Fields[field].Kind == Identifier {
		return 0
	}
	return float64(t.columns[field].counts[code]) / float64(t.Len())
}

func (t *Table) row(record uint32) []uint32 {
	f := len(t.columns)
	start := int(record) * f
	return t.rows[start : start+f : start+f]
}

// measure fills in the levels of one unit for two rows.
func (t *Table) measure(u unit, a, b []uint32, agreed *[MaxFields]Level) {
	x, y := a[u.field], b[u.field]
	v := t.columns[u.field].values
	switch {
	case u.other >= 0:
		w := t.columns[u.other].values
		agreed[u.field], agreed[u.other] = u.crosswise(v[x], w[a[u.other]], v[y], w[b[u.other]])
	case x == 0 || y == 0:
		agreed[u.field] = Missing
	case x == y:
		agreed[u.field] = Exact
	default:
		agreed[u.field] = u.comparator(v[x], v[y])
	}
}

// digest is a number that depends on a record's values and not on its place.
func (t *Table) digest(record uint32) uint64 {
	var h uint64
	for i, code := range t.row(record) {
		h = mix(h + t.columns[i].hashes[code] + uint64(i))
	}
	return h
}

// hash is FNV-1a, finished by mix: the same in every run, so that learning is
// reproducible.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix spreads every bit of h over all others (D. Stafford's thirteenth variant
// of the MurmurHash3 finaliser).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
