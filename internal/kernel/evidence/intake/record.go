package intake

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lodestar/internal/base/fault"
)

// Record is one row of a table by its fields.
type Record struct {
	binding
	cells []string
}

// Get is the value of a field: what stands in its column, as the mapping means
// it; the constant of the mapping if nothing stands there; or "".
func (r Record) Get(field string) string {
	written := ""
	if i, ok := r.fields[field]; ok {
		written = at(r.cells, i)
	}
	if written == "" {
		v, _ := r.terms.Mapping.Constants[field]
		return v
	}
	if meant, ok := r.terms.Mapping.Values[field].find(written); ok {
		return meant
	}
	return written
}

// Keep tells whether values that are not understood go into the narrative.
func (r Record) Keep() bool { return r.terms.Mapping.Unknown == Keep }

// Reject is a reason that names the field and its column, and holds what stands
// there.
func (r Record) Reject(field, key string, args ...fault.Arg) Rejection {
	column := 0
	if i, ok := r.fields[field]; ok {
		column = i + 1
	}
	return Rejection{Column: column, Field: field, Key: key, Args: args, held: r.Get(field)}
}

// read lists the fields in whose columns something stands, sorted.
func (r Record) read() (fields []string) {
	for _, field := range slices.Sorted(maps.Keys(r.fields)) {
		if at(r.cells, r.fields[field]) != "" {
			fields = append(fields, field)
		}
	}
	return fields
}

// canonical is everything that was read of the row, whatever the order of the
// columns.
func (r Record) canonical() []byte {
	var b bytes.Buffer
	for _, field := range r.read() {
		for _, s := range []string{field, at(r.cells, r.fields[field])} {
			b.WriteString(strconv.Itoa(len(s)))
			b.WriteByte(':')
			b.WriteString(s)
		}
	}
	return b.Bytes()
}

// ref makes the reference of a row that names none. The second, third and
// further row of a file with the same content are told apart by their count: two
// persons of whom the same little is known are two.
func (r Record) ref(seen map[string]int) string {
	row := r.canonical()
	ref := r.terms.Keyed(row)
	nth := seen[ref]
	seen[ref]++
	if nth > 0 {
		ref = r.terms.Keyed(append(row, "#"+strconv.Itoa(nth)...))
	}
	return ref
}

var (
	isoDate    = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$`)
	dottedDate = regexp.MustCompile(`^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$`)
	otherDate  = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$`)
)

// Date reads a field as YYYY, YYYY-MM or YYYY-MM-DD. A date with dots has the
// day first, as everywhere where dots are used; one with slashes or dashes is
// read only if the mapping says which comes first.
func (r Record) Date(field string) (string, bool) {
	s := r.Get(field)
	if day, ok := r.table.Date(s); ok {
		return day, true
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return valid(m[1], m[2], m[3])
	}
	if m := dottedDate.FindStringSubmatch(s); m != nil {
		return valid(m[3], m[2], m[1])
	}
	m := otherDate.FindStringSubmatch(s)
	switch order := r.terms.Mapping.Dates; {
	case m != nil && order == DayFirst:
		return valid(m[3], m[2], m[1])
	case m != nil && order == MonthFirst:
		return valid(m[3], m[1], m[2])
	}
	return "", false
}

func valid(year, month, day string) (string, bool) {
	parts := []string{year}
	for _, p := range []string{month, day} {
		if p != "" {
			parts = append(parts, ("0" + p)[len(p)-1:])
		}
	}
	s := strings.Join(parts, "-")
	_, err := time.Parse("2006-01-02"[:len(s)], s)
	return s, err == nil
}
