package rest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/web"
)

// adapter makes routes of package web out of operations.
type adapter struct{ api *API }

// Handle adds the route of an operation.
func (d adapter) Handle(op *huma.Operation, h func(huma.Context)) {
	row := op.Metadata[rowOf].(Operation)
	d.api.cfg.Add(web.Route{Method: op.Method, Path: op.Path, Verb: row.Verb, Body: row.Body, Handle: func(w http.ResponseWriter, r *http.Request) error {
		body, err := read(r)
		if err != nil {
			return err
		}
		user, _ := signin.Signed(r.Context())
		v := &visit{api: d.api, r: r, user: user}
		run := func() (answer, error) { return v.run(op, h, r, body) }
		if row.Keyed {
			return d.api.once(w, r, user, body, run)
		}
		a, err := run()
		if err != nil {
			return err
		}
		return a.send(w)
	}})
}

// ServeHTTP is the server's, not this package's.
func (d adapter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
}

func read(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	var large *http.MaxBytesError
	if err == nil || errors.As(err, &large) {
		return body, err // web.Server.Fail says what is too large
	}
	return nil, fault.New(fault.Invalid, "rest.read", "fault.unreadable").Because(err)
}

// run calls the handler and gives its answer, whole, or why there is none.
func (v *visit) run(op *huma.Operation, h func(huma.Context), r *http.Request, body []byte) (answer, error) {
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.Header = r.Header.Clone()
	r.Header.Del("Accept") // there is one form of answer
	a := answer{Header: http.Header{}}
	h(humago.NewContext(op, r, &recorder{&a}))
	switch {
	case v.err != nil:
		return answer{}, v.err
	case a.Status >= http.StatusBadRequest:
		return answer{}, refused(a)
	}
	return a, nil
}

// visit is one request on its way through an operation.
type visit struct {
	api  *API
	r    *http.Request
	user signin.User
	err  error // what the handler returned
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit { return ctx.Value(visitKey{}).(*visit) }

// ProblemOf says what may be told about the fault of one part of a request whose
// other parts succeeded.
func ProblemOf(ctx context.Context, err error) web.Problem {
	return web.ProblemOf(visitOf(ctx).r, err)
}

// answer is a complete answer.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
}

func (a answer) send(w http.ResponseWriter) error {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Status)
	_, err := w.Write(a.Body)
	return fault.Wrap("rest.send", err)
}

// recorder writes into an answer.
type recorder struct{ a *answer }

// Header is the answer's header.
func (r *recorder) Header() http.Header { return r.a.Header }

// WriteHeader sets the answer's status.
func (r *recorder) WriteHeader(status int) { r.a.Status = status }

// Write adds to the answer's body.
func (r *recorder) Write(b []byte) (int, error) {
	r.a.Body = append(r.a.Body, b...)
	return len(b), nil
}
