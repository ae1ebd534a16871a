package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
)

// raw are arguments as they are stored: the Kind knows their type, River does
// not.
type raw struct {
	kind string
	args json.RawMessage
}

func (r raw) Kind() string                  { return r.kind }
func (r raw) MarshalJSON() ([]byte, error)  { return r.args.MarshalJSON() }
func (r *raw) UnmarshalJSON(b []byte) error { return r.args.UnmarshalJSON(b) }

// worker works the jobs of one kind.
type worker struct {
	river.WorkerDefaults[raw]
	queue *Queue
	kind  Kind
}

func (w *worker) Timeout(*river.Job[raw]) time.Duration { return w.kind.Timeout }

func (w *worker) Work(ctx context.Context, job *river.Job[raw]) error {
	return w.queue.attempt(ctx, w.kind, job.JobRow)
}

// attempt works a job once. What went wrong is told to the log by kind, attempt
// and fault, and to the queue's table by operation and message key: an error may
// quote what it stumbled over, and neither place may hold personal data.
func (q *Queue) attempt(ctx context.Context, k Kind, job *rivertype.JobRow) (err error) {
	defer func() {
		if p := recover(); p != nil {
			q.log.LogAttrs(ctx, slog.LevelError, "job panicked",
				slog.String("kind", k.Name), slog.Int("attempt", job.Attempt), slog.String("at", panicked()))
			err = errors.New("panic")
		}
	}()
	err = k.work(ctx, job.EncodedArgs)
	if err == nil {
		return nil
	}
	q.log.LogAttrs(ctx, slog.LevelWarn, "job failed",
		slog.String("kind", k.Name), slog.Int("attempt", job.Attempt), slog.String("fault", fault.KindOf(err).String()))
	if ctx.Err() != nil {
		return ctx.Err() // River takes up a job that Stop interrupted without counting the attempt
	}
	return errors.New(told(err))
}

// told is what the queue's table keeps of an error.
func told(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fault.Internal.String()
	}
	return f.Op + ": " + f.Kind.String() + ": " + f.Key
}

// panicked is the line of code that panicked.
func panicked() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	raised := false
	for {
		f, more := frames.Next()
		if raised && !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		raised = raised || f.Function == "runtime.gopanic"
		if !more {
			return ""
		}
	}
}

// retry is the pause between attempts, by the queue's clock.
type retry struct{ clock clock.Clock }

func (r retry) NextRetry(job *rivertype.JobRow) time.Time {
	return r.clock.Now().Add(pause(job.Attempt))
}

// moment gives River the queue's clock.
type moment struct{ clock clock.Clock }

func (m moment) Now() time.Time { return m.clock.Now() }

func (m moment) NowOrNil() *time.Time {
	now := m.clock.Now()
	return &now
}

// warnings lets only warnings and errors of River through: what a job did is
// told by attempt.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
