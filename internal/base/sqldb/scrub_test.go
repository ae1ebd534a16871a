package sqldb_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

func writes(t *testing.T, db *sqldb.DB, statement string) {
	t.Helper()
	err := db.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestScrub: what was erased leaves the files of SQLite; while somebody reads an
// older moment it cannot, and then it is said, soon, and writers go on.
func TestScrub(t *testing.T) {
	source := dbtest.SQLite(t)
	db := dbtest.Open(t, source, first)
	const canary = "Canary Ptaszynska"
	left := func() bool {
		for _, file := range []string{source, source + "-wal"} {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte(canary)) {
				return true
			}
		}
		return false
	}
	writes(t, db, `INSERT INTO test_a (k, n, ok) VALUES ('`+canary+`', 1, TRUE)`)
	err := db.InRead(t.Context(), func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM test_a`).Scan(&n); err != nil {
			return err
		}
		writes(t, db, `DELETE FROM test_a`)
		began := time.Now()
		if err := db.Scrub(t.Context()); !fault.Is(err, fault.Busy) {
			t.Errorf("while somebody reads: %v", err)
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the only writer was held for %s", took)
		}
		if !left() {
			t.Error("the test shows nothing: the row has left the files already")
		}
		writes(t, db, `INSERT INTO test_a (k, n, ok) VALUES ('other', 1, TRUE)`)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context()); err != nil || left() {
		t.Errorf("afterwards: %v, still there: %v", err, left())
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Scrub(done); err == nil {
		t.Error("scrubbed for nobody")
	}
	writes(t, db, `DELETE FROM test_a`)
}

// TestScrubPostgres has nothing to do, and says so.
func TestScrubPostgres(t *testing.T) {
	if err := dbtest.Open(t, dbtest.Postgres(t)).Scrub(t.Context()); err != nil {
		t.Error(err)
	}
}
