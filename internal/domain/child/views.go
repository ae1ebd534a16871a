package child

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
)

// frame is the frame of the page. The title holds the code only.
func (v View) frame(r *http.Request) page.View {
	ctx := r.Context()
	f := page.View{Title: v.Case.Code, Wide: true, Crumbs: []page.Link{{Href: "/children", Text: i18n.T(ctx, "children.title")}}}
	if v.Alias.Value != "" {
		f.Sub = i18n.T(ctx, "case.known_as", "alias", v.Alias.Value)
	}
	if _, is := v.gone(); is {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "child.missing_tag"), Tone: page.Warn})
	}
	f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "case.state."+v.Case.State), Tone: page.Lock})
	return f
}

func (v View) href() string { return "/children/" + v.Case.ID.String() }

func (v View) gone() (Missing, bool) {
	if n := len(v.Missing); n > 0 && v.Missing[n-1].Found.IsZero() {
		return v.Missing[n-1].Missing, true
	}
	return Missing{}, false
}

// toTalk tells whether she is back and nobody has talked with her yet.
func (v View) toTalk() bool {
	n := len(v.Missing)
	return n > 0 && !v.Missing[n-1].Found.IsZero() && v.Missing[n-1].Talked.IsZero()
}

func (v View) runs(rule string) bool {
	return slices.ContainsFunc(v.Clocks, func(k casework.Clock) bool { return k.Rule.Name == rule && k.Runs() })
}

// standing is where the appointment of a guardian stands.
func (v View) standing() GuardianState { return last(v.Guardians).State }

// underWay is the determination that is not decided yet; N is 0 if there is none.
func (v View) underWay() Determination {
	if n := len(v.Decisions); n > 0 && v.Decisions[n-1].Outcome == "" {
		return v.Decisions[n-1].Determination
	}
	return Determination{}
}

// person is the name of a user, or the short id of who has left the directory.
func (v View) person(u id.User) string { return cmp.Or(v.People[u], u.Short()) }

func (v View) facts(ctx context.Context) []page.Fact {
	code := func(key string) templ.Component { return page.Words(i18n.T(ctx, key)) }
	facts := []page.Fact{
		{Term: i18n.T(ctx, "case.state"), Value: code("case.state." + v.Case.State)},
		{Term: i18n.T(ctx, "child.age_title"), Value: code("child.effective." + string(v.Effective))},
		{Term: i18n.T(ctx, "case.risk"), Value: code("risk." + string(v.Case.Risk))},
		{Term: i18n.T(ctx, "case.name"), Value: value(ctx, v.Name)},
		{Term: i18n.T(ctx, "child.birth"), Value: value(ctx, v.Month)},
		{Term: i18n.T(ctx, "case.opened"), Value: page.Words(i18n.Date(ctx, v.Case.Opened))},
	}
	if v.Person.Language != "" {
		facts = append(facts, page.Fact{Term: i18n.T(ctx, "case.language"), Value: code("lang." + v.Person.Language)})
	}
	if !v.Help.IsZero() {
		facts = append(facts, page.Fact{Term: i18n.T(ctx, "child.help"), Value: page.Words(v.Help.Short()), Change: "/cases/" + v.Help.String()})
	}
	return facts
}

// value draws a text, or says why it is not there.
func value(ctx context.Context, t act.Shown[string]) templ.Component {
	switch {
	case t.Withheld:
		return page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	case t.Erased:
		return page.Words(i18n.T(ctx, "case.erased"))
	case t.Value == "":
		return page.Words(i18n.T(ctx, "case.not_given"))
	}
	return page.Said(t.Value)
}

func codesOf(kinds []AgeKind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}

// statuses are the entries of both areas, each under the area's name.
func statuses(ctx context.Context) (out []page.Option) {
	for _, area := range []string{"school", "health"} {
		for _, s := range Statuses[area] {
			out = append(out, page.Option{Value: s, Label: i18n.T(ctx, "child.life."+area+"."+s)})
		}
	}
	return out
}

// live are the words in force for a purpose, as options.
func (v View) live(ctx context.Context, purpose consent.Purpose) (out []page.Option) {
	for _, c := range v.Words {
		if c.Live(v.Now) && c.Purpose == purpose {
			out = append(out, v.option(ctx, c))
		}
	}
	return out
}

// spoken are the words in force that others spoke for her, as options.
func (v View) spoken(ctx context.Context) (out []page.Option) {
	for _, c := range v.Words {
		if c.Live(v.Now) && byOthers(c) {
			out = append(out, v.option(ctx, c))
		}
	}
	return out
}

func (v View) option(ctx context.Context, c consent.Consent) page.Option {
	return page.Option{Value: c.ID.String(), Label: i18n.T(ctx, "purpose."+string(c.Purpose)) + " · " + v.Names[c.Recipient],
		Hint: i18n.T(ctx, "consent.until", "date", i18n.Date(ctx, c.Until))}
}

// speakers are who can speak, as the reader may note it: a guardian notes nobody's
// word but the guardian's.
func (v View) speakers() []string {
	if !v.Own {
		return []string{string(consent.Guardian)}
	}
	return []string{string(consent.Guardian), string(consent.BestInterests), string(consent.Self)}
}

func (v View) organisations(ctx context.Context) []page.Option {
	out := make([]page.Option, len(v.Directory))
	for i, o := range v.Directory {
		out[i] = page.Option{Value: o.ID.String(), Label: o.Name}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}

func (v View) candidates(ctx context.Context) []page.Option {
	out := make([]page.Option, len(v.Guards))
	for i, g := range v.Guards {
		out[i] = page.Option{Value: g.User.String(), Label: g.Name + " · " + v.Names[g.Organisation]}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}

// forTracing are the assessments on which a search for the family can rest.
func (v View) forTracing(ctx context.Context) (out []page.Option) {
	for _, x := range v.Weighed {
		if x.Action == Tracing && x.InInterest {
			out = append(out, page.Option{Value: strconv.FormatInt(x.N, 10), Label: i18n.T(ctx, "child.action."+x.Action) + " · " + i18n.Date(ctx, x.At)})
		}
	}
	return out
}

func hearingText(ctx context.Context, heard, unheard string) string {
	if heard != "" {
		return i18n.T(ctx, "child.heard."+heard)
	}
	return i18n.T(ctx, "child.unheard."+unheard)
}

func interest(ctx context.Context, in bool) page.Tag {
	if in {
		return page.Tag{Text: i18n.T(ctx, "child.interest_yes"), Tone: page.OK}
	}
	return page.Tag{Text: i18n.T(ctx, "child.interest_no"), Tone: page.Lock}
}

func stage(ctx context.Context, s DeterminationState) page.Tag {
	tone := page.Plain
	switch s {
	case Decided:
		tone = page.OK
	case ReviewDue:
		tone = page.Warn
	}
	return page.Tag{Text: i18n.T(ctx, "child.stage."+string(s)), Tone: tone}
}

func part(ctx context.Context, p Part) string {
	if p.Collected {
		return i18n.T(ctx, "child.part.information")
	}
	return i18n.T(ctx, "child.part.panel")
}

func wordTag(ctx context.Context, c consent.Consent, now time.Time) page.Tag {
	if c.Live(now) {
		return page.Tag{Text: i18n.T(ctx, "consent.until", "date", i18n.Date(ctx, c.Until)), Tone: page.OK}
	}
	return page.Tag{Text: i18n.T(ctx, "consent.state."+string(c.State))}
}

// timeline is the course of the case, the newest first.
func (v View) timeline(ctx context.Context) []page.Event {
	var out []page.Event
	for _, s := range slices.Backward(v.Course) {
		reason := ""
		if s.Reason != "" {
			reason = i18n.T(ctx, "reason."+s.Reason)
		}
		out = append(out, page.Event{At: s.At, Title: i18n.T(ctx, "verb."+string(s.Verb)), Text: reason})
	}
	return out
}

// days counts the days of the State's calendar from one moment to another.
func (v View) days(from, to time.Time) int {
	day := func(t time.Time) int64 {
		y, m, d := t.In(v.Now.Location()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400
	}
	return int(day(to) - day(from))
}

func childTable(ctx context.Context, list []Row) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "children.title"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "case.code")}, {Title: i18n.T(ctx, "case.state")}, {Title: i18n.T(ctx, "children.notice")}, {Title: i18n.T(ctx, "case.opened")}}}
	for _, r := range list {
		var notice templ.Component = templ.NopComponent
		switch {
		case r.Missing:
			notice = page.TagOf(page.Tag{Text: i18n.T(ctx, "child.missing_tag"), Tone: page.Warn})
		case r.Late > 0:
			notice = page.TagOf(page.Tag{Text: i18n.N(ctx, "children.late", r.Late), Tone: page.Warn})
		}
		t.Rows = append(t.Rows, []templ.Component{childLink(r.Case), page.Words(i18n.T(ctx, "case.state."+r.State)), notice, page.Words(i18n.Date(ctx, r.Opened))})
	}
	return t
}
