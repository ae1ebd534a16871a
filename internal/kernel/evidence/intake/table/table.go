// Package table reads tables that strangers send: CSV and XLSX files.
//
// Every byte is hostile until shown otherwise. What cannot be read safely and
// completely is refused with a fault that says why; a cell that cannot be
// trusted (a formula, a control character, part of a merged area) is marked, so
// that its row can be rejected and the rest be read. Nothing is guessed: not the
// encoding, not a lost digit, not a merged value.
//
// Memory is bounded by the constants below, whatever the file says of itself,
// and nothing is written to disk, because what is read may be personal.
//
// Start at Open.
package table

import (
	"bufio"
	"context"
	"io"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"lodestar/internal/base/fault"
)

// Bounds of a table. What exceeds one of them is refused with the bound named.
const (
	MaxRows     = 1_000_000 // rows of a table, blank ones included
	MaxColumns  = 1_000     // filled columns
	MaxCell     = 32_767    // characters of one cell, the bound of spreadsheet programs
	MaxRecord   = 1 << 20   // bytes of one CSV record
	MaxWorkbook = 32 << 20  // bytes of an XLSX file, packed
	MaxUnpacked = 256 << 20 // bytes of all its parts together, as they declare them
	MaxSheet    = 128 << 20 // bytes of the one sheet that is read
	MaxStrings  = 64 << 20  // bytes of the table of shared texts
	MaxTexts    = 1_000_000 // shared texts
	MaxPart     = 4 << 20   // bytes of any other part that is read
	MaxParts    = 2_000     // parts of an XLSX file
	MaxRatio    = 200       // unpacked to packed size of a part above 1 MiB
	MaxMerged   = 1_000     // merged areas of a sheet
	MaxMarked   = 100_000   // formula and error cells of a sheet
)

// File is a file that can be read again and again. It is recognised by its
// content; its name plays no part.
type File struct {
	io.ReaderAt
	Size int64
}

func (f File) reader() io.Reader { return io.NewSectionReader(f, 0, f.Size) }

// Format is what a file is, by its content.
type Format string

// The formats.
const (
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	Lines Format = "jsonl" // no table: one JSON object per line
)

// Sniff tells what f is, or refuses (fault.Invalid) what is none of the formats:
// an empty file, an old or encrypted Excel file, web pages and other markup, a
// JSON document that is not one object per line, text in an older encoding,
// anything binary.
func Sniff(f File) (Format, error) {
	head := make([]byte, 8)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return "", fault.Wrap("table.Sniff", err)
	}
	switch magic := string(head[:n]); {
	case strings.HasPrefix(magic, "PK\x03\x04"), strings.HasPrefix(magic, "PK\x05\x06"):
		return XLSX, nil
	case strings.HasPrefix(magic, "\xD0\xCF\x11\xE0"):
		return "", fault.New(fault.Invalid, "table.Sniff", "import.old_excel")
	}
	text, err := Text(f)
	if err != nil {
		return "", err
	}
	sample, err := bufio.NewReaderSize(text, 4096).Peek(4096)
	if err != nil && err != io.EOF {
		return "", TextFault(err)
	}
	return sniffText(strings.TrimSpace(string(sample)))
}

func sniffText(sample string) (Format, error) {
	switch {
	case sample == "":
		return "", fault.New(fault.Invalid, "table.Sniff", "import.empty_file")
	case strings.ContainsRune(sample, 0) || strings.HasPrefix(sample, "%PDF"):
		return "", fault.New(fault.Invalid, "table.Sniff", "import.unknown_format")
	case sample[0] == '{':
		return Lines, nil
	case sample[0] == '[':
		return "", fault.New(fault.Invalid, "table.Sniff", "import.not_lines")
	case sample[0] == '<':
		return "", fault.New(fault.Invalid, "table.Sniff", "import.markup")
	}
	return CSV, nil
}

// Table is an opened table: its header, and its rows as often as they are asked
// for.
type Table struct {
	Format    Format
	Header    []string // one per column, inner spaces reduced to one; "" for a column without
	HeaderRow int      // number of the header's row in the file, from 1

	records  func(context.Context) iter.Seq2[Row, error] // all rows, the header among them
	calendar calendar
}

// Row is one row below the header that has anything in it.
type Row struct {
	Number int      // in the file, from 1: the line of a CSV record, the row of a sheet
	Cells  []string // without space around them, never longer than the header
	Faults []Fault
}

// Fault says why a cell, or with Column 0 the row, cannot be trusted.
type Fault struct {
	Column int    // from 1
	Key    string // message key
}

// Open opens f as a table. Of a workbook it opens the named sheet, or with ""
// the first visible one. The first row that has anything in it is the header.
func Open(f File, sheet string) (*Table, error) {
	format, err := Sniff(f)
	if err != nil {
		return nil, err
	}
	t := &Table{Format: format}
	switch format {
	case CSV:
		t.records, err = openCSV(f)
	case XLSX:
		t.records, t.calendar, err = openXLSX(f, sheet)
	default:
		err = fault.New(fault.Invalid, "table.Open", "import.unknown_format")
	}
	if err != nil {
		return nil, err
	}
	return t, t.header()
}

// header finds and checks the header.
func (t *Table) header() error {
	for row, err := range t.records(context.Background()) {
		if err != nil {
			return err
		}
		if blank(row.Cells) && len(row.Faults) == 0 {
			continue
		}
		t.HeaderRow = row.Number
		t.Header = make([]string, width(row.Cells))
		for i := range t.Header {
			t.Header[i] = strings.Join(strings.Fields(row.Cells[i]), " ")
			lines := strings.Contains(strings.ReplaceAll(row.Cells[i], "\r\n", ""), "\r") // a file whose lines end in CR alone
			if lines || unfit(t.Header[i]) != "" {
				return fault.New(fault.Invalid, "table.Open", "import.bad_header", "row", row.Number, "column", i+1)
			}
		}
		if len(row.Faults) > 0 {
			return fault.New(fault.Invalid, "table.Open", "import.bad_header", "row", row.Number, "column", row.Faults[0].Column)
		}
		return nil
	}
	return fault.New(fault.Invalid, "table.Open", "import.empty_file")
}

// Rows yields the rows below the header; blank ones are passed over. An error is
// the last thing it yields: what follows it in the file could not be read.
func (t *Table) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range t.records(ctx) {
			if err == nil && (row.Number <= t.HeaderRow || blank(row.Cells) && len(row.Faults) == 0) {
				continue
			}
			if err == nil {
				t.check(&row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// check trims the cells and marks those that cannot be trusted. A row with
// something beyond the header is ragged: its cells may have shifted.
func (t *Table) check(row *Row) {
	row.Cells = row.Cells[:width(row.Cells)]
	if len(row.Cells) > len(t.Header) {
		row.Faults = append(row.Faults, Fault{0, "import.ragged"})
		row.Cells = row.Cells[:len(t.Header)]
	}
	for i, cell := range row.Cells {
		row.Cells[i] = trim(cell)
		if key := unfit(row.Cells[i]); key != "" {
			row.Faults = append(row.Faults, Fault{i + 1, key})
		}
	}
}

// unfit says why a text cannot be taken as it stands, or "".
func unfit(s string) string {
	switch {
	case len(s) > MaxCell && utf8.RuneCountInString(s) > MaxCell:
		return "import.cell_too_long"
	case !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError):
		return "import.damaged_text" // somebody's conversion lost letters here
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return "import.control_character"
	}
	return ""
}

func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
}

func blank(cells []string) bool { return width(cells) == 0 }

// width is the number of cells up to the last one that is not blank.
func width(cells []string) int {
	n := len(cells)
	for n > 0 && trim(cells[n-1]) == "" {
		n--
	}
	return n
}
