package names

import "strings"

// readOrganisation takes the legal form off and marks numerals and words of trade.
func readOrganisation(f *form) {
	f.tokens = takeLegalForms(f)
	f.tokens = conceive(f.tokens, states(), proper)
	f.tokens = conceive(f.tokens, tradeWords(), trade)
	f.tokens = readNumerals(f.tokens)
	for i := range f.tokens {
		if stem, ok := slavicStem(f.tokens[i].text); ok && f.tokens[i].role == proper {
			f.tokens[i].other = stem
		}
	}
	keepOne(f.tokens)
}

// slavicStem takes off the ending that makes an adjective of a place in the Slavic
// languages, where others set the bare name: Муромский завод, Murom Plant.
func slavicStem(text string) (string, bool) {
	for _, end := range [...]string{"skii", "skiy", "skyi", "skij", "skaia", "skaya", "skoe", "skoye", "ska", "ski", "sky", "sko"} {
		if stem, ok := strings.CutSuffix(text, end); ok && len(stem) >= 4 {
			return stem, true
		}
	}
	return "", false
}

// readPlace reads an address.
func readPlace(f *form) {
	f.tokens = conceive(f.tokens, states(), proper)
	f.tokens = conceive(f.tokens, placeWords(), trade)
	f.tokens = readNumerals(f.tokens)
	keepOne(f.tokens)
}

// readVessel reads the name of a ship or another craft.
func readVessel(f *form) {
	for len(f.tokens) > 1 {
		_, n := shipWords().at(f.tokens)
		if n == 0 || n == len(f.tokens) {
			break
		}
		f.tokens = f.tokens[n:]
	}
	for n := len(f.tokens); n > 1; n-- {
		if _, found := shipWords().at(f.tokens[n-1:]); found == 0 {
			f.tokens = f.tokens[:n]
			break
		}
	}
	f.tokens = readNumerals(f.tokens)
	keepOne(f.tokens)
}

// takeLegalForms collects the legal forms of a name and returns the other tokens,
// or all of them where nothing else is left.
func takeLegalForms(f *form) []token {
	out := f.tokens[:0]
	respelt := respell(f.tokens)
	for i := 0; i < len(respelt); {
		class, n := legalForms().at(respelt[i:])
		if n > 0 && mayStand(respelt, i, n) {
			f.legal |= legal(class)
			i += n
			continue
		}
		out = append(out, f.tokens[i])
		i++
	}
	if len(out) == 0 {
		f.legal = 0
		return f.tokens
	}
	if f.legal != company {
		f.legal &^= company
	}
	return out
}

// respell copies the tokens with the spelling errors in words of legal forms put
// right: Joint Stock Compny.
func respell(tokens []token) []token {
	out := append([]token(nil), tokens...)
	words := legalWords()
	for i := range out {
		t := &out[i]
		if len(t.text) < shortestRespelt || words.known[t.key()] {
			continue
		}
		if right, ok := words.nearest(t.text); ok {
			t.text, t.sound = right.text, right.sound
		}
	}
	return out
}

// mayStand: an abbreviation of two letters is a legal form only at either end.
func mayStand(tokens []token, i, n int) bool {
	if n > 1 || len(tokens[i].text) > 2 || i == 0 {
		return true
	}
	for j := i + n; j < len(tokens); j++ {
		if _, n := legalForms().at(tokens[j:]); n == 0 {
			return false
		}
	}
	return true
}

// conceive replaces phrases that a table knows by one token that stands for them,
// in the given role.
func conceive(tokens []token, table *phrases, as role) []token {
	out := tokens[:0]
	for i := 0; i < len(tokens); {
		id, n := table.at(tokens[i:])
		if n == 0 || tokens[i].concept != 0 {
			out = append(out, tokens[i])
			i++
			continue
		}
		t := tokens[i]
		t.concept, t.role = id, as
		for _, more := range tokens[i+1 : i+n] {
			t.text += more.text
			t.sound += more.sound
			t.skeleton += more.skeleton
			t.other, t.native = "", nil
		}
		out = append(out, t)
		i += n
	}
	for i := range out {
		if isConnective(out[i].text) {
			out[i].role = particle
		}
	}
	return out
}

// isConnective knows the words that only join the others.
func isConnective(text string) bool {
	switch text {
	case "the", "of", "for", "and", "in", "on", "at", "to", "de", "du", "des", "la", "le", "les", "el", "los", "las", "al",
		"del", "della", "dei", "di", "da", "do", "dos", "der", "die", "das", "den", "fur", "fuer", "von", "van", "und", "et",
		"y", "e", "i", "v", "na", "po", "im", "imeni", "dlia", "&", "a", "an", "by":
		return true
	}
	return false
}
