package identification

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) routes() []web.Route {
	get := func(path string, v Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Verb: string(v), Handle: h}
	}
	post := func(path string, v Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Verb: string(v), Handle: h}
	}
	const one = "/determinations/{case}"
	out := []web.Route{
		get("/law", Law, d.lawPage),
		get("/nrm/{case}", Prepare, d.preparePage), post("/nrm/{case}/word", Ask, d.askForm), post("/nrm/{case}/refer", Refer, d.referForm),
		post("/nrm/{case}/notify", Notify, d.notifyForm),
		get("/determinations", List, d.queuePage), post("/referrals/{referral}/accept", Accept, d.acceptForm), get(one, See, d.page),
		post(one+"/confirm", Confirm, d.decideForm(d.Confirm, confirmForm)), post(one+"/reject", Reject, d.decideForm(d.Reject, rejectForm)),
		post(one+"/reopen", Reopen, d.decideForm(d.Reopen, reopenForm)), post(one+"/uphold", Uphold, d.decideForm(d.Uphold, upholdForm)),
		post(one+"/extend", Extend, d.periodForm(d.Extend, extendForm)), post(one+"/end", EndPeriod, d.periodForm(d.EndPeriod, endForm)),
		post(one+"/tasks/{task}", Finish, d.taskForm),
		post(one+"/flag", Flag, d.flagForm), post(one+"/residence", Residence, d.residenceForm), post(one+"/forget", Forget, d.forgetForm),
		post(one+"/proposals/{proposal}/approve", act.ApproveProposal, d.answered(d.Approve)),
		post(one+"/proposals/{proposal}/decline", act.DeclineProposal, d.answered(d.Decline)),
		post(one+"/proposals/{proposal}/take-back", act.TakeBack, d.answered(d.TakeBack)),
	}
	for _, m := range d.moves() {
		out = append(out, post(one+"/"+m.name, m.verb, d.moveForm(m.do)))
	}
	return out
}

// endOf is the last second of a day that a form names: the day itself still counts.
// A day that is none is the zero time.
func (d *Desk) endOf(f web.Form, name string) time.Time {
	day, ok := f.Date(name)
	if !ok {
		return time.Time{}
	}
	return clock.EndOf(day, d.Ground.Zone)
}

func (d *Desk) lawPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	v, err := d.Law(r.Context(), by)
	if err != nil {
		return err
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "identification.law"), Wide: true}, lawBody(v))
}

func (d *Desk) prepared(r *http.Request) (by By, v Prepared, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return by, v, err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return by, v, err
	}
	v, err = d.Prepare(r.Context(), by, c)
	return by, v, err
}

func (v Prepared) frame(r *http.Request) page.View {
	return page.View{Title: i18n.T(r.Context(), "identification.title"), Wide: true, Crumbs: []page.Link{{Href: "/cases/" + v.Case.ID.String(), Text: i18n.T(r.Context(), "who.case")}}}
}

func (d *Desk) preparePage(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.prepared(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, v.frame(r), prepareBody(v))
}

// sender reads a form of the page of a case of help, and answers it.
func (d *Desk) sender(w http.ResponseWriter, r *http.Request, form func(Prepared) templ.Component, do func(By, id.Case, web.Form) error) error {
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
	err = do(by, c, f)
	if fault.Is(err, fault.Invalid) {
		v, verr := d.Prepare(r.Context(), by, c)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, v.frame(r), f, err, prepareBody(v), form(v))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/nrm/"+c.String())
}

func (d *Desk) askForm(w http.ResponseWriter, r *http.Request) error {
	return d.sender(w, r, askForm, func(by By, c id.Case, f web.Form) error {
		to, _ := id.Parse[id.Organisation](f.Text("authority")) // the zero one is refused
		v := fault.New(fault.Invalid, string(Ask), "identification.invalid")
		if a := f.Text("agreed"); a != "yes" && a != "no" {
			return v.At("/agreed", "identification.say_word")
		}
		_, err := d.Ask(r.Context(), by, AskIn{Case: c, Authority: to, Agreed: f.Text("agreed") == "yes", Classes: f.All("classes"),
			Until: d.endOf(f, "until"), Interpreter: f.Text("interpreter") == "yes"})
		return err
	})
}

func (d *Desk) referForm(w http.ResponseWriter, r *http.Request) error {
	return d.sender(w, r, childForm, func(by By, c id.Case, f web.Form) error {
		in := ReferIn{Case: c, Version: f.Version()}
		in.Word, _ = id.Parse[id.Consent](f.Text("word")) // the zero ones are refused
		in.Authority, _ = id.Parse[id.Organisation](f.Text("authority"))
		_, err := d.Refer(r.Context(), by, in)
		return err
	})
}

func (d *Desk) notifyForm(w http.ResponseWriter, r *http.Request) error {
	return d.sender(w, r, notifyForm, func(by By, c id.Case, f web.Form) error {
		to, _ := id.Parse[id.Organisation](f.Text("authority")) // the zero one is refused
		form := f.Text("form")
		if form == "unknown" {
			form = ""
		}
		return d.Notify(r.Context(), by, NotifyIn{Case: c, Version: f.Version(), Authority: to, Form: form})
	})
}

func (d *Desk) queuePage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	var after sqldb.After
	if err := after.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		return err
	}
	q, err := d.List(r.Context(), by, after, rows+1)
	if err != nil {
		return err
	}
	next := ""
	if len(q.Cases) > rows {
		q.Cases = q.Cases[:rows]
		at, _ := afterCase(q.Cases[rows-1]).MarshalText()
		next = "/determinations?after=" + string(at)
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "identification.queue"), Wide: true}, queueBody(q, next))
}

func afterCase(c casework.Case) sqldb.After {
	return sqldb.After{At: c.Moved, ID: c.ID.String()}
}

func (d *Desk) acceptForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	ref, err := id.Given[id.Referral](r.PathValue("referral"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := d.Accept(r.Context(), by, ref, f.Version())
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/determinations/"+c.ID.String())
}
