package names

import "strings"

// role is what a word does in a name.
type role uint8

const (
	proper     role = iota // carries the name
	initial                // one letter for a proper word
	patronymic             // the father's name in its own form
	particle               // article, preposition, mark of descent
	bound                  // abd, abu, umm: the first half of a compound name
	trade                  // a word that many organisations share
	numeral                // a number, in digits or in words
)

// weights is how much a word of each role counts beside a proper word.
var weights = [...]float64{proper: 1, initial: 0.5, patronymic: 0.8, particle: 0.12, bound: 0.5, trade: 0.5, numeral: 0.6}

// token is one word of a parsed name in the forms in which it is compared.
type token struct {
	text     string   // passport romanisation, small letters without marks
	other    string   // national romanisation, if it differs
	sound    string   // see sound.go
	skeleton string   // see sound.go
	native   []rune   // as written, where romanising it loses much
	groups   []uint16 // the given names it may be a form of
	concept  uint16   // the word of trade or of address it is, in any language; 0 if none
	number   int      // the value of a numeral
	role     role
	bare     bool // written in a script that omits vowels or cannot tell all sounds apart
}

func (t *token) weight() float64 { return weights[t.role] }

// makeTokens turns one written word into tokens: one, or more where the writing
// system runs family and given name together or ties the article to its word.
func makeTokens(out []token, w word, rd reading) []token {
	if n := familyName(w); n > 0 && !rd.given {
		rd.given = true
		return append(out, tokenOf(w[:n], rd), tokenOf(w[n:], rd))
	}
	if hasArticle(w) {
		out = append(out, makeToken("al"))
		w = w[2:]
	}
	rd.given = true
	if t := tokenOf(w, rd); t.text != "" {
		out = append(out, t)
	}
	return out
}

// tokenOf brings one word to the forms in which it is compared.
func tokenOf(w word, rd reading) token {
	var buf, sound [64]byte
	rd.scheme = Passport
	t := token{text: fold(string(appendWord(buf[:0], w, rd)))}
	rd.scheme = National
	if other := fold(string(appendWord(buf[:0], w, rd))); other != t.text {
		t.other = other
	}
	rd.scheme = sounded
	t.sound = string(appendSound(sound[:0], appendWord(buf[:0], w, rd)))
	t.skeleton = string(appendSkeleton(buf[:0], []byte(t.sound)))
	switch s := scriptOf(w[0]); {
	case s == arabic, s == hebrew, s == thai, s == han && rd.transcribed:
		t.bare = true
		fallthrough
	case s.lossy():
		t.native = w
	}
	return t
}

// makeToken is the token of a word that is already romanised.
func makeToken(text string) token {
	t := token{text: text, sound: string(appendSound(nil, []byte(text)))}
	t.skeleton = string(appendSkeleton(nil, []byte(t.sound)))
	return t
}

// fold brings a romanised word to plain small letters: marks and signs go.
func fold(s string) string {
	if isASCII(s) && !strings.ContainsAny(s, "'`") {
		return s
	}
	runes := []rune(s)
	return strings.Map(func(r rune) rune {
		if isApostrophe(r) {
			return -1
		}
		return r
	}, string(appendWord(nil, runes, reading{scheme: National})))
}

// spellings lists the romanisations of a token.
func (t *token) spellings() [2]string {
	if t.other == "" {
		return [2]string{t.text, t.text}
	}
	return [2]string{t.text, t.other}
}

// key is what tables are looked up by: the sound, so that spellings meet; for
// abbreviations the letters, which have no sound of their own.
func (t *token) key() string {
	if len(t.text) <= 4 || t.sound == "" {
		return t.text
	}
	return t.sound
}
