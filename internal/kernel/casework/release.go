package casework

import (
	"context"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/seal"
)

// PayloadOf is all that could be told of the person of a case; what goes is cut by
// her word or the duty.
func PayloadOf(a *act.Act, c Case, p Person) (out Payload, err error) {
	out = Payload{Safety: p.Safety, Language: p.Language, Age: string(p.Age)}
	if out.Alias, err = act.Open(a, p.Alias); err != nil {
		return out, err
	}
	if out.Name, err = act.Open(a, p.Name); err != nil {
		return out, err
	}
	if out.Phone, err = act.Open(a, p.Phone); err != nil {
		return out, err
	}
	out.Note, err = act.Open(a, c.Note)
	return out, err
}

// Released is a payload field by field, as the recipient gets it, and because of
// what (a message key).
func Released(ctx context.Context, p Payload, classes seal.Set, because string) []page.Released {
	row := func(field, value string, class seal.Class) page.Released {
		out := page.Released{Field: i18n.T(ctx, field), Verdict: page.Give, Sent: value, Reason: i18n.T(ctx, because)}
		switch {
		case !classes.Has(class):
			out.Verdict, out.Sent, out.Reason = page.Refuse, "", i18n.T(ctx, "release.not_agreed")
		case value == "":
			out.Sent, out.Reason = i18n.T(ctx, "case.not_given"), ""
		}
		return out
	}
	word := func(prefix, code string) string {
		if code == "" {
			return ""
		}
		return i18n.T(ctx, prefix+code)
	}
	return []page.Released{
		row("case.alias", p.Alias, seal.Identity), row("case.name", p.Name, seal.Identity), row("case.age", word("age.", p.Age), seal.Identity),
		row("case.phone", p.Phone, seal.Contact), row("case.safety", word("safety.", string(p.Safety)), seal.Contact),
		row("case.language", word("lang.", p.Language), seal.Contact), row("case.note", p.Note, seal.Narrative),
	}
}
