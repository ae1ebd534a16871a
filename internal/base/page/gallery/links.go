package gallery

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
)

type node struct {
	ID     string         `json:"id"`
	Kind   string         `json:"kind"`
	Label  string         `json:"label"`
	URL    string         `json:"url,omitempty"`
	Counts map[string]int `json:"counts,omitempty"`
}

type edge struct {
	ID    string `json:"id"`
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label"`
	Says  string `json:"source"`
	Grade string `json:"grade,omitempty"`
	Date  string `json:"date,omitempty"`
}

type graph struct {
	Nodes []node `json:"nodes"`
	Edges []edge `json:"edges"`
}

func kinds(ctx context.Context) []page.Kind {
	return []page.Kind{
		{ID: "star", Label: i18n.T(ctx, "gallery.kind.star"), Shape: page.Star},
		{ID: "person", Label: i18n.T(ctx, "gallery.kind.people"), Shape: page.Circle},
		{ID: "organisation", Label: i18n.T(ctx, "gallery.kind.organisations"), Shape: page.Square},
		{ID: "account", Label: i18n.T(ctx, "gallery.kind.accounts"), Shape: page.Diamond},
		{ID: "phone", Label: i18n.T(ctx, "gallery.kind.phones"), Shape: page.Triangle},
		{ID: "place", Label: i18n.T(ctx, "gallery.kind.places"), Shape: page.Hexagon},
	}
}

// drawn is a web of invented people, in the scripts that names arrive in.
func drawn(ctx context.Context) graph {
	recruited, works := i18n.T(ctx, "gallery.rel.recruited"), i18n.T(ctx, "gallery.rel.works")
	uses, lives, owns := i18n.T(ctx, "gallery.rel.uses"), i18n.T(ctx, "gallery.rel.lives"), i18n.T(ctx, "gallery.rel.owns")
	source := i18n.T(ctx, "gallery.inspection")
	return graph{
		Nodes: []node{
			{ID: "rowan", Kind: "star", Label: "Rowan", URL: staffPath},
			{ID: "a", Kind: "person", Label: "Олексій Ткаченко", URL: staffPath, Counts: map[string]int{"account": 3, "person": 2}},
			{ID: "b", Kind: "person", Label: "نادية حداد", URL: staffPath},
			{ID: "g", Kind: "person", Label: "გიორგი ბერიძე"},
			{ID: "agency", Kind: "organisation", Label: "Agentura Darbas UAB", Counts: map[string]int{"phone": 2}},
			{ID: "farm", Kind: "organisation", Label: "Green Valley Horticultural Growers and Packers Limited"},
			{ID: "phone", Kind: "phone", Label: "+370 600 00 118"},
			{ID: "ad", Kind: "phone", Label: "+373 600 00 902"},
			{ID: "iban", Kind: "account", Label: "LT00 … 0093"},
			{ID: "house", Kind: "place", Label: "Alytus, Ūkininkų g. 4"},
		},
		Edges: []edge{
			{"e1", "rowan", "a", recruited, source, "B2", "2026-03-04"},
			{"e2", "a", "b", works, source, "C3", "2026-04-12"},
			{"e3", "b", "g", works, source, "C3", "2026-05-20"},
			{"e4", "a", "phone", uses, source, "A1", "2026-03-04"},
			{"e5", "b", "ad", uses, source, "B3", "2026-02-01"},
			{"e6", "agency", "phone", uses, source, "A2", ""},
			{"e7", "rowan", "house", lives, source, "A1", "2026-06-01"},
			{"e8", "farm", "house", owns, source, "A1", "2025-01-15"},
			{"e9", "g", "iban", owns, source, "B2", "2026-07-07"},
			{"e10", "agency", "farm", works, source, "B2", "2026-06-01"},
		},
	}
}

// links answers the chart: the whole, or the three accounts of one node.
func links(w http.ResponseWriter, r *http.Request) error {
	of := r.URL.Query().Get("expand")
	if of == "" {
		return sendJSON(w, drawn(r.Context()))
	}
	var more graph
	for _, n := range []string{"1", "2", "3"} {
		id := of + "-" + r.URL.Query().Get("kind") + "-" + n
		more.Nodes = append(more.Nodes, node{ID: id, Kind: r.URL.Query().Get("kind"), Label: "LT00 … 100" + n})
		more.Edges = append(more.Edges, edge{"x" + id, of, id, i18n.T(r.Context(), "gallery.rel.owns"), i18n.T(r.Context(), "gallery.inspection"), "B2", "2026-08-0" + n})
	}
	return sendJSON(w, more)
}

// table is the same as the drawing, link by link.
func table(ctx context.Context) []page.LinkRow {
	g := drawn(ctx)
	labels := map[string]page.Link{}
	for _, n := range g.Nodes {
		labels[n.ID] = page.Link{Href: n.URL, Text: n.Label}
	}
	var rows []page.LinkRow
	for _, e := range g.Edges {
		date, _ := time.Parse(time.DateOnly, e.Date) // an edge without date has none
		rows = append(rows, page.LinkRow{
			From: labels[e.From], Relation: e.Label, To: labels[e.To],
			Source: page.Source{Name: e.Says, Grade: e.Grade, Date: date},
		})
	}
	return rows
}

func transfers() [][]templ.Component {
	var rows [][]templ.Component
	for _, t := range [][3]string{
		{"Hovhannes Ter-Grigoryan", "Gyumri", "1 200,00 €"},
		{"Նարեկ Սարգսյան", "Երևան", "85,50 €"},
		{"Ελένη Παπά", "Θεσσαλονίκη", "12 450,00 €"},
	} {
		rows = append(rows, []templ.Component{page.Words(t[0]), page.Words(t[1]), page.Words(t[2])})
	}
	return rows
}
