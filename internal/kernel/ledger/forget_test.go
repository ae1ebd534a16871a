package ledger

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lodestar/internal/base/sqldb/dbtest"
)

// TestForgetWaitsForAppend: a line that is appended and not yet committed while
// its record is forgotten keeps no opening of it.
func TestForgetWaitsForAppend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		appended, forgotten := make(chan struct{}), make(chan []Place, 1)
		var wg sync.WaitGroup
		wg.Go(func() {
			<-appended
			var gone []Place
			err := store.InTx(context.Background(), func(tx *sql.Tx) (err error) {
				gone, err = Forget(context.Background(), tx, person(1))
				return err
			})
			if err != nil {
				t.Error(err)
			}
			forgotten <- gone
		})
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			if _, err := Append(ctx, tx, lineOn(0, person(1), person(2))); err != nil {
				return err
			}
			close(appended)
			select {
			case gone := <-forgotten:
				t.Errorf("forgot %v without waiting for a line about her", gone)
				forgotten <- gone
			case <-time.After(500 * time.Millisecond):
			}
			return nil
		})
		wg.Wait()
		if gone := <-forgotten; !cmp.Equal(gone, []Place{{N: 0, Ordinal: 0}}) {
			t.Errorf("forgot %v", gone)
		}
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			for ref, want := range map[Ref]int{person(1): 0, person(2): 1} {
				if list, err := ForRef(ctx, tx, ref, Newest, 10); err != nil || len(list) != want {
					t.Errorf("%v: %d lines name it, want %d (%v)", ref, len(list), want, err)
				}
			}
			return nil
		})
	})
}
