package sqldb_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
)

// TestAtWork: one process after the other, and several at once; only who finds
// nobody at work clears away, and nobody works while somebody does.
func TestAtWork(t *testing.T) {
	source := dbtest.SQLite(t)
	a, b := dbtest.Open(t, source), dbtest.Open(t, source)
	var alone atomic.Int64
	note := func() error { alone.Add(1); return nil }
	for round := range 3 {
		first, err := a.AtWork(t.Context(), note)
		if err != nil {
			t.Fatal(err)
		}
		second, err := b.AtWork(t.Context(), func() error { t.Error("alone beside another"); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(first(), second()); err != nil {
			t.Fatal(err)
		}
		if n := alone.Load(); n != int64(round)+1 {
			t.Fatalf("in round %d alone %d times", round, n)
		}
	}
	failed := errors.New("failed")
	if _, err := a.AtWork(t.Context(), func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("a failure is told as %v", err)
	}
	var clearing, working atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			leave, err := dbtest.Open(t, source).AtWork(t.Context(), func() error {
				if clearing.Add(1) > 1 || working.Load() > 0 {
					t.Error("cleared away while another was at work")
				}
				clearing.Add(-1)
				return nil
			})
			if err != nil {
				t.Error(err)
				return
			}
			working.Add(1)
			working.Add(-1)
			if err := leave(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestAtWorkPostgres: several processes are always possible there.
func TestAtWorkPostgres(t *testing.T) {
	leave, err := dbtest.Open(t, dbtest.Postgres(t)).AtWork(t.Context(), func() error { t.Error("alone"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := leave(); err != nil {
		t.Error(err)
	}
}
