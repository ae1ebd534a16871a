package law

import (
	"testing"
	"time"

	"lodestar/internal/base/fault"
)

// A period counted back from a day ends where it would have begun had it been
// counted forward; what cannot be counted is refused.
func TestBefore(t *testing.T) {
	l := Law{Zone: time.UTC, Calendar: Calendar{Weekend: []time.Weekday{time.Saturday, time.Sunday},
		From: Day{2026, 1, 1}, Until: Day{2026, 12, 31}, holidays: map[Day]bool{{2026, 6, 1}: true}}}
	for _, c := range []struct {
		amount int
		unit   Unit
		to     Day
		want   string
	}{
		{90, CalendarDay, Day{2027, 3, 1}, "2026-12-01"},
		{1, CalendarDay, Day{2028, 3, 1}, "2028-02-29"},
		{3, Month, Day{2026, 5, 31}, "2026-02-28"},
		{1, WorkingDay, Day{2026, 6, 2}, "2026-05-29"}, // a holiday and a weekend between
		{5, WorkingDay, Day{2026, 6, 8}, "2026-05-29"},
	} {
		got, err := l.Before(Rule{Amount: c.amount, Unit: c.unit}, c.to)
		if err != nil || got.String() != c.want {
			t.Errorf("%d %s before %s: %s, %v; want %s", c.amount, c.unit, c.to, got, err, c.want)
		}
	}
	for name, r := range map[string]Rule{"hours": {Amount: 24, Unit: Hour}, "no calendar that day": {Amount: 2, Unit: WorkingDay}} {
		if _, err := l.Before(r, Day{2026, 1, 2}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for amount := 1; amount < 400; amount += 7 {
		r := Rule{Amount: amount, Unit: CalendarDay}
		from, _ := l.Before(r, Day{2026, 9, 1})
		due, err := l.Due(r, from.Start(l.Zone))
		if err != nil || DayOf(due.Add(-time.Second)) != (Day{2026, 9, 1}) {
			t.Errorf("%d days from %s end %v, %v", amount, from, due, err)
		}
	}
	if got := (Day{2008, 2, 29}).AddYears(18); got != (Day{2026, 2, 28}) {
		t.Errorf("eighteen years: %s", got)
	}
}
