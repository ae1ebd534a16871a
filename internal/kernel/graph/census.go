package graph

import (
	"context"
	"database/sql"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// InSeveral lists, for each person entity that plays a part in more than one
// signal, those signals. It is for measuring what was found, and names nobody.
func InSeveral(ctx context.Context, tx *sql.Tx, role evidence.Role) ([][]id.Signal, error) {
	rows, err := db.New(tx).PartsPlayed(ctx, string(role))
	if err != nil {
		return nil, fault.Wrap("graph.InSeveral", err)
	}
	var out [][]id.Signal
	for from := 0; from < len(rows); {
		to := from
		var signals []id.Signal
		for ; to < len(rows) && rows[to].Entity == rows[from].Entity; to++ {
			signals = append(signals, id.Trusted[id.Signal](rows[to].Signal))
		}
		if len(signals) > 1 {
			out = append(out, signals)
		}
		from = to
	}
	return out, nil
}
