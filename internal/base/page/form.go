package page

import (
	"context"
	"io"
	"slices"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/web"
)

// FormOf describes a form that posts.
type FormOf struct {
	Action string
	Submit string // names the act: "Send referral"
	Cancel string // address to go back to; empty for none
	Second bool   // another form of the page does what most come for
}

// Form is a form with its fields as children. If it was just refused, its fields
// show what was typed and what is wrong; nothing has to be passed to them.
func Form(f FormOf) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		ctx = context.WithValue(ctx, formKey{}, sentTo(ctx, f.Action))
		return formOf(f).Render(ctx, w)
	})
}

// Upload is a Form that sends a file: by the browser alone, so that a large one is
// not held by script. Its page is answered whole.
func Upload(f FormOf) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		ctx = context.WithValue(ctx, formKey{}, sentTo(ctx, f.Action))
		return uploadOf(f).Render(ctx, w)
	})
}

type formKey struct{}

// Field describes one question. Value is the answer already known.
type Field struct {
	Name     string
	Label    string
	Hint     string
	Value    string
	Values   []string // of Checks: the answers already known
	Optional bool
	Type     string // of a text field: "text" (default), "tel", "email", "number" …
	Auto     string // autocomplete token; empty means off
	Short    bool   // a short answer: a number, a code
	Heading  bool   // the label is the heading of the page
}

// Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
}

// Unknown and RatherNot are the two answers every question to a person offers.
func Unknown(ctx context.Context) Option {
	return Option{Value: "unknown", Label: i18n.T(ctx, "answer.unknown")}
}

// RatherNot is the answer "I do not want to say".
func RatherNot(ctx context.Context) Option {
	return Option{Value: "rather_not", Label: i18n.T(ctx, "answer.rather_not")}
}

// field is a Field in the state it is shown in.
type field struct {
	Field
	label  string
	values []string
	fault  string
	about  string // ids for aria-describedby
	sent   *web.Form
}

// stateOf joins the question with the attempt that was refused, if any.
func stateOf(ctx context.Context, f Field) field {
	s := field{Field: f, label: f.Label, values: append([]string{f.Value}, f.Values...)}
	if f.Optional {
		s.label = i18n.T(ctx, "field.optional", "label", f.Label)
	}
	if f.Hint != "" {
		s.about = f.Name + "-hint"
	}
	if a, _ := ctx.Value(formKey{}).(*attempt); a != nil {
		s.sent = &a.values
		s.values = a.values.All(f.Name)
		if i := slices.IndexFunc(a.faults, func(p problem) bool { return p.field == f.Name }); i >= 0 {
			s.fault = a.faults[i].text
			s.about = f.Name + "-error " + s.about
		}
	}
	return s
}

func (f field) value() string {
	if len(f.values) == 0 {
		return ""
	}
	return f.values[0]
}

// part is one of the three fields of a date: "day", "month" or "year".
func (f field) part(name string) string {
	if f.sent != nil {
		return f.sent.Text(f.Name + "-" + name)
	}
	if len(f.Value) != len("2006-01-02") {
		return ""
	}
	return map[string]string{"year": f.Value[:4], "month": f.Value[5:7], "day": f.Value[8:]}[name]
}

// id of the nth option; the first has the field's own, so that the error summary
// leads to it.
func (f field) id(n int, o Option) string {
	if n == 0 {
		return f.Name
	}
	return f.Name + "-" + o.Value
}

// attributes tie a control to its hint and its fault.
func (f field) attributes() templ.OrderedAttributes {
	var attrs templ.OrderedAttributes
	if f.about != "" {
		attrs = append(attrs, templ.KeyValue[string, any]{Key: "aria-describedby", Value: f.about})
	}
	if f.fault != "" {
		attrs = append(attrs, templ.KeyValue[string, any]{Key: "aria-invalid", Value: "true"})
	}
	return attrs
}

func (f field) auto() string {
	if f.Auto == "" {
		return "off"
	}
	return f.Auto
}

func (f field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// Options are the codes of a list with their words: the message prefix+code.
func Options[C ~string](ctx context.Context, prefix string, codes ...C) []Option {
	out := make([]Option, len(codes))
	for i, c := range codes {
		out[i] = Option{Value: string(c), Label: i18n.T(ctx, prefix+string(c))}
	}
	return out
}
