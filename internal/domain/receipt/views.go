package receipt

import (
	"context"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

func (v View) href() string { return "/receipts/" + v.Case.ID.String() }

// who is the organisation that did something, in her words: a person's name is not
// hers to know, whom they work for is.
func (v Own) who(ctx context.Context, e ledger.Entry) string {
	o := id.Trusted[id.Organisation](e.Organisation)
	if o == id.Derived[id.Organisation]("receipt") {
		return i18n.T(ctx, "receipt.you")
	}
	if o == id.Derived[id.Organisation]("node") {
		return i18n.T(ctx, "receipt.machine")
	}
	return v.Names[o]
}

// seenBy are the lines of her case: who did what, and the rule by which they may.
func (v Own) seenBy(ctx context.Context) []page.Event {
	out := make([]page.Event, len(v.Seen))
	for i, e := range v.Seen {
		basis := ""
		for n, p := range e.Policies {
			if n > 0 {
				basis += " · "
			}
			basis += i18n.T(ctx, "policy."+p)
		}
		if e.Outcome != ledger.Done && e.Outcome != ledger.Read {
			basis = i18n.T(ctx, "receipt.refused")
		}
		out[i] = page.Event{At: e.At, Title: v.who(ctx, e) + ": " + i18n.T(ctx, "verb."+e.Verb), Text: basis}
	}
	return out
}

// none tells whether nothing may be shared of her now.
func (v Own) none() bool {
	for _, w := range v.Words {
		if w.Live(v.Now) {
			return false
		}
	}
	return true
}

func kinds(ctx context.Context) []page.Option {
	return []page.Option{{Value: string(Question), Label: i18n.T(ctx, "receipt.kind.question")}, {Value: string(Complaint), Label: i18n.T(ctx, "receipt.kind.complaint")}}
}
