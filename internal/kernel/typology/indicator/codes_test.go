package indicator_test

import (
	"io/fs"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/typology/indicator"
)

// TestIndicatorsAreCodes: every answer to every indicator may be counted; an
// indicator that no list has may not, whatever it is called.
func TestIndicatorsAreCodes(t *testing.T) {
	dir, err := fs.Sub(catalog.Indicators, "indicators")
	if err != nil {
		t.Fatal(err)
	}
	all, err := indicator.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, age := range []evidence.AgeClass{evidence.Adult, evidence.Child} {
		list, ok := all.Latest("ilo-ec-2009-labour", age)
		if !ok {
			t.Fatal("no list")
		}
		for _, code := range list.For(age).Codes() {
			for _, a := range indicator.AnswerValues {
				n++
				if !evidence.Code("ilo."+code, string(a)) {
					t.Errorf("%s %s is no code", code, a)
				}
			}
			if evidence.Code("ilo."+code, "Jane Doe") || evidence.Code("ilo."+code+".jane_doe", "yes") {
				t.Errorf("%s holds a name", code)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d", n)
	}
}
