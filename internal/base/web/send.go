package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
)

// Send renders a page completely before the first byte leaves, so that a page is
// whole or is a refusal.
//
// Pages are compressed if the browser wants it. That is safe against guessing a
// secret from the compressed length, because no other site can make a browser
// ask with our cookies: they are SameSite=Strict. Refusals are never compressed:
// withheld and not found must have the same length.
func Send(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var body bytes.Buffer
	if err := page.Render(r.Context(), &body); err != nil {
		return fault.Wrap("web.Send", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie, HX-Request")
	if (status == http.StatusOK || status == http.StatusUnprocessableEntity) && WantsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = compress(body.Bytes())
	}
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, err := w.Write(body.Bytes())
	return err
}

func compress(plain []byte) (packed bytes.Buffer) {
	z := gzip.NewWriter(&packed)
	z.Write(plain)
	z.Close()
	return packed
}

// WantsGzip reads Accept-Encoding; "gzip;q=0" is a refusal.
func WantsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return weight == "" || err == nil && q > 0
	}
	return false
}

// Partial tells whether htmx asked and expects a part of a page.
func Partial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// SeeOther sends the browser to a page of ours after something was done. Any
// address that could lead elsewhere becomes the front page.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	path = Local(path)
	if Partial(r) {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// Local is path if it stays on this node, and "/" otherwise.
func Local(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.HasPrefix(path, "/.") || strings.ContainsAny(path, "\\\x00\r\n\t") {
		return "/"
	}
	return path
}
