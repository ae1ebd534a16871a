package node

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

const fourPairs = "schema,is_match,note,name1,name2\n" +
	"Person,true,,Юлия Иванова,Yulia Ivanova\n" +
	"Person,false,,Maria Petrova,Irina Petrova\n" +
	"Company,true,,ООО Ромашка,Romashka LLC\n" +
	"Company,false,,Unit 1,Unit 2\n"

// runEvalNames runs the command on a file with this text.
func runEvalNames(t *testing.T, text string, flags ...string) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := evalNames()
	c.SetArgs(append([]string{path}, flags...))
	c.SetOut(&out)
	c.SetErr(&out)
	c.SilenceUsage, c.SilenceErrors = true, true
	err := c.Execute()
	return out.String(), err
}

func TestEvalNamesRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no such column": "name1,name2,is_match\na,b,true\n",
		"bad label":      "name1,name2,schema,is_match\na,b,Person,true\na,b,Person,perhaps\n",
		"empty":          "",
	} {
		out, err := runEvalNames(t, text)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error %v, want an Invalid fault", name, err)
		}
		if out != "" {
			t.Errorf("%s: printed %q in spite of the error", name, out)
		}
	}
	c := evalNames()
	c.SetArgs([]string{filepath.Join(t.TempDir(), "missing.csv")})
	c.SilenceUsage, c.SilenceErrors = true, true
	if err := c.Execute(); !fault.Is(err, fault.NotFound) {
		t.Errorf("missing file: error %v, want a NotFound fault", err)
	}
}

func TestEvalNamesJSON(t *testing.T) {
	out, err := runEvalNames(t, fourPairs, "--json")
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]float64
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("output is not one object of numbers: %v\n%s", err, out)
	}
	for key, want := range map[string]float64{"n": 4, "precision": 1, "recall": 1, "f1": 1, "tp": 2, "tn": 2, "fp": 0, "fn": 0} {
		if have, ok := got[key]; !ok || have != want {
			t.Errorf("%s = %v, want %v", key, have, want)
		}
	}
	for _, key := range []string{"ns_per_pair", "seconds", "pairs_per_second", "threshold"} {
		if _, ok := got[key]; !ok {
			t.Errorf("no key %s", key)
		}
	}
}

func TestEvalNamesTable(t *testing.T) {
	out, err := runEvalNames(t, fourPairs)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"pairs                    4", "F1                       1.000", "time per pair"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}
