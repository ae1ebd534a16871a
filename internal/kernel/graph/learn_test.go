package graph

import (
	"context"
	"database/sql"
	"math"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/linkage"
)

func TestLearnRefuses(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for range 20 {
		w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"))))
	}
	w.resolve()
	if _, err := w.graph.Learn(t.Context()); !fault.Is(err, fault.Conflict) {
		t.Errorf("learned from 20 persons: %v", err)
	}
	w.graph.Self = w.analyst
	if _, err := w.graph.Learn(t.Context()); !fault.Is(err, fault.Denied) {
		t.Errorf("an analyst learns: %v", err)
	}
	if n := w.scalar("SELECT count(*) FROM evidence_signal WHERE kind = 'model'"); n != 0 {
		t.Errorf("%d models were recorded", n)
	}
}

func TestLearn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		p := newPeople(1)
		for range 300 {
			w.record(w.source, p.signal())
		}
		w.resolve()
		l, err := w.graph.Learn(t.Context())
		ok(t, err)
		if l.Persons < 250 || l.Weights["person"] < 300 || l.Weights["place"] != 300 || l.Weights["organisation"] != 0 {
			t.Errorf("learned: %+v", l)
		}
		w.resolve()
		if n := w.scalar("SELECT count(*) FROM graph_model WHERE signal = $1", l.Signal.String()); n != 1 {
			t.Error("what was learned is not in force")
		}
		again, err := w.graph.Learn(t.Context())
		ok(t, err)
		if again.Persons < 250 {
			t.Errorf("learned again: %+v", again)
		}
		w.rebuilds()
	})
}

// TestLearnsByItself: the node learns once there are persons enough, and again only
// when they have doubled; each score names the weights that gave it.
func TestLearnsByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		p := newPeople(1)
		grow := func(n int) (models int64) {
			for range n {
				w.record(w.source, p.signal())
			}
			w.resolve()
			ok(t, w.graph.LearnIfDue(t.Context()))
			w.resolve()
			return w.scalar("SELECT count(*) FROM graph_model")
		}
		if n := grow(40); n != 0 {
			t.Errorf("learned %d times from 40 signals", n)
		}
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE model <> 0"); n != 0 {
			t.Errorf("%d scores name weights that are not the catalogue's", n)
		}
		if n := grow(260); n != 1 {
			t.Fatalf("learned %d times from 300 signals", n)
		}
		first := w.scalar("SELECT max(seq) FROM graph_model")
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE levels <> '' AND model <> $1", first); n != 0 {
			t.Errorf("%d scores do not name the weights that gave them", n)
		}
		if n := grow(10); n != 1 {
			t.Errorf("learned %d times, though hardly anybody came", n)
		}
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE levels <> '' AND model <> $1", first); n != 0 {
			t.Errorf("%d later scores do not name the weights in force", n)
		}
		w.rebuilds()
	})
}

// TestEachPairIsExplainedByItsWeights: a doubt shows the score that it was given, by
// the weights that gave it.
func TestEachPairIsExplainedByItsWeights(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for range 2 {
		w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	}
	w.resolve()
	before := w.doubt()
	if before.Model != 0 {
		t.Fatalf("the score is of the weights %d", before.Model)
	}
	w.adoptOther(func(x *Weights) { x.Persons = 200 }) // her name is a rare one
	w.resolve()
	after := w.doubt()
	if after.Model == 0 || math.Round(after.Score.Total*1000) != float64(w.scalar("SELECT score FROM graph_pair")) {
		t.Errorf("the score is %v of the weights %d", after.Score.Total, after.Model)
	}
	if after.Score.Total == before.Score.Total {
		t.Error("other weights give the same score: the test tests nothing")
	}
}

// TestWeightsOfTheActBefore: of two processes that resolve, the second waits for the
// first, and weighs by the weights that the first one put in force.
func TestWeightsOfTheActBefore(t *testing.T) {
	w := newWorld(t, dbtest.Postgres(t))
	ctx := t.Context()
	w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	w.resolve()
	w.adoptOther(func(x *Weights) { x.Persons = 200 })
	w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	done := make(chan error, 1)
	ok(t, w.ground.DB.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx) // the first process: it adopts the weights, and no more
		if _, err := q.LockCursor(ctx); err != nil {
			return err
		}
		go func() { done <- w.graph.Resolve(context.Background()) }()
		for waits := 0; waits == 0; time.Sleep(10 * time.Millisecond) {
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waits); err != nil {
				return err
			}
		}
		models, err := evidence.After(ctx, tx, 1, 1)
		if err != nil {
			return err
		}
		if err := q.InsertModel(ctx, db.InsertModelParams{Seq: 2, Signal: models[0].ID.String(), Body: models[0].Coded["weights"]}); err != nil {
			return err
		}
		return q.Advance(ctx, db.AdvanceParams{Seq: 2})
	}))
	ok(t, <-done)
	if n := w.scalar("SELECT count(*) FROM graph_pair WHERE model = 2"); n != 1 {
		t.Error("a pair was weighed by weights that were no longer in force")
	}
	w.rebuilds()
}

// doubt is the one doubt there is.
func (w *world) doubt() Doubt {
	w.t.Helper()
	list, err := w.graph.Queue(w.t.Context(), w.analyst, Place{}, false, 5)
	ok(w.t, err)
	if len(list) != 1 {
		w.t.Fatalf("%d doubts", len(list))
	}
	return list[0]
}

// TestAdoptionWeighsAnew: new weights apply to the pairs that there are.
func TestAdoptionWeighsAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
		b := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
		w.resolve()
		together := func() bool { return w.entity(a, 1) == w.entity(b, 1) }
		if together() {
			t.Fatal("one by the name alone")
		}
		w.adopt(0.01)
		w.resolve()
		if !together() {
			t.Error("not one where every hundredth pair is")
		}
		w.adopt(1e-4)
		w.resolve()
		if together() {
			t.Error("still one by weights that are replaced")
		}
		w.rebuilds()
	})
}

// TestEstimate: from pairs of which nobody said what they are, the search finds
// the share and the weights they were drawn with.
func TestEstimate(t *testing.T) {
	now, err := readWeights(initialWeights(t))
	ok(t, err)
	m := *now.models[evidence.Organisation]
	m.Bonds = nil
	truth := linkage.Distribution{linkage.Exact: 0.6, linkage.High: 0.2, linkage.Differ: 0.2}
	chance := linkage.Distribution{linkage.Exact: 0.001, linkage.High: 0.009, linkage.Differ: 0.99}
	s := sample{map[string]float64{}}
	const pairs, same = 1e7, 2e4
	for _, a := range []linkage.Level{linkage.Exact, linkage.High, linkage.Differ} {
		for _, b := range []linkage.Level{linkage.Exact, linkage.Differ} {
			for _, c := range []linkage.Level{linkage.Exact, linkage.Differ} {
				p := map[linkage.Level]float64{linkage.Exact: 0.7, linkage.Differ: 0.3}
				u := map[linkage.Level]float64{linkage.Exact: 0.002, linkage.Differ: 0.998}
				s.add([]linkage.Level{a, linkage.Missing, b, c}, same*truth[a]*p[b]*p[c]+(pairs-same)*chance[a]*u[b]*u[c])
			}
		}
	}
	got := estimate(&m, s)
	ok(t, got.Check())
	if share := got.Prior * pairs / same; share < 0.9 || share > 1.1 {
		t.Errorf("the share is found as %.2f of what it is", share)
	}
	for _, l := range []linkage.Level{linkage.Exact, linkage.High, linkage.Differ} {
		if d := math.Abs(got.Fields[0].M[l] - truth[l]); d > 0.05 {
			t.Errorf("m of %v is %.3f, want %.3f", l, got.Fields[0].M[l], truth[l])
		}
	}
}
