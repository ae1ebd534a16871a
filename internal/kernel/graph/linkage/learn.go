package linkage

import "errors"

// ErrTooFew is returned where no pair can be formed to learn from.
var ErrTooFew = errors.New("linkage: too few records to learn from")

// When the search for a model ends: no probability moves by more, or so many
// rounds have passed.
const (
	settled   = 1e-5
	maxRounds = 300
)

// Thresholds of a learned model. The records of two people joined by error are
// worse than a question to a person, so the machine decides only when sure.
const (
	sureSame  = 0.9
	sureDoubt = 0.05
)

// Learn finds the model of a table's records without being told any true pair,
// by expectation–maximisation over a mixture: pairs that are the same person,
// with or without one of the schema's changes; strangers; pairs that are bound by
// one of its bonds.
//
// Blocked pairs agree by construction, and a model of them alone would be wrong
// of all others. Learn looks at blocked pairs and at the rest, each weighted by
// the inverse of its chance to be looked at, and so estimates the shares among
// all pairs. The result depends on what the records hold, not on their order, on
// chance or on the runner.
func Learn(b *Blocks, run Runner) (*Model, error) {
	if b.t.Pairs() < 1 {
		return nil, ErrTooFew
	}
	s := b.sample(run)
	if len(s.seen) == 0 {
		return nil, ErrTooFew
	}
	e := newEstimate(b, s)
	for range maxRounds {
		if e.step(s.seen) < settled {
			break
		}
	}
	return e.model(b.t), nil
}

// model writes the estimate down. No share is quite nothing or all: half a pair
// more might have been either way.
func (e *estimate) model(t *Table) *Model {
	m := &Model{Version: Version, Same: sureSame, Doubt: sureDoubt, Rarity: true}
	same, half, s := 0.0, 0.5/t.Pairs(), t.schema
	for _, c := range e.classes[:e.same] {
		same += c.share
	}
	m.Prior = (same + half) / (1 + 2*half)
	for i, f := range s.Fields {
		m.Fields = append(m.Fields, Weights{f, e.m[i], e.u[i]})
	}
	for j, change := range s.Changes {
		m.Changes = append(m.Changes, Turn{change, e.classes[1+j].share / (same + half)})
	}
	for j, bond := range s.Bonds {
		c := e.classes[e.same+1+j]
		tie := Tie{Name: bond.Name, Share: c.share / (1 - same + half), Shared: make(map[string]float64)}
		for i, f := range s.Fields {
			if c.chance[i] > 0 {
				tie.Shared[f.Name] = c.chance[i]
			}
		}
		m.Bonds = append(m.Bonds, tie)
	}
	return m
}
