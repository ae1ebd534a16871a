package child

import (
	"fmt"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// Birth is the month in which a child was born, as far as it is known, and the
// moment at which she is of age.
type Birth struct {
	Month seal.Field[string] `class:"identity"`
	OfAge time.Time          `class:"coded"` // zero: not known
}

func (b Birth) known() bool { return !b.OfAge.IsZero() }

// BirthIn is a month and a year: more is not needed.
type BirthIn struct {
	Year  int `json:"year" minimum:"1900" maximum:"2200"`
	Month int `json:"month" minimum:"1" maximum:"12"`
}

// read gives the month and the day on which she is of age. Whoever was born in a
// month is certainly eighteen when it is over: as long as she may be a child she is
// one (CETS 197, Article 10(3)).
func (in BirthIn) read(now time.Time) (month string, ofAge law.Day, err error) {
	if in.Month < 1 || in.Month > 12 || in.Year < now.Year()-19 || in.Year > now.Year() {
		return "", ofAge, fault.New(fault.Invalid, string(NoteBirth), "child.invalid").At("/year", "child.say_birth")
	}
	first := law.DayOf(time.Date(in.Year, time.Month(in.Month), 1, 0, 0, 0, 0, time.UTC))
	ofAge = first.AddMonths(1).AddYears(18)
	if ofAge.Compare(law.DayOf(now)) <= 0 {
		return "", ofAge, fault.New(fault.Invalid, string(NoteBirth), "child.invalid").At("/year", "child.is_of_age")
	}
	return fmt.Sprintf("%04d-%02d", in.Year, in.Month), ofAge, nil
}

// ReconsentIn is what she wants for the time after her majority, in her own word:
// which of the words that others spoke for her she keeps.
type ReconsentIn struct {
	Keep []id.Consent `json:"keep" nullable:"false"`
}
