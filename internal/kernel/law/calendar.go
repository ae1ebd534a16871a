package law

import (
	"fmt"
	"slices"
	"time"

	"lodestar/internal/base/fault"
)

// Day is a day of the calendar, without a time zone.
type Day struct {
	year  int
	month time.Month
	day   int
}

// DayOf is the day of a moment in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("day %q: want YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

func (d Day) utc() time.Time { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }

// String is YYYY-MM-DD.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// Compare is -1 if d is before e, 1 if after.
func (d Day) Compare(e Day) int { return d.utc().Compare(e.utc()) }

// Next is the day after.
func (d Day) Next() Day { return DayOf(d.utc().AddDate(0, 0, 1)) }

// AddMonths is the same day of the month n months later, or the last day of that
// month if it is shorter.
func (d Day) AddMonths(n int) Day {
	first := time.Date(d.year, d.month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day{first.Year(), first.Month(), min(d.day, last)}
}

// End is the midnight at which the day is over. A zone that skips that midnight
// ends the day with the first moment of the next one.
func (d Day) End(zone *time.Location) time.Time {
	n := d.Next()
	return time.Date(n.year, n.month, n.day, 0, 0, 0, 0, zone)
}

// Calendar tells working days from others, for the years that are known.
type Calendar struct {
	Source      string
	Weekend     []time.Weekday
	From, Until Day // the first and the last day for which holidays are listed
	holidays    map[Day]bool
}

// Works tells whether a day is a working day. A day for which nobody has listed the
// holidays is fault.Invalid: to guess could cost somebody a right.
func (c Calendar) Works(d Day) (bool, error) {
	if c.holidays == nil || d.Compare(c.From) < 0 || d.Compare(c.Until) > 0 {
		return false, fault.New(fault.Invalid, "law.Works", "law.no_calendar", "day", d.String())
	}
	return !slices.Contains(c.Weekend, d.utc().Weekday()) && !c.holidays[d], nil
}
