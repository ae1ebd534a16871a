package graph

import (
	"slices"

	"lodestar/internal/base/names"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/features"
)

// key is one keyed digest that a mention bears.
type key struct {
	sort  keySort
	from  byte // number of the mention it was taken from, if that is another one
	token [tokenSize]byte
}

const (
	tokenSize = 16
	keySize   = tokenSize + 2
)

// keySort is what a key is made of.
type keySort byte

// The sorts. A mention has a key of the sort wherever it says all that the sort is
// made of.
const (
	byWord        keySort = 'w' // one word of a name, by its skeleton
	byWords       keySort = 'p' // two words, in either order
	byWordBirth   keySort = 'b' // a word and the birth date
	byWordsYear   keySort = 'y' // two words and the year of birth
	byDocument    keySort = 'd' // a document of hers: sort and number
	byNumber      keySort = 'e' // the number alone
	byContact     keySort = 'c' // a telephone, e-mail, handle or account of hers
	byAddress     keySort = 'a' // where she is or was
	byWordAddress keySort = 'q' // a word and the address
	byStreetTown  keySort = 's' // of places
	byStreetHouse keySort = 'n'
	byPostcode    keySort = 'z' // postcode and house
	bySelf        keySort = 'i' // of a thing: its number is what it is

	ofSort keySort = 'k' // what sort of document: compared, never looked up
)

// neighbours is how many of the newest earlier mentions with the same key a
// mention is compared with. Few suffice: what is the same also meets by other
// keys, and in a long row of the same one of them is enough.
func (s keySort) neighbours() int32 {
	switch s {
	case bySelf:
		return 1
	case byDocument, byNumber, byContact, byAddress, byWordAddress:
		return 4
	case byWord, byWordBirth, byWords, byWordsYear, byStreetHouse, byPostcode:
		return 8
	case byStreetTown:
		return 12
	}
	return 0
}

// Bounds of one mention: words of a name, keys made of names, and things that
// belong to it.
const (
	mostWords    = 8
	mostKeys     = 64
	mostAttached = 16
)

// keyring collects the keys of one mention.
type keyring struct {
	a    *act.Act
	kind evidence.MentionKind
	keys []key
}

func (r *keyring) add(s keySort, from int, word string) {
	if word == "" || from == 0 && len(r.keys) >= mostKeys {
		return
	}
	k := key{sort: s, from: byte(from)}
	// Keys of different kinds of things never meet, nor do keys of two sorts.
	copy(k.token[:], r.a.Token("graph/"+string(r.kind)+"/"+string(rune(s)), word))
	if !slices.Contains(r.keys, k) {
		r.keys = append(r.keys, k)
	}
}

// opened is what the mentions of a signal say. blank tells which say nothing
// because they were erased.
type opened struct {
	signal  evidence.Signal
	details []evidence.Details
	blank   []bool
}

// keysOf are the keys of mention n, from 1.
func keysOf(a *act.Act, s opened, n int, home string) []key {
	m, d := s.signal.Mentions[n-1], s.details[n-1]
	r := &keyring{a: a, kind: m.Kind}
	if s.blank[n-1] {
		return nil
	}
	switch m.Kind {
	case evidence.Person:
		words := r.named(d.Names, names.Person)
		r.born(words, d.Born)
		r.attached(s, n, words, home)
	case evidence.Organisation:
		r.attached(s, n, r.named(d.Names, names.Organisation), home)
	case evidence.Place:
		r.located(features.ReadAddress(d))
	default:
		r.add(bySelf, 0, features.Identifier(m.Kind, d, home))
	}
	return r.keys
}

// named adds the keys of names, and gives the words.
func (r *keyring) named(given []string, kind names.Kind) (words []string) {
	for _, name := range given {
		p := names.Parse(name, kind)
		sk := p.Skeletons()
		sk = sk[:min(mostWords, len(sk))]
		for i, w := range sk {
			r.add(byWord, 0, w)
			for _, v := range sk[i+1:] {
				r.add(byWords, 0, both(w, v))
			}
			if !slices.Contains(words, w) && len(words) < mostWords {
				words = append(words, w)
			}
		}
	}
	return words
}

func both(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + " " + b
}

func (r *keyring) born(words []string, born string) {
	date, year := features.BirthKey(born), features.BirthYear(born)
	for i, w := range words {
		if date != "" {
			r.add(byWordBirth, 0, w+" "+date)
		}
		if year == "" {
			continue
		}
		if len(words) == 1 {
			r.add(byWordsYear, 0, w+" "+year)
		}
		for _, v := range words[i+1:] {
			r.add(byWordsYear, 0, both(w, v)+" "+year)
		}
	}
}

// attached adds the keys of what belongs to the mention: what is said to be hers,
// what she is said to use, and where she is said to be.
//
// What is erased counts for the bound: without it the keys are those that they
// would be if it had never been said.
func (r *keyring) attached(s opened, n int, words []string, home string) {
	count := 0
	for i, m := range s.signal.Mentions {
		if !belongs(s.signal, n, i+1) {
			continue
		}
		if count++; count > mostAttached || s.blank[i] {
			continue
		}
		d := s.details[i]
		switch m.Kind {
		case evidence.Document:
			r.add(byDocument, i+1, features.Document(d.Type, d.Country, d.Value))
			r.add(byNumber, i+1, features.DocumentNumber(d.Value))
			r.add(ofSort, i+1, features.DocumentSort(d.Type, d.Country))
		case evidence.Phone, evidence.Email, evidence.Handle, evidence.Account:
			if value := features.Identifier(m.Kind, d, home); value != "" {
				r.add(byContact, i+1, string(m.Kind)+" "+value)
			}
		case evidence.Place:
			address := features.ReadAddress(d)
			where := address.Whole()
			if where == "" {
				continue
			}
			r.add(byAddress, i+1, where)
			for _, w := range words {
				r.add(byWordAddress, i+1, w+" "+where)
			}
		}
	}
}

// belongs tells whether mention thing is of mention n: by saying so, or by a
// relation of use or of whereabouts.
func belongs(s evidence.Signal, n, thing int) bool {
	if s.Mentions[thing-1].Of == n {
		return true
	}
	for _, r := range s.Relations {
		if r.From == n && r.To == thing && (r.Kind == evidence.Uses || r.Kind == evidence.HeldAt) {
			return true
		}
	}
	return false
}

// located adds the keys of a place. The longest word of the street is the one
// that tells most.
func (r *keyring) located(a features.Address) {
	street := ""
	if len(a.Street) > 0 {
		street = a.Street[0]
	}
	if street != "" && a.Town != "" {
		r.add(byStreetTown, 0, street+"|"+a.Town)
	}
	for _, house := range a.Numbers {
		if street != "" {
			r.add(byStreetHouse, 0, street+"|"+house)
		}
		if a.Postcode != "" {
			r.add(byPostcode, 0, a.Postcode+"|"+house)
		}
	}
	if len(a.Numbers) == 0 && street == "" {
		r.add(byPostcode, 0, a.Postcode+"|"+a.Town)
	}
}

func packKeys(keys []key) []byte {
	out := make([]byte, 0, len(keys)*keySize)
	for _, k := range keys {
		out = append(out, byte(k.sort), k.from)
		out = append(out, k.token[:]...)
	}
	return out
}

func unpackKeys(b []byte) []key {
	out := make([]key, 0, len(b)/keySize)
	for ; len(b) >= keySize; b = b[keySize:] {
		out = append(out, key{sort: keySort(b[0]), from: b[1], token: [tokenSize]byte(b[2:keySize])})
	}
	return out
}

// share tells whether two mentions have a key of the sort in common, and whether
// both have one at all.
func share(a, b []key, s keySort) (common, both bool) {
	inA, inB := false, false
	for _, x := range a {
		if x.sort != s {
			continue
		}
		inA = true
		for _, y := range b {
			if y.sort == s && y.token == x.token {
				return true, true
			}
		}
	}
	for _, y := range b {
		inB = inB || y.sort == s
	}
	return false, inA && inB
}
