package matching

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

func csvOf(name string, rows ...string) Input {
	return Input{Name: name, Reader: strings.NewReader(strings.Join(rows, "\n"))}
}

const header = "rec_id, given_name, surname, date_of_birth"

// canary stands for a person's value: no error may repeat it.
const canary = "wilhelmina-canary"

func TestRunRefuses(t *testing.T) {
	good := []string{header, "rec-1-org, anna, berg, 19800101", "rec-1-dup-0, anna, berg, 19800101"}
	long := strings.Repeat("x", maxValue+1)
	for _, c := range []struct {
		name  string
		files []Input
		o     Options
		key   string
		line  int
	}{
		{"nothing at all", []Input{csvOf("a")}, Options{}, "linkage.empty", 0},
		{"blank lines only", []Input{csvOf("a", "", "", "")}, Options{}, "linkage.empty", 0},
		{"a header only", []Input{csvOf("a", header)}, Options{}, "linkage.empty", 1},
		{"an empty second file", []Input{csvOf("a", good...), csvOf("b", header)}, Options{}, "linkage.empty", 1},
		{"no rec_id", []Input{csvOf("a", "given_name, surname", "anna, "+canary)}, Options{}, "linkage.header", 1},
		{"a column twice", []Input{csvOf("a", "rec_id, surname, Surname", "rec-1-org, a, "+canary)}, Options{}, "linkage.header", 1},
		{"an unnamed column", []Input{csvOf("a", "rec_id, surname,", "rec-1-org, a, "+canary)}, Options{}, "linkage.header", 1},
		{"a value too many", []Input{csvOf("a", append(good, "rec-2-org, a, b, c, "+canary)...)}, Options{}, "linkage.row", 4},
		{"a value too few", []Input{csvOf("a", append(good, "rec-2-org, "+canary)...)}, Options{}, "linkage.row", 4},
		{"a stray quote", []Input{csvOf("a", append(good, `rec-2-org, a"`+canary+`, b, c`)...)}, Options{}, "linkage.row", 4},
		{"an open quote", []Input{csvOf("a", append(good, `rec-2-org, "`+canary+`, b, c`, "", "")...)}, Options{}, "linkage.row", 4},
		{"a rec_id of another form", []Input{csvOf("a", append(good, canary+", a, b, c")...)}, Options{}, "linkage.row", 4},
		{"a rec_id without a number", []Input{csvOf("a", append(good, "rec-"+canary[:5]+"-org, a, b, c")...)}, Options{}, "linkage.row", 4},
		{"a rec_id with a huge number", []Input{csvOf("a", append(good, "rec-99999999999999999999-org, a, b, c")...)}, Options{}, "linkage.row", 4},
		{"a rec_id with a sign", []Input{csvOf("a", append(good, "rec-1-dup--1, a, b, c")...)}, Options{}, "linkage.row", 4},
		{"bytes that are no text", []Input{csvOf("a", append(good, "rec-2-org, \xff\xfe"+canary+", b, c")...)}, Options{}, "linkage.row", 4},
		{"a very long value", []Input{csvOf("a", append(good, "rec-2-org, "+canary+long+", b, c")...)}, Options{}, "linkage.row", 4},
		{"a row without end", []Input{csvOf("a", append(good, `rec-2-org, "`+strings.Repeat(canary+"\n", 100_000))...)}, Options{}, "linkage.row", 4},
		{"one record", []Input{csvOf("a", good[:2]...)}, Options{}, "linkage.few", -1},
		{"an unknown field", []Input{csvOf("a", good...)}, Options{Without: []string{"sex"}}, "linkage.field", -1},
		{"an unknown field to compare", []Input{csvOf("a", good...)}, Options{Fields: []string{"nationality"}}, "linkage.field", -1},
		{"no field left", []Input{csvOf("a", good...)}, Options{Fields: []string{"suburb"}}, "linkage.nofield", -1},
		{"no field in both", []Input{csvOf("a", "rec_id,surname", "rec-1-org,b"), csvOf("b", "rec_id,suburb", "rec-1-dup-0,b")}, Options{}, "linkage.nofield", -1},
		{"thresholds out of order", []Input{csvOf("a", good...)}, Options{Same: 0.2, Doubt: 0.4}, "linkage.thresholds", -1},
		{"a threshold beyond certainty", []Input{csvOf("a", good...)}, Options{Same: 2}, "linkage.thresholds", -1},
	} {
		_, err := Run(t.Context(), c.o, c.files...)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want Invalid", c.name, err)
			continue
		}
		key, args := fault.Say(err)
		if key != c.key {
			t.Errorf("%s: says %s, want %s", c.name, key, c.key)
		}
		for _, a := range args {
			if a.Name == "line" && a.Value != c.line {
				t.Errorf("%s: line %v, want %d", c.name, a.Value, c.line)
			}
		}
		if said := fmt.Sprint(err, args); strings.Contains(said, canary[:5]) {
			t.Errorf("%s: repeats a value: %s", c.name, said)
		}
	}
}

func TestRunStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Options{}, csvOf("a", header, "rec-1-org, a, b, c")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func febrl(t *testing.T, names ...string) (files []Input) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", "febrl", name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, Input{Name: name, Reader: bytes.NewReader(data)})
	}
	return files
}

// The floors: exchange of the quality measured before is no improvement.
func TestFEBRL(t *testing.T) {
	withoutNumber := Options{Without: []string{"soc_sec_id"}}
	for _, c := range []struct {
		name      string
		files     []string
		o         Options
		n, truths int
		f1        float64
	}{
		{"1, all fields", []string{"dataset1"}, Options{}, 1000, 500, 0.999},
		{"1, without a number", []string{"dataset1"}, withoutNumber, 1000, 500, 0.998},
		{"3, all fields", []string{"dataset3"}, Options{}, 5000, 6538, 0.9988},
		{"3, without a number", []string{"dataset3"}, withoutNumber, 5000, 6538, 0.9924},
		{"4, all fields", []string{"dataset4a", "dataset4b"}, Options{}, 10000, 5000, 0.9999},
		{"4, without a number", []string{"dataset4a", "dataset4b"}, withoutNumber, 10000, 5000, 0.9962},
	} {
		r, err := Run(t.Context(), c.o, febrl(t, c.files...)...)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if r.N != c.n || r.TruePairs != c.truths {
			t.Errorf("%s: %d records with %d pairs, want %d with %d", c.name, r.N, r.TruePairs, c.n, c.truths)
		}
		if r.F1 < c.f1 {
			t.Errorf("%s: F1 %.5f, want at least %.4f", c.name, r.F1, c.f1)
		}
		t.Logf("%s: precision %.5f, recall %.5f, F1 %.5f", c.name, r.Precision, r.Recall, r.F1)
	}
}

// Nobody in data set 4a is recorded twice.
func TestNobodyTwice(t *testing.T) {
	r, err := Run(t.Context(), Options{}, febrl(t, "dataset4a")...)
	if err != nil {
		t.Fatal(err)
	}
	if r.FoundPairs != 0 || r.TruePairs != 0 || r.F1 != 1 {
		t.Errorf("%d pairs found among people recorded once; F1 %f", r.FoundPairs, r.F1)
	}
}

// Columns that do not identify a person change nothing.
func TestSexAndOriginAreNotRead(t *testing.T) {
	var plain, marked strings.Builder
	data, err := os.ReadFile(filepath.Join("testdata", "febrl", "dataset1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		extra := []string{"f, georgian, 4", "m, moldovan, 7", ", ,"}[i%3]
		if i == 0 {
			extra = "sex, nationality, culture"
		}
		plain.WriteString(line + "\n")
		marked.WriteString(line + ", " + extra + "\n")
	}
	want, err := Run(t.Context(), Options{}, Input{"plain", strings.NewReader(plain.String())})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Run(t.Context(), Options{}, Input{"marked", strings.NewReader(marked.String())})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got.Ignored, " ") != "sex nationality culture" || strings.Join(got.Fields, " ") != strings.Join(want.Fields, " ") {
		t.Errorf("fields %v, ignored %v", got.Fields, got.Ignored)
	}
	if got.Model.Prior != want.Model.Prior || got.FoundPairs != want.FoundPairs {
		t.Error("sex and origin changed what was learned or found")
	}
}

func TestMeasureCountsPairs(t *testing.T) {
	person := []int{1, 1, 2, 1, 2, 3}
	found := []uint32{0, 0, 2, 3, 3, 5}
	for first, want := range map[int][3]int{-1: {4, 2, 1}, 3: {3, 0, 0}, 1: {2, 1, 1}} {
		var r Report
		r.measure(truth{person, first}, found)
		if got := [3]int{r.TruePairs, r.FoundPairs, r.CorrectPairs}; got != want {
			t.Errorf("first file of %d: true, found, correct %v, want %v", first, got, want)
		}
	}
}

func TestPrint(t *testing.T) {
	r, err := Run(t.Context(), Options{Without: []string{"soc_sec_id"}}, febrl(t, "dataset1")...)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1000 in 1 file", "not compared", "soc_sec_id", "F1", "left to a person", "bits for agreeing", "date_of_birth"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
