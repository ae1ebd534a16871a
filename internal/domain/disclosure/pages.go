package disclosure

import (
	"net/http"
	"strconv"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

func (d *Desk) routes() []web.Route {
	post := func(path string, v Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Verb: string(v), Handle: h}
	}
	return []web.Route{
		{Method: http.MethodGet, Path: "/disclosures/{case}", Verb: string(See), Handle: d.page},
		post("/disclosures/{case}", See, d.checkForm), post("/disclosures/{case}/send", Disclose, d.sendForm),
		post("/disclosures/{case}/{referral}/review", Review, d.reviewForm), post("/disclosures/{case}/{referral}/tell", Tell, d.tellForm),
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

func frame(r *http.Request, v View) page.View {
	return page.View{Title: i18n.T(r.Context(), "disclosure.title"), Wide: true, Crumbs: []page.Link{{Href: "/cases/" + v.Case.ID.String(), Text: i18n.T(r.Context(), "who.case")}}}
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.view(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, frame(r, v), body(v))
}

// filled reads the form of a disclosure, as it was filled in or as it was shown.
func (d *Desk) filled(f web.Form, c id.Case) In {
	in := In{Case: c, Classes: f.All("classes"), Reason: f.Text("reason")}
	in.Recipient, _ = id.Parse[id.Organisation](f.Text("recipient")) // the zero recipient is refused
	in.Version, _ = strconv.ParseInt(f.Text("version"), 10, 64)      // so is version 0
	if day, ok := f.Date("tell_by"); ok {
		in.TellBy = clock.EndOf(day, d.Ground.Zone)
	} else {
		in.TellBy = time.Unix(1, 0) // no day that lies ahead
	}
	if text := f.Text("until"); text != "" {
		in.TellBy, _ = time.Parse(time.RFC3339, text)
	}
	return in
}

// checkForm shows exactly what would go, before it goes.
func (d *Desk) checkForm(w http.ResponseWriter, r *http.Request) error {
	by, v, err := d.view(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in := d.filled(f, v.Case.ID)
	p, err := d.Preview(r.Context(), by, in)
	if fault.Is(err, fault.Invalid) {
		return page.Again(w, r, frame(r, v), f, err, body(v), form(v, in))
	}
	if err != nil {
		return err
	}
	return page.Show(w, r, frame(r, v), preview(v, in, p))
}

func (d *Desk) sendForm(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = d.Disclose(r.Context(), by, d.filled(f, c))
	return d.back(w, r, f, c, err)
}

func (d *Desk) reviewForm(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
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
	return d.back(w, r, f, c, d.Review(r.Context(), by, ReviewIn{Case: c, Referral: ref, Verdict: Verdict(f.Text("verdict"))}))
}

func (d *Desk) tellForm(w http.ResponseWriter, r *http.Request) error {
	by, c, err := casework.OnCase(r.Context(), r.PathValue("case"))
	if err != nil {
		return err
	}
	ref, err := id.Given[id.Referral](r.PathValue("referral"))
	if err != nil {
		return err
	}
	return d.back(w, r, web.Form{}, c, d.Tell(r.Context(), by, c, ref))
}

// back leads to the page again, or shows it with what was refused. The page is read
// only then: each reading is a line that she sees.
func (d *Desk) back(w http.ResponseWriter, r *http.Request, f web.Form, c id.Case, err error) error {
	if fault.Is(err, fault.Invalid) {
		_, v, verr := d.view(r)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, frame(r, v), f, err, body(v), body(v))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, href(c))
}
