package table

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"lodestar/internal/base/fault"
)

func show(t *testing.T, in string) string {
	t.Helper()
	table, rows, err := readAll([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%d%q", table.HeaderRow, table.Header)
	for _, r := range rows {
		out += fmt.Sprintf(" %d%q", r.Number, r.Cells)
		if r.Faults != nil {
			out += fmt.Sprint(r.Faults)
		}
	}
	return out
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"comma":               {"a,b\n1,2\n", `1["a" "b"] 2["1" "2"]`},
		"semicolon":           {"a;b\n1,5;2\n", `1["a" "b"] 2["1,5" "2"]`},
		"tab":                 {"a\tb\n1\t2", `1["a" "b"] 2["1" "2"]`},
		"comma in quotes":     {"\"a,b,c\";d\n1;2\n", `1["a,b,c" "d"] 2["1" "2"]`},
		"one column":          {"a\n1\n", `1["a"] 2["1"]`},
		"sep line":            {"sep=;\na;b\n1;2\n", `2["a" "b"] 3["1" "2"]`},
		"byte order mark":     {"\xEF\xBB\xBFa,b\n1,2\n", `1["a" "b"] 2["1" "2"]`},
		"UTF-16 LE":           {"\xFF\xFE" + utf16le("имя;b\nЖ;2\n"), `1["имя" "b"] 2["Ж" "2"]`},
		"blank rows":          {"\n , \na,b\n\n,\n1,2\n\n", `3["a" "b"] 6["1" "2"]`},
		"only a header":       {"a,b\n", `1["a" "b"]`},
		"trimmed":             {" a \u00a0, b  c\n 1 ,\u00a02\n", `1["a" "b c"] 2["1" "2"]`},
		"short row":           {"a,b,c\n1\n", `1["a" "b" "c"] 2["1"]`},
		"spaces beyond":       {"a,b\n1,2, ,\n", `1["a" "b"] 2["1" "2"]`},
		"ragged row":          {"a,b\n1,2,3\n4,5\n", `1["a" "b"] 2["1" "2"][{0 import.ragged}] 3["4" "5"]`},
		"lines in a cell":     {"a,b\n\"1\n2\",3\n4,5\n", `1["a" "b"] 2["1\n2" "3"] 4["4" "5"]`},
		"bare quote":          {"a,b\n1\"x,2\n3,4\n", `1["a" "b"] 2[][{0 import.bad_quotes}] 3["3" "4"]`},
		"quote after a quote": {"a,b\n\"1\"x,2\n3,4\n", `1["a" "b"] 2[][{0 import.bad_quotes}] 3["3" "4"]`},
		"open quote at end":   {"a,b\n3,4\n1,\"2", `1["a" "b"] 2["3" "4"] 3[][{0 import.bad_quotes}]`},
		"NUL in a cell":       {"a,b\n" + strings.Repeat("1,2\n", 2000) + "1,\x002\n", ""},
		"formula stays text":  {"a,b\n=1+1,@x\n", `1["a" "b"] 2["=1+1" "@x"]`},
		"lost letters":        {"a,b\n1,Stra\uFFFDe\n", `1["a" "b"] 2["1" "Stra` + "\uFFFD" + `e"][{2 import.damaged_text}]`},
		"half a pair":         {"\xFF\xFE" + utf16le("a,b\n1,") + "\x00\xD8" + utf16le("\n"), `1["a" "b"] 2["1" "` + "\uFFFD" + `"][{2 import.damaged_text}]`},
	} {
		t.Run(name, func(t *testing.T) {
			got := show(t, c.in)
			if c.want == "" && !strings.HasSuffix(got, `2002["1" "\x002"][{2 import.control_character}]`) || c.want != "" && got != c.want {
				t.Errorf("got  %s\nwant %s", got[max(0, len(got)-200):], c.want)
			}
		})
	}
}

func TestWorkbook(t *testing.T) {
	x := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := x.NewSheet("Second")
	must(err)
	date := time.Date(1999, 2, 28, 0, 0, 0, 0, time.UTC)
	must(x.SetSheetRow("Sheet1", "B3", &[]any{"name", "born", "phone", "yes"}))
	must(x.SetSheetRow("Sheet1", "B5", &[]any{"Ольга", date, 447700900123, true}))
	must(x.SetCellRichText("Sheet1", "B6", []excelize.RichTextRun{{Text: "Ma", Font: &excelize.Font{Bold: true}}, {Text: "ria"}}))
	must(x.SetSheetRow("Second", "A1", &[]any{"other"}))
	var b bytes.Buffer
	must(x.Write(&b))
	if got, want := show(t, b.String()), `3["" "name" "born" "phone" "yes"] 5["" "Ольга" "36219" "447700900123" "1"] 6["" "Maria"]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	second, err := Open(file(b.Bytes()), "Second")
	must(err)
	if fmt.Sprint(second.Header) != "[other]" {
		t.Errorf("the second sheet has the header %v", second.Header)
	}
}

// Rows can be asked for again and again, and reading stops with the caller.
func TestRowsAgain(t *testing.T) {
	csv := "a,b\n1,2\n3,4\n"
	book := workbook(sheet(`<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row><row><c t="s"><v>0</v></c></row>`), sst(`<si><t>3</t></si>`))
	for name, in := range map[string][]byte{"csv": []byte(csv), "xlsx": book} {
		table, err := Open(file(in), "")
		if err != nil {
			t.Fatal(name, err)
		}
		for range 2 {
			got := ""
			for row, err := range table.Rows(context.Background()) {
				got += fmt.Sprint(row.Cells[0], err, ";")
			}
			if got != "1<nil>;3<nil>;" {
				t.Errorf("%s: %s", name, got)
			}
		}
		for range table.Rows(context.Background()) {
			break
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for _, err := range table.Rows(ctx) {
			if err != context.Canceled {
				t.Errorf("%s: a cancelled reading gives %v", name, err)
			}
		}
	}
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		days     calendar
		in, want string
	}{
		{since1900, "36219", "1999-02-28"}, {since1900, "36219.75", "1999-02-28"}, {since1904, "34757", "1999-02-28"},
		{since1900, "1990", "1990"}, {since1900, "2200", "2200"}, {since1900, "2201", "1906-01-09"},
		{since1900, "1990.5", ""}, {since1900, "1", ""}, {since1900, "-5", ""}, {since1900, "1e9", ""}, {since1900, "NaN", ""},
		{since1900, "Inf", ""}, {since1900, "", ""}, {since1900, "1999-02-28", ""}, {none, "36219", ""},
	} {
		got, ok := (&Table{calendar: c.days}).Date(c.in)
		if !ok {
			got = ""
		}
		if got != c.want {
			t.Errorf("%q is %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSniff(t *testing.T) {
	for in, want := range map[string]Format{"PK\x03\x04": XLSX, "\xEF\xBB\xBF {\"a\":1}": Lines, "a;b": CSV, "é": CSV} {
		if got, err := Sniff(file([]byte(in))); got != want {
			t.Errorf("%q is %q, %v", in, got, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\n\"x\n\";2", "\xFF\xFEa\x00,\x00b\x00\n\x001\x00", "sep=;\na;b\n", "a\"b\n", "\"", "a,b\n1,2,3\n\x00", "a\tb\n\xE9"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) { soundly(t, in) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>`, sst(`<si><t>x</t></si>`))
	f.Add(`<row><c t="inlineStr"><is><r><t>a</t></r></is></c></row><row><c t="b"><v>1</v></c><c t="d"><v>2020-01-01T00:00:00</v></c></row>`, ``)
	f.Add(`<row><c><f>1</f><v>1</v></c></row>`, sst(""))
	f.Add(`</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells><sheetData>`, ``)
	f.Add(`<row spans="1:2" ht="x" s="9999999"><c r="B1" s="1"><v>1e400</v></c></row>`, sst(`<si><r><rPr><sz val="x"/></rPr><t>1</t></r></si>`))
	f.Fuzz(func(t *testing.T, rows, texts string) { soundly(t, workbook(sheet(rows), texts)) })
}

func FuzzPackage(f *testing.F) {
	whole := workbook(sheet(`<row><c t="str"><v>a</v></c></row><row><c><v>1</v></c></row>`), sst(""))
	f.Add(whole)
	f.Add(whole[:len(whole)-30])
	f.Add(append([]byte("PK\x03\x04"), whole...))
	f.Fuzz(func(t *testing.T, in []byte) { soundly(t, in) })
}

// soundly reads a table and holds what must be true of every one of them.
func soundly(t *testing.T, in []byte) {
	table, rows, err := readAll(in)
	if err != nil && !fault.Is(err, fault.Invalid) {
		t.Fatalf("refused with another kind: %v", err)
	}
	last := 0
	for _, r := range rows {
		if r.Number <= last || r.Number <= table.HeaderRow || len(r.Cells) > len(table.Header) {
			t.Fatalf("row %d after row %d, header in row %d, %d of %d cells", r.Number, last, table.HeaderRow, len(r.Cells), len(table.Header))
		}
		last = r.Number
		for _, f := range r.Faults {
			if f.Column < 0 || f.Key == "" {
				t.Fatalf("fault %+v", f)
			}
		}
		if len(r.Faults) > 0 {
			continue
		}
		for _, c := range r.Cells {
			if unfit(c) != "" {
				t.Fatalf("%q is let through", c)
			}
		}
	}
}
