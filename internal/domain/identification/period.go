package identification

import (
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Period is the time for recovery and reflection after a positive first decision
// (CETS 197, Article 13; protection.md §5.4). Until is its planned end: that of the
// clock of the law, never earlier.
type Period struct {
	Case      id.Case            `class:"public"`
	N         int64              `class:"public"` // of the case, from 1
	Started   time.Time          `class:"coded"`
	Until     time.Time          `class:"coded"`
	Law       string             `class:"public"` // source of its length
	Extended  bool               `class:"coded"`
	End       End                `class:"coded"` // "": it runs
	Ended     time.Time          `class:"coded"`
	Reasons   seal.Field[string] `class:"narrative"` // of an extension or an early end
	Source    string             `class:"public"`    // of either in the law
	DecidedBy id.User            `class:"public"`    // either
}

// Runs tells whether the period protects her now. One that nobody has ended runs on
// beyond its planned end: it lasts until there is a decision.
func (p Period) Runs() bool { return !p.Started.IsZero() && p.End == "" }

// End is why a period is over.
type End string

// The ends. There is no other (protection.md §14, P5).
const (
	Elapsed     End = "elapsed_and_decided"
	OfWithdrawn End = "withdrawn"
	PublicOrder End = "public_order"
)

// PeriodIn changes a period: its end, or a later planned end.
type PeriodIn struct {
	Case    id.Case
	Version int64
	End     End       // of an early end
	Until   time.Time // of an extension
	Reasons string
	Source  string // paragraph or article that allows it
}

func (in PeriodIn) check(verb Verb) error {
	v := reasoned(fault.New(fault.Invalid, string(verb), "identification.invalid"), in.Reasons)
	if s := strings.TrimSpace(in.Source); s == "" || len(s) > 500 {
		v.At("/source", "identification.say_source")
	}
	if verb == EndPeriod && in.End != OfWithdrawn && in.End != PublicOrder {
		v.At("/end", "identification.say_end")
	}
	return v.OrNil()
}

// Grant is a residence permit (CETS 197, Article 14). It can be renewed: by another
// one.
type Grant struct {
	Ground Ground    `class:"coded"`
	Until  time.Time `class:"coded"`
	By     id.User   `class:"public"`
	At     time.Time `class:"coded"`
}

// Ground is why a permit is given: either suffices (Article 14(1)).
type Ground string

// The grounds.
const (
	Personal    Ground = "personal_situation"
	Cooperation Ground = "cooperation"
)

// Grounds lists them.
var Grounds = []string{string(Personal), string(Cooperation)}

// Flagged is a note that removal or detention may be prepared.
type Flagged struct {
	Kind string    `class:"coded"`
	By   id.User   `class:"public"`
	At   time.Time `class:"coded"`
}

// Flags lists the kinds.
var Flags = []string{"removal", "detention"}
