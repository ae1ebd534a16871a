package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

func set(name string, files map[string]string) sqldb.Migrations {
	m := fstest.MapFS{}
	for n, text := range files {
		m[n] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + text)}
	}
	return sqldb.Migrations{Name: name, Files: m}
}

var first = set("test", map[string]string{"0001_a.sql": "CREATE TABLE test_a (k TEXT PRIMARY KEY, n BIGINT NOT NULL, b BYTEA, ok BOOLEAN NOT NULL);"})

// TestPlaceholders: SQLite itself reads $1 as a name in order of first
// appearance; a driver that does not map the digits back to ordinals corrupts
// data silently. Whoever changes the driver must pass this.
func TestPlaceholders(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source)
		err := db.InRead(t.Context(), func(tx *sql.Tx) error {
			var a, b, c string
			err := tx.QueryRow(`SELECT cast($2 as text), cast($1 as text), cast($2 as text)`, "one", "two").Scan(&a, &b, &c)
			if got := a + " " + b + " " + c; got != "two one two" {
				t.Errorf("got %q", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		newer := set("test", map[string]string{"0001_a.sql": "CREATE TABLE test_a (k TEXT PRIMARY KEY);", "0002_b.sql": "CREATE TABLE test_b (k TEXT PRIMARY KEY);"})
		dbtest.Open(t, source, newer)
		db, err := sqldb.Open(t.Context(), source, "")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Migrate(t.Context(), first); !fault.Is(err, fault.Conflict) {
			t.Errorf("an older program took a newer schema: %v", err)
		}
		if _, err := db.Plan(t.Context(), first); !fault.Is(err, fault.Conflict) {
			t.Errorf("plan: %v", err)
		}
	})
}

func TestFailureRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, first)
		boom := errors.New("boom")
		insert := func(tx *sql.Tx) error {
			_, err := tx.Exec(`INSERT INTO test_a (k, n, b, ok) VALUES ($1, $2, $3, $4)`, "x", 1, []byte{0, 255}, true)
			return err
		}
		err := db.InTx(t.Context(), func(tx *sql.Tx) error { return errors.Join(insert(tx), boom) })
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a panic was swallowed")
				}
			}()
			db.InTx(t.Context(), func(tx *sql.Tx) error { insert(tx); panic("p") })
		}()
		if n, err := db.Scalar(t.Context(), "SELECT count(*) FROM test_a"); err != nil || n != 0 {
			t.Fatalf("%d rows stayed, %v", n, err)
		}
		if err := db.InTx(t.Context(), insert); err != nil {
			t.Fatal(err)
		}
		if err := db.InTx(t.Context(), insert); !sqldb.IsDuplicate(err) {
			t.Errorf("twice the same key: %v", err)
		}
	})
}

func TestReadingTransactionCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, first)
		err := db.InRead(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`DELETE FROM test_a`)
			return err
		})
		if err == nil {
			t.Error("a reading transaction wrote")
		}
	})
}

// TestConcurrentCountersLoseNothing: read, add, write, from many goroutines.
func TestConcurrentCountersLoseNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, first)
		_, err := db.Pool().Exec(`INSERT INTO test_a (k, n, ok) VALUES ('c', 0, TRUE)`)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 20 {
					err := db.InTx(context.Background(), func(tx *sql.Tx) error {
						var n int
						return tx.QueryRow(`UPDATE test_a SET n = n + 1 WHERE k = 'c' RETURNING n`).Scan(&n)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := db.Scalar(t.Context(), "SELECT n FROM test_a"); err != nil || n != 160 {
			t.Errorf("counted %d, %v", n, err)
		}
	})
}

func TestOpenRefusesAndTellsNoPassword(t *testing.T) {
	for _, source := range []string{"postgres://user:secret@%zz/x", "postgres://user:secret@127.0.0.1:1/x?connect_timeout=1", t.TempDir() + "/no/such/dir/node.db"} {
		db, err := sqldb.Open(t.Context(), source, "")
		if err == nil {
			db.Close()
			t.Errorf("%s opened", source)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password stands in %q", err)
		}
	}
}
