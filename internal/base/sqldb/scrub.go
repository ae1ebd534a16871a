package sqldb

import (
	"context"
	"errors"

	"lodestar/internal/base/fault"
)

// How long a connection waits for another process or for readers: as a rule, and
// where waiting holds others up.
const (
	patience = "busy_timeout(5000)"
	shortly  = "busy_timeout(100)"
)

// Scrub takes deleted rows out of the write-ahead log, so that what was erased is
// not left beside the database. While somebody reads an older moment of the data,
// a backup for instance, it cannot: it gives fault.Busy, and whoever erases tries
// again later. Writers wait for it a fraction of a second. PostgreSQL recycles its
// log by itself.
func (d *DB) Scrub(ctx context.Context) (err error) {
	const op = "sqldb.Scrub"
	if d.Engine != SQLite {
		return nil
	}
	c, err := d.write.Conn(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "PRAGMA "+shortly); err != nil {
		return fault.Wrap(op, err)
	}
	defer func() {
		_, back := c.ExecContext(context.WithoutCancel(ctx), "PRAGMA "+patience)
		err = errors.Join(err, fault.Wrap(op, back))
	}()
	// The statement succeeds even if it could not do its work: "busy" says so.
	var busy, frames, moved int64
	err = c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if busy != 0 || retryable(err) {
		return fault.New(fault.Busy, op, "database.still_read").Because(err)
	}
	return fault.Wrap(op, err)
}
