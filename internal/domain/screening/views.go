package screening

import (
	"context"
	"strings"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/typology/indicator"
)

func (v View) href() string { return "/screenings/" + v.Case.ID.String() }

// say words a code of an instrument: by the catalogue of messages, or by itself.
func say(ctx context.Context, i *indicator.Instrument, key, code string) string {
	if own := i.Say(i18n.From(ctx).Lang, code); own != "" {
		return own
	}
	return i18n.T(ctx, key+code)
}

func title(ctx context.Context, i *indicator.Instrument) string {
	text := i18n.T(ctx, "screening.family."+i.Family)
	if strings.HasPrefix(text, "⟦") { // one of the State's own
		return i.Source.Title
	}
	return text
}

// why are the lines that explain a result.
func (h Held) why(ctx context.Context) []string {
	out := make([]string, len(h.Result.Explanation))
	for n, r := range h.Result.Explanation {
		var args []any
		for _, x := range r.Args {
			args = append(args, x.Name, x.Value)
		}
		prefix, code, _ := cutLast(r.Key)
		text := ""
		if prefix == "indicator.class." || prefix == "indicator.clause." {
			text = h.List.Say(i18n.From(ctx).Lang, code)
		}
		if text == "" {
			text = i18n.T(ctx, r.Key, args...)
		}
		if r.About != "" {
			text = say(ctx, h.List, "indicator.", strings.TrimPrefix(r.About, "indicator.")) + ": " + text
		}
		out[n] = text
	}
	return out
}

func cutLast(key string) (prefix, code string, ok bool) {
	n := strings.LastIndexByte(key, '.')
	if n < 0 {
		return "", key, false
	}
	return key[:n+1], key[n+1:], true
}

func (h Held) tag(ctx context.Context) page.Tag {
	tone := page.Plain
	if h.Result.Outcome == indicator.Indicated || h.Result.Outcome == indicator.SomeIndicators {
		tone = page.Warn
	}
	return page.Tag{Text: i18n.T(ctx, "screening.outcome."+string(h.Result.Outcome)), Tone: tone}
}

// form is one pass to be asked.
type form struct {
	View
	List    *indicator.Instrument
	Pass    Pass
	Answers indicator.Answers // as they were given last, so that nothing is asked twice
}

func (f form) action() string { return f.href() + "/" + f.List.Family + "/" + string(f.Pass) }

// section is a dimension with what is asked of it.
type section struct {
	Title string
	Codes []string
}

func (f form) sections(ctx context.Context) (out []section) {
	codes := asked(f.List, f.Pass)
	for _, d := range f.List.Dimensions {
		s := section{Title: say(ctx, f.List, "indicator.", d.Code)}
		for _, x := range d.Indicators {
			for _, c := range codes {
				if c == d.Full(x) {
					s.Codes = append(s.Codes, c)
				}
			}
		}
		if len(s.Codes) > 0 {
			out = append(out, s)
		}
	}
	return out
}

func answers(ctx context.Context) []page.Option {
	return []page.Option{
		{Value: string(indicator.Yes), Label: i18n.T(ctx, "answer.yes")},
		{Value: string(indicator.No), Label: i18n.T(ctx, "answer.no")},
		{Value: string(indicator.Unknown), Label: i18n.T(ctx, "answer.unknown")},
		{Value: string(indicator.Declined), Label: i18n.T(ctx, "answer.rather_not")},
		{Value: string(indicator.NotAsked), Label: i18n.T(ctx, "screening.not_asked")},
	}
}
