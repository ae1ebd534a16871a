package graph

import (
	"cmp"
	"errors"
	"slices"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
)

// arrive takes in the mentions and relations of a signal.
func (r *resolver) arrive(s evidence.Signal) error {
	r.deck.trim()
	t := opened{signal: s, details: make([]evidence.Details, len(s.Mentions)), blank: make([]bool, len(s.Mentions))}
	for i, m := range s.Mentions {
		var err error
		if t.details[i], t.blank[i], err = open(r.a, m); err != nil {
			return err
		}
	}
	cards := make([]*card, len(s.Mentions))
	for i, m := range s.Mentions {
		c := &card{place: placeOf(s.Seq, i+1), mention: m.ID, kind: m.Kind, blank: t.blank[i], keys: keysOf(r.a, t, i+1, s.Home)}
		c.write(t.details[i])
		if err := r.mention(s, m, c); err != nil {
			return err
		}
		cards[i] = c
	}
	return r.relations(s, cards)
}

// mention takes in one mention: it is weighed against its neighbours and joins
// what it is the same as.
func (r *resolver) mention(s evidence.Signal, m evidence.Mention, c *card) error {
	neighbours, err := r.neighbours(c)
	if err != nil {
		return err
	}
	var same []*card
	for _, n := range neighbours {
		o, err := r.pair(n, c)
		if err != nil {
			return err
		}
		if o.state == stateSame {
			same = append(same, n)
		}
	}
	c.entity = c.place
	part := partOf(s, m)
	err = r.q.InsertMention(r.a.Ctx(), db.InsertMentionParams{
		Place: c.place, Mention: m.ID.String(), Signal: s.ID.String(), Kind: string(m.Kind), Role: part.role, Age: part.age,
		Organisation: s.Organisation.String(), Observed: clock.Micro(s.Observed), Grade: string(s.Grade), Handling: s.Handling.Code,
		Blank: c.blank, Entity: c.entity, Keys: packKeys(c.keys), Founds: entityID(m.ID).String()})
	if err != nil {
		return fault.Wrap("graph.mention", err)
	}
	if err := r.insertTokens(c); err != nil {
		return err
	}
	r.deck.put(c)
	r.rows[c.place] = founded(c, m.ID, part, clock.Micro(s.Observed))
	r.touch(c.place, r.rows[c.place].id)
	return r.join(c, same)
}

// neighbours are the mentions to weigh against, each once, the earliest first.
func (r *resolver) neighbours(c *card) ([]*card, error) {
	places, err := r.before(c)
	if err != nil {
		return nil, err
	}
	out := make([]*card, 0, len(places))
	for p := range places {
		n, err := r.card(p)
		if err != nil {
			return nil, err
		}
		if n != nil {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(x, y *card) int { return cmp.Compare(x.place, y.place) })
	return out, nil
}

// pair weighs two mentions, a being the earlier, and keeps what is the same or
// doubtful. A pair that is kept already stays as it is.
func (r *resolver) pair(a, b *card) (outcome, error) {
	if a.blank || b.blank {
		return outcome{}, nil
	}
	row := db.InsertPairParams{A: a.place, B: b.place}
	var o outcome
	if isThing(a.kind) {
		o = outcome{state: stateSame, score: identified}
	} else {
		if r.hopeless(a, b) {
			return outcome{}, nil
		}
		if err := errors.Join(r.read(a), r.read(b)); err != nil {
			return outcome{}, err
		}
		levels := compare(a, b)
		if levels == nil {
			return outcome{}, nil
		}
		if o = weighSince(r.models, a.kind, levels, a, b); o.state == "" {
			return o, nil
		}
		var err error
		if row.Levels, err = encodeLevels(levels); err != nil {
			return o, err
		}
	}
	row.State, row.Score, row.Model = o.state, o.score, o.model
	if o.state == stateDoubt {
		judged, err := r.isJudged(a.place, b.place)
		if err != nil {
			return o, err
		}
		row.Asked = !judged
	}
	return o, fault.Wrap("graph.pair", r.q.InsertPair(r.a.Ctx(), row))
}

// relations writes the links of a signal: what it says, and that a thing which is
// said to be somebody's is used by her.
func (r *resolver) relations(s evidence.Signal, cards []*card) error {
	said := slices.Clone(s.Relations)
	for i, m := range s.Mentions {
		kind := impliedBy(m.Kind)
		if m.Of > 0 && kind != "" && !belongsBy(s.Relations, m.Of, i+1) {
			said = append(said, evidence.Relation{From: m.Of, To: i + 1, Kind: kind})
		}
	}
	for i, l := range said {
		from, to := cards[l.From-1], cards[l.To-1]
		err := r.q.InsertLink(r.a.Ctx(), db.InsertLinkParams{
			Place: placeOf(s.Seq, i+1), Signal: s.ID.String(), Kind: string(l.Kind), FromMention: from.place, ToMention: to.place,
			FromEntity: from.entity, ToEntity: to.entity, Observed: clock.Micro(s.Observed), Grade: string(s.Grade), Organisation: s.Organisation.String()})
		if err != nil {
			return fault.Wrap("graph.relations", err)
		}
	}
	return nil
}

func impliedBy(thing evidence.MentionKind) evidence.RelationKind {
	switch thing {
	case evidence.Place:
		return evidence.HeldAt
	case evidence.Person, evidence.Organisation:
		return ""
	}
	return evidence.Uses
}

func belongsBy(relations []evidence.Relation, from, to int) bool {
	return slices.ContainsFunc(relations, func(l evidence.Relation) bool {
		return l.From == from && l.To == to && (l.Kind == evidence.Uses || l.Kind == evidence.HeldAt)
	})
}
