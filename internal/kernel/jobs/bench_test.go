package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb/dbtest"
)

func benchEach(b *testing.B, kind Kind, f func(b *testing.B, q *Queue)) {
	for _, engine := range []struct {
		name   string
		source func(testing.TB) string
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			f(b, newQueue(b, open(b, engine.source(b)), clock.System(), kind))
		})
	}
}

func nothing() Kind { return Work(func(context.Context, wake) error { return nil }) }

// BenchmarkInsert is one job in a transaction of its own.
func BenchmarkInsert(b *testing.B) {
	benchEach(b, nothing(), func(b *testing.B, q *Queue) {
		for i := 0; b.Loop(); i++ {
			insert(b, q, wake{Case: fmt.Sprint(i)}, Opts{})
		}
	})
}

// BenchmarkInsertInTransaction is the cost of a job inside a transaction that is
// open anyway.
func BenchmarkInsertInTransaction(b *testing.B) {
	benchEach(b, nothing(), func(b *testing.B, q *Queue) {
		err := q.store.InTx(context.Background(), func(tx *sql.Tx) error {
			for i := 0; b.Loop(); i++ {
				if err := q.Insert(context.Background(), tx, wake{Case: fmt.Sprint(i)}, Opts{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkDrain is one job of nothing, worked by Drain.
func BenchmarkDrain(b *testing.B) {
	benchEach(b, nothing(), func(b *testing.B, q *Queue) {
		insertMany(b, q, b.N)
		b.ResetTimer()
		if d, err := q.Drain(context.Background()); err != nil || d.Done != b.N {
			b.Fatal(d, err)
		}
	})
}

// BenchmarkBackground is one job of nothing, worked in the background.
func BenchmarkBackground(b *testing.B) {
	var done atomic.Int64
	all := make(chan struct{})
	var want int64
	kind := Work(func(context.Context, wake) error {
		if done.Add(1) == want {
			all <- struct{}{}
		}
		return nil
	})
	benchEach(b, kind, func(b *testing.B, q *Queue) {
		done.Store(0)
		want = int64(b.N)
		insertMany(b, q, b.N)
		b.ResetTimer()
		if err := q.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		<-all
	})
}

// BenchmarkLateness is the time from a commit to the beginning of the job, in a
// queue that has nothing else to do.
func BenchmarkLateness(b *testing.B) {
	began := make(chan struct{})
	kind := Work(func(context.Context, wake) error { began <- struct{}{}; return nil })
	benchEach(b, kind, func(b *testing.B, q *Queue) {
		if err := q.Start(context.Background()); err != nil {
			b.Fatal(err)
		}
		var late time.Duration
		for b.Loop() {
			insert(b, q, wake{Case: "a"}, Opts{})
			late += clock.Elapsed(func() { <-began })
		}
		b.ReportMetric(float64(late.Milliseconds())/float64(b.N), "ms-late")
	})
}

func insertMany(b *testing.B, q *Queue, n int) {
	b.Helper()
	err := q.store.InTx(context.Background(), func(tx *sql.Tx) error {
		for i := range n {
			if err := q.Insert(context.Background(), tx, wake{Case: fmt.Sprint(i)}, Opts{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
