package receipt

import (
	"net/http"
	"strconv"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// guesses bounds how often a network may try a code: sixteen digits are not found by
// trying, and a shelter in which many live behind one address is not locked out.
var guesses = web.Rate{Attempts: 30, Within: 10 * time.Minute}

func (d *Desk) routes() []web.Route {
	hers := func(path string, v Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Verb: string(v), Public: true, Rate: guesses, Handle: h}
	}
	return []web.Route{
		{Method: http.MethodGet, Path: "/my", Public: true, Handle: d.doorPage},
		hers("/my", Open, d.ownPage), hers("/my/withdraw", Withdraw, d.withdrawForm), hers("/my/say", Say, d.sayForm),
		{Method: http.MethodGet, Path: "/receipts/{case}", Verb: string(Read), Handle: d.staffPage},
		{Method: http.MethodPost, Path: "/receipts/{case}", Verb: string(Issue), Handle: d.issueForm},
		{Method: http.MethodPost, Path: "/receipts/{case}/{n}", Verb: string(Answer), Handle: d.answerForm},
	}
}

// frame is the frame of her page: its title says nothing of why somebody was here.
func frame(r *http.Request) page.View {
	return page.View{Title: i18n.T(r.Context(), "receipt.title"), Public: true}
}

func (d *Desk) doorPage(w http.ResponseWriter, r *http.Request) error {
	return page.Show(w, r, frame(r), door())
}

// opened shows her page, or the door again: a code that opens nothing, that has ended
// or that can be none is answered in one and the same way.
func (d *Desk) opened(w http.ResponseWriter, r *http.Request, f web.Form) error {
	code := f.Text("code")
	v, err := d.Open(r.Context(), code)
	if status := fault.Status(fault.KindOf(err)); err != nil && (status == http.StatusNotFound || status == http.StatusForbidden) {
		err = fault.New(fault.Invalid, string(Open), "receipt.not_open").At("/code", "receipt.not_open")
		return page.Again(w, r, frame(r), web.Form{}, err, door(), door())
	}
	if err != nil {
		return err
	}
	return page.Show(w, r, frame(r), own(v, code))
}

func (d *Desk) ownPage(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	return d.opened(w, r, f)
}

func (d *Desk) withdrawForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	word, err := id.Given[id.Consent](f.Text("word"))
	if err != nil {
		return err
	}
	if err := d.Withdraw(r.Context(), f.Text("code"), word); err != nil {
		return err
	}
	return d.opened(w, r, f)
}

func (d *Desk) sayForm(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	code := f.Text("code")
	err = d.Say(r.Context(), code, Kind(f.Text("kind")), f.Text("words"))
	if fault.Is(err, fault.Invalid) {
		v, oerr := d.Open(r.Context(), code)
		if oerr != nil {
			return oerr
		}
		return page.Again(w, r, frame(r), f, err, own(v, code), own(v, code))
	}
	if err != nil {
		return err
	}
	return d.opened(w, r, f)
}

func staffFrame(r *http.Request, v View) page.View {
	return page.View{Title: i18n.T(r.Context(), "receipt.staff"), Crumbs: []page.Link{{Href: "/cases/" + v.Case.ID.String(), Text: i18n.T(r.Context(), "who.case")}}}
}

func (d *Desk) staffPage(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	v, err := d.See(r.Context(), by, c)
	if err != nil {
		return err
	}
	return page.Show(w, r, staffFrame(r, v), staff(v))
}

// issueForm shows a new receipt, this once: it stands in no address and in no history.
func (d *Desk) issueForm(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	code, err := d.Issue(r.Context(), by, c)
	if err != nil {
		return err
	}
	v, err := d.See(r.Context(), by, c)
	if err != nil {
		return err
	}
	v.Code = code
	return page.Show(w, r, staffFrame(r, v), staff(v))
}

func (d *Desk) answerForm(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, string(Answer), "fault.not_found")
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = d.Answer(r.Context(), by, AnswerIn{Case: c, N: n, Words: f.Text("words")})
	if fault.Is(err, fault.Invalid) {
		v, verr := d.See(r.Context(), by, c)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, staffFrame(r, v), f, err, staff(v), reply(v, n))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/receipts/"+c.String())
}
