package htcds

import (
	"io/fs"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/kernel/evidence"
)

// TestCodesAreInTheCatalogue: whatever the reader makes a code is one for
// evidence too; nothing that it could not read is.
func TestCodesAreInTheCatalogue(t *testing.T) {
	dir, err := fs.Sub(catalog.HTCDS, "htcds")
	if err != nil {
		t.Fatal(err)
	}
	s, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for name, f := range s.fields {
		var good []string
		switch f.kind {
		case code:
			for _, v := range s.values[name] {
				good = append(good, v)
			}
		case tongue:
			good = []string{"ron", "ara", "und"}[:2]
		case tick:
			good = []string{"true", "false"}
		case number:
			good = []string{"0", "17", "130"}
		case country:
			if name != "prs_Citizenship" && name != "hte_Country" {
				continue // kept within the mention
			}
			good = []string{"RO", "GE"}
		case date:
			if name == "prs_Birthdate" {
				continue
			}
			good = []string{"2026-11", "2026"}
		default:
			continue
		}
		if f.several && len(good) > 1 {
			good = append(good, good[0]+";"+good[1])
		}
		for _, v := range good {
			n++
			if !evidence.Code(name, v) {
				t.Errorf("%s: %q is no code", name, v)
			}
		}
		for _, v := range []string{"Jane Doe 12.3.1999", "2026-11-25", "jane", "JD", "131", good[0] + " Jane", good[0] + ";Jane Doe"} {
			if evidence.Code(name, v) {
				t.Errorf("%s: %q is a code", name, v)
			}
		}
	}
	if n < 200 {
		t.Errorf("%d codes: the test looks in the wrong place", n)
	}
}
