package graph

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Bounds of a chart (experience.md §8): more than these a person does not read.
const (
	MaxSeeds = 25
	MaxNodes = 300

	linksOfNode  = 500 // newest links read of one node
	sourcesShown = 10  // newest signals listed of one edge
)

// Chart is a piece of the graph to be drawn, and the same as a table.
type Chart struct {
	Nodes []Node
	Edges []Edge
	Cut   bool // there was more than MaxNodes
}

// Node is one entity of a chart. More counts what it is linked with, shown or not.
type Node struct {
	Entity
	More []Count
}

// Edge is all signals that link two entities in one way.
type Edge struct {
	From, To id.Entity
	Relation evidence.RelationKind
	N        int // signals
	First    time.Time
	Last     time.Time
	Sources  []EdgeSource // the newest
}

// EdgeSource is one signal behind an edge.
type EdgeSource struct {
	Signal       id.Signal
	Organisation id.Organisation
	Observed     time.Time
	Grade        evidence.Grade
}

// Expansion asks for the neighbours of an entity that are of a kind.
type Expansion struct {
	Entity id.Entity
	Kind   evidence.MentionKind
}

// ChartIn says what to draw: seeds, at most MaxSeeds, then expansions in order.
type ChartIn struct {
	Seeds    []id.Entity
	Expanded []Expansion
	Since    time.Time // links observed before are left out; zero: all
}

// Chart draws seeds and what was expanded. The first seed is the record that the
// policy is asked about. Entities outside the grant's scope are left out.
func (g *Graph) Chart(ctx context.Context, by policy.Actor, purpose policy.Purpose, in ChartIn) (Chart, error) {
	if len(in.Seeds) == 0 || len(in.Seeds) > MaxSeeds {
		return Chart{}, fault.New(fault.Invalid, "graph.Chart", "graph.bad_seeds", "most", MaxSeeds)
	}
	return act.Look(ctx, g.Ground, g.ask(by, VerbChart, purpose, in.Seeds[0]), func(a *act.Act) (Chart, error) {
		d := drawing{resolver: reader(a), rows: map[int64]db.GraphEntity{}}
		for i, e := range in.Seeds {
			row, err := d.entityByID(e)
			if err != nil {
				return Chart{}, err
			}
			if i == 0 {
				d.asked = row.Entity
			}
			if err := d.add(row); err != nil {
				return Chart{}, err
			}
		}
		for _, x := range in.Expanded {
			if err := d.expand(x); err != nil {
				return Chart{}, err
			}
		}
		return d.chart(in.Since)
	})
}

// drawing is a chart in the making.
type drawing struct {
	*resolver
	asked string // the entity whose facts the grant was decided on
	order []int64
	rows  map[int64]db.GraphEntity
	cut   bool
}

// add puts an entity on the chart, if there is room and the scope allows it.
func (d *drawing) add(row db.GraphEntity) error {
	if _, on := d.rows[row.Founder]; on {
		return nil
	}
	if row.Entity != d.asked {
		if ok, err := d.reaches(row.Founder); err != nil || !ok {
			return err
		}
	}
	if len(d.order) == MaxNodes {
		d.cut = true
		return nil
	}
	d.order = append(d.order, row.Founder)
	d.rows[row.Founder] = row
	d.a.Touch("entity", row.Entity)
	return nil
}

func (d *drawing) expand(x Expansion) error {
	row, err := d.entityByID(x.Entity)
	if err != nil {
		return err
	}
	if _, on := d.rows[row.Founder]; !on {
		return nil // only what is on the chart can be expanded
	}
	next, err := d.q.NextOfKind(d.a.Ctx(), db.NextOfKindParams{Entity: row.Founder, Kind: string(x.Kind), Most: MaxNodes})
	if err != nil {
		return fault.Wrap("graph.expand", err)
	}
	for _, f := range next {
		e, err := d.q.Entity(d.a.Ctx(), f)
		if err != nil {
			return fault.Wrap("graph.expand", err)
		}
		if err := d.add(e); err != nil {
			return err
		}
	}
	return nil
}

func (d *drawing) chart(since time.Time) (c Chart, err error) {
	c.Cut = d.cut
	for _, f := range d.order {
		n := Node{Entity: entityOf(d.rows[f])}
		n.Shut = d.shut(n.Entity)
		if n.Label, err = d.label(d.rows[f]); err != nil {
			return c, err
		}
		if n.More, err = d.counts(f); err != nil {
			return c, err
		}
		c.Nodes = append(c.Nodes, n)
	}
	for _, f := range d.order {
		edges, err := d.edges(f, since)
		if err != nil {
			return c, err
		}
		c.Edges = append(c.Edges, edges...)
	}
	return c, nil
}

// shut tells whether the page of an entity is not for the reader. Only that of a
// protected person ever is: whom the law protects is not gone on to.
func (d *drawing) shut(e Entity) bool {
	return e.Protected && !d.a.MayOn(VerbSee, "entity", e.ID.String())
}

// label names a node by its newest mention.
func (d *drawing) label(row db.GraphEntity) (act.Shown[string], error) {
	newest, err := d.q.NewestOf(d.a.Ctx(), db.NewestOfParams{Entity: row.Founder, Limit: 1})
	if err != nil || len(newest) == 0 {
		return act.Shown[string]{}, fault.Wrap("graph.label", err)
	}
	return d.known(row, newest[0])
}

// known is the name of an entity as a mention gives it. The grant was decided on
// the facts of one record: of others it names only those whom the law does not
// protect.
func (d *drawing) known(row db.GraphEntity, m db.GraphMention) (act.Shown[string], error) {
	if protected(row.Roles) && row.Entity != d.asked {
		return act.Shown[string]{Withheld: true}, nil
	}
	details, err := d.show(m)
	return label(evidence.MentionKind(row.Kind), details), err
}

// edges are the links from a node to others on the chart, by other and relation.
func (d *drawing) edges(f int64, since time.Time) ([]Edge, error) {
	first := int64(0)
	if !since.IsZero() {
		first = clock.Micro(since)
	}
	links, err := d.q.LinksFrom(d.a.Ctx(), db.LinksFromParams{FromEntity: f, Observed: first, Limit: linksOfNode})
	if err != nil {
		return nil, fault.Wrap("graph.edges", err)
	}
	type way struct {
		to   int64
		kind string
	}
	by := map[way]*Edge{}
	var order []way
	for _, l := range links {
		to, on := d.rows[l.ToEntity]
		if !on {
			continue
		}
		w := way{l.ToEntity, l.Kind}
		e := by[w]
		at := clock.FromMicro(l.Observed)
		if e == nil {
			e = &Edge{From: id.Trusted[id.Entity](d.rows[f].Entity), To: id.Trusted[id.Entity](to.Entity), Relation: evidence.RelationKind(l.Kind), Last: at}
			by[w] = e
			order = append(order, w)
		}
		e.N++
		e.First = at // they come newest first
		if len(e.Sources) < sourcesShown {
			e.Sources = append(e.Sources, EdgeSource{Signal: id.Trusted[id.Signal](l.Signal), Organisation: id.Trusted[id.Organisation](l.Organisation),
				Observed: at, Grade: evidence.Grade(l.Grade)})
		}
	}
	slices.SortFunc(order, func(x, y way) int { return cmp.Or(cmp.Compare(x.to, y.to), cmp.Compare(x.kind, y.kind)) })
	out := make([]Edge, len(order))
	for i, w := range order {
		out[i] = *by[w]
	}
	return out, nil
}
