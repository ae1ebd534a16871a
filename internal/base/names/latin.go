package names

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// latinSpecial holds the Latin letters that are more than a base letter with a
// mark, or whose sound is not that of the base letter.
//
// passport is ICAO Doc 9303 part 3 §6.A; national is the same letter without its
// mark, as forms that cannot print it show; sound is in the alphabet of sound.go.
var latinSpecial = map[rune]letter{
	'ä': {passport: "ae", national: "a", sound: "E"}, 'ö': {passport: "oe", national: "o", sound: "O"},
	'ü': {passport: "ue", national: "u", sound: "U"}, 'å': {passport: "aa", national: "a", sound: "A"},
	'ø': {passport: "oe", national: "o", sound: "O"}, 'æ': {passport: "ae", national: "ae", sound: "E"},
	'œ': {passport: "oe", national: "oe", sound: "O"}, 'ß': {passport: "ss", national: "ss", sound: "S"},
	'þ': {passport: "th", national: "th", sound: "T"}, 'ð': {passport: "d", national: "d", sound: "D"},
	'đ': {passport: "d", national: "dj", sound: "J"}, 'ł': {passport: "l", national: "l", sound: "L"},
	'ı': {passport: "i", national: "i", sound: "I"}, 'ŋ': {passport: "n", national: "ng", sound: "N"},
	'ħ': {passport: "h", national: "h", sound: "H"}, 'ŧ': {passport: "t", national: "t", sound: "T"},
	'ə': {passport: "a", national: "e", sound: "A"}, 'ĳ': {passport: "ij", national: "ij", sound: "I"},
	'ƒ': {passport: "f", national: "f", sound: "F"}, 'ơ': {passport: "o", national: "o", sound: "O"},
	'ư': {passport: "u", national: "u", sound: "U"},
	'č': {passport: "c", national: "ch", sound: "C"}, 'ć': {passport: "c", national: "ch", sound: "C"},
	'ç': {passport: "c", national: "ch", sound: "C"}, 'ċ': {passport: "c", national: "ch", sound: "C"},
	'š': {passport: "s", national: "sh", sound: "S"}, 'ş': {passport: "s", national: "sh", sound: "S"},
	'ș': {passport: "s", national: "sh", sound: "S"}, 'ś': {passport: "s", national: "sh", sound: "S"},
	'ž': {passport: "z", national: "zh", sound: "J"}, 'ź': {passport: "z", national: "zh", sound: "J"},
	'ż': {passport: "z", national: "zh", sound: "J"}, 'ǰ': {passport: "j", national: "j", sound: "J"},
	'ţ': {passport: "t", national: "ts", sound: "C"}, 'ț': {passport: "t", national: "ts", sound: "C"},
	'ğ': {passport: "g", national: "gh", sound: "G"}, 'ġ': {passport: "g", national: "gh", sound: "G"},
	'ñ': {passport: "n", national: "n", sound: "N"}, 'ý': {passport: "y", national: "y", sound: "I"},
}

// latinLetters is the table of all Latin letters beyond ASCII: the special ones
// and every other that decomposes into a base letter and marks.
var latinLetters = sync.OnceValue(func() map[rune]letter {
	table := make(map[rune]letter, 800)
	for _, block := range [][2]rune{{0x00C0, 0x024F}, {0x1E00, 0x1EFF}} {
		for r := block[0]; r <= block[1]; r++ {
			base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
			if base < 'a' || base > 'z' {
				continue
			}
			b := string(base)
			table[r] = letter{passport: b, national: b, scholarly: string(r), sound: b}
		}
	}
	for r, l := range latinSpecial {
		l.scholarly = string(r)
		table[r] = l
	}
	return table
})

// latinStep reads one Latin letter.
func latinStep(word []rune, i int, rd reading) (string, int) {
	r := word[i]
	if r < utf8.RuneSelf {
		if rd.scheme == sounded && r == 'c' && turkic(word) {
			return "J", 1
		}
		return asciiString(r), 1
	}
	l, ok := latinLetters()[r]
	if !ok {
		return "", 1
	}
	if r == 'đ' && vietnamese(word) {
		l = letter{"d", "d", "đ", "D"}
	}
	return l.in(rd.scheme), 1
}

const alphabetic = "abcdefghijklmnopqrstuvwxyz"

// asciiString is string(r) without an allocation for letters.
func asciiString(r rune) string {
	if 'a' <= r && r <= 'z' {
		return alphabetic[r-'a' : r-'a'+1]
	}
	return string(r)
}

// turkic tells whether a word is written in Turkish or Azerbaijani, where c is
// the sound of English j.
func turkic(word []rune) bool {
	for _, r := range word {
		if r == 'ə' || r == 'ğ' || r == 'ı' || r == 'ş' {
			return true
		}
	}
	return false
}

// vietnamese tells whether đ is the Vietnamese d and not the South Slavic dj.
func vietnamese(word []rune) bool {
	for _, r := range word {
		if r >= 0x1EA0 && r <= 0x1EF9 || r == 'ơ' || r == 'ư' || r == 'ă' || r == 'â' || r == 'ê' || r == 'ô' {
			return true
		}
	}
	return false
}
