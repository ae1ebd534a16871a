package disclosure

import (
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// Emergency is one disclosure without her word, under a duty of the law.
type Emergency struct {
	Referral  id.Referral        `class:"public"` // what went, to whom, and what became of it
	Case      id.Case            `class:"public"`
	Duty      law.Duty           `class:"public"` // as it stood that day
	Reason    seal.Field[string] `class:"narrative"`
	Discloser id.User            `class:"public"`
	At        time.Time          `class:"coded"`
	TellBy    time.Time          `class:"coded"` // end of the delay, if telling her at once endangers her
	Verdict   Verdict            `class:"coded"`
	Reviewer  id.User            `class:"public"`
	Reviewed  time.Time          `class:"coded"`
	Told      time.Time          `class:"coded"`
}

// Verdict is what a second person found.
type Verdict string

// The verdicts. A wrong one calls back what was not taken up.
const (
	Right Verdict = "right"
	Wrong Verdict = "wrong"
)

// Need is the need of a referral that an emergency makes.
const Need = "emergency"

// Periods of the law that an emergency starts.
const (
	ruleReview = "emergency_review"
	ruleTell   = "notice_to_person"
)

// longestDelay is how long telling her may be put off before somebody decides anew:
// a default of the desk, for the law of no State that we know sets it.
const longestDelay = 90 * 24 * time.Hour

// In is an emergency as somebody wants it.
type In struct {
	Case      id.Case
	Version   int64 // as it was read
	Recipient id.Organisation
	Classes   []string
	Reason    string
	TellBy    time.Time // zero: she is told without delay
}

// check says what is missing in an emergency.
func (in In) check(now time.Time) error {
	v := fault.New(fault.Invalid, string(Disclose), "disclosure.invalid")
	if in.Recipient.IsZero() {
		v.At("/recipient", "disclosure.say_recipient")
	}
	if in.classes() == 0 {
		v.At("/classes", "disclosure.say_scope")
	}
	if in.Reason == "" {
		v.At("/reason", "disclosure.say_reason")
	}
	if len(in.Reason) > mostReason {
		v.At("/reason", "disclosure.long_reason")
	}
	if !in.TellBy.IsZero() && (!in.TellBy.After(now) || in.TellBy.Sub(now) > longestDelay) {
		v.At("/tell_by", "disclosure.say_end")
	}
	return v.OrNil()
}

// mostReason bounds the reason, in bytes.
const mostReason = 15_000

// classes are those that are to go; none if a word is not one of them.
func (in In) classes() (set seal.Set) {
	for _, code := range in.Classes {
		class := seal.ParseClass(code)
		if class != seal.Identity && class != seal.Contact && class != seal.Narrative {
			return 0
		}
		set = set.With(class)
	}
	return set
}
