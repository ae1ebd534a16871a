package graph

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

const investigating = consent.Investigation

// network is a recruiter, his telephone and three persons, seen by two sources.
type network struct {
	*world
	signals []evidence.Signal
}

func newNetwork(t *testing.T, source string) network {
	w := newWorld(t, source)
	n := network{world: w}
	for i, by := range []policy.Actor{w.source, w.source, w.other} {
		born := ""
		if i > 0 {
			born = fmt.Sprintf("1971-05-0%d", i+1) // sources contradict one another
		}
		n.signals = append(n.signals, w.record(by, signal(mentions(
			person(evidence.PresumedVictim, "", []string{"Maria Ionescu", "Olena Shevchenko", "Anna Weber"}[i]), person(evidence.Recruiter, born, "Ivan Petrov"),
			thing(evidence.Phone, 2, "07700900001"), thing(evidence.Phone, 1, fmt.Sprintf("0770090001%d", i))),
			evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.RecruitedBy)})))
	}
	w.resolve()
	return n
}

func TestSee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNetwork(t, source)
		ctx := t.Context()
		recruiter, victim := n.entity(n.signals[0], 2), n.entity(n.signals[2], 1)
		if _, err := n.graph.See(ctx, n.source, investigating, recruiter); !fault.Is(err, fault.Withheld) {
			t.Errorf("a responder sees: %v", err)
		}
		if _, err := n.graph.See(ctx, n.analyst, investigating, id.New[id.Entity]()); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody: %v", err)
		}
		if _, err := n.graph.See(ctx, n.local, investigating, victim); !fault.Is(err, fault.Withheld) {
			t.Errorf("another organisation's: %v", err)
		}
		p, err := n.graph.See(ctx, n.analyst, investigating, recruiter)
		ok(t, err)
		if p.Mentions != 3 || p.Protected || p.Child || p.Label.Value != "Ivan Petrov" || len(p.Sources) != 2 {
			t.Errorf("recruiter: %+v", p.Entity)
		}
		fields := map[string]Field{}
		for _, f := range p.Fields {
			fields[f.Name] = f
		}
		if f := fields["born"]; !f.Conflict || len(f.Values) != 2 {
			t.Errorf("two birth dates: %+v", f)
		}
		if f := fields["name"]; f.Conflict || len(f.Values) != 1 || len(f.Values[0].Sources) != 3 || f.Values[0].Sources[0].Grade != "B2" {
			t.Errorf("one name from three sources: %+v", f)
		}
		if !slices.Contains(p.Links, Count{evidence.RecruitedBy, evidence.Person, false, 3}) || !slices.Contains(p.Links, Count{evidence.Uses, evidence.Phone, true, 1}) {
			t.Errorf("links: %+v", p.Links)
		}
		if len(p.Joints) == 0 || len(p.Joints[0].Score.Parts) != len(personFields) || p.Joints[0].Doubt {
			t.Errorf("joints: %+v", p.Joints)
		}
		v, err := n.graph.See(ctx, n.analyst, investigating, victim)
		ok(t, err)
		if !v.Protected || v.Label.Value != "" || !v.Label.Withheld || len(v.Fields) != 1 || !v.Fields[0].Values[0].Withheld {
			t.Errorf("a presumed victim is shown: %+v", v)
		}
		hers, err := n.graph.See(ctx, n.analyst, investigating, n.entity(n.signals[2], 4))
		ok(t, err)
		if !hers.Protected || !hers.Label.Withheld {
			t.Errorf("her telephone is shown: %+v", hers.Entity)
		}
		seen, err := n.graph.Who(ctx, n.analyst, consent.Oversight, recruiter, ledger.Newest, 10)
		ok(t, err)
		if len(seen) != 2 || seen[0].Actor != n.analyst.User.String() {
			t.Errorf("who saw: %+v", seen)
		}
	})
}

func TestFacts(t *testing.T) {
	n := newNetwork(t, dbtest.SQLite(t))
	facts := func(load func(context.Context, *sql.Tx, string, time.Time) (policy.Facts, error), record string) (f policy.Facts) {
		ok(t, n.ground.DB.InRead(t.Context(), func(tx *sql.Tx) (err error) { f, err = load(t.Context(), tx, record, time.Time{}); return err }))
		return f
	}
	f := facts(EntityFacts, n.entity(n.signals[0], 2).String())
	if f.Owner != n.source.Organisation || len(f.Recipients) != 2 || f.Protected || f.Child {
		t.Errorf("recruiter: %+v", f)
	}
	f = facts(MentionFacts, n.signals[2].Mentions[0].ID.String())
	if f.Owner != n.other.Organisation || !f.Protected || f.Child {
		t.Errorf("an adult presumed victim: %+v", f)
	}
	for ages, want := range map[string]bool{"": true, "adult": false, "child": true, "adult child": true} {
		if child(ages) != want {
			t.Errorf("said to be %q: child = %v", ages, !want)
		}
	}
	for _, load := range []func(context.Context, *sql.Tx, string, time.Time) (policy.Facts, error){EntityFacts, MentionFacts} {
		err := n.ground.DB.InRead(t.Context(), func(tx *sql.Tx) error { _, err := load(t.Context(), tx, "none", time.Time{}); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("facts of nothing: %v", err)
		}
	}
}

func TestBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNetwork(t, source)
		anonymous := n.record(n.source, signal(mentions(person(evidence.Worker, ""), person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 2, "07700900001"), person(evidence.Witness, "", "Anna Weber")),
			evidence.IncomingLink{From: 1, To: 4, Kind: string(evidence.RelativeOf)}))
		n.resolve()
		ok(t, n.ground.DB.InRead(t.Context(), func(tx *sql.Tx) error {
			phone := n.entity(anonymous, 3)
			hub, err := HubOf(t.Context(), tx, phone)
			ok(t, err)
			if hub.Kind != evidence.Phone || hub.Mentions != 4 || hub.Protected {
				t.Errorf("hub: %+v", hub)
			}
			seen, err := Behind(t.Context(), tx, phone, 400)
			ok(t, err)
			if len(seen) != 5 || !seen[3].Anonymous || seen[4].Anonymous || seen[0].Child || seen[0].Signal != n.signals[0].ID {
				t.Errorf("behind the telephone: %+v", seen)
			}
			kin, err := RelativesBehind(t.Context(), tx, phone, 400, seen)
			ok(t, err)
			if len(kin) != 1 || kin[0] != [2]id.Entity{seen[3].Person, seen[4].Person} {
				t.Errorf("relatives: %v", kin)
			}
			if _, err := HubOf(t.Context(), tx, id.New[id.Entity]()); !fault.Is(err, fault.NotFound) {
				t.Errorf("a hub that is gone: %v", err)
			}
			return nil
		}))
	})
}

func TestChart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNetwork(t, source)
		ctx := t.Context()
		recruiter, phone := n.entity(n.signals[0], 2), n.entity(n.signals[0], 3)
		chart := func(by policy.Actor, in ChartIn) Chart {
			t.Helper()
			c, err := n.graph.Chart(ctx, by, investigating, in)
			ok(t, err)
			return c
		}
		for _, seeds := range [][]id.Entity{nil, slices.Repeat([]id.Entity{recruiter}, MaxSeeds+1)} {
			if _, err := n.graph.Chart(ctx, n.analyst, investigating, ChartIn{Seeds: seeds}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%d seeds: %v", len(seeds), err)
			}
		}
		c := chart(n.analyst, ChartIn{Seeds: []id.Entity{recruiter}})
		if len(c.Nodes) != 1 || len(c.Edges) != 0 || !slices.Contains(c.Nodes[0].More, Count{evidence.RecruitedBy, evidence.Person, false, 3}) {
			t.Errorf("a seed alone: %+v", c)
		}
		expand := ChartIn{Seeds: []id.Entity{recruiter}, Expanded: []Expansion{{recruiter, evidence.Person}, {recruiter, evidence.Phone}, {n.entity(n.signals[0], 4), evidence.Person}}}
		c = chart(n.analyst, expand)
		if len(c.Nodes) != 5 || len(c.Edges) != 4 || c.Cut { // what is not on the chart is not expanded
			t.Errorf("expanded: %d nodes, %d edges", len(c.Nodes), len(c.Edges))
		}
		for _, node := range c.Nodes {
			if shown := node.Label.Value != ""; shown == node.Protected {
				t.Errorf("%s protected %v, shown %v", node.Kind, node.Protected, shown)
			}
		}
		i := slices.IndexFunc(c.Edges, func(e Edge) bool { return e.Relation == evidence.Uses })
		if e := c.Edges[i]; e.From != recruiter || e.To != phone || e.N != 3 || len(e.Sources) != 3 || e.Sources[0].Grade != "B2" || e.Sources[0].Organisation != n.other.Organisation {
			t.Errorf("edge: %+v", e)
		}
		if c := chart(n.local, expand); len(c.Nodes) != 4 {
			t.Errorf("an analyst of one organisation sees %d nodes, want 4", len(c.Nodes))
		}
		expand.Since = n.hand.Now()
		if c := chart(n.analyst, expand); len(c.Nodes) != 5 || len(c.Edges) != 0 {
			t.Errorf("since today: %d nodes, %d edges", len(c.Nodes), len(c.Edges))
		}
	})
}

func TestPath(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNetwork(t, source)
		from, to := n.entity(n.signals[0], 4), n.entity(n.signals[1], 4) // the persons' own telephones
		c, err := n.graph.Path(t.Context(), n.analyst, investigating, from, to)
		ok(t, err)
		if len(c.Nodes) != 5 || c.Nodes[0].ID != from || c.Nodes[2].ID != n.entity(n.signals[0], 2) || c.Nodes[4].ID != to || len(c.Edges) != 4 {
			t.Errorf("path: %+v", c.Nodes)
		}
		if c, err := n.graph.Path(t.Context(), n.analyst, investigating, from, from); err != nil || len(c.Nodes) != 1 {
			t.Errorf("from somewhere to itself: %v %v", c.Nodes, err)
		}
		alone := n.record(n.source, signal(mentions(thing(evidence.Email, 0, "a@b.example"))))
		n.resolve()
		if _, err := n.graph.Path(t.Context(), n.analyst, investigating, from, n.entity(alone, 1)); !fault.Is(err, fault.NotFound) {
			t.Errorf("where no path leads: %v", err)
		}
		if _, err := n.graph.Path(t.Context(), n.local, investigating, from, n.entity(n.signals[2], 1)); !fault.Is(err, fault.Withheld) {
			t.Errorf("to another organisation's: %v", err)
		}
	})
}

func TestQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		ctx := t.Context()
		for i, name := range []string{"Ivan Petrov", "Olena Shevchenko", "Maria Ionescu", "Anna Weber", "Giorgi Beridze"} {
			by := w.source
			if i == 4 {
				by = w.other
			}
			w.record(w.source, signal(mentions(person(evidence.Recruiter, "", name))))
			w.record(by, signal(mentions(person(evidence.Recruiter, "", name))))
		}
		w.resolve()
		if _, err := w.graph.Queue(ctx, w.source, Place{}, false, 2); !fault.Is(err, fault.Withheld) {
			t.Errorf("a responder sees the queue: %v", err)
		}
		page := func(by policy.Actor, from Place, back bool) []Doubt {
			t.Helper()
			text, err := from.MarshalText()
			ok(t, err)
			var at Place
			ok(t, at.UnmarshalText(text))
			list, err := w.graph.Queue(ctx, by, at, back, 2)
			ok(t, err)
			return list
		}
		first := page(w.analyst, Place{}, false)
		second := page(w.analyst, first[1].At, false)
		third := page(w.analyst, second[1].At, false)
		if len(first) != 2 || len(second) != 2 || len(third) != 1 {
			t.Fatalf("pages of %d, %d and %d", len(first), len(second), len(third))
		}
		if back := page(w.analyst, second[0].At, true); len(back) != 2 || back[0].At != first[0].At || back[1].At != first[1].At {
			t.Errorf("back: %+v", back)
		}
		d := first[0]
		if d.A.Details.Value.Names[0] != d.B.Details.Value.Names[0] || len(d.Score.Parts) != len(personFields) || d.A.Entity == d.B.Entity || d.Score.Probability >= 0.99 {
			t.Errorf("doubt: %+v", d)
		}
		own := append(page(w.local, Place{}, false), page(w.local, page(w.local, Place{}, false)[1].At, false)...)
		if len(own) != 4 {
			t.Errorf("an analyst of one organisation has %d", len(own))
		}
		_, err := w.graph.Judge(ctx, w.analyst, d.A.Mention, d.B.Mention, Unsure, "cannot_tell")
		ok(t, err)
		w.resolve()
		if next := page(w.analyst, Place{}, false); next[0].At != first[1].At {
			t.Errorf("what was judged is asked again: %+v", next[0].At)
		}
	})
	for _, bad := range []string{"1", "1.2", "1.2.x", "1.2.3x", "x"} {
		var p Place
		if err := p.UnmarshalText([]byte(bad)); !fault.Is(err, fault.Invalid) || p != (Place{}) {
			t.Errorf("place %q is read as %v, %v", bad, p, err)
		}
	}
}

// TestNobodyIsAskedAboutWhatTheyMayNotRead: of whom the law protects, those judge
// alone who were told of both sides; and of nothing those to whom nothing opens.
func TestNobodyIsAskedAboutWhatTheyMayNotRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		pair := func(name string, one, other policy.Actor, roles ...evidence.Role) [2]evidence.Signal {
			return [2]evidence.Signal{w.record(one, signal(mentions(person(roles[0], "", name)))), w.record(other, signal(mentions(person(roles[1], "", name))))}
		}
		apart := pair("Olena Shevchenko", w.source, w.other, evidence.PresumedVictim, evidence.Worker)
		half := pair("Maria Ionescu", w.source, w.other, evidence.Recruiter, evidence.PresumedVictim)
		ours := pair("Anna Weber", w.source, w.source, evidence.PresumedVictim, evidence.Witness)
		free := pair("Ivan Petrov", w.source, w.other, evidence.Recruiter, evidence.Suspect)
		w.resolve()
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE asked"); n != 4 {
			t.Fatalf("%d pairs are doubtful: the test shows nothing", n)
		}
		outside, told, blind := w.analyst, w.analyst, w.analyst
		outside.Organisation, blind.Roles = id.Derived[id.Organisation]("coordinator"), []string{"blind"}
		for name, c := range map[string]struct {
			by   policy.Actor
			want [][2]evidence.Signal
		}{
			"told of nobody": {outside, [][2]evidence.Signal{free}}, "told of some": {told, [][2]evidence.Signal{ours, free}},
			"of one organisation": {w.local, [][2]evidence.Signal{ours}}, "to whom nothing opens": {blind, nil},
		} {
			for _, back := range []bool{false, true} {
				list, err := w.graph.Queue(t.Context(), c.by, Place{}, back, 9)
				ok(t, err)
				if len(list) != len(c.want) {
					t.Errorf("%s: asked about %d pairs, want %d", name, len(list), len(c.want))
				}
				for _, d := range list {
					if len(d.A.Details.Value.Names) == 0 || len(d.B.Details.Value.Names) == 0 || !slices.ContainsFunc(c.want, func(p [2]evidence.Signal) bool {
						return p[0].Mentions[0].ID == d.A.Mention && p[1].Mentions[0].ID == d.B.Mention
					}) {
						t.Errorf("%s: asked about %+v", name, d)
					}
				}
			}
		}
		judge := func(by policy.Actor, a, b evidence.Signal) error {
			_, err := w.graph.Judge(t.Context(), by, a.Mentions[0].ID, b.Mentions[0].ID, Unsure, "looked_at")
			return err
		}
		for _, p := range [][2]evidence.Signal{apart, half, {half[1], half[0]}} {
			if err := judge(told, p[0], p[1]); !fault.Is(err, fault.Withheld) {
				t.Errorf("judged unseen: %v", err)
			}
		}
		ok(t, judge(told, ours[0], ours[1]))
		ok(t, judge(outside, free[0], free[1]))
		w.resolve()
		if list, err := w.graph.Queue(t.Context(), told, Place{}, false, 9); err != nil || len(list) != 0 {
			t.Errorf("asked again: %+v, %v", list, err)
		}
	})
}

func TestSearch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNetwork(t, source)
		ctx := t.Context()
		recruiter, phone := n.entity(n.signals[0], 2), n.entity(n.signals[0], 3)
		n.record(n.source, signal(mentions(person(evidence.Recruiter, "1960-01-01", "Igor Petrov"),
			evidence.IncomingMention{Kind: "place", Details: evidence.Details{Line: "12 High Street", Town: "Leeds"}})))
		n.resolve()
		for _, bad := range []string{"", "  ", string(make([]byte, 300))} {
			if _, err := n.graph.Search(ctx, n.analyst, investigating, bad, 10); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		search := func(by policy.Actor, text string) []Hit {
			t.Helper()
			hits, err := n.graph.Search(ctx, by, investigating, text, 10)
			ok(t, err)
			return hits
		}
		for _, c := range []struct {
			text  string
			want  id.Entity
			exact bool
		}{
			{"Ivan Petrov", recruiter, false}, {"петров иван", recruiter, false}, {"+44 7700 900001", phone, true},
			{recruiter.String(), recruiter, true}, {"Petrov, Ivan", recruiter, false},
		} {
			if hits := search(n.analyst, c.text); len(hits) == 0 || hits[0].ID != c.want || hits[0].Exact != c.exact {
				t.Errorf("%q: %+v", c.text, hits)
			}
		}
		if hits := search(n.analyst, "High St 12"); len(hits) != 1 || hits[0].Kind != evidence.Place {
			t.Errorf("an address: %+v", hits)
		}
		if hits := search(n.analyst, "Petrov"); len(hits) != 2 {
			t.Errorf("a family name: %+v", hits)
		}
		// A search does not answer whether somebody has asked for help.
		if hits := search(n.analyst, "Anna Weber"); len(hits) != 0 {
			t.Errorf("a presumed victim is found by those who were not told: %+v", hits)
		}
		if hits := search(n.analyst, "07700 900012"); len(hits) != 0 {
			t.Errorf("her own telephone is found by those who were not told: %+v", hits)
		}
		if hits := search(n.analyst, "Olena Shevchenko"); len(hits) != 1 {
			t.Errorf("those who were told do not find her: %+v", hits)
		}
		if hits := search(n.local, "Anna Weber"); len(hits) != 0 {
			t.Errorf("another organisation's presumed victim is found: %+v", hits)
		}
		if hits := search(n.analyst, "Nobody Known"); len(hits) != 0 {
			t.Errorf("nobody: %+v", hits)
		}
	})
}
