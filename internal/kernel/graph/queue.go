package graph

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/linkage"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Doubt is a pair that waits for a person's word.
type Doubt struct {
	A, B  Side
	Kind  evidence.MentionKind
	Score linkage.Score // its parts say how each field weighs
	Model int64         // the weights that gave it: see Joint
	At    Place         // where it stands in the queue
}

// Side is one of the two mentions.
type Side struct {
	Source
	Entity  id.Entity
	Details act.Shown[evidence.Details]
}

// Place is where a doubt stands in the queue: the likeliest first. The zero Place
// is before the first.
type Place struct{ score, a, b int64 }

// MarshalText writes the place into a link.
func (p Place) MarshalText() ([]byte, error) {
	if p == (Place{}) {
		return nil, nil
	}
	return fmt.Appendf(nil, "%d.%d.%d", p.score, p.a, p.b), nil
}

// UnmarshalText reads it back.
func (p *Place) UnmarshalText(text []byte) error {
	*p = Place{}
	if len(text) == 0 {
		return nil
	}
	var rest string
	n, _ := fmt.Sscanf(string(text), "%d.%d.%d%s", &p.score, &p.a, &p.b, &rest)
	if n != 3 {
		*p = Place{}
		return fault.New(fault.Invalid, "graph.Place", "graph.bad_place")
	}
	return nil
}

// Queue lists up to limit doubtful pairs after a place, or before it if back is
// set, always the likeliest first.
func (g *Graph) Queue(ctx context.Context, by policy.Actor, from Place, back bool, limit int) ([]Doubt, error) {
	return act.Look(ctx, g.Ground, g.ask(by, VerbQueue, consent.Resolution, id.Entity{}), func(a *act.Act) ([]Doubt, error) {
		r, err := g.newResolver(a, newDeck())
		if err != nil {
			return nil, err
		}
		pairs, err := r.asked(from, back, int32(limit))
		if err != nil {
			return nil, err
		}
		out := make([]Doubt, len(pairs))
		for i, p := range pairs {
			if out[i], err = r.doubt(p); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

func (r *resolver) asked(from Place, back bool, limit int32) ([]db.AskedBeforeRow, error) {
	organisation := ""
	if r.a.Grant().Scope() != policy.ScopeNode {
		organisation = r.a.Actor().Organisation.String()
	}
	if !back {
		if from == (Place{}) {
			from.score = math.MaxInt64
		}
		rows, err := r.q.AskedBefore(r.a.Ctx(), db.AskedBeforeParams{Organisation: organisation, Score: from.score, A: from.a, B: from.b, Most: limit})
		return rows, fault.Wrap("graph.asked", err)
	}
	rows, err := r.q.AskedAfter(r.a.Ctx(), db.AskedAfterParams{Organisation: organisation, Score: from.score, A: from.a, B: from.b, Most: limit})
	out := make([]db.AskedBeforeRow, 0, len(rows))
	for _, p := range slices.Backward(rows) {
		out = append(out, db.AskedBeforeRow(p))
	}
	return out, fault.Wrap("graph.asked", err)
}

func (r *resolver) doubt(p db.AskedBeforeRow) (d Doubt, err error) {
	d.At, d.Model = Place{p.Score, p.A, p.B}, p.Model
	a, err := r.q.Mention(r.a.Ctx(), p.A)
	if err != nil {
		return d, fault.Wrap("graph.doubt", err)
	}
	b, err := r.q.Mention(r.a.Ctx(), p.B)
	if err != nil {
		return d, fault.Wrap("graph.doubt", err)
	}
	d.Kind = evidence.MentionKind(a.Kind)
	if d.Score, err = r.explain(a, b, p.Levels, p.Model); err != nil {
		return d, err
	}
	if d.A, err = r.side(a); err != nil {
		return d, err
	}
	d.B, err = r.side(b)
	return d, err
}

func (r *resolver) side(m db.GraphMention) (s Side, err error) {
	e, err := r.q.Entity(r.a.Ctx(), m.Entity)
	if err != nil {
		return s, fault.Wrap("graph.side", err)
	}
	s.Source, s.Entity = sourceOf(m), id.Trusted[id.Entity](e.Entity)
	r.a.Touch("mention", m.Mention)
	// The queue is one list, decided once; whom the law protects is named in it to
	// the organisation that was told, and to nobody else. How the fields agree is
	// enough to judge by.
	if (roleOf(m.Role).Protected() || protected(e.Roles)) && s.Organisation != r.a.Actor().Organisation {
		s.Details = act.Shown[evidence.Details]{Withheld: true}
		return s, nil
	}
	s.Details, err = r.show(m)
	return s, err
}
