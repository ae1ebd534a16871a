// Package casework holds what people decide over time: cases with their states
// and moves, tasks, and referrals to services. A case changes only by a move that
// its type lists. Start at Type.
package casework

import (
	"fmt"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/policy"
)

// Type is one kind of case as a table of moves.
type Type struct {
	Name   string
	Start  string
	States []State
	Moves  []Move
}

// State is where a case can stand.
type State struct {
	Name string
	Open bool
	// Review is the clock of an open state: after so many days without a move
	// the case asks to be looked at. A person is never forgotten in a drawer.
	Review int
}

// Move takes a case from one of several states to another by a verb.
type Move struct {
	Verb  policy.Verb
	From  []string
	To    string
	Needs Need
}

// Check says what is wrong with the type: a state that is never reached, an open
// state without a way out or without a clock, a move to nowhere, a need that
// cannot be met. seconded are the verbs for which the policies ask for two.
func (t Type) Check(seconded []policy.Verb) error {
	var bad []string
	reached := map[string]bool{t.Start: true}
	leaves := map[string]bool{}
	for range t.States { // as many rounds as states reach them all
		for _, m := range t.Moves {
			for _, from := range m.From {
				if reached[from] {
					reached[m.To] = true
				}
				if from != m.To {
					leaves[from] = true
				}
			}
		}
	}
	for _, s := range t.States {
		if !reached[s.Name] {
			bad = append(bad, s.Name+" is never reached")
		}
		if s.Open && !leaves[s.Name] {
			bad = append(bad, s.Name+" has no way out")
		}
		if s.Open && s.Review <= 0 {
			bad = append(bad, s.Name+" has no clock")
		}
	}
	for _, m := range t.Moves {
		for _, name := range append(slices.Clone(m.From), m.To) {
			if _, ok := t.state(name); !ok {
				bad = append(bad, fmt.Sprintf("%s names the unknown state %s", m.Verb, name))
			}
		}
		bad = append(bad, m.unmet(seconded)...)
	}
	if bad != nil {
		return fmt.Errorf("case type %s: %s", t.Name, strings.Join(bad, "; "))
	}
	return nil
}

// Next is the move that verb makes from state; fault.Conflict if the case does
// not stand where the verb begins.
func (t Type) Next(state string, verb policy.Verb) (Move, error) {
	for _, m := range t.Moves {
		if m.Verb == verb && slices.Contains(m.From, state) {
			return m, nil
		}
	}
	return Move{}, fault.New(fault.Conflict, string(verb), "casework.not_from_here", "state", state)
}

// Can lists the verbs that begin in state.
func (t Type) Can(state string) []policy.Verb {
	var out []policy.Verb
	for _, m := range t.Moves {
		if slices.Contains(m.From, state) {
			out = append(out, m.Verb)
		}
	}
	return out
}

// Open tells whether state is an open one.
func (t Type) Open(state string) bool {
	s, ok := t.state(state)
	return ok && s.Open
}

func (t Type) state(name string) (State, bool) {
	for _, s := range t.States {
		if s.Name == name {
			return s, true
		}
	}
	return State{}, false
}

// Diagram draws the type as a Mermaid state diagram, for the docs.
func (t Type) Diagram() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n    [*] --> %s\n", t.Start)
	for _, m := range t.Moves {
		_, verb, _ := strings.Cut(string(m.Verb), ".")
		for _, from := range m.From {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", from, m.To, verb)
		}
	}
	for _, s := range t.States {
		if !s.Open {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}
