package features

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lodestar/internal/base/names"
	"lodestar/internal/kernel/evidence"
)

// Address is a place, read once and compared many times.
type Address struct {
	Words    string   // skeletons of the words of the street, in order
	Street   []string // the same one by one, the longest first
	Numbers  []string // house, flat, floor, in the order of the line
	Town     string   // skeletons of its words
	Postcode string
	Country  string
}

// most bounds the numbers and words of one line that are looked at.
const most = 4

// ReadAddress reads the address of a place.
func ReadAddress(d evidence.Details) Address {
	line := names.Parse(spaced(d.Line), names.Address)
	a := Address{
		Street:   line.Skeletons(),
		Numbers:  numbers(d.Line),
		Town:     skeletons(d.Town),
		Postcode: compact(d.Postcode),
		Country:  country(d.Country),
	}
	a.Words = strings.Join(a.Street, " ")
	slices.SortStableFunc(a.Street, func(x, y string) int { return len(y) - len(x) })
	a.Street = a.Street[:min(most, len(a.Street))]
	return a
}

// Whole is the one spelling of a complete address, or "" where house or street or
// town and postcode are missing: half an address is no place.
func (a Address) Whole() string {
	area := orElse(a.Postcode, a.Town)
	if len(a.Street) == 0 || len(a.Numbers) == 0 || area == "" {
		return ""
	}
	street, numbers := slices.Sorted(slices.Values(a.Street)), slices.Sorted(slices.Values(a.Numbers))
	return strings.Join([]string{area, strings.Join(street, " "), strings.Join(numbers, " ")}, "|")
}

// spaced writes the word for a street apart where the Germanic languages tie it to
// the name, in full or cut short: Bahnhofstraße, Bahnhofstr.
func spaced(line string) string {
	words := strings.Fields(line)
	for i, w := range words {
		low := strings.ToLower(strings.Trim(w, ".,"))
		for _, street := range [...]string{"straße", "strasse", "str", "straat", "gatan", "gade"} {
			if name, ok := strings.CutSuffix(low, street); ok && len(name) > 3 {
				words[i] = name + " " + street
				break
			}
		}
	}
	return strings.Join(words, " ")
}

func skeletons(town string) string {
	p := names.Parse(town, names.Address)
	return strings.Join(p.Skeletons(), " ")
}

// numbers finds the words of a line that hold a digit: "12", "12b", "3".
func numbers(line string) []string {
	var out []string
	words := strings.FieldsFunc(norm.NFKC.String(line), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, w := range words {
		if len(out) < most && strings.IndexFunc(w, unicode.IsDigit) >= 0 {
			out = append(out, compact(w))
		}
	}
	return out
}
