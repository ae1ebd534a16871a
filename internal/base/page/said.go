package page

import (
	"context"
	"io"
	"unicode"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/names"
)

// Said is what a person said or a document has, as it stands there. Where the
// reader may not know the script, how a passport would write it stands beside it.
func Said(s string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if !foreign(s, i18n.From(ctx).Lang) {
			return words(s).Render(ctx, w)
		}
		return said(s, names.Romanise(s, names.Passport)).Render(ctx, w)
	})
}

// readable are the scripts besides the Latin one that readers of a language know.
var readable = map[string]*unicode.RangeTable{"ru": unicode.Cyrillic, "ar": unicode.Arabic}

// foreign tells whether a text has letters that readers of the language may not
// be able to read.
func foreign(s, lang string) bool {
	own := readable[lang]
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) && (own == nil || !unicode.Is(own, r)) {
			return true
		}
	}
	return false
}
