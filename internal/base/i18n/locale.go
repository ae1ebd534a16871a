package i18n

import (
	"context"
	"slices"
	"strconv"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"lodestar/internal/base/fault"
)

// Locale is one language of a Book, with its numbers, dates and order.
type Locale struct {
	Lang string // BCP 47, for the lang attribute
	Dir  string // "ltr" or "rtl", for the dir attribute
	// Partial: of some texts there is the English only, and a page says so.
	Partial bool

	tag       language.Tag
	zone      *time.Location
	localizer *goi18n.Localizer
	printer   *message.Printer
}

// Name is what the language calls itself.
func (l *Locale) Name() string { return l.text("language.name", nil, nil) }

func (l *Locale) base() language.Base {
	base, _ := l.tag.Base()
	return base
}

type localeKey struct{}

// With puts the locale into the context.
func With(ctx context.Context, l *Locale) context.Context {
	return context.WithValue(ctx, localeKey{}, l)
}

// From is the locale of the context. Without one it is an empty locale, in which
// every text is missing and shows as such.
func From(ctx context.Context) *Locale {
	if l, ok := ctx.Value(localeKey{}).(*Locale); ok {
		return l
	}
	return &Locale{Lang: "en", Dir: "ltr", zone: time.UTC, printer: message.NewPrinter(language.English)}
}

// T is the text of key. Arguments are name, value pairs for the places
// {{.name}} of the text; whole numbers are grouped and times become dates in the
// manner of the language. A missing key, or a missing argument, shows as ⟦key⟧.
func T(ctx context.Context, key string, args ...any) string {
	return From(ctx).text(key, nil, args)
}

// Say is the text of key with the arguments that a fault carries.
func Say(ctx context.Context, key string, args []fault.Arg) string {
	kv := make([]any, 0, 2*len(args))
	for _, a := range args {
		kv = append(kv, a.Name, a.Value)
	}
	return T(ctx, key, kv...)
}

// N is the text of key in the plural form for count, which the text may show as
// {{.count}}.
func N(ctx context.Context, key string, count int, args ...any) string {
	return From(ctx).text(key, count, append([]any{"count", count}, args...))
}

// strict refuses a text whose argument was not given, instead of printing a hole.
var strict = &template.TextParser{Option: "missingkey=error"}

func (l *Locale) text(key string, count any, args []any) string {
	missing := "⟦" + key + "⟧"
	if l.localizer == nil {
		return missing
	}
	data := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return missing
		}
		data[name] = l.value(args[i+1])
	}
	s, spoken, err := l.localizer.LocalizeWithTag(&goi18n.LocalizeConfig{
		MessageID: key, PluralCount: count, TemplateData: data, TemplateParser: strict,
	})
	if s == "" && err != nil {
		return missing
	}
	if direction(spoken) != l.Dir {
		// English instead of a text the pack has not: kept in its own direction.
		return "\u2066" + s + "\u2069"
	}
	return s
}

func (l *Locale) value(v any) any {
	switch v := v.(type) {
	case int:
		return l.Num(v)
	case int64:
		return l.Num(int(v))
	case time.Time:
		return l.Date(v)
	case fault.Key:
		return l.text(string(v), nil, nil)
	}
	return v
}

// Num is a whole number, grouped.
func (l *Locale) Num(n int) string { return l.printer.Sprintf("%d", n) }

// Date is a day with its month in words.
func (l *Locale) Date(t time.Time) string {
	t = t.In(l.zone)
	key := "date.long"
	if t.Day() == 1 {
		key = "date.first" // French and Italian say "the first"
	}
	return l.text(key, nil, []any{
		"day", strconv.Itoa(t.Day()),
		"month", l.text("date.month."+strconv.Itoa(int(t.Month())), nil, nil),
		"year", strconv.Itoa(t.Year()),
	})
}

// Month is a month and its year.
func (l *Locale) Month(t time.Time) string {
	t = t.In(l.zone)
	return l.text("date.month_year", nil, []any{
		"month", l.text("date.month_alone."+strconv.Itoa(int(t.Month())), nil, nil),
		"year", strconv.Itoa(t.Year()),
	})
}

// DateTime is a day and the minute.
func (l *Locale) DateTime(t time.Time) string {
	return l.text("date.time", nil, []any{"date", l.Date(t), "time", t.In(l.zone).Format("15:04")})
}

// Num is a whole number in the manner of the context's language.
func Num(ctx context.Context, n int) string { return From(ctx).Num(n) }

// Date is a day in the manner of the context's language.
func Date(ctx context.Context, t time.Time) string { return From(ctx).Date(t) }

// Month is a month in the manner of the context's language.
func Month(ctx context.Context, t time.Time) string { return From(ctx).Month(t) }

// DateTime is a day and minute in the manner of the context's language.
func DateTime(ctx context.Context, t time.Time) string { return From(ctx).DateTime(t) }

// Sort orders items by the text that by gives, as a reader of the context's
// language expects it. Equal texts keep their order.
func Sort[T any](ctx context.Context, items []T, by func(T) string) {
	order := collate.New(From(ctx).tag)
	var buf collate.Buffer
	keys := make([]sortable[T], len(items))
	for i, item := range items {
		keys[i] = sortable[T]{order.KeyFromString(&buf, by(item)), item}
	}
	slices.SortStableFunc(keys, func(a, b sortable[T]) int { return slices.Compare(a.key, b.key) })
	for i := range keys {
		items[i] = keys[i].item
	}
}

type sortable[T any] struct {
	key  []byte
	item T
}
