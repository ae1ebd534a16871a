package rights

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
)

// Mandate is who speaks for her, in what, and for how long (LegalRepresentation of
// protection.md §2; CETS 197, Article 15(2)).
type Mandate struct {
	N      int64     `class:"public"`
	Scope  []string  `class:"coded"`
	Holder id.User   `class:"public"`
	Since  time.Time `class:"coded"`
	Until  time.Time `class:"coded"`  // zero: until it is ended
	Ended  time.Time `class:"public"` // zero: it was not ended
}

// Scopes are what a mandate can be for.
var Scopes = []string{"non_punishment", "victim_in_proceedings", "compensation", "residence", "labour", "return"}

// Holds tells whether the mandate is in force at a moment.
func (m Mandate) Holds(now time.Time) bool {
	return m.Ended.IsZero() && !m.Since.After(now) && (m.Until.IsZero() || now.Before(m.Until))
}

func (m Mandate) check() error {
	v := fault.New(fault.Invalid, string(Represent), "rights.invalid")
	if len(m.Scope) == 0 || slices.ContainsFunc(m.Scope, func(s string) bool { return !slices.Contains(Scopes, s) }) {
		v.At("/scope", "rights.say_scope")
	}
	if m.Since.IsZero() {
		v.At("/since", "rights.say_day")
	}
	if !m.Until.IsZero() && !m.Until.After(m.Since) {
		v.At("/until", "rights.end_after_begin")
	}
	return v.OrNil()
}
