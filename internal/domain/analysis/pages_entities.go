package analysis

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// hits bounds what a search lists.
const hits = 50

func (d *Desk) searchPage(w http.ResponseWriter, r *http.Request) error {
	return showSearch(w, r, "", nil)
}

// searchAgain leads whoever reloads or keeps the address of an answer to the form:
// what was searched for is not in it.
func (d *Desk) searchAgain(w http.ResponseWriter, r *http.Request) error {
	return web.SeeOther(w, r, "/entities")
}

// searchForm answers a search in place. What is searched for is a person's name or
// number: it is sent in the body, so that no address, history or log of a proxy
// keeps it.
func (d *Desk) searchForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	q := form.Text("q")
	if q == "" {
		return showSearch(w, r, "", nil)
	}
	list, err := d.Graph.Search(r.Context(), by, purpose(by), q, hits)
	if err != nil {
		return err
	}
	return showSearch(w, r, q, list)
}

// showSearch never repeats in the title what was searched for.
func showSearch(w http.ResponseWriter, r *http.Request, q string, list []graph.Hit) error {
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "menu.entities"), Wide: true}, search(q, list))
}

func (d *Desk) entity(r *http.Request) (policy.Actor, graph.Page, graph.Chart, error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return by, graph.Page{}, graph.Chart{}, err
	}
	e, err := id.Given[id.Entity](r.PathValue("entity"))
	if err != nil {
		return by, graph.Page{}, graph.Chart{}, err
	}
	p, err := d.Graph.See(r.Context(), by, purpose(by), e)
	if err != nil {
		return by, p, graph.Chart{}, err
	}
	c, err := d.Graph.Chart(r.Context(), by, purpose(by), graph.ChartIn{Seeds: []id.Entity{e}, Expanded: seedsOf(p)})
	return by, p, c, err
}

// seedsOf opens a chart with what an entity is linked with directly, as long as
// that stays readable.
func seedsOf(p graph.Page) (out []graph.Expansion) {
	left := graph.MaxSeeds
	for _, c := range p.Links {
		if c.N <= left {
			left -= c.N
			out = append(out, graph.Expansion{Entity: p.ID, Kind: c.Other})
		}
	}
	return out
}

func entityFrame(r *http.Request, p graph.Page) page.View {
	ctx := r.Context()
	f := page.View{Title: i18n.T(ctx, "entity.title", "kind", i18n.T(ctx, "mention.kind."+string(p.Kind)), "ref", p.ID.Short()), Wide: true,
		Crumbs: []page.Link{{Href: "/entities", Text: i18n.T(ctx, "menu.entities")}}, Sub: p.Label.Value}
	if p.Protected && p.Kind == evidence.Person {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "lead.protected"), Tone: page.Lock})
	} else if p.Protected {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "protected.hers"), Tone: page.Lock})
	}
	return f
}

func (d *Desk) entityPage(w http.ResponseWriter, r *http.Request) error {
	by, p, c, err := d.entity(r)
	if err != nil {
		return err
	}
	asked, err := id.Given[id.Entity](r.PathValue("entity"))
	if err != nil {
		return err
	}
	if asked != p.ID { // a bookmark of what has become part of another
		return web.SeeOther(w, r, "/entities/"+p.ID.String()+"?merged=yes")
	}
	return page.Show(w, r, entityFrame(r, p), entityBody(p, c, by, r.URL.Query().Has("merged")))
}

func (d *Desk) splitForm(w http.ResponseWriter, r *http.Request) error {
	by, p, c, err := d.entity(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	var mentions []id.Mention
	for _, text := range f.All("mention") {
		if m, err := id.Parse[id.Mention](text); err == nil {
			mentions = append(mentions, m)
		}
	}
	_, err = d.Graph.Split(r.Context(), by, p.ID, mentions, "not_the_same")
	return settled(w, r, f, err, p, c, by, splitForm(p))
}

func (d *Desk) mergeForm(w http.ResponseWriter, r *http.Request) error {
	by, p, c, err := d.entity(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	other, err := id.Parse[id.Entity](f.Text("other"))
	if err != nil {
		err = fault.New(fault.Invalid, "analysis.merge", "id.malformed").At("/other", "id.malformed")
	} else {
		_, err = d.Graph.Merge(r.Context(), by, p.ID, other, "the_same")
	}
	return settled(w, r, f, err, p, c, by, mergeForm(p))
}

func settled(w http.ResponseWriter, r *http.Request, f web.Form, err error, p graph.Page, c graph.Chart, by policy.Actor, form templ.Component) error {
	if fault.Is(err, fault.Invalid) {
		return page.Again(w, r, entityFrame(r, p), f, err, entityBody(p, c, by, false), form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/entities/"+p.ID.String())
}

func (d *Desk) reviewPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	var from graph.Place
	if err := from.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		from = graph.Place{}
	}
	const pairs = 10
	list, err := d.Graph.Queue(r.Context(), by, from, false, pairs+1)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > pairs {
		list = list[:pairs]
		at, _ := list[pairs-1].At.MarshalText() // a place always has a text
		next = "/review?after=" + string(at)
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "review.title"), Wide: true}, review(list, next))
}

// judgeForm takes "mention mention" and the verdict from the button that was
// pressed.
func (d *Desk) judgeForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	words := strings.Fields(f.Text("verdict"))
	if len(words) != 3 {
		return fault.New(fault.Invalid, string(graph.VerbJudge), "fault.unreadable")
	}
	a, aerr := id.Parse[id.Mention](words[1])
	b, berr := id.Parse[id.Mention](words[2])
	if aerr != nil || berr != nil {
		return fault.New(fault.Invalid, string(graph.VerbJudge), "fault.unreadable")
	}
	if _, err := d.Graph.Judge(r.Context(), by, a, b, graph.Verdict(words[0]), "reviewed"); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/review")
}
