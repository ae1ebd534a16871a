package node

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// TestLookingMigratesNothing: commands that look leave the tables as they are and
// say what is to do; on tables that are up to date they work.
func TestLookingMigratesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		cfg := Defaults()
		cfg.Dir = t.TempDir()
		if err := Init(cfg, "asitis.lodestar.invalid"); err != nil {
			t.Fatal(err)
		}
		lodestar := func(args ...string) (int, string) {
			var out bytes.Buffer
			code := Main(append(args, "--dir", cfg.Dir, "--database", source), &out, &out)
			return code, out.String()
		}
		if !isPostgres(source) {
			if code, said := lodestar("doctor"); code != exitFailed {
				t.Errorf("doctor without a database: %d, %s", code, said)
			}
		}
		db := dbtest.Open(t, source, ledger.Migrations()) // all else is still to do
		before := shape(t, db)
		code, said := lodestar("doctor")
		if code != 0 || !strings.Contains(said, "to do") || !strings.Contains(said, "lodestar migrate up") {
			t.Errorf("doctor: %d, %s", code, said)
		}
		signal := id.New[id.Signal]().String()
		for _, command := range [][]string{{"trace", signal}, {"explain", "somebody", "protection.see", "case"}, {"ledger", "verify"}} {
			if code, said := lodestar(append(command, "--json")...); code != exitFailed || !strings.Contains(said, "node.not_migrated") {
				t.Errorf("%v: %d, %s", command, code, said)
			}
		}
		if code, said := lodestar("migrate", "status"); code != 0 {
			t.Errorf("migrate status: %d, %s", code, said)
		}
		if after := shape(t, db); !slices.Equal(before, after) {
			t.Errorf("looking changed the tables: %v, before %v", after, before)
		}
		if code, said := lodestar("migrate", "up"); code != 0 {
			t.Fatalf("migrate up: %d, %s", code, said)
		}
		before = shape(t, db)
		if code, said := lodestar("doctor"); code != 0 || strings.Contains(said, "migrate up") {
			t.Errorf("doctor, up to date: %d, %s", code, said)
		}
		if code, said := lodestar("ledger", "verify"); code != 0 {
			t.Errorf("ledger verify, up to date: %d, %s", code, said)
		}
		if after := shape(t, db); !slices.Equal(before, after) {
			t.Errorf("looking changed the tables: %v, before %v", after, before)
		}
	})
}

func shape(t *testing.T, db *sqldb.DB) []string {
	t.Helper()
	tables, err := db.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tables
}
