package graph

import (
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// retraction removes what retracted signals brought, retractionsPerAct at a time.
func (r *resolver) retraction(s evidence.Signal, step int64) (next int64, err error) {
	signals, err := evidence.RetractedBy(r.a.Ctx(), r.a.Tx(), s.ID)
	if err != nil {
		return 0, err
	}
	end := min(step+retractionsPerAct, int64(len(signals)))
	seeds := map[int64]bool{}
	for _, sid := range signals[step:end] {
		if err := r.retract(sid, seeds); err != nil {
			return 0, err
		}
	}
	if end == int64(len(signals)) {
		end = 0
	}
	return end, r.divide(seeds)
}

// retract removes one signal and notes whose entities change. A model stays in
// force until the next one: what was decided under it cannot be weighed as if it
// had not been.
func (r *resolver) retract(sid id.Signal, seeds map[int64]bool) error {
	s, err := evidence.Get(r.a, sid)
	if err != nil {
		return err
	}
	switch s.Kind {
	case evidence.KindVerdict:
		return r.unsay(s.Seq)
	case evidence.KindModel, evidence.KindRetraction:
		return nil
	}
	first, last := placesOf(s.Seq)
	mentions, err := r.q.MentionsBetween(r.a.Ctx(), db.MentionsBetweenParams{First: first, Last: last})
	if err != nil {
		return fault.Wrap("graph.retract", err)
	}
	for _, m := range mentions {
		seeds[m.Entity] = true
		if err := r.retractMention(m, seeds); err != nil {
			return err
		}
	}
	return fault.Wrap("graph.retract", r.q.DeleteLinksBetween(r.a.Ctx(), db.DeleteLinksBetweenParams{First: first, Last: last}))
}

func (r *resolver) retractMention(m db.GraphMention, seeds map[int64]bool) error {
	due, err := r.loosen(m, nil, seeds)
	if err != nil {
		return err
	}
	if err := r.q.DeleteMention(r.a.Ctx(), m.Place); err != nil {
		return fault.Wrap("graph.retract", err)
	}
	if err := r.q.DeleteVerdictsOn(r.a.Ctx(), m.Place); err != nil {
		return fault.Wrap("graph.retract", err)
	}
	delete(r.deck.cards, m.Place)
	for _, p := range due {
		if err := r.weigh(p, seeds); err != nil {
			return err
		}
	}
	return nil
}

// weigh weighs two mentions that have become neighbours, and notes whose entities
// change.
func (r *resolver) weigh(p [2]int64, seeds map[int64]bool) error {
	a, err := r.card(p[0])
	if err != nil || a == nil {
		return err
	}
	b, err := r.card(p[1])
	if err != nil || b == nil {
		return err
	}
	o, err := r.pair(a, b)
	if o.state == stateSame {
		seeds[a.entity], seeds[b.entity] = true, true
	}
	return err
}

// loosen takes from a mention every pair it is in and all keys but those to keep,
// and notes whose entities change. It gives the pairs of other mentions that have
// become neighbours by it, the earlier mention first. It opens nothing.
func (r *resolver) loosen(m db.GraphMention, keep []key, seeds map[int64]bool) (due [][2]int64, err error) {
	for _, k := range unpackKeys(m.Keys) {
		if k.sort == ofSort || slices.ContainsFunc(keep, func(o key) bool { return o.sort == k.sort && o.token == k.token }) {
			continue
		}
		if err := r.q.DeleteToken(r.a.Ctx(), db.DeleteTokenParams{Token: k.token[:], Place: m.Place}); err != nil {
			return nil, fault.Wrap("graph.loosen", err)
		}
		moved, err := r.movedUp(k, m.Place)
		if err != nil {
			return nil, err
		}
		due = append(due, moved...)
	}
	pairs, err := r.q.PairsOf(r.a.Ctx(), m.Place)
	if err != nil {
		return nil, fault.Wrap("graph.loosen", err)
	}
	for _, p := range pairs {
		if err := r.q.DeletePair(r.a.Ctx(), db.DeletePairParams{A: p.A, B: p.B}); err != nil {
			return nil, fault.Wrap("graph.loosen", err)
		}
		if p.State != stateSame {
			continue
		}
		o, err := r.q.Mention(r.a.Ctx(), p.A+p.B-m.Place)
		if err != nil {
			return nil, fault.Wrap("graph.loosen", err)
		}
		seeds[o.Entity] = true
	}
	return due, nil
}

// movedUp gives the new neighbours that follow from taking a mention out of the
// row of those with a key: each of the next ones reaches one further back.
func (r *resolver) movedUp(k key, place int64) (pairs [][2]int64, err error) {
	before, behind, err := r.around(k, place)
	if err != nil {
		return nil, err
	}
	reach := int(k.sort.neighbours())
	for i, b := range behind {
		back := reach - 1 - i
		if back >= len(before) {
			continue
		}
		looks, err := r.looksUp(b, k)
		if err != nil {
			return nil, err
		}
		if looks {
			pairs = append(pairs, [2]int64{before[back], b})
		}
	}
	return pairs, nil
}

// around are the neighbours of a place by a key, the nearest first.
func (r *resolver) around(k key, place int64) (before, behind []int64, err error) {
	reach := k.sort.neighbours()
	if reach == 0 {
		return nil, nil, nil
	}
	if before, err = r.q.Before(r.a.Ctx(), db.BeforeParams{Token: k.token[:], Place: place, Limit: reach}); err == nil {
		behind, err = r.q.Behind(r.a.Ctx(), db.BehindParams{Token: k.token[:], Place: place, Limit: reach})
	}
	return before, behind, fault.Wrap("graph.around", err)
}

// looksUp tells whether the mention at a place seeks neighbours by a key it has.
func (r *resolver) looksUp(place int64, k key) (bool, error) {
	if k.sort != byWord && k.sort != byAddress {
		return true, nil
	}
	m, err := r.q.Mention(r.a.Ctx(), place)
	c := card{keys: unpackKeys(m.Keys)}
	return slices.ContainsFunc(c.looksUp(), func(o key) bool { return o.sort == k.sort }), fault.Wrap("graph.looksUp", err)
}
