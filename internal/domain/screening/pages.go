package screening

import (
	"net/http"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/typology/indicator"
)

func (d *Desk) routes() []web.Route {
	get := func(path string, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Verb: string(See), Handle: h}
	}
	return []web.Route{
		get("/screenings/{case}", d.page), get("/screenings/{case}/{family}/{pass}", d.interviewPage),
		{Method: http.MethodPost, Path: "/screenings/{case}/{family}/{pass}", Verb: string(Hold), Handle: d.interviewForm},
	}
}

func (d *Desk) view(r *http.Request) (by By, v View, err error) {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return by, v, err
	}
	v, err = d.See(r.Context(), by, c)
	return by, v, err
}

func frame(r *http.Request, v View, deeper ...page.Link) page.View {
	crumbs := append([]page.Link{{Href: "/cases/" + v.Case.ID.String(), Text: i18n.T(r.Context(), "who.case")}}, deeper...)
	return page.View{Title: i18n.T(r.Context(), "screening.title"), Wide: len(deeper) == 0, Crumbs: crumbs}
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.view(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, frame(r, v), body(v))
}

// form is the pass that the path names, filled in as she answered last.
func (d *Desk) form(r *http.Request) (by By, f form, err error) {
	if by, f.View, err = d.view(r); err != nil {
		return by, f, err
	}
	f.Pass = Pass(r.PathValue("pass"))
	if !slices.Contains(Passes, f.Pass) || !f.May {
		return by, f, fault.New(fault.NotFound, "screening.form", "fault.not_found")
	}
	if f.List, err = d.list(r.PathValue("family"), f.Age); err != nil {
		return by, f, err
	}
	for _, h := range f.Held {
		if h.Family == f.List.Family {
			f.Answers = h.Shut.Value
			break
		}
	}
	return by, f, nil
}

func (f form) frame(r *http.Request) page.View {
	v := frame(r, f.View, page.Link{Href: f.href(), Text: i18n.T(r.Context(), "screening.title")})
	if v.Title = i18n.T(r.Context(), "screening.short"); f.Pass == Long {
		v.Title = i18n.N(r.Context(), "screening.long", len(f.List.Codes()))
	}
	return v
}

func (d *Desk) interviewPage(w http.ResponseWriter, r *http.Request) error {
	_, f, err := d.form(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, f.frame(r), interview(f))
}

func (d *Desk) interviewForm(w http.ResponseWriter, r *http.Request) error {
	by, f, err := d.form(r)
	if err != nil {
		return err
	}
	sent, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in := In{Case: f.Case.ID, Family: f.List.Family, Pass: f.Pass, Answers: f.given(sent)}
	_, err = d.Interview(r.Context(), by, in)
	if fault.Is(err, fault.Invalid) {
		return page.Again(w, r, f.frame(r), sent, err, interview(f), interview(f))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, f.href())
}

// given are the answers of the form, and those that an earlier pass brought and this
// one does not ask.
func (f form) given(sent web.Form) indicator.Answers {
	out := indicator.Answers{}
	for code, a := range f.Answers {
		if slices.Contains(f.List.Codes(), code) {
			out[code] = a
		}
	}
	for _, code := range asked(f.List, f.Pass) {
		delete(out, code)
		if a := indicator.Answer(sent.Text(code)); a != "" && a != indicator.NotAsked {
			out[code] = a
		}
	}
	return out
}
