package linkage

import (
	"fmt"
	"math"
	"slices"
)

// Part is the contribution of one field to a score.
type Part struct {
	Field  string  `json:"field"`
	Level  Level   `json:"level"`
	Weight float64 `json:"weight"` // bits: log2 of m over u
}

// Score explains a decision. Total = Prior + the weights of Parts + Changed
// − Shared, in bits: each bit doubles the odds that the two are one person.
type Score struct {
	Total       float64 `json:"total"`
	Probability float64 `json:"probability"`
	Prior       float64 `json:"prior"`
	Parts       []Part  `json:"parts"`
	// Changed is given back because one person may have changed these fields
	// together.
	Changed float64 `json:"changed"`
	// Shared is taken off because two different people bound by household or
	// neighbourhood would agree in these fields as well.
	Shared float64 `json:"shared"`
}

// Verdict is what a model makes of a score.
type Verdict string

// The verdicts.
const (
	Same      Verdict = "same"
	Doubtful  Verdict = "doubtful"
	Different Verdict = "different"
)

// Judge turns a score into a verdict.
func (m *Model) Judge(s Score) Verdict {
	switch {
	case s.Probability >= m.Same:
		return Same
	case s.Probability >= m.Doubt:
		return Doubtful
	}
	return Different
}

// Score weighs one pair; see Scale.Score, which is quicker for many.
func (m *Model) Score(agreed []Level, frequencies []float64) Score {
	return m.Scale().Score(agreed, frequencies)
}

// Scale is a model made ready to weigh many pairs. It does not follow later
// changes of the model and may be used by several goroutines.
type Scale struct {
	names     []string
	prior     float64
	bits      [][levels]float64
	exact     []float64 // m of Exact where rarity counts, otherwise 0
	unchanged float64   // share of pairs of one person between which nothing changed
	changes   []change
	unbound   float64 // share of pairs of different people tied by nothing
	bonds     []class
}

// change is a Turn made ready: which fields it may have changed.
type change struct {
	share   float64
	touches []bool
}

// Scale makes m ready.
func (m *Model) Scale() *Scale {
	w := &Scale{prior: logit(m.Prior), unchanged: 1, unbound: 1}
	for _, f := range m.Fields {
		w.names = append(w.names, f.Name)
		w.bits = append(w.bits, f.bits())
		exact := 0.0
		if m.Rarity {
			exact = f.M[Exact]
		}
		w.exact = append(w.exact, exact)
	}
	for _, turn := range m.Changes {
		c := change{share: turn.Share}
		for _, f := range m.Fields {
			c.touches = append(c.touches, slices.Contains(turn.Fields, f.Name))
		}
		w.changes = append(w.changes, c)
		w.unchanged -= turn.Share
	}
	for _, tie := range m.Bonds {
		b := class{share: tie.Share}
		for _, f := range m.Fields {
			b.chance = append(b.chance, tie.Shared[f.Name])
		}
		w.bonds = append(w.bonds, b)
		w.unbound -= tie.Share
	}
	return w
}

// Weight is what a level of a field, by its place in the model, adds in bits.
func (w *Scale) Weight(field int, l Level) float64 { return w.bits[field][l] }

// Score weighs the levels of one pair, given in the order of the model's fields.
// A frequency is the share of records that hold the agreed value; it counts
// where the level is Exact, the frequency is above 0 and the model minds rarity.
// Frequencies may be nil. Score panics if the number of levels, or a level, is
// not the model's.
func (w *Scale) Score(agreed []Level, frequencies []float64) Score {
	if len(agreed) != len(w.bits) {
		panic(fmt.Sprintf("linkage: %d levels for %d fields", len(agreed), len(w.bits)))
	}
	s := Score{Prior: w.prior, Parts: make([]Part, len(agreed))}
	weights := make([]float64, len(agreed))
	for i, l := range agreed {
		weights[i] = w.bits[i][l]
		if l == Exact && i < len(frequencies) {
			weights[i] = w.rare(i, frequencies[i])
		}
		s.Parts[i] = Part{Field: w.names[i], Level: l, Weight: weights[i]}
	}
	s.Shared = w.shared(weights, nil)
	s.Total = w.total(weights)
	s.Changed = s.Total - (s.Prior + sum(weights, nil) - s.Shared)
	s.Probability = 1 / (1 + math.Exp2(-s.Total))
	return s
}

// total is the log of the odds that two records with these weights are one
// person. Either nothing changed, and all fields count; or something did, and
// what it touches is left out. No weight that grows can make it smaller.
func (w *Scale) total(weights []float64) float64 {
	odds := w.unchanged * math.Exp2(sum(weights, nil)-w.shared(weights, nil))
	for _, c := range w.changes {
		odds += c.share * math.Exp2(sum(weights, c.touches)-w.shared(weights, c.touches))
	}
	return w.prior + math.Log2(odds)
}

// shared is how much likelier the weights not left out are among different people
// than among strangers, since some are tied by a bond. It grows with every weight,
// but never by more than the weight, and is never below 0.
func (w *Scale) shared(weights []float64, without []bool) float64 {
	all := w.unbound
	for _, b := range w.bonds {
		odds := b.share
		for i, chance := range b.chance {
			if chance > 0 && weights[i] != 0 && !(without != nil && without[i]) {
				odds *= 1 + chance*(math.Exp2(weights[i])-1)
			}
		}
		all += odds
	}
	return max(0, math.Log2(all))
}

// mostBits bounds the weight of one field, so that no field decides alone beyond
// all doubt and sums stay within the range of a float64.
const mostBits = 50

// bits are the weights by level; a level never seen weighs as the next lower
// one that was, or as the lowest seen.
func (w *Weights) bits() [levels]float64 {
	var bits [levels]float64
	seen := Missing
	for l := Differ; l < levels; l++ {
		switch {
		case w.M[l] > 0 && w.U[l] > 0:
			bits[l] = max(-mostBits, min(mostBits, math.Log2(w.M[l]/w.U[l])))
			for below := Differ; seen == Missing && below < l; below++ {
				bits[below] = bits[l]
			}
			seen = l
		case seen != Missing:
			bits[l] = bits[seen]
		}
	}
	return bits
}

// rare is the weight of agreeing exactly on a value of this frequency: two
// records of different people agree on it with just that chance. It never falls
// below the weight of a near agreement.
func (w *Scale) rare(field int, frequency float64) float64 {
	if w.exact[field] == 0 || !(frequency > 0) {
		return w.bits[field][Exact]
	}
	return max(w.bits[field][High], min(mostBits, math.Log2(w.exact[field]/frequency)))
}

func sum(weights []float64, without []bool) (total float64) {
	for i, w := range weights {
		if without == nil || !without[i] {
			total += w
		}
	}
	return total
}

func logit(p float64) float64 { return math.Log2(p / (1 - p)) }
