package node

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
)

// house is one node whose work three processes of the real program do, each on
// its own machine: the database is all that they share.
type house struct {
	*course
	processes []*process
	token     string
	client    *http.Client
}

type process struct {
	*exec.Cmd
	at  string // http://127.0.0.1:port
	log *bytes.Buffer
}

const manyOrigin = "http://localhost:8080"

// built builds the program.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lodestar")
	if out, err := exec.Command("go", "build", "-o", path, "lodestar/cmd/lodestar").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// newHouse makes the node and starts its first process, which therefore leads.
func newHouse(t *testing.T) *house {
	t.Helper()
	dir, source := t.TempDir(), dbtest.Postgres(t)
	h := &house{course: newCourse(t, dir, source), client: &http.Client{Timeout: 30 * time.Second}}
	err := h.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		u := signin.User{ID: h.lena.User.String(), Name: h.lena.Name, Organisation: h.lena.Organisation.String(), Roles: h.lena.Roles, Language: "en", Active: true}
		err := signin.AddUser(t.Context(), tx, u)
		if err == nil {
			h.token, err = signin.MakeToken(t.Context(), tx, u.ID, u.Roles, clock.System().Now().AddDate(0, 0, 1))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	program := built(t)
	for range 3 {
		h.join(t, program, dir, source)
		if len(h.processes) == 1 {
			h.wait(t, "a leader", `SELECT count(*) FROM river_leader`, 1)
		}
	}
	return h
}

// join starts one more process, with its own copy of the node's keys.
func (h *house) join(t *testing.T, program, dir, source string) {
	t.Helper()
	own := t.TempDir()
	for _, name := range []string{"node.key", "ledger.key"} {
		key, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(own, name), key, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	p := &process{Cmd: exec.Command(program, "--dir", own, "--database", source, "serve"), log: &bytes.Buffer{}}
	p.Env = append(os.Environ(), "LODESTAR_LISTEN=127.0.0.1:0", "LODESTAR_STATE=GB", "LODESTAR_ORIGIN="+manyOrigin)
	p.Stderr = p.log
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill(); p.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	at, _, ok := strings.Cut(strings.TrimPrefix(line, "Serving on "), ";")
	if err != nil || !ok {
		t.Fatalf("the process does not serve: %q, %v, %s", line, err, p.log)
	}
	p.at = "http://" + at
	h.processes = append(h.processes, p)
}

// wait waits until a query gives a number.
func (h *house) wait(t *testing.T, what, query string, want int64) {
	t.Helper()
	for giveUp := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		n, err := h.Ground.DB.Scalar(t.Context(), query)
		if err == nil && n == want {
			return
		}
		if time.Now().After(giveUp) {
			t.Fatalf("%s: %d, %v, want %d", what, n, err, want)
		}
	}
}

type reply struct {
	status int
	header http.Header
	body   string
}

// ask asks one process. A process that died has no answer: status 0.
func (h *house) ask(p *process, call, body string, headers ...string) reply {
	method, path, _ := strings.Cut(call, " ")
	r, err := http.NewRequest(method, p.at+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	headers = append([]string{"Authorization", "Bearer " + h.token, "Content-Type", "application/json", rest.PurposeHeader, "identification"}, headers...)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
		}
	}
	w, err := h.client.Do(r)
	if err != nil {
		return reply{}
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		return reply{}
	}
	return reply{w.StatusCode, w.Header, string(text)}
}

// together does something with each process at the same moment.
func (h *house) together(do func(i int, p *process) reply) []reply {
	out := make([]reply, len(h.processes))
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for i, p := range h.processes {
		wg.Go(func() { <-begin; out[i] = do(i, p) })
	}
	close(begin)
	wg.Wait()
	return out
}

func line(t *testing.T, n int) string {
	t.Helper()
	b, err := json.Marshal(incoming(n))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
