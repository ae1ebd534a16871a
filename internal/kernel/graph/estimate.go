package graph

import (
	"maps"
	"math"
	"slices"

	"lodestar/internal/kernel/graph/linkage"
)

// sample is how often each pattern of levels was seen.
type sample struct {
	patterns map[string]float64 // by the levels, a byte each
}

// add counts a pair; one that says nothing in any field teaches nothing.
func (s sample) add(levels []linkage.Level, weight float64) {
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

// How much the weights so far count against what is seen: as if they had been
// learned from so many pairs. Few of the pairs drawn say anything of a document,
// and without this half a pair would make its number a weak proof.
const (
	heldSame  = 20
	heldOther = 1000

	settled   = 1e-6
	maxRounds = 400
)

// estimate learns a model from one that holds so far, by expectation–maximisation
// over several sorts of pairs: the same; strangers; and others who are bound by
// one cause, as a household is. Within a sort the fields agree independently of
// one another (I. P. Fellegi and A. B. Sunter, JASA 64, 1969; A. P. Dempster, N. M.
// Laird and D. B. Rubin, JRSS B 39, 1977). Of bonds only the share follows:
// what binds others cannot be told from sameness by agreement alone.
func estimate(now *linkage.Model, s sample) *linkage.Model {
	e := &estimation{sample: s, order: slices.Sorted(maps.Keys(s.patterns)), now: now}
	e.start()
	for range maxRounds {
		if e.step() < settled {
			break
		}
	}
	m := *now
	m.Prior, m.Fields, m.Bonds = e.strata[theSame].share, nil, nil
	for _, b := range now.Bonds {
		b.Share *= m.Prior / now.Prior // both grow and fall with the number of mentions
		m.Bonds = append(m.Bonds, b)
	}
	for i, f := range now.Fields {
		m.Fields = append(m.Fields, linkage.Weights{Field: f.Field, M: e.m[i], U: e.u[i]})
	}
	return &m
}

// estimation is the state of the search.
type estimation struct {
	sample
	order  []string
	now    *linkage.Model
	m, u   []linkage.Distribution
	strata []stratum // the same, strangers, then the bonds
}

// stratum is one sort of pairs: its share of all, and for each field the chance that
// two truly have its value in common.
type stratum struct {
	share  float64
	chance []float64

	sum   float64 // expected pairs of the present round
	level []linkage.Distribution
}

// The sorts that every estimation has.
const (
	theSame = iota
	strangers
	bound
)

func (e *estimation) start() {
	n := len(e.now.Fields)
	for _, f := range e.now.Fields {
		e.m, e.u = append(e.m, f.M), append(e.u, f.U)
	}
	e.strata = []stratum{{share: e.now.Prior, chance: slices.Repeat([]float64{1}, n)}, {share: 1 - e.now.Prior, chance: make([]float64, n)}}
	for _, b := range e.now.Bonds {
		s := stratum{share: b.Share, chance: make([]float64, n)}
		for i, f := range e.now.Fields {
			s.chance[i] = b.Shared[f.Name]
		}
		e.strata = append(e.strata, s)
		e.strata[strangers].share -= b.Share
	}
}

// step is one round; it returns the largest change of any probability.
func (e *estimation) step() (change float64) {
	e.expect()
	free := e.strata[theSame].sum + e.strata[strangers].sum + 1 // half a pair of each may be unseen
	rest := e.strata[theSame].share + e.strata[strangers].share
	e.strata[theSame].share = rest * (e.strata[theSame].sum + 0.5) / free
	e.strata[strangers].share = rest - e.strata[theSame].share
	for i, f := range e.now.Fields {
		u := blend(e.strata[strangers].level[i], f.U, heldOther)
		m := rising(blend(e.strata[theSame].level[i], f.M, heldSame), u)
		for l := range m {
			change = max(change, math.Abs(m[l]-e.m[i][l]))
		}
		e.m[i], e.u[i] = m, u
	}
	return change
}

// expect shares every pattern out among the sorts.
func (e *estimation) expect() {
	odds := make([]float64, len(e.strata))
	for j := range e.strata {
		e.strata[j].sum, e.strata[j].level = 0, make([]linkage.Distribution, len(e.m))
	}
	for _, p := range e.order {
		all := 0.0
		for j, s := range e.strata {
			odds[j] = s.share
			for i := range e.m {
				if l := linkage.Level(p[i]); l != linkage.Missing {
					odds[j] *= s.chance[i]*e.m[i][l] + (1-s.chance[i])*e.u[i][l]
				}
			}
			all += odds[j]
		}
		if all == 0 {
			continue // a level that this model cannot have
		}
		for j := range e.strata {
			w := e.patterns[p] * odds[j] / all
			e.strata[j].sum += w
			for i := range e.m {
				e.strata[j].level[i][p[i]] += w
			}
		}
	}
}

// blend makes counts a distribution, with a former one counted in as held pairs.
func blend(counts, former linkage.Distribution, held float64) (d linkage.Distribution) {
	sum := 0.0
	for l := linkage.Differ; l <= linkage.Exact; l++ {
		if former[l] > 0 {
			d[l] = counts[l] + held*former[l]
			sum += d[l]
		}
	}
	for l := range d {
		d[l] /= sum
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
