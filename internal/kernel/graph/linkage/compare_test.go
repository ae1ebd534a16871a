package linkage

import (
	"slices"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		a, b string
		want Level
	}{
		{Name, "", "maria", Missing},
		{Name, "", "", Missing},
		{Name, "maria", "maria", Exact},
		{Name, "maria", "marija", High},
		{Name, "maria", "m.", Medium},
		{Name, "maria", "m", Medium},
		{Name, "maria", "k", Differ},
		{Name, "юлия", "юлиа", Medium},
		{Name, "maria", "stefan", Differ},
		{Text, "elm street", "elmst reet", High},
		{Text, "elm street", "elm streeet", High},
		{Text, "elm street", "oak lane", Differ},
		{Date, "19850412", "1985-04-12", Exact},
		{Date, "19850412", "19851204", High},   // day and month exchanged
		{Date, "19850412", "19850413", High},   // one digit
		{Date, "19850412", "19850421", High},   // neighbouring digits
		{Date, "19850412", "19920412", Medium}, // day and month agree
		{Date, "19850412", "19860413", Low},    // two digits
		{Date, "19850412", "20011130", Differ},
		{Date, "1985", "19850412", Differ},
		{Number, "2000", "2000", Exact},
		{Number, "2000", "2001", High},
		{Number, "12", "21", Low},
		{Number, "7", "", Missing},
		{Number, "2000", "3147", Differ},
		{Identifier, "6988048", "6980848", High},
		{Identifier, "6988048", "6980849", Medium},
		{Identifier, "6988048", "1234567", Differ},
		{Code, "nsw", "nws", Low},
		{Code, "nsw", "qld", Differ},
	} {
		for _, v := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := c.kind.comparator().compare(v[0], v[1]); got != c.want {
				t.Errorf("%s %q and %q: %s, want %s", c.kind, v[0], v[1], got, c.want)
			}
		}
	}
}

func TestCompareCrosswise(t *testing.T) {
	s := Schema{Fields: []Field{{Name: "given", Kind: Name, Swap: "surname"}, {Name: "surname", Kind: Name, Swap: "given"}}}
	for _, c := range []struct{ a, b, want []any }{
		{[]any{"maria", "lopez"}, []any{"lopez", "maria"}, []any{High, High}},
		{[]any{"maria", "lopez"}, []any{"lopez", ""}, []any{High, Missing}},
		{[]any{"maria", "lopez"}, []any{"maria", "ivanova"}, []any{Exact, Differ}},
		{[]any{"maria", "lopez"}, []any{"lopez", "ivanova"}, []any{Differ, Differ}},
		{[]any{"", ""}, []any{"maria", "lopez"}, []any{Missing, Missing}},
	} {
		a, b := []string{c.a[0].(string), c.a[1].(string)}, []string{c.b[0].(string), c.b[1].(string)}
		want := []Level{c.want[0].(Level), c.want[1].(Level)}
		for _, pair := range [][2][]string{{a, b}, {b, a}} {
			got, err := s.Compare(pair[0], pair[1])
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%v and %v: %v %v, want %v", pair[0], pair[1], got, err, want)
			}
		}
	}
}

func TestJaroWinkler(t *testing.T) {
	// The examples of W. E. Winkler's papers.
	for _, c := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", 0.961}, {"dwayne", "duane", 0.840}, {"dixon", "dicksonx", 0.813}} {
		if got := jaroWinkler(c.a, c.b, 0.71); got < c.want-0.001 || got > c.want+0.001 {
			t.Errorf("%s %s: %.4f, want %.3f", c.a, c.b, got, c.want)
		}
	}
	if got := jaroWinkler("dwayne", "duane", 0.9); got >= 0.9 {
		t.Errorf("the floor lifted a similarity to %.3f", got)
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		a, b     string
		distance int
	}{{"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"abc", "xabc", 1}, {"ca", "abc", 3}, {"ёж", "еж", 1}, {"", "ab", 2}, {"1234", "2143", 2}} {
		for limit := range 3 {
			if got, want := within(c.a, c.b, limit), c.distance <= limit; got != want {
				t.Errorf("%q %q within %d: %v", c.a, c.b, limit, got)
			}
		}
	}
}

// Comparing is the same from both sides, knows what is equal and what is missing,
// and survives any bytes.
func FuzzCompare(f *testing.F) {
	for _, seed := range []string{"", "maria", "19850412", "1985-04-12", "\xff\xfe", strings.Repeat("é", 100), "a b  c"} {
		f.Add(seed, "maria")
		f.Add(seed, seed+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, kind := range cheapest {
			c := kind.comparator()
			l := c.compare(a, b)
			if back := c.compare(b, a); back != l {
				t.Errorf("%s: %s one way, %s the other", kind, l, back)
			}
			if (l == Missing) != (a == "" || b == "") || a != "" && c.compare(a, a) != Exact {
				t.Errorf("%s: %s", kind, l)
			}
			l1, l2 := c.crosswise(a, b, b, a)
			m1, m2 := c.crosswise(b, a, a, b)
			if l1 != m1 || l2 != m2 {
				t.Errorf("%s crosswise: %s %s one way, %s %s the other", kind, l1, l2, m1, m2)
			}
		}
	})
}
