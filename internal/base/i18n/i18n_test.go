package i18n

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"lodestar/catalog"
)

func book(t testing.TB, extra ...string) *Book {
	t.Helper()
	plurals := fstest.MapFS{
		"t.en.json": {Data: []byte(`{"t.v": {"one": "{{.count}} presumed victim", "other": "{{.count}} presumed victims"}}`)},
		"t.ru.json": {Data: []byte(`{"t.v": {"one": "{{.count}} предполагаемая жертва", "few": "{{.count}} предполагаемые жертвы", "many": "{{.count}} предполагаемых жертв", "other": "{{.count}} предполагаемой жертвы"}}`)},
		"t.fr.json": {Data: []byte(`{"t.v": {"one": "{{.count}} victime", "many": "{{.count}} de victimes", "other": "{{.count}} victimes"}}`)},
	}
	for i := 0; i+1 < len(extra); i += 2 {
		plurals[extra[i]] = &fstest.MapFile{Data: []byte(extra[i+1])}
	}
	b, err := Load(nil, catalog.Messages, plurals)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func in(b *Book, lang string) context.Context {
	return With(context.Background(), b.Match(lang))
}

func TestMissingTextsShow(t *testing.T) {
	b := book(t)
	en := in(b, "en")
	for name, got := range map[string]string{
		"key":             T(en, "no.such"),
		"plural key":      N(en, "no.such", 2),
		"argument":        T(en, "error.title"),
		"argument name":   T(en, "error.title", 1, "x"),
		"locale":          T(context.Background(), "button.save"),
		"locale, for now": Date(context.Background(), time.Unix(0, 0)),
	} {
		if !strings.HasPrefix(got, "⟦") || !strings.HasSuffix(got, "⟧") {
			t.Errorf("missing %s shows as %q", name, got)
		}
	}
}

func TestBrokenFilesAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"t.en.json":         `{"a": `,
		"t.notalang.json":   `{"a": "b"}`,
		"t.en-x-bad--.json": `{}`,
	} {
		if _, err := Load(nil, fstest.MapFS{name: {Data: []byte(data)}}); err == nil {
			t.Errorf("%s with %s was accepted", name, data)
		}
	}
}

func TestPlurals(t *testing.T) {
	b := book(t)
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"ru", 1, "1 предполагаемая жертва"},
		{"ru", 3, "3 предполагаемые жертвы"},
		{"ru", 5, "5 предполагаемых жертв"},
		{"ru", 11, "11 предполагаемых жертв"},
		{"ru", 21, "21 предполагаемая жертва"},
		{"en", 1, "1 presumed victim"},
		{"en", 0, "0 presumed victims"},
		{"fr", 0, "0 victime"},
		{"fr", 1000000, "1 000 000 de victimes"},
	} {
		got := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(N(in(b, c.lang), "t.v", c.n))
		if got != c.want {
			t.Errorf("%s %d = %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	b, err := Load(zone, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2026, 10, 31, 22, 30, 0, 0, time.UTC) // already November in the zone
	for _, c := range []struct{ lang, date, month, minute string }{
		{"en", "1 November 2026", "November 2026", "1 November 2026, 00:30"},
		{"fr", "1er novembre 2026", "novembre 2026", "1er novembre 2026, 00:30"},
		{"de", "1. November 2026", "November 2026", "1. November 2026, 00:30 Uhr"},
		{"it", "1º novembre 2026", "novembre 2026", "1º novembre 2026, ore 00:30"},
		{"ru", "1 ноября 2026 г.", "ноябрь 2026 г.", "1 ноября 2026 г., 00:30"},
		{"es", "1 de noviembre de 2026", "noviembre de 2026", "1 de noviembre de 2026, 00:30 h"},
	} {
		ctx := in(b, c.lang)
		if got := Date(ctx, late); got != c.date {
			t.Errorf("%s date %q, want %q", c.lang, got, c.date)
		}
		if got := Month(ctx, late); got != c.month {
			t.Errorf("%s month %q, want %q", c.lang, got, c.month)
		}
		if got := DateTime(ctx, late); got != c.minute {
			t.Errorf("%s minute %q, want %q", c.lang, got, c.minute)
		}
	}
	ctx := in(b, "de")
	if got := T(ctx, "consent.until", "date", late); got != "bis 1. November 2026" {
		t.Errorf("a time as argument: %q", got)
	}
	if got := T(ctx, "progress.of", "done", 1234, "total", int64(5000)); got != "1.234 von 5.000" {
		t.Errorf("numbers as arguments: %q", got)
	}
}

func TestSortFollowsTheLanguage(t *testing.T) {
	b := book(t)
	self := func(s string) string { return s }
	for lang, want := range map[string][]string{
		"ru": {"Ежов", "Ёлкин", "Жуков", "Ян"},
		"de": {"Ärger", "Zorn"},
		"fr": {"cote", "coté", "côte", "côté"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		if Sort(in(b, lang), got, self); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestMatch(t *testing.T) {
	b := book(t, "t.ar.json", `{"language.name": "العربية"}`)
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{nil, "en"},
		{[]string{"", ""}, "en"},
		{[]string{"ru", "fr"}, "ru"},
		{[]string{"xx", "de-AT,de;q=0.8"}, "de"},
		{[]string{"", "ja, fr-CA;q=0.5"}, "fr"},
		{[]string{"uk", "en-GB"}, "en"},
		{[]string{"uk, be;q=0.5"}, "en"},
		{[]string{"\x00;q=;,,,", strings.Repeat("a,", 100000), "it"}, "it"},
		{[]string{"ar-EG"}, "ar"},
	} {
		if got := b.Match(c.wishes...); got.Lang != c.want {
			t.Errorf("Match(%.40q) = %s, want %s", c.wishes, got.Lang, c.want)
		}
	}
}

func TestPackFallsBackToEnglishAndReadsFromTheRight(t *testing.T) {
	b := book(t, "t.ar.json", `{"answer.yes": "نعم"}`)
	ar := b.Match("ar")
	ctx := With(context.Background(), ar)
	if ar.Dir != "rtl" || b.Match("ru").Dir != "ltr" {
		t.Errorf("directions: ar %s, ru %s", ar.Dir, b.Match("ru").Dir)
	}
	if got := T(ctx, "answer.yes"); got != "نعم" {
		t.Errorf("own text: %q", got)
	}
	if got := T(ctx, "answer.no"); got != "\u2066No\u2069" {
		t.Errorf("missing text: %q", got)
	}
	if got := len(b.Locales()); got != len(Official)+1 {
		t.Errorf("%d locales", got)
	}
	for _, l := range b.Locales() {
		if l.Partial != (l.Lang == "ar") {
			t.Errorf("%s is partial: %v", l.Lang, l.Partial)
		}
	}
}

func TestPacksLoad(t *testing.T) {
	b, err := Load(nil, catalog.Messages, catalog.Packs)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Match("ar").Name(); got != "العربية" {
		t.Errorf("the Arabic pack calls itself %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"", "en", "fr-CH, fr;q=0.9, *;q=0.5", "zh-Hant-TW", "x-private", "ru;q=NaN", "\xff"} {
		f.Add(seed)
	}
	b := book(f)
	f.Fuzz(func(t *testing.T, header string) {
		if b.Match(header) == nil {
			t.Fatal("no language")
		}
	})
}
