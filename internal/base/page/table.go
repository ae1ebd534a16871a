package page

import "github.com/a-h/templ"

// Table is a table of data. The first cell of a row is its heading.
type Table struct {
	Caption string
	Hidden  bool // the caption is for assistive technology only
	Columns []Column
	Rows    [][]templ.Component
}

// Column is the heading of a column.
type Column struct {
	Title  string
	Number bool // numbers, aligned at the end
	Prose  bool // sentences: wide enough to be read, however narrow the window
}

// Grant is the person's word on one purpose for one recipient.
type Grant struct {
	State ConsentState
	Until string // a date in words; empty: no end
	Href  string // where it can be changed; empty for none
}

// ConsentState is what the person said.
type ConsentState string

// The states of a consent.
const (
	NotAsked  ConsentState = "not_asked"
	Given     ConsentState = "given"
	Refused   ConsentState = "refused"
	Withdrawn ConsentState = "withdrawn"
)

func (s ConsentState) tone() Tone {
	if s == Given {
		return OK
	}
	return Plain
}

// Matrix is consent by purpose (rows) and recipient (columns).
type Matrix struct {
	Caption    string
	Hidden     bool // the caption is for assistive technology only
	Recipients []string
	Purposes   []Purpose
}

// Purpose is one row of a Matrix, one Grant for each recipient.
type Purpose struct {
	Name   string
	Grants []Grant
}

// Released is one field of what a recipient would get.
type Released struct {
	Field   string
	Verdict Verdict
	Sent    string // what the recipient sees; empty with Refuse
	Reason  string
}

// Verdict is what happens to a field on release.
type Verdict string

// The verdicts.
const (
	Give   Verdict = "give"
	Mask   Verdict = "mask"
	Refuse Verdict = "refuse"
)

func (v Verdict) tone() Tone {
	return map[Verdict]Tone{Give: OK, Mask: Warn, Refuse: Lock}[v]
}
