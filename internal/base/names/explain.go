package names

import "strings"

// Reason says what two words have in common, or what speaks against the names.
type Reason uint8

// The reasons. Those after Acronym speak against a match.
const (
	None      Reason = iota
	Same             // the same word, in whatever script, or the same word of trade
	SameSound        // written otherwise, the same sound
	Spelling         // a few letters differ
	Frame            // the same consonants; one is written without vowels
	Initial          // a letter for the word
	NameForm         // a short form or the form of another language
	Joined           // written together in one name and apart in the other
	Acronym          // the first letters of the words

	LeftOut   // only one name has the word
	OneWord   // one word against several is not enough
	Number    // the numbers differ
	LegalForm // the legal forms contradict
)

var reasons = [...]string{"none", "same", "same_sound", "spelling", "frame", "initial", "name_form", "joined", "acronym",
	"left_out", "one_word", "number", "legal_form"}

// String is the stable code of the reason, as catalogues of messages key it.
func (r Reason) String() string { return reasons[r] }

// Part is one piece of a score: words of one name and of the other, romanised.
// They are the names themselves: show them only to who may see the names.
type Part struct {
	A, B   string  // empty on the side that has no such word
	Like   float64 // 0 … 1
	Weight float64 // share in the score, before the names' costs
	Why    Reason
}

// Explain is Compare with its parts: the pairs of words, best first come as the
// names have them, then the words left over, then what held the value down.
func Explain(a, b *Parsed) (Score, []Part) {
	score, x, y := best(a, b)
	if x == nil {
		return score, nil
	}
	var m matching
	m.run(x, y, a.kind)
	var parts []Part
	for _, p := range m.pairs[:m.n] {
		parts = append(parts, Part{A: x.text(p.a), B: y.text(p.b), Like: p.like, Weight: p.weight, Why: p.why})
	}
	for i := range x.tokens {
		if !m.takenX[i] {
			parts = append(parts, Part{A: x.tokens[i].text, Weight: x.tokens[i].weight(), Why: LeftOut})
		}
	}
	for j := range y.tokens {
		if !m.takenY[j] {
			parts = append(parts, Part{B: y.tokens[j].text, Weight: y.tokens[j].weight(), Why: LeftOut})
		}
	}
	if _, held := m.value(); held != None {
		parts = append(parts, Part{Why: held})
	}
	return score, parts
}

// text is the words of a span as they are compared.
func (f *form) text(s span) string {
	var b strings.Builder
	for i := s.from; i < s.to; i++ {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.tokens[i].text)
	}
	return b.String()
}
