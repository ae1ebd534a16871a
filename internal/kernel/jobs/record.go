package jobs

import (
	"context"
	"encoding/json"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/ledger"
)

// OnRecord are the arguments of most jobs: one record to look at again.
type OnRecord struct {
	Job string     `json:"-"`
	On  ledger.Ref `json:"on"`
}

// Kind is the job's kind.
func (r OnRecord) Kind() string { return r.Job }

// Record makes the kind of jobs that look at one record.
func Record(name string, work func(ctx context.Context, on ledger.Ref) error) Kind {
	return Kind{Name: name, work: func(ctx context.Context, raw []byte) error {
		var args OnRecord
		if err := json.Unmarshal(raw, &args); err != nil {
			return fault.New(fault.Internal, "jobs.Record", "jobs.bad_args").Because(err)
		}
		return work(ctx, args.On)
	}}
}
