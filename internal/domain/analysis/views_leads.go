package analysis

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/typology"
)

func table(ctx context.Context, caption string, columns ...string) page.Table {
	t := page.Table{Caption: i18n.T(ctx, caption), Hidden: true}
	for _, c := range columns {
		t.Columns = append(t.Columns, page.Column{Title: i18n.T(ctx, c)})
	}
	return t
}

func row(t *page.Table, cells ...templ.Component) { t.Rows = append(t.Rows, cells) }

func signalTable(ctx context.Context, list []evidence.Signal) page.Table {
	t := table(ctx, "menu.signals", "signal.ref", "signal.kind", "signal.observed", "signal.grade", "signal.handling")
	t.Columns[3].Prose, t.Columns[4].Prose = true, true
	for _, s := range list {
		row(&t, link("/signals/"+s.ID.String(), s.ID.Short()), page.Words(kindName(ctx, s.Kind)), page.Words(i18n.Date(ctx, s.Observed)), page.Words(gradeWords(ctx, s.Grade)), page.Words(handling(ctx, s.Handling)))
	}
	return t
}

// kindName names the kinds we know, and gives a source's own word as it is.
func kindName(ctx context.Context, kind string) string {
	switch kind {
	case "referral", "screening", "inspection", "directory", "case_record", evidence.KindVerdict, evidence.KindRetraction, evidence.KindModel:
		return i18n.T(ctx, "signal.kind."+kind)
	}
	return kind
}

func signalFacts(ctx context.Context, v evidence.View) []page.Fact {
	s := v.Signal
	ref := page.Words(reference(ctx, v.Ref.Value))
	if v.Ref.Withheld {
		ref = page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	}
	facts := []page.Fact{
		{Term: i18n.T(ctx, "signal.reference"), Value: ref},
		{Term: i18n.T(ctx, "signal.kind"), Value: page.Words(kindName(ctx, s.Kind))},
		{Term: i18n.T(ctx, "signal.observed"), Value: page.Words(i18n.Date(ctx, s.Observed))},
		{Term: i18n.T(ctx, "signal.recorded"), Value: page.Words(i18n.DateTime(ctx, s.Recorded))},
		{Term: i18n.T(ctx, "signal.grade"), Value: page.Words(gradeWords(ctx, s.Grade))},
		{Term: i18n.T(ctx, "signal.handling"), Value: page.Words(handling(ctx, s.Handling))},
	}
	return facts
}

func mentionTable(ctx context.Context, list []evidence.MentionView) page.Table {
	t := table(ctx, "signal.mentions", "mention.kind", "mention.role", "mention.details")
	for _, m := range list {
		row(&t, page.Words(i18n.T(ctx, "mention.kind."+string(m.Kind))), page.Words(roleName(ctx, m.Role)), detailsOf(ctx, m.Shown))
	}
	return t
}

func roleName(ctx context.Context, r evidence.Role) string {
	if r == "" {
		return ""
	}
	return i18n.T(ctx, "mention.role."+string(r))
}

func detailsOf(ctx context.Context, v act.Shown[evidence.Details]) templ.Component {
	switch {
	case v.Withheld:
		return page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	case v.Erased:
		return page.Words(i18n.T(ctx, "case.erased"))
	}
	return page.Said(plain(v.Value))
}

// plain is what a mention says, in one line, as it was said.
func plain(d evidence.Details) string {
	parts := append(slices.Clone(d.Names), d.Born, d.Type, d.Value, d.Line, d.Postcode, d.Town, d.Country)
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, " · ")
}

// why says in a sentence why the lead was raised.
func why(ctx context.Context, l typology.Lead) string {
	r := l.Reasons
	if l.Rule == typology.RuleIndicators {
		return i18n.N(ctx, "lead.why_indicators", len(r.Fired))
	}
	return i18n.N(ctx, "lead.why_network", r.Persons, "thing", i18n.T(ctx, "lead.thing."+r.Kind), "sources", r.Sources, "days", r.Days)
}

func leadTags(ctx context.Context, l typology.Lead) []page.Tag {
	var tags []page.Tag
	if l.Protected {
		tags = append(tags, page.Tag{Text: i18n.T(ctx, "lead.protected"), Tone: page.Lock})
	}
	if l.Child {
		tags = append(tags, page.Tag{Text: i18n.T(ctx, "lead.child"), Tone: page.Lock})
	}
	return append(tags, page.Tag{Text: i18n.T(ctx, "lead.score", "score", l.Score)})
}

// leadFacts are the parts of the score: nothing else weighs.
func leadFacts(ctx context.Context, l typology.Lead) []page.Fact {
	num := func(key string, n int) page.Fact {
		return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(i18n.Num(ctx, n))}
	}
	if l.Rule == typology.RuleIndicators {
		return []page.Fact{num("lead.part.indicators", len(l.Reasons.Fired)), num("lead.part.score", l.Score)}
	}
	return []page.Fact{num("lead.part.persons", l.Reasons.Persons), num("lead.part.sources", l.Reasons.Sources), num("lead.part.children", l.Reasons.Children),
		num("lead.part.days", l.Reasons.Days), num("lead.part.relatives", l.Reasons.Relatives), num("lead.part.anonymous", l.Reasons.Anonymous), num("lead.part.score", l.Score)}
}

// reasonsMax bounds the signals a lead's page lists.
const reasonsMax = 50

// reasonTable leads to the signals that the reader may open; the others are named,
// so that whoever owns them can be asked.
func reasonTable(ctx context.Context, l typology.Seen) page.Table {
	t := table(ctx, "lead.signals", "signal.ref")
	for i, s := range l.Reasons.Signals {
		if i == reasonsMax {
			break
		}
		if l.Signals[s] {
			row(&t, link("/signals/"+s.String(), s.Short()))
		} else {
			row(&t, page.Words(s.Short()))
		}
	}
	return t
}

func dismissals(ctx context.Context) []page.Option {
	out := make([]page.Option, len(typology.DismissReasons))
	for i, r := range typology.DismissReasons {
		out[i] = page.Option{Value: r, Label: i18n.T(ctx, "dismiss."+r)}
	}
	return out
}

func ages(ctx context.Context) []page.Option {
	return []page.Option{{Value: "adult", Label: i18n.T(ctx, "age.adult")}, {Value: "child", Label: i18n.T(ctx, "age.child")}, {Value: "unknown", Label: i18n.T(ctx, "age.unknown")}}
}
