package prosecution

import (
	"context"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
)

func fact(ctx context.Context, key, value string) page.Fact {
	if value == "" {
		value = i18n.T(ctx, "case.not_given")
	}
	return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value)}
}

// shown draws a value, or says why it is not there.
func shown(ctx context.Context, v act.Shown[string]) templ.Component {
	switch {
	case v.Withheld:
		return page.Withheld(page.Reason{Text: i18n.T(ctx, "withheld.class")})
	case v.Value == "":
		return page.Words(i18n.T(ctx, "case.not_given"))
	}
	return page.Said(v.Value)
}

func chargeTable(ctx context.Context, list []Accusation) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "rights.own_charges"), Columns: []page.Column{
		{Title: i18n.T(ctx, "rights.charged_name")}, {Title: i18n.T(ctx, "rights.offence")}, {Title: i18n.T(ctx, "rights.month")},
		{Title: i18n.T(ctx, "rights.held")}, {Title: i18n.T(ctx, "rights.recorded")}, {Title: i18n.T(ctx, "rights.charge_end")}}}
	for _, x := range list {
		t.Rows = append(t.Rows, []templ.Component{shown(ctx, x.Who), page.Words(i18n.T(ctx, "rights.offence."+x.Offence)), page.Words(x.Month),
			page.Words(i18n.T(ctx, "rights.custody."+x.Custody)), page.Words(i18n.Date(ctx, x.Made)), endCharge(x)})
	}
	return t
}

func toldFacts(ctx context.Context, v Told) []page.Fact {
	p := v.Payload.Value
	facts := []page.Fact{fact(ctx, "referral.from", v.From), fact(ctx, "case.alias", p.Alias), fact(ctx, "case.name", p.Name), fact(ctx, "case.phone", p.Phone)}
	if p.Safety != "" {
		facts = append(facts, fact(ctx, "case.safety", i18n.T(ctx, "safety."+string(p.Safety))))
	}
	if p.Age != "" {
		facts = append(facts, fact(ctx, "case.age", i18n.T(ctx, "age."+p.Age)))
	}
	if v.Referral.Duty != "" {
		facts = append(facts, fact(ctx, "rights.rests_on", i18n.T(ctx, "rights.by_duty")))
	}
	return append(facts, fact(ctx, "consent.ends", i18n.Date(ctx, v.Referral.Expires)))
}
