package analysis

import (
	"context"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
)

func importTable(ctx context.Context, list []evidence.Import) page.Table {
	t := table(ctx, "menu.imports", "imports.ref", "imports.when", "imports.who", "imports.state", "imports.recorded", "imports.again", "imports.rejected", "imports.retracted")
	for i := 4; i < len(t.Columns); i++ {
		t.Columns[i].Number = true
	}
	num := func(n int) string { return i18n.Num(ctx, n) }
	for _, i := range list {
		row(&t, link("/imports/"+i.ID.String(), i.ID.Short()), page.Words(i18n.DateTime(ctx, i.Started)), page.Words(who(i)), page.TagOf(stateTag(ctx, i)),
			page.Words(num(i.Recorded)), page.Words(num(i.Again())), page.Words(num(i.Rejected)), page.Words(num(i.Retracted)))
	}
	return t
}

// who is the name of whoever began an import, or their short id if they are not in
// the directory any more.
func who(i evidence.Import) string {
	if i.Name != "" {
		return i.Name
	}
	return i.By.Short()
}

func stateTag(ctx context.Context, i evidence.Import) page.Tag {
	tones := map[evidence.ImportState]page.Tone{evidence.ImportHeld: page.Warn, evidence.ImportQueued: page.Warn, evidence.ImportRunning: page.Warn, evidence.ImportStopped: page.Warn, evidence.ImportDone: page.OK}
	key := "imports.state." + string(i.State)
	if i.State == evidence.ImportRunning && underWay(i) {
		key = "imports.state.taking"
	}
	return page.Tag{Text: i18n.T(ctx, key), Tone: tones[i.State]}
}

func importFacts(ctx context.Context, i evidence.Import) []page.Fact {
	facts := []page.Fact{
		words(ctx, "imports.when", i18n.DateTime(ctx, i.Started)), words(ctx, "imports.who", who(i)),
		words(ctx, "imports.format", i18n.T(ctx, "imports.format."+i.Format)), number(ctx, "imports.rows", i.Rows),
		number(ctx, "imports.recorded", i.Recorded), number(ctx, "imports.again", i.Again()), number(ctx, "imports.rejected", i.Rejected),
	}
	if i.Retracted > 0 {
		facts = append(facts, number(ctx, "imports.retracted", i.Retracted))
	}
	return facts
}

func trialFacts(ctx context.Context, t trial) []page.Fact {
	facts := []page.Fact{words(ctx, "imports.format", i18n.T(ctx, "imports.format."+string(t.Format)))}
	if t.Reader != "" {
		facts = append(facts, words(ctx, "imports.reader", i18n.T(ctx, "imports.reader."+t.Reader)))
	}
	return append(facts, number(ctx, "imports.rows", t.Rows), number(ctx, "imports.would", t.Recorded), number(ctx, "imports.again", t.Again), number(ctx, "imports.rejected", t.Rejected))
}

func words(ctx context.Context, term, text string) page.Fact {
	return page.Fact{Term: i18n.T(ctx, term), Value: page.Words(text)}
}

func number(ctx context.Context, term string, n int) page.Fact {
	return words(ctx, term, i18n.Num(ctx, n))
}

func columnTable(ctx context.Context, list []intake.Column) page.Table {
	t := table(ctx, "imports.columns", "imports.column", "imports.number", "imports.means")
	t.Columns[1].Number = true
	for _, c := range list {
		means := c.Field
		if means == "" {
			means = i18n.T(ctx, "imports.unread", "why", i18n.T(ctx, c.Note))
		}
		row(&t, page.Words(c.Header), page.Words(i18n.Num(ctx, c.Number)), page.Words(means))
	}
	return t
}

// rejectTable has one line per reason: a row with three of them needs three
// corrections.
func rejectTable(ctx context.Context, caption string, list []evidence.Rejected) page.Table {
	t := table(ctx, caption, "imports.row", "imports.why", "imports.column", "imports.field")
	for _, r := range list {
		for _, why := range r.Reasons {
			column := ""
			if why.Column > 0 {
				column = i18n.Num(ctx, why.Column)
			}
			row(&t, page.Words(i18n.Num(ctx, r.Number)), page.Words(i18n.Say(ctx, why.Key, why.Args)), page.Words(column), page.Words(strings.TrimPrefix(why.Field, "/")))
		}
	}
	return t
}

// Samples that can be copied; a test imports them.
const (
	sampleMapping = `{
  "columns": {"Case no.": "ref", "First seen": "observed", "Sex": "prs_Gender"},
  "values": {"prs_Gender": {"F": "Feminine", "M": "Masculine"}},
  "constants": {"grade": "B2"},
  "dates": "dmy"
}`
	sampleLine = `{"ref": "2023-17", "kind": "referral", "observed": "2023-07-14", "grade": "B2", "mentions": [
  {"kind": "person", "role": "recruiter", "names": ["Ivan Petrov"]}, {"kind": "phone", "of": 1, "value": "+447700900001"}]}`
)

func sentence(ctx context.Context, err error) string {
	key, args := fault.Say(err)
	return i18n.Say(ctx, key, args)
}

func dateOrders(ctx context.Context) []page.Option {
	var out []page.Option
	for _, v := range []string{"none", string(intake.DayFirst), string(intake.MonthFirst)} {
		out = append(out, page.Option{Value: v, Label: i18n.T(ctx, "imports.dates."+v)})
	}
	return out
}

func unknowns(ctx context.Context) []page.Option {
	return []page.Option{{Value: "reject", Label: i18n.T(ctx, "imports.unknown.reject")}, {Value: string(intake.Keep), Label: i18n.T(ctx, "imports.unknown.keep")}}
}
