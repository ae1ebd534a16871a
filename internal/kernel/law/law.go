// Package law is what a State has laid down that the program must keep: how long,
// counted in which unit, from which event, on which calendar; by which standard it
// decides; which duty stands in the place of consent. A value that nobody has
// sourced is not there, and whoever asks for it is told what is missing; no default
// steps in. Start at Law.
package law

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
)

// Unit is what a period is counted in.
type Unit string

// The units.
const (
	Hour        Unit = "hour"
	CalendarDay Unit = "calendar_day"
	WorkingDay  Unit = "working_day"
	Month       Unit = "month"
)

// Rule is one period as one law gives it, from a date on.
type Rule struct {
	Name   string   // such as "protected_period"
	Start  string   // the event from which it is counted
	Amount int      // of Unit
	Unit   Unit     //
	Pauses []string // events that stop the clock until they end
	From   Day      // the law is in force from this day on; the zero Day: since ever
	Source string   // paragraph, article or document
}

// Pause is a time in which a clock stands still. Until is zero while it lasts.
type Pause struct{ From, Until time.Time }

// Law is what a State has laid down.
type Law struct {
	State     string // ISO 3166 code, alpha-2 or of a part
	Name      string // in English; may be empty
	Zone      *time.Location
	Calendar  Calendar
	rules     map[string][]Rule // by name, the latest first
	standards []Standard        // the latest first
	duties    []Duty
	treaties  []Treaty
	Helplines []Helpline // whom she can call
}

// In is the law with its days counted in a zone, and the State's own where it
// names one.
func (l Law) In(zone *time.Location) Law {
	if l.Zone == nil {
		l.Zone = zone
	}
	return l
}

// Rule is the rule of that name in force on the day of an event. It is
// fault.Invalid if the State has none: somebody must enter the law first.
func (l Law) Rule(name string, event time.Time) (Rule, error) {
	day := DayOf(event.In(l.Zone))
	for _, r := range l.rules[name] {
		if r.From.Compare(day) <= 0 {
			return r, nil
		}
	}
	return Rule{}, fault.New(fault.Invalid, "law.Rule", "law.not_configured", "rule", name, "state", l.State)
}

// Rules lists the rules in force on a day, by name.
func (l Law) Rules(on time.Time) (out []Rule) {
	for name := range l.rules {
		if r, err := l.Rule(name, on); err == nil {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b Rule) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}

// Due is the moment at which a period is over that began with an event. The day of
// the event is not counted; a period of days or months ends with its last day, at
// midnight in the State. A day on which a pause lasts or begins does not count, the
// day it ends on does; hours of a pause do not count either. While a pause lasts
// there is no end: the zero time.
func (l Law) Due(r Rule, event time.Time, pauses ...Pause) (time.Time, error) {
	for _, p := range pauses {
		if p.Until.IsZero() {
			return time.Time{}, nil
		}
	}
	event = event.In(l.Zone)
	switch r.Unit {
	case Hour:
		return overHours(event, time.Duration(r.Amount)*time.Hour, pauses), nil
	case Month:
		last := DayOf(event).AddMonths(r.Amount)
		return l.last(DayOf(event), last, pauses).End(l.Zone), nil
	}
	counts := func(d Day) (bool, error) { return !l.paused(d, pauses), nil }
	if r.Unit == WorkingDay {
		counts = func(d Day) (bool, error) {
			works, err := l.Calendar.Works(d)
			return works && !l.paused(d, pauses), err
		}
	}
	day := DayOf(event)
	for left := r.Amount; left > 0; {
		day = day.Next()
		ok, err := counts(day)
		if err != nil {
			return time.Time{}, err
		}
		if ok {
			left--
		}
	}
	return day.End(l.Zone), nil
}

// last puts a last day off by the days on which a pause lasted.
func (l Law) last(event, last Day, pauses []Pause) Day {
	for day := event; day.Compare(last) < 0; {
		day = day.Next()
		if l.paused(day, pauses) {
			last = last.Next()
		}
	}
	return last
}

func (l Law) paused(d Day, pauses []Pause) bool {
	return slices.ContainsFunc(pauses, func(p Pause) bool {
		return DayOf(p.From.In(l.Zone)).Compare(d) <= 0 && d.Compare(DayOf(p.Until.In(l.Zone))) < 0
	})
}

// overHours adds a duration that does not run while a pause lasts.
func overHours(event time.Time, d time.Duration, pauses []Pause) time.Time {
	list := slices.Clone(pauses)
	slices.SortFunc(list, func(a, b Pause) int { return a.From.Compare(b.From) })
	end := event.Add(d)
	done := event // until when pauses have been taken into account
	for _, p := range list {
		from := p.From
		if from.Before(done) {
			from = done
		}
		if from.Before(end) && p.Until.After(from) {
			end = end.Add(p.Until.Sub(from))
			done = p.Until
		}
	}
	return end
}
