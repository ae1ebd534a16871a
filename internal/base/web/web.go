// Package web carries requests to handlers that return an error.
//
// A Server puts the same ground under every response: a fresh nonce, the
// security headers, a request id, the reader's language, a limit on what may be
// sent in, and one map from faults to HTTP. A desk lists its Routes; its
// handlers decode, call one verb, and encode.
//
// Nothing of what a person entered, and no address they asked for, is logged:
// a line names the route's pattern, never its path.
package web

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/i18n"
)

// Handler answers a request or returns the fault that kept it from doing so. It
// must not return an error after it has begun to write.
type Handler func(http.ResponseWriter, *http.Request) error

// Route is one row of a desk's table.
type Route struct {
	Method string
	Path   string // a pattern of net/http.ServeMux, without method and host
	Verb   string // the verb the handler calls, as in policy and ledger; empty for pages that call none
	Public bool   // open to people who are not signed in
	Rate   Rate   // zero: unlimited
	Body   int64  // bytes a request may send; 0: as Config.MaxBody says
	Handle Handler
}

// Config is what a Server needs of its node. Log, Book, Clock and Refusal are
// required.
type Config struct {
	Log   *slog.Logger
	Book  *i18n.Book
	Clock clock.Clock

	// Refusal draws the page of a refused request.
	Refusal func(Problem) templ.Component

	// Enter admits a request to its route and returns the context for its
	// handler, with the actor in it. It refuses with fault.Unknown who is not
	// signed in, unless the route is public.
	Enter func(*http.Request, Route) (context.Context, error)

	// Around wraps all handlers, inside the headers and outside Enter; the
	// first is outermost. Sessions and the page frame belong here.
	Around []func(http.Handler) http.Handler

	// Limiter counts attempts at routes with a Rate; needed if there are any.
	Limiter Limiter

	// MaxBody limits what one request may send, in bytes; 0 means 1 MiB.
	MaxBody int64
}

// Server answers HTTP. Add routes before it serves.
type Server struct {
	cfg    Config
	mux    *http.ServeMux
	origin *http.CrossOriginProtection
	inner  http.Handler
	routes []Route
}

// New makes a Server without routes.
func New(cfg Config) *Server {
	if cfg.MaxBody == 0 {
		cfg.MaxBody = 1 << 20
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), origin: http.NewCrossOriginProtection()}
	s.inner = s.mux
	for i := len(cfg.Around) - 1; i >= 0; i-- {
		s.inner = cfg.Around[i](s.inner)
	}
	s.mux.Handle("/", s.adapt(Route{Path: "none", Public: true, Handle: func(http.ResponseWriter, *http.Request) error { return errNoRoute }}))
	s.Add(Route{Method: http.MethodGet, Path: "/problems/{code}", Public: true, Handle: s.explain})
	return s
}

// Add lists routes. It panics if two of them contradict each other, as
// net/http.ServeMux does.
func (s *Server) Add(routes ...Route) {
	for _, route := range routes {
		s.routes = append(s.routes, route)
		s.mux.Handle(route.Method+" "+route.Path, s.adapt(route))
	}
}

// Mux takes handlers that are not routes of ours: an API with its own router,
// health checks. The same headers and limits surround them.
func (s *Server) Mux() *http.ServeMux { return s.mux }

// Routes is the table of all routes, for tests and for the matrix of access.
func (s *Server) Routes() []Route { return s.routes }

func (s *Server) adapt(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(r.Context()).route = route.Path
		r, err := s.admit(w, r, route)
		if err == nil {
			err = route.Handle(w, r)
		}
		if err != nil {
			s.Fail(w, r, err)
		}
	})
}

// admit gives the request as its handler sees it. A refusal by the handler is
// drawn for who was admitted.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, route Route) (*http.Request, error) {
	if err := s.count(r, route); err != nil {
		return r, err
	}
	if route.Body > 0 {
		r.Body = http.MaxBytesReader(w, visitOf(r.Context()).body, route.Body)
	}
	if s.cfg.Enter == nil {
		return r, nil
	}
	ctx, err := s.cfg.Enter(r, route)
	if err != nil {
		return r, err
	}
	return r.WithContext(ctx), nil
}
