package typology

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

var (
	rule = Network{Name: "shared_phone", Kinds: []evidence.MentionKind{evidence.Phone}, Min: 3, Window: 365, Version: "t"}
	hub  = Hub{Entity: id.Derived[id.Entity]("hub"), Kind: evidence.Phone}
	day0 = time.Date(2023, 7, 1, 0, 0, 0, 0, time.UTC)
)

func who(name string) id.Entity { return id.Derived[id.Entity]("person", name) }

func seen(name string, day int) Sighting {
	return Sighting{Person: who(name), Signal: id.Derived[id.Signal](name, string(rune('a'+day%26))), Organisation: id.Derived[id.Organisation](name), Observed: day0.AddDate(0, 0, day)}
}

func TestNetworkCases(t *testing.T) {
	anonymous := func(s Sighting) Sighting { s.Anonymous = true; return s }
	for name, c := range map[string]struct {
		facts Facts
		want  Outcome
		count int
	}{
		"nobody":                         {Facts{Hub: hub}, Quiet, 0},
		"two persons":                    {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1)}}, Quiet, 2},
		"one person three times":         {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("a", 1), seen("a", 2)}}, Quiet, 1},
		"three persons":                  {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 2)}}, Fired, 3},
		"three persons, years apart":     {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 400), seen("c", 800)}}, Quiet, 1},
		"on the window's last day":       {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 364)}}, Fired, 3},
		"on the day after it":            {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 366)}}, Quiet, 2},
		"a family of three":              {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 2)}, Relatives: [][2]id.Entity{{who("a"), who("b")}, {who("b"), who("c")}}}, Quiet, 1},
		"a family and two others":        {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 2), seen("d", 3)}, Relatives: [][2]id.Entity{{who("a"), who("b")}}}, Fired, 3},
		"two and an anonymous one":       {Facts{Hub: hub, Sightings: []Sighting{seen("a", 0), seen("b", 1), anonymous(seen("x", 2))}}, NotAssessable, 2},
		"the hub is a protected person":  {Facts{Hub: Hub{Entity: hub.Entity, Kind: hub.Kind, Protected: true}, Sightings: []Sighting{seen("a", 0), seen("b", 1), seen("c", 2)}}, Protect, 3},
		"the hub herself does not count": {Facts{Hub: hub, Sightings: []Sighting{{Person: hub.Entity, Observed: day0}, seen("a", 0), seen("b", 1)}}, Quiet, 2},
	} {
		got, reasons := rule.Fire(c.facts)
		if got != c.want || reasons.Persons != c.count {
			t.Errorf("%s: %q with %d persons, want %q with %d", name, got, reasons.Persons, c.want, c.count)
		}
	}
}

// TestOrderDoesNotMatter: the answer is a function of what was seen.
func TestOrderDoesNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var s []Sighting
		for range 3 + r.IntN(12) {
			s = append(s, seen(string(rune('a'+r.IntN(6))), r.IntN(900)))
		}
		want, reasons := rule.Fire(Facts{Hub: hub, Sightings: append([]Sighting(nil), s...)})
		r.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
		got, again := rule.Fire(Facts{Hub: hub, Sightings: s})
		if got != want || again.Persons != reasons.Persons || again.Days != reasons.Days || len(again.Signals) != len(reasons.Signals) {
			t.Fatalf("%v %+v, shuffled %v %+v", want, reasons, got, again)
		}
	}
}

// TestTheDensestStretch: the sliding stretch is the one that is found by looking at
// every stretch.
func TestTheDensestStretch(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		var s []Sighting
		for range r.IntN(30) {
			s = append(s, seen(string(rune('a'+r.IntN(12))), r.IntN(1500)))
		}
		kin := family([][2]id.Entity{{who("a"), who("b")}, {who("b"), who("c")}})
		got := rule.densest(s, kin) // sorts s
		var want []Sighting
		most := 0
		for from := range s {
			var stretch []Sighting
			families := map[id.Entity]bool{}
			for _, x := range s[from:] {
				if x.Observed.Before(s[from].Observed.AddDate(0, 0, rule.Window)) {
					stretch, families[head(kin, x.Person)] = append(stretch, x), true
				}
			}
			if len(families) > most {
				most, want = len(families), stretch
			}
		}
		if len(got.families) != most || !slices.Equal(got.sightings, want) {
			t.Fatalf("%d families in %d sightings, want %d in %d", len(got.families), len(got.sightings), most, len(want))
		}
	}
}

// TestMoreNeverQuietens: one more unrelated person never silences a rule.
func TestMoreNeverQuietens(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var s []Sighting
		for range r.IntN(10) {
			s = append(s, seen(string(rune('a'+r.IntN(6))), r.IntN(900)))
		}
		_, before := rule.Fire(Facts{Hub: hub, Sightings: append([]Sighting(nil), s...)})
		_, after := rule.Fire(Facts{Hub: hub, Sightings: append(s, seen("new", r.IntN(900)))})
		if after.Persons < before.Persons {
			t.Fatalf("%d persons became %d", before.Persons, after.Persons)
		}
	}
}

func TestParametersRefuse(t *testing.T) {
	for name, body := range map[string]string{
		"a protected role": `{"version":"1","rules":[{"name":"x","kinds":["person"],"roles":["presumed_victim"],"min":3,"window":9}]}`,
		"a worker":         `{"version":"1","rules":[{"name":"x","kinds":["person"],"roles":["worker"],"min":3,"window":9}]}`,
		"nationality":      `{"version":"1","rules":[{"name":"x","kinds":["person"],"nationality":"XX","min":3,"window":9}]}`,
		"an unknown kind":  `{"version":"1","rules":[{"name":"x","kinds":["face"],"min":3,"window":9}]}`,
		"one is enough":    `{"version":"1","rules":[{"name":"x","kinds":["phone"],"min":1,"window":9}]}`,
		"no window":        `{"version":"1","rules":[{"name":"x","kinds":["phone"],"min":3}]}`,
		"the same twice":   `{"version":"1","rules":[{"name":"x","kinds":["phone"],"min":3,"window":9},{"name":"x","kinds":["phone"],"min":3,"window":9}]}`,
		"no version":       `{"rules":[]}` + "x",
	} {
		if _, err := LoadNetwork(fstest.MapFS{"n.json": {Data: []byte(body)}}, "n.json"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	rules, err := LoadNetwork(catalog.Typology, "typology/network.json")
	if err != nil || len(rules) == 0 {
		t.Fatalf("the catalogue's own: %v", err)
	}
}

func FuzzLoadNetwork(f *testing.F) {
	b, err := catalog.Typology.ReadFile("typology/network.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b))
	f.Add(strings.Repeat(`{"rules":[`, 200))
	f.Fuzz(func(t *testing.T, body string) {
		LoadNetwork(fstest.MapFS{"n.json": {Data: []byte(body)}}, "n.json")
	})
}
