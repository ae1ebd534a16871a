package names

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// greekLetters is ELOT 743 (ISO 843), as Greek and Cypriot passports print it.
// The national column is the customary spelling where it differs.
var greekLetters = map[rune]letter{
	'α': {"a", "", "", "A"}, 'β': {"v", "b", "v", "V"}, 'γ': {"g", "gh", "g", "G"}, 'δ': {"d", "dh", "d", "D"},
	'ε': {"e", "", "", "E"}, 'ζ': {"z", "", "", "Z"}, 'η': {"i", "e", "ī", "I"}, 'θ': {"th", "", "", "T"},
	'ι': {"i", "", "", "I"}, 'κ': {"k", "c", "k", "K"}, 'λ': {"l", "", "", "L"}, 'μ': {"m", "", "", "M"},
	'ν': {"n", "", "", "N"}, 'ξ': {"x", "", "", "KS"}, 'ο': {"o", "", "", "O"}, 'π': {"p", "", "", "P"},
	'ρ': {"r", "", "", "R"}, 'σ': {"s", "", "", "S"}, 'ς': {"s", "", "", "S"}, 'τ': {"t", "", "", "T"},
	'υ': {"y", "i", "y", "I"}, 'φ': {"f", "ph", "f", "F"}, 'χ': {"ch", "h", "ch", "H"}, 'ψ': {"ps", "", "", "PS"},
	'ω': {"o", "", "ō", "O"},
}

// greekPairs are letters that are read together.
var greekPairs = map[[2]rune]letter{
	{'ο', 'υ'}: {"ou", "", "", "U"}, {'μ', 'π'}: {"mp", "b", "mp", "B"}, {'ν', 'τ'}: {"nt", "nd", "nt", "NT"},
	{'γ', 'κ'}: {"gk", "ng", "gk", "G"}, {'γ', 'γ'}: {"ng", "", "", "NG"}, {'γ', 'ξ'}: {"nx", "", "", "NKS"},
	{'γ', 'χ'}: {"nch", "", "", "NH"}, {'τ', 'ζ'}: {"tz", "", "", "C"}, {'τ', 'σ'}: {"ts", "", "", "C"},
	{'α', 'ι'}: {"ai", "e", "ai", "E"}, {'ε', 'ι'}: {"ei", "i", "ei", "I"}, {'ο', 'ι'}: {"oi", "i", "oi", "I"},
}

func greekStep(word []rune, i int, rd reading) (string, int) {
	r := plainGreek(word[i])
	if i+1 < len(word) {
		next := plainGreek(word[i+1])
		if next == 'υ' && (r == 'α' || r == 'ε' || r == 'η') && word[i+1] != 'ϋ' {
			return greekUpsilon(r, word, i, rd), 2
		}
		if l, ok := greekPairs[[2]rune{r, next}]; ok && word[i+1] != 'ϊ' && word[i+1] != 'ΐ' {
			return l.in(rd.scheme), 2
		}
	}
	return greekLetters[r].in(rd.scheme), 1
}

// greekUpsilon reads αυ, ευ, ηυ: f before a voiceless consonant and at the end,
// v elsewhere. The sound is V in either case, so that Evgenios meets Eugenios.
func greekUpsilon(first rune, word []rune, i int, rd reading) string {
	vowel := greekLetters[first].in(rd.scheme)
	if rd.scheme == sounded {
		return vowel + "V"
	}
	if rd.scheme != Passport {
		return vowel + "u"
	}
	if i+2 == len(word) {
		return vowel + "f"
	}
	switch plainGreek(word[i+2]) {
	case 'θ', 'κ', 'ξ', 'π', 'σ', 'ς', 'τ', 'φ', 'χ', 'ψ':
		return vowel + "f"
	}
	return vowel + "v"
}

// plainGreek is the letter without accents and breathings.
func plainGreek(r rune) rune {
	if 'α' <= r && r <= 'ω' {
		return r
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	return base
}
