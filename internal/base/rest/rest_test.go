package rest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"lodestar/catalog"
	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/base/web"
)

// canary is a name that may stand in no table.
const canary = "Canary Kanarejkina"

type thingIn struct {
	Match
	Body struct {
		Name string `json:"name"`
		Size int    `json:"size,omitempty"`
	}
}

type thingOut struct {
	Location string `header:"Location"`
	Body     struct {
		Number int `json:"number"`
	}
}

type readIn struct {
	Purposed
	Thing string `path:"thing"`
}

type readOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Name string `json:"name"`
	}
}

type listIn struct {
	Paged
	State string `query:"state" enum:"open,shut" default:"open"`
}

// shop is a desk of no profession: it makes things and lists numbers.
type shop struct {
	mu    sync.Mutex
	made  int
	fails error
	wait  chan struct{} // making waits for it, if there is one
}

func (s *shop) make(_ context.Context, in *thingIn) (*thingOut, error) {
	if _, err := in.Version(); err != nil {
		return nil, err
	}
	if s.wait != nil {
		s.wait <- struct{}{}
		<-s.wait
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return nil, s.fails
	}
	s.made++
	out := &thingOut{Location: "/made/" + fmt.Sprint(s.made)}
	out.Body.Number = s.made
	return out, nil
}

func (s *shop) read(_ context.Context, in *readIn) (*readOut, error) {
	out := &readOut{ETag: Tag(7)}
	out.Body.Name = in.Thing + " for " + in.Purpose
	return out, nil
}

func (s *shop) list(ctx context.Context, in *listIn) (*Page[int], error) {
	at := 0
	if err := in.From(ctx, "numbers "+in.State, &at); err != nil {
		return nil, err
	}
	var rows []int
	for n := at + 1; n <= 7 && len(rows) <= in.Limit; n++ {
		rows = append(rows, n)
	}
	return PageOf(ctx, in.Paged, "numbers "+in.State, rows, func(n int) int { return n }, func(n int) any { return n })
}

type fixture struct {
	*web.Server
	api   *API
	shop  *shop
	db    *sqldb.DB
	clock *clock.Hand
	log   bytes.Buffer
	token map[string]string
}

func start(t testing.TB, source string) *fixture {
	t.Helper()
	f := &fixture{shop: &shop{}, clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), token: map[string]string{}}
	f.db = dbtest.Open(t, source, signin.Migrations(), Migrations())
	book, err := i18n.Load(time.UTC, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	key := []byte("0123456789abcdef")
	door, err := signin.Open(signin.Config{DB: f.db, Clock: f.clock, Key: key, Origin: "http://localhost:1", Title: "t",
		Fail: func(w http.ResponseWriter, r *http.Request, err error) { f.Fail(w, r, err) }})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(&f.log, nil))
	f.Server = web.New(web.Config{Log: log, Book: book, Clock: f.clock, Around: []func(http.Handler) http.Handler{door.Sessions},
		Refusal: func(p web.Problem) templ.Component { return templ.NopComponent },
		Enter: func(r *http.Request, route web.Route) (context.Context, error) {
			if _, ok := signin.Signed(r.Context()); !ok && !route.Public {
				return nil, fault.New(fault.Unknown, "test", "fault.unknown")
			}
			return r.Context(), nil
		}})
	if f.api, err = New(Config{DB: f.db, Log: log, Clock: f.clock, Key: key, Title: "Test", Version: "1", Purposes: []string{"assistance", "oversight"},
		Say: func(id string) string { return id }, Add: f.Add}); err != nil {
		t.Fatal(err)
	}
	f.api.Add(
		Serves(Operation{ID: "make", Method: "POST", Path: "/things", Keyed: true, Status: 201, Body: 4096}, f.shop.make),
		Serves(Operation{ID: "read", Method: "GET", Path: "/things/{thing}"}, f.shop.read),
		Serves(Operation{ID: "list", Method: "GET", Path: "/numbers"}, f.shop.list),
	)
	for _, name := range []string{"anna", "boris"} {
		until := f.clock.Now().AddDate(100, 0, 0)
		if err := f.db.InTx(t.Context(), func(tx *sql.Tx) error {
			u := signin.User{ID: name, Name: name, Organisation: "org of " + name, Roles: []string{"maker"}, Language: "en", Active: true}
			if err := signin.AddUser(t.Context(), tx, u); err != nil {
				return err
			}
			var err error
			f.token[name], err = signin.MakeToken(t.Context(), tx, name, u.Roles, until)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (f *fixture) ask(who, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+f.token[who])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// post makes a thing; every header it needs is there unless it is given.
func (f *fixture) post(who, key, body string) *httptest.ResponseRecorder {
	return f.ask(who, "POST", "/api/v1/things", body, "Content-Type", "application/json", "If-Match", `"1"`, "Idempotency-Key", key)
}

func problem(t *testing.T, w *httptest.ResponseRecorder, status int) web.Problem {
	t.Helper()
	var p web.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != status || p.Status != status || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("got %d %s %q, want a problem with %d (%v)", w.Code, w.Header().Get("Content-Type"), w.Body, status, err)
	}
	return p
}

func fields(p web.Problem) (out []string) {
	for _, e := range p.Errors {
		out = append(out, e.Pointer+" "+e.MessageKey)
	}
	return out
}

const good = `{"name":"` + canary + `"}`

func TestInputIsRefused(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	problem(t, f.ask("", "POST", "/api/v1/things", good), 401)
	deep := strings.Repeat(`{"name":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for name, c := range map[string]struct {
		body, want string
		headers    []string
	}{
		"malformed":       {body: `{"name":`, want: ""},
		"truncated":       {body: `{"name":"x`, want: ""},
		"trailing":        {body: good + good, want: ""},
		"empty":           {body: "", want: ""},
		"not an object":   {body: `["` + canary + `"]`, want: " api.bad_field"},
		"unknown field":   {body: `{"name":"x","nme":1}`, want: "/nme api.unknown_field"},
		"missing field":   {body: `{}`, want: "/name api.missing_field"},
		"wrong type":      {body: `{"name":"x","size":"` + canary + `"}`, want: "/size api.bad_field"},
		"too large":       {body: `{"name":"` + strings.Repeat("x", 5000) + `"}`, want: ""},
		"deep":            {body: deep[:4000], want: ""},
		"no key":          {body: good, want: "/header/Idempotency-Key api.bad_header", headers: []string{"Idempotency-Key", ""}},
		"key with spaces": {body: good, want: "/header/Idempotency-Key api.bad_header", headers: []string{"Idempotency-Key", "a b"}},
		"long key":        {body: good, want: "/header/Idempotency-Key api.bad_header", headers: []string{"Idempotency-Key", strings.Repeat("k", 201)}},
		"not JSON":        {body: good, want: "", headers: []string{"Content-Type", "text/plain"}},
	} {
		headers := append([]string{"Content-Type", "application/json", "If-Match", `"1"`, "Idempotency-Key", "k"}, c.headers...)
		w := f.ask("anna", "POST", "/api/v1/things", c.body, headers...)
		p := problem(t, w, 422)
		if got := strings.Join(fields(p), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if strings.Contains(w.Body.String(), canary) {
			t.Errorf("%s: the refusal repeats what was sent", name)
		}
	}
	for _, match := range []string{"", "*", `W/"1"`, "1", `"01"`, `"x"`, `"-1"`, `"1", "2"`} {
		w := f.ask("anna", "POST", "/api/v1/things", good, "Content-Type", "application/json", "Idempotency-Key", "m", "If-Match", match)
		problem(t, w, 412)
	}
	if f.shop.made != 0 {
		t.Errorf("made %d", f.shop.made)
	}
	if w := f.post("anna", "k", good); w.Code != 201 {
		t.Errorf("a refusal did not free its key: %d %s", w.Code, w.Body)
	}
	if strings.Contains(f.log.String(), canary) {
		t.Error("the log repeats what was sent")
	}
}

func TestReadingNeedsAPurpose(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	for _, purpose := range []string{"", "curiosity", "Assistance"} {
		p := problem(t, f.ask("anna", "GET", "/api/v1/things/x", "", PurposeHeader, purpose), 422)
		if len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Detail, PurposeHeader) {
			t.Errorf("%q: %v does not name the header", purpose, p.Errors)
		}
	}
	w := f.ask("anna", "GET", "/api/v1/things/x", "", PurposeHeader, "oversight", "Accept", "a;")
	if w.Code != 200 || w.Header().Get("ETag") != `"7"` || strings.TrimSpace(w.Body.String()) != `{"name":"x for oversight"}` {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestPages(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	for _, q := range []string{"limit=0", "limit=201", "limit=x", "limit=-1", "nonsense=1", "state=other", "cursor=x", "cursor=" + strings.Repeat("A", 80)} {
		problem(t, f.ask("anna", "GET", "/api/v1/numbers?"+q, ""), 422)
	}
	var seen []int
	target := "/api/v1/numbers?limit=3&state=open"
	for range 3 {
		w := f.ask("anna", "GET", target, "")
		var page Items[int]
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		seen = append(seen, page.Items...)
		link := w.Header().Get("Link")
		if link == "" {
			break
		}
		next, ok := strings.CutSuffix(link, `>; rel="next"`)
		if !ok {
			t.Fatalf("Link: %s", link)
		}
		target = next[1:]
		problem(t, f.ask("boris", "GET", target, ""), 422)
		problem(t, f.ask("anna", "GET", strings.Replace(target, "state=open", "state=shut", 1), ""), 422)
	}
	if !slices.Equal(seen, []int{1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("seen %v", seen)
	}
}

func TestTheContractIsPublic(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	w := f.ask("", "GET", Contract, "")
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ Parameters []struct{ Name string } }
		Components struct {
			Schemas map[string]struct{ AdditionalProperties any }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != 200 || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%d %v %s", w.Code, err, doc.OpenAPI)
	}
	var names []string
	for _, p := range doc.Paths["/api/v1/things"]["post"].Parameters {
		names = append(names, p.Name)
	}
	if !slices.Equal(names, []string{"If-Match", "Idempotency-Key"}) {
		t.Errorf("parameters %v", names)
	}
	if in, ok := doc.Components.Schemas["ThingInBody"]; !ok || in.AdditionalProperties != false {
		t.Errorf("an input is open: %v", in)
	}
	if out, ok := doc.Components.Schemas["ThingOutBody"]; !ok || out.AdditionalProperties != nil {
		t.Errorf("an answer is closed: %v", out)
	}
	_, theirs := doc.Components.Schemas["ErrorModel"]
	if _, ours := doc.Components.Schemas["Problem"]; theirs || !ours {
		t.Error("the contract describes refusals that are not ours")
	}
}

// FuzzCursor: whatever is sent as a cursor is refused or is one of ours.
func FuzzCursor(f *testing.F) {
	x := start(f, dbtest.SQLite(f))
	link := x.ask("anna", "GET", "/api/v1/numbers?limit=3", "").Header().Get("Link")
	_, ours, _ := strings.Cut(strings.TrimSuffix(link, `&limit=3>; rel="next"`), "cursor=")
	for _, seed := range []string{"", "A", "====", ours, ours + "A", ours[1:], strings.ToUpper(ours), strings.Repeat("A", 2000), "\x00\xff"} {
		f.Add(seed)
	}
	user := signin.User{ID: "anna", Organisation: "org of anna"}
	ctx := context.WithValue(f.Context(), visitKey{}, &visit{api: x.api, user: user})
	f.Fuzz(func(t *testing.T, cursor string) {
		at := -1
		err := Paged{Limit: 3, Cursor: cursor}.From(ctx, "numbers open", &at)
		switch {
		case err != nil && (!fault.Is(err, fault.Invalid) || at != -1):
			t.Errorf("%v, at %d", err, at)
		case err == nil && cursor != "" && at != 3: // each process of the fuzzer sealed its own
			t.Errorf("%q was accepted and says %d", cursor, at)
		}
	})
}

// FuzzBody: whatever is sent is done or refused as the sender's fault.
func FuzzBody(f *testing.F) {
	x := start(f, dbtest.SQLite(f))
	for _, seed := range []string{"", "{}", good, `{"name":1}`, "[[[[", `{"a":{"b":[1,{"c":null}]}}`, "\xff\xfe", `{"name":"\ud800"}`, `{"na.me[0]/~":1}`, `{"name":null,"size":1e999}`} {
		f.Add(seed, `"1"`)
	}
	f.Add(good, `"01"`)
	f.Fuzz(func(t *testing.T, body, match string) {
		w := x.ask("boris", "POST", "/api/v1/things", body, "Content-Type", "application/json", "Idempotency-Key", "fuzz", "If-Match", match)
		x.clock.Move(keyKept)
		if w.Code != 201 && w.Code != 412 && w.Code != 422 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
