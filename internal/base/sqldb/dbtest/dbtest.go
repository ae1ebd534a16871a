// Package dbtest gives each test a fresh database on both engines.
//
// PostgreSQL is the one named by LODESTAR_TEST_POSTGRES; `make test` starts one.
// Without it the tests fail rather than skip: a test that did not run has not
// passed.
package dbtest

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb"
)

// Each runs f as a subtest on SQLite and on PostgreSQL, with an empty database
// named by source, which Open takes.
func Each(t *testing.T, f func(t *testing.T, source string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t)) })
}

// SQLite is the path of a fresh database file.
func SQLite(t testing.TB) string {
	return filepath.Join(t.TempDir(), "node.db")
}

// Postgres makes a fresh database on the test server and drops it at the end.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("LODESTAR_TEST_POSTGRES")
	if server == "" {
		t.Fatal("LODESTAR_TEST_POSTGRES is not set: run the tests with `make test`, or start a server with `make postgres` and set it as that prints")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal("LODESTAR_TEST_POSTGRES is not a connection URL")
	}
	name := "t_" + strings.ToLower(random())
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
		admin.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Open opens source and closes it when the test ends.
func Open(t testing.TB, source string, sets ...sqldb.Migrations) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), source, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), sets...); err != nil {
		t.Fatal(err)
	}
	return db
}

func random() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
