package law

import (
	"time"

	"lodestar/internal/base/fault"
)

// Start is the midnight with which the day begins. A zone that skips that midnight
// begins the day with its first moment.
func (d Day) Start(zone *time.Location) time.Time {
	return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, zone)
}

// AddYears is the same day n years later, or the last of February for the 29th.
func (d Day) AddYears(n int) Day { return d.AddMonths(12 * n) }

// Before is the day from which a period runs towards a day that is still to come:
// so many days, working days or months ahead of it. That day itself is not counted.
// A period of hours runs towards no day: fault.Invalid.
func (l Law) Before(r Rule, to Day) (Day, error) {
	switch r.Unit {
	case Month:
		return to.AddMonths(-r.Amount), nil
	case CalendarDay:
		return DayOf(to.utc().AddDate(0, 0, -r.Amount)), nil
	case WorkingDay:
		day := to
		for left := r.Amount; left > 0; {
			day = DayOf(day.utc().AddDate(0, 0, -1))
			works, err := l.Calendar.Works(day)
			if err != nil {
				return Day{}, err
			}
			if works {
				left--
			}
		}
		return day, nil
	}
	return Day{}, fault.New(fault.Invalid, "law.Before", "law.no_days", "rule", r.Name)
}
