package protection

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
	"lodestar/internal/kernel/consent"
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
		get("/work", Work, d.workPage),
		get("/new/{step}", Draft, d.intakePage), post("/new/{step}", Draft, d.intakeStep), post("/new/drop", Draft, d.intakeDrop),
		get("/cases", List, d.casesPage), post("/cases/search", List, d.findForm), get("/cases/search", List, d.findAgain),
		get("/cases/{case}", See, d.casePage),
		post("/cases/{case}/plan", Plan, d.planForm), post("/cases/{case}/tasks/{task}", Plan, d.taskForm),
		post("/cases/{case}/consent", Consent, d.consentForm), post("/cases/{case}/refer", Refer, d.referForm),
		get("/cases/{case}/consents/{consent}", See, d.consentPage), post("/cases/{case}/consents/{consent}/narrow", Narrow, d.narrowForm),
		post("/cases/{case}/consents/{consent}/withdraw", Withdraw, d.withdrawForm),
		post("/cases/{case}/review", Review, d.reviewForm),
		post("/cases/{case}/close", Close, d.closeForm), post("/cases/{case}/reopen", Reopen, d.reopenForm),
		get("/cases/{case}/forget", See, d.forgetPage), post("/cases/{case}/forget", Forget, d.forgetForm),
		get("/cases/{case}/who", Who, d.whoPage),
		post("/proposals/{proposal}/approve", act.ApproveProposal, d.answered(d.Approve)),
		post("/proposals/{proposal}/decline", act.DeclineProposal, d.answered(d.Decline)),
		post("/proposals/{proposal}/take-back", act.TakeBack, d.answered(d.TakeBack)),
		get("/referrals/{referral}", Receive, d.referralPage), post("/referrals/{referral}", Answer, d.answerForm),
		post("/leads/{lead}/case", Open, d.openForm),
	}
}

func (d *Desk) workPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	from, err := workFrom(r)
	if err != nil {
		return err
	}
	v, err := d.Work(r.Context(), by, from)
	if err != nil {
		return err
	}
	draft, err := d.hasDraft(r, by)
	if err != nil {
		return err
	}
	v.Draft = draft
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "work.title"), Wide: true}, work(v, by))
}

// workFrom reads where the lists of My work begin.
func workFrom(r *http.Request) (p WorkPage, err error) {
	q := r.URL.Query()
	for name, at := range map[string]*sqldb.After{"tasks": &p.Tasks, "inbox": &p.Inbox, "outbox": &p.Outbox} {
		if err := at.UnmarshalText([]byte(q.Get(name))); err != nil {
			return p, err
		}
	}
	return p, nil
}

// onwards is the link to where a list goes on, "" at its end.
func onwards(page, list string, at sqldb.After) string {
	text, _ := at.MarshalText()
	if len(text) == 0 {
		return ""
	}
	return page + "?" + list + "=" + string(text)
}

// first is the link back to where all lists begin, "" there.
func (v WorkView) first() string {
	if v.From == (WorkPage{}) {
		return ""
	}
	return "/work"
}

func afterCase(c casework.Case) sqldb.After {
	return sqldb.After{At: c.Moved, ID: c.ID.String()}
}

// hasDraft tells whether an intake was begun; those who cannot begin one have none.
func (d *Desk) hasDraft(r *http.Request, by By) (bool, error) {
	if !by.Has("responder") && !by.Has("caseworker") {
		return false, nil
	}
	in, err := d.Draft(r.Context(), by)
	return in.Danger != "", err
}

func (d *Desk) casesPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	const rows = 50
	p := Page{Limit: rows + 1}
	if err := p.After.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		return err
	}
	list, err := d.List(r.Context(), by, p)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > rows {
		list = list[:rows]
		next = onwards("/cases", "after", afterCase(list[rows-1]))
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "cases.title"), Wide: true}, cases(list, next))
}

// findAgain leads whoever reloads an answer to the cases, where the box is: what was
// searched for is not in the address.
func (d *Desk) findAgain(w http.ResponseWriter, r *http.Request) error {
	return web.SeeOther(w, r, "/cases")
}

// findForm answers a search in place: an alias is sent in the body, and stands in
// no address, title or history.
func (d *Desk) findForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	sent, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	view := page.View{Title: i18n.T(r.Context(), "find.title"), Wide: true, Crumbs: []page.Link{{Href: "/cases", Text: i18n.T(r.Context(), "cases.title")}}}
	q := sent.Text("q")
	list, err := d.Find(r.Context(), by, q)
	if fault.Is(err, fault.Invalid) {
		err = fault.New(fault.Invalid, string(List), "protection.find_what", "most", findText).At("/q", "protection.find_what", "most", findText)
		return page.Again(w, r, view, sent, err, foundBody(q, nil), foundBody(q, nil))
	}
	if err != nil {
		return err
	}
	return page.Show(w, r, view, foundBody(q, list))
}

func (d *Desk) casePage(w http.ResponseWriter, r *http.Request) error {
	v, err := d.caseView(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, v.frame(r), caseBody(v))
}

func (d *Desk) caseView(r *http.Request) (CaseView, error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return CaseView{}, err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return CaseView{}, err
	}
	v, err := d.See(r.Context(), by, c)
	if err != nil {
		return v, err
	}
	v.Matches, err = d.matches(r, by, v)
	return v, err
}

// matches ranks services for the needs that are still open in the case.
func (d *Desk) matches(r *http.Request, by By, v CaseView) (map[string][]casework.Match, error) {
	return d.Services(r.Context(), by, v.openNeeds(), v.Person.Language, v.Person.Age)
}

// formOf reads the form of a case's page together with who sent it and for which
// case.
func formOf(r *http.Request) (f web.Form, by By, c id.Case, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return
	}
	if c, err = id.Given[id.Case](r.PathValue("case")); err != nil {
		return
	}
	f, err = web.ReadForm(r)
	return
}

// after sends back to the case, or shows it again with what was refused; form is
// the part of the page that was sent.
func (d *Desk) after(w http.ResponseWriter, r *http.Request, f web.Form, c id.Case, err error, form func(CaseView) templ.Component) error {
	if err == nil || fault.Is(err, fault.Parked) { // the page says what waits
		return web.SeeOther(w, r, "/cases/"+c.String())
	}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	v, verr := d.caseView(r)
	if verr != nil {
		return verr
	}
	return page.Again(w, r, v.frame(r), f, err, caseBody(v), form(v))
}

func (d *Desk) planForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	due, ok := f.Date("due")
	if !ok {
		due = time.Time{}
	}
	if !due.IsZero() {
		due = clock.EndOf(due, d.Ground.Zone)
	}
	_, err = d.Plan(r.Context(), by, PlanIn{Case: c, Version: f.Version(), Risk: casework.Risk(f.Text("risk")), Goals: f.All("goals"), Due: due})
	return d.after(w, r, f, c, err, planForm)
}

func (d *Desk) taskForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	task, err := id.Given[id.Task](r.PathValue("task"))
	if err != nil {
		return err
	}
	return d.after(w, r, f, c, d.Finish(r.Context(), by, c, f.Version(), task, f.Text("done") == "yes"), tasks)
}

func (d *Desk) consentForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	recipient, perr := id.Parse[id.Organisation](f.Text("recipient"))
	until, ok := f.Date("until")
	if !ok || perr != nil {
		v := fault.New(fault.Invalid, string(Consent), "consent.invalid")
		if !ok {
			v.At("/until", "consent.needs_end")
		}
		if perr != nil {
			v.At("/recipient", "consent.incomplete")
		}
		return d.after(w, r, f, c, v, wordForm)
	}
	_, err = d.Consent(r.Context(), by, ConsentIn{Case: c, Recipient: recipient, Purpose: consent.Purpose(f.Text("purpose")), Agreed: f.Text("agreed") == "yes",
		Classes: f.All("classes"), Until: until, SpokenBy: consent.Speaker(f.Text("spoken_by")), Interpreter: f.Text("interpreter") == "yes"})
	return d.after(w, r, f, c, err, wordForm)
}

func (d *Desk) referForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	service, perr := id.Parse[id.Service](f.Text("service"))
	word, werr := id.Parse[id.Consent](f.Text("word"))
	if perr != nil || werr != nil {
		v := fault.New(fault.Invalid, string(Refer), "protection.refer_invalid")
		if perr != nil {
			v.At("/service", "protection.say_service")
		}
		if werr != nil {
			v.At("/word", "protection.say_word")
		}
		return d.after(w, r, f, c, v, refer)
	}
	_, err = d.Refer(r.Context(), by, ReferIn{Case: c, Version: f.Version(), Service: service, Consent: word})
	return d.after(w, r, f, c, err, refer)
}

func (d *Desk) closeForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	_, err = d.Close(r.Context(), by, CloseIn{Case: c, Version: f.Version(), Reason: f.Text("reason")})
	return d.after(w, r, f, c, err, closeForm)
}

func (d *Desk) reviewForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	_, err = d.Review(r.Context(), by, c, f.Version())
	return d.after(w, r, f, c, err, ending)
}

func (d *Desk) reopenForm(w http.ResponseWriter, r *http.Request) error {
	f, by, c, err := formOf(r)
	if err != nil {
		return err
	}
	_, err = d.Reopen(r.Context(), by, c, f.Version())
	return d.after(w, r, f, c, err, ending)
}
