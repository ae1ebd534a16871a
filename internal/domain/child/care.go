package child

import (
	"slices"
	"time"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Care is where and by whom a child is looked after. Which house it is, is told to
// nobody here.
type Care struct {
	N        int64           `class:"public"`
	Kind     string          `class:"coded"`
	Provider id.Organisation `class:"public"`
	From     time.Time       `class:"coded"`
	Review   time.Time       `class:"coded"`
	Until    time.Time       `class:"coded"` // zero: it lasts
}

// CareKinds are the codes of care.
var CareKinds = []string{"emergency", "foster", "relatives", "small_group", "shelter", "supported_living"}

// Lasts tells whether the arrangement has not ended.
func (c Care) Lasts() bool { return c.Until.IsZero() }

// CareIn is an arrangement as somebody makes it.
type CareIn struct {
	Kind     string          `json:"kind" enum:"emergency,foster,relatives,small_group,shelter,supported_living"`
	Provider id.Organisation `json:"provider"`
	From     time.Time       `json:"from" format:"date-time"`
	Review   time.Time       `json:"review" format:"date-time"`
}

func (in CareIn) check() error {
	v := fault.New(fault.Invalid, string(Arrange), "child.invalid")
	if !slices.Contains(CareKinds, in.Kind) {
		v.At("/kind", "child.say_care")
	}
	if in.Provider.IsZero() {
		v.At("/provider", "child.say_provider")
	}
	if in.From.IsZero() {
		v.At("/from", "child.say_from")
	}
	if !in.Review.After(in.From) {
		v.At("/review", "child.say_review")
	}
	return v.OrNil()
}

// Search is a search for a child's family that was begun.
type Search struct {
	N          int64      `class:"public"`
	Assessment int64      `class:"public"`
	Word       id.Consent `class:"public"`
	Actor      id.User    `class:"public"`
	At         time.Time  `class:"coded"`
}

// TraceIn names what a search for the family rests on: an assessment that says that
// it is in the child's interest, and a word (CETS 197, Article 10(4)(c)).
type TraceIn struct {
	Assessment int64      `json:"assessment"`
	Word       id.Consent `json:"consent,omitzero" doc:"Without a live one nobody is looked for"`
}

// Missing is one time that a child was not where she should have been.
type Missing struct {
	N        int64              `class:"public"`
	LastSeen time.Time          `class:"coded"`
	Reported time.Time          `class:"coded"` // to those who search; zero: not yet
	Found    time.Time          `class:"coded"`
	Talked   time.Time          `class:"coded"`
	Note     seal.Field[string] `class:"narrative"`
	Talk     seal.Field[string] `class:"narrative"`
}

// gone is the time that has not ended.
func gone(list []Missing) (Missing, bool) {
	if n := len(list); n > 0 && list[n-1].Found.IsZero() {
		return list[n-1], true
	}
	return Missing{}, false
}

// MissingIn says since when a child is missing.
type MissingIn struct {
	LastSeen time.Time `json:"last_seen" format:"date-time"`
	Note     string    `json:"note,omitempty" maxLength:"15000"`
}

// TalkIn is what a child told when she was back.
type TalkIn struct {
	Talk string `json:"talk" maxLength:"15000"`
}

// Entry is one thing about school or health.
type Entry struct {
	N      int64              `class:"public"`
	Area   string             `class:"coded"`
	Status string             `class:"coded"`
	Note   seal.Field[string] `class:"health"`
	At     time.Time          `class:"coded"`
}

// Statuses are the codes by area.
var Statuses = map[string][]string{
	"school": {"not_enrolled", "enrolled", "attending", "not_attending", "finished"},
	"health": {"not_seen", "seen", "in_treatment", "treated", "did_not_want"},
}

// EntryIn is an entry as somebody writes it.
type EntryIn struct {
	Area   string `json:"area" enum:"school,health"`
	Status string `json:"status" enum:"not_enrolled,enrolled,attending,not_attending,finished,not_seen,seen,in_treatment,treated,did_not_want"`
	Note   string `json:"note,omitempty" maxLength:"15000"`
}

func (in EntryIn) check() error {
	v := fault.New(fault.Invalid, string(NoteLife), "child.invalid")
	if !slices.Contains(Statuses[in.Area], in.Status) {
		v.At("/status", "child.say_status")
	}
	tooLong(v, "/note", in.Note)
	return v.OrNil()
}

// most bounds a text.
const most = 15_000

func tooLong(v *fault.Error, pointer, text string) {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		v.At(pointer, "child.too_long", "max", most)
	}
}

// reasons refuses a decision that gives none.
func reasons(v *fault.Error, text string) {
	if text == "" {
		v.At("/reasons", "child.say_reasons")
	}
	tooLong(v, "/reasons", text)
}
