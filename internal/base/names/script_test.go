package names

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

// What isSettled lets pass must be what tidying would leave.
func TestSettledIsTidy(t *testing.T) {
	for r := rune(1); r < 0x3000; r++ {
		if s := string(r); isSettled(s) && (norm.NFKC.String(s) != s || visible(r) != r) {
			t.Errorf("%U is called settled but is tidied to %q", r, norm.NFKC.String(s))
		}
	}
	for in, want := range map[string]string{"\u0438\u0306": "й", "ﬁ": "fi", "Ｐｕｔｉｎ": "Putin", "a\u200bb\u00adc": "abc", "مُحَمَّد": "محمد"} {
		if got := tidy(in); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}
