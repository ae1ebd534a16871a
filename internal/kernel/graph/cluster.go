package graph

import (
	"maps"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// join puts a new mention, as yet an entity of its own, to those it is the same
// as. Where nothing speaks against it, what is connected is one; otherwise the
// division is made anew.
func (r *resolver) join(c *card, same []*card) error {
	entities := map[int64]*entityRow{}
	for _, n := range same {
		e, err := r.row(n.entity)
		if err != nil {
			return err
		}
		if e == nil {
			return fault.New(fault.Internal, "graph.join", "fault.internal")
		}
		entities[n.entity] = e
	}
	if len(entities) == 0 {
		return nil
	}
	entities[c.place] = r.rows[c.place]
	founders := slices.Sorted(maps.Keys(entities))
	clash, err := r.clash(c, founders, entities)
	if err != nil {
		return err
	}
	if clash {
		seeds := map[int64]bool{}
		for _, f := range founders {
			seeds[f] = true
		}
		return r.divide(seeds)
	}
	for _, f := range founders[1:] {
		if err := r.merge(founders[0], f); err != nil {
			return err
		}
	}
	return nil
}

// clash tells whether something may keep entities apart: a division made before,
// or a signal that has mentions in two of them.
func (r *resolver) clash(c *card, founders []int64, entities map[int64]*entityRow) (bool, error) {
	largest := founders[0]
	for _, f := range founders {
		if entities[f].divided {
			return true, nil
		}
		if entities[f].mentions > entities[largest].mentions {
			largest = f
		}
	}
	if isThing(c.kind) {
		return false, nil
	}
	seen := map[int64]bool{}
	for _, f := range founders {
		if f == largest {
			continue
		}
		places := []int64{f}
		if entities[f].mentions > 1 {
			var err error
			if places, err = r.q.PlacesOf(r.a.Ctx(), f); err != nil {
				return false, fault.Wrap("graph.clash", err)
			}
		}
		for _, p := range places {
			first, last := placesOf(seqOf(p))
			n, err := r.q.Holds(r.a.Ctx(), db.HoldsParams{Entity: largest, First: first, Last: last})
			if err != nil {
				return false, fault.Wrap("graph.clash", err)
			}
			if n > 0 || seen[first] {
				return true, nil
			}
			seen[first] = true
		}
	}
	return false, nil
}

// merge makes one entity of two; into is the one with the earlier founder.
func (r *resolver) merge(into, from int64) error {
	a, err := r.row(into)
	if err != nil {
		return err
	}
	b, err := r.row(from)
	if err != nil {
		return err
	}
	ctx := r.a.Ctx()
	if b.mentions == 1 {
		err = r.q.MoveMention(ctx, db.MoveMentionParams{Place: from, Entity: into})
	} else {
		err = r.q.MoveMentions(ctx, db.MoveMentionsParams{Target: into, Entity: from})
	}
	if err == nil && b.stored {
		err = r.q.MoveLinksFrom(ctx, db.MoveLinksFromParams{Target: into, Entity: from})
	}
	if err == nil && b.stored {
		err = r.q.MoveLinksTo(ctx, db.MoveLinksToParams{Target: into, Entity: from})
	}
	if err != nil {
		return fault.Wrap("graph.merge", err)
	}
	r.deck.move(from, into, b.mentions)
	a.absorb(b)
	r.touch(into, a.id)
	if b.stored {
		r.touch(from, b.id)
	} else {
		delete(r.touched, from) // founded and merged within one step: nobody knew it
	}
	b.gone = true
	return nil
}

// move tells the cards in hand where their mentions are now.
func (d *deck) move(from, into, mentions int64) {
	if mentions == 1 {
		d.rehome(from, into)
		return
	}
	for place := range d.cards {
		if d.cards[place].entity == from {
			d.rehome(place, into)
		}
	}
}

func (d *deck) rehome(place, into int64) {
	if c, ok := d.cards[place]; ok {
		c.entity = into
	}
}

// whole is everything that hangs together with some entities: their mentions, the
// pairs between them, and what people said of them.
type whole struct {
	mentions map[int64]db.GraphMention
	founders map[int64]bool
	edges    []edge
	words    map[int64]*word
	things   map[int64]bool // places of mentions known by a number
}

// divide makes entities anew of all that hangs together with the given ones.
func (r *resolver) divide(seeds map[int64]bool) error {
	w, err := r.gather(seeds)
	if err != nil {
		return err
	}
	places := make([]int64, 0, len(w.mentions))
	for p := range w.mentions {
		places = append(places, p)
	}
	slices.Sort(places)
	words := make([]word, 0, len(w.words))
	for _, x := range w.words {
		words = append(words, *x)
	}
	division := partition(places, w.things, w.edges, words)
	made := map[int64]*entityRow{}
	for _, p := range places {
		m, f := w.mentions[p], division[p]
		if made[f] == nil {
			founder := w.mentions[f]
			made[f] = &entityRow{id: entityID(id.Trusted[id.Mention](founder.Mention)), kind: evidence.MentionKind(founder.Kind)}
		}
		made[f].add(m.Role, m.Age, m.Observed)
		if m.Entity != f {
			if err := r.move(p, f); err != nil {
				return err
			}
		}
	}
	for _, x := range words {
		for _, p := range slices.Concat(x.sides[0], x.sides[1]) {
			made[division[p]].divided = true
		}
	}
	for _, e := range w.edges {
		if a, b := division[e.a], division[e.b]; a != b {
			made[a].divided, made[b].divided = true, true
		}
	}
	return r.replace(w.founders, made)
}

// replace puts new entities in the place of old ones.
func (r *resolver) replace(old map[int64]bool, made map[int64]*entityRow) error {
	for f := range old {
		if made[f] == nil {
			if err := r.drop(f); err != nil {
				return err
			}
		}
	}
	for f, e := range made {
		have, err := r.row(f)
		if err != nil {
			return err
		}
		gone := r.rows[f]
		e.stored = have != nil && have.stored || gone != nil && gone.stored
		r.rows[f] = e
		r.touch(f, e.id)
	}
	return nil
}

// move puts one mention, and its ends of links, to another entity.
func (r *resolver) move(place, into int64) error {
	ctx := r.a.Ctx()
	first, last := placesOf(seqOf(place))
	err := r.q.MoveMention(ctx, db.MoveMentionParams{Place: place, Entity: into})
	if err == nil {
		err = r.q.MoveLinkFrom(ctx, db.MoveLinkFromParams{Target: into, First: first, Last: last, Mention: place})
	}
	if err == nil {
		err = r.q.MoveLinkTo(ctx, db.MoveLinkToParams{Target: into, First: first, Last: last, Mention: place})
	}
	r.deck.rehome(place, into)
	return fault.Wrap("graph.move", err)
}

// gather follows pairs and words from entity to entity. A pair leads from one to
// another only where something keeps them apart.
func (r *resolver) gather(seeds map[int64]bool) (*whole, error) {
	w := &whole{mentions: map[int64]db.GraphMention{}, things: map[int64]bool{}, founders: map[int64]bool{}, words: map[int64]*word{}}
	var todo []int64
	for f := range seeds {
		todo = append(todo, f)
	}
	pairs := map[[2]int64]int64{}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if w.founders[f] {
			continue
		}
		w.founders[f] = true
		ends, err := r.gatherEntity(w, f, pairs)
		if err != nil {
			return nil, err
		}
		for _, p := range ends {
			if _, in := w.mentions[p]; in {
				continue
			}
			m, err := r.q.Mention(r.a.Ctx(), p)
			if err != nil {
				return nil, fault.Wrap("graph.gather", err)
			}
			todo = append(todo, m.Entity)
		}
	}
	for p, score := range pairs {
		w.edges = append(w.edges, edge{p[0], p[1], score})
	}
	w.clip()
	return w, nil
}

// gatherEntity adds one entity and gives the places to which it leads.
func (r *resolver) gatherEntity(w *whole, f int64, pairs map[[2]int64]int64) (ends []int64, err error) {
	mentions, err := r.q.MentionsOf(r.a.Ctx(), f)
	if err != nil {
		return nil, fault.Wrap("graph.gather", err)
	}
	for _, m := range mentions {
		w.mentions[m.Place] = m
		if isThing(evidence.MentionKind(m.Kind)) {
			w.things[m.Place] = true
		}
	}
	same, err := r.q.SameWithin(r.a.Ctx(), f)
	if err != nil {
		return nil, fault.Wrap("graph.gather", err)
	}
	for _, p := range same {
		pairs[[2]int64{p.A, p.B}] = p.Score
		ends = append(ends, p.A, p.B)
	}
	said, err := r.q.VerdictsWithin(r.a.Ctx(), f)
	if err != nil {
		return nil, fault.Wrap("graph.gather", err)
	}
	for _, v := range said {
		if w.words[v.Seq] != nil || v.Verdict == unsure {
			continue
		}
		x, err := r.word(v.Seq)
		if err != nil {
			return nil, err
		}
		w.words[v.Seq] = x
		if x.same {
			ends = append(ends, slices.Concat(x.sides[0], x.sides[1])...)
		}
	}
	return ends, nil
}

// clip leaves out of words what is not among the mentions, or is erased: nobody
// can be told to be the same as somebody forgotten.
func (w *whole) clip() {
	for _, x := range w.words {
		for i, side := range x.sides {
			x.sides[i] = slices.DeleteFunc(side, func(p int64) bool {
				m, in := w.mentions[p]
				return !in || m.Blank
			})
		}
	}
}
