package linkage

import (
	"math"
	"slices"
)

// class is one sort of pair in the mixture: how large a share of all pairs it
// is, and for each field the chance that the two records describe one and the
// same true value, with errors, rather than two values met at random.
type class struct {
	share  float64
	chance []float64
	free   bool // the chances other than 0 are learned
}

// estimate is the state of expectation–maximisation. The classes from the first
// on are: the same person; the same person after each of the schema's changes;
// strangers; people tied by each of its bonds.
type estimate struct {
	seen    [][levels]bool
	m, u    []Distribution
	classes []class
	same    int            // the number of classes that are the same person
	grain   []Distribution // pairs of strangers that may have been overlooked
}

// Where the search begins. Only the order of magnitude matters: recorded values
// of one person mostly agree, and a bond or a change is no more frequent than
// people recorded twice.
var (
	startSame   = Distribution{Exact: 0.85, High: 0.06, Medium: 0.03, Low: 0.02, Differ: 0.04}
	startPrior  = 0.1
	startChance = 0.8
	startChange = 0.05
)

func newEstimate(b *Blocks, s sample) *estimate {
	n := len(b.t.columns)
	e := &estimate{
		seen: make([][levels]bool, n), m: make([]Distribution, n), u: make([]Distribution, n), grain: make([]Distribution, n),
	}
	total := 0.0
	for _, o := range s.seen {
		total += o.weight
		for i := range n {
			e.seen[i][o.level(i)] = true
			e.u[i][o.level(i)] += o.weight
		}
	}
	for i := range n {
		for l := range e.grain[i] {
			e.grain[i][l] = max(1, s.other) / 2
		}
		if b.covers(i) {
			e.grain[i][Exact] = s.candidate / 2
		}
		e.m[i] = e.spread(i, startSame, Distribution{})
		e.u[i] = e.spread(i, e.u[i], e.grain[i])
	}
	e.start(b.t.schema, min(startPrior, float64(b.t.Len())/2/total))
	return e
}

// start sets up the classes, prior being a first guess of the share of pairs
// that are the same person.
func (e *estimate) start(s Schema, prior float64) {
	e.classes = []class{{share: prior, chance: s.chances(nil, 0, 1)}}
	for _, c := range s.Changes {
		e.classes = append(e.classes, class{share: prior * startChange, chance: s.chances(c.Fields, 0, 1)})
	}
	e.same = len(e.classes)
	e.classes = append(e.classes, class{chance: s.chances(nil, 0, 0)})
	for _, b := range s.Bonds {
		e.classes = append(e.classes, class{share: prior, chance: s.chances(b.Fields, startChance, 0), free: true})
	}
	rest := 1.0
	for _, c := range e.classes {
		rest -= c.share
	}
	e.classes[e.same].share = rest
}

// chances gives the named fields one chance and all others another.
func (s Schema) chances(named []string, chance, other float64) []float64 {
	chances := make([]float64, len(s.Fields))
	for i, f := range s.Fields {
		chances[i] = other
		if slices.Contains(named, f.Name) {
			chances[i] = chance
		}
	}
	return chances
}

// spread makes counts a distribution over the levels that occur at all, with a
// grain added to each so that none becomes impossible.
func (e *estimate) spread(field int, counts, grain Distribution) (d Distribution) {
	sum := 0.0
	for l := Differ; l < levels; l++ {
		if e.seen[field][l] {
			d[l] = counts[l] + grain[l]
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

// halfPair is added where a level may have been missed among the same person.
var halfPair = Distribution{Differ: 0.5, Low: 0.5, Medium: 0.5, High: 0.5, Exact: 0.5}

// tally is the expected number of pairs, by class, field and level.
type tally struct {
	total float64
	level []Distribution
}

// step is one round of expectation and maximisation; it returns the largest
// change of any probability m.
func (e *estimate) step(sample []observed) float64 {
	likelihood := e.likelihoods()
	tallies := e.expect(sample, likelihood)
	all := 0.0
	for _, t := range tallies {
		all += t.total
	}
	for c := range e.classes {
		e.classes[c].share = tallies[c].total / all
		if e.classes[c].free {
			e.relearn(&e.classes[c], tallies[c], likelihood[c])
		}
	}
	return e.maximise(tallies)
}

// likelihoods are the probabilities of each level by class and field.
func (e *estimate) likelihoods() [][]Distribution {
	all := make([][]Distribution, len(e.classes))
	for c, class := range e.classes {
		all[c] = make([]Distribution, len(e.m))
		for i, chance := range class.chance {
			for l := Differ; l < levels; l++ {
				all[c][i][l] = chance*e.m[i][l] + (1-chance)*e.u[i][l]
			}
			all[c][i][Missing] = 1
		}
	}
	return all
}

// negligible is a number of pairs too small to count, left out for speed.
const negligible = 1e-9

// expect shares every observation out among the classes.
func (e *estimate) expect(sample []observed, likelihood [][]Distribution) []tally {
	tallies := make([]tally, len(e.classes))
	for c := range tallies {
		tallies[c].level = make([]Distribution, len(e.m))
	}
	posterior := make([]float64, len(e.classes))
	for _, o := range sample {
		sum := 0.0
		for c := range posterior {
			p := e.classes[c].share
			for i := range likelihood[c] {
				p *= likelihood[c][i][o.level(i)]
			}
			posterior[c] = p
			sum += p
		}
		for c, p := range posterior {
			w := o.weight * p / sum
			if w < negligible {
				continue
			}
			tallies[c].total += w
			for i := range tallies[c].level {
				tallies[c].level[i][o.level(i)] += w
			}
		}
	}
	return tallies
}

// relearn sets the chances of a bond to the expected share of truly shared values.
func (e *estimate) relearn(c *class, t tally, likelihood []Distribution) {
	for i, chance := range c.chance {
		shared, n := 0.0, 0.0
		for l := Differ; l < levels; l++ {
			if p := likelihood[i][l]; p > 0 {
				shared += t.level[i][l] * chance * e.m[i][l] / p
				n += t.level[i][l]
			}
		}
		if n > 0 {
			c.chance[i] = min(1, shared/n)
		}
	}
}

// maximise sets u from strangers and m from all that are the same person and
// did not change the field.
func (e *estimate) maximise(tallies []tally) (change float64) {
	for i := range e.m {
		var same Distribution
		for c := range e.same {
			for l := range same {
				same[l] += e.classes[c].chance[i] * tallies[c].level[i][l]
			}
		}
		e.u[i] = e.spread(i, tallies[e.same].level[i], e.grain[i])
		m := monotone(e.spread(i, same, halfPair), e.u[i])
		for l := range m {
			change = max(change, math.Abs(m[l]-e.m[i][l]))
		}
		e.m[i] = m
	}
	return change
}
