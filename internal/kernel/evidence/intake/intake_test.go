package intake

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
)

func file(s string) table.File {
	return table.File{ReaderAt: strings.NewReader(s), Size: int64(len(s))}
}

// small reads a table of people: name, town and day.
var small = Reader{
	Name: "small",
	Find: func(header string) (string, string) {
		switch f := Fold(header); f {
		case "name", "town", "day":
			return f, ""
		case "person":
			return "name", ""
		case "place":
			return "", "import.column_ambiguous"
		}
		return "", "import.column_unknown"
	},
	Signal: func(r Record) (in evidence.Incoming, reasons []Rejection) {
		in = evidence.Incoming{Kind: "test", Mentions: []evidence.IncomingMention{{Kind: "person", Role: "worker"}}}
		in.Mentions[0].Names = []string{r.Get("name")}
		if r.Get("town") == "Nowhere" && !r.Keep() {
			reasons = append(reasons, r.Reject("town", "import.unknown_code"))
		}
		in.Narrative = r.Get("town")
		in.Observed, _ = r.Date("day")
		return in, reasons
	},
}

func keyed(row []byte) string {
	h := hmac.New(sha256.New, []byte("test"))
	h.Write(row)
	return hex.EncodeToString(h.Sum(nil)[:9])
}

func read(t *testing.T, s string, terms Terms) (rows []Row) {
	t.Helper()
	b, err := Open(file(s), terms, small)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range b.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func why(rows []Row) string {
	var s []string
	for _, r := range rows {
		for _, x := range r.Reasons {
			s = append(s, fmt.Sprintf("%d:%d:%s:%s", r.Number, x.Column, x.Field, x.Code()))
		}
		if len(r.Reasons) == 0 {
			s = append(s, fmt.Sprintf("%d:ok", r.Number))
		} else if r.Incoming.Mentions != nil {
			s = append(s, "a rejected row keeps its signal")
		}
	}
	return strings.Join(s, " ")
}

func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in      string
		mapping Mapping
		key     string
	}{
		"nothing known":               {"a,b\n1,2\n", Mapping{}, "import.no_known_column"},
		"two columns of one field":    {"name,person\n1,2\n", Mapping{}, "import.duplicate_column"},
		"a header twice":              {"name,town,Name\n1,2,3\n", Mapping{}, "import.duplicate_column"},
		"mapped onto a known one":     {"name,who\n1,2\n", Mapping{Columns: Pairs{"who": "name"}}, "import.duplicate_column"},
		"mapped twice onto ours":      {"ref,who,name\n1,2,3\n", Mapping{Columns: Pairs{"who": "ref"}}, "import.duplicate_column"},
		"mapped to an unknown field":  {"name,who\n1,2\n", Mapping{Columns: Pairs{"who": "nobody"}}, "import.bad_mapping"},
		"mapped to another spelling":  {"name,who\n1,2\n", Mapping{Columns: Pairs{"who": "Town"}}, "import.bad_mapping"},
		"mapped from an absent one":   {"name\n1\n", Mapping{Columns: Pairs{"who": "town"}}, "import.bad_mapping"},
		"values of an unknown field":  {"name\n1\n", Mapping{Values: map[string]Pairs{"nobody": {}}}, "import.bad_mapping"},
		"a constant of no field":      {"name\n1\n", Mapping{Constants: Pairs{"nobody": "1"}}, "import.bad_mapping"},
		"one reference for all":       {"name\n1\n", Mapping{Constants: Pairs{"ref": "1"}}, "import.bad_mapping"},
		"nothing left":                {"name\n1\n", Mapping{Columns: Pairs{"name": ""}}, "import.no_known_column"},
		"what no table is":            {"<html>", Mapping{}, "import.markup"},
		"a sheet that a CSV has not":  {"", Mapping{Sheet: "x"}, "import.empty_file"},
		"header without letters only": {"№,%\n1,2\n", Mapping{}, "import.no_known_column"},
	} {
		_, err := Open(file(c.in), Terms{Mapping: c.mapping}, small)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if _, err := Open(file("name\n1\n"), Terms{}); !fault.Is(err, fault.Invalid) {
		t.Error("a table without a reader", err)
	}
}

func TestColumnsAreReported(t *testing.T) {
	b, err := Open(file("Name;Place;;Grade;Note;ref;REF;observed;Wo\nAna\n"), Terms{Mapping: Mapping{Columns: Pairs{"note": "", "wo ": "town"}}}, small)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, c := range b.Columns {
		got += fmt.Sprintf("%d %s>%s%s; ", c.Number, c.Header, c.Field, strings.TrimPrefix(c.Note, "import."))
	}
	want := "1 Name>name; 2 Place>column_ambiguous; 3 >column_without_header; 4 Grade>column_unknown; 5 Note>column_left_out; 6 ref>ref; 7 REF>column_second; 8 observed>observed; 9 Wo>town; "
	if got != want || b.Reader != "small" || b.Format != table.CSV {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The reader that knows most of the columns is used, whatever their order.
func TestTheBestReaderIsUsed(t *testing.T) {
	poor := Reader{Name: "poor", Find: func(h string) (string, string) {
		if h == "name" {
			return h, ""
		}
		return "", "import.column_unknown"
	}}
	for _, readers := range [][]Reader{{poor, small}, {small, poor}} {
		b, err := Open(file("name,town\n1,2\n"), Terms{}, readers...)
		if err != nil || b.Reader != "small" {
			t.Errorf("%v, %v", b, err)
		}
	}
}

func TestRowsAreRejectedWithEveryReason(t *testing.T) {
	in := "ref,name,town,observed,other\n" +
		"1,Ana,Bern,2024-02-29,\n" +
		",Ana,Nowhere,2023-02-29,\n" +
		"3,A\x07na,Bern,2024-01-01,\n" +
		"4,Ana,Bern,2024-01-01,\x07\n" +
		",,,,x\n" +
		"6,Ana,Bern,1/2/2024,\n" +
		"7,Ana,Bern,2024-02,\n" +
		"8,Ana,Bern,,\n" +
		"9,Ana\n" +
		strings.Repeat("r", 201) + ",Ana,Bern,1.2.2024,\n"
	want := "2:ok 3:3:town:unknown_code 3:4:observed:bad_date 3:1:ref:needs_ref 4:2:name:control_character 5:ok 7:4:observed:bad_date " +
		"8:4:observed:bad_date 9:0:observed:needs_observed 10:0:observed:needs_observed 11:0:/ref:needs_ref"
	if got := why(read(t, in, Terms{})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := why(read(t, "name,day\nAna,2024-01-01\n", Terms{})); got != "2:0:ref:needs_ref" {
		t.Errorf("without a key: %s", got)
	}
}

// The same row has the same reference in every file, wherever it stands and in
// whatever order its columns do; equal rows of one file are told apart.
func TestReferencesAreStable(t *testing.T) {
	refs := func(in string) (refs []string) {
		for _, r := range read(t, in, Terms{Keyed: keyed, Mapping: Mapping{Constants: Pairs{"observed": "2024-01-01"}}}) {
			if len(r.Reasons) > 0 {
				t.Fatal(why([]Row{r}))
			}
			refs = append(refs, r.Incoming.Ref)
		}
		return refs
	}
	a := refs("name,town\nAna,Bern\nBea,Bern\nAna,Bern\nAna,Bern\n")
	b := refs("note;Town;Person\nx;Bern;Ana\n;Bern;Ana\n;Bern;Bea\n;Bern;Ana\n")
	if a[0] != b[0] || a[2] != b[1] || a[3] != b[3] || a[1] != b[2] {
		t.Errorf("%v\n%v", a, b)
	}
	if a[0] == a[2] || a[2] == a[3] || a[0] == a[1] {
		t.Errorf("different rows have one reference: %v", a)
	}
	if c := refs("name,town\nAna B,ern\n"); c[0] == refs("name,town\nAna,Bern\n")[0] {
		t.Error("a shifted letter gives the same reference")
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in    string
		order DateOrder
		want  string
	}{
		{"1999-02-28", "", "1999-02-28"}, {"1999-02", "", "1999-02"}, {"1999", "", "1999"}, {"1999-02-28T10:00:00Z", "", "1999-02-28"},
		{"28.2.1999", "", "1999-02-28"}, {"28. 02. 1999", MonthFirst, "1999-02-28"}, {"2/3/1999", DayFirst, "1999-03-02"}, {"2/3/1999", MonthFirst, "1999-02-03"}, {"02-03-1999", DayFirst, "1999-03-02"},
		{"2/3/1999", "", ""}, {"28/2/99", DayFirst, ""}, {"13/13/1999", DayFirst, ""}, {"1999-02-29", "", ""}, {"1999-13", "", ""}, {"36219", "", ""},
		{"28 Feb 1999", "", ""}, {"", "", ""}, {"0000", "", "0000"}, {"1999-2-28", "", ""}, {"31.4.2020", "", ""},
	} {
		b, err := Open(file("name,day\nx,\""+c.in+"\"\n"), Terms{Mapping: Mapping{Dates: c.order}}, Reader{Name: "r", Find: small.Find,
			Signal: func(r Record) (evidence.Incoming, []Rejection) {
				if got, ok := r.Date("day"); got != c.want && ok || ok != (c.want != "") {
					t.Errorf("%q (%s) is %q, want %q", c.in, c.order, got, c.want)
				}
				return evidence.Incoming{}, nil
			}})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for range b.Rows(context.Background()) {
			n++
		}
		if n != 1 {
			t.Errorf("%q: %d rows", c.in, n)
		}
	}
}

// loud says a sentence that is none of the input's.
func loud(key string, args []fault.Arg) string {
	return fmt.Sprintf("Because of %s, %d", key, len(args))
}

// Whatever separator a program is set to, no cell of the file of rejected rows
// begins like a formula; and nothing of the input is in it unless asked for.
func TestRejectsAreHarmless(t *testing.T) {
	evil := []string{"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1+1", "a\t@x", "a\n=1", "a,=1", "\"=1", "＝1", " =1", "a|=1"}
	var plain, full bytes.Buffer
	without, with := NewRejects(&plain, loud, false), NewRejects(&full, loud, true)
	for i, e := range evil {
		row := Row{Number: i + 2, Reasons: []Rejection{{Column: 3, Field: e, Key: "import.unknown_code", held: e + "Ana"}}}
		for _, w := range []*Rejects{without, with} {
			if err := w.Add(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(without.Add(Row{Number: 99}), without.Close(), with.Close()); err != nil {
		t.Fatal(err)
	}
	if s := plain.String(); strings.Contains(s, "Ana") || strings.Contains(s, "99") || !strings.HasPrefix(s, "row,column,field,reason,sentence,key\n2,3,") {
		t.Errorf("the file says\n%s", s)
	}
	if !strings.Contains(plain.String(), `"Because of import.unknown_code, 0",import.unknown_code`) {
		t.Errorf("no sentence with its key:\n%s", plain.String())
	}
	if !strings.Contains(full.String(), "Ana") {
		t.Error("values were asked for and are not there")
	}
	for _, comma := range ",;\t|" {
		r := csv.NewReader(bytes.NewReader(full.Bytes()))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				for _, line := range strings.Split(cell, "\n") {
					if s := strings.TrimLeft(line, "\" "); s != "" && strings.ContainsRune("=+-@\t\r＝", []rune(s)[0]) {
						t.Errorf("with %q a cell begins %q", comma, cell)
					}
				}
			}
		}
	}
	var none bytes.Buffer
	if w := NewRejects(&none, loud, true); w.Close() != nil || none.Len() > 0 {
		t.Error("a file without rejected rows is not empty")
	}
}

// Every message key that these packages name has its text.
func TestEveryKeyHasText(t *testing.T) {
	data, err := fs.ReadFile(catalog.Messages, "messages/import.en.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`"(import\.[a-z_]+)"`)
	used := map[string]bool{}
	for _, dir := range []string{".", "table", "..", "../../../domain/standards/internal/htcds", "../../../node"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range key.FindAllSubmatch(source, -1) {
				used[string(m[1])] = true
			}
		}
	}
	for k := range used {
		if texts[k] == "" {
			t.Errorf("no text for %s", k)
		}
	}
	for k := range texts {
		if !used[k] {
			t.Errorf("nobody says %s", k)
		}
	}
}

// sound holds what is true of every file: rows in order, each one a signal that
// evidence accepts, or rejected with reasons and empty.
func sound(t *testing.T, b *Batch) {
	last := 0
	for row, err := range b.Rows(context.Background()) {
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		if row.Number <= last {
			t.Fatalf("row %d after %d", row.Number, last)
		}
		last = row.Number
		_, refused := row.Incoming.Signal()
		if (len(row.Reasons) == 0) != (refused == nil) {
			t.Fatalf("row %d: %v, and evidence says %v", row.Number, row.Reasons, refused)
		}
		for _, r := range row.Reasons {
			if r.Key == "" || r.Code() == "" {
				t.Fatalf("a reason without a key: %+v", r)
			}
		}
	}
}
