package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"lodestar/internal/base/fault"
)

// AtWork notes that this process is at work on the database, until leave is called
// or the process dies. If no other is at work, alone runs first, and none begins
// before it is done: it clears away what a process that was killed left behind.
//
// On SQLite the note is a lock on a file beside the database, which SQLite itself
// takes, so that it holds on every system; on PostgreSQL processes elect a leader,
// and alone never runs.
func (d *DB) AtWork(ctx context.Context, alone func() error) (leave func() error, err error) {
	const op = "sqldb.AtWork"
	if d.Engine != SQLite {
		return func() error { return nil }, nil
	}
	path := strings.TrimSuffix(d.source, filepath.Ext(d.source)) + ".work"
	if err := create(path); err != nil {
		return nil, fault.New(fault.Invalid, op, "database.cannot_open").Because(err)
	}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma="+patience)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	c, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fault.Wrap(op, err), pool.Close())
	}
	leave = func() error { return errors.Join(c.Close(), pool.Close()) }
	if err := attend(ctx, c, alone); err != nil {
		return nil, errors.Join(fault.Wrap(op, err), leave())
	}
	return leave, nil
}

// attend takes the lock for itself if it can, and then with the others.
func attend(ctx context.Context, c *sql.Conn, alone func() error) error {
	err := run(ctx, c, "PRAGMA "+shortly, "BEGIN EXCLUSIVE")
	switch {
	case retryable(err): // others are at work
	case err != nil:
		return err
	default:
		if err := alone(); err != nil {
			return err
		}
		if err := run(ctx, c, "PRAGMA user_version = 1", "COMMIT"); err != nil {
			return err
		}
	}
	// A reading transaction that is left open is the lock that all share.
	err = run(ctx, c, "PRAGMA "+patience, "BEGIN DEFERRED", "SELECT count(*) FROM sqlite_master")
	if retryable(err) {
		return fault.New(fault.Busy, "sqldb.AtWork", "database.busy").Because(err)
	}
	return err
}

func run(ctx context.Context, c *sql.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := c.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
