package protection

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// consentPage shows exactly what the recipient gets under one consent, and
// offers to take it back.
func (d *Desk) consentPage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.caseView(r)
	if err != nil {
		return err
	}
	word, err := id.Given[id.Consent](r.PathValue("consent"))
	if err != nil {
		return err
	}
	for _, c := range v.Consents {
		if c.ID != word {
			continue
		}
		var payload casework.Payload
		if c.Live(v.Now) {
			by, err := policy.ActorOf(r.Context())
			if err != nil {
				return err
			}
			if payload, err = d.Preview(r.Context(), by, v.Case.ID, word); err != nil {
				return err
			}
		}
		view := page.View{Title: i18n.T(r.Context(), "consent.page"), Crumbs: v.crumbs(r, true)}
		return page.Show(w, r, view, consentBody(v, c, payload))
	}
	return fault.New(fault.NotFound, string(See), "consent.not_found")
}

func (d *Desk) withdrawForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	word, err := id.Given[id.Consent](r.PathValue("consent"))
	if err != nil {
		return err
	}
	_, err = d.Withdraw(r.Context(), by, c, word)
	return d.after(w, r, f, c, err, ending)
}

func (d *Desk) narrowForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	word, err := id.Given[id.Consent](r.PathValue("consent"))
	if err != nil {
		return err
	}
	in := NarrowIn{Case: c, Consent: word, Classes: f.All("classes")}
	if day, given := f.Date("until"); given && !day.IsZero() {
		in.Until = clock.EndOf(day, d.Ground.Zone)
	}
	_, err = d.Narrow(r.Context(), by, in)
	return d.after(w, r, f, c, err, func(v CaseView) templ.Component {
		for _, have := range v.Consents {
			if have.ID == word {
				return narrowing(v, have)
			}
		}
		return ending(v)
	})
}

func (d *Desk) forgetPage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.caseView(r)
	if err != nil {
		return err
	}
	if !slices.Contains(v.Can, Forget) {
		return fault.New(fault.Denied, string(Forget), "policy.refused")
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "forget.title"), Crumbs: v.crumbs(r, true)}, forgetBody(v))
}

func (d *Desk) forgetForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	return d.after(w, r, f, c, d.Forget(r.Context(), by, c), forgetBody)
}

// whoPage shows who saw or touched the case. Oversight reads it for oversight,
// everybody else for assistance.
func (d *Desk) whoPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return err
	}
	purpose := consent.Assistance
	if by.Has("oversight") {
		purpose = consent.Oversight
	}
	before := ledger.Newest
	if n, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = n
	}
	v, err := d.Who(r.Context(), by, purpose, c, before)
	if err != nil {
		return err
	}
	view := page.View{Title: i18n.T(r.Context(), "who.title"), Wide: true}
	if v.See { // oversight reads who saw a case, never the case
		view.Crumbs = []page.Link{{Href: "/cases/" + c.String(), Text: i18n.T(r.Context(), "who.case")}}
	}
	return page.Show(w, r, view, who(v.Lines, c))
}

func (d *Desk) referralPage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.received(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, referralFrame(r, v), referralBody(v))
}

func (d *Desk) received(r *http.Request) (Received, error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return Received{}, err
	}
	ref, err := id.Given[id.Referral](r.PathValue("referral"))
	if err != nil {
		return Received{}, err
	}
	return d.Receive(r.Context(), by, ref)
}

func referralFrame(r *http.Request, v Received) page.View {
	return page.View{Title: i18n.T(r.Context(), "referral.title", "need", i18n.T(r.Context(), "need."+v.Referral.Need)), Wide: true,
		Tags: []page.Tag{{Text: i18n.T(r.Context(), "referral.state."+string(v.Referral.State)), Tone: referralTone(v.Referral.State)}}}
}

func (d *Desk) answerForm(w http.ResponseWriter, r *http.Request) error {
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
	_, err = d.Answer(r.Context(), by, AnswerIn{Referral: ref, Version: f.Version(), To: casework.ReferralState(f.Text("to")), Reason: f.Text("reason")})
	if fault.Is(err, fault.Invalid) {
		v, verr := d.received(r)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, referralFrame(r, v), f, err, referralBody(v), answerForm(v))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/work")
}

// openForm opens a case from a lead, from the lead's page.
func (d *Desk) openForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	lead, err := id.Given[id.Lead](r.PathValue("lead"))
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	c, err := d.Open(r.Context(), by, OpenIn{Lead: lead, Alias: f.Text("alias"), Language: f.Text("language"), Age: ageOf(f.Text("age")), Note: f.Text("note")})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/cases/"+c.ID.String())
}

// answered answers a proposal from the page of its case, and leads back to it.
func (d *Desk) answered(answer func(ctx context.Context, by By, p id.Proposal, reason string) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, err := policy.ActorOf(r.Context())
		if err != nil {
			return err
		}
		p, err := id.Given[id.Proposal](r.PathValue("proposal"))
		if err != nil {
			return err
		}
		f, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		c, err := id.Given[id.Case](f.Text("case"))
		if err != nil {
			return err
		}
		r.SetPathValue("case", c.String())
		return d.after(w, r, f, c, answer(r.Context(), by, p, f.Text("reason")), func(CaseView) templ.Component {
			return declineForm(Proposed{Proposal: act.Proposal{ID: p}, Case: c})
		})
	}
}

// ageOf reads the answer; what is not said to be adult is not assumed to be.
func ageOf(answer string) evidence.AgeClass {
	if answer == string(evidence.Adult) || answer == string(evidence.Child) {
		return evidence.AgeClass(answer)
	}
	return evidence.AgeUnknown
}
