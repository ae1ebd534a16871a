package linkage

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
)

// Sizes of the samples that Learn looks at.
const (
	sampledCandidates = 1_000_000
	sampledOthers     = 500_000
)

// pattern is the levels of one pair, three bits a field.
type pattern uint64

func (p pattern) level(field int) Level { return Level(p >> (3 * field) & 7) }

func (t *Table) pattern(x, y uint32) (p pattern) {
	var agreed [MaxFields]Level
	a, b := t.row(x), t.row(y)
	for _, u := range t.units {
		t.measure(u, a, b, &agreed)
	}
	for i := range a {
		p |= pattern(agreed[i]) << (3 * i)
	}
	return p
}

// observed is a pattern and the number of pairs for which it stands.
type observed struct {
	pattern
	weight float64
}

// sample is what was looked at: the patterns in order, and for how many pairs a
// single candidate and a single other pair stand. What was not seen once may
// still be about so frequent.
type sample struct {
	seen             []observed
	candidate, other float64
}

// sample looks at some candidates and some other pairs. Each stands for as many
// as had the chance, so that together they stand for all pairs (D. G. Horvitz and
// D. J. Thompson, JASA 47, 1952).
func (b *Blocks) sample(run Runner) (s sample) {
	rate := min(1, sampledCandidates/float64(max(1, b.visits())))
	s.candidate = 1 / rate
	counts := make([]map[pattern]int, len(b.keys))
	seen := make([]int, len(b.keys))
	run(len(b.keys), func(i int) { counts[i], seen[i] = b.count(i, rate) })
	others, n := b.others()

	weights := make(map[pattern]float64)
	rest := b.t.Pairs()
	for i := range counts {
		rest -= float64(seen[i])
		for p, n := range counts[i] {
			weights[p] += float64(n) * s.candidate
		}
	}
	s.other = max(0, rest) / float64(max(1, n))
	for p, n := range others {
		weights[p] += float64(n) * s.other
	}
	for _, p := range slices.Sorted(maps.Keys(weights)) {
		s.seen = append(s.seen, observed{p, weights[p]})
	}
	return s
}

// visits is the number of pairs in blocks, each as often as it is in one.
func (b *Blocks) visits() (n int) {
	for i := range b.keys {
		for block := range b.keys[i].blocks(b.limit) {
			n += len(block) * (len(block) - 1) / 2
		}
	}
	return n
}

// count looks at the candidates of one key, each with the chance rate, which
// falls on a pair by what the two records hold.
func (b *Blocks) count(i int, rate float64) (patterns map[pattern]int, seen int) {
	patterns = make(map[pattern]int)
	const unit = 1 << 53
	bar := uint64(rate * unit)
	for x, y := range b.pairs(i) {
		seen++
		if bar == unit || mix(b.t.digest(x)+b.t.digest(y))%unit < bar {
			patterns[b.t.pattern(x, y)]++
		}
	}
	return patterns, seen
}

// others looks at random pairs that no block brings together.
func (b *Blocks) others() (patterns map[pattern]int, n int) {
	patterns = make(map[pattern]int)
	first, second := b.t.canonical()
	random := rand.New(rand.NewPCG(1, 2))
	for range int(min(sampledOthers, 4*b.t.Pairs())) {
		x, y := first[random.IntN(len(first))], second[random.IntN(len(second))]
		if x != y && !b.candidate(x, y) {
			patterns[b.t.pattern(x, y)]++
			n++
		}
	}
	return patterns, n
}

// canonical orders the records of each file by what they hold, so that drawing
// at random does not depend on the order in which they came.
func (t *Table) canonical() (first, second []uint32) {
	type record struct {
		digest uint64
		number uint32
	}
	all := make([]record, t.Len())
	for i := range all {
		all[i] = record{t.digest(uint32(i)), uint32(i)}
	}
	slices.SortFunc(all, func(a, b record) int { return cmp.Compare(a.digest, b.digest) })
	for _, r := range all {
		if t.split >= 0 && int(r.number) >= t.split {
			second = append(second, r.number)
		} else {
			first = append(first, r.number)
		}
	}
	if t.split < 0 {
		second = first
	}
	return first, second
}
