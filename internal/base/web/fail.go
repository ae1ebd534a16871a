package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
)

var (
	errNoRoute   = fault.New(fault.NotFound, "web.Route", "fault.not_found")
	errCrossSite = fault.New(fault.Denied, "web.Origin", "fault.cross_site")
)

// Problem is a refusal as a client may see it: RFC 9457, with the stable code of
// the fault's kind. Its texts are in the reader's language.
type Problem struct {
	Type     string         `json:"type"` // the page that explains the code
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"` // names this occurrence
	Code     string         `json:"code"`
	Errors   []FieldProblem `json:"errors,omitempty"`
	Help     string         `json:"help"`

	Reference string `json:"-"` // the request id
}

// FieldProblem is the fault of one field of the input.
type FieldProblem struct {
	Pointer    string `json:"pointer"` // JSON pointer, RFC 6901
	Code       string `json:"code"`
	MessageKey string `json:"message_key"`
	Detail     string `json:"detail"`
}

// ProblemOf says what may be told about err. What is withheld is told exactly as
// what is not there (architecture §5), and of an internal fault nothing is told.
func ProblemOf(r *http.Request, err error) Problem {
	ctx := r.Context()
	kind := fault.KindOf(err)
	key, args := fault.Say(err)
	fields := fault.FieldsOf(err)
	switch kind {
	case fault.Withheld, fault.NotFound:
		kind, key, args, fields = fault.NotFound, "fault.not_found", nil, nil
	case fault.Internal:
		key, args, fields = "fault.internal", nil, nil
	}
	code := kind.String()
	p := Problem{
		Type:      "/problems/" + code,
		Title:     i18n.T(ctx, "fault.title."+code),
		Status:    fault.Status(kind),
		Detail:    i18n.Say(ctx, key, args),
		Instance:  "/problems/" + code + "#" + RequestID(ctx),
		Code:      code,
		Help:      i18n.T(ctx, "fault.help."+code),
		Reference: RequestID(ctx),
	}
	for _, f := range fields {
		p.Errors = append(p.Errors, FieldProblem{
			Pointer: f.Pointer, Code: f.Key[strings.LastIndexByte(f.Key, '.')+1:], MessageKey: f.Key,
			Detail: i18n.Say(ctx, f.Key, f.Args),
		})
	}
	return p
}

// Fail is the one map from faults to HTTP: problem+json under /api/, a page
// everywhere else.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if tooLarge(err) {
		err = fault.New(fault.Invalid, "web.Read", "fault.too_large")
	}
	s.note(r, err)
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		return // the answer has begun; the log line tells
	}
	p := ProblemOf(r, err)
	h := w.Header()
	switch p.Status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(retryAfter(err)))
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "application/problem+json")
		w.WriteHeader(p.Status)
		json.NewEncoder(w).Encode(p)
		return
	}
	if Partial(r) {
		// A whole page must not land inside the form that asked.
		h.Set("HX-Retarget", "body")
		h.Set("HX-Reswap", "innerHTML")
	}
	if err := Send(w, r, p.Status, s.cfg.Refusal(p)); err != nil {
		http.Error(w, p.Title, p.Status)
	}
}

// explain is the page that the type of a Problem leads to.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	for kind := fault.Internal; kind <= fault.Busy; kind++ {
		if code := kind.String(); code == r.PathValue("code") && kind != fault.Withheld {
			return Send(w, r, http.StatusOK, s.cfg.Refusal(Problem{
				Title: i18n.T(r.Context(), "fault.title."+code), Help: i18n.T(r.Context(), "fault.help."+code),
				Status: fault.Status(kind), Code: code,
			}))
		}
	}
	return errNoRoute
}

// note keeps the kind for the log line, and tells operators the cause of what
// was our own doing.
func (s *Server) note(r *http.Request, err error) {
	v := visitOf(r.Context())
	v.kind = fault.KindOf(err).String()
	var f *fault.Error
	if errors.As(err, &f) {
		v.op = f.Op
	}
	if fault.KindOf(err) == fault.Internal {
		s.cfg.Log.LogAttrs(r.Context(), slog.LevelError, "internal fault",
			slog.String("id", v.id), slog.String("error", err.Error()))
	}
}

func tooLarge(err error) bool {
	var max *http.MaxBytesError
	return errors.As(err, &max)
}

// retryAfter is the argument "seconds" of a Busy fault, or five seconds.
func retryAfter(err error) int {
	_, args := fault.Say(err)
	for _, a := range args {
		if n, ok := a.Value.(int); ok && a.Name == "seconds" && n > 0 {
			return n
		}
	}
	return 5
}
