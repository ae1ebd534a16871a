package intake

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode"

	"lodestar/internal/base/fault"
)

// Mapping says how the columns and values of a file are meant where the reader
// would not see it by itself. The zero Mapping leaves everything to the reader.
type Mapping struct {
	Sheet     string           `json:"sheet,omitempty"`     // of a workbook; "" is the first visible one
	Columns   Pairs            `json:"columns,omitempty"`   // header → field; "" leaves the column out
	Values    map[string]Pairs `json:"values,omitempty"`    // field → value as written → value as meant
	Constants Pairs            `json:"constants,omitempty"` // field → value for rows that leave it empty
	Dates     DateOrder        `json:"dates,omitempty"`
	Unknown   Unknown          `json:"unknown,omitempty"`
}

// DateOrder says how dates with slashes or dashes are written. Without it only
// dates that cannot be misread are taken: 1999-02-28, 28.02.1999, and the day
// numbers of a workbook.
type DateOrder string

// The orders of day, month and year.
const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
)

// Unknown says what becomes of a value that is not in the code list of its
// field, or is not in its format.
type Unknown string

// Reject is the default: a row with such a value is rejected, so that it can be
// corrected. Keep takes the row and puts the value, as written, into the signal's
// narrative, where it is sealed and never counted.
const (
	Reject Unknown = ""
	Keep   Unknown = "keep"
)

// maxMapping is the largest mapping file, in bytes.
const maxMapping = 256 << 10

// ReadMapping decodes a mapping file (one JSON object). It refuses
// (fault.Invalid) an unknown key, a header or value that is given twice, and a
// word outside its list.
func ReadMapping(r io.Reader) (Mapping, error) {
	bad := fault.New(fault.Invalid, "intake.ReadMapping", "import.bad_mapping")
	data, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return Mapping{}, fault.Wrap("intake.ReadMapping", err)
	}
	if len(data) > maxMapping {
		return Mapping{}, fault.New(fault.Invalid, "intake.ReadMapping", "import.too_large", "max", maxMapping)
	}
	var m Mapping
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Mapping{}, bad.Because(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Mapping{}, bad
	}
	if !slices.Contains([]DateOrder{"", DayFirst, MonthFirst}, m.Dates) {
		bad.At("/dates", "import.unknown_word")
	}
	if m.Unknown != Reject && m.Unknown != Keep {
		bad.At("/unknown", "import.unknown_word")
	}
	return m, bad.OrNil()
}

// Pairs is a JSON object of texts. A name that stands in it twice is refused,
// whatever its case and spacing: which of the two is meant is not ours to choose.
type Pairs map[string]string

// UnmarshalJSON decodes the object.
func (p *Pairs) UnmarshalJSON(data []byte) error {
	bad := fault.New(fault.Invalid, "intake.ReadMapping", "import.bad_mapping")
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return bad
	}
	*p = Pairs{}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return bad
		}
		value, err := d.Token()
		text, ok := value.(string)
		if err != nil || !ok || seen[Fold(name.(string))] {
			return bad
		}
		seen[Fold(name.(string))] = true
		(*p)[name.(string)] = text
	}
	return nil
}

// find looks a name up without regard to case and spacing.
func (p Pairs) find(name string) (string, bool) {
	if v, ok := p[name]; ok {
		return v, true
	}
	for k, v := range p {
		if Fold(k) == Fold(name) {
			return v, true
		}
	}
	return "", false
}

// Fold is s in lower case and without anything but letters, marks and digits:
// two spellings of one header or code value have the same Fold. A text without
// any of them is its own Fold.
func Fold(s string) string {
	folded := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	if folded == "" {
		return strings.TrimSpace(s)
	}
	return folded
}
