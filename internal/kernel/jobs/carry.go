package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
)

// Waiting is a job that is still to be done, in no engine's own form.
type Waiting struct {
	Kind     string          `json:"kind"`
	Args     json.RawMessage `json:"args"`
	At       time.Time       `json:"at"` // not before
	Attempts int             `json:"attempts"`
}

// Carry gives each job that is still to be done, in the order of insertion; one
// that is being worked counts as still to be done. What a backup keeps of the
// queue is this: attempts and errors so far, and jobs that ended, stay behind.
func Carry(ctx context.Context, store *sqldb.DB, tx *sql.Tx, each func(Waiting) error) error {
	exec := driverOf(store, store.Pool()).UnwrapExecutor(tx)
	for last := int64(0); ; {
		list, err := exec.JobList(ctx, &riverdriver.JobListParams{
			Max: listMost, NamedArgs: map[string]any{"last": last}, OrderByClause: "id",
			WhereClause: "id > @last AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')",
		})
		if err != nil {
			return fault.Wrap("jobs.Carry", err)
		}
		for _, j := range list {
			if err := each(Waiting{Kind: j.Kind, Args: j.EncodedArgs, At: j.ScheduledAt.UTC(), Attempts: j.MaxAttempts}); err != nil {
				return err
			}
			last = j.ID
		}
		if len(list) < listMost {
			return nil
		}
	}
}

// Put puts a carried job into the queue of another database. It is no longer
// unique among its like, so a job may wait twice: it is idempotent anyway.
func Put(ctx context.Context, store *sqldb.DB, tx *sql.Tx, w Waiting) error {
	_, err := driverOf(store, store.Pool()).UnwrapExecutor(tx).JobInsertFullMany(ctx, &riverdriver.JobInsertFullManyParams{
		Jobs: []*riverdriver.JobInsertFullParams{{
			Kind: w.Kind, EncodedArgs: w.Args, ScheduledAt: &w.At, MaxAttempts: w.Attempts, Metadata: []byte("{}"),
			Priority: river.PriorityDefault, Queue: river.QueueDefault, State: rivertype.JobStateScheduled, Tags: []string{},
		}},
	})
	return fault.Wrap("jobs.Put", err)
}
