package receipt

import (
	"strings"
	"testing"
)

func TestReadAReceipt(t *testing.T) {
	for text, want := range map[string]string{
		"1234 5678 9012 3456":    "1234567890123456",
		" 1234-5678.9012/3456\n": "1234567890123456",
		"١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦":    "1234567890123456",
		"१२३४५६७८९०१२३४५६":       "1234567890123456",
		"":                        "",
		"1234 5678 9012 345":      "",
		"1234 5678 9012 34567":    "",
		"1234 5678 9012 345x 6":   "",
		strings.Repeat("1 ", 500): "",
	} {
		if got := read(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	seen := map[string]bool{}
	for range 200 {
		c := newCode()
		if read(written(c)) != c || seen[c] {
			t.Fatalf("%s is written as %s", c, written(c))
		}
		seen[c] = true
	}
}

func FuzzRead(f *testing.F) {
	f.Add("1234 5678 9012 3456")
	f.Add("٣\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		c := read(text)
		if c != "" && (len(c) != digits || read(written(c)) != c) {
			t.Errorf("%q is read as %q", text, c)
		}
	})
}
