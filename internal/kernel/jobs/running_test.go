package jobs

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

// childSource names the database in the environment of a child process.
const childSource = "LODESTAR_JOBS_TEST_DATABASE"

// TestMain is also the child process: a queue that works until it is killed.
func TestMain(m *testing.M) {
	if source := os.Getenv(childSource); source != "" {
		fmt.Fprintln(os.Stderr, child(source))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// child works the queue in source, says its name when it is ready, and ends when
// its standard input does.
func child(source string) error {
	ctx := context.Background()
	store, err := sqldb.Open(ctx, source, "")
	if err != nil {
		return err
	}
	var q *Queue
	q, err = Open(store, clock.System(), slog.New(slog.NewTextHandler(os.Stderr, nil)), recorder(store, func() string { return q.client.ID() }))
	if err != nil {
		return err
	}
	if err := q.Start(ctx); err != nil {
		return err
	}
	fmt.Println(q.client.ID())
	io.Copy(io.Discard, os.Stdin)
	return q.Stop(ctx)
}

// recorder writes down who worked what; the step "stay" never ends.
func recorder(store *sqldb.DB, name func() string) Kind {
	return Work(func(ctx context.Context, w wake) error {
		err := store.InTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO worked (what, who) VALUES ($1, $2)`, w.Case, name())
			return err
		})
		if w.Step == "stay" {
			<-ctx.Done()
			return ctx.Err()
		}
		return err
	})
}

func createWorked(t *testing.T, store *sqldb.DB) {
	t.Helper()
	err := store.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `CREATE TABLE worked (what TEXT NOT NULL, who TEXT NOT NULL)`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func worked(t *testing.T, store *sqldb.DB) (what []string) {
	t.Helper()
	const query = `SELECT what FROM worked ORDER BY what`
	return columns(t, store, query, query)
}

// eventually waits for something that other goroutines or processes do; the test
// fails only when it is given up on.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	giveUp := time.NewTimer(2 * time.Minute)
	defer giveUp.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-giveUp.C:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

type process struct {
	*exec.Cmd
	name string
}

// startChild starts a process on the database and waits until it is ready.
func startChild(t *testing.T, source string) process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childSource+"="+source)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	name, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child did not start: %v", err)
	}
	return process{cmd, strings.TrimSpace(name)}
}

// TestInTheBackground works what is inserted at once, what the clock makes due,
// and what comes round by itself, each once.
func TestInTheBackground(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		store := open(t, source)
		createWorked(t, store)
		hand := clock.At(noon)
		kind := recorder(store, func() string { return "here" })
		q := newQueue(t, store, hand, kind)
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			insert(t, q, wake{Case: fmt.Sprintf("now %02d", i)}, Opts{})
		}
		insert(t, q, wake{Case: "tomorrow"}, Opts{At: noon.Add(24 * time.Hour)})
		eventually(t, "20 jobs", func() bool { return len(worked(t, store)) == 20 })
		pending := func() int {
			c, err := q.Pending(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return c.Waiting + c.Working
		}
		eventually(t, "only the scheduled job is left", func() bool { return pending() == 1 })
		hand.Move(25 * time.Hour)
		eventually(t, "tomorrow's job", func() bool { return len(worked(t, store)) == 21 && pending() == 0 })
		if last := worked(t, store)[20]; last != "tomorrow" {
			t.Errorf("the last job is %q", last)
		}
	})
}

func TestEvery(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		store := open(t, source)
		createWorked(t, store)
		kind := recorder(store, func() string { return "here" })
		kind.Every = time.Second
		q := newQueue(t, store, clock.System(), kind)
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it comes round", func() bool { return len(worked(t, store)) >= 2 })
	})
}

// TestStopGivesBack stops a queue in the middle of a job that does not end by
// itself: another attempt does not count the first.
func TestStopGivesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		store := open(t, source)
		createWorked(t, store)
		kind := recorder(store, func() string { return "here" })
		kind.Attempts = 1
		q, err := Open(store, clock.System(), slog.New(slog.DiscardHandler), kind)
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		insert(t, q, wake{Case: "a", Step: "stay"}, Opts{})
		eventually(t, "the job is being worked", func() bool { return len(worked(t, store)) == 1 })
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		pending(t, newQueue(t, store, clock.System(), kind), Counts{Waiting: 1})
	})
}

// TestKilledProcess kills a process in the middle of a job; the next one works
// it again.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	source := dbtest.SQLite(t)
	store := open(t, source)
	createWorked(t, store)
	insert(t, newQueue(t, store, clock.System(), recorder(store, nil)), wake{Case: "a", Step: "stay"}, Opts{})
	p := startChild(t, source)
	eventually(t, "the job is being worked", func() bool { return len(worked(t, store)) == 1 })
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.Wait()
	var d diary
	q := newQueue(t, store, clock.System(), Work(func(_ context.Context, w wake) error { d.note(w.Case); return nil }))
	pending(t, q, Counts{Working: 1})
	drain(t, q, Drained{Done: 1})
	if !cmp.Equal(d.read(), []string{"a"}) {
		t.Errorf("worked %v", d.read())
	}
}

// TestCommandBesideServer: a command that drains the queue while another process
// is in the middle of a job leaves that job to it.
func TestCommandBesideServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		store := open(t, source)
		createWorked(t, store)
		var d diary
		q := newQueue(t, store, clock.System(), Work(func(_ context.Context, w wake) error { d.note(w.Case); return nil }))
		insert(t, q, wake{Case: "a", Step: "stay"}, Opts{})
		startChild(t, source)
		eventually(t, "the job is being worked", func() bool { return len(worked(t, store)) == 1 })
		drain(t, q, Drained{})
		pending(t, q, Counts{Working: 1})
		if len(d.read()) > 0 {
			t.Errorf("worked again while it was being worked: %v", d.read())
		}
	})
}

// TestSeveralProcesses lets two processes share one PostgreSQL: each job is
// worked once, and when the leader, who releases scheduled jobs, is killed, the
// other takes over.
func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	source := dbtest.Postgres(t)
	store := open(t, source)
	createWorked(t, store)
	q := newQueue(t, store, clock.System(), recorder(store, nil))
	const jobs = 200
	for i := range jobs / 2 {
		insert(t, q, wake{Case: fmt.Sprintf("before %03d", i)}, Opts{})
	}
	processes := []process{startChild(t, source), startChild(t, source)}
	for i := range jobs / 2 {
		insert(t, q, wake{Case: fmt.Sprintf("while %03d", i)}, Opts{})
	}
	eventually(t, "all are worked", func() bool { return len(worked(t, store)) >= jobs })
	const query = `SELECT DISTINCT who FROM worked`
	if who := columns(t, store, query, query); len(who) != 2 {
		t.Errorf("only %v worked", who)
	}
	leader := func() string {
		const query = `SELECT leader_id FROM river_leader WHERE expires_at > now()`
		if names := columns(t, store, query, query); len(names) == 1 {
			return names[0]
		}
		return ""
	}
	i := -1
	eventually(t, "a leader", func() bool {
		now := leader()
		i = slices.IndexFunc(processes, func(p process) bool { return p.name == now })
		return i >= 0
	})
	if err := processes[i].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	processes[i].Wait()
	insert(t, q, wake{Case: "scheduled"}, Opts{At: clock.System().Now().Add(time.Second)})
	eventually(t, "the scheduled job", func() bool { return len(worked(t, store)) > jobs })
	if now := leader(); now != processes[1-i].name {
		t.Errorf("the leader is %s, not %s", now, processes[1-i].name)
	}
	what := worked(t, store)
	if once := slices.Compact(slices.Clone(what)); len(once) != jobs+1 || len(what) != len(once) {
		t.Errorf("%d jobs were worked %d times", len(once), len(what))
	}
}
