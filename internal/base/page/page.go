// Package page draws what a person sees: the frame around every page and a small
// set of parts to build pages from. The look is a quiet office: calm, plain,
// official; not a police product.
//
// Every page works without script. A desk writes a templ component of these
// parts and answers with Show; a form that was refused is shown again by Again,
// with what was typed and what is wrong. No other package writes an hx-
// attribute, a style or a script.
package page

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/web"
)

// Link leads to a page of this node.
type Link struct {
	Href string
	Text string
}

// View is the frame of one page.
type View struct {
	Title  string
	Sub    string // beside the heading: "known as …"; user text
	Tags   []Tag  // beside the heading
	Crumbs []Link // from the top down, without the page itself
	Back   string // public pages: where the back link leads; empty for none

	Public  bool // for people who are not staff: larger, one column, with the exit
	Wide    bool // the page lays out its own cards, over the full width
	Bare    bool // the page draws its own h1, the legend of a single question
	Refresh int  // seconds after which a browser without script asks again; 0 never
}

// Show answers with a page.
func Show(w http.ResponseWriter, r *http.Request, v View, body templ.Component) error {
	return web.Send(w, r, http.StatusOK, framed(v, nil, body))
}

// Again answers a form whose content was refused (fault.Invalid) with status
// 422: the page once more, with the faults on top, at their fields and in the
// title, and with everything that was typed. body is the whole page; form is the
// part of it that htmx swaps. Any other error is returned for the one error map.
func Again(w http.ResponseWriter, r *http.Request, v View, sent web.Form, err error, body, form templ.Component) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	faults := faultsOf(r.Context(), err)
	r = r.WithContext(context.WithValue(r.Context(), sentKey{}, &attempt{action: r.URL.Path, values: sent, faults: faults}))
	if web.Partial(r) {
		return web.Send(w, r, http.StatusUnprocessableEntity, again(v, faults, form))
	}
	return web.Send(w, r, http.StatusUnprocessableEntity, framed(v, faults, body))
}

// Refusal is the page of a refused request, for web.Config.
func Refusal(p web.Problem) templ.Component {
	return framed(View{Title: p.Title}, nil, refusal(p))
}

// problem is one line of the error summary.
type problem struct {
	field string // empty: about the form as a whole
	text  string
}

func faultsOf(ctx context.Context, err error) []problem {
	var list []problem
	for _, f := range fault.FieldsOf(err) {
		list = append(list, problem{fieldName(f.Pointer), i18n.Say(ctx, f.Key, f.Args)})
	}
	if len(list) == 0 {
		key, a := fault.Say(err)
		list = append(list, problem{"", i18n.Say(ctx, key, a)})
	}
	return list
}

// fieldName turns the JSON pointer of a field into its name in the form.
func fieldName(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", "-")
}

// attempt is a form as it was sent and refused.
type attempt struct {
	action string
	values web.Form
	faults []problem
}

type sentKey struct{}

// sentTo is the refused attempt at the form with this action, or nil.
func sentTo(ctx context.Context, action string) *attempt {
	if a, ok := ctx.Value(sentKey{}).(*attempt); ok && a.action == action {
		return a
	}
	return nil
}
