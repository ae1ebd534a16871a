package names

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.9611}, {"dixon", "dicksonx", 0.8133}, {"dwayne", "duane", 0.84}, // Winkler (1990)
		{"abc", "xyz", 0}, {"", "", 1}, {"", "a", 0}, {"same", "same", 1},
	} {
		if got := JaroWinkler(c.a, c.b); math.Abs(got-c.want) > 0.0001 {
			t.Errorf("JaroWinkler(%s, %s) = %.4f, want %.4f", c.a, c.b, got, c.want)
		}
	}
}

func TestOSA(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"ca", "ac", 1}, {"ca", "abc", 3}, {"putin", "ptuin", 1},
		{strings.Repeat("a", 300), strings.Repeat("a", 200), 0}, // alike as far as it is looked
	} {
		if got := OSA(c.a, c.b); got != c.want {
			t.Errorf("OSA(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDistancesAreDistances(t *testing.T) {
	word := rapid.StringMatching(`[a-z]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if OSA(a, b) != OSA(b, a) || (OSA(a, b) == 0) != (a == b) {
			t.Fatalf("OSA(%s, %s) = %d, back %d", a, b, OSA(a, b), OSA(b, a))
		}
		if OSA(a, b) > max(len(a), len(b)) || OSA(a, b) < max(len(a), len(b))-min(len(a), len(b)) {
			t.Fatalf("OSA(%s, %s) = %d is out of bounds", a, b, OSA(a, b))
		}
		if jw := JaroWinkler(a, b); jw < 0 || jw > 1 || math.Abs(jw-JaroWinkler(b, a)) > 1e-9 {
			t.Fatalf("JaroWinkler(%s, %s) = %v, back %v", a, b, jw, JaroWinkler(b, a))
		}
	})
}

// Giving up early must never hide a likeness at or above the floor.
func TestLikenessFloor(t *testing.T) {
	word := rapid.StringMatching(`[aeioubcdklmnrst]{1,10}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		whole := likeness(a, b, 0)
		for _, floor := range []float64{farApart, alike, alikeJoined} {
			if got := likeness(a, b, floor); got != whole && (got >= floor || whole >= floor) {
				t.Fatalf("likeness(%s, %s, %v) = %v, in full %v", a, b, floor, got, whole)
			}
		}
	})
}
