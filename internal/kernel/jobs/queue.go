package jobs

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
)

// Queue is the node's job queue. Its clock decides what is due: processes on
// one database keep their clocks within a few seconds of each other.
type Queue struct {
	store  *sqldb.DB
	clock  clock.Clock
	log    *slog.Logger
	driver riverdriver.Driver[*sql.Tx]
	close  func() error
	kinds  map[string]Kind
	client *river.Client[*sql.Tx]

	mu    sync.Mutex
	leave func() error // once it is at work
}

// How the queue looks for work. Without a listener River polls: the interval is
// how late a job may begin, and a poll that finds nothing costs an idle SQLite
// about a tenth of a millisecond of its one writer.
const (
	workers       = 8
	fetchCooldown = 10 * time.Millisecond
	fetchPoll     = 100 * time.Millisecond
	// A job that its process never ended (a crash) is worked again after this.
	rescueAfter = 5 * time.Minute
	softStop    = 10 * time.Second
)

// Open opens the queue for these kinds; Migrate must have made its tables. On
// PostgreSQL it has connections of its own, so that leader election never waits
// for business code; on SQLite it shares the one writer.
func Open(store *sqldb.DB, c clock.Clock, log *slog.Logger, kinds ...Kind) (*Queue, error) {
	pool, closePool, err := store.NewPool()
	if err != nil {
		return nil, err
	}
	q := &Queue{store: store, clock: c, log: log, close: closePool, driver: driverOf(store, pool), kinds: make(map[string]Kind, len(kinds))}
	// Test.Time is how River takes a clock; nothing else of it is for tests only.
	config := &river.Config{
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    fetchPoll,
		FetchOnlyKnownKinds:  true, // those of a newer version wait for a newer process
		JobTimeout:           timeout,
		Logger:               slog.New(warnings{log.Handler()}),
		MaxAttempts:          maxAttempts,
		PollOnly:             true,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		RescueStuckJobsAfter: rescueAfter,
		RetryPolicy:          retry{c},
		SoftStopTimeout:      softStop,
		Test:                 river.TestConfig{Time: moment{c}},
		Workers:              river.NewWorkers(),
	}
	for _, k := range kinds {
		if _, twice := q.kinds[k.Name]; twice {
			return nil, fault.New(fault.Internal, "jobs.Open", "jobs.kind_twice", "kind", k.Name)
		}
		q.kinds[k.Name] = k
		river.AddWorkerArgs(config.Workers, raw{kind: k.Name}, &worker{queue: q, kind: k})
		if k.Every > 0 {
			config.PeriodicJobs = append(config.PeriodicJobs, periodic(k))
		}
	}
	q.client, err = river.NewClient(q.driver, config)
	if err != nil {
		return nil, fault.Wrap("jobs.Open", err)
	}
	return q, nil
}

func driverOf(store *sqldb.DB, pool *sql.DB) riverdriver.Driver[*sql.Tx] {
	if store.Engine == sqldb.SQLite {
		return riversqlite.New(pool)
	}
	return riverdatabasesql.New(pool)
}

// Insert puts a job into the queue as part of the transaction: if that is rolled
// back, there is no job.
func (q *Queue) Insert(ctx context.Context, tx *sql.Tx, args Args, opts Opts) error {
	const op = "jobs.Insert"
	k, ok := q.kinds[args.Kind()]
	if !ok {
		return fault.New(fault.Internal, op, "jobs.unknown_kind", "kind", args.Kind())
	}
	_, err := q.client.InsertTx(ctx, tx, args, insertOpts(k, opts))
	return fault.Wrap(op, err)
}

func insertOpts(k Kind, opts Opts) *river.InsertOpts {
	o := &river.InsertOpts{MaxAttempts: k.Attempts, ScheduledAt: opts.At}
	if opts.Unique {
		o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
	}
	return o
}

// unfinished are the states of a job that is still to be done.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

// periodic inserts a job of a kind now and then; of all processes, the leader
// does it.
func periodic(k Kind) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(k.Every), func() (river.JobArgs, *river.InsertOpts) {
		return raw{kind: k.Name, args: []byte("{}")}, insertOpts(k, Opts{Unique: true})
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// Start works jobs in the background until Stop, or until ctx ends, which stops
// in the same gentle way.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.attend(ctx); err != nil {
		return err
	}
	return fault.Wrap("jobs.Start", q.client.Start(ctx))
}

// Stop takes up no more jobs and waits for those that are being worked; after
// ten seconds it cancels them, and they are worked again at the next start. It
// also closes the queue.
func (q *Queue) Stop(ctx context.Context) error {
	if err := q.client.Stop(ctx); err != nil {
		return fault.New(fault.Busy, "jobs.Stop", "jobs.still_working").Because(err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	var left error
	if q.leave != nil {
		left, q.leave = q.leave(), nil
	}
	return fault.Wrap("jobs.Stop", errors.Join(left, q.close()))
}

// Counts are the jobs of a queue.
type Counts struct {
	Waiting int `json:"waiting"`  // to be worked, now or later, again or for the first time
	Working int `json:"working"`  // being worked
	GivenUp int `json:"given_up"` // failed at every attempt, in the last week
}

// Pending counts the jobs that are not done.
func (q *Queue) Pending(ctx context.Context) (c Counts, err error) {
	err = q.store.InRead(ctx, func(tx *sql.Tx) error {
		n, err := q.driver.UnwrapExecutor(tx).JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{})
		c = Counts{
			Waiting: n[rivertype.JobStateAvailable] + n[rivertype.JobStateScheduled] + n[rivertype.JobStateRetryable] + n[rivertype.JobStatePending],
			Working: n[rivertype.JobStateRunning],
			GivenUp: n[rivertype.JobStateDiscarded],
		}
		return err
	})
	return c, fault.Wrap("jobs.Pending", err)
}
