package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"

	"lodestar/internal/base/fault"
)

// Migrations are the tables of one package: forward only, numbered from 1, each
// table named with the package's prefix.
type Migrations struct {
	Name  string // the package, which is also the prefix of its tables
	Files fs.FS  // holds NNNN_*.sql at its root
}

// MigrationsIn are those of a package that embeds its folder migrate.
func MigrationsIn(name string, embedded fs.FS) Migrations {
	files, err := fs.Sub(embedded, "migrate")
	if err != nil {
		panic(err) // the directory is embedded
	}
	return Migrations{Name: name, Files: files}
}

// Step is one migration and whether it has been applied.
type Step struct {
	Set     string `json:"set"`
	Version int64  `json:"version"`
	File    string `json:"file"`
	Applied bool   `json:"applied"`
}

// Migrate applies what is missing, in the given order. It refuses a schema newer
// than this binary knows (fault.Conflict): expand, then contract, and the older
// binary stops rather than guess.
func (d *DB) Migrate(ctx context.Context, sets ...Migrations) error {
	for _, set := range sets {
		p, err := d.provider(set)
		if err != nil {
			return err
		}
		if err := refuseNewer(ctx, p, set.Name); err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return fault.New(fault.Internal, "sqldb.Migrate", "database.migration_failed", "set", set.Name).Because(err)
		}
	}
	return nil
}

// Plan lists every migration of the sets, applied or not. It changes nothing, where
// goose's own listing would make its tables.
func (d *DB) Plan(ctx context.Context, sets ...Migrations) ([]Step, error) {
	tables, err := d.Tables(ctx)
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, set := range sets {
		p, err := d.provider(set)
		if err != nil {
			return nil, err
		}
		have, sources := int64(0), p.ListSources()
		if slices.Contains(tables, versions(set)) {
			if have, err = d.Scalar(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versions(set)); err != nil {
				return nil, err
			}
		}
		if want := sources[len(sources)-1].Version; have > want {
			return nil, newer(set.Name, have, want)
		}
		for _, s := range sources {
			steps = append(steps, Step{Set: set.Name, Version: s.Version, File: s.Path, Applied: s.Version <= have})
		}
	}
	return steps, nil
}

// versions is the table in which goose notes what it has applied.
func versions(set Migrations) string { return "schema_" + set.Name }

func (d *DB) provider(set Migrations) (*goose.Provider, error) {
	dialect := database.DialectSQLite3
	if d.Engine == Postgres {
		dialect = database.DialectPostgres
	}
	store, err := database.NewStore(dialect, versions(set))
	if err != nil {
		return nil, fault.Wrap("sqldb.provider", err)
	}
	opts := []goose.ProviderOption{
		goose.WithStore(store),
		goose.WithDisableGlobalRegistry(true),
		goose.WithLogger(goose.NopLogger()),
	}
	if d.Engine == Postgres {
		// A table lock instead of an advisory lock: it also works on engines
		// that only speak PostgreSQL's protocol.
		locker, err := lock.NewPostgresTableLocker()
		if err != nil {
			return nil, fault.Wrap("sqldb.provider", err)
		}
		opts = append(opts, goose.WithLocker(locker))
	}
	p, err := goose.NewProvider("", d.write, set.Files, opts...)
	if err != nil {
		return nil, fault.New(fault.Internal, "sqldb.provider", "database.migration_failed", "set", set.Name).Because(err)
	}
	return p, nil
}

func refuseNewer(ctx context.Context, p *goose.Provider, name string) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fault.Wrap("sqldb.refuseNewer", err)
	}
	if have > want {
		return newer(name, have, want)
	}
	return nil
}

func newer(name string, have, know int64) error {
	return fault.New(fault.Conflict, "sqldb.Migrate", "database.newer_schema", "set", name, "have", have, "know", know)
}

// Tables lists the tables of the database, for the checks of who owns what and
// for searches of everything (the forget test).
func (d *DB) Tables(ctx context.Context) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`
	if d.Engine == Postgres {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name`
	}
	rows, err := d.read.QueryContext(ctx, query)
	if err != nil {
		return nil, fault.Wrap("sqldb.Tables", err)
	}
	defer rows.Close()
	return scanStrings(rows)
}

func scanStrings(rows *sql.Rows) (out []string, err error) {
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("sqldb: %w", err)
		}
		out = append(out, s)
	}
	return out, errors.Join(rows.Err())
}
