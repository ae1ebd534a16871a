package prosecution

import (
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
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
	return []web.Route{
		get("/charges", List, d.chargesPage), post("/charges", Charge, d.chargeForm), post("/charges/{charge}/end", End, d.endForm),
		get("/told/{referral}", Receive, d.toldPage), post("/told/{referral}", Acknowledge, d.acknowledgeForm),
	}
}

func (d *Desk) chargesPage(w http.ResponseWriter, r *http.Request) error {
	v, next, err := d.charges(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, chargesFrame(r), d.body(v, next))
}

func chargesFrame(r *http.Request) page.View {
	return page.View{Title: i18n.T(r.Context(), "rights.charges"), Wide: true}
}

func (d *Desk) charges(r *http.Request) (v View, next string, err error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return v, "", err
	}
	p := Page{Limit: 51}
	if err := p.After.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		return v, "", err
	}
	if v, err = d.List(r.Context(), by, p); err == nil && len(v.Charges) >= p.Limit {
		v.Charges = v.Charges[:p.Limit-1]
		text, _ := afterCharge(v.Charges[p.Limit-2]).MarshalText()
		next = "/charges?after=" + string(text)
	}
	return v, next, err
}

func afterCharge(x Accusation) sqldb.After { return sqldb.After{At: x.Made, ID: x.ID.String()} }

func (d *Desk) chargeForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = d.Charge(r.Context(), by, ChargeIn{Name: f.Text("name"), Offence: f.Text("offence"), Month: f.Text("month"), Custody: f.Text("custody")})
	if fault.Is(err, fault.Invalid) {
		v, next, verr := d.charges(r)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, chargesFrame(r), f, err, d.body(v, next), d.form())
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/charges")
}

func (d *Desk) endForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	c, err := id.Given[id.Charge](r.PathValue("charge"))
	if err != nil {
		return err
	}
	if err := d.End(r.Context(), by, c); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/charges")
}

func (d *Desk) toldPage(w http.ResponseWriter, r *http.Request) error {
	by, ref, err := toldIn(r)
	if err != nil {
		return err
	}
	v, err := d.Receive(r.Context(), by, ref)
	if err != nil {
		return err
	}
	view := page.View{Title: i18n.T(r.Context(), "rights.told"), Crumbs: []page.Link{{Href: "/charges", Text: i18n.T(r.Context(), "rights.charges")}}}
	return page.Show(w, r, view, toldBody(v))
}

func toldIn(r *http.Request) (by By, ref id.Referral, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return by, ref, err
	}
	ref, err = id.Given[id.Referral](r.PathValue("referral"))
	return by, ref, err
}

func (d *Desk) acknowledgeForm(w http.ResponseWriter, r *http.Request) error {
	by, ref, err := toldIn(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := d.Acknowledge(r.Context(), by, ref, f.Version()); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/charges")
}
