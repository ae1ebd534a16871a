// Package sqldb opens the node's database and runs transactions on it.
//
// One SQL text serves two engines: SQLite inside the process (the default) and
// PostgreSQL 15 or later. The portable subset is held by a lint test
// (TestPortable): TEXT, BIGINT, BOOLEAN, BYTEA; placeholders $1…$n; no engine's
// own functions. Times are BIGINT Unix microseconds from the act's clock.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	"modernc.org/sqlite"               // driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lodestar/internal/base/fault"
)

// Engine names the database behind a DB.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is one database. Writes go through one place, InTx, and reads through
// another, InRead; nobody else holds a connection.
type DB struct {
	Engine Engine
	write  *sql.DB
	read   *sql.DB
	source string
}

// Open opens the database named by source: a postgres:// URL, or the path of a
// SQLite file, which is created if it is not there. On PostgreSQL, schema
// (may be empty) becomes the search path; on SQLite it names a second file
// beside the first ("node.db" → "node.keys.db").
func Open(ctx context.Context, source, schema string) (*DB, error) {
	if strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://") {
		return openPostgres(ctx, source, schema)
	}
	return openSQLite(ctx, source, schema)
}

func openSQLite(ctx context.Context, path, schema string) (*DB, error) {
	path = strings.TrimPrefix(path, "sqlite:")
	if schema != "" {
		ext := filepath.Ext(path)
		path = strings.TrimSuffix(path, ext) + "." + schema + ext
	}
	if err := create(path); err != nil {
		return nil, fault.New(fault.Invalid, "sqldb.Open", "database.cannot_open").Because(err)
	}
	// No mmap_size: a mapped file is unmapped at each reading after a writing, and
	// the faults of mapping it again cost more than reading (docs/benchmarks.md).
	// _txlock=immediate: a transaction that begins by reading and then writes
	// would otherwise meet SQLITE_BUSY at once, without the busy handler.
	const pragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=" + patience + "&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=cache_size(-65536)&_pragma=temp_store(MEMORY)"
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas
	writer, err := keep(name + "&_txlock=immediate")
	if err != nil {
		return nil, fault.Wrap("sqldb.Open", err)
	}
	reader, err := keep(name + "&_pragma=query_only(1)&_txlock=deferred")
	if err != nil {
		return nil, fault.Wrap("sqldb.Open", err)
	}
	write, read := sql.OpenDB(writer), sql.OpenDB(reader)
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(8)
	read.SetMaxIdleConns(8)
	db := &DB{Engine: SQLite, write: write, read: read, source: path}
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fault.New(fault.Invalid, "sqldb.Open", "database.cannot_open").Because(err), db.Close())
	}
	return db, nil
}

// create makes the file if it is not there. It holds sealed personal data and the
// plain structure around it: nobody but the node's own user may read it. One that
// is there is not opened: closing it again would drop the locks that this process
// may hold on it (POSIX).
func create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

func openPostgres(ctx context.Context, source, schema string) (*DB, error) {
	u, err := url.Parse(source)
	if err != nil {
		// The cause is dropped: a connection URL may carry a password.
		return nil, fault.New(fault.Invalid, "sqldb.Open", "database.bad_url")
	}
	if schema != "" {
		q := u.Query()
		q.Set("search_path", schema)
		u.RawQuery = q.Encode()
	}
	pool, err := sql.Open("pgx", u.String())
	if err != nil {
		return nil, fault.New(fault.Invalid, "sqldb.Open", "database.bad_url")
	}
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	db := &DB{Engine: Postgres, write: pool, read: pool, source: source}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fault.New(fault.Busy, "sqldb.Open", "database.cannot_reach").Because(err), db.Close())
	}
	if schema != "" {
		if _, err := pool.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS "`+schema+`"`); err != nil {
			return nil, errors.Join(fault.Wrap("sqldb.Open", err), db.Close())
		}
	}
	return db, nil
}

// Close closes the pools.
func (d *DB) Close() error {
	if d.read == d.write {
		return d.write.Close()
	}
	return errors.Join(d.read.Close(), d.write.Close())
}

// Path is the SQLite file, or "" on PostgreSQL.
func (d *DB) Path() string {
	if d.Engine == SQLite {
		return d.source
	}
	return ""
}

// Pool is the write pool, for the two libraries that need their own handle
// (migrations and the job queue). Nothing else may ask for it; the architecture
// test says who does.
func (d *DB) Pool() *sql.DB { return d.write }

// NewPool opens a further pool on the same database, for the job queue on
// PostgreSQL: leader election must not share connections with business code.
// On SQLite there is one writer, so it is the write pool itself.
func (d *DB) NewPool() (pool *sql.DB, closePool func() error, err error) {
	if d.Engine == SQLite {
		return d.write, func() error { return nil }, nil
	}
	pool, err = sql.Open("pgx", d.source)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "sqldb.NewPool", "database.bad_url")
	}
	pool.SetMaxOpenConns(8)
	return pool, pool.Close, nil
}

// attempts bounds the retries of one transaction; with the pauses below it
// gives up after about two seconds and says Busy.
const attempts = 10

// again is how often a violated unique key is tried anew: two that took the next
// number at the same moment do not both fail; a true duplicate is found out soon.
const again = 5

// InTx runs fn in one writing transaction, and again from the start when the
// engine asks for it (SQLSTATE 40001 and 40P01, SQLITE_BUSY) or a unique key was
// violated. fn must therefore have no effect outside the transaction.
func (d *DB) InTx(ctx context.Context, fn func(*sql.Tx) error) error {
	return d.retry(ctx, func() error { return inTx(ctx, d.write, nil, fn) })
}

// InRead runs fn in one reading transaction that sees one moment of the data.
func (d *DB) InRead(ctx context.Context, fn func(*sql.Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return d.retry(ctx, func() error { return inTx(ctx, d.read, opts, fn) })
}

func (d *DB) retry(ctx context.Context, try func() error) error {
	pause := 2 * time.Millisecond
	for n := 1; ; n++ {
		err := try()
		if IsFull(err) {
			// Nothing was written; it works again as soon as there is room.
			return fault.New(fault.Busy, "sqldb.InTx", "database.full").Because(err)
		}
		if err == nil || !retryable(err) && !(IsDuplicate(err) && n <= again) {
			return err
		}
		if n == attempts {
			return fault.New(fault.Busy, "sqldb.InTx", "database.busy").Because(err)
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Busy, "sqldb.InTx", "database.busy").Because(ctx.Err())
		case <-time.After(pause + rand.N(pause)):
		}
		pause *= 2
	}
}

func inTx(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, fn func(*sql.Tx) error) (err error) {
	tx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return fault.Wrap("sqldb.begin", err)
	}
	defer func() {
		if p := recover(); p != nil {
			tx.Rollback()
			panic(p)
		}
	}()
	if err := fn(tx); err != nil {
		tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return fault.Wrap("sqldb.commit", err)
	}
	return nil
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return false
}

// IsFull tells whether err says that the disk is full, so that the node can
// answer "try again later" and lose nothing.
func IsFull(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "53100"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_FULL
}

// IsDuplicate tells whether err is the violation of a unique key.
func IsDuplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) &&
		(lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// Scalar runs a query that gives one number, for checks of an operator.
func (d *DB) Scalar(ctx context.Context, query string, args ...any) (int64, error) {
	var n int64
	if err := d.read.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("sqldb.Scalar: %w", err)
	}
	return n, nil
}
