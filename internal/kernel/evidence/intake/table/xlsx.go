package table

import (
	"context"
	"iter"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"lodestar/internal/base/fault"
)

const workbookPart = "xl/workbook.xml"

// book is what matters of a workbook part.
type book struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"` // "", visible, hidden, veryHidden
		Link  string `xml:"id,attr"`
	} `xml:"sheets>sheet"`
}

// openXLSX reads one sheet of a workbook. The package is taken apart and the
// sheet looked through here; the library, which passes over errors and formulas
// in silence and would write large parts to disk, is given only the two parts
// that have been checked, and decodes their cells.
func openXLSX(f File, sheet string) (func(context.Context) iter.Seq2[Row, error], calendar, error) {
	p, err := unpack(f)
	if err != nil {
		return nil, none, err
	}
	var b book
	if err := p.decode(workbookPart, &b); err != nil {
		return nil, none, err
	}
	sheetPart, textsPart, err := p.find(b, sheet)
	if err != nil {
		return nil, none, err
	}
	data, err := p.read(sheetPart, MaxSheet)
	if err != nil {
		return nil, none, err
	}
	var texts []byte
	if textsPart != "" {
		if texts, err = p.read(textsPart, MaxStrings); err != nil {
			return nil, none, err
		}
	}
	seen, err := look(data, texts)
	if err != nil {
		return nil, none, err
	}
	days := since1900
	if v := b.Properties.Date1904; v == "1" || v == "true" {
		days = since1904
	}
	return (&sheetReader{library(data, texts), seen}).rows, days, nil
}

// find gives the parts of the wanted sheet and of the shared texts.
func (p pack) find(b book, sheet string) (sheetPart, textsPart string, err error) {
	l, err := p.linksOf(workbookPart)
	if err != nil {
		return "", "", err
	}
	targets := map[string]string{}
	for _, link := range l.Links {
		target := link.Target
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(workbookPart), target)
		}
		switch path.Base(link.Type) {
		case "worksheet":
			targets[link.ID] = strings.TrimPrefix(target, "/")
		case "sharedStrings":
			textsPart = strings.TrimPrefix(target, "/")
		}
	}
	for _, s := range b.Sheets {
		part, ok := targets[s.Link]
		wanted := s.Name == sheet || sheet == "" && (s.State == "" || s.State == "visible")
		if ok && wanted {
			_, err := p.linksOf(part)
			return part, textsPart, err
		}
	}
	return "", "", fault.New(fault.Invalid, "table.Open", "import.no_sheet")
}

const (
	librarySheet = "Sheet1"
	libraryPart  = "xl/worksheets/sheet1.xml"
	libraryTexts = "xl/sharedStrings.xml"
)

// library is a new workbook of the library with its only sheet replaced.
func library(data, texts []byte) *excelize.File {
	x := excelize.NewFile()
	x.Sheet.Delete(libraryPart)
	x.Pkg.Store(libraryPart, data)
	if texts != nil {
		x.Pkg.Store(libraryTexts, texts)
	}
	return x
}

// sheetReader yields the rows of a sheet that has been looked through.
type sheetReader struct {
	file *excelize.File
	seen *sight
}

func (s *sheetReader) rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := s.file.Rows(librarySheet)
		if err != nil {
			yield(Row{}, malformed("no rows"))
			return
		}
		for n := 1; rows.Next(); n++ {
			cells, err := rows.Columns(excelize.Options{RawCellValue: true})
			if err == nil {
				err = rows.Error()
			}
			if err != nil {
				yield(Row{}, malformed("a row cannot be read"))
				return
			}
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return
			}
			if !yield(Row{Number: n, Cells: cells, Faults: s.seen.faults(n, cells)}, nil) {
				return
			}
		}
	}
}

// calendar says from which day a workbook counts its dates.
type calendar int

const (
	none calendar = iota // dates are not numbers
	since1900
	since1904
)

// Date reads the number by which a workbook keeps a day, as YYYY-MM-DD. A whole
// number from 1880 to 2200 is a year that somebody typed, and is given as YYYY:
// as a day it would lie in 1905 or 1906. Of a table that is no workbook no number
// is a date.
func (t *Table) Date(number string) (string, bool) {
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || t.calendar == none || !(v >= 1880 && v < 2_958_466) { // 9999-12-31
		return "", false
	}
	if v <= 2200 {
		return strconv.Itoa(int(v)), v == float64(int(v))
	}
	day, err := excelize.ExcelDateToTime(v, t.calendar == since1904)
	return day.Format(time.DateOnly), err == nil
}
