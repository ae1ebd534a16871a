package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
)

// visit is what the server notes about one request, for its log line.
type visit struct {
	id    string
	route string
	kind  string
	op    string
	body  io.ReadCloser // before any limit
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// RequestID is the reference of the request in the logs: 16 random hexadecimal
// digits, also sent as X-Request-Id.
func RequestID(ctx context.Context) string { return visitOf(ctx).id }

// ServeHTTP lays the common ground and passes the request on.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := s.cfg.Clock.Now()
	v := &visit{id: newID(), route: "none", body: r.Body}
	rec := &recorder{ResponseWriter: w}
	nonce := rand.Text()
	protect(rec.Header(), nonce, v.id)

	ctx := context.WithValue(r.Context(), visitKey{}, v)
	ctx = templ.WithNonce(ctx, nonce)
	ctx = i18n.With(ctx, s.language(r))
	r = r.WithContext(ctx)
	r.Body = http.MaxBytesReader(rec, r.Body, s.cfg.MaxBody)

	defer func() {
		if thrown := recover(); thrown != nil {
			s.caught(rec, r, thrown)
		}
		s.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "request",
			slog.String("id", v.id), slog.String("method", method(r)), slog.String("route", v.route),
			slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes),
			slog.String("kind", v.kind), slog.String("op", v.op),
			slog.Duration("took", s.cfg.Clock.Now().Sub(begin)))
	}()
	if s.origin.Check(r) != nil {
		s.Fail(rec, r, errCrossSite)
		return
	}
	s.inner.ServeHTTP(rec, r)
}

// language obeys the address first (a printed link may carry ?lang=ru), then the
// person's own choice, then the browser.
func (s *Server) language(r *http.Request) *i18n.Locale {
	var chosen string
	if c, err := r.Cookie("lang"); err == nil {
		chosen = c.Value
	}
	return s.cfg.Book.Match(r.URL.Query().Get("lang"), chosen, r.Header.Get("Accept-Language"))
}

// protect sets the headers every response carries.
func protect(h http.Header, nonce, id string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'nonce-"+nonce+"'; "+
		"require-trusted-types-for 'script'; trusted-types htmx; "+
		"style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
}

// caught answers a panic. Its value may hold what a person entered, so only its
// type is logged, or its text where the runtime made it.
func (s *Server) caught(rec *recorder, r *http.Request, thrown any) {
	if thrown == http.ErrAbortHandler {
		panic(thrown)
	}
	what := fmt.Sprintf("%T", thrown)
	if err, ok := thrown.(runtime.Error); ok {
		what = err.Error()
	}
	s.cfg.Log.LogAttrs(r.Context(), slog.LevelError, "panic",
		slog.String("id", RequestID(r.Context())), slog.String("what", what), slog.String("stack", string(debug.Stack())))
	s.Fail(rec, r, fault.New(fault.Internal, "web.Serve", "fault.internal").Because(errors.New("panic")))
}

// method keeps invented methods out of the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

func newID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// recorder notes what was sent.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
