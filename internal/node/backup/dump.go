package backup

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/jobs"
)

// Store is a database and what belongs to it.
type Store struct {
	DB   *sqldb.DB
	Sets []sqldb.Migrations
	Jobs bool // it also holds the job queue
	// Passing are tables whose rows are of no use to anybody after a restoration,
	// or would do harm. They are made, and stay empty.
	Passing []string
}

// Counted is what went into a file, or came out of one.
type Counted struct {
	Tables int   `json:"tables"`
	Rows   int64 `json:"rows"`
	Jobs   int64 `json:"jobs"`
	// Left are the passing tables and those that belong to no set: of the queue, of
	// the migrations themselves, and whatever somebody else put there.
	Left []string `json:"left,omitempty"`
}

// Schema gives the newest migration of each set that the store has.
func (s Store) Schema(ctx context.Context) (map[string]int64, error) {
	steps, err := s.DB.Plan(ctx, s.Sets...)
	if err != nil {
		return nil, err
	}
	newest := map[string]int64{}
	for _, step := range steps {
		if step.Applied {
			newest[step.Set] = max(newest[step.Set], step.Version)
		}
	}
	return newest, nil
}

// Dump writes every row that tx sees, table by table in bounded memory, and the
// jobs that wait. tx reads one moment of the data (sqldb.DB.InRead), so the node
// goes on working meanwhile.
func (s Store) Dump(ctx context.Context, tx *sql.Tx, m Manifest, e *Encoder) (Counted, error) {
	const op = "backup.Dump"
	var n Counted
	tables, left, err := s.tables(ctx)
	if err != nil {
		return n, err
	}
	n.Tables, n.Left = len(tables), left
	if tables, err = s.loadable(ctx, tx, tables); err != nil {
		return n, fault.Wrap(op, err)
	}
	if err := e.document(recManifest, m); err != nil {
		return n, err
	}
	for _, t := range tables {
		if err := dumpTable(ctx, tx, t, e); err != nil {
			return n, err
		}
	}
	if s.Jobs {
		if err := jobs.Carry(ctx, s.DB, tx, e.job); err != nil {
			return n, err
		}
	}
	n.Rows, n.Jobs = int64(e.rows), int64(e.jobs)
	return n, e.end()
}

func dumpTable(ctx context.Context, tx *sql.Tx, table string, e *Encoder) error {
	const op = "backup.dumpTable"
	rows, err := tx.QueryContext(ctx, `SELECT * FROM "`+table+`"`)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return fault.Wrap(op, err)
	}
	columns, values, into := make([]string, len(types)), make([]any, len(types)), make([]any, len(types))
	for i, t := range types {
		columns[i], into[i] = t.Name(), &values[i]
	}
	if err := e.table(table, columns); err != nil {
		return err
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fault.Wrap(op, err)
		}
		for i, t := range types {
			// SQLite keeps a truth as a number, and PostgreSQL takes none for it.
			if n, ok := values[i].(int64); ok && t.DatabaseTypeName() == "BOOLEAN" {
				values[i] = n != 0
			}
		}
		if err := e.row(values); err != nil {
			return err
		}
	}
	return fault.Wrap(op, rows.Err())
}

// tables are the tables of the sets, which are known by their prefix, and those
// that are left out.
func (s Store) tables(ctx context.Context) (ours, left []string, err error) {
	all, err := s.DB.Tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range all {
		ofSet := slices.ContainsFunc(s.Sets, func(set sqldb.Migrations) bool { return strings.HasPrefix(t, set.Name+"_") })
		if ofSet && !slices.Contains(s.Passing, t) {
			ours = append(ours, t)
		} else {
			left = append(left, t)
		}
	}
	return ours, left, nil
}

// loadable puts the tables into an order in which each comes after those that its
// foreign keys name.
func (s Store) loadable(ctx context.Context, tx *sql.Tx, tables []string) (out []string, err error) {
	var visit func(string) error
	seen := map[string]bool{}
	visit = func(t string) error {
		if seen[t] {
			return nil
		}
		seen[t] = true
		parents, err := s.parents(ctx, tx, t)
		if err != nil {
			return err
		}
		for _, p := range parents {
			if err := visit(p); err != nil {
				return err
			}
		}
		out = append(out, t)
		return nil
	}
	for _, t := range tables {
		if err := visit(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s Store) parents(ctx context.Context, tx *sql.Tx, table string) (out []string, err error) {
	query := `SELECT DISTINCT "table" FROM pragma_foreign_key_list($1)`
	if s.DB.Engine == sqldb.Postgres {
		query = `SELECT DISTINCT parent.relname FROM pg_constraint k
			JOIN pg_class child ON child.oid = k.conrelid
			JOIN pg_class parent ON parent.oid = k.confrelid
			JOIN pg_namespace n ON n.oid = child.relnamespace
			WHERE k.contype = 'f' AND child.relname = $1 AND n.nspname = current_schema()`
	}
	rows, err := tx.QueryContext(ctx, query, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
