package backup

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/jobs"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)} }

// shelf is a set of tables with every type, a child that is named before its
// parent, and a row that the migration puts in itself.
var shelf = sqldb.Migrations{Name: "shelf", Files: fstest.MapFS{
	"0001_shelf.sql": file(`CREATE TABLE shelf_z (id TEXT PRIMARY KEY);
CREATE TABLE shelf_a (n BIGINT PRIMARY KEY, z TEXT NOT NULL REFERENCES shelf_z (id), yes BOOLEAN NOT NULL, box BYTEA, "case" TEXT NOT NULL);
CREATE TABLE shelf_head (one BIGINT PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO shelf_head (one, n) VALUES (1, 0);`),
	"0002_more.sql": file(`CREATE TABLE shelf_more (id TEXT PRIMARY KEY);`),
}}

func store(t *testing.T, source string, sets ...sqldb.Migrations) Store {
	t.Helper()
	s := Store{DB: dbtest.Open(t, source, sets...), Sets: sets, Jobs: true}
	if len(sets) > 0 {
		if err := jobs.Migrate(t.Context(), s.DB); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func exec(t *testing.T, s Store, query string, args ...any) {
	t.Helper()
	err := s.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, s Store) ([]byte, Counted) {
	t.Helper()
	schema, err := s.Schema(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := newEncoder(&b)
	var n Counted
	err = s.DB.InRead(t.Context(), func(tx *sql.Tx) (err error) {
		n, err = s.Dump(t.Context(), tx, Manifest{Node: "n", Schema: schema}, e)
		return err
	})
	if err != nil || e.flush() != nil {
		t.Fatal(err)
	}
	return b.Bytes(), n
}

func load(t *testing.T, s Store, doc []byte) error {
	t.Helper()
	m, _, err := Inspect(newDecoder(bytes.NewReader(doc)))
	if err != nil {
		return err
	}
	if err := s.Known(m); err != nil {
		return err
	}
	if err := s.Empty(t.Context()); err != nil {
		return err
	}
	if err := s.Prepare(t.Context(), m); err != nil {
		return err
	}
	err = s.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err := s.Load(t.Context(), tx, newDecoder(bytes.NewReader(doc)))
		return err
	})
	if err != nil {
		return err
	}
	return s.Finish(t.Context())
}

// content is every row of the tables of the sets, as text with types.
func content(t *testing.T, s Store) (out []string) {
	t.Helper()
	tables, _, err := s.tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.InRead(t.Context(), func(tx *sql.Tx) error {
		for _, table := range tables {
			rows, err := tx.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
			if err != nil {
				return err
			}
			columns, _ := rows.Columns()
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				for i, c := range columns {
					switch v := values[i].(type) {
					case int64: // SQLite keeps a truth as a number
						if c == "yes" {
							values[i] = v == 1
						}
					case []byte:
						values[i] = "bytes:" + string(v)
					}
				}
				out = append(out, fmt.Sprintf("%s %#v", table, values))
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func waiting(t *testing.T, s Store) (out []string) {
	t.Helper()
	err := s.DB.InRead(t.Context(), func(tx *sql.Tx) error {
		return jobs.Carry(t.Context(), s.DB, tx, func(j jobs.Waiting) error {
			var args any // the engines write the same JSON differently
			err := json.Unmarshal(j.Args, &args)
			out = append(out, fmt.Sprint(j.Kind, args, j.At.Format(time.RFC3339Nano), j.Attempts))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// between runs f for every pair of engines.
func between(t *testing.T, f func(t *testing.T, from, to string)) {
	engines := map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres}
	for from, a := range engines {
		for to, b := range engines {
			t.Run(from+" to "+to, func(t *testing.T) { f(t, a(t), b(t)) })
		}
	}
}

func fillShelf(t *testing.T, s Store, rows int) {
	t.Helper()
	exec(t, s, `INSERT INTO shelf_z (id) VALUES ('Ωmega'), ('')`)
	err := s.DB.InTx(t.Context(), func(tx *sql.Tx) error { return shelve(t.Context(), tx, rows) })
	if err != nil {
		t.Fatal(err)
	}
	exec(t, s, `UPDATE shelf_head SET n = 17`)
	at := time.Date(2026, 11, 25, 9, 0, 0, 123_000_000, time.UTC)
	err = s.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		for _, kind := range []string{"a", "b"} {
			w := jobs.Waiting{Kind: kind, Args: []byte(`{"on":{"kind":"case","id":"x"}}`), At: at, Attempts: 9}
			if err := jobs.Put(t.Context(), s.DB, tx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func shelve(ctx context.Context, tx *sql.Tx, rows int) error {
	for i := range rows {
		box := []byte{0, byte(i), 0xff}
		switch i % 3 {
		case 1:
			box = nil
		case 2:
			box = []byte{}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO shelf_a (n, z, yes, box, "case") VALUES ($1, $2, $3, $4, $5)`,
			int64(i)-1<<62, "Ωmega", i%2 == 0, box, strings.Repeat("x", i)+"'\"\n")
		if err != nil {
			return err
		}
	}
	return nil
}

func TestThereAndBack(t *testing.T) {
	between(t, func(t *testing.T, from, to string) {
		source := store(t, from, shelf)
		fillShelf(t, source, 900) // more than one statement
		doc, n := dump(t, source)
		if n.Tables != 4 || n.Rows != 903 || n.Jobs != 2 {
			t.Errorf("dumped %+v", n)
		}
		for _, left := range n.Left {
			if !strings.HasPrefix(left, "river_") && !strings.HasPrefix(left, "schema_") && !strings.HasPrefix(left, "goose_") {
				t.Errorf("%s was left out", left)
			}
		}
		target := store(t, to)
		target.Sets = source.Sets
		if err := load(t, target, doc); err != nil {
			t.Fatal(err)
		}
		want, got := content(t, source), content(t, target)
		if len(want) != 903 || !slices.Equal(want, got) {
			t.Errorf("%d rows became %d, or differ", len(want), len(got))
		}

		jobsWant, jobsGot := waiting(t, source), waiting(t, target)
		if len(jobsWant) != 2 || !slices.Equal(jobsWant, jobsGot) {
			t.Errorf("jobs %v became %v", jobsWant, jobsGot)
		}
		if again, _ := dump(t, target); len(again) != len(doc) {
			t.Errorf("a copy of the copy has %d bytes, the copy %d", len(again), len(doc))
		}
	})
}

// TestOneMoment: what is written after the copy began is not in it.
func TestOneMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		s := store(t, source, shelf)
		fillShelf(t, s, 3)
		var n Counted
		err := s.DB.InRead(t.Context(), func(tx *sql.Tx) (err error) {
			if err := tx.QueryRowContext(t.Context(), `SELECT n FROM shelf_head`).Scan(new(int64)); err != nil {
				return err
			}
			exec(t, s, `INSERT INTO shelf_z (id) VALUES ('later')`)
			n, err = s.Dump(t.Context(), tx, Manifest{}, newEncoder(&bytes.Buffer{}))
			return err
		})
		if err != nil || n.Rows != 6 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

// TestOlderSchema: an older copy is loaded into older tables, which are then
// brought up to date; a newer one is refused.
func TestOlderSchema(t *testing.T) {
	old := sqldb.Migrations{Name: "shelf", Files: upTo{shelf.Files, 1}}
	between(t, func(t *testing.T, from, to string) {
		source := store(t, from, old)
		fillShelf(t, source, 2)
		doc, _ := dump(t, source)
		target := store(t, to)
		target.Sets = []sqldb.Migrations{shelf}
		if err := load(t, target, doc); err != nil {
			t.Fatal(err)
		}
		exec(t, target, `INSERT INTO shelf_more (id) VALUES ('x')`)
		if got := content(t, target); len(got) != 6 {
			t.Errorf("%v", got)
		}
		newer, _ := dump(t, target)
		again := store(t, dbtest.SQLite(t))
		again.Sets = []sqldb.Migrations{old}
		if err := load(t, again, newer); !fault.Is(err, fault.Conflict) {
			t.Errorf("took a newer schema: %v", err)
		}
		again.Sets = nil
		if err := load(t, again, newer); !fault.Is(err, fault.Conflict) {
			t.Errorf("took a set it does not know: %v", err)
		}
	})
}

func TestLoadRefuses(t *testing.T) {
	ctx := context.Background()
	stream := func(write func(e *Encoder)) []byte {
		var b bytes.Buffer
		e := newEncoder(&b)
		e.document(recManifest, Manifest{Schema: map[string]int64{"shelf": 2}})
		write(e)
		e.end()
		e.flush()
		return b.Bytes()
	}
	dbtest.Each(t, func(t *testing.T, source string) {
		s := store(t, source, shelf)
		fillShelf(t, s, 1)
		s.Passing = []string{"shelf_more"}
		before := content(t, s)
		if err := load(t, s, stream(func(*Encoder) {})); !fault.Is(err, fault.Conflict) {
			t.Errorf("loaded over something: %v", err)
		}
		for name, doc := range map[string][]byte{
			"a table of nobody":        stream(func(e *Encoder) { e.table("other_t", []string{"id"}) }),
			"SQL for a name":           stream(func(e *Encoder) { e.table(`shelf_z"; DROP TABLE shelf_a; --`, []string{"id"}) }),
			"SQL for a column":         stream(func(e *Encoder) { e.table("shelf_z", []string{`id") VALUES ('x'); --`}) }),
			"a table that is left out": stream(func(e *Encoder) { e.table("shelf_more", []string{"id"}) }),
			"a column too few":         stream(func(e *Encoder) { e.table("shelf_head", []string{"one"}) }),
			"the same column twice":    stream(func(e *Encoder) { e.table("shelf_head", []string{"one", "one"}) }),
			"a child with no parent": stream(func(e *Encoder) {
				e.table("shelf_z", []string{"id"})
				e.table("shelf_a", []string{"n", "z", "yes", "box", "case"})
				e.row([]any{int64(1), "nobody", true, nil, ""})
			}),
		} {
			err := s.DB.InTx(ctx, func(tx *sql.Tx) error {
				_, err := s.Load(ctx, tx, newDecoder(bytes.NewReader(doc)))
				return err
			})
			if err == nil {
				t.Errorf("%s was loaded", name)
			}
		}
		if after := content(t, s); !slices.Equal(before, after) {
			t.Errorf("a refused file changed something: %v", after)
		}
	})
}

func TestNewest(t *testing.T) {
	if n, err := newest(shelf); n != 2 || err != nil {
		t.Errorf("newest = %d, %v", n, err)
	}
	list, err := fs.ReadDir(upTo{shelf.Files, 1}, ".")
	if err != nil || len(list) != 1 || list[0].Name() != "0001_shelf.sql" {
		t.Errorf("%v, %v", list, err)
	}
}
