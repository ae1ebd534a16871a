package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb"
)

// tables of the ledger with their keys.
var tables = map[string][]string{
	"ledger_head":       {"one"},
	"ledger_line":       {"n"},
	"ledger_opening":    {"n", "ordinal"},
	"ledger_checkpoint": {"size"},
	"ledger_witness":    {"origin"},
}

// A row as the driver gives it.
type row struct {
	table  string
	names  []string
	values []any
}

func (r row) value(name string) any { return r.values[slices.Index(r.names, name)] }

// key is the row's name in a Finding.
func (r row) key() string {
	var parts []string
	for _, k := range tables[r.table] {
		parts = append(parts, fmt.Sprint(r.value(k)))
	}
	return strings.Join(parts, "/")
}

// where selects the row by its key, with placeholders from $first.
func (r row) where(first int) (clause string, args []any) {
	var parts []string
	for _, k := range tables[r.table] {
		parts = append(parts, fmt.Sprintf("%s = $%d", k, first))
		args = append(args, r.value(k))
		first++
	}
	return strings.Join(parts, " AND "), args
}

// with is the row with one value changed.
func (r row) with(name string, v any) row {
	r.values = slices.Clone(r.values)
	r.values[slices.Index(r.names, name)] = v
	return r
}

func readRows(t *testing.T, store *sqldb.DB, table string) (out []row) {
	t.Helper()
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		out = nil
		rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" ORDER BY "+strings.Join(tables[table], ","))
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			r := row{table: table, names: names, values: make([]any, len(names))}
			at := make([]any, len(names))
			for i := range at {
				at[i] = &r.values[i]
			}
			if err := rows.Scan(at...); err != nil {
				return err
			}
			out = append(out, r)
		}
		return rows.Err()
	})
	return out
}

func (r row) delete(ctx context.Context, tx *sql.Tx) error {
	where, args := r.where(1)
	res, err := tx.ExecContext(ctx, "DELETE FROM "+r.table+" WHERE "+where, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); n != 1 || err != nil {
		return fmt.Errorf("deleted %d rows, %v", n, err)
	}
	return nil
}

func (r row) insert(ctx context.Context, tx *sql.Tx) error {
	var marks []string
	for i := range r.names {
		marks = append(marks, fmt.Sprint("$", i+1))
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO "+r.table+" ("+strings.Join(r.names, ",")+") VALUES ("+strings.Join(marks, ",")+")", r.values...)
	return err
}

// exchange takes out some rows and puts in others.
func exchange(t *testing.T, store *sqldb.DB, out, in []row) {
	t.Helper()
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		for _, r := range out {
			if err := r.delete(ctx, tx); err != nil {
				return err
			}
		}
		for _, r := range in {
			if err := r.insert(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// changes are the values that one value is changed to: each number by one bit,
// each text and blob at each of its bytes, or at some if not thorough.
func changes(v any, thorough bool) (out []any) {
	step := func(n int) int {
		if thorough {
			return 1
		}
		return max(1, n/3)
	}
	switch v := v.(type) {
	case int64:
		for b := 0; b < 63; b += step(40) {
			out = append(out, v^1<<b)
		}
	case string:
		for i := 0; i < len(v); i += step(len(v)) {
			out = append(out, v[:i]+string(v[i]^1)+v[i+1:])
		}
		out = append(out, v+"x")
	case []byte:
		for i := 0; i < len(v); i += step(len(v)) {
			c := slices.Clone(v)
			c[i] ^= 1 << (i % 8)
			out = append(out, c)
		}
		out = append(out, append(slices.Clone(v), 0), v[:len(v)-1])
	default:
		panic(fmt.Sprintf("a column of type %T", v))
	}
	return out
}
