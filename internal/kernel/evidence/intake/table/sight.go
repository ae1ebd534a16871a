package table

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
)

// maxSheetRow is the last row of a sheet by ISO/IEC 29500-1, 18.3.1.73.
const maxSheetRow = 1 << 20

// sight is what a look through a sheet has found: which cells cannot be trusted,
// and how many texts of its own each row must yield.
type sight struct {
	marked map[int][]Fault // by row
	filled []uint16        // by row: cells with a value of their own, shared texts apart
	merged []area
	count  int // of marks
}

// area is a merged area, corners included.
type area struct{ left, top, right, bottom int }

// look walks the whole sheet, and refuses it unless it is well-formed to its
// last byte, its rows and cells stand in order, and every shared text exists.
func look(data, texts []byte) (*sight, error) {
	n, err := countTexts(texts)
	if err != nil {
		return nil, err
	}
	w := &walk{d: xml.NewDecoder(bytes.NewReader(data)), texts: n, sight: &sight{marked: map[int][]Fault{}}}
	if err := w.document(); err != nil {
		return nil, err
	}
	return w.sight, nil
}

func countTexts(texts []byte) (n int, err error) {
	d := xml.NewDecoder(bytes.NewReader(texts))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return 0, malformed("the shared texts break off")
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			if n++; n > MaxTexts {
				return 0, fault.New(fault.Invalid, "table.look", "import.too_many_texts", "max", MaxTexts)
			}
		}
		if _, ok := token.(xml.Directive); ok {
			return 0, malformed("a document type")
		}
	}
}

// walk is the state of a look through a sheet.
type walk struct {
	*sight
	d        *xml.Decoder
	texts    int
	part     part
	row, col int
}

// part is where in a sheet the walk is.
type part int

const (
	before part = iota
	rows
	after
)

func (w *walk) document() error {
	for depth := 0; ; {
		token, err := w.d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return malformed("the sheet breaks off")
		}
		switch t := token.(type) {
		case xml.Directive:
			return malformed("a document type")
		case xml.StartElement:
			depth++
			err = w.element(t, depth)
			if t.Name.Local == "c" && w.part == rows {
				depth-- // the cell has been read to its end
			}
		case xml.EndElement:
			depth--
			if t.Name.Local == "sheetData" {
				w.part = after
			}
		}
		if err != nil {
			return err
		}
	}
}

// element takes worksheet > sheetData > row > c, each in its place only, and
// mergeCell. What follows the rows (forms, extensions) may use the same names.
func (w *walk) element(t xml.StartElement, depth int) error {
	switch t.Name.Local {
	case "sheetData":
		if w.part != before || depth != 2 {
			return malformed("two tables in a sheet")
		}
		w.part = rows
	case "row":
		if w.part == before || w.part == rows && depth != 3 {
			return malformed("a row out of place")
		}
		if w.part == rows {
			return w.startRow(attribute(t, "r"))
		}
	case "c":
		if w.part == rows && (w.row == 0 || depth != 4) {
			return malformed("a cell out of place")
		}
		if w.part == rows {
			return w.cell(t)
		}
	case "mergeCell":
		a, ok := parseArea(attribute(t, "ref"))
		if !ok {
			return malformed("a merged area without place")
		}
		if w.merged = append(w.merged, a); len(w.merged) > MaxMerged {
			return fault.New(fault.Invalid, "table.look", "import.too_many_merged", "max", MaxMerged)
		}
	}
	return nil
}

func (w *walk) startRow(r string) error {
	row := w.row + 1
	if r != "" {
		row = number(r)
	}
	if row <= w.row || row > maxSheetRow {
		return malformed("rows out of order")
	}
	if row > MaxRows {
		return fault.New(fault.Invalid, "table.look", "import.too_many_rows", "max", MaxRows)
	}
	w.row, w.col = row, 0
	for len(w.filled) <= row {
		w.filled = append(w.filled, 0)
	}
	return nil
}

func (w *walk) cell(t xml.StartElement) error {
	col := w.col + 1
	if ref := attribute(t, "r"); ref != "" {
		var row int
		if col, row = place(ref); row != w.row {
			return malformed("a cell out of place")
		}
	}
	if col <= w.col || attribute(t, "s") != "" && number(attribute(t, "s")) < 0 {
		return malformed("cells out of order")
	}
	w.col = col
	value, formula, err := w.content()
	if err != nil {
		return err
	}
	kind := attribute(t, "t")
	switch {
	case formula:
		err = w.mark(col, "import.formula")
	case kind == "e":
		err = w.mark(col, "import.error_cell")
	case kind == "s" && value != "":
		if i := number(value); i < 0 || i >= w.texts {
			err = malformed("a shared text that is not there")
		}
	case value != "":
		w.filled[w.row]++
	}
	if (formula || value != "") && col > MaxColumns {
		return fault.New(fault.Invalid, "table.look", "import.too_many_columns", "row", w.row, "max", MaxColumns)
	}
	return err
}

// content reads a cell to its end. Of a value its first bytes are enough.
func (w *walk) content() (value string, formula bool, err error) {
	var names []string
	for {
		token, err := w.d.Token()
		if err != nil {
			return "", false, malformed("the sheet breaks off")
		}
		switch t := token.(type) {
		case xml.StartElement:
			names = append(names, t.Name.Local)
			formula = formula || t.Name.Local == "f"
		case xml.EndElement:
			if len(names) == 0 {
				return strings.TrimSpace(value), formula, nil
			}
			names = names[:len(names)-1]
		case xml.CharData:
			if n := len(names); n > 0 && (names[n-1] == "v" || names[n-1] == "t") && len(value) < 32 {
				value += string(t[:min(len(t), 32)])
			}
		}
	}
}

func (w *walk) mark(col int, key string) error {
	if w.count++; w.count > MaxMarked {
		return fault.New(fault.Invalid, "table.look", "import.formulas", "max", MaxMarked)
	}
	w.marked[w.row] = append(w.marked[w.row], Fault{col, key})
	return nil
}

// faults are the faults of a row whose cells the library has read: its marks, its
// merged cells, and cells that the library lost.
func (s *sight) faults(row int, cells []string) []Fault {
	faults := slices.Clone(s.marked[row])
	for _, a := range s.merged {
		if a.top <= row && row <= a.bottom && (a.left < a.right || a.top < a.bottom) {
			for col := a.left; col <= min(a.right, MaxColumns); col++ {
				faults = append(faults, Fault{col, "import.merged"})
			}
		}
	}
	read := 0
	for _, c := range cells {
		if c != "" {
			read++
		}
	}
	if row < len(s.filled) && read < int(s.filled[row]) {
		faults = append(faults, Fault{0, "import.unreadable_cell"})
	}
	return faults
}

// attribute gives the last attribute of that name in any namespace, as the
// library takes it.
func attribute(t xml.StartElement, name string) (value string) {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			value = a.Value
		}
	}
	return value
}

// number reads a decimal number of digits only; -1 if it is none.
func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// place reads "AB12" as column 28, row 12; both are 0 if it is no place.
func place(ref string) (col, row int) {
	digits := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := ref[:len(ref)-len(digits)]
	if row = number(digits); len(letters) < 1 || len(letters) > 3 || row < 1 {
		return 0, 0
	}
	for _, r := range letters {
		col = col*26 + int(r-'A') + 1
	}
	return col, row
}

func parseArea(ref string) (a area, ok bool) {
	from, to, two := strings.Cut(ref, ":")
	if !two {
		to = from
	}
	a.left, a.top = place(from)
	a.right, a.bottom = place(to)
	return a, a.left > 0 && a.right >= a.left && a.bottom >= a.top
}
