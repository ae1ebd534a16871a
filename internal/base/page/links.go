package page

import (
	"context"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
)

// Links is a link chart over its table. The table is the chart for assistive
// technology, in print and without script.
//
// Src answers with JSON
//
//	{"nodes": [{"id", "kind", "label", "url", "counts": {kind: n}}],
//	 "edges": [{"id", "from", "to", "label", "source", "grade", "date"}]}
//
// where counts tells how many neighbours of each kind the node has, and date is
// 2006-01-02 or empty. Src with expand=<node>&kind=<kind> answers with the
// neighbours of that kind and their edges. A node may carry "x" and "y" in
// px; if all do, they are placed there.
type Links struct {
	Title string
	Src   string
	Kinds []Kind
	Rows  []LinkRow
}

// Kind is one sort of thing in a chart.
type Kind struct {
	ID    string
	Label string // plural: "accounts"
	Shape Shape
}

// Shape is the mark of a kind: form and colour together, never colour alone.
type Shape string

// The shapes.
const (
	Star     Shape = "star"
	Circle   Shape = "circle"
	Square   Shape = "square"
	Diamond  Shape = "diamond"
	Triangle Shape = "triangle"
	Hexagon  Shape = "hexagon"
)

// outline is the shape as an SVG path in a square of 20.
func (s Shape) outline() string {
	switch s {
	case Star:
		return "M10 1l2.6 6 6.4.6-4.8 4.3 1.4 6.4L10 15l-5.6 3.3 1.4-6.4L1 7.6 7.4 7z"
	case Square:
		return "M5 2h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z"
	case Diamond:
		return "M10 1l9 9-9 9-9-9z"
	case Triangle:
		return "M10 2l9 16H1z"
	case Hexagon:
		return "M5.5 2h9L19 10l-4.5 8h-9L1 10z"
	}
	return "M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16z"
}

// LinkRow is one link of the table.
type LinkRow struct {
	From, To Link
	Relation string
	Source   Source
}

// mostNodes is how many points a chart may hold before it stops helping.
const mostNodes = 300

func (l Links) table(ctx context.Context) Table {
	t := Table{Caption: l.Title, Hidden: true, Columns: []Column{
		{Title: i18n.T(ctx, "links.from")}, {Title: i18n.T(ctx, "links.relation")}, {Title: i18n.T(ctx, "links.to")},
		{Title: i18n.T(ctx, "links.source")}, {Title: i18n.T(ctx, "links.grade")}, {Title: i18n.T(ctx, "links.date")},
	}}
	for _, r := range l.Rows {
		var date string
		if !r.Source.Date.IsZero() {
			date = i18n.Date(ctx, r.Source.Date)
		}
		t.Rows = append(t.Rows, []templ.Component{
			anchor(r.From), Words(r.Relation), anchor(r.To), Words(r.Source.Name), Words(r.Source.Grade), Words(date),
		})
	}
	return t
}

// Keys of a Queue, for Act and KeyLink.
const (
	KeySame      = "1"
	KeyDifferent = "2"
	KeyUnsure    = "3"
	KeyOpen      = "e"
	KeySetAside  = "s"
)
