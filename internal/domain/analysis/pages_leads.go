package analysis

import (
	"net/http"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// rows is the length of a page of a list.
const rows = 25

func (d *Desk) signalsPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	seq, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	list, err := d.Evidence.List(r.Context(), by, seq, rows+1)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > rows {
		list = list[:rows]
		next = "/signals?before=" + strconv.FormatInt(list[rows-1].Seq, 10)
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "menu.signals"), Wide: true}, signals(list, next))
}

func (d *Desk) signalPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	s, err := id.Given[id.Signal](r.PathValue("signal"))
	if err != nil {
		return err
	}
	v, err := d.Evidence.See(r.Context(), by, purpose(by), s)
	if err != nil {
		return err
	}
	f := page.View{Title: i18n.T(r.Context(), "signal.title", "ref", s.Short()), Wide: true, Crumbs: []page.Link{{Href: "/signals", Text: i18n.T(r.Context(), "menu.signals")}}}
	if v.Retracted {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(r.Context(), "signal.retracted"), Tone: page.Warn})
	}
	return page.Show(w, r, f, signalBody(v))
}

func (d *Desk) leadsPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	state := typology.LeadOpen
	if r.URL.Query().Get("state") == string(typology.LeadDismissed) {
		state = typology.LeadDismissed
	}
	list, err := d.Leads.List(r.Context(), by, purpose(by), state, after(r.URL.Query().Get("after")), rows+1)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > rows {
		list = list[:rows]
		last := list[rows-1]
		next = "/leads?state=" + string(state) + "&after=" + strconv.Itoa(last.Score) + "." + last.ID.String()
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "menu.leads"), Wide: true}, leads(list, state, next))
}

// leadsFrom is where the list of leads in a state begins.
func leadsFrom(state typology.LeadState) string {
	if state == typology.LeadOpen {
		return "/leads"
	}
	return "/leads?state=" + string(state)
}

// after reads a place in the queue, "score.lead"; anything else is its head.
func after(s string) typology.After {
	score, lead, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(score)
	l, perr := id.Parse[id.Lead](lead)
	if err != nil || perr != nil {
		return typology.After{}
	}
	return typology.After{Score: n, Lead: l}
}

func (d *Desk) leadPage(w http.ResponseWriter, r *http.Request) error {
	by, l, err := d.lead(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, leadFrame(r, l), leadBody(l, by))
}

func (d *Desk) lead(r *http.Request) (by policy.Actor, l typology.Seen, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return by, l, err
	}
	lid, err := id.Given[id.Lead](r.PathValue("lead"))
	if err != nil {
		return by, l, err
	}
	l, err = d.Leads.See(r.Context(), by, purpose(by), lid)
	return by, l, err
}

func leadFrame(r *http.Request, l typology.Seen) page.View {
	ctx := r.Context()
	f := page.View{Title: i18n.T(ctx, "lead.rule."+l.Rule), Sub: l.ID.Short(), Wide: true, Crumbs: []page.Link{{Href: "/leads", Text: i18n.T(ctx, "menu.leads")}}}
	if l.Protected {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "lead.protected"), Tone: page.Lock})
	}
	if l.Child {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "lead.child"), Tone: page.Lock})
	}
	if l.State == typology.LeadDismissed {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "lead.dismissed")})
	}
	return f
}

func (d *Desk) dismissForm(w http.ResponseWriter, r *http.Request) error {
	by, l, err := d.lead(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = d.Leads.Dismiss(r.Context(), by, l.ID, f.Text("reason"))
	if fault.Is(err, fault.Invalid) {
		return page.Again(w, r, leadFrame(r, l), f, err, leadBody(l, by), dismissForm(l.Lead))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/leads")
}
