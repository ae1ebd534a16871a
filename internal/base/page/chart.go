package page

import (
	"strconv"

	"github.com/a-h/templ"
)

// Bars is a bar chart, drawn as SVG on the server.
type Bars struct {
	Title string
	Desc  string // what it shows and what must not be concluded from it
	Each  string // what one bar stands for: "Month"
	Unit  string // what its length counts: "Referrals"
	Items []Bar
}

// Bar is one bar. A suppressed bar has Text and no Value.
type Bar struct {
	Label string
	Value int
	Text  string // how the value is written
}

const (
	barRow   = 46 // px: a line of text and its bar
	barText  = 18
	barTop   = 26
	barThick = 12
)

func (b Bars) height() string { return strconv.Itoa(len(b.Items) * barRow) }

// y is the distance of a part of bar i from the top, in px.
func (b Bars) y(i, part int) string { return strconv.Itoa(i*barRow + part) }

// percent is the length of bar i against the longest, in percent.
func (b Bars) percent(i int) float64 {
	longest := 1
	for _, item := range b.Items {
		longest = max(longest, item.Value)
	}
	return 100 * float64(b.Items[i].Value) / float64(longest)
}

func percent(p float64) string { return strconv.FormatFloat(p, 'f', 1, 64) + "%" }

// x is where something of the given width begins: on the left, or in a script
// from right to left on the right.
func x(rtl bool, width float64) string {
	if rtl {
		return percent(100 - width)
	}
	return "0%"
}

// edge is the side at which text begins (false) or ends (true).
func edge(rtl, end bool) string {
	if rtl != end {
		return "100%"
	}
	return "0%"
}

// shorten keeps a label on its line; the table beside has it whole.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func (b Bars) table() Table {
	t := Table{Caption: b.Title, Columns: []Column{{Title: b.Each}, {Title: b.Unit, Number: true}}}
	for _, item := range b.Items {
		t.Rows = append(t.Rows, []templ.Component{Words(item.Label), Words(item.Text)})
	}
	return t
}
