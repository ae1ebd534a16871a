package node

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// The environment of a child process: where its node is, and which round it is.
const (
	childDir      = "LODESTAR_TEST_CHILD_DIR"
	childDatabase = "LODESTAR_TEST_CHILD_DATABASE"
	childRound    = "LODESTAR_TEST_CHILD_ROUND"
)

// TestMain is also the child process: a node at work until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, atWork(dir, os.Getenv(childDatabase), os.Getenv(childRound)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// worker is the child at work. What it says on its standard output has been
// promised to somebody.
type worker struct {
	*course
	round int
	open  []promised // cases that it can go on with
}

type promised struct {
	id      id.Case
	consent id.Consent
	version int64
}

func atWork(dir, source, round string) error {
	c := courseActors()
	var err error
	if c.Node, err = Open(context.Background(), courseConfig(dir, source), system, Logger(io.Discard)); err != nil {
		return err
	}
	w := worker{course: c}
	if w.round, err = strconv.Atoi(round); err != nil {
		return err
	}
	fmt.Println("ready")
	draw := rand.New(rand.NewPCG(uint64(w.round), 1))
	for i := 0; ; i++ {
		said, err := w.step(context.Background(), draw.IntN(8), i)
		if err != nil {
			return err
		}
		if said != "" {
			fmt.Println(said)
		}
	}
}

// step does one act and says what was done.
func (w *worker) step(ctx context.Context, what, i int) (string, error) {
	switch n := len(w.open); {
	case what < 3:
		in := incoming(w.round*1000 + i)
		done, err := w.Evidence.Record(ctx, w.lena, in)
		return "record " + done.ID.String(), err
	case what < 5 || n == 0:
		in := w.intake(recruiter(w.round*100+i), fmt.Sprintf("+4479222%05d", w.round*100+i%100))
		in.Recruiter, in.RecPhone = recruiter(w.round), fmt.Sprintf("+4479333%05d", w.round)
		done, err := w.Protection.Screen(ctx, w.lena, in)
		if err != nil {
			return "", err
		}
		w.open = append(w.open, promised{done.Case.ID, done.Referrals[0].Consent, done.Case.Version})
		return fmt.Sprintf("screen %s %s %s %s", done.Signal, done.Case.ID, done.Referrals[0].ID, done.Referrals[0].Consent), nil
	case what == 5:
		r, err := w.Protection.Refer(ctx, w.lena, protection.ReferIn{Case: w.open[n-1].id, Version: w.open[n-1].version, Service: w.clinic, Consent: w.open[n-1].consent})
		w.open[n-1].version++
		return "refer " + r.ID.String(), err
	case what == 6:
		last := w.open[n-1]
		w.open = w.open[:n-1]
		_, err := w.Protection.Withdraw(ctx, w.lena, last.id, last.consent)
		return "withdraw " + last.consent.String(), err
	}
	var head int64
	err := w.Ground.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		head, err = evidence.Head(ctx, tx)
		return err
	})
	return fmt.Sprint("resolve ", head), errors.Join(err, w.Drain(ctx))
}

// TestKill kills a node at work, again and again, and looks after each death at
// what it left. SQLite and PostgreSQL promise the same.
func TestKill(t *testing.T) {
	for name, x := range map[string]struct {
		source func(testing.TB) string
		rounds int
	}{"sqlite": {dbtest.SQLite, 200}, "postgres": {dbtest.Postgres, 20}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, source := t.TempDir(), x.source(t)
			newCourse(t, dir, source).Close()
			var said []string
			for round := range x.rounds {
				now := killed(t, dir, source, round)
				left(t, source, now, round%8 == 0)
				said = append(said, now...)
				if t.Failed() {
					t.Fatalf("in round %d", round)
				}
			}
			t.Logf("%d kills, %d acts acknowledged", x.rounds, len(said))
			if len(said) < x.rounds {
				t.Error("hardly anything was done: the test kills too early")
			}
			revived(t, courseConfig(dir, source))
			left(t, source, said, true)
		})
	}
}

// killed runs a child, kills it at a random moment, and gives what it had
// acknowledged by then. One in eight dies about when it gets ready.
func killed(t *testing.T, dir, source string, round int) (said []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childDatabase+"="+source, fmt.Sprint(childRound, "=", round))
	var failed strings.Builder
	cmd.Stderr = &failed
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	kill := func(within time.Duration) { time.AfterFunc(rand.N(within), func() { cmd.Process.Kill() }) }
	if round%8 == 7 {
		kill(200 * time.Millisecond)
	}
	for acts := rand.N(8); lines.Scan(); acts-- {
		if lines.Text() != "ready" {
			said = append(said, lines.Text())
		}
		if acts == 0 {
			kill(20 * time.Millisecond)
		}
	}
	cmd.Wait()
	if failed.Len() > 0 {
		t.Fatalf("the child failed by itself: %s", failed.String())
	}
	return said
}

// halves are what may never be: each query counts it.
var halves = map[string]string{
	"signals and the head differ":       `SELECT (SELECT seq FROM evidence_head) - (SELECT count(*) FROM evidence_signal)`,
	"signals without all their parts":   `SELECT count(*) FROM evidence_signal s WHERE (SELECT count(*) FROM evidence_mention m WHERE m.signal = s.id) <> CASE s.kind WHEN 'referral' THEN 3 ELSE 4 END`,
	"lines and the head differ":         `SELECT (SELECT n FROM ledger_head) - (SELECT count(*) FROM ledger_line)`,
	"signals without their line":        without("evidence_signal", "signal"),
	"cases without their line":          without("casework_case", "case"),
	"referrals without their line":      without("casework_referral", "referral"),
	"lines about signals not there":     astray("evidence_signal", "signal"),
	"lines about cases not there":       astray("casework_case", "case"),
	"lines about referrals not there":   astray("casework_referral", "referral"),
	"referrals without consent":         `SELECT count(*) FROM casework_referral r WHERE NOT EXISTS (SELECT 1 FROM consent_word w WHERE w.consent = r.consent AND w.n = 1 AND w.state = 'given' AND w.recipient = r.recipient AND w.person = r.person)`,
	"open referrals under no consent":   `SELECT count(*) FROM casework_referral r WHERE r.state IN ('sent', 'accepted', 'in_service') AND EXISTS (SELECT 1 FROM consent_word w WHERE w.consent = r.consent AND w.state = 'withdrawn')`,
	"revoked referrals with a payload":  `SELECT count(*) FROM casework_referral WHERE state = 'revoked' AND payload IS NOT NULL`,
	"sent referrals that never expire":  `SELECT CASE WHEN (SELECT count(*) FROM casework_referral WHERE state = 'sent') > (SELECT count(*) FROM river_job WHERE kind = 'protection.expire') THEN 1 ELSE 0 END`,
	"persons without a case":            `SELECT (SELECT count(*) FROM casework_person) - (SELECT count(*) FROM casework_case)`,
	"cases without a task":              `SELECT count(*) FROM casework_case c WHERE NOT EXISTS (SELECT 1 FROM casework_task t WHERE t."case" = c.id)`,
	"open cases without a clock":        `SELECT count(*) FROM casework_case c WHERE c.state <> 'closed' AND NOT EXISTS (SELECT 1 FROM casework_review r WHERE r."case" = c.id)`,
	"clocks that nothing wakes":         `SELECT CASE WHEN (SELECT count(*) FROM casework_review WHERE asked_at = 0) > (SELECT count(*) FROM river_job WHERE kind = 'casework.review') THEN 1 ELSE 0 END`,
	"cases not where they were moved":   `SELECT count(*) FROM casework_case c WHERE c.state <> coalesce((SELECT to_state FROM casework_move m WHERE m."case" = c.id ORDER BY n DESC LIMIT 1), '')`,
	"connecting ahead, or never":        `SELECT count(*) FROM evidence_head h, graph_cursor g WHERE g.seq > h.seq OR g.seq < h.seq AND NOT EXISTS (SELECT 1 FROM river_job WHERE kind = 'graph.resolve' AND state IN ('available', 'running', 'retryable', 'scheduled'))`,
	"mentions connected, but not there": `SELECT count(*) FROM graph_mention g WHERE NOT EXISTS (SELECT 1 FROM evidence_mention m WHERE m.id = g.mention)`,
}

func without(table, kind string) string {
	return `SELECT count(*) FROM ` + table + ` r WHERE NOT EXISTS (SELECT 1 FROM ledger_opening o JOIN ledger_line l ON l.n = o.n
		WHERE o.kind = '` + kind + `' AND o.ref = r.id AND l.outcome = 'done' AND l.verb IN ('evidence.record', 'protection.screen', 'protection.refer'))`
}

func astray(table, kind string) string {
	return `SELECT count(*) FROM ledger_opening o WHERE o.kind = '` + kind + `' AND NOT EXISTS (SELECT 1 FROM ` + table + ` r WHERE r.id = o.ref)`
}

// left looks at what a dead node left: nothing half-done, nothing lost that it
// had promised, and, if keys are to be looked at, a key set for every sealed row.
func left(t *testing.T, source string, said []string, sealed bool) {
	t.Helper()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, source, "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for what, query := range halves {
		if n, err := db.Scalar(ctx, query); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
	for _, line := range said {
		kept(t, db, line)
	}
	if !sealed {
		return
	}
	keys, err := sqldb.Open(ctx, source, "keys")
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	n, err := (&Node{Ground: &act.Ground{DB: db}, keys: keys}).keyless(ctx)
	if err != nil || n != 0 {
		t.Errorf("sealed rows without a key set: %d, %v", n, err)
	}
}

// kept looks for what one line promised.
func kept(t *testing.T, db *sqldb.DB, line string) {
	t.Helper()
	words := strings.Fields(line)
	tables := map[string][]string{
		"record":   {`evidence_signal WHERE id = $1`},
		"screen":   {`evidence_signal WHERE id = $1`, `casework_case WHERE id = $1`, `casework_referral WHERE id = $1`, `consent_word WHERE n = 1 AND consent = $1`},
		"refer":    {`casework_referral WHERE id = $1`},
		"withdraw": {`consent_word WHERE state = 'withdrawn' AND consent = $1`},
		"resolve":  {`graph_cursor WHERE seq >= $1`},
	}[words[0]]
	if len(tables) != len(words)-1 {
		t.Fatalf("the child said %q", line)
	}
	for i, where := range tables {
		var arg any = words[i+1]
		if words[0] == "resolve" {
			arg, _ = strconv.ParseInt(words[i+1], 10, 64)
		}
		if n, err := db.Scalar(t.Context(), `SELECT count(*) FROM `+where, arg); err != nil || n != 1 {
			t.Errorf("acknowledged and lost: %q (%d, %v)", line, n, err)
		}
	}
}

// revived opens the node after the last death: it works what was waiting, and
// everything is as if it had never died.
func revived(t *testing.T, cfg Config) {
	t.Helper()
	c := courseActors()
	n, err := Open(t.Context(), cfg, system, Logger(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	c.Node = n
	if _, err := c.Evidence.Record(t.Context(), c.lena, incoming(999_999)); err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	behind, err := n.Ground.DB.Scalar(t.Context(), `SELECT h.seq - g.seq FROM evidence_head h, graph_cursor g`)
	if err != nil || behind != 0 {
		t.Errorf("connecting is %d signals behind, %v", behind, err)
	}
	if p, err := n.Ground.Queue.Pending(t.Context()); err != nil || p.GivenUp > 0 {
		t.Errorf("jobs %+v, %v", p, err)
	}
	c.sound(t)
	list, err := n.Graph.Search(t.Context(), c.lena, consent.Identification, recruiter(99_999), 5)
	if err != nil || len(list) == 0 {
		t.Errorf("what is derived cannot be found: %v, %v", list, err)
	}
}
