package graph

import (
	"fmt"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// TestRetraction: what a signal held together falls apart without it.
func TestRetraction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 1, "07700900001"))))
		bridge := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"), thing(evidence.Phone, 1, "07700900001")),
			evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.Uses)}))
		c := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Petrov Ivan"))))
		w.resolve()
		if w.entity(a, 1) != w.entity(c, 1) {
			t.Fatal("the bridge does not hold")
		}
		w.retract(bridge.ID)
		w.resolve()
		if w.entity(a, 1) == w.entity(c, 1) {
			t.Error("still one without the bridge")
		}
		for _, table := range []string{"graph_mention", "graph_link"} {
			if n := w.scalar("SELECT count(*) FROM "+table+" WHERE signal = $1", bridge.ID.String()); n != 0 {
				t.Errorf("%s keeps %d rows of a signal taken back", table, n)
			}
		}
		w.rebuilds()
	})
}

// TestNeighboursMoveUp: a mention is compared with a few neighbours only; when
// those go, it is compared with the next.
func TestNeighboursMoveUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		first := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"))))
		var between []id.Signal
		for i := range 2 * int(byWords.neighbours()) {
			between = append(between, w.record(w.source, signal(mentions(person(evidence.Recruiter, fmt.Sprintf("19%02d-05", 30+3*i%60), "Ivan Petrov")))).ID)
		}
		last := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05", "Ivan Petrov"))))
		w.resolve()
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE a = $1 AND b = $2", placeOf(first.Seq, 1), placeOf(last.Seq, 1)); n != 0 && w.entity(first, 1) == w.entity(last, 1) {
			t.Log("found by another key: this test tests less")
		}
		w.retract(between...)
		w.resolve()
		if w.entity(first, 1) != w.entity(last, 1) {
			t.Error("not compared after those between were taken back")
		}
		w.rebuilds()
	})
}

// TestUndoOfManyIsStepwise: more signals than one act takes back at a time.
func TestUndoOfManyIsStepwise(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var all []id.Signal
	for i := range 2*retractionsPerAct + 10 {
		all = append(all, w.record(w.source, signal(mentions(thing(evidence.Phone, 0, fmt.Sprintf("077009%05d", i%30))))).ID)
	}
	kept := w.record(w.source, signal(mentions(thing(evidence.Phone, 0, "07700900000"))))
	w.resolve()
	kinds := map[string]int{}
	w.graph.then.Signal = func(_ *act.Act, s evidence.Signal, _ []id.Entity) error { kinds[s.Kind]++; return nil }
	w.retract(all...)
	w.resolve()
	if kinds[evidence.KindRetraction] != 1 || kinds[""] != 2 {
		t.Errorf("told %v: the retraction once, its parts as parts", kinds)
	}
	if n := w.scalar("SELECT count(*) FROM graph_mention"); n != 1 {
		t.Errorf("%d mentions are left, want 1", n)
	}
	w.entity(kept, 1)
	w.graph.then.Signal = nil
	w.rebuilds()
}

// TestForget: of somebody forgotten nothing derived remains but a stub, whom she
// connected fall apart, and others are as if her words had never been.
func TestForget(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Worker, "", "Maria Ionescu"), thing(evidence.Phone, 1, "07700900001"))))
		her := w.record(w.source, signal(mentions(person(evidence.Worker, "1990-04-03", "Maria Ionescu"), thing(evidence.Phone, 1, "07700900001"), person(evidence.Recruiter, "", "Ivan Petrov"))))
		c := w.record(w.source, signal(mentions(person(evidence.Worker, "1990-04-03", "Maria Ionescu"))))
		w.resolve()
		if w.entity(a, 1) != w.entity(c, 1) {
			t.Fatal("the bridge does not hold")
		}
		recruiter := w.entity(her, 3)
		place := placeOf(her.Seq, 1)
		if w.scalar("SELECT count(*) FROM graph_token WHERE place = $1", place) == 0 {
			t.Fatal("there was nothing to forget")
		}
		w.forget(her, 1, 2)
		for name, query := range map[string]string{
			"keys":  "SELECT count(*) FROM graph_token WHERE place = $1 OR place = $2",
			"pairs": "SELECT count(*) FROM graph_pair WHERE a = $1 OR b = $1 OR a = $2 OR b = $2",
			"words": "SELECT count(*) FROM graph_mention WHERE place IN ($1, $2) AND (NOT blank OR length(keys) > 0)",
		} {
			if n := w.scalar(query, place, place+1); n != 0 {
				t.Errorf("%d %s of her remain", n, name)
			}
		}
		w.resolve()
		if w.entity(a, 1) == w.entity(c, 1) {
			t.Error("she still connects others")
		}
		if w.entity(her, 3) != recruiter {
			t.Error("the recruiter she named is gone with her")
		}
		w.rebuilds()
	})
}

// TestForgetAThing: who loses a number is weighed again by what is left.
func TestForgetAThing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 1, "07700900001"))))
		b := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 1, "07700900001"))))
		w.resolve()
		if w.entity(a, 1) != w.entity(b, 1) {
			t.Fatal("name and number do not connect")
		}
		w.forget(b, 2)
		w.resolve()
		if w.entity(a, 1) == w.entity(b, 1) {
			t.Error("connected by a number that is forgotten")
		}
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE asked"); n != 1 {
			t.Errorf("%d pairs are asked, want the one that the name alone leaves", n)
		}
		if n := w.scalar("SELECT count(*) FROM graph_due"); n != 0 {
			t.Errorf("%d pairs are still due", n)
		}
		w.rebuilds()
	})
}
