package htcds

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"lodestar/internal/kernel/evidence/intake"
)

// separators between several values of one cell, in the order in which they are
// tried: labels may contain commas and spaces, the words of the standard do not.
var separators = []func(rune) bool{
	func(r rune) bool { return r == ';' || r == '|' || r == '\n' || r == '\r' },
	func(r rune) bool { return r == ',' },
	func(r rune) bool { return r == ' ' },
}

// codes reads one or several words with read, each once, in the order given. All
// must be understood.
func codes(cell string, several bool, read func(string) (string, bool)) ([]string, bool) {
	if v, ok := read(cell); ok {
		return []string{v}, true
	}
	for _, separator := range separators {
		if !several {
			break
		}
		if found, ok := each(strings.FieldsFunc(cell, separator), read); ok {
			return found, true
		}
	}
	return nil, false
}

func each(words []string, read func(string) (string, bool)) (found []string, ok bool) {
	for _, w := range words {
		w = strings.TrimSpace(w)
		v, ok := read(w)
		if !ok && w != "" {
			return nil, false
		}
		if w != "" && !slices.Contains(found, v) {
			found = append(found, v)
		}
	}
	return found, len(found) > 0
}

// word reads a word of a field's list by its name, label or another spelling.
func (s *standard) word(f field) func(string) (string, bool) {
	return func(w string) (string, bool) {
		v, ok := s.values[f.name][intake.Fold(w)]
		return v, ok
	}
}

// country reads an ISO 3166 code of two or three letters, or the name of the
// country in the standard's own form, as the two-letter code.
func (s *standard) country(w string) (string, bool) {
	if c, ok := s.countries[intake.Fold(w)]; ok {
		return c, true
	}
	if len(w) != 2 && len(w) != 3 {
		return "", false
	}
	region, err := language.ParseRegion(w)
	if err != nil || !region.IsCountry() {
		return "", false
	}
	return region.Canonicalize().String(), true
}

// bibliographic are the codes of ISO 639-2/B that differ from those of ISO
// 639-2/T, which everything else uses.
var bibliographic = map[string]string{
	"alb": "sqi", "arm": "hye", "baq": "eus", "bur": "mya", "chi": "zho", "cze": "ces", "dut": "nld", "fre": "fra", "geo": "kat", "ger": "deu",
	"gre": "ell", "ice": "isl", "mac": "mkd", "mao": "mri", "may": "msa", "per": "fas", "rum": "ron", "slo": "slk", "tib": "bod", "wel": "cym",
}

// tongue reads a language code of two or three letters as ISO 639-2/T.
func tongueOf(w string) (string, bool) {
	w = strings.ToLower(w)
	if t, ok := bibliographic[w]; ok {
		w = t
	}
	base, err := language.ParseBase(w)
	if err != nil || len(w) != 2 && len(w) != 3 || base.ISO3() == "und" {
		return "", false
	}
	return base.ISO3(), true
}

// ticks are the words for yes and no in the standard's form, and those which
// spreadsheet programs write in the six languages.
var ticks = map[string]string{
	"true": "true", "yes": "true", "1": "true", "wahr": "true", "vrai": "true", "vero": "true", "истина": "true", "verdadero": "true",
	"false": "false", "no": "false", "0": "false", "falsch": "false", "faux": "false", "falso": "false", "ложь": "false",
}

func tickOf(w string) (string, bool) {
	v, ok := ticks[strings.ToLower(w)]
	return v, ok
}

// maxNumber is the highest number of children and the highest age.
const maxNumber = 130

func numberOf(w string) (string, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(w, ".0"))
	return strconv.Itoa(n), err == nil && n >= 0 && n <= maxNumber
}
