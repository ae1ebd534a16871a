package names

import (
	"slices"
	"strings"
)

// readPerson gives the words of a person's name their roles.
func readPerson(f *form) {
	f.tokens = dropTitles(f)
	if len(f.tokens) > 2 {
		if id, _ := personWords().at(f.tokens[len(f.tokens)-1:]); id == wordSuffix {
			f.tokens = f.tokens[:len(f.tokens)-1]
		}
	}
	f.tokens = ofTheFaith(splitServants(f.tokens))
	for i := range f.tokens {
		f.tokens[i].role = personRole(f.tokens, i)
		if f.tokens[i].role == proper {
			f.tokens[i].groups = givenNames()[f.tokens[i].sound]
		}
	}
	f.tokens = dropRepeats(f.tokens)
	keepOne(f.tokens)
}

// dropTitles takes away the titles in front, those behind a family name that is
// set in front ("Makhlouf, Dr. Rami"), and within a name those long enough to be
// no name or initial. The last word of a name is never a title.
func dropTitles(f *form) []token {
	out, whole := f.tokens[:0], len(f.tokens)
	for i := range f.tokens {
		t := f.tokens[i]
		id, _ := personWords().at(f.tokens[i : i+1])
		rests := whole - 1 - i + len(out)
		switch {
		case i+1 == whole || len(out) > 1 && len(t.text) < 5:
		case id == wordTitle, id == wordRank && rests > 1:
			f.titled = f.titled || len(out) == 0
			continue
		}
		out = append(out, t)
	}
	return out
}

func personRole(tokens []token, i int) role {
	t := &tokens[i]
	switch id, _ := personWords().at(tokens[i : i+1]); {
	case len([]rune(t.text)) == 1 && t.native == nil:
		if t.text == "y" || t.text == "e" {
			return particle
		}
		return initial
	case id == wordBound && i+1 < len(tokens):
		return bound
	case id == wordParticle && isParticle(tokens, i):
		return particle
	case len(tokens) > 2 && isPatronymic(t.sound):
		return patronymic
	}
	return proper
}

// isParticle: an assimilated article (ar-Rahman, ash-Shami) must announce the
// letter that follows; the other particles may not end a name unless they always
// do (Heydar oglu).
func isParticle(tokens []token, i int) bool {
	text := tokens[i].text
	if i+1 == len(tokens) {
		return strings.HasPrefix(text, "o") || len(text) > 2 && (text[0] == 'u' || text[0] == 'k' || text[0] == 'q' || text[0] == 'g')
	}
	if len(text) == 2 && (text[0] == 'a' || text[0] == 'e' || text[0] == 'u') && text[1] != 'l' && text[1] != 'f' && text[1] != 'v' && text[1] != 'p' {
		return tokens[i+1].text[0] == text[1]
	}
	return true
}

// isPatronymic knows the endings of the East Slavic patronymics, in sounds.
func isPatronymic(sound string) bool {
	for _, end := range [...]string{"ovic", "evic", "avic", "ivic", "ovna", "evna", "ivna", "auna", "icna"} {
		if len(sound) > len(end)+2 && strings.HasSuffix(sound, end) {
			return true
		}
	}
	return false
}

// splitServants writes the Arabic compounds "servant of" alike: Abdulaziz,
// Abdelaziz and Abd al-Aziz become abd and aziz. Abdullah stays one name.
func splitServants(tokens []token) []token {
	if !slices.ContainsFunc(tokens, func(t token) bool { return strings.HasPrefix(t.text, "abd") }) {
		return tokens
	}
	out := make([]token, 0, len(tokens)+2)
	for i := range tokens {
		t := tokens[i]
		rest, ok := servantOf(t.text)
		switch {
		case !ok:
			out = append(out, t)
		case rest == "" && i+1 < len(tokens) && (tokens[i+1].text == "allah" || tokens[i+1].text == "lah"):
			tokens[i+1] = makeToken("abdullah")
		case rest == "":
			out = append(out, makeToken("abd"))
		default:
			out = append(out, makeToken("abd"), makeToken(rest))
		}
	}
	return out
}

// servantOf takes "abd", "abdul", "abdel", "abdur" off a word.
func servantOf(text string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, "abd")
	if !ok || rest == "" {
		return "", ok
	}
	if c := rest[0]; c != 'u' && c != 'e' && c != 'a' && c != 'o' {
		return "", false
	}
	if len(rest) <= 2 {
		return "", rest == "ul" || rest == "el" || rest == "al" || rest == "ur" || rest == "er"
	}
	rest = rest[1:]
	if strings.HasPrefix(rest, "lla") || strings.HasPrefix(rest, "la") && len(rest) <= 4 {
		return "", false // Abdullah, Abdoulaye
	}
	if rest[0] == 'l' || rest[0] == rest[1] {
		rest = rest[1:]
	}
	return rest, len(rest) >= 4
}

// ofTheFaith writes the Arabic compounds with din alike: Saif al-Din, Saifeddine
// and Saif-ud-Din become saifuddin.
func ofTheFaith(tokens []token) []token {
	out := tokens[:0]
	for i := range tokens {
		t := tokens[i]
		n := len(out)
		stem, ok := strings.CutSuffix(strings.TrimSuffix(strings.Replace(t.text, "dee", "di", 1), "e"), "din")
		switch {
		case ok && stem == "" && n > 1 && isArticle(out[n-1].text):
			t = faithful(out[n-2].text)
			out = out[:n-2]
		case ok && len(stem) >= 4:
			vowel := strings.TrimRight(stem, "dl")
			if c := vowel[len(vowel)-1]; len(vowel) >= 4 && (c == 'a' || c == 'e' || c == 'i' || c == 'u') {
				t = faithful(vowel[:len(vowel)-1])
			}
		}
		out = append(out, t)
	}
	return out
}

func faithful(stem string) token {
	return makeToken(stem + "uddin")
}

func isArticle(text string) bool {
	switch text {
	case "al", "el", "ul", "il", "ad", "ed", "ud", "id":
		return true
	}
	return false
}

// dropRepeats keeps one of a name that is given twice: Shoigu Shoigu Sergey.
func dropRepeats(tokens []token) []token {
	out := tokens[:0]
	for i := range tokens {
		seen := false
		for j := range out {
			seen = seen || tokens[i].role == proper && out[j].text == tokens[i].text
		}
		if !seen {
			out = append(out, tokens[i])
		}
	}
	return out
}

// keepOne makes sure that a name has a proper word. Where all its words are words
// of trade, or all are particles, these carry the name.
func keepOne(tokens []token) {
	for _, from := range [...]role{proper, patronymic, bound, trade, particle} {
		found := false
		for i := range tokens {
			if tokens[i].role == from && len(tokens[i].text) > 1 {
				tokens[i].role, found = proper, true
			}
			if from == patronymic && found {
				tokens[i].role = patronymic
			}
		}
		if found {
			return
		}
	}
}

// unleet puts letters for digits that stand within a word to hide it: Ig0r Sech1n.
func unleet(runes []rune) []rune {
	letters, digits := 0, 0
	for _, r := range runes {
		if '0' <= r && r <= '9' {
			digits++
		} else {
			letters++
		}
	}
	if digits == 0 || letters <= digits {
		return runes
	}
	out := append([]rune(nil), runes...)
	for i, r := range out {
		if '0' <= r && r <= '9' {
			out[i] = rune("oizeasgtbg"[r-'0'])
		}
	}
	return out
}
