package graph

import (
	"maps"
	"math"
	"slices"

	"lodestar/internal/kernel/graph/linkage"
)

// sample is how often each pattern of levels was seen. grain is the number of
// pairs for which one drawn at random stands: a level never seen may still be
// about so frequent.
type sample struct {
	patterns map[string]float64 // by the levels, a byte each
	grain    float64
}

// add counts a pair; one that says nothing in any field teaches nothing.
func (s *sample) add(levels []linkage.Level, weight float64) {
	key := make([]byte, len(levels))
	says := false
	for i, l := range levels {
		key[i] = byte(l)
		says = says || l != linkage.Missing
	}
	if says {
		s.patterns[string(key)] += weight
	}
}

// Thresholds of a learned model. Two people taken for one are worse than a
// question to a person.
const (
	sureSame  = 0.99
	sureDoubt = 0.2
)

// Where the search begins, and when it ends. Only the order of magnitude matters.
var startSame = linkage.Distribution{linkage.Exact: 0.8, linkage.High: 0.08, linkage.Medium: 0.04, linkage.Low: 0.03, linkage.Differ: 0.05}

const (
	startPrior = 1e-4
	settled    = 1e-6
	maxRounds  = 400
)

// estimate finds a model by expectation–maximisation over two sorts of pairs, the
// same and others, whose fields agree independently of one another within each
// sort (I. P. Fellegi and A. B. Sunter, JASA 64, 1969; A. P. Dempster, N. M.
// Laird and D. B. Rubin, JRSS B 39, 1977). nil if nothing was seen.
func estimate(fields []linkage.Field, s sample) *linkage.Model {
	order := slices.Sorted(maps.Keys(s.patterns))
	if len(order) == 0 {
		return nil
	}
	m := &linkage.Model{Version: linkage.Version, Prior: startPrior, Same: sureSame, Doubt: sureDoubt, Rarity: true}
	all := make([]linkage.Distribution, len(fields))
	for _, p := range order {
		for i := range fields {
			all[i][p[i]] += s.patterns[p]
		}
	}
	for i, f := range fields {
		seen := all[i]
		m.Fields = append(m.Fields, linkage.Weights{Field: f, M: spread(startSame, seen, 0), U: spread(seen, seen, s.grain)})
	}
	for range maxRounds {
		if step(m, order, all, s) < settled {
			break
		}
	}
	return m
}

// step is one round; it returns the largest change of any probability.
func step(m *linkage.Model, order []string, seen []linkage.Distribution, s sample) (change float64) {
	same := make([]linkage.Distribution, len(m.Fields))
	other := make([]linkage.Distribution, len(m.Fields))
	sumSame, sum := 0.0, 0.0
	for _, p := range order {
		a, b := m.Prior, 1-m.Prior
		for i, f := range m.Fields {
			if l := linkage.Level(p[i]); l != linkage.Missing {
				a *= f.M[l]
				b *= f.U[l]
			}
		}
		w := s.patterns[p]
		t := w * a / (a + b)
		sumSame, sum = sumSame+t, sum+w
		for i := range m.Fields {
			same[i][p[i]] += t
			other[i][p[i]] += w - t
		}
	}
	m.Prior = min(max(sumSame/sum, 0.5/sum), 0.5)
	for i := range m.Fields {
		u := spread(other[i], seen[i], s.grain)
		next := rising(spread(same[i], seen[i], 0.5), u)
		for l := range next {
			change = max(change, math.Abs(next[l]-m.Fields[i].M[l]))
		}
		m.Fields[i].M, m.Fields[i].U = next, u
	}
	return change
}

// spread makes counts a distribution over the levels that were seen, each with a
// grain more, so that nothing seen is impossible.
func spread(counts, seen linkage.Distribution, grain float64) (d linkage.Distribution) {
	sum := 0.0
	for l := linkage.Differ; l <= linkage.Exact; l++ {
		if seen[l] > 0 {
			d[l] = counts[l] + grain
			sum += d[l]
		}
	}
	for l := range d {
		if sum > 0 {
			d[l] /= sum
		}
	}
	return d
}

// rising makes m/u grow with the level, changing m as little as it can:
// neighbours out of order are pooled (M. Ayer et al., Annals of Mathematical
// Statistics 26, 1955).
func rising(m, u linkage.Distribution) linkage.Distribution {
	type pool struct {
		m, u   float64
		levels []int
	}
	var pools []pool
	for l := range m {
		if u[l] == 0 {
			continue
		}
		pools = append(pools, pool{m[l], u[l], []int{l}})
		for n := len(pools); n > 1 && pools[n-2].m*pools[n-1].u > pools[n-1].m*pools[n-2].u; n-- {
			last := pools[n-1]
			pools = pools[:n-1]
			p := &pools[n-2]
			p.m, p.u, p.levels = p.m+last.m, p.u+last.u, append(p.levels, last.levels...)
		}
	}
	for _, p := range pools {
		for _, l := range p.levels {
			m[l] = u[l] * p.m / p.u
		}
	}
	return m
}
