package graph

import (
	"database/sql"
	"errors"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// Forget removes what was derived from the words of mentions that are erased:
// their keys, the keys that others had from them, their pairs. They stay as
// stubs, each an entity of its own; what remains is divided anew, as if they had
// never been more. It opens nothing. Mentions that others must now be compared
// with are left to Resolve, which the act calls for.
func Forget(a *act.Act, mentions []evidence.Mention) error {
	r := &resolver{a: a, q: db.New(a.Tx()), deck: newDeck(), rows: map[int64]*entityRow{}, touched: map[int64]id.Entity{}}
	if _, err := r.q.LockCursor(a.Ctx()); err != nil {
		return fault.Wrap("graph.Forget", err)
	}
	gone := map[int64]db.GraphMention{}
	signals := map[int64]bool{}
	for _, m := range mentions {
		row, err := r.q.MentionByID(a.Ctx(), m.ID.String())
		if errors.Is(err, sql.ErrNoRows) {
			continue // retracted, or not yet resolved: resolution will find nothing
		}
		if err != nil {
			return fault.Wrap("graph.Forget", err)
		}
		gone[row.Place] = row
		signals[seqOf(row.Place)] = true
	}
	seeds := map[int64]bool{}
	for _, m := range gone {
		if err := r.reshape(m, nil, true, seeds); err != nil {
			return err
		}
	}
	for seq := range signals {
		if err := r.forgetFrom(seq, gone, seeds); err != nil {
			return err
		}
	}
	if err := r.divide(seeds); err != nil {
		return err
	}
	for founder := range r.touched {
		if err := r.q.InsertDue(a.Ctx(), db.InsertDueParams{A: founder}); err != nil {
			return fault.Wrap("graph.Forget", err)
		}
	}
	if err := r.flush(); err != nil {
		return err
	}
	return a.Emit(act.SignalRecorded, "evidence", "")
}

// forgetFrom takes from the other mentions of a signal the keys that they have
// from forgotten ones.
func (r *resolver) forgetFrom(seq int64, gone map[int64]db.GraphMention, seeds map[int64]bool) error {
	first, last := placesOf(seq)
	mentions, err := r.q.MentionsBetween(r.a.Ctx(), db.MentionsBetweenParams{First: first, Last: last})
	if err != nil {
		return fault.Wrap("graph.forgetFrom", err)
	}
	for _, m := range mentions {
		if _, forgotten := gone[m.Place]; forgotten {
			continue
		}
		keys := unpackKeys(m.Keys)
		keep := slices.DeleteFunc(slices.Clone(keys), func(k key) bool {
			_, from := gone[placeOf(seq, int(k.from))]
			return k.from > 0 && from
		})
		if len(keep) == len(keys) {
			continue
		}
		if err := r.reshape(m, keep, m.Blank, seeds); err != nil {
			return err
		}
	}
	return nil
}

// reshape leaves a mention only the keys to keep; all that must be weighed for it
// becomes due.
func (r *resolver) reshape(m db.GraphMention, keep []key, blank bool, seeds map[int64]bool) error {
	seeds[m.Entity] = true
	due, err := r.loosen(m, keep, seeds)
	if err != nil {
		return err
	}
	for _, k := range (&card{keys: keep}).looksUp() {
		before, behind, err := r.around(k, m.Place)
		if err != nil {
			return err
		}
		for _, p := range before {
			due = append(due, [2]int64{p, m.Place})
		}
		for _, p := range behind {
			looks, err := r.looksUp(p, k)
			if err != nil {
				return err
			}
			if looks {
				due = append(due, [2]int64{m.Place, p})
			}
		}
	}
	for _, p := range due {
		if err := r.q.InsertDue(r.a.Ctx(), db.InsertDueParams{A: p[0], B: p[1]}); err != nil {
			return fault.Wrap("graph.reshape", err)
		}
	}
	return fault.Wrap("graph.reshape", r.q.Reshape(r.a.Ctx(), db.ReshapeParams{Place: m.Place, Keys: packKeys(keep), Blank: blank}))
}

// drain weighs what a forgetting left due, and tells what else is derived which
// entities it changed, as of the newest signal of each.
func (r *resolver) drain() error {
	rows, err := r.q.Due(r.a.Ctx(), duePerAct)
	if err != nil || len(rows) == 0 {
		return fault.Wrap("graph.drain", err)
	}
	seeds := map[int64]bool{}
	for _, d := range rows {
		switch {
		case d.B > 0:
			err = r.weigh([2]int64{d.A, d.B}, seeds)
		default:
			err = r.touchFounder(d.A)
		}
		if err != nil {
			return err
		}
		if err := r.q.DeleteDue(r.a.Ctx(), db.DeleteDueParams{A: d.A, B: d.B}); err != nil {
			return fault.Wrap("graph.drain", err)
		}
	}
	if err := r.divide(seeds); err != nil {
		return err
	}
	return r.tellEach()
}

func (r *resolver) touchFounder(founder int64) error {
	m, err := r.q.Mention(r.a.Ctx(), founder)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // taken back meanwhile, and told then
	}
	if err != nil {
		return fault.Wrap("graph.touchFounder", err)
	}
	r.touch(founder, entityID(id.Trusted[id.Mention](m.Mention)))
	return nil
}

// tellEach tells of each entity touched as of its newest signal.
func (r *resolver) tellEach() error {
	founders := make([]int64, 0, len(r.touched))
	for f := range r.touched {
		founders = append(founders, f)
	}
	slices.Sort(founders)
	touched := r.touched
	for _, f := range founders {
		newest, err := r.q.NewestOf(r.a.Ctx(), db.NewestOfParams{Entity: f, Limit: 1})
		if err != nil {
			return fault.Wrap("graph.tellEach", err)
		}
		s := evidence.Signal{}
		if len(newest) > 0 {
			if s, err = evidence.Get(r.a, id.Trusted[id.Signal](newest[0].Signal)); err != nil {
				return err
			}
		}
		r.touched = map[int64]id.Entity{f: touched[f]}
		if err := r.tell(part(s)); err != nil {
			return err
		}
	}
	return nil
}
