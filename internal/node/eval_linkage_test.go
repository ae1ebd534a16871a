package node

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"testing"

	"lodestar/internal/base/fault"
)

func runEvalLinkage(t *testing.T, args ...string) ([]byte, error) {
	t.Helper()
	var out bytes.Buffer
	c := evalLinkage()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(io.Discard)
	c.SilenceUsage, c.SilenceErrors = true, true
	err := c.ExecuteContext(t.Context())
	return out.Bytes(), err
}

func TestEvalLinkageRefuses(t *testing.T) {
	file := filepath.Join("matching", "testdata", "febrl", "dataset1.csv")
	for name, args := range map[string][]string{
		"no file":               {},
		"three files":           {file, file, file},
		"a file and --generate": {file, "--generate", "100"},
		"an unknown flag":       {file, "--sex"},
	} {
		if out, err := runEvalLinkage(t, args...); err == nil || len(out) > 0 {
			t.Errorf("%s: %v, printed %s", name, err, out)
		}
	}
	if _, err := runEvalLinkage(t, filepath.Join(t.TempDir(), "none.csv")); !fault.Is(err, fault.NotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := runEvalLinkage(t, file, "--without", "shoe_size"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a field that is not there: %v", err)
	}
	if _, err := runEvalLinkage(t, "--generate", "3"); !fault.Is(err, fault.Invalid) {
		t.Errorf("too few to generate: %v", err)
	}
}

func TestEvalLinkageJSON(t *testing.T) {
	dir := filepath.Join("matching", "testdata", "febrl")
	out, err := runEvalLinkage(t, filepath.Join(dir, "dataset1.csv"), "--json", "--without", "soc_sec_id", "--without", "state")
	if err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for _, key := range []string{"n", "precision", "recall", "f1", "pairs_compared", "seconds", "model"} {
		if report[key] == nil {
			t.Errorf("no %q", key)
		}
	}
	if report["n"] != 1000.0 || report["f1"].(float64) < 0.99 || len(report["fields"].([]any)) != 8 {
		t.Errorf("n %v, f1 %v, fields %v", report["n"], report["f1"], report["fields"])
	}
}

func TestEvalLinkageGenerates(t *testing.T) {
	first, err := runEvalLinkage(t, "--generate", "3000", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		N  int     `json:"n"`
		F1 float64 `json:"f1"`
	}
	if err := json.Unmarshal(first, &report); err != nil || report.N != 3000 || report.F1 < 0.99 {
		t.Errorf("%v: %+v", err, report)
	}
}
