package linkage

import (
	"cmp"
	"math"
	"slices"
)

// Pair is two records whose score reaches the model's Doubt.
type Pair struct {
	A, B uint32
	Bits float64
}

// Links is the outcome of linking.
type Links struct {
	Compared int      // pairs that shared a block
	Pairs    []Pair   // those from Doubt on, best first
	Person   []uint32 // per record, the lowest record of the same person
}

// Doubtful lists the pairs on which a person has to decide: those that reach
// Doubt and were not joined.
func (l Links) Doubtful() []Pair {
	var some []Pair
	for _, p := range l.Pairs {
		if l.Person[p.A] != l.Person[p.B] {
			some = append(some, p)
		}
	}
	return some
}

// Link scores every pair that shares a block and joins records into people. The
// model must be of the table's fields.
func Link(b *Blocks, m *Model, run Runner) Links {
	s := newScorer(b.t, m)
	pairs := make([][]Pair, len(b.keys))
	compared := make([]int, len(b.keys))
	run(len(b.keys), func(i int) {
		for x, y := range b.pairs(i) {
			compared[i]++
			if bits := s.score(x, y, s.doubt); bits >= s.doubt {
				pairs[i] = append(pairs[i], Pair{min(x, y), max(x, y), bits})
			}
		}
	})
	l := Links{Pairs: slices.Concat(pairs...)}
	for _, n := range compared {
		l.Compared += n
	}
	slices.SortFunc(l.Pairs, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	l.Person = s.join(l.Pairs)
	return l
}

// scorer is a scale made ready for the values of one table.
type scorer struct {
	*Scale
	t           *Table
	rarity      [][]float64 // per field and value, the weight of agreeing on it
	most        []float64   // per field, the most that anything but equality can add
	least       []float64   // per field, the least it adds, if a change may undo a loss
	sure, doubt float64
}

func newScorer(t *Table, m *Model) *scorer {
	s := &scorer{Scale: m.Scale(), t: t, sure: logit(m.Same), doubt: logit(m.Doubt)}
	for i, c := range t.columns {
		weights := make([]float64, len(c.values))
		for code := range weights {
			weights[code] = s.rare(i, t.frequency(i, uint32(code)))
		}
		least := math.Inf(-1)
		for _, c := range s.changes {
			if c.touches[i] {
				least = 0
			}
		}
		s.rarity = append(s.rarity, weights)
		s.most = append(s.most, max(0, s.bits[i][High]))
		s.least = append(s.least, least)
	}
	return s
}

// score is the total of two records in bits. Once it is sure to stay below
// enough, score gives up and returns some value below enough.
func (s *scorer) score(x, y uint32, enough float64) float64 {
	a, b := s.t.row(x), s.t.row(y)
	most := s.prior
	for i, code := range a {
		if code == b[i] && code != 0 {
			most += s.rarity[i][code]
		} else {
			most += s.most[i]
		}
	}
	var agreed [MaxFields]Level
	var weights [MaxFields]float64
	for _, u := range s.t.units {
		if most < enough {
			return most
		}
		s.t.measure(u, a, b, &agreed)
		most += s.weigh(u.field, a, &agreed, &weights)
		if u.other >= 0 {
			most += s.weigh(u.other, a, &agreed, &weights)
		}
	}
	return s.total(weights[:len(a)])
}

// weigh fills in the weight of a field and returns by how much less it is than
// the most it might have been.
func (s *scorer) weigh(field int, row []uint32, agreed *[MaxFields]Level, weights *[MaxFields]float64) float64 {
	if agreed[field] == Exact {
		weights[field] = s.rarity[field][row[field]]
		return 0
	}
	weights[field] = s.bits[field][agreed[field]]
	return max(weights[field], s.least[field]) - s.most[field]
}

// decisive bounds what one pair of records says, for or against, when two groups
// of records are weighed against each other.
const decisive = 20

// join makes people of pairs, the surest first. Two groups become one person if
// their records, each of one with each of the other, are on average as sure as a
// link: so a single coincidence does not chain two people together.
func (s *scorer) join(pairs []Pair) []uint32 {
	person := make([]uint32, s.t.Len())
	groups := make(map[uint32][]uint32)
	for i := range person {
		person[i] = uint32(i)
	}
	group := func(p uint32) []uint32 {
		if g, ok := groups[p]; ok {
			return g
		}
		return []uint32{p}
	}
	for _, pair := range pairs {
		p, q := person[pair.A], person[pair.B]
		if pair.Bits < s.sure || p == q {
			continue
		}
		p, q = min(p, q), max(p, q)
		first, second := group(p), group(q)
		if s.between(first, second) < s.sure {
			continue
		}
		for _, record := range second {
			person[record] = p
		}
		groups[p] = append(first, second...)
		delete(groups, q)
	}
	return person
}

// between is the mean score of the records of one group with those of another.
func (s *scorer) between(first, second []uint32) float64 {
	sum, bound := 0.0, max(decisive, s.sure)
	for _, x := range first {
		for _, y := range second {
			sum += max(-bound, min(bound, s.score(x, y, math.Inf(-1))))
		}
	}
	return sum / float64(len(first)*len(second))
}
