package law

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
)

func laws(t *testing.T) map[string]Law {
	t.Helper()
	all, err := Load(catalog.States)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// protection.md §4.2: the law in force on the day of the event counts, and what
// nobody has sourced is refused by name.
func TestLawOfTheDay(t *testing.T) {
	all := laws(t)
	at := func(day string) time.Time {
		d, err := ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		return d.utc().Add(12 * time.Hour)
	}
	for _, c := range []struct {
		state, day string
		amount     int
		unit       Unit
	}{
		{"GB-EAW", "2022-12-12", 45, CalendarDay}, {"GB-EAW", "2022-12-13", 30, CalendarDay}, {"GB-SCT", "2026-01-01", 90, CalendarDay},
		{"DE", "2026-01-01", 3, Month}, {"BE", "2026-01-01", 45, CalendarDay}, {"SE", "2026-01-01", 30, CalendarDay}, {"DK", "2026-01-01", 30, CalendarDay},
	} {
		r, err := all[c.state].Rule("protected_period", at(c.day))
		if err != nil || r.Amount != c.amount || r.Unit != c.unit || r.Source == "" {
			t.Errorf("%s on %s: %+v, %v", c.state, c.day, r, err)
		}
	}
	_, err := all["DE"].Rule("stage1_decision", at("2026-01-01"))
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("what Germany has not laid down: %v, want a refusal", err)
	}
}

// The last day of a period is found by counting on a wall calendar, day by day and
// another way round: from every day, how many days between it and the event count.
func TestDueIsThatOfAWallCalendar(t *testing.T) {
	gb := laws(t)["GB-EAW"]
	random := rand.New(rand.NewPCG(5, 1))
	for range 3000 {
		event := time.Date(2023, 1, 2, random.IntN(24), random.IntN(60), 0, 0, gb.Zone).AddDate(0, 0, random.IntN(900))
		var pauses []Pause
		for range random.IntN(3) {
			from := event.Add(time.Duration(random.IntN(40*24)-48) * time.Hour)
			pauses = append(pauses, Pause{from, from.Add(time.Duration(random.IntN(15*24)) * time.Hour)})
		}
		r := Rule{Amount: 1 + random.IntN(60), Unit: []Unit{CalendarDay, WorkingDay}[random.IntN(2)]}
		due, err := gb.Due(r, event, pauses...)
		if err != nil {
			t.Fatal(err)
		}
		if got := wall(gb, r.Unit, event, due, pauses); got != r.Amount {
			t.Fatalf("%d %ss from %s with %v: due %s, which is after %d", r.Amount, r.Unit, event, pauses, due, got)
		}
		// A minute earlier the last day is not over, and the day before is one less.
		if h, m, _ := due.Clock(); h != 0 || m != 0 {
			t.Fatalf("due at %s, not at midnight", due)
		}
		if before := wall(gb, r.Unit, event, due.AddDate(0, 0, -1), pauses); before != r.Amount-1 {
			t.Fatalf("%d %ss from %s: the day before %s it is %d already", r.Amount, r.Unit, event, due, before)
		}
	}
}

// wall counts, by looking at each day of a calendar of paper, the days that are
// over at a midnight and count.
func wall(l Law, unit Unit, event, midnight time.Time, pauses []Pause) (n int) {
	bank := " 2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26 2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26 2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 "
	for noon := event.AddDate(0, 0, 1); ; noon = noon.AddDate(0, 0, 1) {
		y, m, d := noon.Date()
		noon = time.Date(y, m, d, 12, 0, 0, 0, l.Zone)
		if noon.After(midnight) {
			return n
		}
		text, rests := noon.Format(time.DateOnly), false
		for _, p := range pauses {
			from, until := p.From.In(l.Zone).Format(time.DateOnly), p.Until.In(l.Zone).Format(time.DateOnly)
			rests = rests || from <= text && text < until
		}
		weekend := noon.Weekday() == time.Saturday || noon.Weekday() == time.Sunday
		if rests || unit == WorkingDay && (weekend || strings.Contains(bank, text)) {
			continue
		}
		n++
	}
}

func TestHoursMonthsAndPauses(t *testing.T) {
	gb := laws(t)["GB-EAW"]
	at := func(text string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", text, gb.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		what   string
		rule   Rule
		event  string
		pauses []Pause
		want   string
	}{
		{"hours through the night the clocks change", Rule{Amount: 24, Unit: Hour}, "2024-03-30 12:00", nil, "2024-03-31 13:00"},
		{"hours with a pause", Rule{Amount: 24, Unit: Hour}, "2024-06-03 12:00", []Pause{{at("2024-06-03 14:00"), at("2024-06-03 20:00")}}, "2024-06-04 18:00"},
		{"hours with a pause inside another", Rule{Amount: 24, Unit: Hour}, "2024-06-03 12:00", []Pause{{at("2024-06-03 14:00"), at("2024-06-03 20:00")}, {at("2024-06-03 15:00"), at("2024-06-03 16:00")}}, "2024-06-04 18:00"},
		{"a pause that was over before", Rule{Amount: 24, Unit: Hour}, "2024-06-03 12:00", []Pause{{at("2024-06-01 14:00"), at("2024-06-02 20:00")}}, "2024-06-04 12:00"},
		{"the last day of a shorter month", Rule{Amount: 3, Unit: Month}, "2023-11-30 09:00", nil, "2024-03-01 00:00"},
		{"a month with a pause of five days", Rule{Amount: 1, Unit: Month}, "2024-06-03 09:00", []Pause{{at("2024-06-10 09:00"), at("2024-06-15 09:00")}}, "2024-07-09 00:00"},
		{"a day of 23 hours", Rule{Amount: 1, Unit: CalendarDay}, "2024-03-30 09:00", nil, "2024-04-01 00:00"},
	} {
		got, err := gb.Due(c.rule, at(c.event), c.pauses...)
		if err != nil || !got.Equal(at(c.want)) {
			t.Errorf("%s: %s, %v, want %s", c.what, got, err, c.want)
		}
	}
	if due, err := gb.Due(Rule{Amount: 5, Unit: Hour}, at("2024-06-03 12:00"), Pause{From: at("2024-06-03 13:00")}); err != nil || !due.IsZero() {
		t.Errorf("while a pause lasts: %s, %v", due, err)
	}
	// Beyond the listed holidays nobody guesses.
	if _, err := gb.Due(Rule{Amount: 5, Unit: WorkingDay}, at("2026-12-30 12:00")); !fault.Is(err, fault.Invalid) {
		t.Errorf("working days of a year without a calendar: %v", err)
	}
}

func TestBadLawsDoNotLoad(t *testing.T) {
	rule := func(s string) string { return `{"state":"XA","zone":"UTC","rules":[` + s + `]}` }
	for name, text := range map[string]string{
		"not JSON": `{`, "two values": `{"state":"XA","zone":"UTC"} {}`, "an unknown key": `{"state":"XA","zone":"UTC","sate":1}`,
		"no state": `{"zone":"UTC"}`, "no such zone": `{"state":"XA","zone":"Atlantis"}`, "a zone of a path": `{"state":"XA","zone":"../../etc/passwd"}`,
		"no source":     rule(`{"name":"a","start":"b","amount":1,"unit":"hour"}`),
		"no amount":     rule(`{"name":"a","start":"b","unit":"hour","source":"x"}`),
		"huge":          rule(`{"name":"a","start":"b","amount":999999999,"unit":"hour","source":"x"}`),
		"no such unit":  rule(`{"name":"a","start":"b","amount":1,"unit":"fortnight","source":"x"}`),
		"no code":       rule(`{"name":"A b","start":"b","amount":1,"unit":"hour","source":"x"}`),
		"not a day":     rule(`{"name":"a","start":"b","amount":1,"unit":"hour","from":"2024-02-30","source":"x"}`),
		"no calendar":   rule(`{"name":"a","start":"b","amount":1,"unit":"working_day","source":"x"}`),
		"twice":         rule(`{"name":"a","start":"b","amount":1,"unit":"hour","source":"x"},{"name":"a","start":"b","amount":2,"unit":"hour","source":"x"}`),
		"no day left":   `{"state":"XA","zone":"UTC","calendar":{"source":"x","from":"2024-01-01","until":"2024-12-31","weekend":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]}}`,
		"outside":       `{"state":"XA","zone":"UTC","calendar":{"source":"x","from":"2024-01-01","until":"2024-12-31","holidays":["2025-01-01"]}}`,
		"turned around": `{"state":"XA","zone":"UTC","calendar":{"source":"x","from":"2025-01-01","until":"2024-12-31"}}`,
	} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%s: was read", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"state":"XA","zone":"Europe/London","calendar":{"source":"x","from":"2024-01-01","until":"2024-12-31","weekend":["sunday"],"holidays":["2024-01-01"]},"rules":[{"name":"a","start":"b","amount":3,"unit":"working_day","source":"x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := Read(text)
		if err != nil {
			return
		}
		at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
		for _, r := range l.Rules(at) {
			if due, err := l.Due(r, at); err == nil && !due.After(at) {
				t.Errorf("%+v is due at %s", r, due)
			}
		}
	})
}
