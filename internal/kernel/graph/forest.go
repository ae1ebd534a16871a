package graph

import (
	"cmp"
	"slices"
)

// edge is a pair that the machine takes for the same.
type edge struct{ a, b, score int64 }

// word is what a person said of some mentions: that all of them are the same, or
// that those of one side are others than those of the other.
type word struct {
	seq   int64
	same  bool
	sides [2][]int64
}

// partition divides places into entities, each known by its earliest place.
//
// What people said comes first, the latest first: of two words that contradict
// one another the later holds, and the earlier is void. Then the machine's pairs
// join what they may, the best first (J. B. Kruskal, Proceedings of the AMS 7,
// 1956): nothing that a word keeps apart and, of places that are not of things, no
// two of one signal, which are two by the word of its source. Of equal pairs the
// earlier joins, so that a number that changed hands is cut in time.
func partition(places []int64, things map[int64]bool, edges []edge, words []word) map[int64]int64 {
	f := forest{root: map[int64]int64{}, marks: map[int64]map[int64]uint8{}, signals: map[int64]map[int64]bool{}}
	for _, p := range places {
		f.root[p] = p
		if !things[p] {
			f.signals[p] = map[int64]bool{seqOf(p): true}
		}
	}
	slices.SortFunc(words, func(x, y word) int { return cmp.Compare(y.seq, x.seq) })
	for _, w := range words {
		f.say(w)
	}
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.b, y.b), cmp.Compare(x.a, y.a))
	})
	for _, e := range edges {
		if !f.together(e.a, e.b) {
			f.join(e.a, e.b)
		}
	}
	out := make(map[int64]int64, len(places))
	for _, p := range places {
		out[p] = f.find(p)
	}
	return out
}

// forest is disjoint sets whose root is the earliest place. marks say on which
// side of which word a set stands, signals of which signals it has mentions.
type forest struct {
	root    map[int64]int64
	marks   map[int64]map[int64]uint8
	signals map[int64]map[int64]bool
}

func (f *forest) find(p int64) int64 {
	for f.root[p] != p {
		f.root[p] = f.root[f.root[p]]
		p = f.root[p]
	}
	return p
}

func (f *forest) say(w word) {
	if w.same {
		all := slices.Concat(w.sides[0], w.sides[1])
		for _, p := range all {
			f.join(all[0], p)
		}
		return
	}
	held := map[int64]bool{}
	for _, p := range w.sides[0] {
		held[f.find(p)] = true
	}
	for _, p := range w.sides[1] {
		if held[f.find(p)] {
			return // a later word holds them together
		}
	}
	for side, places := range w.sides {
		for _, p := range places {
			f.mark(f.find(p), w.seq, 1<<side)
		}
	}
}

func (f *forest) mark(root, word int64, side uint8) {
	if f.marks[root] == nil {
		f.marks[root] = map[int64]uint8{}
	}
	f.marks[root][word] |= side
}

// together tells whether one signal has mentions in both sets.
func (f *forest) together(p, q int64) bool {
	few, many := f.signals[f.find(p)], f.signals[f.find(q)]
	if len(many) < len(few) {
		few, many = many, few
	}
	for seq := range few {
		if many[seq] {
			return true
		}
	}
	return false
}

// join makes one of two sets, unless a word keeps them apart.
func (f *forest) join(p, q int64) {
	a, b := f.find(p), f.find(q)
	if a == b {
		return
	}
	if b < a {
		a, b = b, a
	}
	for word, side := range f.marks[b] {
		if f.marks[a][word]|side == 3 {
			return
		}
	}
	for word, side := range f.marks[b] {
		f.mark(a, word, side)
	}
	if len(f.signals[a]) < len(f.signals[b]) {
		f.signals[a], f.signals[b] = f.signals[b], f.signals[a]
	}
	for seq := range f.signals[b] {
		f.signals[a][seq] = true
	}
	delete(f.marks, b)
	delete(f.signals, b)
	f.root[b] = a
}
