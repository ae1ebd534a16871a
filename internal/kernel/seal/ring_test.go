package seal

import (
	"sync"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
)

// TestDestroyedInAnotherProcess: what one process destroyed, another that had
// unwrapped it neither opens nor seals with.
func TestDestroyedInAnotherProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		ctx := t.Context()
		a, kekPath, store := open(t, source)
		kek, err := KEKFile(kekPath)
		if err != nil {
			t.Fatal(err)
		}
		b, err := OpenVault(ctx, store, kek)
		if err != nil {
			t.Fatal(err)
		}
		hers, other := mint(t, a), mint(t, a)
		mine, its := sealed(t, a, hers), sealed(t, a, other)
		underWay := b.Ring()
		for _, f := range []Field[string]{mine, its} {
			if _, err := Open(ctx, underWay, f); err != nil {
				t.Fatal(err)
			}
		}
		if err := a.Destroy(ctx, hers); err != nil {
			t.Fatal(err)
		}
		for n := 0; ; n++ {
			_, err := Open(ctx, underWay, mine)
			if fault.Is(err, fault.NotFound) {
				break
			}
			if err != nil || n > trusted {
				t.Fatalf("an act that was under way opened %d values: %v", n, err)
			}
		}
		again := sealed(t, a, other)
		for name, v := range map[string]*Vault{"the process that destroyed": a, "another": b} {
			if got, err := Open(ctx, v.Ring(), mine); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s opens %q, %v", name, got, err)
			}
			if _, err := Seal(ctx, v.Ring(), hers, "p", New(Identity, canary)); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s seals: %v", name, err)
			}
			for _, f := range []Field[string]{its, again} {
				if got, err := Open(ctx, v.Ring(), f); err != nil || got != canary {
					t.Errorf("%s no longer opens another's: %q, %v", name, got, err)
				}
			}
		}
		if err := a.Destroy(ctx, hers); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

// TestReadBeforeDestroyed: who reads a key set while it is being destroyed does
// not put it back among those that are trusted.
func TestReadBeforeDestroyed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		ctx := t.Context()
		v, _, _ := open(t, source)
		for range 20 {
			hers := mint(t, v)
			mine := sealed(t, v, hers)
			before, err := v.aead(ctx, hers)
			if err != nil {
				t.Fatal(err)
			}
			epoch := v.epoch
			var readers sync.WaitGroup
			done := make(chan struct{})
			for range 4 {
				readers.Go(func() {
					for {
						if _, err := Open(ctx, v.Ring(), mine); err != nil && !fault.Is(err, fault.NotFound) {
							t.Error(err)
						}
						select {
						case <-done:
							return
						default:
						}
					}
				})
			}
			err = v.Destroy(ctx, hers)
			for fault.Is(err, fault.Busy) { // the readers hold the file
				err = v.Destroy(ctx, hers)
			}
			if err != nil {
				t.Fatal(err)
			}
			close(done)
			readers.Wait()
			v.keep(epoch, hers, before) // a reader that was slower than all of them
			if got, err := Open(ctx, v.Ring(), mine); !fault.Is(err, fault.NotFound) {
				t.Fatalf("opened %q, %v", got, err)
			}
		}
	})
}

func sealed(t *testing.T, v *Vault, subject id.Subject) Field[string] {
	t.Helper()
	box, err := Seal(t.Context(), v.Ring(), subject, "p", New(Identity, canary))
	if err != nil {
		t.Fatal(err)
	}
	return Stored[string](Identity, subject, "p", box)
}
