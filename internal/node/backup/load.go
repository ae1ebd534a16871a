package backup

import (
	"cmp"
	"context"
	"database/sql"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/jobs"
)

// Inspect reads a whole stream and writes nothing: after it every byte is known
// to be authentic and in order.
func Inspect(d *Decoder) (m Manifest, n Counted, err error) {
	if m, err = d.Manifest(); err != nil {
		return m, n, err
	}
	for {
		rec, err := d.next()
		if err != nil {
			return m, n, err
		}
		switch rec.letter {
		case recTable:
			n.Tables++
		case recEnd:
			n.Rows, n.Jobs = int64(d.rows), int64(d.jobs)
			return m, n, nil
		}
	}
}

// Empty refuses a store that holds any table: nothing is ever loaded over
// something.
func (s Store) Empty(ctx context.Context) error {
	tables, err := s.DB.Tables(ctx)
	if err == nil && len(tables) > 0 {
		err = fault.New(fault.Conflict, "backup.Empty", "backup.target_not_empty")
	}
	return err
}

// Known refuses a file whose tables are newer than this program knows.
func (s Store) Known(m Manifest) error {
	for _, name := range sorted(m.Schema) {
		know := int64(0)
		if i := slices.IndexFunc(s.Sets, func(set sqldb.Migrations) bool { return set.Name == name }); i >= 0 {
			var err error
			if know, err = newest(s.Sets[i]); err != nil {
				return err
			}
		}
		if have := m.Schema[name]; have > know {
			return fault.New(fault.Conflict, "backup.Known", "database.newer_schema", "set", name, "have", have, "know", know)
		}
	}
	return nil
}

// Prepare makes the tables of an empty store as they were when the file was made.
func (s Store) Prepare(ctx context.Context, m Manifest) error {
	for _, set := range s.Sets {
		have, ok := m.Schema[set.Name]
		if !ok || have == 0 {
			continue // the set came later: Finish makes it
		}
		if err := s.DB.Migrate(ctx, sqldb.Migrations{Name: set.Name, Files: upTo{set.Files, have}}); err != nil {
			return err
		}
	}
	if s.Jobs {
		return jobs.Migrate(ctx, s.DB)
	}
	return nil
}

// Finish brings the tables of a loaded store up to date.
func (s Store) Finish(ctx context.Context) error { return s.DB.Migrate(ctx, s.Sets...) }

// upTo shows the migrations of a set up to a version.
type upTo struct {
	fs.FS
	version int64
}

// ReadDir is how the migrations are found.
func (u upTo) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(u.FS, name)
	return slices.DeleteFunc(list, func(e fs.DirEntry) bool { return numberOf(e.Name()) > u.version }), err
}

// numberOf is the number that a migration's name begins with, 0 if none.
func numberOf(file string) int64 {
	digits, _, _ := strings.Cut(path.Base(file), "_")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func newest(set sqldb.Migrations) (n int64, err error) {
	list, err := fs.ReadDir(set.Files, ".")
	for _, e := range list {
		n = max(n, numberOf(e.Name()))
	}
	return n, fault.Wrap("backup.newest", err)
}

func sorted(m map[string]int64) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Load puts the rows and jobs of a stream into a prepared store, within tx: all of
// them or none. What the migrations put there themselves gives way.
func (s Store) Load(ctx context.Context, tx *sql.Tx, d *Decoder) (Counted, error) {
	var n Counted
	if _, err := d.Manifest(); err != nil {
		return n, err
	}
	ours, _, err := s.tables(ctx)
	if err != nil {
		return n, err
	}
	var t *loading
	for {
		rec, err := d.next()
		if err != nil {
			return n, err
		}
		if rec.letter == recRow {
			if err := t.put(ctx, rec.values); err != nil {
				return n, err
			}
			continue
		}
		if err := t.flush(ctx); err != nil {
			return n, err
		}
		switch rec.letter {
		case recTable:
			n.Tables++
			if t, err = begin(ctx, tx, ours, rec); err != nil {
				return n, err
			}
		case recJob:
			if !s.Jobs {
				return n, malformed(nil)
			}
			if err := jobs.Put(ctx, s.DB, tx, rec.job); err != nil {
				return n, err
			}
		case recEnd:
			n.Rows, n.Jobs = int64(d.rows), int64(d.jobs)
			return n, nil
		}
	}
}

// loading is a table that is being loaded, some rows in one statement.
type loading struct {
	tx      *sql.Tx
	into    string // INSERT INTO … VALUES
	columns int
	values  []any
	bytes   int
}

// Bounds of one statement: SQLite takes 32,766 values, and memory stays small.
const (
	valuesPerInsert = 2000
	bytesPerInsert  = 1 << 20
)

// begin empties a table and gets ready to load it. The names come from a file:
// they become SQL only if the store has exactly such a table.
func begin(ctx context.Context, tx *sql.Tx, ours []string, rec record) (*loading, error) {
	const op = "backup.begin"
	if !slices.Contains(ours, rec.table) {
		return nil, malformed(nil)
	}
	rows, err := tx.QueryContext(ctx, `SELECT * FROM "`+rec.table+`" LIMIT 0`)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	columns, err := rows.Columns()
	if err := cmp.Or(err, rows.Close()); err != nil {
		return nil, fault.Wrap(op, err)
	}
	want := slices.Sorted(slices.Values(rec.columns))
	if !slices.Equal(want, slices.Sorted(slices.Values(columns))) {
		return nil, malformed(nil)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM "`+rec.table+`"`); err != nil {
		return nil, fault.Wrap(op, err)
	}
	into := `INSERT INTO "` + rec.table + `" ("` + strings.Join(rec.columns, `", "`) + `") VALUES `
	return &loading{tx: tx, into: into, columns: len(rec.columns)}, nil
}

func (l *loading) put(ctx context.Context, values []any) error {
	l.values = append(l.values, values...)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			l.bytes += len(v)
		case []byte:
			l.bytes += len(v)
		}
	}
	if len(l.values)+l.columns > valuesPerInsert || l.bytes > bytesPerInsert {
		return l.flush(ctx)
	}
	return nil
}

func (l *loading) flush(ctx context.Context) error {
	if l == nil || len(l.values) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(l.into)
	for i := range l.values {
		switch {
		case i == 0:
			b.WriteString("($")
		case i%l.columns == 0:
			b.WriteString("), ($")
		default:
			b.WriteString(", $")
		}
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteString(")")
	_, err := l.tx.ExecContext(ctx, b.String(), l.values...)
	clear(l.values)
	l.values, l.bytes = l.values[:0], 0
	return fault.Wrap("backup.flush", err)
}
