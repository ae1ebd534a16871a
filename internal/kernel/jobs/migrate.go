package jobs

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"slices"

	"github.com/riverqueue/river/rivermigrate"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
)

// migrationLock is the advisory lock that keeps two processes that start at once
// from making the same tables: River's migrations do not lock by themselves.
const migrationLock = 0x6c6f6465 // "lode"

// Migrate makes the queue's tables (river_…) or brings them up to date. Like
// sqldb.Migrate it refuses a schema newer than this binary knows
// (fault.Conflict).
func Migrate(ctx context.Context, store *sqldb.DB) error {
	if store.Engine == sqldb.SQLite {
		return migrate(ctx, store, store.Pool())
	}
	pool, closePool, err := store.NewPool()
	if err != nil {
		return err
	}
	defer closePool()
	return fault.Wrap("jobs.Migrate", store.InTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, migrationLock); err != nil {
			return err
		}
		return migrate(ctx, store, pool)
	}))
}

// Behind counts the migrations of the queue's tables that are still to do. It
// changes nothing.
func Behind(ctx context.Context, store *sqldb.DB) (int, error) {
	_, n, err := plan(ctx, store, store.Pool())
	return n, err
}

func plan(ctx context.Context, store *sqldb.DB, pool *sql.DB) (m *rivermigrate.Migrator[*sql.Tx], behind int, err error) {
	const op = "jobs.Migrate"
	m, err = rivermigrate.New(driverOf(store, pool), &rivermigrate.Config{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil, 0, fault.Wrap(op, err)
	}
	have, err := version(ctx, store)
	if err != nil {
		return nil, 0, fault.Wrap(op, err)
	}
	all := m.AllVersions()
	if know := int64(all[len(all)-1].Version); have > know {
		return nil, 0, fault.New(fault.Conflict, op, "database.newer_schema", "set", "jobs", "have", have, "know", know)
	}
	for _, v := range all {
		if int64(v.Version) > have {
			behind++
		}
	}
	return m, behind, nil
}

func migrate(ctx context.Context, store *sqldb.DB, pool *sql.DB) error {
	const op = "jobs.Migrate"
	m, _, err := plan(ctx, store, pool)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fault.New(fault.Internal, op, "database.migration_failed", "set", "jobs").Because(err)
	}
	return nil
}

// version is the newest migration that the database has, 0 if none.
func version(ctx context.Context, store *sqldb.DB) (int64, error) {
	tables, err := store.Tables(ctx)
	if err != nil || !slices.Contains(tables, "river_migration") {
		return 0, err
	}
	return store.Scalar(ctx, `SELECT coalesce(max(version), 0) FROM river_migration`)
}
