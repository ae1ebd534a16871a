package graph

import (
	"context"
	"database/sql"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// Bounds of one act of resolution.
const (
	signalsPerAct     = 100
	duePerAct         = 400
	retractionsPerAct = 50
	rejudgedPerAct    = 200 // earlier mentions whose pairs are weighed again
)

// Resolve follows the signals that were recorded, until none is left, in acts of
// at most signalsPerAct signals. It is a job: any number of processes may run it
// at a time, and it may be repeated.
func (g *Graph) Resolve(ctx context.Context) error {
	d := newDeck()
	for {
		behind, err := g.behind(ctx)
		if err != nil || !behind {
			return err
		}
		ask := g.ask(g.Self, VerbResolve, consent.Resolution, id.Entity{})
		if _, err := act.Do(ctx, g.Ground, ask, func(a *act.Act) (struct{}, error) { return struct{}{}, g.follow(a, d) }); err != nil {
			return err
		}
	}
}

// behind tells whether there is anything to follow.
func (g *Graph) behind(ctx context.Context) (behind bool, err error) {
	err = g.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		at, err := q.Cursor(ctx)
		if err != nil {
			return fault.Wrap("graph.behind", err)
		}
		due, err := q.CountDue(ctx)
		if err != nil {
			return fault.Wrap("graph.behind", err)
		}
		head, err := evidence.Head(ctx, tx)
		behind = at.Seq < head || due > 0
		return err
	})
	return behind, err
}

// resolver is the state of one act of resolution.
type resolver struct {
	g    *Graph
	a    *act.Act
	q    *db.Queries
	deck *deck

	models  []inForce
	rows    map[int64]*entityRow // entities in hand, by founder
	touched map[int64]id.Entity  // what the present step changed, by founder
}

func (g *Graph) newResolver(a *act.Act, d *deck) (*resolver, error) {
	r := &resolver{g: g, a: a, q: db.New(a.Tx()), deck: d, rows: map[int64]*entityRow{}, touched: map[int64]id.Entity{}}
	return r, r.loadModels()
}

// follow is one act. The cursor's row lock comes first: of several processes one
// works, and the next one begins where it ended.
func (g *Graph) follow(a *act.Act, d *deck) error {
	at, err := db.New(a.Tx()).LockCursor(a.Ctx())
	if err != nil {
		return fault.Wrap("graph.follow", err)
	}
	r, err := g.newResolver(a, d) // after the lock: what it reads is what the act before left
	if err != nil {
		return err
	}
	if at.Changes != d.changes+1 {
		*d = *newDeck() // somebody else changed what the cards say, or the last act failed
	}
	d.changes = never // until this one has come to its end
	if at.Seq == 0 && at.Step == 0 {
		if err := g.derived(a.Ctx(), r.q); err != nil {
			return err
		}
	}
	if err := r.drain(); err != nil {
		return err
	}
	signals, err := evidence.After(a.Ctx(), a.Tx(), at.Seq, signalsPerAct)
	if err != nil {
		return err
	}
	step := at.Step
	for _, s := range signals {
		if step, err = r.signal(s, step); err != nil {
			return err
		}
		a.Touch("signal", s.ID.String())
		if step > 0 {
			break // the rest of this signal belongs to the next act
		}
		at.Seq = s.Seq
	}
	if err := r.q.Advance(a.Ctx(), db.AdvanceParams{Seq: at.Seq, Step: step}); err != nil {
		return fault.Wrap("graph.follow", err)
	}
	d.changes = at.Changes
	return a.Emit(act.EntityResolved, "graph", "")
}

// signal follows one signal from a step on, and gives the step that comes next, 0
// when it is done. What else is derived follows at once.
func (r *resolver) signal(s evidence.Signal, step int64) (next int64, err error) {
	switch s.Kind {
	case evidence.KindVerdict:
		err = r.verdict(s)
	case evidence.KindRetraction:
		next, err = r.retraction(s, step)
	case evidence.KindModel:
		next, err = r.adopt(s, step)
	default:
		err = r.arrive(s)
	}
	if err != nil {
		return 0, err
	}
	if next > 0 {
		s = part(s)
	}
	return next, r.tell(s)
}

// part is a signal of which only a part has been followed: of no kind, so that
// nothing is derived from it as a whole.
func part(s evidence.Signal) evidence.Signal {
	return evidence.Signal{ID: s.ID, Organisation: s.Organisation, Observed: s.Observed, Recorded: s.Recorded, Seq: s.Seq}
}

// tell hands the step on to what else is derived.
func (r *resolver) tell(s evidence.Signal) error {
	if err := r.flush(); err != nil {
		return err
	}
	founders := make([]int64, 0, len(r.touched))
	for f := range r.touched {
		founders = append(founders, f)
	}
	slices.Sort(founders)
	touched := make([]id.Entity, len(founders))
	for i, f := range founders {
		touched[i] = r.touched[f]
	}
	clear(r.touched)
	if r.g.then.Signal == nil {
		return nil
	}
	return r.g.then.Signal(r.a, s, touched)
}

// loadModels reads which weights hold from when on.
func (r *resolver) loadModels() error {
	r.models = []inForce{{0, r.g.initial}}
	rows, err := r.q.Models(r.a.Ctx())
	if err != nil {
		return fault.Wrap("graph.loadModels", err)
	}
	for _, row := range rows {
		w, err := readWeights([]byte(row.Body))
		if err != nil {
			return err
		}
		r.models = append(r.models, inForce{row.Seq, w})
	}
	return nil
}
