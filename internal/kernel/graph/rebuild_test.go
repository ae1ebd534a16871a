package graph

import (
	"encoding/json"
	"flag"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lodestar/catalog"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// TestRebuildsIdentically: whatever is recorded, judged, taken back, retracted,
// forgotten and learned, in whatever order and however far resolution has come
// meanwhile, a rebuild gives the same tables (invariant 2).
func TestRebuildsIdentically(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		ok(t, f.Value.Set("30")) // each is a node of its own
		defer f.Value.Set(f.DefValue)
	}
	engines := map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres}
	for engine, fresh := range engines {
		t.Run(engine, func(t *testing.T) {
			divided := false
			rapid.Check(t, func(rt *rapid.T) {
				d := disorder{world: newWorld(t, fresh(t)), rt: rt}
				defer d.close()
				for range rapid.IntRange(4, 16).Draw(rt, "steps") {
					d.step()
				}
				for _, check := range []bool{true, false} {
					r, err := d.graph.Rebuild(t.Context(), check)
					if err != nil {
						rt.Fatal(err)
					}
					if !r.Same() || r.Checked != check {
						rt.Fatalf("rebuild: %s", r)
					}
				}
				divided = divided || d.scalar("SELECT count(*) FROM graph_entity WHERE divided") > 0
			})
			if !divided {
				t.Error("nothing was ever divided: the test tests too little")
			}
		})
	}
}

// disorder does things at random. People, numbers and places are few, so that
// keys are shared by more mentions than are compared.
type disorder struct {
	*world
	rt       *rapid.T
	signals  []evidence.Signal
	verdicts []id.Signal
}

func (d *disorder) pick(name string, from ...string) string {
	return rapid.SampledFrom(from).Draw(d.rt, name)
}

func (d *disorder) step() {
	switch d.pick("step", "record", "record", "record", "record", "judge", "split", "take back", "retract", "forget", "forget part", "learn", "resolve") {
	case "record":
		for range rapid.IntRange(1, 4).Draw(d.rt, "signals") {
			d.signals = append(d.signals, d.record(d.source, d.invent()))
		}
	case "judge":
		d.judge()
	case "split":
		d.split()
	case "take back":
		if n := len(d.verdicts); n > 0 {
			d.resolve()
			i := rapid.IntRange(0, n-1).Draw(d.rt, "verdict")
			if _, err := d.graph.TakeBack(d.t.Context(), d.analyst, d.verdicts[i], "mistaken"); err == nil {
				d.verdicts = append(d.verdicts[:i], d.verdicts[i+1:]...)
			}
		}
	case "retract":
		if s, i := d.any(); i >= 0 {
			d.retract(s.ID)
			d.signals = append(d.signals[:i], d.signals[i+1:]...)
		}
	case "forget":
		if s, i := d.any(); i >= 0 {
			d.forget(s, 1)
		}
	case "forget part":
		if s, i := d.any(); i >= 0 && len(s.Mentions) > 1 {
			d.forget(s, len(s.Mentions))
		}
	case "learn":
		d.adopt(rapid.Float64Range(1e-5, 0.05).Draw(d.rt, "prior"))
	case "resolve":
		d.resolve()
	}
}

func (d *disorder) any() (evidence.Signal, int) {
	if len(d.signals) == 0 {
		return evidence.Signal{}, -1
	}
	i := rapid.IntRange(0, len(d.signals)-1).Draw(d.rt, "signal")
	return d.signals[i], i
}

func (d *disorder) invent() evidence.Incoming {
	person := func(role evidence.Role) evidence.IncomingMention {
		name := d.pick("given", "Ivan", "Иван", "Maria", "Olena") + " " + d.pick("family", "Petrov", "Петров", "Ionescu", "Shevchenko")
		if d.pick("long", "no", "no", "yes") == "yes" {
			name += " " + d.pick("middle", "Ivanovich", "Andrei")
		}
		return person(role, d.pick("born", "", "", "1990", "1990-04-03", "1990-03-04"), name)
	}
	m := mentions(person(evidence.PresumedVictim), person(evidence.Recruiter))
	for range rapid.IntRange(0, 3).Draw(d.rt, "things") {
		of := rapid.IntRange(0, 2).Draw(d.rt, "of")
		switch d.pick("thing", "phone", "place", "document", "organisation") {
		case "phone":
			m = append(m, thing(evidence.Phone, of, d.pick("phone", "+447700900001", "07700 900 001", "07700900002")))
		case "place":
			m = append(m, evidence.IncomingMention{Kind: "place", Of: of, Details: evidence.Details{Line: d.pick("line", "12 High Street", "High St 12", "14 High Street"), Town: "Leeds"}})
		case "document":
			m = append(m, thing(evidence.Document, of, d.pick("document", "AB123", "AB124")))
		case "organisation":
			m = append(m, evidence.IncomingMention{Kind: "organisation", Role: "employer", Details: evidence.Details{Names: []string{d.pick("firm", "Sunrise Farms Ltd", "Sunrise Farms", "Sunset Farms")}}})
		}
	}
	return signal(m, evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.RecruitedBy)})
}

func (d *disorder) judge() {
	a, i := d.any()
	b, j := d.any()
	if i < 0 || j < 0 {
		return
	}
	d.resolve()
	v := Verdict(d.pick("says", same, different, unsure))
	n := rapid.IntRange(0, 1).Draw(d.rt, "which")
	if s, err := d.graph.Judge(d.t.Context(), d.analyst, a.Mentions[n].ID, b.Mentions[n].ID, v, "looked_at"); err == nil {
		d.verdicts = append(d.verdicts, s)
	}
}

func (d *disorder) split() {
	s, i := d.any()
	if i < 0 {
		return
	}
	d.resolve()
	if v, err := d.graph.Split(d.t.Context(), d.analyst, d.entity(s, 2), []id.Mention{s.Mentions[1].ID}, "looked_at"); err == nil {
		d.verdicts = append(d.verdicts, v)
	}
}

// adopt records weights that differ from those of the catalogue by the prior.
func (w *world) adopt(prior float64) {
	w.t.Helper()
	w.adoptOther(func(x *Weights) { x.Person.Prior = prior })
}

// adoptOther records weights that differ from those of the catalogue.
func (w *world) adoptOther(change func(*Weights)) {
	w.t.Helper()
	body, err := catalog.Models.ReadFile("models/resolution.json")
	ok(w.t, err)
	var weights Weights
	ok(w.t, json.Unmarshal(body, &weights))
	change(&weights)
	body, err = json.Marshal(weights)
	ok(w.t, err)
	ask := w.graph.ask(w.graph.Self, VerbLearn, consent.Resolution, id.Entity{})
	_, err = act.Do(w.t.Context(), w.ground, ask, func(a *act.Act) (id.Signal, error) {
		return evidence.RecordOwn(a, evidence.KindModel, map[string]string{"weights": string(body)})
	})
	ok(w.t, err)
}

func TestRebuildFindsWhatWasChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		for i := range 3 {
			w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 1, fmt.Sprintf("0770090000%d", i)))))
		}
		w.resolve()
		w.rebuilds()
		for _, change := range []struct{ table, statement string }{
			{"graph_entity", "UPDATE graph_entity SET roles = 'suspect' WHERE founder = (SELECT max(founder) FROM graph_entity)"},
			{"graph_link", "DELETE FROM graph_link WHERE place = (SELECT max(place) FROM graph_link)"},
			{"graph_token", "INSERT INTO graph_token (token, place) SELECT token, 99999999 FROM graph_token LIMIT 1"},
		} {
			_, err := w.ground.DB.Pool().Exec(change.statement)
			ok(t, err)
			r, err := w.graph.Rebuild(t.Context(), true)
			ok(t, err)
			if r.Same() || r.Table != change.table || r.Row == "" {
				t.Errorf("%s was changed: %s", change.table, r)
			}
			r, err = w.graph.Rebuild(t.Context(), false)
			ok(t, err)
			if r.Same() {
				t.Errorf("the rebuild of %s mended nothing", change.table)
			}
			w.rebuilds()
		}
	})
}
