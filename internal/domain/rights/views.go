package rights

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// can tells whether the reader may do one of these.
func (v CaseView) can(verbs ...policy.Verb) bool {
	return slices.ContainsFunc(verbs, func(x policy.Verb) bool { return slices.Contains(v.Can, x) })
}

func text(n int64) string { return strconv.FormatInt(n, 10) }

func fact(ctx context.Context, key, value string) page.Fact {
	if value == "" {
		value = i18n.T(ctx, "case.not_given")
	}
	return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value)}
}

// shown draws a value, or says why it is not there.
func shown(ctx context.Context, key string, v act.Shown[string]) page.Fact {
	f := page.Fact{Term: i18n.T(ctx, key)}
	switch {
	case v.Withheld:
		f.Value = page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	case v.Erased:
		f.Value = page.Words(i18n.T(ctx, "case.erased"))
	case v.Value == "":
		f.Value = page.Words(i18n.T(ctx, "case.not_given"))
	default:
		f.Value = page.Said(v.Value)
	}
	return f
}

func (v CaseView) facts(ctx context.Context) []page.Fact {
	age := "age." + string(v.Person.Age)
	if v.Person.Age == evidence.AgeUnknown {
		age = "age.unknown"
	}
	language := v.Person.Language
	if language == "" {
		language = "und"
	}
	return []page.Fact{
		fact(ctx, "case.state", i18n.T(ctx, "case.state."+v.Case.State)),
		shown(ctx, "case.name", v.Name), shown(ctx, "case.phone", v.Phone),
		fact(ctx, "case.safety", i18n.T(ctx, "safety."+string(v.Person.Safety))),
		fact(ctx, "case.age", i18n.T(ctx, age)), fact(ctx, "case.language", i18n.T(ctx, "lang."+language)),
		fact(ctx, "rights.opened", i18n.Date(ctx, v.Case.Opened)),
	}
}

// parts are the pages of the case, each with what is under way there.
func (v CaseView) parts(ctx context.Context) []page.Task {
	row := func(p part, any, open bool) page.Task {
		t := page.Task{Text: i18n.T(ctx, p.title), Href: v.href() + p.path, State: page.NotStarted}
		switch {
		case open:
			t.State = page.InProgress
		case any:
			t.State = page.Done
		}
		return t
	}
	live := slices.ContainsFunc(v.Consents, func(c consent.Consent) bool { return c.Live(v.Now) })
	return []page.Task{
		row(word, len(v.Consents) > 0, live),
		row(punishment, len(v.Requests) > 0, slices.ContainsFunc(v.Requests, func(r Request) bool { return r.Decided.IsZero() })),
		row(compensation, len(v.Claims) > 0, slices.ContainsFunc(v.Claims, func(c Claim) bool { return c.State != Paid && c.State != Denied })),
		row(safety, len(v.Measures)+len(v.Returns) > 0, slices.ContainsFunc(v.Measures, func(m Measure) bool { return m.Until.IsZero() || v.Now.Before(m.Until) })),
	}
}

// timeline is what happened in the case, the newest first.
func (v CaseView) timeline(ctx context.Context) []page.Event {
	var out []page.Event
	for _, s := range v.Course {
		if slices.Contains([]policy.Verb{Advance, Advise, Pursue}, s.Verb) {
			continue // the steps below say what it was
		}
		e := page.Event{At: s.At, Title: i18n.T(ctx, "verb."+string(s.Verb))}
		if s.Reason != "" {
			e.Text = i18n.T(ctx, "reason."+s.Reason)
		}
		out = append(out, e)
	}
	for _, s := range v.Steps {
		out = append(out, page.Event{At: s.At, Title: i18n.T(ctx, "rights."+s.Thing+"."+s.To), Text: i18n.T(ctx, "rights.thing."+s.Thing, "n", s.N)})
	}
	for _, r := range v.Referrals {
		if !r.Answered.IsZero() {
			out = append(out, page.Event{At: r.Answered, Title: i18n.T(ctx, "referral.state."+string(r.State)), Text: v.Names[r.Recipient]})
		}
	}
	slices.SortStableFunc(out, func(a, b page.Event) int { return b.At.Compare(a.At) })
	return out
}

func (v CaseView) mandateFacts(ctx context.Context, m Mandate) []page.Fact {
	out := []page.Fact{}
	for _, s := range m.Scope {
		out = append(out, fact(ctx, "rights.scope", i18n.T(ctx, "rights.scope."+s)))
	}
	out = append(out, fact(ctx, "rights.holder", v.Holders[m.Holder]), fact(ctx, "rights.since", i18n.Date(ctx, m.Since)))
	switch {
	case !m.Ended.IsZero():
		out = append(out, fact(ctx, "rights.ended", i18n.Date(ctx, m.Ended)))
	case !m.Until.IsZero():
		out = append(out, fact(ctx, "rights.until", i18n.Date(ctx, m.Until)))
	}
	return out
}

func (v CaseView) organisations(ctx context.Context) []page.Option {
	var out []page.Option
	for _, o := range v.Directory {
		if o.ID != v.Case.Organisation {
			out = append(out, page.Option{Value: o.ID.String(), Label: o.Name})
		}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}

// words are her live words for a purpose; duty adds that there is none.
func (v CaseView) words(ctx context.Context, purpose consent.Purpose, duty bool) (out []page.Option) {
	for _, c := range v.Consents {
		if c.Live(v.Now) && c.Purpose == purpose {
			out = append(out, page.Option{Value: c.ID.String(), Label: v.Names[c.Recipient], Hint: i18n.T(ctx, "consent.until", "date", i18n.Date(ctx, c.Until))})
		}
	}
	if duty {
		out = append(out, page.Option{Value: "duty", Label: i18n.T(ctx, "rights.by_duty"), Hint: i18n.T(ctx, "rights.by_duty_hint")})
	}
	return out
}

func (v CaseView) wordTag(ctx context.Context, c consent.Consent) page.Tag {
	state := string(c.State)
	if !c.Live(v.Now) && c.State != consent.Refused && c.State != consent.Withdrawn {
		state = "expired"
	}
	t := page.Tag{Text: i18n.T(ctx, "consent.state."+state)}
	if c.Live(v.Now) {
		t.Tone = page.OK
	}
	return t
}

func caseTable(ctx context.Context, list []casework.Case) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "rights.title"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "case.code")}, {Title: i18n.T(ctx, "case.state")}, {Title: i18n.T(ctx, "case.moved")}}}
	for _, c := range list {
		t.Rows = append(t.Rows, []templ.Component{caseLink(c), page.Words(i18n.T(ctx, "case.state."+c.State)), page.Words(i18n.Date(ctx, c.Moved))})
	}
	return t
}

func besideOptions(list []casework.Case) []page.Option {
	out := make([]page.Option, len(list))
	for i, c := range list {
		out[i] = page.Option{Value: c.ID.String(), Label: c.Code}
	}
	return out
}

// tiles are the figures of the list: how long requests took, and what was paid of
// what was awarded.
func (v ListView) tiles(ctx context.Context) []page.Tile {
	out := []page.Tile{{Label: i18n.T(ctx, "rights.open_requests"), Value: i18n.Num(ctx, v.Speed.Open)}}
	if v.Speed.Decided > 0 {
		out = append(out, page.Tile{Label: i18n.T(ctx, "rights.median_days"), Value: i18n.Num(ctx, v.Speed.Median), Note: i18n.N(ctx, "rights.decided", v.Speed.Decided)})
	}
	for _, t := range v.Totals {
		out = append(out, page.Tile{Label: i18n.T(ctx, "rights.paid_of_awarded"), Value: t.Paid.String(), Note: i18n.T(ctx, "rights.of_awarded", "amount", t.Awarded.String())})
	}
	return out
}

// holders are the names of those who held a mandate.
func holders(a *act.Act, list []Mandate) map[id.User]string {
	out := map[id.User]string{}
	for _, m := range list {
		if out[m.Holder] = a.Who(m.Holder.String()); out[m.Holder] == "" {
			out[m.Holder] = m.Holder.Short()
		}
	}
	return out
}
