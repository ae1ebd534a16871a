package names

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Parsed is a name that has been read once and can be compared many times. The
// zero value is an empty name, which matches nothing. It holds the name in the
// clear: treat it as the personal value it is.
type Parsed struct {
	kind  Kind
	forms []form
}

// form is one way a name is given. "Al-Qa'ida/Islamic Army" gives two.
type form struct {
	tokens []token
	legal  legal
	titled bool // a title stood before it: one name is then enough
}

// longestName, in bytes, and mostForms bound the work on one name.
const (
	longestName = 2048
	mostForms   = 6
)

// longestForm bounds the work on one comparison, in tokens.
const longestForm = 24

// Parse reads a name. It never fails: what it cannot read it keeps as written.
func Parse(name string, kind Kind) Parsed {
	p := Parsed{kind: kind}
	for _, part := range alternatives(tidy(cut(name)), mostForms) {
		if f := parseForm(part, kind); len(f.tokens) > 0 {
			p.forms = append(p.forms, f)
		}
	}
	return p
}

// Empty tells whether nothing of the name could be read.
func (p *Parsed) Empty() bool { return len(p.forms) == 0 }

// Skeletons lists the skeletons of the words that carry the name, each once, in
// the order of the name: the keys under which an index should file it. Particles,
// initials, numerals and words of trade carry nothing.
func (p *Parsed) Skeletons() []string {
	var out []string
	for _, f := range p.forms {
		for i := range f.tokens {
			t := &f.tokens[i]
			if (t.role == proper || t.role == patronymic) && t.skeleton != "" && !slices.Contains(out, t.skeleton) {
				out = append(out, t.skeleton)
			}
		}
	}
	return out
}

// Keys is Skeletons and, for the given names that the tables know, the group that
// holds their short forms and their forms in other languages, as "~alexander":
// Sasha and Alexander then share a key that their sounds do not give them.
func (p *Parsed) Keys() []string {
	out := p.Skeletons()
	for _, f := range p.forms {
		for i := range f.tokens {
			for _, id := range f.tokens[i].groups {
				if key := "~" + groupNames()[id-1]; !slices.Contains(out, key) {
					out = append(out, key)
				}
			}
		}
	}
	return out
}

// aliases are the words that stand between two names of one bearer.
var aliases = []string{" a.k.a. ", " aka ", " f.k.a. ", " fka ", " alias ", " d/b/a ", " dba ", " t/a ", ";"}

// alternatives splits a text that gives a name more than once, into at most n
// parts. A slash does so only between words: 12/14 and A/S are no alternatives.
func alternatives(text string, n int) []string {
	if n > 1 {
		if at, end := aliasAt(text); at > 0 {
			return append([]string{text[:at]}, alternatives(text[end:], n-1)...)
		}
	}
	return []string{text}
}

// aliasAt finds the first sign that another name follows.
func aliasAt(text string) (at, end int) {
	for i := 1; i < len(text); i++ {
		if text[i] == '/' && lettersBefore(text[:i]) && lettersAfter(text[i+1:]) {
			return i, i + 1
		}
		for _, sign := range aliases {
			if len(text)-i >= len(sign) && strings.EqualFold(text[i:i+len(sign)], sign) {
				return i, i + len(sign)
			}
		}
	}
	return 0, 0
}

// cut shortens a text that is too long to be a name, between two characters.
func cut(s string) string {
	if len(s) <= longestName {
		return s
	}
	end := longestName
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

func lettersBefore(s string) bool {
	n := 0
	for n < len(s) && isLetterByte(s[len(s)-1-n]) {
		n++
	}
	return n >= 3 || n == 0 && strings.HasSuffix(s, " ")
}

func lettersAfter(s string) bool {
	n := 0
	for n < len(s) && isLetterByte(s[n]) {
		n++
	}
	return n >= 3 || n == 0 && strings.HasPrefix(s, " ")
}

func isLetterByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 || c == '\''
}

func parseForm(text string, kind Kind) form {
	words := splitWords(text, kind != Person)
	rd := readingOf([]rune(text), Undetermined)
	f := form{tokens: make([]token, 0, min(len(words)+1, longestForm))}
	for _, w := range words {
		if kind == Person {
			w = unleet(w)
		}
		if f.tokens = makeTokens(f.tokens, w, rd); len(f.tokens) >= longestForm {
			f.tokens = f.tokens[:longestForm]
			break
		}
	}
	switch kind {
	case Person:
		readPerson(&f)
	case Organisation:
		readOrganisation(&f)
	case Vessel:
		readVessel(&f)
	case Address:
		readPlace(&f)
	}
	return f
}
