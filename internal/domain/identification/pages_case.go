package identification

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// mover moves a determination without saying more than that.
type mover func(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error)

// moves are the moves that need no more than a button, by the name of their route.
func (d *Desk) moves() []struct {
	name string
	verb Verb
	do   mover
} {
	return []struct {
		name string
		verb Verb
		do   mover
	}{
		{"inquire", Inquire, d.Inquire}, {"inform", Inform, d.Inform}, {"suspend", Suspend, d.Suspend}, {"resume", Resume, d.Resume},
		{"reconsider", Reconsider, d.Reconsider}, {"withdraw", Withdraw, d.Withdraw}, {"review", Review, d.Review},
	}
}

func (d *Desk) view(r *http.Request) (by By, v View, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return by, v, err
	}
	c, err := id.Given[id.Case](r.PathValue("case"))
	if err != nil {
		return by, v, err
	}
	v, err = d.See(r.Context(), by, c)
	return by, v, err
}

// frame is the frame of the page. The title holds the code only: titles stand in
// histories and on shared screens.
func (v View) frame(r *http.Request) page.View {
	ctx := r.Context()
	f := page.View{Title: v.Case.Code, Wide: true, Crumbs: []page.Link{{Href: "/determinations", Text: i18n.T(ctx, "identification.queue")}}}
	if v.Alias.Value != "" {
		f.Sub = i18n.T(ctx, "case.known_as", "alias", v.Alias.Value)
	}
	if v.Person.Age.TreatedAsChild() {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "case.child"), Tone: page.Lock})
	}
	if v.Period.Runs() {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "clock.protected_period"), Tone: page.Lock})
	}
	return f
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.view(r)
	if err != nil {
		return err
	}
	return page.Show(w, r, v.frame(r), body(v))
}

// decider reads a form of a determination's page, and answers it.
func (d *Desk) decider(w http.ResponseWriter, r *http.Request, form func(View) templ.Component, do func(By, id.Case, web.Form) error) error {
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
		v, verr := d.See(r.Context(), by, c)
		if verr != nil {
			return verr
		}
		return page.Again(w, r, v.frame(r), f, err, body(v), form(v))
	}
	if err != nil && !fault.Is(err, fault.Parked) { // the page says what waits
		return err
	}
	return web.SeeOther(w, r, "/determinations/"+c.String())
}

func (d *Desk) moveForm(do mover) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return d.decider(w, r, body, func(by By, c id.Case, f web.Form) error {
			_, err := do(r.Context(), by, c, f.Version())
			return err
		})
	}
}

func (d *Desk) decideForm(do func(context.Context, By, DecideIn) (casework.Case, error), form func(View) templ.Component) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return d.decider(w, r, form, func(by By, c id.Case, f web.Form) error {
			_, err := do(r.Context(), by, DecideIn{Case: c, Version: f.Version(), Reasons: f.Text("reasons")})
			return err
		})
	}
}

func (d *Desk) periodForm(do func(context.Context, By, PeriodIn) error, form func(View) templ.Component) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return d.decider(w, r, form, func(by By, c id.Case, f web.Form) error {
			return do(r.Context(), by, PeriodIn{Case: c, Version: f.Version(), End: End(f.Text("end")), Until: d.endOf(f, "until"),
				Reasons: f.Text("reasons"), Source: f.Text("source")})
		})
	}
}

func (d *Desk) flagForm(w http.ResponseWriter, r *http.Request) error {
	return d.decider(w, r, flagForm, func(by By, c id.Case, f web.Form) error {
		return d.Flag(r.Context(), by, FlagIn{Case: c, Version: f.Version(), Kind: f.Text("kind")})
	})
}

func (d *Desk) residenceForm(w http.ResponseWriter, r *http.Request) error {
	return d.decider(w, r, residenceForm, func(by By, c id.Case, f web.Form) error {
		return d.Residence(r.Context(), by, ResidenceIn{Case: c, Version: f.Version(), Ground: Ground(f.Text("ground")), Until: d.endOf(f, "until")})
	})
}

func (d *Desk) taskForm(w http.ResponseWriter, r *http.Request) error {
	task, err := id.Given[id.Task](r.PathValue("task"))
	if err != nil {
		return err
	}
	return d.decider(w, r, body, func(by By, c id.Case, f web.Form) error { return d.Finish(r.Context(), by, c, f.Version(), task) })
}

func (d *Desk) forgetForm(w http.ResponseWriter, r *http.Request) error {
	return d.decider(w, r, body, func(by By, c id.Case, f web.Form) error { return d.Forget(r.Context(), by, c, f.Version()) })
}

// answered answers a proposal about a determination.
func (d *Desk) answered(do func(context.Context, By, id.Proposal, string) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := id.Given[id.Proposal](r.PathValue("proposal"))
		if err != nil {
			return err
		}
		form := func(v View) templ.Component { return declineForm(v, Proposed{Proposal: act.Proposal{ID: p}}) }
		return d.decider(w, r, form, func(by By, _ id.Case, f web.Form) error { return do(r.Context(), by, p, f.Text("reason")) })
	}
}
