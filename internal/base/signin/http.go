package signin

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/web"
)

// readJSON reads a body that says it is JSON: a form of another site cannot say
// that. A credential with its attestation is a few kilobytes.
func readJSON(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, badRequest("signin.readJSON", err)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		return nil, badRequest("signin.readJSON", err)
	}
	return body, nil
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return fault.Wrap("signin.writeJSON", json.NewEncoder(w).Encode(v))
}

func badRequest(op string, why error) error {
	return fault.New(fault.Invalid, op, "signin.bad_request").Because(why)
}

// land sends a browser on that has come from another site. A redirect would not
// do: the next request would still count as the other site's, and the session's
// SameSite=Strict cookie would stay behind. A page that refreshes itself is ours.
func land(w http.ResponseWriter, to string) error {
	to = web.Local(to)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Refresh", "0;url="+to)
	_, err := fmt.Fprintf(w, "<!doctype html><html lang=en><title>Lodestar</title><main><a href=\"%s\">Lodestar</a></main></html>\n", html.EscapeString(to))
	return fault.Wrap("signin.land", err)
}
