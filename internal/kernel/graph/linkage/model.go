package linkage

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// Version is the version of the model format that this program writes and reads.
const Version = 1

// Field is one thing compared.
type Field struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Swap names another field of the same kind with which this one is
	// sometimes exchanged, such as given name and surname. Both name each other.
	Swap string `json:"swap,omitempty"`
}

// Bond names what two different people may have in common because of one cause:
// a household shares its surname and address, a neighbourhood its postcode and
// town. Without bonds each of these fields would count as separate proof that
// the two are one person.
type Bond struct {
	Name   string   `json:"name"`
	Fields []string `json:"fields"`
}

// Change names what one person may change all at once: by moving house, the
// whole address. Without changes each part of a new address would count as
// separate proof that the two are different people.
type Change struct {
	Name   string   `json:"name"`
	Fields []string `json:"fields"`
}

// Schema is what a record holds and how its fields hang together.
type Schema struct {
	Fields  []Field
	Bonds   []Bond
	Changes []Change
}

// Distribution is the probability of each level, Missing excepted. All zero, it
// says that the field was never present in both records of a pair.
type Distribution [levels]float64

// MarshalJSON writes the distribution as an object by level name.
func (d Distribution) MarshalJSON() ([]byte, error) {
	named := make(map[Level]float64, levels)
	for l := Differ; l < levels; l++ {
		named[l] = d[l]
	}
	return json.Marshal(named)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Distribution) UnmarshalJSON(data []byte) error {
	var named map[Level]float64
	if err := json.Unmarshal(data, &named); err != nil {
		return err
	}
	*d = Distribution{}
	for l, p := range named {
		d[l] = p
	}
	return nil
}

// Weights are one field's probabilities: M of each level among pairs that are
// the same person, U among pairs of strangers.
type Weights struct {
	Field
	M Distribution `json:"m"`
	U Distribution `json:"u"`
}

// Tie is a Bond as learned: the share of pairs of different people that are so
// bound, and for each field the chance that the two truly share its value.
type Tie struct {
	Name   string             `json:"name"`
	Share  float64            `json:"share"`
	Shared map[string]float64 `json:"shared"`
}

// Turn is a Change as learned: the share of pairs of records of one person
// between which it took place.
type Turn struct {
	Change
	Share float64 `json:"share"`
}

// Model holds all that a decision on one pair depends on (I. P. Fellegi and
// A. B. Sunter, "A theory for record linkage", JASA 64, 1969). It holds
// probabilities only, never a person's value, and may be published.
type Model struct {
	Version int `json:"version"`
	// Prior is the share of all pairs that are the same person.
	Prior float64 `json:"prior"`
	// Same and Doubt are probabilities: from Same on a pair is linked, from
	// Doubt on a person decides, below it the two are different.
	Same  float64 `json:"same"`
	Doubt float64 `json:"doubt"`
	// Rarity says whether agreeing on a rare value proves more than agreeing on
	// a common one.
	Rarity  bool      `json:"rarity"`
	Fields  []Weights `json:"fields"`
	Bonds   []Tie     `json:"bonds,omitempty"`
	Changes []Turn    `json:"changes,omitempty"`
}

// Parse reads a model from JSON and refuses one that is not whole.
func Parse(data []byte) (*Model, error) {
	m := new(Model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("linkage: model: %w", err)
	}
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("linkage: model: %w", err)
	}
	return m, nil
}

// Check says what is wrong with a model that was not learned, if anything.
func (m *Model) Check() error {
	switch {
	case m.Version != Version:
		return fmt.Errorf("version %d, want %d", m.Version, Version)
	case !(m.Prior > 0 && m.Prior < 1):
		return errors.New("prior must lie between 0 and 1")
	case !(m.Doubt > 0 && m.Doubt <= m.Same && m.Same < 1):
		return errors.New("thresholds must be 0 < doubt ≤ same < 1")
	case len(m.Fields) == 0:
		return errors.New("no fields")
	}
	known := make(map[string]bool)
	for i, f := range m.Fields {
		if f.Name == "" || known[f.Name] {
			return fmt.Errorf("field %d is unnamed or named twice", i+1)
		}
		known[f.Name] = true
		if err := f.check(); err != nil {
			return fmt.Errorf("field %.40q: %w", f.Name, err)
		}
	}
	return m.checkCauses(known)
}

// checkCauses looks at bonds and changes.
func (m *Model) checkCauses(known map[string]bool) error {
	var bound, changed float64
	for _, b := range m.Bonds {
		bound += b.Share
		for field, c := range b.Shared {
			if !known[field] || !(c >= 0 && c <= 1) {
				return fmt.Errorf("bond %.40q: field %.40q is unknown or not a probability", b.Name, field)
			}
		}
		if !(b.Share >= 0) {
			return fmt.Errorf("bond %.40q: no share", b.Name)
		}
	}
	for _, c := range m.Changes {
		changed += c.Share
		for _, field := range c.Fields {
			if !known[field] {
				return fmt.Errorf("change %.40q: field %.40q is unknown", c.Name, field)
			}
		}
		if !(c.Share >= 0) {
			return fmt.Errorf("change %.40q: no share", c.Name)
		}
	}
	if !(bound < 1 && changed < 1) {
		return errors.New("the shares of bonds, or of changes, add up to 1 or more")
	}
	return nil
}

// tolerance is what rounding may do to probabilities written as decimals.
const tolerance = 1e-6

// check holds the law of the model: a better agreement never lowers the score.
func (w *Weights) check() error {
	for _, d := range [2]Distribution{w.M, w.U} {
		sum := 0.0
		for _, p := range d {
			if !(p >= 0 && p <= 1) {
				return errors.New("m and u must be probabilities")
			}
			sum += p
		}
		if sum != 0 && math.Abs(sum-1) > tolerance || d[Missing] != 0 {
			return errors.New("m and u must each add up to 1 without the missing")
		}
	}
	last := math.Inf(-1)
	for l := Differ; l < levels; l++ {
		if (w.M[l] == 0) != (w.U[l] == 0) {
			return fmt.Errorf("level %s: m and u must both be seen or both be 0", l)
		}
		if w.M[l] == 0 {
			continue
		}
		bits := math.Log2(w.M[l] / w.U[l])
		if bits < last-tolerance {
			return fmt.Errorf("level %s weighs less than the one below it", l)
		}
		last = bits
	}
	return nil
}
