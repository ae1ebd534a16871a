package analysis

import (
	"context"
	"encoding/json"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// shapes give each kind its mark.
var shapes = map[evidence.MentionKind]page.Shape{
	evidence.Person: page.Circle, evidence.Organisation: page.Square, evidence.Place: page.Hexagon, evidence.Account: page.Diamond,
	evidence.Phone: page.Triangle, evidence.Email: page.Triangle, evidence.Handle: page.Triangle, evidence.Advert: page.Triangle,
	evidence.Document: page.Square, evidence.Vehicle: page.Hexagon,
}

// protectedKind is the mark of a person whom the law protects: a star.
const protectedKind = "protected"

func kinds(ctx context.Context) []page.Kind {
	list := []page.Kind{{ID: protectedKind, Label: i18n.T(ctx, "lead.protected"), Shape: page.Star}}
	for _, k := range evidence.Kinds {
		list = append(list, page.Kind{ID: string(k), Label: i18n.T(ctx, "mention.kinds."+string(k)), Shape: shapes[k]})
	}
	return list
}

// name is how a node is called: its label if it may be shown, else its kind and
// short reference.
func name(ctx context.Context, e graph.Entity) string {
	if e.Label.Value != "" {
		return e.Label.Value
	}
	kind := i18n.T(ctx, "mention.kind."+string(e.Kind))
	if e.Protected && e.Kind == evidence.Person {
		kind = i18n.T(ctx, "lead.protected")
	} else if e.Protected {
		kind = i18n.T(ctx, "protected.thing", "kind", kind)
	}
	return kind + " " + e.ID.Short()
}

// href is the page of an entity, or nothing if it is not for the reader.
func href(e graph.Entity) string {
	if e.Shut {
		return ""
	}
	return "/entities/" + e.ID.String()
}

// chartRows is the chart as a table: from, relation, to, and who says so.
func chartRows(ctx context.Context, c graph.Chart) []page.LinkRow {
	byID := map[id.Entity]graph.Entity{}
	for _, n := range c.Nodes {
		byID[n.ID] = n.Entity
	}
	link := func(e id.Entity) page.Link {
		return page.Link{Href: href(byID[e]), Text: name(ctx, byID[e])}
	}
	var out []page.LinkRow
	for _, e := range c.Edges {
		row := page.LinkRow{From: link(e.From), To: link(e.To), Relation: i18n.T(ctx, "relation."+string(e.Relation))}
		if len(e.Sources) > 0 {
			row.Source = page.Source{Name: e.Sources[0].Organisation.Short(), Date: e.Sources[0].Observed, Grade: string(e.Sources[0].Grade)}
		}
		out = append(out, row)
	}
	return out
}

// node and edge are the chart's JSON, as the page kit documents it.
type node struct {
	ID     string         `json:"id"`
	Kind   string         `json:"kind"`
	Label  string         `json:"label"`
	URL    string         `json:"url"`
	Counts map[string]int `json:"counts"`
}

type edge struct {
	ID     string `json:"id"`
	From   string `json:"from"`
	To     string `json:"to"`
	Label  string `json:"label"`
	Source string `json:"source"`
	Grade  string `json:"grade"`
	Date   string `json:"date"`
}

// linksJSON answers the chart: the first picture, or the neighbours of a node by
// kind.
func (d *Desk) linksJSON(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	seed, err := id.Given[id.Entity](r.PathValue("entity"))
	if err != nil {
		return err
	}
	in := graph.ChartIn{Seeds: []id.Entity{seed}}
	if x := r.URL.Query().Get("expand"); x != "" {
		if in.Expanded, err = expansion(x, r.URL.Query().Get("kind")); err != nil {
			return err
		}
		in.Seeds = []id.Entity{in.Expanded[0].Entity}
	} else {
		p, err := d.Graph.See(r.Context(), by, purpose(by), seed)
		if err != nil {
			return err
		}
		in.Expanded = seedsOf(p)
	}
	c, err := d.Graph.Chart(r.Context(), by, purpose(by), in)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(drawn(r.Context(), c))
}

// expansion reads what is to be opened. Protected persons are persons.
func expansion(entity, kind string) ([]graph.Expansion, error) {
	e, err := id.Parse[id.Entity](entity)
	if err != nil {
		return nil, fault.New(fault.NotFound, "analysis.expand", "fault.not_found")
	}
	if kind == protectedKind {
		kind = string(evidence.Person)
	}
	return []graph.Expansion{{Entity: e, Kind: evidence.MentionKind(kind)}}, nil
}

func drawn(ctx context.Context, c graph.Chart) any {
	out := struct {
		Nodes []node `json:"nodes"`
		Edges []edge `json:"edges"`
	}{[]node{}, []edge{}}
	for _, n := range c.Nodes {
		x := node{ID: n.ID.String(), Kind: string(n.Kind), Label: name(ctx, n.Entity), URL: href(n.Entity), Counts: map[string]int{}}
		if n.Protected && n.Kind == evidence.Person {
			x.Kind = protectedKind
		}
		for _, m := range n.More {
			x.Counts[string(m.Other)] += m.N
		}
		out.Nodes = append(out.Nodes, x)
	}
	for _, e := range c.Edges {
		x := edge{ID: e.From.String() + string(e.Relation) + e.To.String(), From: e.From.String(), To: e.To.String(),
			Label: i18n.T(ctx, "relation."+string(e.Relation)), Date: e.Last.Format("2006-01-02")}
		if len(e.Sources) > 0 {
			x.Source, x.Grade = e.Sources[0].Organisation.Short(), string(e.Sources[0].Grade)
		}
		out.Edges = append(out.Edges, x)
	}
	return out
}
