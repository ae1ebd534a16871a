package screening

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// Interview is one pass through an instrument, as it was answered that day.
type Interview struct {
	ID         id.Interview                  `class:"public"`
	Case       id.Case                       `class:"public"`
	Family     string                        `class:"coded"`
	Instrument string                        `class:"coded"` // the list by which it was weighed
	Version    int                           `class:"coded"`
	Age        evidence.AgeClass             `class:"coded"` // as it was known that day
	Pass       Pass                          `class:"coded"`
	Answers    seal.Field[indicator.Answers] `class:"narrative"`
	By         id.User                       `class:"public"`
	At         time.Time                     `class:"coded"`
}

// Pass is how much of an instrument is asked.
type Pass string

// The passes.
const (
	Short Pass = "short"
	Long  Pass = "long"
)

// Passes lists them.
var Passes = []Pass{Short, Long}

// In is an interview as it was held.
type In struct {
	Case    id.Case
	Family  string
	Pass    Pass
	Answers indicator.Answers // by the full code; what is absent was not asked
}

// list is the newest list of a family for a person of this age. A family that is not
// there is not found, like any other address.
func (d *Desk) list(family string, age evidence.AgeClass) (*indicator.Instrument, error) {
	i, ok := d.Instruments.Latest(family, evidence.Adult)
	if !ok {
		return nil, fault.New(fault.NotFound, "screening.list", "fault.not_found")
	}
	return i.For(age), nil
}

// asked are the questions of a pass. An instrument without a short pass is asked
// whole.
func asked(i *indicator.Instrument, pass Pass) []string {
	if quick := i.Quick(); pass == Short && len(quick) > 0 {
		return quick
	}
	return i.Codes()
}

// check refuses a pass that is none and answers to what the list does not ask.
func (in In) check(i *indicator.Instrument) error {
	if !slices.Contains(Passes, in.Pass) {
		return fault.New(fault.NotFound, "screening.check", "fault.not_found")
	}
	return i.Check(in.Answers)
}
