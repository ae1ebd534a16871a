package page

import (
	"context"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
)

// hx makes htmx attributes of name, value pairs and stamps the nonce without
// which hx-csp strips them. Only these are in use: get, post, target, swap,
// trigger, push-url.
func hx(ctx context.Context, pairs ...string) templ.OrderedAttributes {
	attrs := templ.OrderedAttributes{{Key: "hx-nonce", Value: templ.GetNonce(ctx)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		attrs = append(attrs, templ.KeyValue[string, any]{Key: "hx-" + pairs[i], Value: pairs[i+1]})
	}
	return attrs
}

// title is the document's title. A public page's title must tell nothing to
// whoever reads the browser's history, so it does not name the office.
func title(ctx context.Context, v View, faults []problem) string {
	t := v.Title
	if name := frameOf(ctx).site.Name; name != "" && !v.Public {
		t += " – " + name
	}
	if len(faults) > 0 {
		t = i18n.T(ctx, "error.title", "title", t)
	}
	return t
}

func home(f *frame) string {
	if f.site.Home == "" {
		return "/"
	}
	return f.site.Home
}
