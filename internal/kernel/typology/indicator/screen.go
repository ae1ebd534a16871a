package indicator

import (
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

// Result is what a screening found, with everything needed to explain it and to
// repeat it: the list and version used, and for each dimension what counted.
type Result struct {
	Instrument  string            // id of the list that was used
	Version     int               // its version
	Age         evidence.AgeClass // whom that list is for: Child also when the age is unknown
	Outcome     Outcome
	Class       string   // code of the class; "" while the outcome is Insufficient
	CanRise     bool     // answers still missing could lead to a higher class
	Missing     []string // full codes without yes or no, in the order of the list
	Unweighted  []string // full codes answered yes that carry no weight in this list, sorted
	Dimensions  []Finding
	Explanation []Reason
}

// Finding is the result of one dimension.
type Finding struct {
	Dimension            string
	Strong, Medium, Weak int // yes answers of each strength
	Positive             bool
	Clause               string   // code of the clause that made it positive
	Fired                []string // full codes answered yes, in the order of the list
}

// Reason is one line of an explanation: a message key with safe arguments
// (counts only), and About, the message key of what it speaks of, or "".
type Reason struct {
	About string
	Key   string
	Args  []fault.Arg
}

// Screen weighs the answers by the list for the person's age; an unknown age
// takes the list for children. It is monotone and free of order: a further yes
// never lowers the outcome or the class.
//
// Insufficient takes the place of NoneFound while an answer is missing that
// could change it. A result above NoneFound stands as it is, with CanRise: if
// missing answers could turn it back into Insufficient, a further yes could
// lower a result.
func (i *Instrument) Screen(answers Answers, age evidence.AgeClass) Result {
	list := i.For(age)
	now := list.weigh(func(code string) bool { return answers[code] == Yes })
	best := list.weigh(func(code string) bool { return answers[code] != No })
	r := Result{
		Instrument: list.ID, Version: list.Version, Age: list.Age, Dimensions: now,
		Missing: list.missing(answers), Unweighted: list.unweighted(answers),
	}
	class := list.classify(now)
	r.CanRise = list.classify(best) < class
	r.Class, r.Outcome = list.Classes[class].Code, list.Classes[class].Outcome
	if r.Outcome == NoneFound && r.CanRise {
		r.Class, r.Outcome = "", Insufficient
	}
	r.Explanation = explain(r, age)
	return r
}

// weigh carries out step 1: it counts and decides each dimension.
func (i *Instrument) weigh(yes func(code string) bool) []Finding {
	found := make([]Finding, 0, len(i.Dimensions))
	for _, d := range i.Dimensions {
		f := Finding{Dimension: d.Code}
		for _, x := range d.Indicators {
			if !yes(d.Full(x)) {
				continue
			}
			f.Fired = append(f.Fired, d.Full(x))
			switch x.Strength {
			case Strong:
				f.Strong++
			case Medium:
				f.Medium++
			case Weak:
				f.Weak++
			}
		}
		if n := slices.IndexFunc(i.Positive, func(c Clause) bool { return c.holds(f.Strong, f.Medium, f.Weak) }); n >= 0 {
			f.Positive, f.Clause = true, i.Positive[n].Code
		}
		found = append(found, f)
	}
	return found
}

// classify carries out step 2: the index of the first class that holds. The last
// class has no condition.
func (i *Instrument) classify(found []Finding) int {
	return slices.IndexFunc(i.Classes, func(c Class) bool { return c.holds(found) })
}

func (c Class) holds(found []Finding) bool {
	positive := func(code string) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Dimension == code && f.Positive })
	}
	yes := func(code string) bool {
		return slices.ContainsFunc(found, func(f Finding) bool {
			return f.Dimension == code && len(f.Fired) > 0 || slices.Contains(f.Fired, code)
		})
	}
	for _, d := range c.All {
		if !positive(d) {
			return false
		}
	}
	return (len(c.Any) == 0 || slices.ContainsFunc(c.Any, positive)) && (len(c.Yes) == 0 || slices.ContainsFunc(c.Yes, yes))
}

func (i *Instrument) missing(answers Answers) (codes []string) {
	for _, code := range i.Codes() {
		if a := answers[code]; a != Yes && a != No {
			codes = append(codes, code)
		}
	}
	return codes
}

func (i *Instrument) unweighted(answers Answers) (codes []string) {
	weighted := i.Codes()
	for code, a := range answers {
		if a == Yes && !slices.Contains(weighted, code) {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

// Key is the message key of a dimension or indicator ("indicator.D1.wages").
func Key(code string) string { return "indicator." + code }

func explain(r Result, age evidence.AgeClass) []Reason {
	lines := []Reason{{Key: "indicator.outcome." + string(r.Outcome)}}
	if r.Class != "" {
		lines = append(lines, Reason{Key: "indicator.class." + r.Class})
	}
	if age == evidence.AgeUnknown {
		lines = append(lines, Reason{Key: "indicator.why.age_unknown"})
	}
	for _, f := range r.Dimensions {
		args := []fault.Arg{{Name: "strong", Value: f.Strong}, {Name: "medium", Value: f.Medium}, {Name: "weak", Value: f.Weak}}
		switch {
		case f.Positive:
			lines = append(lines, Reason{Key(f.Dimension), "indicator.clause." + f.Clause, args})
		case len(f.Fired) > 0:
			lines = append(lines, Reason{Key(f.Dimension), "indicator.clause.not_met", args})
		}
	}
	if r.CanRise {
		lines = append(lines, Reason{Key: "indicator.why.missing", Args: []fault.Arg{{Name: "missing", Value: len(r.Missing)}}})
	}
	if n := len(r.Unweighted); n > 0 {
		lines = append(lines, Reason{Key: "indicator.why.unweighted", Args: []fault.Arg{{Name: "kept", Value: n}}})
	}
	return append(lines, Reason{Key: "indicator.why.no_verdict"})
}
