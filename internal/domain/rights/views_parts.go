package rights

import (
	"context"
	"slices"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
)

// act is the compelled act of a number.
func (v CaseView) act(n int64) CompelledAct {
	for _, x := range v.Acts {
		if x.N == n {
			return x
		}
	}
	return CompelledAct{}
}

func (v CaseView) requestName(ctx context.Context, r Request) string {
	return i18n.T(ctx, "rights.request_n", "n", r.N, "offence", i18n.T(ctx, "rights.offence."+v.act(r.Act).Offence))
}

func (v CaseView) requestTags(ctx context.Context, r Request) []page.Tag {
	state := page.Tag{Text: i18n.T(ctx, "rights.request."+string(r.State)), Tone: page.Warn}
	switch r.State {
	case Granted:
		state.Tone = page.OK
	case Refused, Reviewed:
		state.Tone = page.Plain
	}
	out := []page.Tag{state}
	if r.Outcome != "" {
		out = append(out, page.Tag{Text: i18n.T(ctx, "rights.outcome."+r.Outcome)})
	}
	if !r.Silent.IsZero() {
		out = append(out, page.Tag{Text: i18n.T(ctx, "rights.silent"), Tone: page.Lock})
	}
	return out
}

func (v CaseView) requestFacts(ctx context.Context, r Request) []page.Fact {
	x := v.act(r.Act)
	took := "rights.days_running"
	if !r.Decided.IsZero() {
		took = "rights.days_taken"
	}
	out := []page.Fact{
		fact(ctx, "rights.month", x.Month), fact(ctx, "rights.custody", i18n.T(ctx, "rights.custody."+x.Custody)),
		fact(ctx, "rights.flagged_on", i18n.Date(ctx, r.Flagged)), fact(ctx, took, i18n.N(ctx, "rights.days", r.Days(v.Now))),
	}
	if !r.Accuser.IsZero() {
		out = append(out, fact(ctx, "rights.charged_by", v.Names[r.Accuser]))
	}
	for _, told := range v.Referrals {
		if told.ID == r.Told {
			out = append(out, fact(ctx, "rights.told_to", v.Names[told.Recipient]))
		}
	}
	if !r.Silent.IsZero() {
		out = append(out, fact(ctx, "rights.silent_since", i18n.Date(ctx, r.Silent)))
	}
	return out
}

func (v CaseView) requests(ctx context.Context, which func(Request) bool) (out []page.Option) {
	for _, r := range v.Requests {
		if which(r) {
			out = append(out, page.Option{Value: text(r.N), Label: v.requestName(ctx, r), Hint: i18n.T(ctx, "rights.request."+string(r.State))})
		}
	}
	return out
}

func (v CaseView) sendable(ctx context.Context) []page.Option {
	return v.requests(ctx, Request.Sendable)
}

func (v CaseView) movable(ctx context.Context) []page.Option {
	return v.requests(ctx, func(r Request) bool { return len(r.Next()) > 0 })
}

func (v CaseView) actOptions(ctx context.Context) (out []page.Option) {
	for _, x := range v.Acts {
		out = append(out, page.Option{Value: text(x.N), Label: i18n.T(ctx, "rights.offence."+x.Offence), Hint: x.Month})
	}
	return out
}

func outcomeOptions(ctx context.Context) []page.Option {
	return append(page.Options(ctx, "rights.outcome.", outcomes[Granted]...), page.Options(ctx, "rights.outcome.", outcomes[Reviewed]...)...)
}

func claimTag(ctx context.Context, c Claim) page.Tag {
	t := page.Tag{Text: i18n.T(ctx, "rights.claim."+string(c.State)), Tone: page.Warn}
	switch c.State {
	case Paid:
		t.Tone = page.OK
	case Denied:
		t.Tone = page.Plain
	}
	return t
}

func (v CaseView) claimFacts(ctx context.Context, c Claim) []page.Fact {
	out := []page.Fact{fact(ctx, "rights.event", i18n.Date(ctx, c.Event)), fact(ctx, "rights.limit", v.limit(ctx, c))}
	if c.Currency != "" {
		asked, awarded, paid := c.Sums()
		out = append(out, fact(ctx, "rights.sum_asked", asked.String()), fact(ctx, "rights.sum_awarded", awarded.String()), fact(ctx, "rights.sum_paid", paid.String()))
	}
	for _, p := range c.Payments {
		out = append(out, fact(ctx, "rights.payment", i18n.Date(ctx, p.At)+" · "+Amount{c.Currency, p.Minor}.String()))
	}
	return out
}

// limit says until when a claim can be filed, or that nobody has entered the law.
func (v CaseView) limit(ctx context.Context, c Claim) string {
	if c.Clock == nil {
		return i18n.T(ctx, "rights.not_configured")
	}
	if c.Clock.Due.IsZero() {
		return i18n.T(ctx, "rights.limit_stands_still")
	}
	day := i18n.Date(ctx, c.Clock.Due.In(v.Now.Location()))
	if !c.Clock.Met.IsZero() {
		return day + " · " + i18n.T(ctx, "rights.limit_kept")
	}
	return day + " · " + page.Clock(ctx, days(v.Now, c.Clock.Due.In(v.Now.Location()))).Text
}

func (v CaseView) claims(ctx context.Context, which func(Claim) bool) (out []page.Option) {
	for _, c := range v.Claims {
		if which(c) {
			out = append(out, page.Option{Value: text(c.N), Label: i18n.T(ctx, "rights.route."+string(c.Route)), Hint: i18n.T(ctx, "rights.claim."+string(c.State))})
		}
	}
	return out
}

func (v CaseView) freeRoutes(ctx context.Context) []page.Option {
	free := slices.DeleteFunc(slices.Clone(Routes), func(r Route) bool {
		return slices.ContainsFunc(v.Claims, func(c Claim) bool { return c.Route == r })
	})
	return page.Options(ctx, "rights.route.", free...)
}

// totals are the sums of the claims, by currency.
func (v CaseView) totals() (out []Total) {
	for _, c := range v.Claims {
		if c.Currency == "" {
			continue
		}
		i := slices.IndexFunc(out, func(t Total) bool { return t.Paid.Currency == c.Currency })
		if i < 0 {
			none := Amount{Currency: c.Currency}
			out, i = append(out, Total{none, none, none}), len(out)
		}
		out[i].Asked.Minor += c.Asked
		out[i].Awarded.Minor += c.Awarded
		out[i].Paid.Minor += c.Paid
	}
	return out
}

func (v CaseView) totalTiles(ctx context.Context) (out []page.Tile) {
	for _, t := range v.totals() {
		out = append(out, page.Tile{Label: i18n.T(ctx, "rights.sum_asked"), Value: t.Asked.String()}, page.Tile{Label: i18n.T(ctx, "rights.sum_awarded"), Value: t.Awarded.String()},
			page.Tile{Label: i18n.T(ctx, "rights.sum_paid"), Value: t.Paid.String()})
	}
	return out
}

func measureFacts(ctx context.Context, m Measure) []page.Fact {
	out := []page.Fact{fact(ctx, "rights.since", i18n.Date(ctx, m.Since))}
	if !m.Until.IsZero() {
		out = append(out, fact(ctx, "rights.until", i18n.Date(ctx, m.Until)))
	}
	return out
}

func (v CaseView) measureOptions(ctx context.Context) (out []page.Option) {
	for _, m := range v.Measures {
		out = append(out, page.Option{Value: text(m.N), Label: i18n.T(ctx, "rights.measure."+m.Code), Hint: i18n.Date(ctx, m.Since)})
	}
	return out
}

func returnFacts(ctx context.Context, r VoluntaryReturn) []page.Fact {
	return []page.Fact{fact(ctx, "rights.recorded", i18n.Date(ctx, r.Made)), fact(ctx, "rights.follow_up", i18n.Date(ctx, r.FollowUp))}
}
