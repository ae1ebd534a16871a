package graph

import (
	"context"
	"database/sql"

	"lodestar/internal/kernel/graph/db"
)

// prepared prepares each statement once per transaction. An act of resolution
// runs a handful of statements some thousand times, and SQLite keeps none.
type prepared struct {
	*sql.Tx
	statements map[string]*sql.Stmt
}

func prepare(tx *sql.Tx) db.DBTX { return &prepared{tx, map[string]*sql.Stmt{}} }

// statement gives the prepared statement; the transaction's end closes it.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.statements[query]; ok {
		return s, nil
	}
	s, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = s
	}
	return s, err
}

// ExecContext runs a statement.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext runs a query for rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext runs a query for one row.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query)
	if err != nil {
		return p.Tx.QueryRowContext(ctx, query, args...) // fails again, and says so where the row is read
	}
	return s.QueryRowContext(ctx, args...)
}
