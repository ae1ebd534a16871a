package page

import (
	"context"
	"net/http"
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/web"
)

// Site is what a node says of itself on every page. Paths that are empty leave
// their part of the frame out.
type Site struct {
	Name    string // of the State or office
	Demo    bool   // everything is invented, and every page says so
	Home    string
	SignIn  string
	SignOut string // takes POST
	Account string // where somebody keeps their own ways in
	Help    string
	Secure  bool // pages are served over TLS: cookies say so
	Book    *i18n.Book

	// ExitTo is the ordinary website that a person who must leave at once is
	// sent to, for the given language. It must not be personalised.
	ExitTo func(lang string) string
}

// frame is the surroundings of a page in the context.
type frame struct {
	site  *Site
	path  string
	back  string // where the choice of language or display returns to
	theme string // "auto", "light" or "dark"
	who   Person
	nav   []Link
	seek  Search
}

// Search is the box on every page of somebody who may look for something. It sends
// POST with the field q: a name has no place in an address.
type Search struct {
	Action string // empty: no box
	Hint   string // what can be found
}

type frameKey struct{}

func frameOf(ctx context.Context) *frame {
	if f, ok := ctx.Value(frameKey{}).(*frame); ok {
		return f
	}
	return &frame{site: &Site{}, theme: "auto"}
}

// Around puts the site into the context of every request; give it to web.Config.
func (s *Site) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := &frame{site: s, path: r.URL.Path, back: r.URL.RequestURI(), theme: "auto"}
		if r.Method != http.MethodGet {
			f.back = home(f) // not every form can be asked for
		}
		if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
			f.theme = c.Value
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), frameKey{}, f)))
	})
}

// Person is whoever is at work.
type Person struct {
	Name   string
	Office func() string // for whom they work; asked only where a page shows it
}

// SignedIn adds the person at work and the menu of their role to the frame; seek is
// where they may look for something.
func SignedIn(ctx context.Context, who Person, nav []Link, seek Search) context.Context {
	f := *frameOf(ctx)
	f.who, f.nav, f.seek = who, nav, seek
	return context.WithValue(ctx, frameKey{}, &f)
}

// current tells whether the page lies at or below href, for the menu.
func (f *frame) current(href string) bool {
	below, ok := strings.CutPrefix(f.path, href)
	return ok && (below == "" || below[0] == '/')
}

// Routes are the pages the frame itself needs.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/assets/{name}", Public: true, Handle: serveAsset},
		{Method: http.MethodPost, Path: "/preferences", Public: true, Handle: s.prefer},
		{Method: http.MethodGet, Path: "/exit", Public: true, Handle: s.leave},
		{Method: http.MethodGet, Path: "/exit/about", Public: true, Handle: s.aboutExit},
	}
}

// prefer keeps the choice of language and display in this browser for a year.
func (s *Site) prefer(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if lang := form.Text("lang"); lang != "" {
		s.keep(w, "lang", s.Book.Match(lang).Lang)
	}
	switch theme := form.Text("theme"); theme {
	case "auto", "light", "dark":
		s.keep(w, "theme", theme)
	case "":
	default:
		return fault.New(fault.Invalid, "page.Prefer", "fault.unreadable")
	}
	return web.SeeOther(w, r, form.Text("back"))
}

func (s *Site) keep(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode,
	})
}

// leave sends the person away at once and clears what the browser kept for this
// site. The cache is not cleared: pages are never stored in it, and clearing it
// can hold the browser up while the old page is still to be seen.
func (s *Site) leave(w http.ResponseWriter, r *http.Request) error {
	if s.ExitTo == nil {
		return fault.New(fault.NotFound, "page.Leave", "fault.not_found")
	}
	w.Header().Set("Clear-Site-Data", `"cookies", "storage"`)
	http.Redirect(w, r, s.ExitTo(i18n.From(r.Context()).Lang), http.StatusSeeOther)
	return nil
}

func (s *Site) aboutExit(w http.ResponseWriter, r *http.Request) error {
	v := View{Title: i18n.T(r.Context(), "exit.title"), Public: true}
	return Show(w, r, v, aboutExit())
}
