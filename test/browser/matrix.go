package browser

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Case is one page to look at.
type Case struct {
	Name    string
	Path    string
	Public  bool           // the smaller byte budget of public pages
	Ask     string         // what is typed into the page's form before it is looked at; "" for nothing
	Header  bool           // it is asked in the box of the header, and not in the page's form
	Submit  string         // CSS selector of the button of a form that is refused when empty; "" for none
	Cookies []*http.Cookie // the session of who is looking
}

// State is one way in which a page is met.
type State struct {
	Name     string
	Scheme   string // prefers-color-scheme
	Lang     string
	Width    int64 // px
	Dir      string
	Errors   bool // after an empty form was sent
	NoScript bool
	Print    bool
}

// States are all ways in which every page is met.
func States() []State {
	const wide = 1280
	return []State{
		{Name: "light", Scheme: "light", Lang: "en", Width: wide, Dir: "ltr"},
		{Name: "dark", Scheme: "dark", Lang: "de", Width: wide, Dir: "ltr"},
		{Name: "errors", Scheme: "light", Lang: "fr", Width: wide, Dir: "ltr", Errors: true},
		{Name: "errors-noscript", Scheme: "dark", Lang: "es", Width: wide, Dir: "ltr", Errors: true, NoScript: true},
		{Name: "narrow-ru", Scheme: "light", Lang: "ru", Width: 320, Dir: "ltr"},
		{Name: "rtl", Scheme: "light", Lang: "ar", Width: wide, Dir: "rtl"},
		{Name: "noscript", Scheme: "light", Lang: "it", Width: wide, Dir: "ltr", NoScript: true},
		{Name: "print", Scheme: "dark", Lang: "en", Width: 794, Dir: "ltr", Print: true},
	}
}

// budgets are bytes of the first load, compressed (kibibytes × 1024).
var (
	staffBudget  = map[string]int{"html": 25 << 10, "css": 12 << 10, "js": 20 << 10, "": 60 << 10}
	publicBudget = map[string]int{"html": 25 << 10, "css": 12 << 10, "js": 20 << 10, "": 30 << 10}
)

// Matrix meets every case in every state and reports what is wrong. The server
// at base must speak the six languages and the pack "ar". A picture of each is
// written to $LODESTAR_PICTURES, or to the test's artifacts, for a person to look
// at.
func Matrix(t *testing.T, base string, cases []Case) {
	tab := NewTab(t, base)
	dir := os.Getenv("LODESTAR_PICTURES")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, s := range States() {
			if s.Errors && c.Submit == "" {
				continue
			}
			t.Run(c.Name+"/"+s.Name, func(t *testing.T) {
				tab.t = t
				for _, fault := range tab.meet(c, s) {
					t.Error(fault)
				}
				name := filepath.Join(dir, c.Name+"-"+s.Name+".png")
				if err := os.WriteFile(name, tab.Picture(), 0o644); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	tab.t = t
}

// meet opens one case in one state and lists the faults.
func (b *Tab) meet(c Case, s State) []string {
	b.t.Helper()
	b.Become(s, c.Cookies)
	b.Open(c.Path)
	var faults []string
	if b.document != http.StatusOK {
		faults = append(faults, fmt.Sprintf("answered with status %d", b.document))
	}
	if dir := Value[string](b, `document.documentElement.dir`); dir != s.Dir {
		faults = append(faults, "the page reads "+dir+", not "+s.Dir)
	}
	if s.Name == "light" {
		faults = append(faults, b.tooHeavy(c)...)
	}
	if c.Ask != "" {
		form := "form.form"
		if c.Header {
			form = "form.search"
		}
		b.answered(form, c.Ask)
	}
	if s.Errors {
		faults = append(faults, b.refused(c)...)
	}
	return append(faults, b.audit(s)...)
}

// answered sends what is typed into the page's form, and waits for the table that
// answers it.
func (b *Tab) answered(form, text string) {
	b.t.Helper()
	// By script and not by clicks: in print the form is not to be seen.
	b.Eval(`document.querySelector('` + form + ` input[name=q]').value = ` + quote(text) + `; document.querySelector('` + form + `').submit()`)
	b.Wait("an answer", `document.readyState === 'complete' && Boolean(document.querySelector('main table'))`)
	if at := Value[string](b, `location.search`); at != "" {
		b.t.Error("what was searched for stands in the address")
	}
}

// audit is what must hold of any page at any moment.
func (b *Tab) audit(s State) (faults []string) {
	if !s.NoScript && !s.Print {
		for _, v := range b.Axe() {
			faults = append(faults, "axe: "+v)
		}
	}
	if over := Value[int](b, `document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`); over > 0 && !s.Print {
		wide := Value[string](b, `[...document.querySelectorAll('body *')].filter((e) => !e.parentElement.closest('.scroll, svg') &&
			(e.getBoundingClientRect().right > document.documentElement.clientWidth || e.getBoundingClientRect().left < 0) && getComputedStyle(e).position !== 'absolute')
			.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(' | ')`)
		faults = append(faults, fmt.Sprintf("scrolls sideways by %d px: %s", over, wide))
	}
	for _, key := range Value[[]string](b, `document.documentElement.innerText.match(/⟦.*?⟧/g) ?? []`) {
		faults = append(faults, "has no text for "+key)
	}
	for _, r := range b.Reports() {
		faults = append(faults, "report: "+r)
	}
	refers := Value[[]string](b, `[...document.querySelectorAll('[src], [href], [action], [srcset]')].flatMap((e) =>
		['src', 'href', 'action', 'srcset'].map((a) => e.getAttribute(a)).filter((v) => v && new URL(v, location).origin !== location.origin))`)
	for _, u := range refers {
		faults = append(faults, "refers to a foreign origin: "+u)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, u := range b.foreign {
		faults = append(faults, "foreign origin: "+u)
	}
	return faults
}

// tooHeavy compares what was sent with the budget.
func (b *Tab) tooHeavy(c Case) (faults []string) {
	budget := staffBudget
	if c.Public {
		budget = publicBudget
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := b.sent["html"] + b.sent["css"] + b.sent["js"] + b.sent[""]
	b.t.Logf("bytes: html %d, css %d, js %d, all %d, islands %d", b.sent["html"], b.sent["css"], b.sent["js"], sum, b.sent["island"])
	for kind, limit := range budget {
		sent := b.sent[kind]
		if kind == "" {
			sent = sum
		}
		if sent > limit {
			faults = append(faults, fmt.Sprintf("%d bytes of %s, allowed are %d", sent, kind, limit))
		}
	}
	return faults
}

// refused sends the empty form and looks at how it is refused.
func (b *Tab) refused(c Case) (faults []string) {
	title := Value[string](b, `document.title`)
	// A form that is folded away is opened first, as a person would.
	Value[bool](b, `(() => { const d = document.querySelector(`+quote(c.Submit)+`).closest('details'); if (d) d.open = true; return true })()`)
	b.Click(c.Submit)
	b.Wait("the summary of faults", `document.readyState === 'complete' && Boolean(document.querySelector('#errors .summary'))`)
	b.Wait("the title's prefix", `document.title !== `+quote(title))
	// Without script it is autofocus that moves there, when the page is first drawn.
	b.Wait("the focus on the summary", `document.activeElement === document.querySelector('#errors .summary')`)
	if !strings.HasSuffix(Value[string](b, `document.title`), title) {
		faults = append(faults, "the title is not the page's own with a prefix")
	}
	for js, fault := range map[string]string{
		`document.querySelectorAll('#errors a').length > 0`: "the summary has no links",
		`[...document.querySelectorAll('#errors a')].every((a) => document.getElementById(a.hash.slice(1))?.matches('input, select, textarea'))`:                        "a link of the summary leads to no field",
		`document.querySelectorAll('#errors li').length === document.querySelectorAll('.fault').length`:                                                                 "the summary and the fields name different faults",
		`[...document.querySelectorAll('#errors li')].every((li) => [...document.querySelectorAll('.fault')].some((f) => f.textContent.includes(li.innerText.trim())))`: "the summary and the fields use different words",
	} {
		if !Value[bool](b, js) {
			faults = append(faults, fault)
		}
	}
	return faults
}

func quote(s string) string { return fmt.Sprintf("%q", s) }
