package graph

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// ownTables are the derived tables of this package. The cursor is where the work
// stands, not what came of it.
var ownTables = []string{"graph_mention", "graph_token", "graph_pair", "graph_verdict", "graph_entity", "graph_link", "graph_model"}

// Rebuilt says what came of a rebuild.
type Rebuilt struct {
	Checked bool   `json:"checked"` // compared, and left as it was
	Signals int64  `json:"signals"`
	Before  string `json:"before"` // digest of the tables
	After   string `json:"after"`
	// Where they first differ: a table, and the first columns of a row.
	Table string `json:"table,omitempty"`
	Row   string `json:"row,omitempty"`
}

// Same tells whether the rebuild gave what was there before.
func (r Rebuilt) Same() bool { return r.Before == r.After }

// String is the line for an operator.
func (r Rebuilt) String() string {
	if r.Same() {
		return fmt.Sprintf("%d signals: identical, %s", r.Signals, r.After)
	}
	return fmt.Sprintf("%d signals: different, first in %s at %s", r.Signals, r.Table, r.Row)
}

// Rebuild wipes what is derived and follows all signals anew, in one act; with
// check it only compares (invariant 2). What was recorded and not yet resolved is
// resolved first. The act lasts as long as the signals take: nobody else can write
// on SQLite meanwhile.
func (g *Graph) Rebuild(ctx context.Context, check bool) (Rebuilt, error) {
	if err := g.Resolve(ctx); err != nil {
		return Rebuilt{}, err
	}
	ask := g.ask(g.Self, VerbRebuild, consent.Resolution, id.Entity{})
	return act.Do(ctx, g.Ground, ask, func(a *act.Act) (Rebuilt, error) {
		at, err := db.New(a.Tx()).LockCursor(ctx)
		if err != nil {
			return Rebuilt{}, fault.Wrap("graph.Rebuild", err)
		}
		out := Rebuilt{Checked: check, Signals: at.Seq}
		tables := slices.Concat(ownTables, g.then.Tables)
		before, err := digestAll(ctx, a.Tx(), tables, nil)
		if err != nil {
			return out, err
		}
		if err := exec(ctx, a.Tx(), "SAVEPOINT rebuild"); err != nil {
			return out, err
		}
		tell, err := g.note(a)
		if err != nil {
			return out, err
		}
		if err := a.Hush(func() error { return g.anew(a, tables, at.Seq) }); err != nil {
			return out, err
		}
		after, err := digestAll(ctx, a.Tx(), tables, before)
		if err != nil {
			return out, err
		}
		out.Before, out.After, out.Table, out.Row = before.text(), after.text(), after.table, after.row
		if check {
			return out, exec(ctx, a.Tx(), "ROLLBACK TO SAVEPOINT rebuild")
		}
		if err := tell(); err != nil {
			return out, err
		}
		if err := g.derived(ctx, db.New(a.Tx())); err != nil {
			return out, err
		}
		return out, exec(ctx, a.Tx(), "RELEASE SAVEPOINT rebuild")
	})
}

// note notes what else is derived, before it is wiped.
func (g *Graph) note(a *act.Act) (tell func() error, err error) {
	if g.then.Anew == nil {
		return func() error { return nil }, nil
	}
	return g.then.Anew(a)
}

// anew wipes the tables and follows the signals up to seq.
func (g *Graph) anew(a *act.Act, tables []string, upto int64) error {
	for _, t := range tables {
		if err := exec(a.Ctx(), a.Tx(), "DELETE FROM "+t); err != nil {
			return err
		}
	}
	r, err := g.newResolver(a, newDeck())
	if err != nil {
		return err
	}
	for seq := int64(0); seq < upto; {
		signals, err := evidence.After(a.Ctx(), a.Tx(), seq, signalsPerAct)
		if err != nil {
			return err
		}
		for _, s := range signals {
			if s.Seq > upto {
				return nil
			}
			for step := int64(0); ; {
				if step, err = r.signal(s, step); err != nil {
					return err
				}
				if step == 0 {
					break
				}
			}
			seq = s.Seq
		}
		if len(signals) == 0 {
			return nil
		}
	}
	return nil
}

func exec(ctx context.Context, tx *sql.Tx, statement string) error {
	_, err := tx.ExecContext(ctx, statement)
	return fault.Wrap("graph.exec", err)
}

// digest is a digest of tables that remembers each row, 8 bytes a row, to find
// where another one differs.
type digest struct {
	sum  [sha256.Size]byte
	rows map[string][]uint64

	table, row string // where it first differs from the one compared with
}

func (d *digest) text() string { return hex.EncodeToString(d.sum[:]) }

// digestAll digests the tables in order, their rows in the order of the first two
// columns, and compares with an earlier digest if there is one.
func digestAll(ctx context.Context, tx *sql.Tx, tables []string, with *digest) (*digest, error) {
	d := &digest{rows: map[string][]uint64{}}
	whole := sha256.New()
	for _, t := range tables {
		rows, err := tx.QueryContext(ctx, "SELECT * FROM "+t+" ORDER BY 1, 2")
		if err != nil {
			return nil, fault.Wrap("graph.digest", err)
		}
		err = d.digestTable(t, rows, with)
		if err != nil {
			return nil, err
		}
		for _, h := range d.rows[t] {
			whole.Write(binary.BigEndian.AppendUint64([]byte(t), h))
		}
	}
	whole.Sum(d.sum[:0])
	return d, nil
}

func (d *digest) digestTable(t string, rows *sql.Rows, with *digest) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return fault.Wrap("graph.digest", err)
	}
	values, pointers := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		pointers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return fault.Wrap("graph.digest", err)
		}
		h := rowHash(values)
		n := len(d.rows[t])
		d.rows[t] = append(d.rows[t], h)
		if with != nil && d.table == "" && (n >= len(with.rows[t]) || with.rows[t][n] != h) {
			d.table, d.row = t, fmt.Sprint(values[:2])
		}
	}
	if with != nil && d.table == "" && len(d.rows[t]) < len(with.rows[t]) {
		d.table, d.row = t, "end"
	}
	return fault.Wrap("graph.digest", rows.Err())
}

// rowHash hashes the values of a row with their lengths, so that none can run into
// the next.
func rowHash(values []any) uint64 {
	h := sha256.New()
	for _, v := range values {
		var text string
		switch v := v.(type) {
		case []byte:
			text = "b" + string(v)
		default:
			text = fmt.Sprintf("%T%v", v, v)
		}
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(text))))
		h.Write([]byte(text))
	}
	return binary.BigEndian.Uint64(h.Sum(nil))
}
