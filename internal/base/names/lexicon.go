package names

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/persons.txt
var personsText string

//go:embed data/givennames.txt
var givenNamesText string

//go:embed data/legalforms.txt
var legalFormsText string

//go:embed data/words.txt
var wordsText string

//go:embed data/places.txt
var placesText string

//go:embed data/ships.txt
var shipsText string

//go:embed data/states.txt
var statesText string

//go:embed data/numbers.txt
var numbersText string

// phrases maps phrases of one or more words, by the keys of their tokens, to a
// number that means something in the table's own terms.
type phrases struct {
	ids     map[string]uint16
	longest int // in words
}

// add enters a phrase, unless it is there already: the first entry stands.
func (p *phrases) add(phrase string, id uint16) {
	var key []byte
	words := 0
	for _, t := range plainTokens(phrase) {
		key = append(append(key, t.key()...), ' ')
		words++
	}
	if words == 0 {
		return
	}
	if _, there := p.ids[string(key)]; !there {
		p.ids[string(key)] = id
	}
	p.longest = max(p.longest, words)
}

// at finds the longest phrase that begins with the first token; it returns the
// phrase's number and how many tokens it takes, zero if there is none.
func (p *phrases) at(tokens []token) (id uint16, n int) {
	var buf [128]byte
	key := buf[:0]
	for i := range tokens[:min(len(tokens), p.longest)] {
		key = append(append(key, tokens[i].key()...), ' ')
		if found, ok := p.ids[string(key)]; ok {
			id, n = found, i+1
		}
	}
	return id, n
}

// plainTokens are the tokens of a text without roles.
func plainTokens(text string) []token {
	text = tidy(text)
	rd := readingOf([]rune(text), Undetermined)
	var out []token
	for _, w := range splitWords(text, true) {
		out = makeTokens(out, w, rd)
	}
	return out
}

// legal is the class of a legal form, and sets of them.
type legal uint16

// The classes of data/legalforms.txt.
const (
	stock legal = 1 << iota
	simplified
	limited
	partnership
	sole
	cooperative
	association
	foundation
	state
	company
)

var legalClasses = map[string]legal{
	"stock": stock, "sas": simplified, "limited": limited, "partnership": partnership, "sole": sole,
	"cooperative": cooperative, "association": association, "foundation": foundation, "state": state, "company": company,
}

// agrees tells whether two names may bear these forms and be one. A form that is
// left out agrees with those of trade, and so does a bare "company".
func (l legal) agrees(m legal) bool {
	const ofTrade = stock | simplified | limited | partnership | sole | state | cooperative
	switch {
	case l&m != 0, l == 0 || m == 0:
		return true
	case l == company:
		return m&ofTrade != 0
	case m == company:
		return l&ofTrade != 0
	}
	return false
}

var legalForms = sync.OnceValue(func() *phrases {
	p := &phrases{ids: make(map[string]uint16, 800)}
	for class, values := range entries(legalFormsText) {
		for value := range strings.SplitSeq(values, ";") {
			p.add(value, uint16(legalClasses[class]))
		}
	}
	return p
})

// tradeWords, placeWords, states and shipWords number the concepts of their files, each from
// a base of its own.
var (
	tradeWords = sync.OnceValue(func() *phrases { return concepts(wordsText, 0) })
	placeWords = sync.OnceValue(func() *phrases { return concepts(placesText, 1000) })
	states     = sync.OnceValue(func() *phrases { return concepts(statesText, 2000) })
	shipWords  = sync.OnceValue(func() *phrases { return concepts(shipsText, 3000) })
)

func concepts(text string, base uint16) *phrases {
	p := &phrases{ids: make(map[string]uint16, 2000)}
	id := base
	for _, values := range entries(text) {
		id++
		for value := range strings.SplitSeq(values, ";") {
			p.add(value, id)
		}
	}
	return p
}

// The groups of data/persons.txt.
const (
	wordTitle uint16 = iota + 1
	wordRank
	wordSuffix
	wordParticle
	wordBound
)

var personWords = sync.OnceValue(func() *phrases {
	p := &phrases{ids: make(map[string]uint16, 400)}
	ids := map[string]uint16{"title": wordTitle, "rank": wordRank, "suffix": wordSuffix, "particle": wordParticle, "bound": wordBound}
	for group, values := range entries(personsText) {
		for _, value := range strings.Fields(values) {
			p.add(value, ids[group])
		}
	}
	return p
})

// givenNames maps the sound of a given name to the groups it belongs to.
var givenNames = sync.OnceValue(func() map[string][]uint16 {
	table := make(map[string][]uint16, 3000)
	id := uint16(0)
	for _, values := range entries(givenNamesText) {
		id++
		for _, t := range plainTokens(values) {
			if g := table[t.sound]; len(g) == 0 || g[len(g)-1] != id {
				table[t.sound] = append(g, id)
			}
		}
	}
	return table
})

// groupNames lists the groups of data/givennames.txt; the group with id n is at n-1.
var groupNames = sync.OnceValue(func() (out []string) {
	for name := range entries(givenNamesText) {
		out = append(out, name)
	}
	return out
})

// numberWords maps the key of a numeral in words to its value.
var numberWords = sync.OnceValue(func() map[string]int {
	table := make(map[string]int, 400)
	for key, values := range entries(numbersText) {
		n := 0
		for _, digit := range key {
			n = n*10 + int(digit-'0')
		}
		for _, t := range plainTokens(values) {
			table[t.key()] = n
		}
	}
	return table
})

// Load reads the tables now, which is otherwise done when they are first needed.
func Load() {
	legalForms()
	legalWords()
	tradeWords()
	placeWords()
	states()
	shipWords()
	personWords()
	givenNames()
	groupNames()
	numberWords()
	arabicNames()
	hanTable()
	latinLetters()
	cyrillicTables()
}
