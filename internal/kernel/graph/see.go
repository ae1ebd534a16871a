package graph

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/linkage"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Entity is an entity as lists and charts show it. Label is one name or number of
// it, the newest.
type Entity struct {
	ID        id.Entity
	Kind      evidence.MentionKind
	Mentions  int
	First     time.Time // observed
	Last      time.Time
	Roles     []evidence.Role
	Protected bool
	Child     bool
	Shut      bool // its page is not for the reader
	Label     act.Shown[string]
}

// Page is an entity with all that its page shows.
type Page struct {
	Entity
	Sources []id.Organisation
	Fields  []Field
	Listed  int     // mentions that the fields were read from: the newest
	Links   []Count // what it is linked with, by kind
	Joints  []Joint // what holds it together, the strongest first
	Said    []Said  // what people said of it, the latest first
}

// Field is one thing said of an entity, in all the ways it was said.
type Field struct {
	Name   string // "name", "born", "value", "type", "address", "country"
	Values []Value
	// Conflict: of this field only one value can be true, and there are several.
	Conflict bool
}

// Value is one value and who gave it. Where the grant does not cover its class,
// or it was erased, Shown says so and the sources stand together.
type Value struct {
	act.Shown[string]
	Sources []Source
}

// Source is one mention: who said it, when, and how reliable that is.
type Source struct {
	Mention      id.Mention
	Signal       id.Signal
	Organisation id.Organisation
	Observed     time.Time
	Grade        evidence.Grade
	Handling     string // H0 to H3
	Role         evidence.Role
}

// Count is how many other entities of a kind an entity is linked with in one way.
type Count struct {
	Relation evidence.RelationKind
	Other    evidence.MentionKind
	Out      bool // read from the entity to the other
	N        int
}

// Joint is one pair of mentions that the machine takes for the same, or doubts.
type Joint struct {
	A, B  id.Mention
	Doubt bool
	Score linkage.Score // without parts where one number is shared
	Model int64         // the weights that gave the score: the seq of their signal, 0 for those of the catalogue
}

// Said is one verdict of a person.
type Said struct {
	Signal  id.Signal
	Verdict string // same, different, unsure
	A, B    []id.Mention
}

// Bounds of a page.
const (
	listedMentions = 200
	listedJoints   = 50
)

// See shows one entity.
func (g *Graph) See(ctx context.Context, by policy.Actor, purpose policy.Purpose, e id.Entity) (Page, error) {
	return act.Look(ctx, g.Ground, g.ask(by, VerbSee, purpose, e), func(a *act.Act) (Page, error) {
		r, err := g.newResolver(a, newDeck())
		if err != nil {
			return Page{}, err
		}
		row, err := r.entityByID(e)
		if err != nil {
			return Page{}, err
		}
		a.Touch("entity", row.Entity)
		return r.page(row)
	})
}

// Who lists who saw or changed an entity, newest first. before is the number of
// the last line of the page before, or ledger.Newest.
func (g *Graph) Who(ctx context.Context, by policy.Actor, purpose policy.Purpose, e id.Entity, before int64, limit int) ([]ledger.Entry, error) {
	ask := g.ask(by, VerbWho, purpose, e)
	return act.Look(ctx, g.Ground, ask, func(a *act.Act) ([]ledger.Entry, error) {
		return ledger.ForRef(a.Ctx(), a.Tx(), ask.On, before, limit)
	})
}

func (r *resolver) entityByID(e id.Entity) (db.GraphEntity, error) {
	return entityNamed(r.a.Ctx(), r.q, e.String())
}

// entityNamed is the entity of this name, or the one that it has become part of:
// an entity is named after its first mention, so a name that is no entity's any
// more leads to where that mention is now. Whatever refuses the one refuses the
// other, for facts are read by it too.
func entityNamed(ctx context.Context, q *db.Queries, name string) (db.GraphEntity, error) {
	row, err := q.EntityByID(ctx, name)
	if errors.Is(err, sql.ErrNoRows) {
		row, err = q.EntityOnceNamed(ctx, name)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return row, notFound("graph.entityNamed")
	}
	return row, fault.Wrap("graph.entityNamed", err)
}

func (r *resolver) page(row db.GraphEntity) (p Page, err error) {
	mentions, err := r.q.NewestOf(r.a.Ctx(), db.NewestOfParams{Entity: row.Founder, Limit: listedMentions})
	if err != nil {
		return p, fault.Wrap("graph.page", err)
	}
	p.Entity, p.Listed = entityOf(row), len(mentions)
	f := fieldsRead{}
	for _, m := range mentions {
		d, err := r.show(m)
		if err != nil {
			return p, err
		}
		f.read(p.Kind, d, sourceOf(m))
		if p.Label.Value == "" {
			p.Label = label(p.Kind, d)
		}
	}
	p.Fields = f.fields
	if p.Sources, err = r.sources(row.Founder); err != nil {
		return p, err
	}
	if p.Links, err = r.counts(row.Founder); err != nil {
		return p, err
	}
	if p.Joints, err = r.joints(row); err != nil {
		return p, err
	}
	p.Said, err = r.saidOf(row.Founder)
	return p, err
}

func entityOf(row db.GraphEntity) Entity {
	e := Entity{ID: id.Trusted[id.Entity](row.Entity), Kind: evidence.MentionKind(row.Kind), Mentions: int(row.Mentions),
		First: clock.FromMicro(row.First), Last: clock.FromMicro(row.Last), Protected: protected(row.Roles)}
	e.Child, e.Roles = e.Protected && child(row.Ages), rolesOf(row.Roles)
	return e
}

func sourceOf(m db.GraphMention) Source {
	return Source{Mention: id.Trusted[id.Mention](m.Mention), Signal: id.Trusted[id.Signal](m.Signal), Organisation: id.Trusted[id.Organisation](m.Organisation),
		Observed: clock.FromMicro(m.Observed), Grade: evidence.Grade(m.Grade), Handling: m.Handling, Role: roleOf(m.Role)}
}

// show opens what a mention says, as far as the grant goes.
func (r *resolver) show(m db.GraphMention) (act.Shown[evidence.Details], error) {
	full, err := evidence.MentionByID(r.a.Ctx(), r.a.Tx(), id.Trusted[id.Mention](m.Mention))
	if err != nil {
		return act.Shown[evidence.Details]{}, err
	}
	if !full.Details.Present() {
		return act.Shown[evidence.Details]{Erased: true}, nil
	}
	return act.Show(r.a, full.Details)
}

// label is the one line by which people know it.
func label(kind evidence.MentionKind, d act.Shown[evidence.Details]) act.Shown[string] {
	l := act.Shown[string]{Withheld: d.Withheld, Erased: d.Erased}
	switch {
	case kind == evidence.Place:
		l.Value = address(d.Value)
	case len(d.Value.Names) > 0:
		l.Value = d.Value.Names[0]
	default:
		l.Value = d.Value.Value
	}
	return l
}

func address(d evidence.Details) string {
	parts := slices.DeleteFunc([]string{d.Line, strings.TrimSpace(d.Postcode + " " + d.Town), d.Country}, func(s string) bool { return s == "" })
	return strings.Join(parts, ", ")
}

// fieldsRead collects what mentions say, value by value.
type fieldsRead struct{ fields []Field }

func (f *fieldsRead) read(kind evidence.MentionKind, d act.Shown[evidence.Details], s Source) {
	if d.Withheld || d.Erased {
		f.add("details", act.Shown[string]{Withheld: d.Withheld, Erased: d.Erased}, s)
		return
	}
	for _, n := range d.Value.Names {
		f.say("name", n, s)
	}
	f.say("born", d.Value.Born, s)
	f.say("value", d.Value.Value, s)
	f.say("type", d.Value.Type, s)
	if kind == evidence.Place {
		f.say("address", address(d.Value), s)
		return
	}
	f.say("country", d.Value.Country, s)
}

func (f *fieldsRead) say(name, value string, s Source) {
	if value != "" {
		f.add(name, act.Shown[string]{Value: value}, s)
	}
}

func (f *fieldsRead) add(name string, v act.Shown[string], s Source) {
	i := slices.IndexFunc(f.fields, func(x Field) bool { return x.Name == name })
	if i < 0 {
		i = len(f.fields)
		f.fields = append(f.fields, Field{Name: name})
	}
	x := &f.fields[i]
	j := slices.IndexFunc(x.Values, func(o Value) bool { return o.Shown == v })
	if j < 0 {
		j = len(x.Values)
		x.Values = append(x.Values, Value{Shown: v})
	}
	x.Values[j].Sources = append(x.Values[j].Sources, s)
	x.Conflict = len(x.Values) > 1 && (name == "born" || name == "type" || name == "country")
}

func (r *resolver) sources(founder int64) (out []id.Organisation, err error) {
	rows, err := r.q.Sources(r.a.Ctx(), founder)
	for _, s := range rows {
		out = append(out, id.Trusted[id.Organisation](s))
	}
	return out, fault.Wrap("graph.sources", err)
}

func (r *resolver) counts(founder int64) (out []Count, err error) {
	from, err := r.q.CountFrom(r.a.Ctx(), founder)
	if err != nil {
		return nil, fault.Wrap("graph.counts", err)
	}
	for _, c := range from {
		out = append(out, Count{Relation: evidence.RelationKind(c.Kind), Other: evidence.MentionKind(c.Other), Out: true, N: int(c.N)})
	}
	to, err := r.q.CountTo(r.a.Ctx(), founder)
	for _, c := range to {
		out = append(out, Count{Relation: evidence.RelationKind(c.Kind), Other: evidence.MentionKind(c.Other), N: int(c.N)})
	}
	return out, fault.Wrap("graph.counts", err)
}

// joints explains the pairs within an entity.
func (r *resolver) joints(row db.GraphEntity) (out []Joint, err error) {
	pairs, err := r.q.PairsWithin(r.a.Ctx(), db.PairsWithinParams{Entity: row.Founder, Limit: listedJoints})
	if err != nil {
		return nil, fault.Wrap("graph.joints", err)
	}
	for _, p := range pairs {
		a, err := r.q.Mention(r.a.Ctx(), p.A)
		if err != nil {
			return nil, fault.Wrap("graph.joints", err)
		}
		b, err := r.q.Mention(r.a.Ctx(), p.B)
		if err != nil {
			return nil, fault.Wrap("graph.joints", err)
		}
		score, err := r.explain(a, b, p.Levels, p.Model)
		if err != nil {
			return nil, err
		}
		out = append(out, Joint{A: id.Trusted[id.Mention](a.Mention), B: id.Trusted[id.Mention](b.Mention), Doubt: p.State == stateDoubt, Score: score, Model: p.Model})
	}
	return out, nil
}

// explain weighs a pair again from what it keeps, by the weights that gave its score.
func (r *resolver) explain(a, b db.GraphMention, text string, model int64) (linkage.Score, error) {
	if text == "" {
		return linkage.Score{Total: identified / 1000, Probability: 1}, nil
	}
	levels, err := decodeLevels(text)
	if err != nil {
		return linkage.Score{}, err
	}
	by := r.models[max(0, slices.IndexFunc(r.models, func(m inForce) bool { return m.seq == model }))]
	return by.weigh(evidence.MentionKind(a.Kind), levels, unpackKeys(a.Keys), unpackKeys(b.Keys)), nil
}

func (r *resolver) saidOf(founder int64) ([]Said, error) {
	rows, err := r.q.VerdictsWithin(r.a.Ctx(), founder)
	if err != nil {
		return nil, fault.Wrap("graph.saidOf", err)
	}
	seen := map[int64]bool{}
	var out []Said
	for _, v := range slices.Backward(rows) {
		if seen[v.Seq] {
			continue
		}
		seen[v.Seq] = true
		s := Said{Signal: id.Trusted[id.Signal](v.Signal), Verdict: v.Verdict}
		all, err := r.q.Verdict(r.a.Ctx(), v.Seq)
		if err != nil {
			return nil, fault.Wrap("graph.saidOf", err)
		}
		slices.SortFunc(all, func(x, y db.GraphVerdict) int { return cmp.Compare(x.Place, y.Place) })
		for _, w := range all {
			m, err := r.q.Mention(r.a.Ctx(), w.Place)
			if err != nil {
				return nil, fault.Wrap("graph.saidOf", err)
			}
			side := &s.A
			if w.Side == 2 {
				side = &s.B
			}
			*side = append(*side, id.Trusted[id.Mention](m.Mention))
		}
		out = append(out, s)
	}
	return out, nil
}
