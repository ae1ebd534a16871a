package browser

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"lodestar/catalog"
	"lodestar/internal/base/clock"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/page/gallery"
	"lodestar/internal/base/web"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

// serve is a node that has nothing but the gallery.
func serve(t *testing.T, more ...web.Route) string {
	t.Helper()
	book, err := i18n.Load(nil, catalog.Messages, catalog.Packs)
	if err != nil {
		t.Fatal(err)
	}
	var server *httptest.Server
	site := &page.Site{
		Name: "Vilnius", Demo: true, Home: "/_gallery", SignIn: "/sign-in", SignOut: "/sign-out", Help: "/_gallery", Book: book,
		ExitTo: func(string) string { return server.URL + "/elsewhere" },
	}
	s := web.New(web.Config{
		Log: slog.New(slog.DiscardHandler), Book: book, Clock: clock.System(), Refusal: page.Refusal,
		Around: []func(http.Handler) http.Handler{site.Around},
	})
	s.Add(site.Routes()...)
	s.Add(gallery.Routes()...)
	s.Add(more...)
	server = httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL
}

func TestGalleryInEveryState(t *testing.T) {
	Matrix(t, serve(t), []Case{
		{Name: "gallery", Path: "/_gallery", Submit: "form.form .button"},
		{Name: "question", Path: "/_gallery/public", Public: true, Submit: "form.form .button"},
		{Name: "exit", Path: "/exit/about", Public: true},
		{Name: "problem", Path: "/problems/not_found"},
	})
}

// Three faults are planted in a page; all three must be reported.
func TestPlantedFaultsAreReported(t *testing.T) {
	planted := web.Route{Method: "GET", Path: "/planted", Public: true, Handle: func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, err := fmt.Fprint(w, `<!doctype html><html lang="en" dir="ltr"><head><title>t</title></head><body><main><h1>t</h1>
			<form><input name="nameless"></form><p style="color:red">red</p><svg width="3000" height="10"></svg></main></body></html>`)
		return err
	}}
	tab := NewTab(t, serve(t, planted))
	state := States()[0]
	faults := tab.meet(Case{Path: "/planted"}, state)
	for _, want := range []string{"axe: label", "report: Applying inline style", "scrolls sideways"} {
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, want) }) {
			t.Errorf("%q was not reported in %q", want, faults)
		}
	}
}

// Injected markup gains nothing: htmx attributes without the nonce are stripped,
// and no other code may write markup at all.
func TestInjectedMarkupIsHarmless(t *testing.T) {
	tab := NewTab(t, serve(t))
	tab.Become(States()[0], nil)
	tab.Open("/_gallery")
	tab.Eval(`(() => { const p = document.createElement('p'); p.id = 'injected'; p.setAttribute('hx-post', '/preferences');
		document.querySelector('main').append(p); htmx.process(p); })()`)
	if Value[bool](tab, `document.getElementById('injected').hasAttribute('hx-post')`) {
		t.Error("an injected hx-post keeps its attribute")
	}
	if !Value[bool](tab, `document.querySelector('form.form').hasAttribute('hx-post')`) {
		t.Error("our own form has lost its hx-post")
	}
	if Value[bool](tab, `(() => { try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); return true; } catch { return false; } })()`) {
		t.Error("markup was written from a string")
	}
}

func TestChartWithoutDragging(t *testing.T) {
	tab := NewTab(t, serve(t))
	tab.Become(States()[0], nil)
	tab.Open("/_gallery")
	const cy = `document.querySelector('link-chart').chart.cy`
	set := func(field, value string) {
		tab.Eval(`(() => { const e = document.querySelector('[` + field + `]'); e.value = '` + value + `'; e.dispatchEvent(new Event('change', {bubbles: true})); })()`)
	}
	tab.Wait("ten points", cy+`.nodes(':visible').length === 10 && document.querySelector('[data-say]').textContent.includes('10')`)
	set("data-pick", "a")
	tab.Click(`[data-more=account]`)
	tab.Wait("three accounts more", cy+`.nodes().length === 13`)
	tab.Click(`[data-do=undo]`)
	tab.Wait("the accounts gone", cy+`.nodes().length === 10`)
	set("data-pick", "rowan")
	tab.Click(`[data-do=start]`)
	set("data-pick", "g")
	tab.Click(`[data-do=path]`)
	tab.Wait("a path of three links", cy+`.edges('.path').length === 3`)
	tab.Click(`[data-kind=person]`)
	tab.Wait("no people", cy+`.nodes(':visible').length === 7`)
	tab.Click(`[data-kind=person]`)
	tab.Wait("the people back", cy+`.nodes(':visible').length === 10`)
	set("data-since", "2026-05-01")
	tab.Wait("the five links since May", cy+`.edges(':visible').length === 5`)
	if got := Value[string](tab, `document.querySelector('.twin table').rows.length + ' ' + document.querySelector('.twin').open`); got != "11 false" {
		t.Errorf("the table twin: %s", got)
	}
}

// The colours of the chart are read again when the display changes.
func TestChartFollowsTheDisplay(t *testing.T) {
	tab := NewTab(t, serve(t))
	light, dark := States()[0], States()[0]
	dark.Scheme = "dark"
	tab.Become(light, nil)
	tab.Open("/_gallery")
	colour := `document.querySelector('link-chart').chart.cy.getElementById('rowan').style('background-color')`
	if got := Value[string](tab, colour); got != "rgb(143,45,86)" {
		t.Errorf("light: %s", got)
	}
	tab.Become(dark, nil)
	tab.Wait("dark colours", colour+` === 'rgb(224,143,176)'`)
}

func TestQueueByKeyboard(t *testing.T) {
	tab := NewTab(t, serve(t))
	tab.Become(States()[0], nil)
	tab.Open("/_gallery")
	at := `[...document.querySelectorAll('[data-item]')].indexOf(document.activeElement)`
	tab.Eval(`document.querySelector('[data-item]').focus()`)
	tab.Press("j")
	tab.Press("j")
	if got := Value[int](tab, at); got != 1 {
		t.Errorf("j leads to %d", got)
	}
	tab.Press("k")
	if got := Value[int](tab, at); got != 0 {
		t.Errorf("k leads to %d", got)
	}
	tab.Eval(`document.addEventListener('submit', (e) => { e.preventDefault(); window.verdict = e.submitter.value; })`)
	tab.Press("2")
	if got := Value[string](tab, `window.verdict ?? ''`); got != "different" {
		t.Errorf("key 2 says %q", got)
	}
	tab.Eval(`document.querySelector('#search').focus()`)
	tab.Press("j")
	if got := Value[string](tab, `document.querySelector('#search').value`); got != "j" {
		t.Errorf("typing j in the search writes %q", got)
	}
}

func TestExit(t *testing.T) {
	tab := NewTab(t, serve(t))
	tab.Become(States()[0], nil)
	tab.Open("/_gallery/public")
	tab.Eval(`localStorage.setItem('draft', 'x')`)
	tab.Press(kb.Shift)
	tab.Press(kb.Shift)
	if Value[bool](tab, `Boolean(document.querySelector('.cover'))`) {
		t.Fatal("left after two")
	}
	tab.Press(kb.Shift)
	tab.Wait("the other site", `location.pathname === '/elsewhere'`)
	if Value[bool](tab, `localStorage.getItem('draft') !== null`) {
		t.Error("the draft is still there")
	}
	if got := Value[int](tab, `history.length`); got > 2 {
		t.Errorf("%d entries of history", got)
	}
}

// The choice of display is a plain form and says what is in force.
func TestPreferencesWithoutScript(t *testing.T) {
	tab := NewTab(t, serve(t))
	state := States()[0]
	state.NoScript = true
	tab.Become(state, nil)
	tab.Open("/_gallery/public")
	tab.Click(`button[name=theme][value=dark]`)
	tab.Wait("the dark page", `document.documentElement.dataset.theme === 'dark'`)
	if got := Value[string](tab, `document.querySelector('button[name=theme][aria-pressed=true]').value`); got != "dark" {
		t.Errorf("in force is %s", got)
	}
	tab.Click(`button[name=lang][value=ru]`)
	tab.Wait("the Russian page", `document.documentElement.lang === 'ru' && document.documentElement.dataset.theme === 'dark'`)
}
