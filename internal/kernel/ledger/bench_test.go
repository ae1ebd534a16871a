package ledger

import (
	"context"
	"database/sql"
	"testing"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

func benchEach(b *testing.B, f func(b *testing.B, store *sqldb.DB)) {
	for _, engine := range []struct {
		name   string
		source func(testing.TB) string
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) { f(b, dbtest.Open(b, engine.source(b), Migrations())) })
	}
}

// BenchmarkAppend is one line about two refs, in a transaction of its own.
func BenchmarkAppend(b *testing.B) {
	benchEach(b, func(b *testing.B, store *sqldb.DB) {
		for i := 0; b.Loop(); i++ {
			appendLines(b, store, lineOn(i%3600, person(i), Ref{"case", "c"}))
		}
	})
}

// BenchmarkAppendInTransaction is the cost of a line inside a transaction that
// is open anyway.
func BenchmarkAppendInTransaction(b *testing.B) {
	benchEach(b, func(b *testing.B, store *sqldb.DB) {
		inTx(b, store, func(ctx context.Context, tx *sql.Tx) error {
			for i := 0; b.Loop(); i++ {
				if _, err := Append(ctx, tx, lineOn(i%3600, person(i), Ref{"case", "c"})); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// BenchmarkVerify is the verification of one line of a log of 20,000.
func BenchmarkVerify(b *testing.B) {
	const lines = 20_000
	benchEach(b, func(b *testing.B, store *sqldb.DB) {
		inTx(b, store, func(ctx context.Context, tx *sql.Tx) error {
			for i := range lines {
				if _, err := Append(ctx, tx, lineOn(i%3600, person(i), Ref{"case", "c"})); err != nil {
					return err
				}
			}
			return nil
		})
		keys := parseKeys(b)
		b.ResetTimer()
		for range b.N {
			if r := verify(b, store, keys); r.Lines != lines || !r.Sound() {
				b.Fatal(r)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
	})
}
