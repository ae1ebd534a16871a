// Package clock is the only place that reads the time of day.
//
// Everything else is handed a Clock, so that one act has one reading of the
// clock and a story can move time by days in a microsecond.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time in UTC.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, made monotone: a clock that is set back never
// makes a later act look earlier than one that came before it in this process.
func System() Clock { return &system{} }

type system struct {
	mu   sync.Mutex
	last time.Time
}

func (s *system) Now() time.Time {
	now := time.Now().UTC().Round(0).Truncate(time.Microsecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.last) {
		return s.last
	}
	s.last = now
	return now
}

// Hand is a clock that a test or an exercise moves by hand.
type Hand struct {
	mu  sync.Mutex
	now time.Time
}

// At makes a Hand that stands at t.
func At(t time.Time) *Hand { return &Hand{now: t.UTC().Truncate(time.Microsecond)} }

// Now reads the hand.
func (h *Hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Move advances the hand by d.
func (h *Hand) Move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Micro is the stored form of t: Unix microseconds, UTC.
func Micro(t time.Time) int64 { return t.UnixMicro() }

// FromMicro is the time of a stored value.
func FromMicro(us int64) time.Time { return time.UnixMicro(us).UTC() }

// Stored is the stored form of a moment that may not have come: 0 for the zero time.
func Stored(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return Micro(t)
}

// FromStored is the time of a value that Stored made.
func FromStored(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return FromMicro(us)
}

// EndOf is the last second of the day that a form names, in a zone (nil: UTC): the
// day itself still counts. The zero day has none.
func EndOf(day time.Time, zone *time.Location) time.Time {
	if day.IsZero() {
		return day
	}
	if zone == nil {
		zone = time.UTC
	}
	y, m, n := day.Date()
	return Day(time.Date(y, m, n, 12, 0, 0, 0, zone), 1).Add(-time.Second)
}

// DaysUntil is the number of calendar days from now until a moment, as days are
// reckoned where now is; negative when it has passed.
func DaysUntil(now, due time.Time) int {
	day := func(t time.Time) int64 {
		y, m, d := t.In(now.Location()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400
	}
	return int(day(due) - day(now))
}

// Day is the beginning of the calendar day that is so many days after t's, as
// days are reckoned where t is.
func Day(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	begin := time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
	if noon := time.Date(y, m, d+days, 12, 0, 0, 0, t.Location()); begin.Day() != noon.Day() {
		begin = begin.Add(time.Hour) // clocks are put forward at midnight: the day begins at one
	}
	return begin
}

// Elapsed measures how long f took; for progress lines and reports, never for a
// decision.
func Elapsed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}
