package jobs

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

var noon = time.Date(2031, 5, 4, 12, 0, 0, 0, time.UTC)

// wake is the job of the tests.
type wake struct {
	Case string `json:"case" river:"unique"`
	Step string `json:"step"`
}

func (wake) Kind() string { return "test_wake" }

// other is a kind that nobody works.
type other struct{}

func (other) Kind() string { return "test_other" }

// diary notes what was worked.
type diary struct {
	mu  sync.Mutex
	log []string
}

func (d *diary) note(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log = append(d.log, s)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string{}, d.log...)
}

func open(t testing.TB, source string) *sqldb.DB {
	t.Helper()
	store := dbtest.Open(t, source)
	if err := Migrate(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	return store
}

func newQueue(t testing.TB, store *sqldb.DB, c clock.Clock, kinds ...Kind) *Queue {
	t.Helper()
	q, err := Open(store, c, slog.New(slog.DiscardHandler), kinds...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return q
}

func insert(t testing.TB, q *Queue, args Args, opts Opts) {
	t.Helper()
	err := q.store.InTx(context.Background(), func(tx *sql.Tx) error { return q.Insert(context.Background(), tx, args, opts) })
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t testing.TB, q *Queue, want Drained) {
	t.Helper()
	if got, err := q.Drain(context.Background()); err != nil || got != want {
		t.Errorf("Drain = %+v, %v, want %+v", got, err, want)
	}
}

func pending(t testing.TB, q *Queue, want Counts) {
	t.Helper()
	if got, err := q.Pending(context.Background()); err != nil || got != want {
		t.Errorf("Pending = %+v, %v, want %+v", got, err, want)
	}
}

func TestRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := open(t, source)
		kind := Work(func(context.Context, wake) error { return nil })
		if _, err := Open(store, clock.At(noon), slog.New(slog.DiscardHandler), kind, kind); !fault.Is(err, fault.Internal) {
			t.Errorf("a kind twice: %v", err)
		}
		q := newQueue(t, store, clock.At(noon), kind)
		err := store.InTx(t.Context(), func(tx *sql.Tx) error { return q.Insert(t.Context(), tx, other{}, Opts{}) })
		if !fault.Is(err, fault.Internal) {
			t.Errorf("a kind that nobody works: %v", err)
		}
		pending(t, q, Counts{})
	})
}

func TestMigrate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		// Several processes start at once on an empty database.
		stores := []*sqldb.DB{dbtest.Open(t, source)}
		if stores[0].Engine == sqldb.Postgres {
			stores = append(stores, dbtest.Open(t, source), dbtest.Open(t, source))
		}
		var wg sync.WaitGroup
		for _, store := range stores {
			wg.Go(func() {
				if err := Migrate(context.Background(), store); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if err := Migrate(t.Context(), stores[0]); err != nil {
			t.Errorf("again: %v", err)
		}
		err := stores[0].InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), `INSERT INTO river_migration (line, version) VALUES ('main', 999)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := Migrate(t.Context(), stores[0]); !fault.Is(err, fault.Conflict) {
			t.Errorf("a newer schema: %v", err)
		}
	})
}

func TestRolledBackTransactionLeavesNoJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		q := newQueue(t, open(t, source), clock.At(noon), Work(func(context.Context, wake) error { return nil }))
		errNo := errors.New("no")
		err := q.store.InTx(t.Context(), func(tx *sql.Tx) error {
			if err := q.Insert(t.Context(), tx, wake{Case: "a"}, Opts{}); err != nil {
				t.Error(err)
			}
			return errNo
		})
		if !errors.Is(err, errNo) {
			t.Fatal(err)
		}
		pending(t, q, Counts{})
		drain(t, q, Drained{})
	})
}

func TestDrainWorksWhatIsDueInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		var (
			d    diary
			q    *Queue
			hand = clock.At(noon)
		)
		q = newQueue(t, open(t, source), hand, Work(func(ctx context.Context, w wake) error {
			d.note(w.Case)
			if w.Case == "parent" {
				return q.store.InTx(ctx, func(tx *sql.Tx) error {
					return errors.Join(q.Insert(ctx, tx, wake{Case: "child"}, Opts{}),
						q.Insert(ctx, tx, wake{Case: "tomorrow's child"}, Opts{At: hand.Now().Add(24 * time.Hour)}))
				})
			}
			return nil
		}))
		for i, at := range []time.Duration{time.Hour, -time.Minute, 0, 25 * time.Hour, -time.Hour} {
			insert(t, q, wake{Case: fmt.Sprint(i)}, Opts{At: noon.Add(at)})
		}
		insert(t, q, wake{Case: "parent"}, Opts{})
		pending(t, q, Counts{Waiting: 6})
		drain(t, q, Drained{Done: 5})
		hand.Move(time.Hour - time.Millisecond)
		drain(t, q, Drained{})
		hand.Move(time.Millisecond)
		drain(t, q, Drained{Done: 1})
		hand.Move(24 * time.Hour)
		drain(t, q, Drained{Done: 2})
		pending(t, q, Counts{})
		want := []string{"4", "1", "2", "parent", "child", "0", "tomorrow's child", "3"}
		if diff := cmp.Diff(want, d.read()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		var d diary
		q := newQueue(t, open(t, source), clock.At(noon), Work(func(_ context.Context, w wake) error {
			d.note(w.Case + w.Step)
			return nil
		}))
		later := noon.Add(time.Hour)
		insert(t, q, wake{Case: "a", Step: "1"}, Opts{Unique: true, At: later})
		insert(t, q, wake{Case: "a", Step: "2"}, Opts{Unique: true}) // the same case waits
		insert(t, q, wake{Case: "b", Step: "1"}, Opts{Unique: true})
		insert(t, q, wake{Case: "a", Step: "3"}, Opts{}) // not asked to be unique
		pending(t, q, Counts{Waiting: 3})
		drain(t, q, Drained{Done: 2})
		insert(t, q, wake{Case: "b", Step: "2"}, Opts{Unique: true}) // the first b is done
		drain(t, q, Drained{Done: 1})
		if diff := cmp.Diff([]string{"b1", "a3", "b2"}, d.read()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestFailures lets a job fail and panic until it is given up, and reads what is
// left of it in the log and in the table: nothing of its arguments or error.
func TestFailures(t *testing.T) {
	const canary = "Canary Ptaszyńska"
	dbtest.Each(t, func(t *testing.T, source string) {
		var (
			log  bytes.Buffer
			hand = clock.At(noon)
			work = Work(func(_ context.Context, w wake) error {
				switch w.Step {
				case "panic":
					panic(canary)
				case "fault":
					return fault.New(fault.Busy, "test.Wake", "test.later").Because(errors.New(canary))
				}
				return errors.New(canary)
			})
		)
		work.Attempts = 3
		q, err := Open(open(t, source), hand, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), work)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { q.Stop(context.Background()) })
		for _, step := range []string{"panic", "fault", "error"} {
			insert(t, q, wake{Case: canary, Step: step}, Opts{})
		}
		drain(t, q, Drained{Failed: 3})
		drain(t, q, Drained{})
		hand.Move(time.Second)
		drain(t, q, Drained{Failed: 3})
		pending(t, q, Counts{Waiting: 3})
		hand.Move(15 * time.Second)
		drain(t, q, Drained{})
		hand.Move(time.Second)
		drain(t, q, Drained{Failed: 3})
		pending(t, q, Counts{GivenUp: 3})
		hand.Move(24 * 365 * time.Hour)
		drain(t, q, Drained{})

		for _, want := range []string{`"kind":"test_wake"`, `"attempt":3`, `"fault":"busy"`, `"fault":"internal"`, `"at":"lodestar/internal/kernel/jobs.TestFailures`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not say %s:\n%s", want, log.String())
			}
		}
		kept := columns(t, q.store, `SELECT array_to_string(errors, ' ') FROM river_job ORDER BY id`, `SELECT json(errors) FROM river_job ORDER BY id`)
		for i, want := range []string{"panic", "test.Wake: busy: test.later", "internal"} {
			if !strings.Contains(kept[i], want) {
				t.Errorf("the table keeps %s, not %s", kept[i], want)
			}
		}
		if all := log.String() + strings.Join(kept, ""); strings.Contains(all, "Canary") {
			t.Errorf("a failure shows what it was about: %s", all)
		}
	})
}

func columns(t *testing.T, store *sqldb.DB, postgres, sqlite string) (out []string) {
	t.Helper()
	query := sqlite
	if store.Engine == sqldb.Postgres {
		query = postgres
	}
	err := store.InRead(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPauses(t *testing.T) {
	for attempts, want := range map[int]time.Duration{1: time.Second, 2: 16 * time.Second, 17: 83521 * time.Second, 18: 24 * time.Hour, 1 << 30: 24 * time.Hour} {
		if got := pause(attempts); got != want {
			t.Errorf("pause(%d) = %v, want %v", attempts, got, want)
		}
	}
}

func TestBadArgumentsFail(t *testing.T) {
	k := Work(func(context.Context, wake) error { return nil })
	for _, raw := range []string{"", "[]", `{"case":1}`, `{"case":`, "\xff"} {
		if err := k.work(t.Context(), []byte(raw)); !fault.Is(err, fault.Internal) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

// FuzzArguments gives a worker whatever a table might hold.
func FuzzArguments(f *testing.F) {
	f.Add([]byte(`{"case":"a","step":"b"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		called := false
		err := Work(func(context.Context, wake) error { called = true; return nil }).work(t.Context(), raw)
		if called != (err == nil) {
			t.Errorf("worked: %v, %v", called, err)
		}
	})
}
