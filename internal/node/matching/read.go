package matching

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/graph/linkage"
)

// Input is a file of records in CSV and the name by which errors speak of it.
type Input struct {
	Name string
	io.Reader
}

// Limits of a file. A value is no longer than the longest address; a row holds a
// few of them.
const (
	maxValue = 256
	maxRow   = 64 << 10
)

var errLongValue = fmt.Errorf("value is longer than %d bytes", maxValue)

const recordID = "rec_id"

var address = []string{"street_number", "address_1", "address_2", "suburb", "postcode", "state"}

// people is all that a file of people may be compared by: names, birth date,
// address, identifier. Other columns, and above all sex, age and origin, are
// never read.
var people = linkage.Schema{
	Fields: []linkage.Field{
		{Name: "given_name", Kind: linkage.Name, Swap: "surname"},
		{Name: "surname", Kind: linkage.Name, Swap: "given_name"},
		{Name: "street_number", Kind: linkage.Number},
		{Name: "address_1", Kind: linkage.Text, Swap: "address_2"},
		{Name: "address_2", Kind: linkage.Text, Swap: "address_1"},
		{Name: "suburb", Kind: linkage.Text},
		{Name: "postcode", Kind: linkage.Number},
		{Name: "state", Kind: linkage.Code},
		{Name: "date_of_birth", Kind: linkage.Date},
		{Name: "soc_sec_id", Kind: linkage.Identifier},
	},
	Bonds: []linkage.Bond{
		{Name: "household", Fields: append([]string{"surname"}, address...)},
		{Name: "street", Fields: []string{"address_1", "suburb", "postcode", "state"}},
		{Name: "neighbourhood", Fields: []string{"suburb", "postcode", "state"}},
	},
	Changes: []linkage.Change{{Name: "house move", Fields: address}},
}

// file is an input whose header has been read.
type file struct {
	name    string
	csv     *csv.Reader
	leash   *leash
	columns []string
	line    int // where the row read last begins
}

// leash stops a reader that has taken too much since it was last let go: an
// unclosed quote would otherwise draw the whole file into memory as one row.
type leash struct {
	io.Reader
	taken, mark int64
}

var errLong = fmt.Errorf("row is longer than %d bytes", maxRow)

func (l *leash) Read(p []byte) (int, error) {
	if l.taken-l.mark > maxRow {
		return 0, errLong
	}
	n, err := l.Reader.Read(p)
	l.taken += int64(n)
	return n, err
}

// open reads and checks the header.
func open(in Input) (*file, error) {
	l := &leash{Reader: in}
	text := bufio.NewReaderSize(l, 4096)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\uFEFF" {
		text.Discard(len(mark))
	}
	f := &file{name: in.Name, csv: csv.NewReader(text), leash: l}
	f.csv.TrimLeadingSpace = true
	f.csv.ReuseRecord = true
	header, err := f.next()
	if err == io.EOF {
		return nil, f.fault("linkage.empty", errors.New("no header"))
	}
	if err != nil {
		return nil, err
	}
	for _, c := range header {
		c = strings.ToLower(strings.TrimSpace(c))
		if slices.Contains(f.columns, c) || c == "" {
			return nil, f.fault("linkage.header", errors.New("a column is unnamed or named twice"))
		}
		f.columns = append(f.columns, c)
	}
	if !slices.Contains(f.columns, recordID) {
		return nil, f.fault("linkage.header", errors.New("no column "+recordID))
	}
	return f, nil
}

// next reads one row; the row is valid until the next.
func (f *file) next() ([]string, error) {
	f.leash.mark = f.csv.InputOffset()
	row, err := f.csv.Read()
	var parse *csv.ParseError
	switch {
	case err == nil:
		f.line, _ = f.csv.FieldPos(0)
	case errors.As(err, &parse):
		f.line = parse.StartLine
		return nil, f.fault("linkage.row", parse.Err)
	case errors.Is(err, errLong):
		f.line++
		return nil, f.fault("linkage.row", err)
	case err != io.EOF:
		return nil, fault.Wrap("matching.Run", err)
	}
	return row, err
}

// fault is about the row read last.
func (f *file) fault(key string, reason error) error {
	return fault.New(fault.Invalid, "matching.Run", key, "file", f.name, "line", f.line, "reason", reason.Error()).
		Because(fmt.Errorf("%s: line %d: %w", f.name, f.line, reason))
}

// read hands over each record: whose it is, and its values of the fields, cleaned.
func (f *file) read(ctx context.Context, fields []string, add func(person int, values []string) error) error {
	id := slices.Index(f.columns, recordID)
	var places []int
	for _, name := range fields {
		places = append(places, slices.Index(f.columns, name))
	}
	values := make([]string, len(fields))
	for n := 0; ; n++ {
		row, err := f.next()
		if err == io.EOF && n == 0 {
			return f.fault("linkage.empty", errors.New("no records"))
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		person, err := owner(row[id])
		for i, place := range places {
			if err == nil {
				values[i], err = clean(row[place])
			}
		}
		if err != nil {
			return f.fault("linkage.row", err)
		}
		if err := add(person, values); err != nil {
			return f.fault("linkage.row", err)
		}
	}
}

// owner reads whose record it is from a rec_id: rec-N-org and rec-N-dup-M are
// both of person N.
func owner(id string) (int, error) {
	parts := strings.Split(strings.TrimSpace(id), "-")
	form := len(parts) == 3 && parts[2] == "org" || len(parts) == 4 && parts[2] == "dup"
	if !form || parts[0] != "rec" {
		return 0, errors.New("rec_id is neither rec-N-org nor rec-N-dup-M")
	}
	if len(parts) == 4 {
		if _, err := strconv.ParseUint(parts[3], 10, 63); err != nil {
			return 0, errors.New("rec_id: M is no number")
		}
	}
	n, err := strconv.ParseUint(parts[1], 10, 63)
	if err != nil {
		return 0, errors.New("rec_id: N is no number")
	}
	return int(n), nil
}

// clean brings a value into one spelling: composed, lower case, single spaces.
func clean(v string) (string, error) {
	if len(v) > maxValue {
		return "", errLongValue
	}
	if !utf8.ValidString(v) {
		return "", errors.New("value is not UTF-8")
	}
	v = strings.ToLower(norm.NFKC.String(v))
	if len(v) > maxValue { // one character may be composed of many
		return "", errLongValue
	}
	if strings.Contains(v, "  ") || strings.ContainsAny(v, "\t\r\n\u00a0") || strings.TrimSpace(v) != v {
		v = strings.Join(strings.Fields(v), " ")
	}
	return v, nil
}

// schema settles what is compared: the fields of people that every file has, less
// what the options leave out.
func (r *Report) schema(o Options, files []*file) (linkage.Schema, error) {
	everywhere := func(name string) bool {
		return !slices.ContainsFunc(files, func(f *file) bool { return !slices.Contains(f.columns, name) })
	}
	for _, name := range slices.Concat(o.Fields, o.Without) {
		if !slices.ContainsFunc(people.Fields, func(f linkage.Field) bool { return f.Name == name }) {
			return people, fault.New(fault.Invalid, "matching.Run", "linkage.field", "field", name).
				Because(fmt.Errorf("no field is called %q", name))
		}
	}
	for _, f := range people.Fields {
		if everywhere(f.Name) && !slices.Contains(o.Without, f.Name) &&
			(len(o.Fields) == 0 || slices.Contains(o.Fields, f.Name)) {
			r.Fields = append(r.Fields, f.Name)
		}
	}
	if len(r.Fields) == 0 {
		return people, fault.New(fault.Invalid, "matching.Run", "linkage.nofield").
			Because(errors.New("no field is left to compare"))
	}
	for _, f := range files {
		for _, c := range f.columns {
			if c != recordID && !slices.Contains(r.Fields, c) && !slices.Contains(r.Ignored, c) {
				r.Ignored = append(r.Ignored, c)
			}
		}
	}
	return people.Select(r.Fields), nil
}
