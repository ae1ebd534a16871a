package graph

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// EntityFacts are what the policies may know of an entity. It is owned by the
// source of its first mention and was brought to all its sources. It is protected
// if any mention of it is of somebody whom the law protects, or of what is hers.
func EntityFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	q := db.New(tx)
	e, err := entityNamed(ctx, q, recordID)
	if err != nil {
		return policy.Facts{}, err
	}
	founder, err := q.Mention(ctx, e.Founder)
	if err != nil {
		return policy.Facts{}, fault.Wrap("graph.EntityFacts", err)
	}
	sources, err := q.Sources(ctx, e.Founder)
	f := policy.Facts{Owner: id.Trusted[id.Organisation](founder.Organisation), Protected: protected(e.Roles)}
	f.Child = f.Protected && child(e.Ages)
	for _, s := range sources {
		f.Recipients = append(f.Recipients, id.Trusted[id.Organisation](s))
	}
	return f, fault.Wrap("graph.EntityFacts", err)
}

// MentionFacts are what the policies may know of a mention.
func MentionFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	m, err := db.New(tx).MentionByID(ctx, recordID)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.Facts{}, notFound("graph.MentionFacts")
	}
	if err != nil {
		return policy.Facts{}, fault.Wrap("graph.MentionFacts", err)
	}
	owner := id.Trusted[id.Organisation](m.Organisation)
	f := policy.Facts{Owner: owner, Recipients: []id.Organisation{owner}, Protected: protected(m.Role)}
	f.Child = f.Protected && child(m.Age)
	return f, nil
}

// child tells whether somebody of these stated ages is treated as a child: stated
// to be one by anybody, or by nobody to be an adult (CETS 197 Art. 10(3)).
func child(ages string) bool {
	stated := strings.Fields(ages)
	return slices.Contains(stated, string(evidence.Child)) || !slices.Contains(stated, string(evidence.Adult))
}

// Hub is what rules may know of an entity.
type Hub struct {
	Kind      evidence.MentionKind
	Roles     []evidence.Role
	Mentions  int
	Protected bool // a person whom the law protects
	Listed    bool // a directory lists it, as a whole or in part: a shelter, a public body
}

// own tells whether such a thing belongs to one person: whose number stands for
// her. The number of somebody who is protected and accused at once is protected
// as she is.
func own(k evidence.MentionKind) bool {
	switch k {
	case evidence.Phone, evidence.Email, evidence.Handle, evidence.Account, evidence.Document:
		return true
	}
	return false
}

// HubOf describes an entity for the rules; fault.NotFound if it is gone.
func HubOf(ctx context.Context, tx *sql.Tx, e id.Entity) (Hub, error) {
	row, err := db.New(tx).EntityByID(ctx, e.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Hub{}, notFound("graph.HubOf")
	}
	h := Hub{Kind: evidence.MentionKind(row.Kind), Mentions: int(row.Mentions), Roles: rolesOf(row.Roles),
		Listed: slices.Contains(strings.Fields(row.Roles), aid)}
	h.Protected = protected(row.Roles) && (h.Kind == evidence.Person || accused(row.Roles) && own(h.Kind))
	return h, fault.Wrap("graph.HubOf", err)
}

// Sighting is one person whom the law protects, seen together with an entity in
// one signal.
type Sighting struct {
	Person       id.Entity
	Signal       id.Signal
	Organisation id.Organisation
	Observed     time.Time
	Anonymous    bool // nothing is known that could tell her from others
	Child        bool
}

// Behind lists the protected persons who were seen with an entity in the newest
// of its mentions, in the order of recording.
func Behind(ctx context.Context, tx *sql.Tx, e id.Entity, mentions int) ([]Sighting, error) {
	q := db.New(tx)
	row, err := q.EntityByID(ctx, e.String())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound("graph.Behind")
	}
	if err != nil {
		return nil, fault.Wrap("graph.Behind", err)
	}
	seen, err := q.SeenWith(ctx, db.SeenWithParams{Entity: row.Founder, Limit: int32(mentions)})
	out := make([]Sighting, 0, len(seen))
	for _, s := range seen {
		out = append(out, Sighting{Person: id.Trusted[id.Entity](s.ID), Signal: id.Trusted[id.Signal](s.Signal), Organisation: id.Trusted[id.Organisation](s.Organisation),
			Observed: clock.FromMicro(s.Observed), Anonymous: s.Mentions == 1 && anonymous(unpackKeys(s.Keys)), Child: child(s.Ages)})
	}
	return out, fault.Wrap("graph.Behind", err)
}

// anonymous: an address alone tells nobody from her neighbours.
func anonymous(keys []key) bool {
	return !slices.ContainsFunc(keys, func(k key) bool { return k.sort != byAddress && k.sort != ofSort })
}

// RelativesBehind lists the pairs, among the persons seen with an entity in the
// newest of its mentions, of whom some signal says that they are relatives.
func RelativesBehind(ctx context.Context, tx *sql.Tx, e id.Entity, mentions int, persons []Sighting) ([][2]id.Entity, error) {
	q := db.New(tx)
	row, err := q.EntityByID(ctx, e.String())
	if err != nil {
		return nil, fault.Wrap("graph.RelativesBehind", err)
	}
	rows, err := q.RelativesBehind(ctx, db.RelativesBehindParams{Entity: row.Founder, Limit: int32(mentions)})
	if err != nil {
		return nil, fault.Wrap("graph.RelativesBehind", err)
	}
	among := map[string]bool{}
	for _, p := range persons {
		among[p.Person.String()] = true
	}
	var out [][2]id.Entity
	for _, r := range rows {
		if among[r.One] && among[r.Other] && r.One != r.Other {
			out = append(out, [2]id.Entity{id.Trusted[id.Entity](r.One), id.Trusted[id.Entity](r.Other)})
		}
	}
	return out, nil
}

// EntityOf is the entity of a mention; fault.NotFound if the mention was taken
// back or is not yet resolved.
func EntityOf(ctx context.Context, tx *sql.Tx, m id.Mention) (id.Entity, error) {
	q := db.New(tx)
	row, err := q.MentionByID(ctx, m.String())
	if errors.Is(err, sql.ErrNoRows) {
		return id.Entity{}, notFound("graph.EntityOf")
	}
	if err != nil {
		return id.Entity{}, fault.Wrap("graph.EntityOf", err)
	}
	e, err := q.Entity(ctx, row.Entity)
	return id.Trusted[id.Entity](e.Entity), fault.Wrap("graph.EntityOf", err)
}
