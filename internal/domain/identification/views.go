package identification

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
)

func (v View) href() string { return "/determinations/" + v.Case.ID.String() }

func (v View) proposal(p Proposed, answer string) string {
	return v.href() + "/proposals/" + p.ID.String() + "/" + answer
}

func (v View) can(verb Verb) bool { return slices.Contains(v.Can, verb) }

func (v Prepared) href() string { return "/nrm/" + v.Case.ID.String() }

func (v Prepared) can(verb Verb) bool { return slices.Contains(v.Can, verb) }

// underWay tells whether she is referred already.
func (v Prepared) underWay() bool {
	return slices.ContainsFunc(v.Sent, func(s Sent) bool { return s.State.Open() })
}

// live are her words under which she can be referred now.
func (v Prepared) live() (out []consent.Consent) {
	for _, w := range v.Words {
		if w.Live(v.Now) {
			out = append(out, w)
		}
	}
	return out
}

// no are the authorities to which she said no.
func (v Prepared) no() []casework.Organisation {
	return slices.DeleteFunc(slices.Clone(v.Authorities), func(o casework.Organisation) bool { return !refused(v.Words, o.ID) })
}

// name of an authority.
func (v Prepared) name(o id.Organisation) string {
	for _, have := range v.Authorities {
		if have.ID == o {
			return have.Name
		}
	}
	return o.Short()
}

func authorities(list []casework.Organisation) []page.Option {
	out := make([]page.Option, len(list))
	for i, o := range list {
		out[i] = page.Option{Value: o.ID.String(), Label: o.Name}
	}
	return out
}

// only is the single one of a list, chosen beforehand.
func only(list []casework.Organisation) string {
	if len(list) == 1 {
		return list[0].ID.String()
	}
	return ""
}

// forms are the kinds of exploitation, with "not known" first.
func forms(ctx context.Context) []page.Option {
	return append([]page.Option{page.Unknown(ctx)}, page.Options(ctx, "identification.form.", Forms...)...)
}

func version(c casework.Case) string { return strconv.FormatInt(c.Version, 10) }

func row(ctx context.Context, key, value string) page.Fact {
	if value == "" {
		value = i18n.T(ctx, "case.not_given")
	}
	return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value)}
}

// text of a value that was sealed, or why it is not there.
func text(ctx context.Context, s act.Shown[string]) string {
	switch {
	case s.Erased:
		return i18n.T(ctx, "case.erased")
	case s.Withheld:
		return i18n.T(ctx, "withheld.class")
	}
	return s.Value
}

func (v View) facts(ctx context.Context) []page.Fact {
	rests := i18n.T(ctx, "identification.by_word")
	if v.Duty != "" {
		rests = i18n.T(ctx, "identification.by_duty")
	}
	age := "age.unknown"
	if v.Person.Age != "" {
		age = "age." + string(v.Person.Age)
	}
	lang := ""
	if v.Person.Language != "" {
		lang = i18n.T(ctx, "lang."+v.Person.Language)
	}
	return []page.Fact{
		row(ctx, "case.state", i18n.T(ctx, "case.state."+v.Case.State)), row(ctx, "referral.from", v.From), row(ctx, "identification.rests_on", rests),
		row(ctx, "case.name", text(ctx, v.Name)), row(ctx, "case.phone", text(ctx, v.Phone)),
		row(ctx, "case.safety", i18n.T(ctx, "safety."+string(v.Person.Safety))), row(ctx, "case.age", i18n.T(ctx, age)), row(ctx, "case.language", lang),
		row(ctx, "case.opened", i18n.Date(ctx, v.Case.Opened)),
	}
}

func (d Decided) facts(ctx context.Context) []page.Fact {
	var by []string
	for _, name := range d.By {
		if name == "" {
			name = i18n.T(ctx, "identification.left")
		}
		by = append(by, name)
	}
	return []page.Fact{
		row(ctx, "identification.outcome", i18n.T(ctx, "identification.outcome."+string(d.Outcome))),
		row(ctx, "identification.standard", d.Standard.ID+": "+d.Standard.Wording+" ("+d.Standard.Source+")"),
		row(ctx, "identification.reasons", text(ctx, d.Why)), row(ctx, "identification.decided_by", strings.Join(by, " · ")),
		row(ctx, "identification.decided_at", i18n.DateTime(ctx, d.At)),
	}
}

func (d Decided) title(ctx context.Context) string {
	return i18n.T(ctx, "identification."+string(d.Stage))
}

func (v View) period(ctx context.Context) []page.Fact {
	p := v.Period
	facts := []page.Fact{row(ctx, "identification.period_from", i18n.Date(ctx, p.Started)), row(ctx, "identification.period_until", v.lastDay(ctx, p.Until)), row(ctx, "identification.source", p.Law)}
	if p.Extended || p.End == OfWithdrawn || p.End == PublicOrder {
		facts = append(facts, row(ctx, "identification.reasons", text(ctx, v.Why)), row(ctx, "identification.allowed_by", p.Source))
	}
	state := i18n.T(ctx, "identification.period_running")
	if p.End != "" {
		state = i18n.T(ctx, "identification.end."+string(p.End)) + " · " + i18n.Date(ctx, p.Ended)
	}
	return append([]page.Fact{row(ctx, "case.state", state)}, facts...)
}

// lastDay is the last day of what ends at a midnight.
func (v View) lastDay(ctx context.Context, end time.Time) string {
	return i18n.Date(ctx, end.In(v.Now.Location()).Add(-time.Second))
}

// running are the clocks of the law that run, other than that of the route.
func (v View) running() []casework.Clock {
	return slices.DeleteFunc(slices.Clone(v.Clocks), func(k casework.Clock) bool { return !k.Runs() || k.Rule.Name == ruleWindow })
}

// negative tells whether what stands now is a decision against her that she can
// have looked at again.
func (v View) negative() bool {
	return v.Case.State == "stage1_negative" || v.Case.State == "stage2_negative"
}

// windowOver tells whether the time to ask for that has passed.
func (v View) windowOver() bool { return !v.Window.Due.IsZero() && !v.Now.Before(v.Window.Due) }

func (v View) timeline(ctx context.Context) (out []page.Event) {
	for _, s := range slices.Backward(v.Course) {
		out = append(out, page.Event{At: s.At, Title: i18n.T(ctx, "verb."+string(s.Verb))})
	}
	return out
}

func (q Queue) table(ctx context.Context) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "identification.cases"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "case.code")}, {Title: i18n.T(ctx, "case.state")}, {Title: i18n.T(ctx, "case.moved")}}}
	for _, c := range q.Cases {
		t.Rows = append(t.Rows, []templ.Component{codeLink(c.ID, c.Code), page.Words(i18n.T(ctx, "case.state."+c.State)), page.Words(i18n.Date(ctx, c.Moved))})
	}
	return t
}

func (q Queue) counted(ctx context.Context) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "identification.notified"), Hidden: true, Columns: []page.Column{{Title: i18n.T(ctx, "identification.month")},
		{Title: i18n.T(ctx, "identification.form")}, {Title: i18n.T(ctx, "identification.kind")}, {Title: i18n.T(ctx, "identification.count"), Number: true}}}
	for _, n := range q.Notified {
		form := i18n.T(ctx, "answer.unknown")
		if n.Form != "" {
			form = i18n.T(ctx, "identification.form."+n.Form)
		}
		t.Rows = append(t.Rows, []templ.Component{page.Words(n.Month), page.Words(form), page.Words(i18n.T(ctx, "organisation.kind."+n.Kind)), page.Words(i18n.Num(ctx, n.N))})
	}
	return t
}

func (v Laws) table(ctx context.Context) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "identification.law_periods"), Hidden: true, Columns: []page.Column{{Title: i18n.T(ctx, "identification.law_period")},
		{Title: i18n.T(ctx, "identification.law_length")}, {Title: i18n.T(ctx, "identification.source"), Prose: true}}}
	for _, r := range v.Rules {
		t.Rows = append(t.Rows, []templ.Component{page.Words(ruleName(ctx, r.Name)), page.Words(i18n.N(ctx, "identification.unit."+string(r.Unit), r.Amount)), page.Words(r.Source)})
	}
	return t
}

// ruleName is the name of a period in words; a State may enter others than those
// that the program asks for, which keep their own.
func ruleName(ctx context.Context, name string) string {
	if words := i18n.T(ctx, "clock."+name); !strings.HasPrefix(words, "⟦") { // a key that is missing shows so
		return words
	}
	return name
}

func standardFacts(ctx context.Context, s law.Standard) []page.Fact {
	return []page.Fact{row(ctx, "identification.law_id", s.ID), row(ctx, "identification.law_wording", s.Wording), row(ctx, "identification.law_evidence", s.Evidence), row(ctx, "identification.source", s.Source)}
}

func (v Laws) facts(ctx context.Context) []page.Fact {
	facts := []page.Fact{row(ctx, "identification.law_state", strings.TrimSpace(v.State+" "+v.Name))}
	for _, t := range v.Treaties {
		facts = append(facts, row(ctx, "identification.law_treaty", t.Name+" · "+t.Since.String()+" ("+t.Source+")"))
	}
	return facts
}
