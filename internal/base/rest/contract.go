package rest

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/web"
)

// Document is the contract.
func (a *API) Document() ([]byte, error) {
	b, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	return append(b, '\n'), fault.Wrap("rest.Document", err)
}

func (a *API) contract(w http.ResponseWriter, _ *http.Request) error {
	b, err := a.Document()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, err = w.Write(b)
	return fault.Wrap("rest.contract", err)
}

// refusals describes RFC 9457 answers.
func (a *API) refusals() *huma.Response {
	s := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[web.Problem](), true, "Problem")
	return &huma.Response{Description: "Refused", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: s}}}
}

// document completes what huma derived from the handler's types.
func (a *API) document(_ *huma.OpenAPI, op *huma.Operation) {
	row := op.Metadata[rowOf].(Operation)
	if row.Keyed {
		op.Parameters = append(op.Parameters, &huma.Param{Name: keyHeader, In: "header", Required: true,
			Description: "Names this request: sent again with the same key and body, it is done once, and answered with 303 and the place where what came of it can be read. Kept for 7 days.",
			Schema:      &huma.Schema{Type: huma.TypeString, MinLength: ptr(1), MaxLength: ptr(maxKey)}})
		op.Responses["303"] = &huma.Response{Description: "Done before under this key: read at the Location, as far as it is open to you, what came of it",
			Headers: map[string]*huma.Param{"Location": {Schema: &huma.Schema{Type: huma.TypeString}}, "Idempotency-Replayed": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	}
	for _, p := range op.Parameters {
		if p.In == "header" && p.Name == PurposeHeader {
			p.Schema.Enum = make([]any, len(a.cfg.Purposes))
			for i, purpose := range a.cfg.Purposes {
				p.Schema.Enum[i] = purpose
			}
			p.Schema.PrecomputeMessages()
		}
	}
}

// tidy takes out of the contract what huma registers to describe refusals of its
// own, and opens the shapes that are only answered: they may grow, and a client
// must not refuse what it does not know.
func (a *API) tidy() {
	doc := a.huma.OpenAPI()
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	taken := map[string]bool{}
	for _, path := range doc.Paths {
		if path.Post == nil || path.Post.RequestBody == nil {
			continue
		}
		for _, m := range path.Post.RequestBody.Content {
			reach(schemas, m.Schema, taken)
		}
	}
	for name, s := range schemas {
		if closed, ok := s.AdditionalProperties.(bool); ok && !closed && !taken[name] {
			s.AdditionalProperties = nil
		}
	}
}

// reach notes every named schema within s.
func reach(schemas map[string]*huma.Schema, s *huma.Schema, seen map[string]bool) {
	if s == nil {
		return
	}
	if name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]; name != "" && !seen[name] {
		seen[name] = true
		reach(schemas, schemas[name], seen)
	}
	reach(schemas, s.Items, seen)
	for _, p := range s.Properties {
		reach(schemas, p, seen)
	}
}

func ptr[T any](v T) *T { return &v }
