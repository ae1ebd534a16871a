package node

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/policy"
)

// journal is a log that goroutines of a server may write.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// browser is one person at one.
type browser struct {
	t      *testing.T
	client *http.Client
	origin string
	urls   []string // where it was sent, and what the pages led to
}

// served is a course with its pages on a server, and Lena and Jonas as users.
func served(t *testing.T) (*course, *journal, func(policy.Actor) *browser) {
	return servedOn(t, dbtest.SQLite(t))
}

func servedOn(t *testing.T, source string) (*course, *journal, func(policy.Actor) *browser) {
	c := newCourse(t, t.TempDir(), source)
	log := &journal{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(log, nil))) // what does not know the node's log
	t.Cleanup(func() { slog.SetDefault(before) })
	c.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c.enrol(t)
	s, err := c.Serve(true)
	if err != nil {
		t.Fatal(err)
	}
	if s.seeding, err = newSeeding(c.Node, 1); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return c, log, func(p policy.Actor) *browser {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &browser{t: t, client: &http.Client{Jar: jar}, origin: web.URL}
		b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			b.urls = append(b.urls, r.URL.String())
			return nil
		}
		token, err := s.Door.PersonaToken(p.User.String())
		if err != nil {
			t.Fatal(err)
		}
		b.get("/sign-in/persona/"+token, http.StatusOK)
		return b
	}
}

// enrol makes users of Lena and Jonas.
func (c *course) enrol(t *testing.T) {
	t.Helper()
	err := c.administer(t.Context(), func(a *act.Act) error {
		var errs []error
		for _, p := range []policy.Actor{c.lena, c.doctor} {
			errs = append(errs, signin.AddUser(a.Ctx(), a.Tx(), signin.User{ID: p.User.String(), Name: p.Name, Organisation: p.Organisation.String(),
				Roles: slices.Sorted(slices.Values(p.Roles)), Language: "en", Active: true}))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
}

var leads = regexp.MustCompile(`(?:href|src|action|hx-[a-z-]+)="([^"]*)"`)

// did reads an answer; what the page leads to is kept.
func (b *browser) did(res *http.Response, err error, status int) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		b.t.Errorf("%s %s: %d, %v; want %d", res.Request.Method, res.Request.URL.Path, res.StatusCode, err, status)
	}
	for _, m := range leads.FindAllStringSubmatch(string(text), -1) {
		b.urls = append(b.urls, m[1])
	}
	for name, values := range res.Header {
		b.urls = append(b.urls, name+": "+strings.Join(values, ","))
	}
	return string(text)
}

func (b *browser) get(path string, status int) string {
	b.t.Helper()
	res, err := b.client.Get(b.origin + path)
	return b.did(res, err, status)
}

func (b *browser) post(path string, status int, fields ...string) string {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	res, err := b.client.PostForm(b.origin+path, form)
	return b.did(res, err, status)
}

// TestLogsNameNobody walks the whole course of a person through the pages, with
// mistakes, and searches what a node writes down beside its database: the log,
// the texts of errors, every address it sends a browser to.
func TestLogsNameNobody(t *testing.T) {
	c, log, enter := served(t)
	lena := enter(c.lena)
	lena.post("/new/1", 422, "danger", canary) // a mistake
	lena.post("/new/1", 200, "danger", "no")
	who := []string{"alias", canary, "name", canary, "phone", canaryPhone, "safety", "safe", "language", "en"}
	lena.post("/new/2", 422, append(who, "age", canary)...)
	lena.post("/new/2", 200, append(who, "age", "adult")...)
	lena.post("/new/3", 200, "recruiter", canary, "recruiter_phone", canaryPhone, "place", canary)
	lena.post("/new/4", 422, "needs", canary, "note", canary)
	lena.post("/new/4", 200, "needs", "doctor", "note", canary)
	lena.post("/new/5", 200, "spoken_by", "self", "share-"+strings.TrimPrefix(c.clinic.String(), "srv_"), "yes")
	shown := lena.post("/new/6", 200)
	if !strings.Contains(shown, canary) {
		t.Fatal("the case does not show her name to who helps her: the course went wrong")
	}
	c.drain(t)
	visit(t, c, lena)

	doctor := enter(c.doctor)
	doctor.get("/work", 200)
	referral := mustLink(t, doctor, regexp.MustCompile(`^/referrals/ref_[^/?#]+$`))
	if !strings.Contains(doctor.get(referral, 200), canary) {
		t.Error("the clinic does not see what she agreed to: the course went wrong")
	}
	doctor.get("/cases/"+url.PathEscape(canary), 404)

	for _, where := range append(lena.urls, doctor.urls...) {
		plain, err := url.QueryUnescape(where)
		if err != nil {
			plain = where
		}
		if namesCanary(plain) || namesCanary(where) {
			t.Errorf("an address names the canary: %q", where)
		}
	}
	if log.String() == "" {
		t.Error("nothing was logged: the test looks in the wrong place")
	}
	if namesCanary(log.String() + c.log.String()) {
		t.Error("the log names the canary")
	}
}

// visit goes wherever the pages lead within the node, and where they do not.
func visit(t *testing.T, c *course, b *browser) {
	for _, path := range []string{"/", "/work", "/cases", "/signals", "/entities", "/leads", "/review", "/help", "/new/1"} {
		b.get(path, 200)
	}
	seen := map[string]bool{}
	for _, where := range slices.Clone(b.urls) {
		if strings.HasPrefix(where, "/cases/") || strings.HasPrefix(where, "/signals/") || strings.HasPrefix(where, "/entities/") {
			if path, _, _ := strings.Cut(where, "#"); !seen[path] {
				seen[path] = true
				res, err := b.client.Get(b.origin + path)
				b.did(res, err, res.StatusCode)
			}
		}
	}
	if len(seen) < 3 {
		t.Errorf("the pages lead only to %v", seen)
	}
	// What somebody types into the address line.
	for _, path := range []string{"/cases/" + url.PathEscape(canary), "/nothing/" + url.PathEscape(canary), "/signals?before=" + url.QueryEscape(canary), "/entities/" + url.PathEscape(canary)} {
		res, err := b.client.Get(b.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
}

func mustLink(t *testing.T, b *browser, re *regexp.Regexp) string {
	t.Helper()
	i := slices.IndexFunc(b.urls, re.MatchString)
	if i < 0 {
		t.Fatalf("no page leads to %s: %q", re, b.urls)
	}
	return b.urls[i]
}

// TestErrorsNameNobody: whatever is refused or fails, with the canary in every
// field, says so without it; so does the log of the job that stumbled over it.
func TestErrorsNameNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		done := c.screen(t, canary, canaryPhone)
		c.drain(t)
		bad := c.intake(canary, canaryPhone)
		bad.Age, bad.Language, bad.Danger, bad.Needs = canary, canary, canary, []string{canary}
		stranger := c.doctor
		stranger.Name, stranger.Roles = canary, []string{canary}
		long := incoming(1)
		long.Ref, long.Kind, long.Observed, long.Grade = canary, canary, canary, evidence.Incoming{}.Grade+canary
		long.Mentions[0].Role, long.Mentions[0].Kind = canary, canary
		refused := map[string]error{}
		_, refused["intake"] = c.Protection.Screen(t.Context(), c.lena, bad)
		_, refused["stranger"] = c.Protection.See(t.Context(), stranger, done.Case.ID)
		_, refused["signal"] = c.Evidence.Record(t.Context(), c.lena, long)
		_, refused["search"] = c.Graph.Search(t.Context(), stranger, consent.Identification, canary, 10)
		_, refused["reading"] = evidence.ReadIncoming(strings.NewReader(`{"ref":"x","mentions":"` + canary + `"}`))
		_, refused["twice"] = twice(t, c)
		refused["draft on a dead database"] = dead(t, c)
		for what, err := range refused {
			if err == nil {
				t.Errorf("%s was not refused", what)
			} else if namesCanary(err.Error()) || namesCanary((&program{}).told(err).String()) {
				t.Errorf("%s: the error names the canary: %v", what, err)
			}
		}
		if namesCanary(c.log.String()) {
			t.Error("the log names the canary")
		}
	})
}

// twice sends the same reference with other content.
func twice(t *testing.T, c *course) (evidence.Recorded, error) {
	in := incoming(1)
	if _, err := c.Evidence.Record(t.Context(), c.lena, in); err != nil {
		t.Fatal(err)
	}
	in.Narrative = canary
	return c.Evidence.Record(t.Context(), c.lena, in)
}

// dead closes the database under an act that carries the canary.
func dead(t *testing.T, c *course) error {
	if err := c.Ground.DB.Close(); err != nil {
		t.Fatal(err)
	}
	return c.Protection.KeepDraft(t.Context(), c.lena, c.intake(canary, canaryPhone))
}
