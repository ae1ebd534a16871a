// Package jobs keeps later work and deadlines: a job is inserted in the
// transaction of the act that needs it, and worked after the commit, once,
// however many processes there are.
//
// A job only says "wake this at T". Its arguments are ids, never personal data;
// its worker reads the state again and calls a verb, and may run a second time
// after a crash, so it is idempotent. What happens outside the database, mail,
// files and network, happens in jobs (invariant 8).
//
// River does the queueing. It stays behind this package: nothing else imports it.
//
// Start at Kind and Queue.
package jobs

import (
	"context"
	"encoding/json"
	"time"

	"lodestar/internal/base/fault"
)

// Args are the arguments of a job, encoded as JSON: ids and codes. Kind is the
// kind's name, "protection_deadline": it stays the same for ever, because jobs
// of it may be waiting.
type Args interface{ Kind() string }

// Kind is one kind of job and what works it.
type Kind struct {
	Name     string
	Attempts int           // before it is given up; 0 means 25, in eleven days
	Timeout  time.Duration // of one attempt; 0 means a minute
	Every    time.Duration // if set, one job with zero arguments is inserted at this interval
	work     func(ctx context.Context, args []byte) error
}

// Work makes the kind of jobs with arguments of type A. An error, or a panic,
// means another attempt later: after 1 s, 16 s, 81 s … (the fourth power of the
// attempts), at most a day.
func Work[A Args](work func(context.Context, A) error) Kind {
	var zero A
	return Kind{Name: zero.Kind(), work: func(ctx context.Context, raw []byte) error {
		var args A
		if err := json.Unmarshal(raw, &args); err != nil {
			return fault.New(fault.Internal, "jobs.Work", "jobs.bad_args").Because(err)
		}
		return work(ctx, args)
	}}
}

// Opts say when and how often. The zero Opts means at once.
type Opts struct {
	At time.Time // not before this moment, to the millisecond
	// Unique leaves the job out if one of the same kind and arguments is waiting
	// or being worked. (Of arguments whose fields are tagged `river:"unique"`,
	// only those fields count.) A job that is being worked may already have read
	// its state: what must be seen after every change is not unique.
	Unique bool
}

const (
	maxAttempts = 25
	timeout     = time.Minute
	longest     = 24 * time.Hour // between attempts
)

// pause is how long a job waits after its attempts failed.
func pause(attempts int) time.Duration {
	if attempts > 17 { // 17⁴ s is almost a day
		return longest
	}
	n := time.Duration(attempts)
	return n * n * n * n * time.Second
}
