package page

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/web"
)

// office is a node with one page and one form.
func office(t *testing.T) http.Handler {
	t.Helper()
	book, err := i18n.Load(nil, catalog.Messages, catalog.Packs)
	if err != nil {
		t.Fatal(err)
	}
	site := &Site{Name: "Vilnius", Book: book, Account: "/account", SignOut: "/sign-out", ExitTo: func(lang string) string { return "https://weather.example/" + lang }}
	s := web.New(web.Config{
		Log: slog.New(slog.DiscardHandler), Book: book, Clock: clock.At(time.Unix(0, 0)), Refusal: Refusal,
		Around: []func(http.Handler) http.Handler{site.Around},
	})
	view := View{Title: "Post"}
	s.Add(site.Routes()...)
	s.Add(
		web.Route{Method: "GET", Path: "/post", Handle: func(w http.ResponseWriter, r *http.Request) error {
			r = r.WithContext(SignedIn(r.Context(), Person{Name: "P. Clerk", Office: func() string { return "North office" }}, []Link{{Href: "/post", Text: "Post"}, {Href: "/po", Text: "Po"}}, Search{}))
			return Show(w, r, view, postForm())
		}},
		web.Route{Method: "POST", Path: "/post", Handle: func(w http.ResponseWriter, r *http.Request) error {
			form, err := web.ReadForm(r)
			if err != nil {
				return err
			}
			err = refuse(form.Text("how"))
			return Again(w, r, view, form, err, postForm(), postForm())
		}})
	return s
}

func refuse(how string) error {
	switch how {
	case "denied":
		return fault.New(fault.Denied, "post.Send", "fault.cross_site")
	case "whole":
		return fault.New(fault.Invalid, "post.Send", "fault.unreadable")
	}
	return fault.New(fault.Invalid, "post.Send", "fault.unreadable").At("/to/0/name", "fault.too_large").At("/when", "fault.unreadable")
}

func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// mustHold checks that a text has some parts and has not others, marked by "!".
func mustHold(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if rest, not := strings.CutPrefix(part, "!"); strings.Contains(text, rest) == not {
			t.Errorf("%s: %q in\n%s", what, part, text)
		}
	}
}

func TestRefusedFormComesBackWhole(t *testing.T) {
	w := ask(office(t), "POST", "/post", `to-0-name=%22%3Cb%3E+Zo%C3%AB&why=b&when-day=40&when-month=2&note=line`)
	if w.Code != 422 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
	mustHold(t, "page", w.Body.String(),
		"<!doctype html>", "<title>Error: Post – Vilnius</title>",
		`<div class="summary" role="alert" tabindex="-1" autofocus`, `<a href="#to-0-name">What was sent is too large.</a>`, `<a href="#when">`,
		`aria-describedby="to-0-name-error to-0-name-hint"`, `aria-invalid="true"`, `value="&#34;&lt;b&gt; Zoë"`, "!<b>",
		`value="b" checked`, `name="when-day" value="40"`, `>line</textarea>`,
	)
}

func TestRefusedFormForHtmxIsItsParts(t *testing.T) {
	w := ask(office(t), "POST", "/post", "", "HX-Request", "true")
	nonce := regexp.MustCompile(`nonce-([A-Z2-7]+)`).FindStringSubmatch(w.Header().Get("Content-Security-Policy"))[1]
	if w.Code != 422 {
		t.Fatal(w.Code)
	}
	mustHold(t, "parts", w.Body.String(),
		"!<html", "<title>Error: Post – Vilnius</title>", `<form class="form"`,
		`<hx-partial hx-nonce="`+nonce+`" hx-target="#errors">`, `hx-nonce="`+nonce+`" hx-post="/post"`)
}

func TestOtherRefusals(t *testing.T) {
	h := office(t)
	if w := ask(h, "POST", "/post", "how=denied"); w.Code != 403 || strings.Contains(w.Body.String(), `class="summary"`) {
		t.Errorf("denied: %d", w.Code)
	}
	w := ask(h, "POST", "/post", "how=whole")
	mustHold(t, "a fault of the whole form", w.Body.String(), "<li>What was sent could not be read.</li>", "!class=\"fault\"")
}

func TestFrame(t *testing.T) {
	w := ask(office(t), "GET", "/post?x=1", "", "Cookie", "theme=dark", "Accept-Language", "ar")
	mustHold(t, "page", w.Body.String(),
		`<html lang="ar" dir="rtl" data-theme="dark">`, `name="back" value="/post?x=1"`, `<a href="/post" aria-current="page">Post</a>`,
		`<a href="/po">Po</a>`, "P. Clerk", "!quick-exit", `<form class="partial"`, "(مترجمة جزئيًا)", `id="__________cytoscape_stylesheet"`,
		`<meta name="htmx-config" content="{&#34;includeIndicatorCSS&#34;:false,&#34;extensions&#34;:&#34;hx-csp&#34;}">`)
	w = ask(office(t), "GET", "/exit/about", "", "Cookie", "theme=%3Cscript%3E")
	mustHold(t, "public page", w.Body.String(),
		`data-theme="auto"`, "<title>Leaving this site quickly</title>", `<quick-exit><a class="exit" href="/exit"`, "!app-", "!htmx-config")
}

// Where somebody looks for the way out stands their own name, and every way out is
// a form or a link: none needs script.
func TestMenuIsCalledByWhoIsAtWork(t *testing.T) {
	w := ask(office(t), "GET", "/post", "", "Accept-Language", "en")
	menu := regexp.MustCompile(`(?s)<details class="menu">(.*?)</summary>(.*?)</details>`).FindStringSubmatch(w.Body.String())
	if menu == nil {
		t.Fatalf("no menu:\n%s", w.Body.String())
	}
	mustHold(t, "what it is called", menu[1], "Signed in as", `<bdi class="label">P. Clerk</bdi>`, "account, language and sign out", "!English")
	mustHold(t, "what is in it", menu[2], "North office", `<a class="entry" href="/account">`, `value="ru"`, "(in part)", `<form method="post" action="/sign-out">`)
	mustHold(t, "a whole language", w.Body.String(), `!class="partial"`)
	w = ask(office(t), "GET", "/nothing", "", "Accept-Language", "de")
	mustHold(t, "before they sign in", w.Body.String(), `<summary><span class="label">Deutsch</span>`, "!/sign-out", "!/account")
}

func TestPreferences(t *testing.T) {
	h := office(t)
	for _, c := range []struct{ body, cookie, to string }{
		{"lang=ru&back=/cases", "lang=ru", "/cases"},
		{"theme=dark&back=//evil.example", "theme=dark", "/"},
		{"lang=xx", "lang=en", "/"},
	} {
		w := ask(h, "POST", "/preferences", c.body)
		set := w.Header().Get("Set-Cookie")
		if w.Code != 303 || w.Header().Get("Location") != c.to {
			t.Errorf("%s: %d to %q", c.body, w.Code, w.Header().Get("Location"))
		}
		mustHold(t, c.body, set, c.cookie+";", "HttpOnly", "SameSite=Strict", "Path=/")
	}
	if w := ask(h, "POST", "/preferences", "theme=neon"); w.Code != 422 || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("an invented theme: %d", w.Code)
	}
}

func TestExitClearsAndLeaves(t *testing.T) {
	w := ask(office(t), "GET", "/exit", "", "Accept-Language", "es")
	if w.Code != 303 || w.Header().Get("Location") != "https://weather.example/es" || w.Header().Get("Clear-Site-Data") != `"cookies", "storage"` {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestAssetsNeverChange(t *testing.T) {
	h := office(t)
	for _, file := range []string{"app.js", "public.js", "chart.js", "page.css", "icon.svg"} {
		w := ask(h, "GET", Asset(file), "", "Accept-Encoding", "gzip")
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", file, w.Code, w.Header())
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := io.ReadAll(z)
		if plain := ask(h, "GET", Asset(file), "").Body.Bytes(); err != nil || !bytes.Equal(packed, plain) || len(plain) == 0 {
			t.Errorf("%s differs packed: %v", file, err)
		}
	}
	if w := ask(h, "GET", "/assets/app.js", ""); w.Code != 404 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an unhashed name: %d %v", w.Code, w.Header())
	}
}

func TestBudgets(t *testing.T) {
	for file, limit := range map[string]int{"page.css": 12 << 10, "app.js": 20 << 10, "public.js": 2 << 10} {
		data, err := dist.ReadFile("dist/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(pack(data)); n > limit {
			t.Errorf("%s has %d bytes compressed, allowed are %d", file, n, limit)
		}
	}
}

func TestMarksOfAState(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(context.Background(), book.Match("en"))
	late := Clock(ctx, -1)
	for want, got := range map[string]Tag{
		"1 day late": late, "Due today": Clock(ctx, 0), "2 days left": Clock(ctx, 2),
		"Cannot start yet": Task{State: Done}.status(ctx), "Done": Task{Href: "/", State: Done}.status(ctx),
		"Not started": Task{Href: "/"}.status(ctx), "In progress": Task{Href: "/", State: InProgress}.status(ctx),
	} {
		if got.Text != want {
			t.Errorf("%q, want %q", got.Text, want)
		}
	}
	if got := (Task{Href: "/", Due: &late}).status(ctx); got != late || got.Tone != Warn {
		t.Errorf("a late task says %+v", got)
	}
}

// htmx attributes, styles and scripts come from this package alone, and from the
// six attributes that may be used.
func TestFence(t *testing.T) {
	// hx-csp is the extension's name, hx-partial an element.
	allowed := regexp.MustCompile(`^hx-(get|post|target|swap|trigger|push-url|nonce|partial|csp)$`)
	attribute := regexp.MustCompile(`\bhx-[a-z:-]+`)
	forbidden := regexp.MustCompile(`\sstyle=|\son[a-z]+=|<style|javascript:|\bjs:|templ\.Raw|@templ\.JS|css [a-zA-Z]+\(|https?://`)
	seen := 0
	err := filepath.WalkDir("../../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".templ" {
			return err
		}
		seen++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range attribute.FindAllString(string(source), -1) {
			if !allowed.MatchString(found) {
				t.Errorf("%s uses %s", path, found)
			}
			if filepath.Base(filepath.Dir(path)) != "page" {
				t.Errorf("%s writes %s; only the base components may", path, found)
			}
		}
		for _, found := range forbidden.FindAllString(string(source), -1) {
			t.Errorf("%s has %q", path, found)
		}
		return nil
	})
	if err != nil || seen < 5 {
		t.Errorf("saw %d templates: %v", seen, err)
	}
	for _, name := range regexp.MustCompile(`hx\(ctx, ([^)]*)\)`).FindAllStringSubmatch(templates(t), -1) {
		for i, arg := range strings.Split(name[1], ", ") {
			if word := strings.Trim(arg, `"`); i%2 == 0 && !allowed.MatchString("hx-"+word) {
				t.Errorf("hx makes hx-%s", word)
			}
		}
	}
}

// templates is the source of this package's templates.
func templates(t *testing.T) string {
	t.Helper()
	names, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// Who cannot read a script is told how the name is written in Latin letters; who
// can is not told twice.
func TestSaid(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Виктор Остапенко", "Viktor Ostapenko"},
		{"en", "გიორგი ბერიძე", "giorgi beridze"},
		{"ru", "Виктор Остапенко", ""},
		{"ru", "გიორგი", "giorgi"},
		{"de", "Jürgen Müller-Ößling", ""},
		{"en", "<b>Анна</b>", "&lt;b&gt;Anna&lt;/b&gt;"},
		{"en", "", ""},
	} {
		var b strings.Builder
		if err := Said(c.text).Render(i18n.With(t.Context(), book.Match(c.lang)), &b); err != nil {
			t.Fatal(err)
		}
		html := b.String()
		if c.want == "" && strings.Contains(html, "und-Latn") || c.want != "" && !strings.Contains(html, "("+c.want+")") {
			t.Errorf("%s in %s: %s, want %q beside it", c.text, c.lang, html, c.want)
		}
	}
}
