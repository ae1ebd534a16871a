package analysis

import (
	"context"
	"fmt"
	"slices"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/names"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/graph/linkage"
	"lodestar/internal/kernel/id"
)

func hitTable(ctx context.Context, list []graph.Hit) page.Table {
	t := table(ctx, "entity.found", "entity.found", "entity.kind", "entity.mentions", "entity.last")
	for _, h := range list {
		found := page.Words(name(ctx, h.Entity))
		if to := href(h.Entity); to != "" {
			found = link(to, name(ctx, h.Entity))
		}
		row(&t, found, page.Words(i18n.T(ctx, "mention.kind."+string(h.Kind))),
			page.Words(i18n.Num(ctx, h.Mentions)), page.Words(i18n.Date(ctx, h.Last)))
	}
	return t
}

// withheld tells whether something of the entity is not shown.
func withheld(p graph.Page) bool {
	return slices.ContainsFunc(p.Fields, func(f graph.Field) bool {
		return slices.ContainsFunc(f.Values, func(v graph.Value) bool { return v.Withheld })
	})
}

func entityFacts(ctx context.Context, p graph.Page) []page.Fact {
	facts := []page.Fact{
		{Term: i18n.T(ctx, "entity.mentions"), Value: page.Words(i18n.Num(ctx, p.Mentions))},
		{Term: i18n.T(ctx, "entity.first"), Value: page.Words(i18n.Date(ctx, p.First))},
		{Term: i18n.T(ctx, "entity.last"), Value: page.Words(i18n.Date(ctx, p.Last))},
	}
	for _, r := range p.Roles {
		if r != "" {
			facts = append(facts, page.Fact{Term: i18n.T(ctx, "mention.role"), Value: page.Words(roleName(ctx, r))})
		}
	}
	return facts
}

// fieldTable shows every value of one field with its sources, side by side:
// nothing is chosen for the reader.
func fieldTable(ctx context.Context, f graph.Field) page.Table {
	caption := "field." + f.Name
	t := table(ctx, caption, caption, "entity.source", "signal.observed", "signal.grade")
	t.Hidden, t.Columns[3].Prose = false, true
	if f.Conflict {
		t.Caption += " – " + i18n.T(ctx, "entity.conflict")
	}
	for _, v := range f.Values {
		value := page.Said(v.Value)
		if v.Erased {
			value = page.Words(i18n.T(ctx, "case.erased"))
		}
		for i, s := range v.Sources {
			if i > 0 {
				value = page.Words("″")
			}
			row(&t, value, link("/signals/"+s.Signal.String(), s.Signal.Short()), page.Words(i18n.Date(ctx, s.Observed)), page.Words(gradeWords(ctx, s.Grade)))
		}
	}
	return t
}

// mentionOptions are the mentions that can be taken apart, each once.
func mentionOptions(ctx context.Context, p graph.Page) []page.Option {
	var out []page.Option
	seen := map[id.Mention]bool{}
	for _, f := range p.Fields {
		for _, v := range f.Values {
			for _, s := range v.Sources {
				if seen[s.Mention] {
					continue
				}
				seen[s.Mention] = true
				label := v.Value
				if label == "" {
					label = s.Mention.Short()
				}
				out = append(out, page.Option{Value: s.Mention.String(), Label: label, Hint: i18n.Date(ctx, s.Observed) + " · " + s.Signal.Short()})
			}
		}
	}
	return out
}

func sidesTable(ctx context.Context, d graph.Doubt) page.Table {
	t := table(ctx, "review.title", "mention.details", "mention.role", "entity.source", "signal.observed")
	t.Caption += " " + d.A.Source.Mention.Short() + " · " + d.B.Source.Mention.Short()
	for _, s := range []graph.Side{d.A, d.B} {
		row(&t, detailsOf(ctx, s.Details), page.Words(roleName(ctx, s.Role)), link("/entities/"+s.Entity.String(), s.Entity.Short()), page.Words(i18n.Date(ctx, s.Observed)))
	}
	return t
}

// partsTable says how the fields agree that both sides have.
func partsTable(ctx context.Context, d graph.Doubt) page.Table {
	t := table(ctx, "review.parts", "review.field", "review.level", "review.weight")
	t.Caption += " " + d.A.Source.Mention.Short() + " · " + d.B.Source.Mention.Short()
	for _, p := range d.Score.Parts {
		if p.Level == linkage.Missing {
			continue
		}
		row(&t, page.Words(i18n.T(ctx, "field."+p.Field)), page.Words(i18n.T(ctx, "level."+p.Level.String())), page.Words(fmt.Sprintf("%+.1f", p.Weight)))
	}
	return t
}

// wordsTable says how the words of two names go together, of the pair of names
// that agree best.
func wordsTable(ctx context.Context, d graph.Doubt) (t page.Table, any bool) {
	kind := names.Person
	if d.Kind == evidence.Organisation {
		kind = names.Organisation
	}
	var parts []names.Part
	best := -1.0
	for _, a := range d.A.Details.Value.Names {
		for _, b := range d.B.Details.Value.Names {
			x, y := names.Parse(a, kind), names.Parse(b, kind)
			if score, p := names.Explain(&x, &y); score.Value > best {
				best, parts = score.Value, p
			}
		}
	}
	t = table(ctx, "review.words", "review.word_a", "review.word_b", "review.why")
	t.Caption += " " + d.A.Source.Mention.Short() + " · " + d.B.Source.Mention.Short()
	for _, p := range parts {
		row(&t, page.Words(p.A), page.Words(p.B), page.Words(i18n.T(ctx, "word."+p.Why.String())))
	}
	return t, len(parts) > 0
}

func percent(ctx context.Context, d graph.Doubt) string {
	return i18n.T(ctx, "review.score", "score", fmt.Sprintf("%d %%", int(100*d.Score.Probability)))
}

func verdict(v graph.Verdict, d graph.Doubt) string {
	return string(v) + " " + d.A.Mention.String() + " " + d.B.Mention.String()
}
