package sqldb_test

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
)

// Several that take the next number at the same moment all get one, and no two the
// same: whoever comes second tries again.
func TestNextNumberAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, first)
		next := func(tx *sql.Tx) error {
			var n int64
			if err := tx.QueryRow(`SELECT count(*) FROM test_a`).Scan(&n); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO test_a (k, n, ok) VALUES ($1, $2, $3)`, strconv.FormatInt(n+1, 10), n, true)
			return err
		}
		var all sync.WaitGroup
		errs := make(chan error, 12)
		for range 4 {
			all.Go(func() {
				for range 3 {
					errs <- db.InTx(context.Background(), next)
				}
			})
		}
		all.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		if n, err := db.Scalar(t.Context(), `SELECT count(*) FROM test_a`); err != nil || n != 12 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}
