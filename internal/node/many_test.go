package node

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"lodestar/internal/base/rest"
)

// TestManyProcesses lets three processes of the real program do one node's work
// on one PostgreSQL, and kills the one that leads in the middle of it.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	signals := h.sameImport(t)
	signals += h.sameKey(t)
	h.oneSession(t)
	signals += h.screenings(t)
	signals += h.killLeader(t)
	h.jobsOnce(t)
	h.oneRate(t)
	h.wait(t, "connecting is done", `SELECT h.seq - g.seq FROM evidence_head h, graph_cursor g`, 0)
	// New weights are put in force in several acts; all else is followed in one.
	for what, query := range map[string]string{
		"signals":                         fmt.Sprintf(`SELECT count(*) - %d FROM evidence_signal WHERE kind <> 'model'`, signals),
		"signals followed more than once": `SELECT count(*) FROM (SELECT o.ref FROM ledger_opening o JOIN ledger_line l ON l.n = o.n JOIN evidence_signal s ON s.id = o.ref WHERE s.kind <> 'model' AND l.verb = 'graph.resolve' GROUP BY o.ref HAVING count(*) <> 1) AS x`,
		"signals never followed":          `SELECT count(*) FROM evidence_signal s WHERE NOT EXISTS (SELECT 1 FROM ledger_opening o JOIN ledger_line l ON l.n = o.n WHERE o.ref = s.id AND l.verb = 'graph.resolve')`,
		"models learned more than once":   `SELECT CASE WHEN count(*) > 1 THEN count(*) ELSE 0 END FROM evidence_signal WHERE kind = 'model'`,
		"a gap in the ledger":             `SELECT (SELECT n FROM ledger_head) - (SELECT count(*) FROM ledger_line)`,
		"a gap in the signals":            `SELECT (SELECT seq FROM evidence_head) - (SELECT count(*) FROM evidence_signal)`,
		"jobs given up":                   `SELECT count(*) FROM river_job WHERE state = 'discarded'`,
		"jobs tried again":                `SELECT count(*) FROM river_job WHERE state = 'completed' AND attempt > 1`,
	} {
		if n, err := h.Ground.DB.Scalar(t.Context(), query); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
	h.sound(t)
	for i, p := range h.processes {
		if text := p.log.String(); strings.Contains(text, `"level":"ERROR"`) || strings.Contains(text, `"level":"WARN"`) {
			t.Errorf("process %d complains: %s", i, text)
		}
	}
}

// sameImport sends one import to all processes at the same moment: each signal is
// recorded once, and all are told so.
func (h *house) sameImport(t *testing.T) int {
	t.Helper()
	const signals = 40
	var lines []string
	for n := range signals {
		lines = append(lines, line(t, n))
	}
	fresh := 0
	for i, r := range h.together(func(i int, p *process) reply {
		return h.ask(p, "POST "+v1+"/signals/batch", strings.Join(lines, "\n"), "Content-Type", "application/jsonl", "Idempotency-Key", fmt.Sprint("import-", i))
	}) {
		var out struct {
			Taken int
			Lines []struct{ Again bool }
		}
		if err := json.Unmarshal([]byte(r.body), &out); r.status != 200 || err != nil || out.Taken != signals {
			t.Fatalf("process %d: %d %.300s", i, r.status, r.body)
		}
		for _, l := range out.Lines {
			if !l.Again {
				fresh++
			}
		}
	}
	if fresh != signals {
		t.Errorf("%d signals were taken as new, of %d", fresh, signals)
	}
	return signals
}

// sameKey sends one request under one key to all processes at the same moment: it
// is done once; the others are led to what came of it, or told that it is under way.
func (h *house) sameKey(t *testing.T) int {
	t.Helper()
	done := 0
	for i, r := range h.together(func(_ int, p *process) reply {
		return h.ask(p, "POST "+v1+"/signals", line(t, 900), "Idempotency-Key", "one")
	}) {
		switch {
		case r.status == 201:
			done++
		case r.status != 200 && r.status != 409: // led to what came of it, or told to wait
			t.Errorf("process %d: %d %s", i, r.status, r.body)
		}
	}
	if done != 1 {
		t.Errorf("one request under one key was done %d times", done)
	}
	return 1
}

// oneSession signs in at a fourth process, uses the session at all three, and
// signs out at the second.
func (h *house) oneSession(t *testing.T) {
	t.Helper()
	cfg := h.Config
	cfg.Origin = manyOrigin
	n, err := Open(t.Context(), cfg, system, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	s, err := n.Serve(true)
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.Door.PersonaToken(h.lena.User.String())
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/sign-in/persona/"+token, nil))
	if len(w.Result().Cookies()) != 1 {
		t.Fatalf("signing in: %d %v", w.Code, w.Result().Cookies())
	}
	c := w.Result().Cookies()[0]
	with := []string{"Authorization", "", "Cookie", c.Name + "=" + c.Value}
	everywhere := func(want int) {
		t.Helper()
		for i, r := range h.together(func(_ int, p *process) reply { return h.ask(p, "GET "+v1+"/cases", "", with...) }) {
			if r.status != want {
				t.Errorf("process %d answers the session %d %s, want %d", i, r.status, r.body, want)
			}
		}
	}
	everywhere(200)
	if r := h.ask(h.processes[1], "POST /sign-out", "", append(with, "Content-Type", "application/x-www-form-urlencoded")...); r.status >= 400 {
		t.Errorf("signing out: %d %s", r.status, r.body)
	}
	everywhere(401)
}

// waiting is how many scheduled jobs wait for the next leader.
const waiting = 9

// screenings takes people in at all processes; each referral has a job that wakes
// when nobody answered.
func (h *house) screenings(t *testing.T) int {
	t.Helper()
	h.together(func(i int, p *process) reply {
		for n := range waiting / len(h.processes) {
			body, err := json.Marshal(h.intake(recruiter(7000+10*i+n), fmt.Sprintf("+4479555%05d", 10*i+n)))
			if err != nil {
				t.Error(err)
			}
			r := h.ask(p, "POST "+v1+"/cases", string(body), "Idempotency-Key", fmt.Sprint("case-", i, "-", n), rest.PurposeHeader, "assistance")
			if r.status != 201 {
				t.Errorf("process %d, intake %d: %d %s", i, n, r.status, r.body)
			}
		}
		return reply{}
	})
	return waiting
}

// jobsOnce makes the waiting jobs due: the next leader releases them, and each is
// worked once.
func (h *house) jobsOnce(t *testing.T) {
	t.Helper()
	if _, err := h.Ground.DB.Pool().ExecContext(t.Context(), `UPDATE river_job SET scheduled_at = now() WHERE kind = 'protection.expire'`); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "the scheduled jobs", `SELECT count(*) FROM river_job WHERE kind = 'protection.expire' AND state = 'completed'`, waiting)
	if n, err := h.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM ledger_line WHERE verb = 'protection.expire'`); err != nil || n != waiting {
		t.Errorf("%d scheduled jobs were worked %d times, %v", waiting, n, err)
	}
}

// killLeader sends signals to all processes at once and kills the leader in the
// middle; who was not answered asks another process. It gives their number.
func (h *house) killLeader(t *testing.T) int {
	t.Helper()
	const each = 24
	var leader string
	h.read(t, `SELECT leader_id FROM river_leader`, &leader)
	half := make(chan struct{})
	go func() {
		<-half
		h.processes[0].Process.Kill()
	}()
	h.together(func(i int, p *process) reply {
		for n := range each {
			if i == 1 && n == each/3 {
				close(half)
			}
			text := line(t, 1000+i*each+n)
			r := h.ask(p, "POST "+v1+"/signals", text, "Idempotency-Key", fmt.Sprint("signal-", i, "-", n))
			if r.status == 0 {
				// A refusal to connect says nothing of what was done: the source sends again.
				r = h.ask(h.processes[1], "POST "+v1+"/signals", text, "Idempotency-Key", fmt.Sprint("again-", i, "-", n))
			}
			if r.status != 201 && r.status != 200 {
				t.Errorf("process %d, signal %d: %d %s", i, n, r.status, r.body)
			}
		}
		return reply{}
	})
	h.processes[0].Wait()
	h.processes = h.processes[1:]
	h.wait(t, "another leader", `SELECT count(*) FROM river_leader WHERE expires_at > now() AND leader_id <> '`+leader+`'`, 1)
	return 3 * each
}

func (h *house) read(t *testing.T, query string, into any) {
	t.Helper()
	err := h.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) error { return tx.QueryRowContext(t.Context(), query).Scan(into) })
	if err != nil {
		t.Fatal(err)
	}
}

// oneRate guesses at tokens at every process: the attempts are counted together.
func (h *house) oneRate(t *testing.T) {
	t.Helper()
	refused := 0
	for n := range 120 {
		r := h.ask(h.processes[n%len(h.processes)], "GET "+v1+"/cases", "", "Authorization", "Bearer lod_"+strings.Repeat("0", 28))
		switch r.status {
		case 401:
			refused++
		case 503:
			t.Logf("%d guesses, then none", refused)
			return
		default:
			t.Fatalf("a guess: %d %s", r.status, r.body)
		}
	}
	t.Errorf("%d guesses at tokens, and still more may be made", refused)
}
