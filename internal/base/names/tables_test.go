package names

import (
	"strings"
	"testing"
)

// A word of a table that mixes two alphabets was mistyped and will never be found
// where it is written properly.
func TestTablesAreOfOneAlphabet(t *testing.T) {
	for file, text := range map[string]string{
		"persons": personsText, "givennames": givenNamesText, "legalforms": legalFormsText, "words": wordsText,
		"places": placesText, "states": statesText, "ships": shipsText, "numbers": numbersText, "arabic": arabicText, "han": hanText,
	} {
		n := 0
		for key, values := range entries(text) {
			n++
			if values == "" {
				t.Errorf("%s: %s has no values", file, key)
			}
			for _, w := range strings.FieldsFunc(values, func(r rune) bool { return strings.ContainsRune(" ;/-.", r) }) {
				seen := map[script]bool{}
				for _, r := range tidy(w) {
					if s := scriptOf(r); s != scriptOther {
						seen[s] = true
					}
				}
				if len(seen) > 1 {
					t.Errorf("%s: %s: %q mixes two alphabets", file, key, w)
				}
			}
		}
		if n == 0 {
			t.Errorf("%s is empty", file)
		}
	}
}

func TestTableKeys(t *testing.T) {
	for class := range entries(legalFormsText) {
		if legalClasses[class] == 0 {
			t.Errorf("legalforms: unknown class %s", class)
		}
	}
	for group := range entries(personsText) {
		switch group {
		case "title", "rank", "suffix", "particle", "bound":
		default:
			t.Errorf("persons: unknown group %s", group)
		}
	}
	for file, text := range map[string]string{"givennames": givenNamesText, "words": wordsText, "states": statesText, "places": placesText, "numbers": numbersText} {
		seen := map[string]bool{}
		for key := range entries(text) {
			if seen[key] {
				t.Errorf("%s: %s stands twice", file, key)
			}
			seen[key] = true
		}
	}
}

// A character has one reading, and a name in Arabic script one spelling.
func TestReadingsAreSingle(t *testing.T) {
	seen := map[string]string{}
	for spelling, written := range entries(arabicText) {
		for _, w := range strings.Fields(written) {
			if seen[w] != "" {
				t.Errorf("arabic: %s is read %s and %s", w, seen[w], spelling)
			}
			seen[w] = spelling
		}
	}
	for pinyin, characters := range entries(hanText) {
		if pinyin == "family" {
			continue
		}
		for _, r := range strings.ReplaceAll(characters, " ", "") {
			c := string(r)
			if seen[c] != "" {
				t.Errorf("han: %s is read %s and %s", c, seen[c], pinyin)
			}
			seen[c] = pinyin
		}
	}
}

func TestLegalFormsAgree(t *testing.T) {
	for _, c := range []struct {
		a, b legal
		want bool
	}{
		{0, limited, true}, {limited, limited, true}, {limited, stock, false}, {company, stock, true}, {company, foundation, false},
		{stock | limited, limited, true}, {partnership, sole, false}, {association, 0, true},
	} {
		if c.a.agrees(c.b) != c.want || c.b.agrees(c.a) != c.want {
			t.Errorf("%b and %b: want agreement %v", c.a, c.b, c.want)
		}
	}
}

func TestNumerals(t *testing.T) {
	for word, want := range map[string]int{"12": 12, "1st": 1, "44th": 44, "forty": 40, "fourty": 40, "xiv": 14, "двенадцать": 12, "première": 1} {
		tokens := readNumerals(plainTokens("Brigade " + word))
		if last := tokens[len(tokens)-1]; last.role != numeral || last.number != want {
			t.Errorf("%s is read as %d (role %d), want %d", word, last.number, last.role, want)
		}
	}
	for _, word := range []string{"iiii", "vx", "mix", "5a", "12345678901234567890"} {
		tokens := readNumerals(plainTokens("Brigade " + word))
		if last := tokens[len(tokens)-1]; last.role == numeral {
			t.Errorf("%s is read as the number %d", word, last.number)
		}
	}
}
