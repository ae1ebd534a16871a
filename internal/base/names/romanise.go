package names

import (
	"strings"
	"unicode"
)

// Scheme is a rule of romanisation.
type Scheme uint8

// The schemes, in the order in which they are tried: what documents hold comes
// first.
const (
	Passport  Scheme = iota // ICAO Doc 9303 part 3 §6; no marks, A to Z only
	National                // the State's own rule, or the customary spelling
	Scholarly               // ISO 9, ISO 9984 and their like; may carry marks

	sounded // the alphabet of sound.go, from which Sound and Skeleton are made
)

// letter is how one letter is written in each scheme. Empty means "as in the scheme
// before" in National and Scholarly, and silent elsewhere.
type letter struct{ passport, national, scholarly, sound string }

// silent is a letter that National leaves out though Passport writes it.
const silent = "-"

func (l letter) in(s Scheme) string {
	switch s {
	case sounded:
		return l.sound
	case Scholarly:
		if l.scholarly != "" {
			return l.scholarly
		}
		fallthrough
	case National:
		if l.national == silent {
			return ""
		}
		if l.national != "" {
			return l.national
		}
	}
	return l.passport
}

// reading is what must be known to read a letter.
type reading struct {
	scheme   Scheme
	language Language
	given    bool // no family name is run together with what is read

	transcribed bool // a foreign name in Chinese characters or kana, its parts set off by dots
}

// step reads the letter or group of letters at word[i]: what is written for it and
// how many runes it took. Words are in small letters. What no table knows is kept
// as it is. A switch and not a table of functions, so that words stay on the stack.
func step(word []rune, i int, rd reading) (string, int) {
	switch scriptOf(word[i]) {
	case latin:
		return latinStep(word, i, rd)
	case cyrillic:
		return cyrillicStep(word, i, rd)
	case greek:
		return greekStep(word, i, rd)
	case armenian:
		return armenianStep(word, i, rd)
	case georgian:
		return georgianStep(word, i, rd)
	case hebrew:
		return hebrewStep(word, i, rd)
	case arabic:
		return arabicStep(word, i, rd)
	case ethiopic:
		return ethiopicStep(word, i)
	case brahmic:
		return brahmicStep(word, i)
	case thai:
		return thaiStep(word, i)
	case khmer:
		return khmerStep(word, i)
	case kana:
		return kanaStep(word, i)
	case hangul:
		return hangulStep(word, i, rd)
	case han:
		return hanStep(word, i, rd)
	}
	if unicode.Is(unicode.Mn, word[i]) {
		return "", 1
	}
	return string(word[i]), 1
}

// Romanise writes s in Latin letters by the given scheme. The language is guessed
// from the letters. Case, spaces and punctuation stay. Arabic and Hebrew script
// omit vowels: common names are restored from a list, others stay vowel-less.
func Romanise(s string, scheme Scheme) string { return RomaniseAs(s, Undetermined, scheme) }

// RomaniseAs is Romanise for a text whose language is known.
func RomaniseAs(s string, language Language, scheme Scheme) string {
	runes := []rune(tidy(s))
	rd := readingOf(runes, language)
	rd.scheme = scheme
	var b strings.Builder
	for i := 0; i < len(runes); {
		n := wordLength(runes[i:])
		if n == 0 {
			b.WriteRune(runes[i])
			i++
			continue
		}
		writeWord(&b, runes[i:i+n], rd)
		i += n
	}
	return b.String()
}

// Spellings lists the distinct romanisations of s, the passport's first.
func Spellings(s string) []string {
	var out []string
	for _, scheme := range []Scheme{Passport, National, Scholarly} {
		spelling := Romanise(s, scheme)
		if len(out) == 0 || out[len(out)-1] != spelling && out[0] != spelling {
			out = append(out, spelling)
		}
	}
	return out
}

// readingOf looks at a whole name for what a single word may not show.
func readingOf(runes []rune, language Language) reading {
	rd := reading{language: language}
	isCyrillic := false
	for _, r := range runes {
		isCyrillic = isCyrillic || 0x0400 <= r && r < 0x0400+cyrillicBlock
		rd.transcribed = rd.transcribed || r == '·' || r == '・'
	}
	if isCyrillic && language == Undetermined {
		rd.language = languageOf(runes)
	}
	rd.given = rd.transcribed
	return rd
}

func lowered(runes []rune) []rune {
	out := make([]rune, len(runes))
	for i, r := range runes {
		out[i] = lower(r)
	}
	return out
}

// lower is unicode.ToLower, except that İ loses its dot with its size.
func lower(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

// wordLength is the number of leading runes that are letters or their marks.
func wordLength(runes []rune) int {
	for i, r := range runes {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsMark(r)) {
			return i
		}
	}
	return len(runes)
}

// writeWord writes one word, in the case in which it came.
func writeWord(b *strings.Builder, word []rune, rd reading) {
	low := lowered(word)
	shout := len(word) > 1
	for _, r := range word {
		shout = shout && (!unicode.IsLower(r) || unicode.IsMark(r))
	}
	for i := 0; i < len(low); {
		text, n := step(low, i, rd)
		switch {
		case text == "" || !cased(word[i]):
		case shout:
			text = strings.ToUpper(text)
		case unicode.IsUpper(word[i]):
			text = capital(text)
		}
		b.WriteString(text)
		i += n
	}
}

// cased tells whether the letter belongs to a script that has capitals; names in
// other scripts are romanised in lower case.
func cased(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) }

func capital(s string) string {
	for i, r := range s {
		if i == 0 {
			return string(unicode.ToUpper(r)) + s[len(string(r)):]
		}
	}
	return s
}
