package disclosure

import (
	"context"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

func href(c id.Case) string { return "/disclosures/" + c.String() }

func (v View) href() string { return href(v.Case.ID) }

func (s Shown) href(v View, verb string) string {
	return v.href() + "/" + s.Referral.String() + "/" + verb
}

// recipients are those to whom something can be told, by name.
func (v View) recipients(ctx context.Context) []page.Option {
	out := make([]page.Option, len(v.Recipients))
	for i, o := range v.Recipients {
		out[i] = page.Option{Value: o.ID.String(), Label: o.Name}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}

// name of a recipient, for the preview.
func (v View) name(in In) string {
	for _, o := range v.Recipients {
		if o.ID == in.Recipient {
			return o.Name
		}
	}
	return ""
}

func (s Shown) facts(ctx context.Context) []page.Fact {
	row := func(key, value string) page.Fact {
		return page.Fact{Term: i18n.T(ctx, key), Value: page.Words(value)}
	}
	why := s.Why.Value
	switch {
	case s.Why.Erased:
		why = i18n.T(ctx, "case.erased")
	case s.Why.Withheld:
		why = i18n.T(ctx, "disclosure.withheld")
	}
	facts := []page.Fact{
		row("disclosure.to", s.Recipient), row("disclosure.became", i18n.T(ctx, "referral.state."+string(s.State))),
		row("disclosure.duty", s.Duty.Wording+" ("+s.Duty.Source+")"), row("disclosure.why", why), row("disclosure.by", s.Discloser),
	}
	looked := i18n.T(ctx, "disclosure.not_reviewed")
	if s.Verdict != "" {
		looked = i18n.T(ctx, "disclosure.verdict."+string(s.Verdict)) + " · " + s.Reviewer + " · " + i18n.DateTime(ctx, s.Reviewed)
	}
	told := i18n.T(ctx, "disclosure.not_told")
	switch {
	case !s.Told.IsZero():
		told = i18n.DateTime(ctx, s.Told)
	case !s.TellBy.IsZero():
		told = i18n.T(ctx, "disclosure.delayed", "day", i18n.Date(ctx, s.TellBy))
	}
	return append(facts, row("disclosure.review", looked), row("disclosure.told", told))
}

// sent are the fields as the recipient would get them.
func sent(ctx context.Context, in In, p casework.Payload) []page.Released {
	return casework.Released(ctx, p, in.classes(), "release.by_duty")
}
