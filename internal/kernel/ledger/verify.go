package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/ledger/db"
)

// Finding names a row that is not as the ledger left it.
type Finding struct {
	Table string `json:"table"`
	Row   string `json:"row"`  // its key, "17/0" for an opening, "4–6" for missing lines
	What  string `json:"what"` // what differs
}

// maxFindings bounds a report: who changed everything need not be told of each
// row.
const maxFindings = 1000

// Report is what Verify found.
type Report struct {
	Lines       int64     `json:"lines"`
	Root        tlog.Hash `json:"root"` // of all lines, to compare with what others saw
	Openings    int64     `json:"openings"`
	Erased      int64     `json:"erased"` // openings that an act destroyed
	Checkpoints int64     `json:"checkpoints"`
	Signed      int64     `json:"signed"` // lines that the newest checkpoint covers
	Witnessed   int64     `json:"witnessed"`
	Findings    []Finding `json:"findings"`
	More        int64     `json:"more,omitempty"` // findings beyond the first 1,000
}

// Sound tells whether nothing was found.
func (r Report) Sound() bool { return len(r.Findings) == 0 }

// Verify reads the whole ledger, in one snapshot and in bounded memory (eight
// bytes for each erased opening), and recomputes everything: each leaf, each
// stored hash, the root under each checkpoint and its signatures, the columns
// beside each body, each opening. It names every row that was changed, taken out
// or put in.
//
// keys are those of the node's log and its witness, of the witnesses that sign
// for it and of the logs that it witnesses, past ones too: a signature that none
// of them made is a finding. What one database can not show
// by itself is that its end was cut off together with every checkpoint of it;
// for that, compare Root with a checkpoint that a witness keeps.
//
// progress is called now and then with the lines done and the lines there are;
// it may be nil.
func Verify(ctx context.Context, store *sqldb.DB, keys note.Verifiers, progress func(done, total int64)) (Report, error) {
	var r Report
	err := store.InRead(ctx, func(tx *sql.Tx) error {
		v := &verifier{q: db.New(tx), keys: keys, progress: progress, report: Report{Findings: []Finding{}}}
		err := v.run(ctx)
		r = v.report
		return err
	})
	return r, fault.Wrap("ledger.Verify", err)
}

type verifier struct {
	q           *db.Queries
	keys        note.Verifiers
	progress    func(done, total int64)
	report      Report
	head        db.LedgerHead
	tree        tree
	gaps        [][2]int64 // lines that are missing or not believed: from, to (exclusive)
	openings    *pages[db.LedgerOpening]
	checkpoints *pages[db.LedgerCheckpoint]
	last        int64    // size of the checkpoint before
	agreed      int64    // size of the newest one that the lines agree with, -1 after one that they do not
	missing     []absent // openings that are not there, in order
}

func (v *verifier) found(table, row, what string) {
	if len(v.report.Findings) == maxFindings {
		v.report.More++
		return
	}
	v.report.Findings = append(v.report.Findings, Finding{Table: table, Row: row, What: what})
}

func (v *verifier) run(ctx context.Context) error {
	v.openings = &pages[db.LedgerOpening]{fetch: func(last *db.LedgerOpening) ([]db.LedgerOpening, error) {
		after := db.OpeningsAfterParams{N: math.MinInt64, Ordinal: math.MinInt64, Limit: pageSize}
		if last != nil {
			after.N, after.Ordinal = last.N, last.Ordinal
		}
		return v.q.OpeningsAfter(ctx, after)
	}}
	v.checkpoints = &pages[db.LedgerCheckpoint]{fetch: func(last *db.LedgerCheckpoint) ([]db.LedgerCheckpoint, error) {
		from := int64(math.MinInt64)
		if last != nil {
			from = last.Size + 1
		}
		return v.q.CheckpointsFrom(ctx, db.CheckpointsFromParams{Size: from, Limit: pageSize})
	}}
	for _, step := range []func(context.Context) error{v.readHead, v.lines, v.end, v.witnessed} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) readHead(ctx context.Context) error {
	heads, err := v.q.Heads(ctx)
	if err != nil {
		return err
	}
	for _, h := range heads {
		if h.One == 1 {
			v.head = h
		} else {
			v.found("ledger_head", key(h.One), "there is one head")
		}
	}
	if v.head.One == 0 {
		v.found("ledger_head", "1", "missing")
	}
	return nil
}

func (v *verifier) lines(ctx context.Context) error {
	rows := &pages[db.LedgerLine]{fetch: func(last *db.LedgerLine) ([]db.LedgerLine, error) {
		from := int64(math.MinInt64)
		if last != nil {
			from = last.N + 1
		}
		if v.progress != nil {
			v.progress(v.report.Lines, v.head.N)
		}
		return v.q.LinesFrom(ctx, db.LinesFromParams{N: from, Limit: pageSize})
	}}
	for {
		row, err := rows.next()
		if row == nil || err != nil {
			return err
		}
		v.report.Lines++
		// A number far beyond the head was never given out: it says nothing of
		// the lines before it.
		if row.N < 0 || row.N > v.tree.n && row.N >= v.head.N {
			v.found("ledger_line", key(row.N), "no such number was given out")
			continue
		}
		if err := v.upTo(row.N); err != nil {
			return err
		}
		if err := v.line(row); err != nil {
			return err
		}
	}
}

// upTo passes over missing lines so that line n is next.
func (v *verifier) upTo(n int64) error {
	if n > v.tree.n {
		v.found("ledger_line", span(v.tree.n, n), "missing")
		v.gaps = append(v.gaps, [2]int64{v.tree.n, n})
		v.tree.skip(n)
	}
	return v.signedUpTo(n)
}

func (v *verifier) line(row *db.LedgerLine) error {
	l, on, wrong := examine(*row)
	hashes := split(row.Hashes)
	switch {
	case len(row.Hashes) != (1+completed(row.N))*tlog.HashSize:
		wrong, hashes = "hashes have the wrong length", nil
	case wrong == misplaced:
		hashes = nil // they came with it
	}
	if wrong != "" {
		v.found("ledger_line", key(row.N), wrong)
	}
	if level := v.tree.push(tlog.RecordHash(row.Body), hashes); level > 0 {
		v.found("ledger_line", key(row.N), "hash at level "+strconv.Itoa(level)+" is not made from those below it")
	}
	if l.ID.IsZero() { // not believed
		v.gaps = append(v.gaps, [2]int64{row.N, row.N + 1})
	} else {
		v.erased(row.N, l.Erased)
	}
	return v.opened(row.N, on)
}

// signedUpTo checks the checkpoints of the first n lines and of fewer.
func (v *verifier) signedUpTo(n int64) error {
	for {
		row, err := v.checkpoints.peek()
		if row == nil || err != nil || row.Size > n {
			return err
		}
		v.checkpoints.skip()
		v.checkpoint(row)
	}
}

func (v *verifier) checkpoint(row *db.LedgerCheckpoint) {
	v.report.Checkpoints++
	bad := func(what string) { v.found("ledger_checkpoint", key(row.Size), what) }
	size := row.Size
	c, err := strict(row.Note, v.keys)
	if err != nil {
		bad("note does not verify")
	} else {
		size = c.Size
		switch {
		case c.Size != row.Size:
			bad("size differs from the note")
		case c.Size > v.tree.n:
			bad("signs more lines than there are")
		case c.Size == v.tree.n:
			v.signedRoot(c)
		}
	}
	if row.Previous != v.last {
		bad("previous is " + key(row.Previous) + ", the one before it is " + key(v.last))
		v.gone(row.Previous)
	}
	v.last = size
	v.report.Signed = size
}

// signedRoot compares the lines so far with what was signed of them. Lines that
// were rewritten together with all their hashes show only here, and only as far
// as the checkpoints on both sides tell.
func (v *verifier) signedRoot(c Checkpoint) {
	switch {
	case v.tree.accept(c.Root):
		v.agreed = c.Size
	case v.agreed >= 0:
		v.found("ledger_line", span(v.agreed, c.Size), "rewritten: not what checkpoint "+key(c.Size)+" signed")
		v.agreed = -1 // the later ones can only repeat it
	}
}

// gone names a checkpoint that something points to and that was not met.
func (v *verifier) gone(size int64) {
	if size > v.last {
		v.found("ledger_checkpoint", key(size), "missing")
	}
}

// end checks what is left when all lines are read.
func (v *verifier) end(context.Context) error {
	v.report.Root, _ = v.tree.root()
	if v.progress != nil {
		v.progress(v.report.Lines, v.report.Lines)
	}
	if err := v.signedUpTo(math.MaxInt64); err != nil {
		return err
	}
	if v.tree.n < v.head.N {
		v.found("ledger_line", span(v.tree.n, v.head.N), "missing")
		v.gaps = append(v.gaps, [2]int64{v.tree.n, v.head.N})
	}
	if v.tree.n != v.head.N {
		v.found("ledger_head", "1", "n is "+key(v.head.N)+", the lines end at "+key(v.tree.n))
	}
	if v.last != v.head.Signed {
		v.found("ledger_head", "1", "signed is "+key(v.head.Signed)+", the newest checkpoint is "+key(v.last))
		v.gone(v.head.Signed)
	}
	if err := v.opened(math.MaxInt64, nil); err != nil {
		return err
	}
	for _, a := range v.missing {
		if !a.erased() {
			v.found("ledger_opening", a.place().String(), "missing, and no readable line erased it")
		}
	}
	return nil
}

func (v *verifier) witnessed(ctx context.Context) error {
	rows := &pages[db.LedgerWitness]{fetch: func(last *db.LedgerWitness) ([]db.LedgerWitness, error) {
		after := db.WitnessedAfterParams{Limit: pageSize}
		if last != nil {
			after.Origin = last.Origin
		}
		return v.q.WitnessedAfter(ctx, after)
	}}
	for {
		row, err := rows.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		v.report.Witnessed++
		c, err := strict(row.Note, v.keys)
		switch {
		case err != nil:
			v.found("ledger_witness", row.Origin, "note does not verify")
		case c.Origin != row.Origin || len(c.Witnesses) == 0:
			v.found("ledger_witness", row.Origin, "origin differs from the note")
		case c.Size != row.Size:
			v.found("ledger_witness", row.Origin, "size differs from the note")
		}
	}
	if v.report.Witnessed != v.head.Witnessed {
		what := fmt.Sprintf("witnessed is %d, the logs are %d", v.head.Witnessed, v.report.Witnessed)
		v.found("ledger_head", "1", what)
		v.found("ledger_witness", "", what)
	}
	return nil
}

func (v *verifier) inGap(n int64) bool {
	_, in := slices.BinarySearchFunc(v.gaps, n, func(g [2]int64, n int64) int {
		if n < g[0] {
			return 1
		}
		if n >= g[1] {
			return -1
		}
		return 0
	})
	return in
}

func key(n int64) string { return strconv.FormatInt(n, 10) }

// span names the lines from a to b, b exclusive.
func span(a, b int64) string {
	if b == a+1 {
		return key(a)
	}
	return key(a) + "–" + key(b-1)
}
