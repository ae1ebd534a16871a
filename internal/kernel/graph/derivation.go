package graph

import (
	"context"
	"database/sql"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/graph/db"
)

// derivation is the version of what this package derives. Raise it whenever the
// same signals would give other rows than before: a node whose rows are older is
// told to rebuild. Stale adds that of whoever derives further (Derived.Version),
// so both only ever rise.
const derivation = 1

func (g *Graph) version() int64 { return derivation + g.then.Version }

// Stale tells whether what is derived was derived by an older version of the
// program, in whole or in part, and needs a rebuild.
func (g *Graph) Stale(ctx context.Context) (stale bool, err error) {
	err = g.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		at, err := db.New(tx).Cursor(ctx)
		stale = (at.Seq > 0 || at.Step > 0) && at.Derivation < g.version()
		return err
	})
	return stale, fault.Wrap("graph.Stale", err)
}

// derived notes the version of everything that is derived.
func (g *Graph) derived(ctx context.Context, q *db.Queries) error {
	return fault.Wrap("graph.derived", q.SetDerivation(ctx, g.version()))
}
