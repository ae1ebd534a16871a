package names

// Threshold is the published value at and above which Compare calls two names a
// match.
const Threshold = 0.8

// Score is the outcome of a comparison.
type Score struct {
	Value float64 // 0 unlike … 1 alike
	Match bool    // Value ≥ Threshold
}

// The marks of the scoring. They were chosen on one random half of the labelled
// pairs of testdata and checked on the other; on both the outcome hardly moves
// when a mark does.
const (
	alike       = 0.78 // two words less alike are two words
	farApart    = 0.5  // … and words that sound less alike are not looked at again
	alikeJoined = 0.88 // the same for words that one name writes together

	conflictCost = 1.6  // a word that stands against another word
	surplusCost  = 0.12 // a word of a person's name that the other name leaves out
	surplusTrade = 0.9  // the same for an organisation, whose every word tells

	capSingle = 0.75 // one word against a name of several
	capNumber = 0.5  // the numbers differ
	capLegal  = 0.7  // the legal forms contradict

	likeSound  = 0.98 // written otherwise, the same sound
	likeForm   = 0.95 // a short form, the form of another language, an acronym
	likeFrame  = 0.92 // the same consonants, where one is written without vowels
	likeLetter = 0.85 // an initial for its word
	likeKnown  = 0.84 // a word of trade misspelt; less alike it is another word
)

// Compare weighs two names. Order of words is ignored. The value falls with
// differences of spelling that neither ear nor transliteration explains, little
// with words that one person's name leaves out, and steeply with words that
// contradict. Names of different kinds are compared as a is.
func Compare(a, b *Parsed) Score {
	score, _, _ := best(a, b)
	return score
}

// CompareNames is Compare for two names that are read for this one comparison.
func CompareNames(a, b string, kind Kind) Score {
	x, y := Parse(a, kind), Parse(b, kind)
	return Compare(&x, &y)
}

// best compares each form of a with each of b and returns the best score with the
// forms that gave it.
func best(a, b *Parsed) (score Score, x, y *form) {
	for i := range a.forms {
		for j := range b.forms {
			var m matching
			m.run(&a.forms[i], &b.forms[j], a.kind)
			if v, _ := m.value(); x == nil || v > score.Value {
				score.Value, x, y = v, &a.forms[i], &b.forms[j]
			}
		}
	}
	score.Match = score.Value >= Threshold
	return score, x, y
}

// value sums a matching up and names what held it down, if something did.
func (m *matching) value() (float64, Reason) {
	got, whole := 0.0, 0.0
	for _, p := range m.pairs[:m.n] {
		got += p.like * p.weight
		whole += p.weight
	}
	if whole == 0 {
		return 0, None
	}
	leftX, leftY := left(m.x, &m.takenX), left(m.y, &m.takenY)
	conflict := min(leftX, leftY)
	surplus := max(leftX, leftY) - conflict
	if m.kind == Person {
		v := got / (whole + conflictCost*conflict + surplusCost*surplus)
		if v > capSingle && m.single() {
			return capSingle, OneWord
		}
		return v, None
	}
	v := got / (whole + conflictCost*conflict + surplusTrade*surplus)
	switch {
	case v > capNumber && !m.sameNumbers():
		return capNumber, Number
	case v > capLegal && !m.x.legal.agrees(m.y.legal):
		return capLegal, LegalForm
	}
	return v, None
}

// left is the weight of the words that found no partner.
func left(f *form, taken *[longestForm]bool) float64 {
	sum := 0.0
	for i := range f.tokens {
		if !taken[i] {
			sum += f.tokens[i].weight()
		}
	}
	return sum
}

// single tells whether the match rests on one word where the other name has more.
// A title in front of a family name says that one word is meant to be enough.
func (m *matching) single() bool {
	if m.x.titled || m.y.titled || max(words(m.x), words(m.y)) < 2 {
		return false
	}
	met, letters := 0, 0
	for _, p := range m.pairs[:m.n] {
		switch {
		case p.why == Joined:
			met += 2
		case p.why == Initial:
			letters++
		case p.weight > weights[particle]:
			met++
		}
	}
	return met == 0 || met+letters < 2
}

// words counts the words of a name that are more than particles.
func words(f *form) int {
	n := 0
	for i := range f.tokens {
		if f.tokens[i].role != particle {
			n++
		}
	}
	return n
}

// sameNumbers tells whether every numeral found its like: Unit 1 is not Unit 2,
// nor is it Unit.
func (m *matching) sameNumbers() bool {
	for i := range m.x.tokens {
		if m.x.tokens[i].role == numeral && !m.takenX[i] {
			return false
		}
	}
	for j := range m.y.tokens {
		if m.y.tokens[j].role == numeral && !m.takenY[j] {
			return false
		}
	}
	return true
}
