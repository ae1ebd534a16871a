// Package i18n speaks to people in their own language.
//
// Texts live in flat catalogues, one file per area and language. A Book holds
// them all; a Locale is one language of the Book and travels in the context, so
// that a page says i18n.T(ctx, "button.save") and nothing else. Plural forms
// come from go-i18n only: the tables of golang.org/x/text are of 2017 and wrong
// for French, Italian and Spanish.
package i18n

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Official lists the interface languages every node speaks completely: the six
// official languages of the OSCE, English first because it is the fallback.
var Official = []string{"en", "fr", "de", "it", "ru", "es"}

// Book is a set of message catalogues. It is safe for concurrent use.
type Book struct {
	locales []*Locale
	matcher language.Matcher
}

// Load reads every *.json below the given file systems. A file is named
// <area>.<language>.json. Languages outside Official are packs: they may be
// partial and fall back to English. Dates are told in the given time zone; nil
// means UTC.
func Load(zone *time.Location, files ...fs.FS) (*Book, error) {
	if zone == nil {
		zone = time.UTC
	}
	bundle := goi18n.NewBundle(language.English)
	langs, texts := slices.Clone(Official), map[string]int{}
	for _, fsys := range files {
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".json" {
				return err
			}
			lang := languageOf(name)
			if !slices.Contains(langs, lang) {
				langs = append(langs, lang)
			}
			file, err := bundle.LoadMessageFileFS(fsys, name)
			if err == nil {
				texts[lang] += len(file.Messages)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("i18n: load messages: %w", err)
		}
	}
	return newBook(bundle, zone, langs, texts)
}

func newBook(bundle *goi18n.Bundle, zone *time.Location, langs []string, texts map[string]int) (*Book, error) {
	b := &Book{}
	tags := make([]language.Tag, 0, len(langs))
	for _, lang := range langs {
		tag, err := language.Parse(lang)
		if err != nil {
			return nil, fmt.Errorf("i18n: language %q of a message file: %w", lang, err)
		}
		tags = append(tags, tag)
		b.locales = append(b.locales, &Locale{
			Lang:      lang,
			Dir:       direction(tag),
			Partial:   texts[lang] < texts[Official[0]] && !slices.Contains(Official, lang),
			tag:       tag,
			zone:      zone,
			localizer: goi18n.NewLocalizer(bundle, lang),
			printer:   message.NewPrinter(language.Make(lang + "-u-nu-latn")), // one set of digits everywhere
		})
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

// languageOf is the language part of "area.lang.json".
func languageOf(name string) string {
	stem := strings.TrimSuffix(path.Base(name), ".json")
	return stem[strings.LastIndexByte(stem, '.')+1:]
}

// direction is "rtl" for languages written from right to left.
func direction(tag language.Tag) string {
	script, _ := tag.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// Locales lists the languages of the book: the official ones, then the packs.
func (b *Book) Locales() []*Locale { return b.locales }

// Match chooses a language. Each wish is a language or an Accept-Language
// header, the strongest wish first; unreadable and unknown wishes are passed
// over, and English is the last resort.
//
// Only the same language in another region counts as a match. The tables of
// CLDR would also answer a Belarusian in Russian; which second language a person
// wants is theirs to say.
func (b *Book) Match(wishes ...string) *Locale {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil {
			continue
		}
		for _, tag := range tags {
			_, i, sure := b.matcher.Match(tag)
			if asked, _ := tag.Base(); sure >= language.High && asked == b.locales[i].base() {
				return b.locales[i]
			}
		}
	}
	return b.locales[0]
}
