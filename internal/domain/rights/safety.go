package rights

import (
	"time"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// VoluntaryReturn is a safe and voluntary return, as it was planned with her
// (CETS 197, Article 16(2)).
type VoluntaryReturn struct {
	N          int64              `class:"public"`
	Word       id.Consent         `class:"public"`
	Assessment seal.Field[string] `class:"narrative"`
	FollowUp   time.Time          `class:"coded"`
	Made       time.Time          `class:"coded"`

	Risk act.Shown[string] `class:"narrative"`
}

// Measure protects her as a witness (CETS 197, Article 28).
type Measure struct {
	N     int64     `class:"public"`
	Code  string    `class:"coded"`
	Since time.Time `class:"coded"`
	Until time.Time `class:"coded"` // zero: until further notice

	Breaches []Broken
}

// Measures are the codes.
var Measures = []string{"physical_protection", "relocation", "identity_change", "anonymity", "screening_from_accused", "video_testimony",
	"closed_hearing", "contact_ban", "safe_contact"}

// Broken is a measure that did not hold, and what was done about it.
type Broken struct {
	Measure int64              `class:"public"`
	At      time.Time          `class:"coded"`
	Done    seal.Field[string] `class:"narrative"`

	What act.Shown[string] `class:"narrative"`
}

// longest bounds a narrative, as a referral form does (protection.md §3.6).
const longest = 15_000

func tooLong(v *fault.Error, pointer, text string) {
	if utf8.RuneCountInString(text) > longest {
		v.At(pointer, "protection.too_long", "max", longest)
	}
}
