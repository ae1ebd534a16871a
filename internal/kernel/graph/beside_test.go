package graph

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
)

func at(of int, line string) evidence.IncomingMention {
	return evidence.IncomingMention{Kind: "place", Of: of, Details: evidence.Details{Line: line, Town: "Leeds"}}
}

func link(from, to int, kind evidence.RelationKind) evidence.IncomingLink {
	return evidence.IncomingLink{From: from, To: to, Kind: string(kind)}
}

// thingCase is signals, and what is expected of mention n of the last one.
type thingCase struct {
	signals        []evidence.Incoming
	n              int
	protected, kid bool
}

// own gives the case a number and an address of its own, the ith.
func (c thingCase) own(i int) (phone, address string) {
	phone, address = fmt.Sprintf("07700900%03d", 301+i), fmt.Sprintf("%d High Street", 12+i)
	for k := range c.signals {
		c.signals[k].Mentions = slices.Clone(c.signals[k].Mentions)
		for j := range c.signals[k].Mentions {
			m := &c.signals[k].Mentions[j]
			if m.Kind == "phone" {
				m.Value = phone
			}
			if m.Kind == "place" {
				m.Line = address
			}
		}
	}
	return phone, address
}

// TestThingsOfNobody: an address or a number of which a signal does not say whose
// it is, is protected as the persons in it are; what is said to be somebody
// else's is not.
func TestThingsOfNobody(t *testing.T) {
	woman, witness := person(evidence.PresumedVictim, "", "Anna Weber"), person(evidence.Witness, "", "Olena Shevchenko")
	man := person(evidence.Recruiter, "", "Ivan Petrov")
	child := woman
	child.Age = ""
	firm := evidence.IncomingMention{Kind: "organisation", Role: "employer", Details: evidence.Details{Names: []string{"Petrov Farms"}}}
	shelter := evidence.IncomingMention{Kind: "organisation", Details: evidence.Details{Names: []string{"Safe House"}}}
	number, address := thing(evidence.Phone, 0, "07700900301"), at(0, "12 High Street")
	cases := map[string]thingCase{
		"her number, of nobody":               {[]evidence.Incoming{signal(mentions(woman, number))}, 2, true, false},
		"the shelter's address, of nobody":    {[]evidence.Incoming{signal(mentions(woman, address))}, 2, true, false},
		"of a child":                          {[]evidence.Incoming{signal(mentions(child, address))}, 2, true, true},
		"of an adult and a child":             {[]evidence.Incoming{signal(mentions(woman, child, number))}, 3, true, true},
		"a witness's":                         {[]evidence.Incoming{signal(mentions(witness, number))}, 2, true, false},
		"before her in the signal":            {[]evidence.Incoming{signal(mentions(number, woman))}, 1, true, false},
		"a recruiter is there too":            {[]evidence.Incoming{signal(mentions(woman, man, number))}, 3, true, false},
		"where she was held":                  {[]evidence.Incoming{signal(mentions(woman, address), link(1, 2, evidence.HeldAt))}, 2, true, false},
		"what both use":                       {[]evidence.Incoming{signal(mentions(woman, man, number), link(2, 3, evidence.Uses), link(1, 3, evidence.Uses))}, 3, true, false},
		"an organisation without a part":      {[]evidence.Incoming{signal(mentions(woman, shelter, address), link(2, 3, evidence.HeldAt))}, 3, true, false},
		"her passport":                        {[]evidence.Incoming{signal(mentions(woman, thing(evidence.Document, 0, "MK1234567")))}, 2, true, false},
		"her account":                         {[]evidence.Incoming{signal(mentions(woman, thing(evidence.Account, 0, "GB29NWBK60161331926819")))}, 2, true, false},
		"twice of nobody":                     {[]evidence.Incoming{signal(mentions(witness, number)), signal(mentions(number))}, 1, true, false},
		"the recruiter's, it is said":         {[]evidence.Incoming{signal(mentions(woman, man, thing(evidence.Phone, 2, "07700900301")))}, 3, false, false},
		"the recruiter's, by use":             {[]evidence.Incoming{signal(mentions(woman, man, number), link(2, 3, evidence.Uses))}, 3, false, false},
		"the employer's address":              {[]evidence.Incoming{signal(mentions(woman, firm, address), link(2, 3, evidence.HeldAt))}, 3, false, false},
		"she is controlled by it":             {[]evidence.Incoming{signal(mentions(woman, number), link(1, 2, evidence.ControlledBy))}, 2, false, false},
		"she pays to it":                      {[]evidence.Incoming{signal(mentions(woman, thing(evidence.Account, 0, "DE89370400440532013000")), link(1, 2, evidence.PaysTo))}, 2, false, false},
		"nobody is there":                     {[]evidence.Incoming{signal(mentions(number))}, 1, false, false},
		"only a recruiter is there":           {[]evidence.Incoming{signal(mentions(man, number))}, 2, false, false},
		"his elsewhere, of nobody beside her": {[]evidence.Incoming{signal(mentions(man, thing(evidence.Phone, 1, "07700900301"))), signal(mentions(woman, number))}, 2, false, false},
		"of nobody, and then his":             {[]evidence.Incoming{signal(mentions(woman, number)), signal(mentions(man, thing(evidence.Phone, 1, "07700900301")))}, 2, false, false},
		"of nobody, and then his by use":      {[]evidence.Incoming{signal(mentions(woman, number)), signal(mentions(man, number), link(1, 2, evidence.Uses))}, 2, false, false},
		"of nobody, and then hers":            {[]evidence.Incoming{signal(mentions(woman, number)), signal(mentions(woman, thing(evidence.Phone, 1, "07700900301")))}, 2, true, false},
		"a vehicle":                           {[]evidence.Incoming{signal(mentions(woman, thing(evidence.Vehicle, 0, "AB12CDE")))}, 2, false, false},
		"an advertisement":                    {[]evidence.Incoming{signal(mentions(woman, thing(evidence.Advert, 0, "https://ads.example/1")))}, 2, false, false},
	}
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		for i, name := range slices.Sorted(maps.Keys(cases)) {
			c := cases[name]
			t.Run(name, func(t *testing.T) {
				phone, address := c.own(i)
				var last evidence.Signal
				for _, in := range c.signals {
					last = w.record(w.other, in) // another organisation than the analyst's
				}
				w.resolve()
				p, err := w.graph.See(t.Context(), w.analyst, investigating, w.entity(last, c.n))
				ok(t, err)
				if p.Protected != c.protected || p.Child != c.kid || p.Label.Withheld != c.protected || (p.Label.Value == "") != c.protected {
					t.Errorf("protected %v, child %v, %+v", p.Protected, p.Child, p.Label)
				}
				if slices.ContainsFunc(p.Roles, func(r evidence.Role) bool { return !slices.Contains(evidence.Roles, r) }) {
					t.Errorf("shown as roles: %q", p.Roles)
				}
				for _, text := range []string{phone, address + ", Leeds", last.ID.String()} {
					hits, err := w.graph.Search(t.Context(), w.analyst, investigating, text, 50)
					ok(t, err)
					if c.protected && slices.ContainsFunc(hits, func(h Hit) bool { return h.ID == p.ID }) {
						t.Errorf("%s is found by those who were not told", text)
					}
				}
			})
		}
		w.rebuilds()
	})
}

// TestThingsOfNobodyStayHubs: the protection of a number hides it from those who
// look for suspects, and not from the rules: the same number behind several
// persons is still a hub.
func TestThingsOfNobodyStayHubs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var last evidence.Signal
		for _, name := range []string{"Anna Weber", "Olena Shevchenko", "Maria Ionescu"} {
			last = w.record(w.source, signal(mentions(person(evidence.PresumedVictim, "", name), thing(evidence.Phone, 0, "07700900301"))))
		}
		w.resolve()
		hub, err := w.hub(w.entity(last, 2))
		ok(t, err)
		if hub.Protected || hub.Mentions != 3 || len(hub.Roles) != 0 {
			t.Errorf("hub: %+v", hub)
		}
		w.forget(last, 2)
		w.resolve()
		w.rebuilds()
	})
}

// TestMerged: the name of an entity that became part of another leads to it, under
// the same policy; after a split it leads back.
func TestMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
		b := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Vanya Petroff"))))
		w.resolve()
		ctx, kept, gone := t.Context(), w.entity(a, 1), w.entity(b, 1)
		if kept == gone {
			t.Fatal("one from the start")
		}
		word, err := w.graph.Merge(ctx, w.analyst, kept, gone, "the_same")
		ok(t, err)
		w.resolve()
		p, err := w.graph.See(ctx, w.analyst, investigating, gone)
		ok(t, err)
		if p.ID != kept || p.Mentions != 2 {
			t.Errorf("the old name leads to %+v", p.Entity)
		}
		if c, err := w.graph.Chart(ctx, w.analyst, investigating, ChartIn{Seeds: seeds(gone)}); err != nil || len(c.Nodes) != 1 || c.Nodes[0].ID != kept || c.Nodes[0].Label.Value == "" {
			t.Errorf("chart: %+v, %v", c.Nodes, err)
		}
		if hits, err := w.graph.Search(ctx, w.analyst, investigating, gone.String(), 10); err != nil || len(hits) != 1 || hits[0].ID != kept {
			t.Errorf("search: %+v, %v", hits, err)
		}
		if _, err := w.graph.See(ctx, w.source, investigating, gone); !fault.Is(err, fault.Withheld) {
			t.Errorf("a responder is led by the old name: %v", err)
		}
		w.rebuilds()
		_, err = w.graph.TakeBack(ctx, w.analyst, word, "mistaken")
		ok(t, err)
		w.resolve()
		for _, e := range seeds(kept, gone) {
			if p, err := w.graph.See(ctx, w.analyst, investigating, e); err != nil || p.ID != e || p.Mentions != 1 {
				t.Errorf("apart again, %s leads to %+v, %v", e, p.Entity, err)
			}
		}
		_, err = w.graph.Merge(ctx, w.analyst, kept, gone, "the_same")
		ok(t, err)
		w.resolve()
		_, err = w.graph.Split(ctx, w.analyst, gone, ids(b.Mentions[0]), "not_the_same") // by the old name
		ok(t, err)
		w.resolve()
		if p, err := w.graph.See(ctx, w.analyst, investigating, gone); err != nil || p.ID != gone {
			t.Errorf("after the split: %+v, %v", p.Entity, err)
		}
		w.rebuilds()
	})
}

// TestMergedBetraysNothing: an old name is refused as the entity is that it leads
// to, and just like a name that never was.
func TestMergedBetraysNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		ctx := t.Context()
		seen := w.record(w.other, signal(mentions(person(evidence.Recruiter, "", "Irina Volkova"))))
		hers := w.record(w.other, signal(mentions(person(evidence.PresumedVictim, "", "Iryna Volk"))))
		w.resolve()
		kept, gone := w.entity(seen, 1), w.entity(hers, 1)
		if _, err := w.graph.See(ctx, w.local, investigating, gone); !fault.Is(err, fault.Withheld) {
			t.Fatalf("another organisation's: %v", err)
		}
		_, err := w.graph.Merge(ctx, w.analyst, kept, gone, "the_same")
		ok(t, err)
		w.resolve()
		for _, e := range seeds(kept, gone) {
			_, err := w.graph.See(ctx, w.local, investigating, e)
			_, cerr := w.graph.Chart(ctx, w.local, investigating, ChartIn{Seeds: seeds(e)})
			if !fault.Is(err, fault.Withheld) || !fault.Is(cerr, fault.Withheld) {
				t.Errorf("%s: %v, %v", e, err, cerr)
			}
			if hits, err := w.graph.Search(ctx, w.local, investigating, e.String(), 10); err != nil || len(hits) != 0 {
				t.Errorf("found by a name: %+v, %v", hits, err)
			}
			if p, err := w.graph.See(ctx, w.analyst, investigating, e); err != nil || !p.Protected || !p.Label.Withheld {
				t.Errorf("she is shown to an investigation: %+v, %v", p.Entity, err)
			}
		}
		w.forget(hers, 1)
		w.resolve()
		if p, err := w.graph.See(ctx, w.analyst, investigating, gone); err != nil || p.ID != gone || p.Label.Value != "" {
			t.Errorf("her stub: %+v, %v", p.Entity, err)
		}
		w.rebuilds()
		w.retract(hers.ID)
		w.resolve()
		if _, err := w.graph.See(ctx, w.analyst, investigating, gone); !fault.Is(err, fault.NotFound) {
			t.Errorf("what was taken back: %v", err)
		}
	})
}
