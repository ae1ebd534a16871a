package node

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/consent"
)

// apiVersion is that of the contract. It grows with it; what is in it stays.
const apiVersion = "1.0.0"

// mountAPI adds what the desks let programs do, the contract, and the page that
// explains both.
func (s *Server) mountAPI(book *i18n.Book) error {
	english := i18n.With(context.Background(), book.Match("en"))
	cfg := rest.Config{DB: s.node.Ground.DB, Log: s.node.Log, Clock: s.node.Ground.Clock, Key: s.node.Ground.Vault.Token("rest", "key"),
		Title: "Lodestar", Version: apiVersion, Add: s.Add, Say: func(id string) string { return i18n.T(english, "api.op."+id) }}
	// The other purposes are the machine's and the administrators', who read of nobody.
	for _, p := range []consent.Purpose{consent.Assistance, consent.Identification, consent.Investigation, consent.Oversight} {
		cfg.Purposes = append(cfg.Purposes, string(p))
	}
	api, err := rest.New(cfg)
	if err != nil {
		return err
	}
	for _, m := range s.node.modules {
		api.Add(m.Operations...)
	}
	s.Add(web.Route{Method: http.MethodGet, Path: "/api", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
		return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "api.title"), Wide: true}, apiBody(api.Operations()))
	}})
	return nil
}

// apiRules are the rules a program must know, by message key.
var apiRules = []string{"api.rule.token", "api.rule.purpose", "api.rule.key", "api.rule.match", "api.rule.page", "api.rule.refusal"}

func callTable(ctx context.Context, ops []rest.Operation) page.Table {
	t := page.Table{Caption: i18n.T(ctx, "api.calls"), Hidden: true}
	for _, key := range []string{"api.call", "api.does", "api.verb"} {
		t.Columns = append(t.Columns, page.Column{Title: i18n.T(ctx, key)})
	}
	for _, op := range ops {
		t.Rows = append(t.Rows, []templ.Component{page.Words(op.Method + " " + rest.Root + op.Path), page.Words(i18n.T(ctx, "api.op."+op.ID)), page.Words(op.Verb)})
	}
	return t
}
