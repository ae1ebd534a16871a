package child

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) routes() []web.Route {
	list := []web.Route{
		{Method: http.MethodGet, Path: "/children", Verb: string(List), Handle: d.listPage},
		{Method: http.MethodGet, Path: "/children/{case}", Verb: string(See), Handle: d.casePage},
		{Method: http.MethodGet, Path: "/child/{case}", Verb: string(Open), Handle: d.openPage},
		{Method: http.MethodPost, Path: "/child/{case}", Verb: string(Open), Handle: d.openForm},
		{Method: http.MethodPost, Path: "/child/take/{referral}", Verb: string(TakeOn), Handle: d.takeForm},
		{Method: http.MethodPost, Path: "/children/{case}/consents/{consent}/withdraw", Verb: string(Withdraw), Handle: d.withdrawForm},
	}
	for _, s := range sheets {
		list = append(list, web.Route{Method: http.MethodPost, Path: "/children/{case}/" + s.path, Verb: string(s.verb), Handle: d.answers(s)})
	}
	return list
}

// listRows bounds a page of the list.
const listRows = 50

func (d *Desk) listPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	p := Page{Limit: listRows + 1}
	if err := p.After.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		return err
	}
	v, err := d.List(r.Context(), by, p)
	if err != nil {
		return err
	}
	next := ""
	if len(v.Cases) > listRows {
		v.Cases = v.Cases[:listRows]
		after, _ := afterRow(v.Cases[listRows-1]).MarshalText()
		next = "/children?after=" + string(after)
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "children.title"), Wide: true}, listBody(v, next))
}

func afterRow(r Row) sqldb.After { return sqldb.After{At: r.Moved, ID: r.ID.String()} }

func (d *Desk) casePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.read(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, v.frame(r), caseBody(v))
}

func (d *Desk) read(r *http.Request) (View, error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return View{}, err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return View{}, err
	}
	return d.See(r.Context(), by, c)
}

// answers handles one form of the page: what was refused as it was filled in is shown
// again in its place.
func (d *Desk) answers(s sheet) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, err := policy.ActorOf(r.Context())
		if err != nil {
			return err
		}
		c, err := id.Given[id.Case](r.PathValue("case"))
		if err != nil {
			return err
		}
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		err = s.do(d, r.Context(), by, On{Case: c, Version: numberOf(f, "version")}, f)
		if err == nil {
			return web.SeeOther(w, r, "/children/"+c.String())
		}
		if !fault.Is(err, fault.Invalid) || s.form == nil {
			return err
		}
		v, seen := d.read(r)
		if seen != nil {
			return seen
		}
		return page.Again(w, r, v.frame(r), f, err, caseBody(v), s.form(v))
	}
}

// openPage leads from the case of help to the child's case, or offers to open it.
func (d *Desk) openPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	help, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return err
	}
	v, err := d.Before(r.Context(), by, help)
	if err != nil {
		return err
	}
	if !v.Child.IsZero() {
		return web.SeeOther(w, r, "/children/"+v.Child.String())
	}
	view := page.View{Title: i18n.T(r.Context(), "child.open_title"), Crumbs: []page.Link{{Href: d.HelpPage + help.String(), Text: v.Help.Code}}}
	return page.Show(w, r, view, openBody(v))
}

func (d *Desk) openForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	help, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := d.Open(r.Context(), by, On{Case: help, Version: numberOf(f, "version")})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/children/"+c.ID.String())
}

func (d *Desk) takeForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	referral, err := id.Given[id.Referral](r.PathValue("referral"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := d.TakeOn(r.Context(), by, TakeOnIn{Referral: referral, Version: numberOf(f, "version")})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/children/"+c.ID.String())
}

func (d *Desk) withdrawForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return err
	}
	word, err := id.Given[id.Consent](r.PathValue("consent"))
	if err != nil {
		return err
	}
	if err := d.Withdraw(r.Context(), by, c, word); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/children/"+c.String())
}

// numberOf is a number of the form; 0, which is none, if it does not say.
func numberOf(f web.Form, name string) int64 {
	n, err := strconv.ParseInt(f.Text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// on is a moment of a day that a form names, in the State.
func (d *Desk) on(day time.Time, hour, minute int) time.Time {
	if day.IsZero() {
		return day
	}
	zone := d.Ground.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, zone)
}

func (d *Desk) dayOf(f web.Form, name string) time.Time {
	day, ok := f.Date(name)
	if !ok {
		return time.Time{}
	}
	return d.on(day, 0, 0)
}

// sheet is one form of the page: where it is sent, how it looks, what it does.
type sheet struct {
	path string
	verb Verb
	form func(View) templ.Component // nil: a button, in which nothing can be filled in wrong
	do   doing
}
