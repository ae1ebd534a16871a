package sqldb

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// most bounds the statements one connection keeps. The node's own queries are
// about three hundred; what a library writes on the fly must not grow it.
const most = 512

// keeper is a connector whose connections keep their statements prepared, as
// pgx does for PostgreSQL by itself. Without it, parsing SQL is a third of the
// river's work on SQLite (docs/benchmarks.md).
type keeper struct{ driver.Connector }

// Connect opens one connection.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{lite: c.(lite), idle: map[string]driver.Stmt{}}, nil
}

// keep gives the connector of a SQLite file.
func keep(name string) (driver.Connector, error) {
	c, err := sqlite.NewConnector(name)
	return keeper{c}, err
}

// lite is what a connection of the SQLite driver can do besides running queries.
type lite interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// conn is a connection with its idle statements by text. A statement in use is
// not in the map: a query that runs inside the reading of the same query gets
// one of its own.
type conn struct {
	lite
	idle map[string]driver.Stmt
}

// Unwrap gives the driver's own connection.
func (c *conn) Unwrap() driver.Conn { return c.lite }

// Close closes the statements and the connection.
func (c *conn) Close() error {
	for text := range c.idle {
		c.drop(text)
	}
	return c.lite.Close()
}

func (c *conn) take(ctx context.Context, text string) (driver.Stmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return s, nil
	}
	return c.PrepareContext(ctx, text)
}

func (c *conn) give(text string, s driver.Stmt) error {
	if _, twice := c.idle[text]; twice {
		return s.Close()
	}
	for old := range c.idle {
		if len(c.idle) < most {
			break
		}
		c.drop(old)
	}
	c.idle[text] = s
	return nil
}

// drop forgets a statement. What closing it might say was said by its last use.
func (c *conn) drop(text string) {
	c.idle[text].Close()
	delete(c.idle, text)
}

// ExecContext runs a statement.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	res, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return res, c.give(text, s)
}

// QueryContext runs a query.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	r, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return &rows{liteRows: r.(liteRows), done: func() error { return c.give(text, s) }}, nil
}

// liteRows is what rows of the SQLite driver can do: backups ask for the types.
type liteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// rows gives its statement back when it is closed.
type rows struct {
	liteRows
	done func() error
}

// Close ends the reading.
func (r *rows) Close() error {
	err := r.liteRows.Close()
	if r.done == nil {
		return err
	}
	done := r.done
	r.done = nil
	if gave := done(); err == nil {
		err = gave
	}
	return err
}
