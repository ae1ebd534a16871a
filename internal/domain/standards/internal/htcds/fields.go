// Package htcds reads case records in the vocabulary of the Human Trafficking
// Case Data Standard 2.0 (International Organization for Migration, CC BY 4.0):
// one row of a spreadsheet, one signal.
//
// What the standard calls a code, a number or a tick may be counted and becomes a
// code of the signal. What could name or find somebody becomes a mention, and
// everything else goes into the narrative, both of which are sealed. Start at
// Reader.
package htcds

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// kind is how the values of a field are read.
type kind int

const (
	text       kind = iota
	long            // free text of any length: into the narrative
	code            // one or several words of a list
	country         // ISO 3166
	tongue          // ISO 639
	date            // a day
	number          // a whole number
	tick            // yes or no
	coordinate      // of a place: as telling as an address
	lookup          // an organisation by its name
)

var kindNames = [...]string{text: "text", long: "long text", code: "list", country: "country, ISO 3166", tongue: "language, ISO 639", date: "date",
	number: "number", tick: "yes or no", coordinate: "coordinate", lookup: "organisation"}

// field is one line of the standard's field sheet.
type field struct {
	name       string // including the prefix: "prs_Gender"
	short      string // without it
	label      string
	section    string
	core       bool
	deprecated bool // read, never written
	kind       kind
	several    bool // may hold more than one value
	values     []value
}

// value is one word of a field's list.
type value struct{ name, label string }

// The columns of the field sheet that are used.
const (
	colSection = iota
	colStatus
	colCore
	colPrefix
	colName
	colLabel
	colFull
	colType
	_
	colValues
	colLabels
	colDescription
	colNotes
	columns
)

// readFields reads the field sheet. Its rows are ragged; a section's heading
// stands alone in the first cell, sometimes on two lines; example questions have
// the status N/A; a list of values is several lines in one cell.
func readFields(r io.Reader) (fields []field, err error) {
	sheet := csv.NewReader(r)
	sheet.FieldsPerRecord = -1
	section := ""
	for n := 1; ; n++ {
		row, err := sheet.Read()
		if err == io.EOF {
			return fields, nil
		}
		if err != nil {
			return nil, err
		}
		row = append(row, make([]string, columns)...)
		if heading := strings.Join(strings.Fields(row[colSection]), " "); heading != "" {
			section = heading
		}
		if row[colStatus] != "DRAFT" && row[colStatus] != "DEPRECATED" {
			continue
		}
		f := field{
			name: row[colPrefix] + row[colName], short: row[colName], label: strings.TrimSpace(row[colLabel]), section: section,
			core: row[colCore] == "Core", deprecated: row[colStatus] == "DEPRECATED",
		}
		if full := row[colFull]; full != "" && full != f.name {
			return nil, fmt.Errorf("line %d of the field sheet: %s is called %s", n, f.name, full)
		}
		if f.values, err = readValues(row[colValues], row[colLabels]); err != nil {
			return nil, fmt.Errorf("line %d of the field sheet: %w", n, err)
		}
		f.kind, f.several = kindOf(f, row)
		fields = append(fields, f)
	}
}

// readValues pairs names and labels line by line. A single line is no list but a
// remark on which other standard to use.
func readValues(names, labels string) (values []value, err error) {
	if !strings.Contains(names, "\n") {
		return nil, nil
	}
	n, l := textLines(names), textLines(labels)
	if len(n) != len(l) {
		return nil, fmt.Errorf("%d values with %d labels", len(n), len(l))
	}
	for i := range n {
		values = append(values, value{n[i], l[i]})
	}
	return values, nil
}

func textLines(s string) []string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return slices.DeleteFunc(lines, func(s string) bool { return s == "" })
}

func kindOf(f field, row []string) (k kind, several bool) {
	remarks := row[colValues] + row[colLabels] + row[colNotes]
	typ := row[colType]
	several = strings.HasPrefix(typ, "Multiselect")
	switch {
	case len(f.values) > 0:
		k = code
	case strings.Contains(remarks, "ISO 639"):
		k = tongue
	case strings.Contains(remarks, "ISO 3166") || strings.HasSuffix(f.name, "Country"):
		k = country
	case strings.HasSuffix(f.name, "itude"):
		k = coordinate
	case typ == "Long Text":
		k = long
	case typ == "Date":
		k = date
	case typ == "Number":
		k = number
	case typ == "Checkbox":
		k = tick
	case typ == "Lookup [to organisation]" || f.short == "Organisation": // one of them has no type in the sheet
		k = lookup
	}
	return k, several
}
