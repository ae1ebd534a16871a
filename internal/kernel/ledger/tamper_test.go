package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

// tamperLog is a small log with everything in it: lines with and without refs,
// an erasure, checkpoints with a countersignature, and a witnessed log.
func tamperLog(t *testing.T, source string) (*sqldb.DB, note.Verifiers) {
	store := dbtest.Open(t, source, Migrations())
	here, there := makeKey(t, "here.example"), makeKey(t, "there.example")
	all := parseKeys(t, here.LogKey(), here.WitnessKey(), there.LogKey(), there.WitnessKey())
	for i := range 13 {
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			var l Line
			switch i {
			case 3, 11:
				l = lineOn(i)
			default:
				l = lineOn(i, person(i%3), Ref{"case", fmt.Sprint("cas_", i)})
			}
			if i == 6 {
				gone, err := Forget(ctx, tx, person(1))
				if err != nil {
					return err
				}
				l.Erased = gone
			}
			if _, err := Append(ctx, tx, l); err != nil {
				return err
			}
			if i == 4 || i == 9 || i == 12 {
				_, err := Sign(ctx, tx, here)
				return err
			}
			return nil
		})
	}
	cosignEach(t, store, here, there)
	cosignEach(t, foreignLog(t, there), there, here, store)
	return store, all
}

// cosignEach lets the witness of key by countersign the newest checkpoint of the
// log in store; the witness keeps its memory in keep.
func cosignEach(t *testing.T, store *sqldb.DB, log, by *Key, keep ...*sqldb.DB) {
	t.Helper()
	memory := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	if len(keep) > 0 {
		memory = keep[0]
	}
	w, err := NewWitness(by, log.LogKey())
	if err != nil {
		t.Fatal(err)
	}
	var c Checkpoint
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		c, err = Latest(ctx, tx, parseKeys(t, log.LogKey()))
		return err
	})
	var line []byte
	inTx(t, memory, func(ctx context.Context, tx *sql.Tx) error {
		line, err = w.Add(ctx, tx, noon, log.Name(), 0, []byte(c.Note), nil)
		return err
	})
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		return AddCosignatures(ctx, tx, c.Size, line, parseKeys(t, log.LogKey()), parseKeys(t, by.WitnessKey()))
	})
}

func foreignLog(t *testing.T, key *Key) *sqldb.DB {
	t.Helper()
	store := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	appendLines(t, store, lineOn(0), lineOn(1))
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		_, err := Sign(ctx, tx, key)
		return err
	})
	return store
}

// named collects the rows that a report names.
func named(r Report) map[string]bool {
	out := map[string]bool{}
	for _, f := range r.Findings {
		out[f.Table+" "+f.Row] = true
	}
	return out
}

// TestAnyChangeIsNamed changes every column of every row of every table, and on
// SQLite every byte of three rows of each, and expects Verify to name exactly
// the changed row.
func TestAnyChangeIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store, keys := tamperLog(t, source)
		if r := verify(t, store, keys); !r.Sound() || r.Checkpoints != 3 || r.Witnessed != 1 || r.Erased != 2 {
			t.Fatalf("before any change: %+v", r)
		}
		for table := range tables {
			rows := readRows(t, store, table)
			for i, r := range rows {
				for _, column := range r.names {
					if column == "one" {
						continue // the table's CHECK refuses another
					}
					thorough := store.Engine == sqldb.SQLite && i%5 == 2
					for _, v := range changes(r.value(column), thorough) {
						changed := r.with(column, v)
						if changed.key() != r.key() && slices.ContainsFunc(rows, func(o row) bool { return o.key() == changed.key() }) {
							continue // another row has that key
						}
						exchange(t, store, []row{r}, []row{changed})
						checkNamed(t, r, changed, column, named(verify(t, store, keys)))
						exchange(t, store, []row{changed}, []row{r})
					}
				}
			}
		}
		if r := verify(t, store, keys); !r.Sound() {
			t.Errorf("after all was put back: %v", r.Findings)
		}
	})
}

func checkNamed(t *testing.T, was, is row, column string, names map[string]bool) {
	t.Helper()
	if !names[was.table+" "+was.key()] && !names[is.table+" "+is.key()] {
		t.Errorf("%s %s, %s = %v: not named in %v", was.table, was.key(), column, is.value(column), names)
	}
	// What points at another row (a key, a count) makes that one doubtful too.
	if slices.Contains(tables[was.table], column) || was.table == "ledger_head" || column == "previous" {
		return
	}
	if was.table == "ledger_line" && was.key() == "6" {
		// Line 6 erased these; while it cannot be read, nothing shows it.
		delete(names, "ledger_opening 1/0")
		delete(names, "ledger_opening 4/0")
	}
	if len(names) != 1 {
		t.Errorf("%s %s, %s: more than the changed row is named: %v", was.table, was.key(), column, names)
	}
}

// TestTakenOutPutInSwapped deletes each row, adds rows, and lets rows change
// places, as a whole and in part.
func TestTakenOutPutInSwapped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store, keys := tamperLog(t, source)
		expect := func(what string, out, in []row, rows ...string) {
			t.Helper()
			exchange(t, store, out, in)
			names := named(verify(t, store, keys))
			for _, r := range rows {
				if !names[r] {
					t.Errorf("%s: %s is not in %v", what, r, names)
				}
			}
			exchange(t, store, in, out)
		}
		for table := range tables {
			for _, r := range readRows(t, store, table) {
				name := table + " " + r.key()
				if table == "ledger_witness" {
					name = table + " " // a witnessed log that is gone leaves only the count
				}
				expect("deleted", []row{r}, nil, name)
			}
		}
		lines, openings := readRows(t, store, "ledger_line"), readRows(t, store, "ledger_opening")
		witness := readRows(t, store, "ledger_witness")[0]
		expect("two lines deleted", lines[4:6], nil, "ledger_line 4–5")
		expect("a line inserted at the end", nil, []row{lines[5].with("n", int64(13)).with("id", "lin_new")}, "ledger_line 13", "ledger_head 1")
		expect("a line inserted far off", nil, []row{lines[5].with("n", int64(1<<40)).with("id", "lin_new")}, "ledger_line 1099511627776")
		expect("a line before the first", nil, []row{lines[5].with("n", int64(-1)).with("id", "lin_new")}, "ledger_line -1")
		expect("an opening inserted", nil, []row{openings[0].with("ordinal", int64(2))}, "ledger_opening 0/2")
		expect("an opening of no line", nil, []row{openings[0].with("n", int64(99))}, "ledger_opening 99/0")
		expect("a witnessed log inserted", nil, []row{witness.with("origin", "new.example")}, "ledger_witness new.example")
		for _, pair := range [][2]int{{0, 2}, {1, 5}, {3, 7}, {11, 12}} {
			a, b := lines[pair[0]], lines[pair[1]]
			x, y := "ledger_line "+a.key(), "ledger_line "+b.key()
			expect("lines swapped", []row{a, b}, []row{a.with("n", b.value("n")), b.with("n", a.value("n"))}, x, y)
			for _, column := range a.names[1:] {
				if a.value(column) == fmt.Sprint(b.value(column)) {
					continue // nothing changes
				}
				in := []row{a.with(column, b.value(column)), b.with(column, a.value(column))}
				expect(column+" swapped", []row{a, b}, in, x, y)
			}
		}
		a, b := openings[0], openings[3]
		in := []row{a.with("n", b.value("n")).with("ordinal", b.value("ordinal")), b.with("n", a.value("n")).with("ordinal", a.value("ordinal"))}
		expect("openings swapped", []row{a, b}, in, "ledger_opening "+a.key(), "ledger_opening "+b.key())
	})
}

// TestRewritten lets somebody with the whole database and the program, but not
// the key, write the log anew from line 7 on.
func TestRewritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store, keys := tamperLog(t, source)
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			for _, q := range []string{
				`DELETE FROM ledger_line WHERE n >= 7`, `DELETE FROM ledger_opening WHERE n >= 7`, `UPDATE ledger_head SET n = 7`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		for i := 7; i < 13; i++ {
			appendLines(t, store, lineOn(i, person(9)))
		}
		want := []Finding{{"ledger_line", "5–9", "rewritten: not what checkpoint 10 signed"}}
		if diff := cmp.Diff(want, verify(t, store, keys).Findings); diff != "" {
			t.Error(diff)
		}
	})
}

// TestCutOff cuts the end off, with everything that speaks of it in this
// database: only the checkpoint that a witness keeps can tell.
func TestCutOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store, keys := tamperLog(t, source)
		whole := verify(t, store, keys)
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			for _, q := range []string{
				`DELETE FROM ledger_line WHERE n >= 10`, `DELETE FROM ledger_opening WHERE n >= 10`,
				`DELETE FROM ledger_checkpoint WHERE size > 10`, `UPDATE ledger_head SET n = 10, signed = 10`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		cut := verify(t, store, keys)
		if !cut.Sound() || cut.Signed >= whole.Signed || cut.Root == whole.Root {
			t.Errorf("whole %+v, cut %+v", whole, cut)
		}
	})
}

// TestGrowingLogs verifies logs of every size up to a few pages.
func TestGrowingLogs(t *testing.T) {
	store := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	key := makeKey(t, "here.example")
	for size := int64(1); size <= 70; size++ {
		appendLines(t, store, lineOn(int(size), person(int(size))))
		var c Checkpoint
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) (err error) {
			c, err = Sign(ctx, tx, key)
			return err
		})
		r := verify(t, store, parseKeys(t, key.LogKey()))
		if !r.Sound() || r.Root != c.Root || r.Signed != size {
			t.Fatalf("size %d: %+v", size, r)
		}
	}
	for range 2 * pageSize {
		appendLines(t, store, lineOn(0, person(0), person(1), person(2)))
	}
	var last int64
	r, err := Verify(t.Context(), store, parseKeys(t, key.LogKey()), func(done, total int64) {
		if done < last || total != 70+2*pageSize {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || !r.Sound() || last != r.Lines || r.Openings != 70+6*pageSize {
		t.Errorf("%+v, %v", r, err)
	}
}
