package protection

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/indicator"
)

// frame is the frame of the case's page. The title holds the code only: titles
// stand in histories and on shared screens.
func (v CaseView) frame(r *http.Request) page.View {
	ctx := r.Context()
	f := page.View{Title: v.Case.Code, Wide: true, Crumbs: v.crumbs(r, false)}
	if v.Alias.Value != "" {
		f.Sub = i18n.T(ctx, "case.known_as", "alias", v.Alias.Value)
	}
	if n := v.live(); n > 0 {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.N(ctx, "case.consents", n), Tone: page.OK})
	}
	if v.Person.Age.TreatedAsChild() {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "case.child"), Tone: page.Lock})
	}
	if v.Case.Risk == casework.RiskNow {
		f.Tags = append(f.Tags, page.Tag{Text: i18n.T(ctx, "risk.now"), Tone: page.Warn})
	}
	return f
}

func (v CaseView) crumbs(r *http.Request, within bool) []page.Link {
	list := []page.Link{{Href: "/cases", Text: i18n.T(r.Context(), "cases.title")}}
	if within {
		list = append(list, page.Link{Href: v.href(), Text: v.Case.Code})
	}
	return list
}

func (v CaseView) href() string { return "/cases/" + v.Case.ID.String() }

// live is the number of purposes for which a word is in force.
func (v CaseView) live() int {
	purposes := map[consent.Purpose]bool{}
	for _, c := range v.Consents {
		if c.Live(v.Now) {
			purposes[c.Purpose] = true
		}
	}
	return len(purposes)
}

// openNeeds are the needs among the tasks that are not done.
func (v CaseView) openNeeds() []string {
	var out []string
	for _, t := range v.Tasks {
		if need, ok := strings.CutPrefix(t.Kind, "need_"); ok && !t.Done && !slices.Contains(out, need) {
			out = append(out, need)
		}
	}
	return out
}

func (v CaseView) facts(ctx context.Context) []page.Fact {
	code := func(key string) templ.Component { return page.Words(i18n.T(ctx, key)) }
	facts := []page.Fact{
		{Term: i18n.T(ctx, "case.state"), Value: code("case.state." + v.Case.State)},
		{Term: i18n.T(ctx, "case.risk"), Value: code("risk." + string(v.Case.Risk))},
		{Term: i18n.T(ctx, "case.name"), Value: shown(ctx, v.Name)},
		{Term: i18n.T(ctx, "case.phone"), Value: shown(ctx, v.Phone)},
		{Term: i18n.T(ctx, "case.safety"), Value: code("safety." + string(v.Person.Safety))},
		{Term: i18n.T(ctx, "case.age"), Value: code(ageKey(v.Person.Age))},
		{Term: i18n.T(ctx, "case.language"), Value: code("lang." + v.Person.Language)},
		{Term: i18n.T(ctx, "case.opened"), Value: page.Words(i18n.Date(ctx, v.Case.Opened))},
	}
	if !v.Case.Lead.IsZero() {
		facts = append(facts, page.Fact{Term: i18n.T(ctx, "case.lead"), Value: page.Words(v.Case.Lead.Short()), Change: ""})
	}
	return facts
}

// shown draws a value, or says why it is not there.
func shown(ctx context.Context, v act.Shown[string]) templ.Component {
	switch {
	case v.Withheld:
		return page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	case v.Erased:
		return page.Words(i18n.T(ctx, "case.erased"))
	case v.Value == "":
		return page.Words(i18n.T(ctx, "case.not_given"))
	}
	return page.Said(v.Value)
}

func ageKey(a evidence.AgeClass) string {
	if a == evidence.AgeUnknown {
		return "age.unknown"
	}
	return "age." + string(a)
}

// matrix is her word by purpose and recipient.
func (v CaseView) matrix(ctx context.Context) page.Matrix {
	m := page.Matrix{Caption: i18n.T(ctx, "case.consent")}
	var recipients []id.Organisation
	for _, c := range v.Consents {
		if !slices.Contains(recipients, c.Recipient) {
			recipients = append(recipients, c.Recipient)
		}
	}
	// Words of one moment have no order of their own: by name each stays where it was.
	slices.SortFunc(recipients, func(a, b id.Organisation) int { return strings.Compare(v.Names[a], v.Names[b]) })
	for _, r := range recipients {
		m.Recipients = append(m.Recipients, v.Names[r])
	}
	for _, p := range consent.Asked { // whichever desk asked her: here she finds every word
		row := page.Purpose{Name: i18n.T(ctx, "purpose."+string(p))}
		for _, r := range recipients {
			row.Grants = append(row.Grants, v.grant(ctx, p, r))
		}
		m.Purposes = append(m.Purposes, row)
	}
	return m
}

// whom names what was asked: the service, or the organisation where no service is
// asked but a decision, or help in an emergency.
func whom(services map[id.Service]casework.Service, names map[id.Organisation]string, r casework.Referral) string {
	return cmp.Or(services[r.Service].Name, names[r.Recipient])
}

func (v CaseView) grant(ctx context.Context, p consent.Purpose, r id.Organisation) page.Grant {
	g := page.Grant{State: page.NotAsked}
	for _, c := range v.Consents { // a word in force stands; else the last
		if c.Purpose != p || c.Recipient != r || g.State == page.Given && !c.Live(v.Now) {
			continue
		}
		g = page.Grant{Href: v.href() + "/consents/" + c.ID.String()}
		switch {
		case c.Live(v.Now):
			g.State, g.Until = page.Given, i18n.Date(ctx, c.Until)
		case c.State == consent.Refused:
			g.State = page.Refused
		default:
			g.State = page.Withdrawn
		}
	}
	return g
}

func referralTone(s casework.ReferralState) page.Tone {
	switch s {
	case casework.Accepted, casework.InService, casework.Completed:
		return page.OK
	case casework.Sent:
		return page.Warn
	}
	return page.Plain
}

// timeline is what happened in the case, the newest first: its moves, her word,
// and what became of the referrals.
func (v CaseView) timeline(ctx context.Context) []page.Event {
	var out []page.Event
	add := func(at time.Time, title, text string) {
		out = append(out, page.Event{At: at, Title: title, Text: text})
	}
	for _, s := range v.Course {
		reason := ""
		if s.Reason != "" {
			reason = i18n.T(ctx, "reason."+s.Reason)
		}
		add(s.At, i18n.T(ctx, "verb."+string(s.Verb)), reason)
	}
	for _, c := range v.Words {
		add(c.RecordedAt, i18n.T(ctx, "consent.state."+string(c.State)), v.Names[c.Recipient])
	}
	for _, r := range v.Referrals {
		if !r.Answered.IsZero() {
			add(r.Answered, i18n.T(ctx, "referral.state."+string(r.State)), whom(v.Services, v.Names, r))
		}
	}
	slices.SortStableFunc(out, func(a, b page.Event) int { return b.At.Compare(a.At) })
	return out
}

// live consents for assistance, as the options of the referral form.
func (v CaseView) words(ctx context.Context) []page.Option {
	var out []page.Option
	for _, c := range v.Consents {
		if c.Live(v.Now) && c.Purpose == consent.Assistance {
			out = append(out, page.Option{Value: c.ID.String(), Label: v.Names[c.Recipient], Hint: i18n.T(ctx, "consent.until", "date", i18n.Date(ctx, c.Until))})
		}
	}
	return out
}

// services of the ranked matches, each once, as options.
func (v CaseView) services(ctx context.Context) []page.Option {
	var out []page.Option
	for _, need := range v.openNeeds() {
		for _, m := range v.Matches[need] {
			out = append(out, page.Option{Value: m.ID.String(), Label: m.Name + " · " + i18n.T(ctx, "need."+need), Hint: matchHint(ctx, m)})
		}
	}
	return out
}

// matchHint says why a service stands where it stands.
func matchHint(ctx context.Context, m casework.Match) string {
	parts := []string{m.OrganisationName}
	if m.SpeaksHer {
		parts = append(parts, i18n.T(ctx, "match.speaks"))
	}
	switch {
	case m.Places > 0:
		parts = append(parts, i18n.N(ctx, "match.places", m.Places))
	case m.Places == 0:
		parts = append(parts, i18n.T(ctx, "match.full"))
	}
	return strings.Join(parts, " · ")
}

func ageValue(in Intake) string {
	if in.Age == "" && in.Language != "" { // this page was filled in before
		return "unknown"
	}
	return in.Age
}

func shareValue(in Intake, s id.Service) string {
	for _, have := range in.Share {
		if have.Service == s {
			if have.Agreed {
				return "yes"
			}
			return "no"
		}
	}
	return ""
}

// answers are the rows of the check page, each with the way back to it.
func (f intakeForm) answers(ctx context.Context) []page.Fact {
	row := func(key, value, step string) page.Fact {
		if value == "" {
			value = i18n.T(ctx, "case.not_given")
		}
		return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value), Change: "/new/" + step}
	}
	var needs, signs []string
	for _, n := range f.In.Needs {
		needs = append(needs, i18n.T(ctx, "need."+n))
	}
	for _, code := range f.Quick {
		if f.In.Answers[code] == indicator.Yes {
			signs = append(signs, i18n.T(ctx, "indicator."+code))
		}
	}
	return []page.Fact{
		row("intake.danger", i18n.T(ctx, "answer."+f.In.Danger), stepDanger),
		row("case.alias", f.In.Alias, stepWho),
		row("case.age", i18n.T(ctx, ageKey(f.In.age())), stepWho),
		row("case.language", i18n.T(ctx, "lang."+f.In.Language), stepWho),
		row("intake.signs", strings.Join(signs, " · "), stepNoticed),
		row("intake.needs", strings.Join(needs, " · "), stepNeeds),
	}
}

func (f intakeForm) submit(ctx context.Context) string {
	if f.agreed() {
		return i18n.T(ctx, "intake.send")
	}
	return i18n.T(ctx, "intake.keep")
}

func (in Intake) payload() casework.Payload {
	return casework.Payload{Alias: in.Alias, Name: in.Name, Phone: in.Phone, Safety: in.Safety, Note: in.Note, Language: in.Language, Age: in.Age}
}
