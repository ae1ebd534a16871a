package signin

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestLimiter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		hand := clock.At(start)
		db := dbtest.Open(t, source, Migrations())
		a, b := NewLimiter(db, hand, []byte("key")), NewLimiter(db, hand, []byte("key"))
		allow := func(l *Limiter, key string, want bool, wait time.Duration) {
			t.Helper()
			ok, after, err := l.Allow(t.Context(), key, 3, time.Minute)
			if err != nil || ok != want || after.Round(time.Second) != wait {
				t.Errorf("Allow(%s) = %v, %v, %v; want %v, %v", key, ok, after, err, want, wait)
			}
		}
		// Two processes count together: three at once, then one every 20 s.
		allow(a, "x", true, 0)
		allow(b, "x", true, 0)
		allow(a, "x", true, 0)
		allow(b, "x", false, 20*time.Second)
		allow(a, "y", true, 0)
		hand.Move(15 * time.Second)
		allow(a, "x", false, 5*time.Second)
		hand.Move(5 * time.Second)
		allow(b, "x", true, 0)
		allow(a, "x", false, 20*time.Second)
		// Refusals cost nothing, and after a pause all three are back.
		hand.Move(time.Hour)
		for range 3 {
			allow(b, "x", true, 0)
		}
		allow(a, "x", false, 20*time.Second)
	})
}

func TestLimiterAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		l := NewLimiter(dbtest.Open(t, source, Migrations()), clock.At(start), []byte("key"))
		var wg sync.WaitGroup
		var allowed atomic.Int32
		for range 20 {
			wg.Go(func() {
				if ok, _, err := l.Allow(t.Context(), "x", 5, time.Hour); err != nil {
					t.Error(err)
				} else if ok {
					allowed.Add(1)
				}
			})
		}
		wg.Wait()
		if n := allowed.Load(); n != 5 {
			t.Errorf("allowed %d of 5", n)
		}
	})
}
