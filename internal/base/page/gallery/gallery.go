// Package gallery shows every part of the interface on two pages, with answers
// that are wrong, empty, long, and in other scripts. It is open in demo mode and
// is what the browser tests look at first.
package gallery

import (
	"encoding/json"
	"net/http"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
)

const (
	staffPath  = "/_gallery"
	publicPath = "/_gallery/public"
)

// Routes are the pages of the gallery. They call no verb.
func Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: staffPath, Public: true, Handle: showStaff},
		{Method: http.MethodPost, Path: staffPath, Public: true, Handle: refer},
		{Method: http.MethodGet, Path: publicPath, Public: true, Handle: showPublic},
		{Method: http.MethodPost, Path: publicPath, Public: true, Handle: answer},
		{Method: http.MethodGet, Path: staffPath + "/links", Public: true, Handle: links},
		{Method: http.MethodGet, Path: staffPath + "/progress", Public: true, Handle: progress},
	}
}

func staffView(r *http.Request) page.View {
	ctx := r.Context()
	return page.View{
		Title: "LT-2026-0417", Sub: i18n.T(ctx, "gallery.sub"), Wide: true,
		Crumbs: []page.Link{{Href: staffPath, Text: i18n.T(ctx, "gallery.title")}},
		Tags: []page.Tag{
			page.Clock(ctx, 19),
			{Text: i18n.T(ctx, "gallery.consented"), Tone: page.OK},
			{Text: i18n.T(ctx, "gallery.review"), Tone: page.Lock},
		},
	}
}

func publicView(r *http.Request) page.View {
	return page.View{Title: i18n.T(r.Context(), "gallery.ask"), Public: true, Bare: true, Back: publicPath}
}

// showStaff draws the frame as a signed-in person sees it.
func showStaff(w http.ResponseWriter, r *http.Request) error {
	r = atWork(r)
	return page.Show(w, r, staffView(r), staff())
}

func atWork(r *http.Request) *http.Request {
	ctx := r.Context()
	return r.WithContext(page.SignedIn(ctx, page.Person{Name: "M. Petrova", Office: func() string { return i18n.T(ctx, "gallery.north") }}, []page.Link{
		{Href: staffPath, Text: i18n.T(ctx, "gallery.title")},
		{Href: publicPath, Text: i18n.T(ctx, "gallery.ask")},
		{Href: "/exit/about", Text: i18n.T(ctx, "exit.title")},
		{Href: "/_gallery/missing", Text: i18n.T(ctx, "fault.title.not_found")},
	}, page.Search{Action: staffPath, Hint: i18n.T(ctx, "search.hint")}))
}

// refer accepts a complete form and refuses any other, field by field.
func refer(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	v := fault.New(fault.Invalid, "gallery.Refer", "gallery.check")
	if form.Text("which") == "" {
		v.At("/which", "gallery.error.which")
	}
	if form.Text("why") == "" {
		v.At("/why", "gallery.error.why")
	}
	if form.Text("needs") == "" {
		v.At("/needs", "gallery.error.needs")
	}
	if day, ok := form.Date("from"); !ok || day.IsZero() {
		v.At("/from", "gallery.error.from")
	}
	if err := v.OrNil(); err != nil {
		r = atWork(r)
		return page.Again(w, r, staffView(r), form, err, staff(), referForm())
	}
	return web.SeeOther(w, r, staffPath)
}

func showPublic(w http.ResponseWriter, r *http.Request) error {
	return page.Show(w, r, publicView(r), question())
}

func answer(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if form.Text("danger") == "" {
		err := fault.New(fault.Invalid, "gallery.Answer", "gallery.check").At("/danger", "gallery.error.ask")
		return page.Again(w, r, publicView(r), form, err, question(), question())
	}
	return web.SeeOther(w, r, publicPath)
}

// progress is a task that never ends, so that the bar can be looked at.
func progress(w http.ResponseWriter, _ *http.Request) error {
	return sendJSON(w, map[string]any{"done": 1240, "total": 4138, "finished": false})
}

func sendJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

// day is a fixed day of the gallery's calendar.
func day(month time.Month, d, hour, minute int) time.Time {
	return time.Date(2026, month, d, hour, minute, 0, 0, time.UTC)
}
