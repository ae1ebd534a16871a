package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"lodestar/catalog"
	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
)

// plain draws a Problem as text, with everything of it that a page may show.
func plain(p Problem) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<html><body>"+p.Title+"|"+p.Detail+"|"+p.Help+"|"+p.Reference+"|"+templ.GetNonce(ctx)+"</body></html>")
		return err
	})
}

func words(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

type node struct {
	*Server
	log bytes.Buffer
}

func start(t testing.TB, change func(*Config), routes ...Route) *node {
	t.Helper()
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{}
	cfg := Config{
		Log: slog.New(slog.NewJSONHandler(&n.log, nil)), Book: book, Clock: clock.At(time.Unix(0, 0)), Refusal: plain,
	}
	if change != nil {
		change(&cfg)
	}
	n.Server = New(cfg)
	n.Add(routes...)
	return n
}

func (n *node) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	return w
}

func refusing(path string, err error) Route {
	return Route{Method: "GET", Path: path, Public: true, Handle: func(http.ResponseWriter, *http.Request) error { return err }}
}

func TestFaultsBecomeStatuses(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 422, fault.Unknown: 401, fault.Denied: 403, fault.Withheld: 404,
		fault.NotFound: 404, fault.Conflict: 409, fault.Stale: 412, fault.Parked: 202, fault.Busy: 503,
	} {
		err := fault.New(kind, "test.Do", "fault.too_large")
		n := start(t, nil, refusing("/page", err), refusing("/api/v1/thing", err))
		page, api := n.ask("GET", "/page", ""), n.ask("GET", "/api/v1/thing", "")
		if page.Code != want || api.Code != want {
			t.Errorf("%v: page %d, api %d, want %d", kind, page.Code, api.Code, want)
		}
		if got := page.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("%v: a page of type %q", kind, got)
		}
		if got := api.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%v: an answer of type %q", kind, got)
		}
		if got := page.Header().Get("Retry-After"); (got != "") != (kind == fault.Busy) {
			t.Errorf("%v: Retry-After %q", kind, got)
		}
	}
}

// What is withheld must not be told apart from what is not there: not by a
// byte, not by the length, not by a header.
func TestWithheldLooksLikeNotFound(t *testing.T) {
	id := regexp.MustCompile(`[0-9a-f]{16}|[A-Z2-7]{26}`)
	var page, api []string
	for _, err := range []error{
		fault.New(fault.Withheld, "case.Look", "fault.cross_site", "who", "x").At("/name", "fault.too_large"),
		fault.New(fault.NotFound, "case.Look", "fault.unreadable").Because(errors.New("no such row")),
	} {
		n := start(t, nil, refusing("/c/{id}", err), refusing("/api/c/{id}", err))
		for target, seen := range map[string]*[]string{"/c/7": &page, "/api/c/7": &api} {
			w := n.ask("GET", target, "", "Accept-Encoding", "gzip")
			var head bytes.Buffer
			w.Header().Write(&head)
			*seen = append(*seen, id.ReplaceAllString(head.String()+w.Body.String(), "*"))
		}
	}
	n := start(t, nil)
	w := n.ask("GET", "/c/7", "", "Accept-Encoding", "gzip")
	var head bytes.Buffer
	w.Header().Write(&head)
	page = append(page, id.ReplaceAllString(head.String()+w.Body.String(), "*")) // no route at all
	for i := 1; i < len(page); i++ {
		if diff := cmp.Diff(page[0], page[i]); diff != "" {
			t.Errorf("pages differ:\n%s", diff)
		}
	}
	if diff := cmp.Diff(api[0], api[1]); diff != "" {
		t.Errorf("answers differ:\n%s", diff)
	}
}

func TestProblemTellsFieldsAndNoCause(t *testing.T) {
	err := fault.New(fault.Invalid, "protection.Refer", "fault.unreadable").
		Because(errors.New("row of Maria Canary")).At("/alias", "progress.of", "done", 3, "total", 1000)
	n := start(t, nil, refusing("/api/x", err))
	w := n.ask("GET", "/api/x", "", "Accept-Language", "de")
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	id := w.Header().Get("X-Request-Id")
	want := Problem{
		Type: "/problems/invalid", Title: "Das konnte so nicht angenommen werden", Status: 422,
		Detail: "Das Gesendete war nicht lesbar.", Instance: "/problems/invalid#" + id, Code: "invalid",
		Errors: []FieldProblem{{Pointer: "/alias", Code: "of", MessageKey: "progress.of", Detail: "3 von 1.000"}},
		Help:   "Gehen Sie zurück, berichtigen Sie das Markierte und senden Sie es erneut. Ihre Eingaben bleiben erhalten.",
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(w.Body.String(), "Canary") {
		t.Error("the private cause left the process")
	}
	if got := n.ask("GET", p.Type, ""); got.Code != 200 {
		t.Errorf("the type leads to %d", got.Code)
	}
	for _, code := range []string{"withheld", "nonsense"} {
		if got := n.ask("GET", "/problems/"+code, ""); got.Code != 404 {
			t.Errorf("/problems/%s answers %d", code, got.Code)
		}
	}
}

func TestHeadersOfEveryResponse(t *testing.T) {
	n := start(t, nil, Route{Method: "GET", Path: "/", Handle: func(w http.ResponseWriter, r *http.Request) error {
		return Send(w, r, 200, words(templ.GetNonce(r.Context())))
	}})
	first, second := n.ask("GET", "/", ""), n.ask("GET", "/nowhere", "")
	nonce := first.Body.String()
	want := "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; require-trusted-types-for 'script'; trusted-types htmx; " +
		"style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if got := first.Header().Get("Content-Security-Policy"); got != want || len(nonce) < 22 {
		t.Errorf("policy %q", got)
	}
	if first.Header().Get("Content-Security-Policy") == second.Header().Get("Content-Security-Policy") {
		t.Error("two responses share a nonce")
	}
	for _, w := range []*httptest.ResponseRecorder{first, second} {
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(w.Header().Get("X-Request-Id")) {
			t.Errorf("request id %q", w.Header().Get("X-Request-Id"))
		}
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	called := 0
	n := start(t, nil, Route{Method: "POST", Path: "/act", Handle: func(w http.ResponseWriter, r *http.Request) error {
		called++
		return SeeOther(w, r, "/done")
	}})
	if w := n.ask("POST", "/act", "", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("cross-site: %d", w.Code)
	}
	if w := n.ask("POST", "/act", "", "Origin", "https://elsewhere.example"); w.Code != 403 {
		t.Errorf("foreign origin: %d", w.Code)
	}
	if called != 0 {
		t.Fatal("the handler ran")
	}
	if w := n.ask("POST", "/act", "", "Sec-Fetch-Site", "same-origin"); w.Code != 303 || w.Header().Get("Location") != "/done" {
		t.Errorf("our own form: %d %q", w.Code, w.Header().Get("Location"))
	}
	if w := n.ask("POST", "/act", "", "Sec-Fetch-Site", "same-origin", "HX-Request", "true"); w.Code != 204 || w.Header().Get("HX-Redirect") != "/done" {
		t.Errorf("our own form by htmx: %d %q", w.Code, w.Header().Get("HX-Redirect"))
	}
}

func TestTooLargeIsRefused(t *testing.T) {
	n := start(t, func(c *Config) { c.MaxBody = 64 },
		Route{Method: "POST", Path: "/form", Handle: func(w http.ResponseWriter, r *http.Request) error {
			_, err := ReadForm(r)
			return err
		}},
		Route{Method: "POST", Path: "/raw", Handle: func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			return err
		}},
		Route{Method: "POST", Path: "/import", Body: 1000, Handle: func(w http.ResponseWriter, r *http.Request) error {
			_, err := io.ReadAll(r.Body)
			return err
		}})
	if w := n.ask("POST", "/import", strings.Repeat("x", 1000)); w.Code != 200 {
		t.Errorf("a route for larger bodies: %d", w.Code)
	}
	if w := n.ask("POST", "/import", strings.Repeat("x", 1001)); w.Code != 422 {
		t.Errorf("more than that: %d", w.Code)
	}
	for _, path := range []string{"/form", "/raw"} {
		w := n.ask("POST", path, "a="+strings.Repeat("x", 100), "Content-Type", "application/x-www-form-urlencoded")
		if w.Code != 422 || !strings.Contains(w.Body.String(), "too large") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestPanicIsAnInternalFault(t *testing.T) {
	n := start(t, nil, Route{Method: "GET", Path: "/p/{name}", Handle: func(http.ResponseWriter, *http.Request) error {
		panic("Maria Canary")
	}})
	w := n.ask("GET", "/p/Maria-Canary?name=Canary", "")
	if w.Code != 500 || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(n.log.String(), `"stack"`) {
		t.Error("the stack is not logged")
	}
}

// No log line may hold what a person entered or asked for.
func TestLogHoldsNoPersonalData(t *testing.T) {
	n := start(t, nil,
		Route{Method: "GET", Path: "/p/{name}", Handle: func(w http.ResponseWriter, r *http.Request) error {
			if r.PathValue("name") == "Canary" {
				panic(r.PathValue("name"))
			}
			return fault.New(fault.Denied, "case.Look", "fault.internal", "name", r.PathValue("name"))
		}})
	n.ask("GET", "/p/Canary?q=Canary", "", "User-Agent", "Canary", "Referer", "https://Canary/")
	n.ask("GET", "/p/Canary2", "")
	n.ask("GET", "/Canary", "")
	n.ask("CANARY", "/p/x", "")
	log := n.log.String()
	if strings.Contains(strings.ToLower(log), "canary") {
		t.Errorf("the log holds the canary: %s", log)
	}
	for _, want := range []string{`"route":"/p/{name}"`, `"kind":"denied"`, `"op":"case.Look"`, `"status":403`, `"route":"none"`, `"method":"other"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

func TestEnterDecides(t *testing.T) {
	type actor struct{}
	n := start(t, func(c *Config) {
		c.Enter = func(r *http.Request, route Route) (context.Context, error) {
			if route.Public {
				return r.Context(), nil
			}
			if r.Header.Get("Authorization") == "" {
				return nil, fault.New(fault.Unknown, "test.Enter", "fault.internal")
			}
			return context.WithValue(r.Context(), actor{}, "officer"), nil
		}
	},
		Route{Method: "GET", Path: "/in", Verb: "case.look", Handle: func(w http.ResponseWriter, r *http.Request) error {
			return Send(w, r, 200, words(r.Context().Value(actor{}).(string)))
		}},
		Route{Method: "GET", Path: "/out", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error { return Send(w, r, 200, words("x")) }})
	if w := n.ask("GET", "/in", ""); w.Code != 401 {
		t.Errorf("a stranger: %d", w.Code)
	}
	if w := n.ask("GET", "/in", "", "Authorization", "x"); w.Body.String() != "officer" {
		t.Errorf("an officer: %q", w.Body)
	}
	if w := n.ask("GET", "/out", ""); w.Code != 200 {
		t.Errorf("a public page: %d", w.Code)
	}
}

func TestRefusalDoesNotLandInsideAForm(t *testing.T) {
	n := start(t, nil, refusing("/x", fault.New(fault.Denied, "a.B", "fault.internal")))
	w := n.ask("GET", "/x", "", "HX-Request", "true")
	if w.Header().Get("HX-Retarget") != "body" {
		t.Error("htmx would put the page into the form")
	}
}

func TestAroundIsOutsideIn(t *testing.T) {
	var order []string
	mark := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	n := start(t, func(c *Config) { c.Around = []func(http.Handler) http.Handler{mark("a"), mark("b")} })
	n.ask("GET", "/", "")
	if got := strings.Join(order, ""); got != "ab" {
		t.Errorf("order %s", got)
	}
}

func TestCompression(t *testing.T) {
	text := strings.Repeat("abcdefgh", 1000)
	n := start(t, nil, Route{Method: "GET", Path: "/", Handle: func(w http.ResponseWriter, r *http.Request) error {
		return Send(w, r, 200, words(text))
	}})
	for header, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "": false, "gzip;q=x": false, "xgzip": false} {
		w := n.ask("GET", "/", "", "Accept-Encoding", header)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%q: packed %v", header, got)
			continue
		}
		body := io.Reader(w.Body)
		if packed {
			z, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		if data, err := io.ReadAll(body); err != nil || string(data) != text {
			t.Errorf("%q: %d bytes, %v", header, len(data), err)
		}
	}
}

func TestLanguage(t *testing.T) {
	n := start(t, nil, Route{Method: "GET", Path: "/", Handle: func(w http.ResponseWriter, r *http.Request) error {
		return Send(w, r, 200, words(i18n.From(r.Context()).Lang))
	}})
	for _, c := range []struct{ target, cookie, header, want string }{
		{"/", "", "", "en"},
		{"/", "", "fr-BE", "fr"},
		{"/", "lang=it", "fr", "it"},
		{"/?lang=ru", "lang=it", "fr", "ru"},
		{"/?lang=%00;;", "lang=../../x", "es", "es"},
	} {
		w := n.ask("GET", c.target, "", "Cookie", c.cookie, "Accept-Language", c.header)
		if w.Body.String() != c.want {
			t.Errorf("%+v: %s", c, w.Body)
		}
	}
}

func TestLocal(t *testing.T) {
	for path, want := range map[string]string{
		"/a?b=c": "/a?b=c", "": "/", "//evil.example": "/", "/.//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/",
		"/\t/evil.example": "/", "javascript:alert(1)": "/", "a": "/", "/a\r\nX: y": "/",
	} {
		if got := Local(path); got != want {
			t.Errorf("Local(%q) = %q", path, got)
		}
	}
}
