package names

import "unicode"

// word is one word of a name as it was written, in small letters of one alphabet.
type word []rune

// splitWords cuts a name into words. Apostrophes and dots within a word vanish
// (O'Neil, S.p.A.), everything else that is no letter or digit separates. The
// ampersand is a word. Dotted letters become one word where join says so.
func splitWords(text string, join bool) []word {
	runes := []rune(text)
	var out []word
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case isWordRune(r):
			end := wordEnd(runes, i, join)
			out = append(out, makeWord(runes[i:end]))
			i = end
		case r == '&' && join:
			out = append(out, word{'&'})
			i++
		default:
			i++
		}
	}
	return out
}

// wordEnd finds where the word that begins at i ends.
func wordEnd(runes []rune, i int, join bool) int {
	for i++; i < len(runes); i++ {
		r := runes[i]
		switch {
		case join && glued(runes, i):
			return i
		case isWordRune(r), isApostrophe(r) && i+1 < len(runes) && isWordRune(runes[i+1]):
		case r == '.' && join && dotted(runes, i):
		default:
			return i
		}
	}
	return i
}

// dotted tells whether the dot at i stands between single letters: S.A., G.m.b.H.
func dotted(runes []rune, i int) bool {
	return (i < 2 || !isWordRune(runes[i-2])) &&
		i+1 < len(runes) && unicode.IsLetter(runes[i+1]) &&
		(i+2 >= len(runes) || !isWordRune(runes[i+2]))
}

// glued tells whether a word in small letters runs into one of two to four
// capitals at i, as where a legal form is written to its name: SiemensAG.
func glued(runes []rune, i int) bool {
	if !unicode.IsLower(runes[i-1]) || !unicode.IsUpper(runes[i]) {
		return false
	}
	end := i
	for end < len(runes) && unicode.IsUpper(runes[end]) {
		end++
	}
	return end-i >= 2 && end-i <= 4 && (end == len(runes) || !isWordRune(runes[end]))
}

func makeWord(runes []rune) word {
	w := make(word, 0, len(runes))
	for _, r := range runes {
		if !isApostrophe(r) && r != '.' {
			w = append(w, lower(r))
		}
	}
	return unmix(w)
}

func isWordRune(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) && !isApostrophe(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '‘', '’', 'ʻ', 'ʼ', 'ʾ', 'ʿ', '′', '＇', 'ʹ', 'ʺ':
		return true
	}
	return false
}
