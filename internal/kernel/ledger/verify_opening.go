package ledger

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
)

// absent is an opening that is not there, packed into eight bytes in the order
// of places: line, ordinal, and whether an act is known that erased it.
type absent int64

func absentAt(p Place) absent { return absent(p.N<<17 | p.Ordinal<<1) }
func (a absent) place() Place {
	return Place{N: int64(a >> 17), Ordinal: int64(a >> 1 & (maxRefs - 1))}
}
func (a absent) erased() bool  { return a&1 == 1 }
func (a absent) order() absent { return a &^ 1 }

// opened checks the openings of lines up to n against the commitments of line n;
// what stands there for earlier lines belongs to none. Those of lines that are
// missing or not believed cannot be judged.
func (v *verifier) opened(n int64, on []tlog.Hash) error {
	var next int64 // ordinal
	for {
		o, err := v.openings.peek()
		if err != nil {
			return err
		}
		if o == nil || o.N > n {
			break
		}
		v.openings.skip()
		v.report.Openings++
		switch {
		case v.inGap(o.N):
		case o.N < n || o.Ordinal < 0 || o.Ordinal >= int64(len(on)):
			v.found("ledger_opening", Place{o.N, o.Ordinal}.String(), "the line has no such ref")
		default:
			v.absent(n, next, o.Ordinal)
			next = o.Ordinal + 1
			if !opens(*o, on) {
				v.found("ledger_opening", Place{o.N, o.Ordinal}.String(), "is not what the line committed to")
			}
		}
	}
	v.absent(n, next, int64(len(on)))
	return nil
}

// absent notes that the openings of line n from one ordinal to another
// (exclusive) are not there.
func (v *verifier) absent(n, from, to int64) {
	for ; from < to; from++ {
		v.missing = append(v.missing, absentAt(Place{N: n, Ordinal: from}))
	}
}

// erased takes note of what line n says it erased.
func (v *verifier) erased(n int64, places []Place) {
	for _, p := range places {
		i, ok := 0, false
		if p.N < n {
			i, ok = slices.BinarySearchFunc(v.missing, absentAt(p), func(a, b absent) int { return cmp.Compare(a.order(), b) })
		}
		switch {
		case ok:
			v.missing[i] |= 1
			v.report.Erased++
		case !v.inGap(p.N):
			v.found("ledger_opening", p.String(), "is there although line "+key(n)+" erased it")
		}
	}
}

// strict opens a stored checkpoint and refuses every other spelling of it, so
// that no byte of a row can change unseen: each signature is by a known key,
// once, in canonical base 64.
func strict(text string, keys note.Verifiers) (Checkpoint, error) {
	c, n, err := openCheckpoint([]byte(text), keys)
	if err != nil {
		return c, err
	}
	for _, s := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return c, err
		}
	}
	if lines := strings.Count(text[len(n.Text):], "\n") - 1; lines != len(n.Sigs) {
		return c, fault.New(fault.Denied, "ledger.Verify", "ledger.bad_signature")
	}
	return c, nil
}

// pageSize is the number of rows that Verify holds of each table.
const pageSize = 512

// pages walks a table by its key, one page in memory.
type pages[R any] struct {
	fetch func(last *R) ([]R, error)
	rows  []R
	last  *R
	done  bool
}

// peek is the next row, nil at the end.
func (p *pages[R]) peek() (*R, error) {
	if len(p.rows) == 0 && !p.done {
		rows, err := p.fetch(p.last)
		if err != nil {
			return nil, err
		}
		p.rows, p.done = rows, len(rows) < pageSize
	}
	if len(p.rows) == 0 {
		return nil, nil
	}
	return &p.rows[0], nil
}

// skip passes over the row that peek gave.
func (p *pages[R]) skip() {
	p.last = &p.rows[0]
	p.rows = p.rows[1:]
}

// next is peek and skip.
func (p *pages[R]) next() (*R, error) {
	row, err := p.peek()
	if row != nil {
		p.skip()
	}
	return row, err
}
