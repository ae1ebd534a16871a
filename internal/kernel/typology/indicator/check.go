package indicator

import (
	"fmt"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

// check finds the first fault of an instrument and names its field.
func (i *Instrument) check() error {
	for _, step := range []func() error{i.checkHead, i.checkDimensions, i.checkPositive, i.checkClasses, i.checkNone, i.checkText} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (i *Instrument) checkHead() error {
	switch {
	case !word(i.Family):
		return field("family", "is no code word")
	case !word(i.ID):
		return field("id", "is no code word")
	case !word(i.Exploitation):
		return field("exploitation", "is no code word")
	case i.Version < 1:
		return field("version", "is below 1")
	case i.Age != evidence.Adult && i.Age != evidence.Child:
		return field("age", "is neither adult nor child")
	case i.Source.Title == "" || i.Source.Publisher == "" || i.Source.Reference == "" || i.Source.Year < 1900:
		return field("source", "lacks title, publisher, year or reference")
	case len(i.Quick()) > 0 && i.QuickNote == "":
		return field("quick_note", "does not say why the short path is as it is")
	}
	return nil
}

func (i *Instrument) checkDimensions() error {
	if len(i.Dimensions) == 0 {
		return field("dimensions", "is empty")
	}
	var seen []string
	for n, d := range i.Dimensions {
		at := fmt.Sprintf("dimensions[%d].code", n)
		if err := fresh(&seen, d.Code, at); err != nil {
			return err
		}
		var within []string
		for m, x := range d.Indicators {
			at := fmt.Sprintf("dimensions[%d].indicators[%d]", n, m)
			if err := fresh(&within, x.Code, at+".code"); err != nil {
				return err
			}
			if x.Strength != Strong && x.Strength != Medium && x.Strength != Weak {
				return field(at+".strength", "is neither strong, medium nor weak")
			}
		}
	}
	return nil
}

func (i *Instrument) checkPositive() error {
	if len(i.Positive) == 0 {
		return field("positive", "is empty")
	}
	var seen []string
	for n, c := range i.Positive {
		at := fmt.Sprintf("positive[%d]", n)
		if err := fresh(&seen, c.Code, at+".code"); err != nil {
			return err
		}
		if min(c.Strong, c.Medium, c.Weak, c.Other) < 0 || max(c.Strong, c.Medium, c.Weak, c.Other) == 0 {
			return field(at, "sets no threshold, or a negative one")
		}
	}
	return nil
}

func (i *Instrument) checkClasses() error {
	var seen []string
	for n, c := range i.Classes {
		at := fmt.Sprintf("classes[%d]", n)
		if err := fresh(&seen, c.Code, at+".code"); err != nil {
			return err
		}
		if c.Outcome != Indicated && c.Outcome != SomeIndicators && c.Outcome != NoneFound {
			return field(at+".outcome", "is neither indicated, some_indicators nor none_found")
		}
		if n > 0 && c.Outcome.Rank() > i.Classes[n-1].Outcome.Rank() {
			return field(at+".outcome", "is above the class before it: a further yes could lower the result")
		}
		if c.Basis != BySource && c.Basis != ByDefault || c.Note == "" {
			return field(at, "does not say its basis (source or default) and why")
		}
		for _, d := range slices.Concat(c.All, c.Any) {
			if !slices.ContainsFunc(i.Dimensions, func(x Dimension) bool { return x.Code == d }) {
				return field(at, "names the unknown dimension "+d)
			}
		}
		for _, y := range c.Yes {
			if !i.names(y) {
				return field(at+".yes", "names the unknown "+y)
			}
		}
	}
	return nil
}

// checkNone holds the hard rule that a sign that was seen is never reported as
// none: only the last class is none_found, and a yes anywhere ends before it.
func (i *Instrument) checkNone() error {
	last := len(i.Classes) - 1
	for n, c := range i.Classes {
		free := len(c.All)+len(c.Any)+len(c.Yes) == 0
		if (n == last) != free || (n == last) != (c.Outcome == NoneFound) {
			return field(fmt.Sprintf("classes[%d]", n), "is not the last, or is not free of conditions with none_found")
		}
	}
	catches := func(c Class) bool {
		return len(c.All)+len(c.Any) == 0 && !slices.ContainsFunc(i.Dimensions, func(d Dimension) bool {
			return !slices.Contains(c.Yes, d.Code)
		})
	}
	if last < 0 || !slices.ContainsFunc(i.Classes[:last], catches) {
		return field("classes", "has none that catches a single yes in any dimension")
	}
	return nil
}

// mostText bounds one wording, in bytes.
const mostText = 1000

// checkText wants an instrument worded in whole or not at all: half of a question
// in a language that the reader does not have is no question.
func (i *Instrument) checkText() error {
	var worded, bare int
	see := func(t Text) {
		if t == nil {
			bare++
			return
		}
		worded++
		for _, words := range t {
			if words == "" || len(words) > mostText || t["en"] == "" {
				bare++
			}
		}
	}
	for _, d := range i.Dimensions {
		see(d.Text)
		for _, x := range d.Indicators {
			see(x.Text)
		}
	}
	for _, c := range i.Classes {
		see(c.Text)
	}
	for _, c := range i.Positive {
		see(c.Text)
	}
	if worded > 0 && bare > 0 {
		return field("text", "words a part only, is too long, or lacks English (en)")
	}
	return nil
}

// names tells whether code is a dimension or the full code of an indicator.
func (i *Instrument) names(code string) bool {
	return slices.Contains(i.Codes(), code) ||
		slices.ContainsFunc(i.Dimensions, func(d Dimension) bool { return d.Code == code })
}

// fresh wants a code word that is not yet in seen, and adds it.
func fresh(seen *[]string, code, at string) error {
	if !word(code) {
		return field(at, "is no code word")
	}
	if slices.Contains(*seen, code) {
		return field(at, "repeats "+code)
	}
	*seen = append(*seen, code)
	return nil
}

// word tells whether s is a code word: ASCII letters, digits, - and _.
func word(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 60
}

// Check refuses (fault.Invalid) answers to questions that neither this list nor
// its twin for children asks, and words that are no answer: what a form or a
// file sends is checked before it is screened, so that a misspelt code does not
// lose a yes.
func (i *Instrument) Check(answers Answers) error {
	known := i.Codes()
	if i.child != nil {
		known = append(known, i.child.Codes()...)
	}
	v := fault.New(fault.Invalid, "indicator.Check", "indicator.bad_answers")
	for code, a := range answers {
		if !slices.Contains(known, code) {
			v.At("/answers", "indicator.unknown_code")
		} else if !slices.Contains(AnswerValues, a) {
			v.At("/answers/"+code, "indicator.unknown_answer")
		}
	}
	return v.OrNil()
}
