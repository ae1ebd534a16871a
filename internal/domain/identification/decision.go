package identification

import (
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// Decision is one decision of the authority, with the standard by which it was made
// as that stood on the day: nothing that changes later rewrites it (protection.md
// §14, P7). Decisions are only ever added.
type Decision struct {
	Case     id.Case            `class:"public"`
	N        int64              `class:"public"` // of the case, from 1
	Referral id.Referral        `class:"public"` // by which she came
	Stage    law.Stage          `class:"coded"`
	Outcome  Outcome            `class:"coded"`
	Standard law.Standard       `class:"public"` // its id, wording and source
	Reasons  seal.Field[string] `class:"narrative"`
	Decider  id.User            `class:"public"`
	Second   id.User            `class:"public"` // who agreed to a negative one; zero: nobody had to
	At       time.Time          `class:"coded"`
}

// Outcome is how a decision ended, as a code.
type Outcome string

// The outcomes. The last two answer a request to reconsider a negative one.
const (
	Positive Outcome = "positive"
	Negative Outcome = "negative"
	Reopened Outcome = "reopened"
	Upheld   Outcome = "upheld"
)

// DecideIn is a decision as somebody wants it. Decider is who wanted it first.
type DecideIn struct {
	Case    id.Case
	Version int64 // as it was read
	Reasons string
	Decider id.User
}

// mostReasons bounds reasons, in bytes: the limit of a text in the referral form of
// protection.md §3.6.
const mostReasons = 15_000

// check refuses a decision without reasons: every decision has some (P10).
func (in DecideIn) check(verb Verb) error {
	return reasoned(fault.New(fault.Invalid, string(verb), "identification.invalid"), in.Reasons).OrNil()
}

func reasoned(v *fault.Error, reasons string) *fault.Error {
	if strings.TrimSpace(reasons) == "" {
		v.At("/reasons", "identification.say_reasons")
	}
	if len(reasons) > mostReasons {
		v.At("/reasons", "identification.long_reasons")
	}
	return v
}
