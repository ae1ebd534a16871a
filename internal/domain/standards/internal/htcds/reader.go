package htcds

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence/intake"
)

// standard is the vocabulary as it is read: every spelling of every header,
// value and country leads to the one of the standard.
type standard struct {
	fields    map[string]field
	order     []string                     // names as in the field sheet
	headers   map[string]string            // folded header → field, "" if several are meant
	values    map[string]map[string]string // field → folded value → value
	countries map[string]string            // folded label → ISO 3166 code
}

// reading is the file of further spellings.
type reading struct {
	Note       string                       `json:"note"`
	Columns    map[string]string            `json:"columns"`
	Several    []string                     `json:"several"`
	ByFullName []string                     `json:"by_full_name"`
	Further    map[string][]string          `json:"further_values"`
	Aliases    map[string]map[string]string `json:"aliases"`
}

// Reader makes the reader of HTCDS tables from the files of the catalogue:
// fields_2.0.csv, countries_2.0.csv and reading.json.
func Reader(fsys fs.FS) (intake.Reader, error) {
	s, err := load(fsys)
	if err != nil {
		return intake.Reader{}, fault.Wrap("htcds.Reader", err)
	}
	return intake.Reader{Name: "htcds-2.0", Fields: s.vocabulary(), Find: s.find, Signal: s.signal}, nil
}

// vocabulary lists what may be written, in the order of the field sheet.
func (s *standard) vocabulary() (out []intake.Field) {
	for _, name := range s.order {
		f := s.fields[name]
		if f.deprecated {
			continue
		}
		v := intake.Field{Name: name, Label: f.label, Kind: kindNames[f.kind]}
		if f.several {
			v.Kind += ", several with ;"
		}
		for _, word := range f.values {
			v.Values = append(v.Values, word.name)
		}
		out = append(out, v)
	}
	return out
}

func load(fsys fs.FS) (*standard, error) {
	s := &standard{fields: map[string]field{}, headers: map[string]string{}, values: map[string]map[string]string{}, countries: map[string]string{}}
	sheet, err := fsys.Open("fields_2.0.csv")
	if err != nil {
		return nil, err
	}
	defer sheet.Close()
	fields, err := readFields(sheet)
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		s.fields[f.name] = f
		s.order = append(s.order, f.name)
	}
	if err := s.readCountries(fsys); err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(fsys, "reading.json")
	if err != nil {
		return nil, err
	}
	var more reading
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(&more); err != nil {
		return nil, err
	}
	if err := s.spellValues(more); err != nil {
		return nil, err
	}
	return s, s.spellHeaders(more)
}

func (s *standard) readCountries(fsys fs.FS) error {
	list, err := fsys.Open("countries_2.0.csv")
	if err != nil {
		return err
	}
	defer list.Close()
	rows, err := csv.NewReader(list).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[min(1, len(rows)):] {
		s.countries[intake.Fold(row[1])] = row[0]
	}
	return nil
}

func (s *standard) spellValues(more reading) error {
	for name, f := range s.fields {
		if f.kind != code {
			continue
		}
		f.several = f.several || slices.Contains(more.Several, name)
		for _, further := range more.Further[name] {
			f.values = append(f.values, value{further, further})
		}
		s.fields[name] = f
		spellings := map[string]string{}
		for _, v := range f.values {
			spellings[intake.Fold(v.name)], spellings[intake.Fold(v.label)] = v.name, v.name
		}
		for alias, v := range more.Aliases[name] {
			if spellings[intake.Fold(v)] != v {
				return fmt.Errorf("the alias %s of %s means no value", alias, name)
			}
			spellings[intake.Fold(alias)] = v
		}
		s.values[name] = spellings
	}
	return nil
}

// spellHeaders lists what may head a column. A full name always means its field;
// a short name or label only if it means one field, and is not among those that
// mean something else in most spreadsheets.
func (s *standard) spellHeaders(more reading) error {
	full := map[string]bool{}
	for _, name := range more.ByFullName {
		if _, ok := s.fields[name]; !ok {
			return fmt.Errorf("there is no field %s", name)
		}
		full[name] = true
	}
	claim := func(spelling, name string) {
		key := intake.Fold(spelling)
		if other, taken := s.headers[key]; taken && other != name || full[name] {
			name = "" // also if a field that needs its full name would claim it
		}
		s.headers[key] = name
	}
	for _, name := range s.order {
		f := s.fields[name]
		claim(f.short, name)
		if f.label != "" {
			claim(f.label, name)
		}
	}
	for header, name := range more.Columns {
		if _, ok := s.fields[name]; !ok && name != intake.FieldRef && name != intake.FieldObserved {
			return fmt.Errorf("%s means no field", header)
		}
		s.headers[intake.Fold(header)] = name
	}
	for _, name := range s.order {
		s.headers[intake.Fold(name)] = name
	}
	return nil
}

// find gives the field that a header means. Form tools put the path of a
// question's groups before its name, with slashes.
func (s *standard) find(header string) (field, note string) {
	name, ok := s.headers[intake.Fold(header)]
	if !ok {
		name, ok = s.headers[intake.Fold(header[strings.LastIndexByte(header, '/')+1:])]
	}
	switch {
	case !ok:
		return "", "import.column_unknown"
	case name == "":
		return "", "import.column_ambiguous"
	default:
		return name, ""
	}
}
