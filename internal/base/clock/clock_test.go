package clock

import (
	"testing"
	"time"
)

// TestDay: a day begins at its midnight where it is reckoned, also in the weeks
// in which clocks are put forward or back.
func TestDay(t *testing.T) {
	for _, c := range []struct {
		zone, from string
		days       int
		want       string // UTC
	}{
		{"UTC", "2026-11-25T09:00:00Z", 3, "2026-11-28T00:00:00Z"},
		{"Europe/Vienna", "2026-11-25T22:59:00Z", 0, "2026-11-24T23:00:00Z"},
		{"Europe/Vienna", "2026-11-25T23:01:00Z", 0, "2026-11-25T23:00:00Z"}, // it is already the 26th there
		{"Europe/Vienna", "2026-03-27T12:00:00Z", 3, "2026-03-29T22:00:00Z"}, // over the night that is shorter
		{"Europe/Vienna", "2026-10-23T12:00:00Z", 3, "2026-10-25T23:00:00Z"}, // and the one that is longer
		{"Asia/Ulaanbaatar", "2026-12-31T15:30:00Z", 1, "2026-12-31T16:00:00Z"},
		{"America/New_York", "2026-11-25T03:00:00Z", 1, "2026-11-25T05:00:00Z"},
		{"Asia/Beirut", "2026-03-28T10:00:00Z", 1, "2026-03-28T22:00:00Z"}, // has no midnight: begins at one
		{"Asia/Kathmandu", "2024-02-28T10:00:00Z", 1, "2024-02-28T18:15:00Z"},
		{"UTC", "2026-11-25T09:00:00Z", -25, "2026-10-31T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := Day(from.In(zone), c.days).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s, %s, %d days: %s, want %s", c.zone, c.from, c.days, got, c.want)
		}
	}
}
