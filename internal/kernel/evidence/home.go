package evidence

import (
	"context"
	"database/sql"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/evidence/db"
)

// FillHome gives the signals that were recorded before signals remembered their
// State the one by which the node has read them, once: what is recorded later
// without a State stays without one, whatever is configured then.
func FillHome(ctx context.Context, store *sqldb.DB, home string) error {
	err := store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		n, err := q.MarkHomed(ctx)
		if err != nil || n == 0 || home == "" {
			return err
		}
		return q.FillHome(ctx, home)
	})
	return fault.Wrap("evidence.FillHome", err)
}
