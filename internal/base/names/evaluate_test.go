package names

import (
	"errors"
	"io"
	"math/rand"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"lodestar/internal/base/fault"
)

const head = "name1,name2,schema,is_match\n"

func TestEvaluateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		text, key string
		row       int
	}{
		"nothing":          {"", "names.pairs.empty", 1},
		"no rows":          {head, "names.pairs.empty", 1},
		"no label column":  {"name1,name2,schema\na,b,Person\n", "names.pairs.column", 1},
		"a column twice":   {"name1,name2,schema,is_match,name1\n", "names.pairs.column", 1},
		"short row":        {head + "a,b,Person,true\na,b,Person\n", "names.pairs.csv", 3},
		"long row":         {head + "a,b,Person,true,more\n", "names.pairs.csv", 2},
		"bare quote":       {head + "a,b\"c,Person,true\n", "names.pairs.csv", 2},
		"cut in a quote":   {head + "a,b,Person,true\n\"a,b,Person,true\n", "names.pairs.csv", 3},
		"no label":         {head + "a,b,Person,\n", "names.pairs.label", 2},
		"formula as label": {head + "a,b,Person,=1=1\n", "names.pairs.label", 2},
		"no name":          {head + "a,b,Person,true\n , b,Person,true\n", "names.pairs.blank", 3},
		"wrong encoding":   {head + "J\xfcrgen,b,Person,true\n", "names.pairs.encoding", 2},
		"huge field":       {head + strings.Repeat("a", 10<<20) + ",b,Person,true\n", "names.pairs.long", 2},
		"after a newline":  {head + "\"a\nb\",c,Person,true\na,b,Person,2\n", "names.pairs.label", 4},
	} {
		report, err := Evaluate(strings.NewReader(c.text))
		key, args := fault.Say(err)
		if !fault.Is(err, fault.Invalid) || key != c.key {
			t.Errorf("%s: error %v, want an Invalid fault %s", name, err, c.key)
			continue
		}
		if len(args) != 1 || args[0].Name != "row" || args[0].Value != c.row {
			t.Errorf("%s: arguments %v, want row %d", name, args, c.row)
		}
		if report != (Report{}) {
			t.Errorf("%s: a report in spite of the error: %+v", name, report)
		}
	}
}

func TestEvaluateSaysWhatTheSourceSays(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := Evaluate(io.MultiReader(strings.NewReader(head+"a,b,Person,true\n"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || fault.Is(err, fault.Invalid) {
		t.Errorf("error %v, want the source's own", err)
	}
}

func TestEvaluateCounts(t *testing.T) {
	text := "\ufeffquality,is_match,schema,name2,name1\r\n" +
		"x,true,Person,Yulia Ivanova,Юлия Иванова\r\n" + // right
		"x,FALSE,Person,Maria Petrova,Irina Petrova\r\n" + // right
		"x,false,Person,Maria Petrova,Maria Petrova\r\n" + // called wrongly
		"x,true,Company,Alpha,Omega\r\n" + // missed
		"x,true,Vessel,MV Star,Star\r\n" // right
	got, err := Evaluate(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got.N != 5 || got.TP != 2 || got.TN != 1 || got.FP != 1 || got.FN != 1 {
		t.Errorf("counts %+v", got)
	}
	if got.Precision != 2./3 || got.Recall != 2./3 || got.F1 != 2./3 || got.Threshold != Threshold || got.NanosPerPair <= 0 {
		t.Errorf("figures %+v", got)
	}
}

func TestEvaluateWithoutPositives(t *testing.T) {
	got, err := Evaluate(strings.NewReader(head + "Alpha,Omega,Company,false\n"))
	if err != nil || got.F1 != 0 || got.Precision != 0 || got.Recall != 0 || got.TN != 1 {
		t.Errorf("report %+v, error %v", got, err)
	}
}

// shippedPairs is the file of labelled pairs as rows of CSV text, without its head.
func shippedPairs(t *testing.T) (head string, rows []string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/name_pairs.csv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(string(raw))+"\n", "\n")
	return lines[0], lines[1 : len(lines)-1]
}

func evaluated(t *testing.T, head string, rows []string) Report {
	t.Helper()
	r, err := Evaluate(strings.NewReader(head + strings.Join(rows, "")))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The reference matcher of the file's authors reaches F1 0.783 on it. Ours must be
// above 0.85, and not by luck of one half: each of many random halves is held to
// the reference with room to spare.
func TestShippedPairs(t *testing.T) {
	head, rows := shippedPairs(t)
	whole := evaluated(t, head, rows)
	t.Logf("n %d, precision %.3f, recall %.3f, F1 %.3f, %.1f µs per pair", whole.N, whole.Precision, whole.Recall, whole.F1, whole.NanosPerPair/1000)
	if whole.N != 409 || whole.F1 < 0.85 {
		t.Errorf("%d pairs, F1 %.3f, want 409 and at least 0.85", whole.N, whole.F1)
	}
	shuffle := rand.New(rand.NewSource(20))
	least, most, sum := 1.0, 0.0, 0.0
	const halves = 100
	for range halves {
		shuffle.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		f1 := evaluated(t, head, rows[:len(rows)/2]).F1
		least, most, sum = min(least, f1), max(most, f1), sum+f1
	}
	t.Logf("F1 on %d random halves: mean %.3f, from %.3f to %.3f", halves, sum/halves, least, most)
	if least < 0.80 {
		t.Errorf("the worst half has F1 %.3f", least)
	}
}

func FuzzEvaluate(f *testing.F) {
	f.Add([]byte(head + "a,b,Person,true\n"))
	f.Add([]byte("is_match,schema,name2,name1\nfalse,Company,\"A, Inc.\",ООО А\n"))
	f.Add([]byte("\ufeff" + head + "\"a\"\"\n\",b,,TRUE\n"))
	f.Add([]byte(head + "a,b\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Evaluate(strings.NewReader(string(text)))
		switch {
		case err != nil && (!fault.Is(err, fault.Invalid) || r != Report{}):
			t.Errorf("error %v with report %+v", err, r)
		case err == nil && (r.N == 0 || r.N != r.TP+r.FP+r.FN+r.TN || r.F1 < 0 || r.F1 > 1):
			t.Errorf("report %+v", r)
		}
	})
}
