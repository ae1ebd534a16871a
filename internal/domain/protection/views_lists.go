package protection

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// daysSince is the number of calendar days that have passed.
func daysSince(now, then time.Time) int { return -clock.DaysUntil(now, then) }

// page is where a case has its page.
func (v WorkView) page(caseType string, c id.Case) string { return v.Pages[caseType] + c.String() }

func (p Proposed) href(answer string) string { return "/proposals/" + p.ID.String() + "/" + answer }

func caseTable(ctx context.Context, list []casework.Case) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "cases.title"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "case.code")}, {Title: i18n.T(ctx, "case.state")}, {Title: i18n.T(ctx, "case.risk")}, {Title: i18n.T(ctx, "case.moved")}}}
	for _, c := range list {
		t.Rows = append(t.Rows, []templ.Component{caseLink(c), page.Words(i18n.T(ctx, "case.state."+c.State)),
			page.Words(i18n.T(ctx, "risk."+string(c.Risk))), page.Words(i18n.Date(ctx, c.Moved))})
	}
	return t
}

func foundTable(ctx context.Context, list []Found) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "find.title"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "case.code")}, {Title: i18n.T(ctx, "case.alias")}, {Title: i18n.T(ctx, "case.state")}, {Title: i18n.T(ctx, "case.moved")}}}
	for _, f := range list {
		t.Rows = append(t.Rows, []templ.Component{caseLink(f.Case), shown(ctx, f.Alias), page.Words(i18n.T(ctx, "case.state."+f.State)), page.Words(i18n.Date(ctx, f.Moved))})
	}
	return t
}

func whoTable(ctx context.Context, list []Saw) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "who.title"), Hidden: true, Columns: []page.Column{
		{Title: i18n.T(ctx, "who.when")}, {Title: i18n.T(ctx, "who.what")}, {Title: i18n.T(ctx, "who.who")}, {Title: i18n.T(ctx, "who.outcome")}, {Title: i18n.T(ctx, "who.basis")}}}
	for _, e := range list {
		basis := ""
		for i, p := range e.Policies {
			if i > 0 {
				basis += " · "
			}
			basis += i18n.T(ctx, "policy."+p)
		}
		t.Rows = append(t.Rows, []templ.Component{page.Words(i18n.DateTime(ctx, e.At)), page.Words(i18n.T(ctx, "verb."+e.Verb)),
			page.Words(sawBy(e)), page.Words(i18n.T(ctx, "outcome."+string(e.Outcome))), page.Words(basis)})
	}
	return t
}

// sawBy names whoever saw it and their organisation, with the short id beside the
// name: two may have one name, and who has left the directory has none.
func sawBy(e Saw) string {
	var out string
	for i, p := range e.People() {
		person := short(p)
		if e.Names[i] != "" {
			person = e.Names[i] + " (" + person + ")"
		}
		out += person + " · "
	}
	return out + e.Organisation
}

// short is what people read aloud of an id.
func short(id string) string {
	if len(id) > 6 {
		id = id[len(id)-6:]
	}
	return strings.ToUpper(id)
}

func wordFacts(ctx context.Context, v CaseView, c consent.Consent) []page.Fact {
	state := i18n.T(ctx, "consent.state."+string(c.State))
	if c.State != consent.Withdrawn && c.State != consent.Refused && !c.Live(v.Now) {
		state = i18n.T(ctx, "consent.state.expired")
	}
	facts := []page.Fact{
		{Term: i18n.T(ctx, "consent.recipient"), Value: page.Words(v.Names[c.Recipient])},
		{Term: i18n.T(ctx, "consent.purpose"), Value: page.Words(i18n.T(ctx, "purpose."+string(c.Purpose)))},
		{Term: i18n.T(ctx, "consent.her_word"), Value: page.Words(state)},
		{Term: i18n.T(ctx, "intake.spoken_by"), Value: page.Words(i18n.T(ctx, "speaker."+string(c.SpokenBy)))},
		{Term: i18n.T(ctx, "consent.noted"), Value: page.Words(i18n.DateTime(ctx, c.RecordedAt))},
	}
	for _, class := range []seal.Class{seal.Identity, seal.Contact, seal.Narrative} {
		if c.Classes.Has(class) {
			facts = append(facts, page.Fact{Term: i18n.T(ctx, "consent.scope"), Value: page.Words(i18n.T(ctx, "class."+class.String()))})
		}
	}
	return facts
}

// covered are the codes of what a word covers, in the order of the form.
func covered(c consent.Consent) (out []string) {
	for _, class := range []seal.Class{seal.Identity, seal.Contact, seal.Narrative} {
		if c.Classes.Has(class) {
			out = append(out, class.String())
		}
	}
	return out
}

// askedPurposes are what she is asked about.
func askedPurposes(ctx context.Context) []page.Option {
	codes := make([]string, len(consent.Asked))
	for i, p := range consent.Asked {
		codes[i] = string(p)
	}
	return page.Options(ctx, "purpose.", codes...)
}

func (v CaseView) recipients(ctx context.Context) []page.Option {
	var out []page.Option
	seen := map[string]bool{}
	for _, need := range v.openNeeds() {
		for _, m := range v.Matches[need] {
			if o := m.Organisation.String(); !seen[o] {
				seen[o] = true
				out = append(out, page.Option{Value: o, Label: m.OrganisationName})
			}
		}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}

func receivedFacts(ctx context.Context, v Received) []page.Fact {
	p := v.Payload.Value
	word := func(key, value string) page.Fact {
		if value == "" {
			value = i18n.T(ctx, "case.not_given")
		}
		return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value)}
	}
	facts := []page.Fact{word("referral.from", v.From), word("referral.service", v.Service.Name), word("case.alias", p.Alias), word("case.name", p.Name), word("case.phone", p.Phone)}
	if p.Safety != "" {
		facts = append(facts, word("case.safety", i18n.T(ctx, "safety."+string(p.Safety))))
	}
	if p.Language != "" {
		facts = append(facts, word("case.language", i18n.T(ctx, "lang."+p.Language)))
	}
	if p.Age != "" {
		facts = append(facts, word("case.age", i18n.T(ctx, "age."+p.Age)))
	}
	return append(facts, word("referral.answer_by", i18n.DateTime(ctx, v.Referral.Expires)))
}

func nextOptions(ctx context.Context, next []casework.ReferralState) []page.Option {
	out := make([]page.Option, len(next))
	for i, s := range next {
		out[i] = page.Option{Value: string(s), Label: i18n.T(ctx, "referral.do."+string(s))}
	}
	return out
}
