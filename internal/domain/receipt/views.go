package receipt

import (
	"context"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

func (v View) href() string { return "/receipts/" + v.Case.ID.String() }

// did says who did something, in her words: what she did herself she reads as hers;
// of others she learns whom they work for, a person's name is not hers to know.
func (v Own) did(ctx context.Context, e ledger.Entry) string {
	did := i18n.T(ctx, "verb."+e.Verb)
	switch o := id.Trusted[id.Organisation](e.Organisation); o {
	case holders:
		return i18n.T(ctx, "receipt.did."+e.Verb)
	case id.Derived[id.Organisation]("node"):
		return i18n.T(ctx, "receipt.machine") + ": " + did
	default:
		return v.Names[o] + ": " + did
	}
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
		out[i] = page.Event{At: e.At, Title: v.did(ctx, e), Text: basis}
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
