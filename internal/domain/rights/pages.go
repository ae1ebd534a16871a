package rights

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
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
	return []web.Route{
		get("/rights", List, d.listPage), post("/rights/begin", Begin, d.beginForm), post("/referrals/{referral}/rights", Take, d.takeForm),
		get("/rights/{case}", See, d.casePage(overview)), get("/rights/{case}/punishment", See, d.casePage(punishment)),
		get("/rights/{case}/compensation", See, d.casePage(compensation)), get("/rights/{case}/safety", See, d.casePage(safety)),
		get("/rights/{case}/word", See, d.casePage(word)), get("/rights/{case}/forget", See, d.casePage(forgetting)),
		post("/rights/{case}/mandate", Represent, d.form(overview, mandateForm, d.sentMandate)),
		post("/rights/{case}/mandate/end", EndMandate, d.form(overview, mandateForm, d.sentEnd)),
		post("/rights/{case}/tasks/{task}", Finish, d.taskForm),
		post("/rights/{case}/review", Review, d.form(overview, ending, d.sentReview)),
		post("/rights/{case}/close", Close, d.form(overview, closeForm, d.sentClose)), post("/rights/{case}/reopen", Reopen, d.form(overview, ending, d.sentReopen)),
		post("/rights/{case}/forget", Forget, d.form(forgetting, forgetBody, d.sentForget)),
		post("/rights/{case}/compelled", Compelled, d.form(punishment, compelledForm, d.sentCompelled)),
		post("/rights/{case}/custody", Custody, d.form(punishment, custodyForm, d.sentCustody)),
		post("/rights/{case}/advance", Advance, d.form(punishment, advanceForm, d.sentAdvance)),
		post("/rights/{case}/submit", Submit, d.form(punishment, submitForm, d.sentSubmit)),
		post("/rights/{case}/advise", Advise, d.form(compensation, adviseForm, d.sentAdvise)),
		post("/rights/{case}/pursue", Pursue, d.form(compensation, pursueForm, d.sentPursue)),
		post("/rights/{case}/pay", Pay, d.form(compensation, payForm, d.sentPay)),
		post("/rights/{case}/return", Return, d.form(safety, returnForm, d.sentReturn)),
		post("/rights/{case}/protect", Protect, d.form(safety, protectForm, d.sentProtect)),
		post("/rights/{case}/breach", Breach, d.form(safety, breachForm, d.sentBreach)),
		post("/rights/{case}/consent", Consent, d.form(word, wordForm, d.sentWord)),
		post("/rights/{case}/withdraw", Withdraw, d.form(word, wordForm, d.sentWithdraw)),
	}
}

// optional reads an id that a form may leave out: what is no id is none.
func optional[I interface{ id.Of[K] }, K id.Kind](text string) I {
	v, err := id.Parse[I, K](text)
	if err != nil {
		return I{}
	}
	return v
}

// part is one page of a case.
type part struct {
	path  string // after that of the case
	title string // key; "" for the case itself
	body  func(CaseView) templ.Component
}

var (
	overview     = part{body: caseBody}
	punishment   = part{"/punishment", "rights.punishment", punishmentBody}
	compensation = part{"/compensation", "rights.compensation", compensationBody}
	safety       = part{"/safety", "rights.safety", safetyBody}
	word         = part{"/word", "rights.word", wordBody}
	forgetting   = part{"/forget", "forget.title", forgetBody}
)

// frame is the frame of a part's page. The title holds the code only: titles stand in
// histories and on shared screens.
func (p part) frame(ctx context.Context, v CaseView) page.View {
	f := page.View{Title: v.Case.Code, Wide: true, Crumbs: []page.Link{{Href: "/rights", Text: i18n.T(ctx, "rights.title")}}}
	if p.title != "" {
		f.Title = i18n.T(ctx, p.title)
		f.Crumbs = append(f.Crumbs, page.Link{Href: v.href(), Text: v.Case.Code})
	}
	if v.Alias.Value != "" && p.title == "" {
		f.Sub = i18n.T(ctx, "case.known_as", "alias", v.Alias.Value)
	}
	if v.Person.Age.TreatedAsChild() {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "case.child"), Tone: page.Lock})
	}
	return f
}

func (v CaseView) href() string { return "/rights/" + v.Case.ID.String() }

func (d *Desk) seen(r *http.Request) (v CaseView, err error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return v, err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return v, err
	}
	return d.See(r.Context(), by, c)
}

func (d *Desk) casePage(p part) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := d.seen(r)
		if err != nil {
			return err
		}
		return page.Show(w, r, p.frame(r.Context(), v), p.body(v))
	}
}

// sent is a form of a case's page with who sent it.
type sent struct {
	web.Form
	by      By
	c       id.Case
	version int64 // of the case as it was read; 0, which is none, if it does not say
}

// number is a row of the case that a form names; 0, which is none, if it does not.
func (s sent) number(name string) int64 {
	n, err := strconv.ParseInt(s.Text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// chosen refuses a form that names none of the rows it offers.
func (s sent) chosen(verb Verb, name string) error {
	if s.number(name) == 0 {
		return fault.New(fault.Invalid, string(verb), "rights.invalid").At("/"+name, "rights.say_which")
	}
	return nil
}

// day is a day that a form names, the zero time if it names none. What is no day is
// noted under its name.
func (s sent) day(v *fault.Error, name string) time.Time {
	day, ok := s.Date(name)
	if !ok {
		v.At("/"+name, "rights.say_day")
	}
	return day
}

// form is the handler of a form of a part: it does what was sent, and leads back to
// the part or shows it again with what was refused.
func (d *Desk) form(p part, form func(CaseView) templ.Component, do func(context.Context, sent) error) web.Handler {
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
		s := sent{Form: f, by: by, c: c}
		s.version = s.number("version")
		err = do(r.Context(), s)
		if err == nil {
			return web.SeeOther(w, r, "/rights/"+c.String()+p.path)
		}
		if !fault.Is(err, fault.Invalid) {
			return err
		}
		v, verr := d.seen(r)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, p.frame(r.Context(), v), f, err, p.body(v), form(v))
	}
}

// renamed says of a fault at one field that it is at another: two forms of a page
// cannot have a field of one name.
func renamed(err error, names ...string) error {
	f, ok := err.(*fault.Error)
	if !ok {
		return err
	}
	for i := range f.Fields {
		for n := 0; n < len(names); n += 2 {
			if f.Fields[i].Pointer == "/"+names[n] {
				f.Fields[i].Pointer = "/" + names[n+1]
				break
			}
		}
	}
	return err
}

func (d *Desk) listPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	p, err := pageOf(r)
	if err != nil {
		return err
	}
	v, err := d.List(r.Context(), by, p)
	if err != nil {
		return err
	}
	next := ""
	if len(v.Cases) >= p.Limit {
		v.Cases = v.Cases[:p.Limit-1]
		next = onwards("/rights", afterCase(v.Cases[p.Limit-2]))
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "rights.title"), Wide: true}, listBody(v, next))
}

// pageOf reads where a list begins; it asks for one row too many.
func pageOf(r *http.Request) (Page, error) {
	p := Page{Limit: 51}
	return p, p.After.UnmarshalText([]byte(r.URL.Query().Get("after")))
}

func onwards(path string, at sqldb.After) string {
	text, _ := at.MarshalText()
	return path + "?after=" + string(text)
}

func afterCase(c casework.Case) sqldb.After { return sqldb.After{At: c.Moved, ID: c.ID.String()} }

func (d *Desk) takeForm(w http.ResponseWriter, r *http.Request) error {
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
	c, err := d.Take(r.Context(), by, ref, sent{Form: f}.number("version"))
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/rights/"+c.ID.String())
}

func (d *Desk) beginForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	beside := optional[id.Case](f.Text("beside"))
	if beside.IsZero() {
		v, lerr := d.List(r.Context(), by, Page{Limit: 50})
		if lerr != nil {
			return lerr
		}
		err := fault.New(fault.Invalid, string(Begin), "rights.invalid").At("/beside", "rights.say_case")
		return page.Again(w, r, page.View{Title: i18n.T(r.Context(), "rights.title"), Wide: true}, f, err, listBody(v, ""), beginForm(v))
	}
	c, err := d.Begin(r.Context(), by, beside)
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/rights/"+c.ID.String())
}

// noon is the middle of a day that a form names, in the State.
func (d *Desk) noon(day time.Time) time.Time {
	if day.IsZero() {
		return day
	}
	y, m, n := day.Date()
	return time.Date(y, m, n, 12, 0, 0, 0, d.zone())
}

func (d *Desk) zone() *time.Location {
	if d.Ground.Zone == nil {
		return time.UTC
	}
	return d.Ground.Zone
}
