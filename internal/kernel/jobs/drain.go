package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"lodestar/internal/base/fault"
)

// Drained counts what Drain worked.
type Drained struct{ Done, Failed int }

// Drain works every job that is due, one after the other in this goroutine, the
// longest due first, until none is left: also those that become due meanwhile or
// that a job inserts. A job that fails waits for its next attempt, which is due
// when the clock says so. Stories and commands use it where no process works the
// queue in the background; if one does, each job is still worked once.
func (q *Queue) Drain(ctx context.Context) (Drained, error) {
	const op = "jobs.Drain"
	var d Drained
	if err := q.attend(ctx); err != nil {
		return d, err
	}
	for {
		job, err := q.take(ctx)
		if err != nil {
			return d, fault.Wrap(op, err)
		}
		if job == nil {
			return d, nil
		}
		k := q.kinds[job.Kind]
		failed := q.within(ctx, k, job)
		if ctx.Err() != nil {
			return d, fault.New(fault.Busy, op, "jobs.interrupted").Because(ctx.Err())
		}
		if failed != nil {
			d.Failed++
		} else {
			d.Done++
		}
		if err := q.put(ctx, q.outcome(k, job, failed)); err != nil {
			return d, fault.Wrap(op, err)
		}
	}
}

func (q *Queue) within(ctx context.Context, k Kind, job *rivertype.JobRow) error {
	limit := k.Timeout
	if limit == 0 {
		limit = timeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return q.attempt(ctx, k, job)
}

// take makes what is due available and takes the first, nil if there is none.
func (q *Queue) take(ctx context.Context) (job *rivertype.JobRow, err error) {
	now := q.clock.Now()
	err = q.store.InTx(ctx, func(tx *sql.Tx) error {
		exec := q.driver.UnwrapExecutor(tx)
		if _, err := exec.JobSchedule(ctx, &riverdriver.JobScheduleParams{Max: listMost, Now: &now}); err != nil {
			return err
		}
		got, err := exec.JobGetAvailable(ctx, &riverdriver.JobGetAvailableParams{
			ClientID: q.client.ID(), Kind: slices.Sorted(maps.Keys(q.kinds)), MaxAttemptedBy: 1, MaxToLock: 1,
			Now: &now, Queue: river.QueueDefault,
		})
		if err != nil {
			return err
		}
		job = nil
		if len(got.Jobs) > 0 {
			job = got.Jobs[0]
		}
		return nil
	})
	return job, err
}

// outcome is the state that an attempt leaves a job in.
func (q *Queue) outcome(k Kind, job *rivertype.JobRow, failed error) *riverdriver.JobSetStateIfRunningParams {
	now := q.clock.Now()
	if failed == nil {
		return riverdriver.JobSetStateCompleted(job.ID, now, nil)
	}
	record, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: job.Attempt, Error: failed.Error()})
	if err != nil {
		panic(err) // a time, a number and a text
	}
	if job.Attempt >= job.MaxAttempts {
		return riverdriver.JobSetStateDiscarded(job.ID, now, record, nil)
	}
	return riverdriver.JobSetStateErrorRetryable(job.ID, now.Add(pause(job.Attempt)), record, nil)
}

func (q *Queue) put(ctx context.Context, p *riverdriver.JobSetStateIfRunningParams) error {
	now := q.clock.Now()
	return q.store.InTx(ctx, func(tx *sql.Tx) error {
		_, err := q.driver.UnwrapExecutor(tx).JobSetStateIfRunningMany(ctx, &riverdriver.JobSetStateIfRunningManyParams{
			ID: []int64{p.ID}, Attempt: []*int{p.Attempt}, ErrData: [][]byte{p.ErrData}, FinalizedAt: []*time.Time{p.FinalizedAt},
			MetadataDoMerge: []bool{p.MetadataDoMerge}, MetadataUpdates: [][]byte{p.MetadataUpdates}, Now: &now,
			ScheduledAt: []*time.Time{p.ScheduledAt}, State: []rivertype.JobState{p.State},
		})
		return err
	})
}

// attend notes that this process works the queue, once, before it works anything.
func (q *Queue) attend(ctx context.Context) (err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.leave == nil {
		q.leave, err = q.store.AtWork(ctx, func() error { return q.rescue(ctx) })
	}
	return err
}

// rescue makes available what a killed process was working when it died. On SQLite
// that is whatever is marked as being worked while no other process is at work;
// if one is, and on PostgreSQL, River's leader rescues after five minutes.
func (q *Queue) rescue(ctx context.Context) error {
	now := q.clock.Now()
	record, err := json.Marshal(rivertype.AttemptError{At: now, Error: "interrupted"})
	if err != nil {
		return fault.Wrap("jobs.rescue", err)
	}
	horizon := now.AddDate(1, 0, 0) // a clock that was set back hides nothing
	err = q.store.InTx(ctx, func(tx *sql.Tx) error {
		exec := q.driver.UnwrapExecutor(tx)
		stuck, err := exec.JobGetStuck(ctx, &riverdriver.JobGetStuckParams{Max: listMost, StuckHorizon: horizon})
		if err != nil || len(stuck) == 0 {
			return err
		}
		p := &riverdriver.JobRescueManyParams{StuckHorizon: horizon}
		for _, job := range stuck {
			p.ID, p.Error = append(p.ID, job.ID), append(p.Error, record)
			p.FinalizedAt, p.ScheduledAt = append(p.FinalizedAt, nil), append(p.ScheduledAt, job.ScheduledAt)
			p.State = append(p.State, string(rivertype.JobStateAvailable))
		}
		_, err = exec.JobRescueMany(ctx, p)
		return err
	})
	return fault.Wrap("jobs.rescue", err)
}

// listMost is more jobs than a process works at a time or releases at once.
const listMost = 1000
