package page

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// postForm is a form with every kind of field.
func postForm() templ.Component {
	fields := []templ.Component{
		Text(Field{Name: "to-0-name", Label: "To", Hint: "A name"}),
		Area(Field{Name: "note", Label: "Note", Optional: true}),
		Radios(Field{Name: "why", Label: "Why"}, []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}),
		Date(Field{Name: "when", Label: "When", Value: "2027-03-04"}),
		Checks(Field{Name: "also", Label: "Also"}, []Option{{Value: "x", Label: "X"}}),
		Select(Field{Name: "place", Label: "Place", Value: "v"}, []Option{{Value: "v", Label: "V"}}),
	}
	children := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, f := range fields {
			if err := f.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return Form(FormOf{Action: "/post", Submit: "Send"}).Render(templ.WithChildren(ctx, children), w)
	})
}
