package demo

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fullName is a person's name. Of a chain, middle is the father's name and family
// the grandfather's; an absent middle name has no spelling.
type fullName struct {
	tongue                *language
	given, middle, family spelling
	familyAt              int // index of the family name, for kin of the other sex
}

// given chooses a given name.
func (l *language) given(d draw, female bool) spelling {
	if female {
		return common(d, l.f)
	}
	return common(d, l.m)
}

// fullName puts a name together.
func (l *language) fullName(d draw, female bool) fullName {
	middle, family := l.p, l.s
	if female {
		middle, family = l.pf, l.sf
	}
	n := fullName{tongue: l, given: l.given(d, female)}
	if l.order == chain {
		n.middle, n.family = common(d, l.m), common(d, l.m)
		return n
	}
	n.familyAt = min(d.IntN(len(family)), d.IntN(len(family)))
	n.family = family[n.familyAt]
	if len(middle) > 0 && (l.order == familyFirst || d.percent(35)) {
		n.middle = one(d, middle)
	}
	return n
}

// familyOf is the family name as a man or a woman bears it.
func (n fullName) familyOf(female bool) spelling {
	if female {
		return n.tongue.sf[n.familyAt]
	}
	return n.tongue.s[n.familyAt]
}

// parts are the spellings in the order of the language, and the index of the one
// that is left out first: the grandfather or the middle name; -1 if none may be.
func (n fullName) parts() (parts []spelling, spare int) {
	switch {
	case n.tongue.order == chain:
		return []spelling{n.given, n.middle, n.family}, 2
	case n.middle.own == "" && n.tongue.order == familyFirst:
		return []spelling{n.family, n.given}, -1
	case n.middle.own == "":
		return []spelling{n.given, n.family}, -1
	case n.tongue.order == familyFirst:
		return []spelling{n.family, n.middle, n.given}, 1
	}
	return []spelling{n.given, n.middle, n.family}, 1
}

// own is the whole name in its own script.
func (n fullName) own() string {
	parts, _ := n.parts()
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.own
	}
	return strings.Join(words, " ")
}

// foreign tells whether the name's own script is another than Latin.
func (n fullName) foreign() bool { return n.given.foreign() }

// write spells the name as some clerk might: in its own script or in Latin, by
// the passport or by ear, in any order, with or without the middle name, and now
// and then with a slip of the finger.
func (n fullName) write(d draw) string {
	parts, spare := n.parts()
	ownScript := d.percent(50)
	if n.foreign() {
		ownScript = d.percent(20)
	}
	latin := !ownScript || !n.foreign()
	initial := false
	if spare >= 0 {
		switch chance := d.IntN(100); {
		case chance < 40:
			parts = append(parts[:spare:spare], parts[spare+1:]...)
		case chance < 50:
			initial = latin
		}
	}
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.write(d, ownScript)
		if initial && i == spare {
			first, _ := utf8.DecodeRuneInString(words[i])
			words[i] = string(first) + "."
		}
	}
	if slip := d.IntN(len(words)); d.percent(10) && latin {
		words[slip] = mistype(d, words[slip])
	}
	return arrange(d, words)
}

// write spells one part of a name.
func (s spelling) write(d draw, ownScript bool) string {
	if ownScript {
		return s.own
	}
	text := s.latin[0]
	switch chance := d.IntN(100); {
	case chance < 30:
		text = one(d, s.latin)
	case chance < 36:
		text = heard(d, text)
	}
	return text
}

// arrange orders the words of a name: as spoken, or the last one first.
func arrange(d draw, words []string) string {
	last := len(words) - 1
	switch chance := d.IntN(100); {
	case chance < 8:
		return words[last] + ", " + strings.Join(words[:last], " ")
	case chance < 16:
		return words[last] + " " + strings.Join(words[:last], " ")
	case chance < 22:
		return capitals(words[last]) + " " + strings.Join(words[:last], " ")
	case chance < 30:
		return capitals(strings.Join(words, " "))
	}
	return strings.Join(words, " ")
}

// capitals writes in capital letters, which Georgian, in daily use, has not.
func capitals(s string) string {
	if r, _ := utf8.DecodeRuneInString(s); unicode.Is(unicode.Georgian, r) {
		return s
	}
	return strings.ToUpper(s)
}

// sounds are letters that are mixed up by ear.
var sounds = [][2]string{
	{"kh", "h"}, {"sh", "s"}, {"ch", "tch"}, {"ph", "f"}, {"th", "t"}, {"ou", "u"}, {"oo", "u"}, {"ee", "i"},
	{"y", "i"}, {"v", "w"}, {"k", "c"}, {"j", "y"}, {"z", "s"}, {"q", "k"}, {"ll", "l"}, {"ss", "s"}, {"nn", "n"}, {"mm", "m"},
}

// heard spells a word as it was heard: one of the letters that sound alike is
// exchanged for the other.
func heard(d draw, word string) string {
	var may [][2]string
	for _, s := range sounds {
		if i := strings.Index(word, s[0]); i > 0 {
			may = append(may, s)
		}
	}
	if len(may) == 0 {
		return word
	}
	s := one(d, may)
	return strings.Replace(word, s[0], s[1], 1)
}

// mistype exchanges, drops or doubles one letter inside a word of five or more.
func mistype(d draw, word string) string {
	r := []rune(word)
	if len(r) < 5 {
		return word
	}
	i := d.between(1, len(r)-2)
	if !unicode.IsLetter(r[i]) || !unicode.IsLetter(r[i+1]) {
		return word
	}
	switch d.IntN(3) {
	case 0:
		r[i], r[i+1] = r[i+1], r[i]
		return string(r)
	case 1:
		return string(r[:i]) + string(r[i+1:])
	}
	return string(r[:i+1]) + string(r[i:])
}
