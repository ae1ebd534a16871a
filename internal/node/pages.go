package node

import (
	"encoding/json"
	"net/http"
	"strconv"

	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// routes are the pages of the node itself: sign-in, the front door, oversight,
// administration, help.
func (s *Server) routes() []web.Route {
	get := func(path string, public bool, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Public: public, Handle: h}
	}
	post := func(path string, public bool, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Public: public, Handle: h}
	}
	list := []web.Route{
		get("/{$}", true, s.front), get("/sign-in", true, s.signInPage), get("/register", true, s.registerPage), get("/help", true, s.helpPage),
		post("/sign-out", true, s.Door.SignOut), post("/sign-in/code", true, s.Door.SignInByCode),
		post("/sign-in/passkey/begin", true, s.Door.BeginPasskey), post("/sign-in/passkey/finish", true, s.Door.FinishPasskey),
		post("/sign-in/register/begin", true, s.Door.BeginRegistration), post("/sign-in/register/finish", true, s.Door.FinishRegistration),
		{Method: http.MethodGet, Path: "/ledger", Verb: string(SearchLedger), Handle: s.ledgerPage},
		{Method: http.MethodGet, Path: "/admin", Verb: string(Administer), Handle: s.adminPage},
	}
	list = append(list, s.accountRoutes()...)
	if s.node.Config.OIDC.Issuer != "" {
		list = append(list, get("/sign-in/oidc", true, s.Door.BeginOIDC), get("/sign-in/oidc/callback", true, s.Door.FinishOIDC))
	}
	if s.demo {
		list = append(list, get("/sign-in/persona/{token}", true, s.Door.Persona), get("/demo/progress", true, s.demoProgress))
	}
	return list
}

// front sends each to where their day begins.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	a, err := policy.ActorOf(r.Context())
	if err != nil {
		return web.SeeOther(w, r, "/sign-in")
	}
	if links := menu(r.Context(), a); len(links) > 0 {
		return web.SeeOther(w, r, links[0].Href)
	}
	return web.SeeOther(w, r, "/help")
}

func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) error {
	personas, err := s.personas()
	if err != nil {
		return err
	}
	v := page.View{Title: i18n.T(r.Context(), "signin.title")}
	return page.Show(w, r, v, signInBody(personas, s.seeding, s.node.Config.OIDC.Issuer != ""))
}

func (s *Server) registerPage(w http.ResponseWriter, r *http.Request) error {
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "register.title")}, registerBody())
}

func (s *Server) helpPage(w http.ResponseWriter, r *http.Request) error {
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "help.title")}, helpBody(s.node.Ground.Policy.Notes()))
}

// ledgerPage is the ledger for those who watch over it: who did what, when, on
// which basis; about whom only by opaque id.
func (s *Server) ledgerPage(w http.ResponseWriter, r *http.Request) error {
	a, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	before := ledger.Newest
	if n, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = n
	}
	ask := policy.Ask{Actor: a, Verb: SearchLedger, On: ledger.Ref{Kind: "node"}, Purpose: consent.Oversight}
	list, err := act.Look(r.Context(), s.node.Ground, ask, func(x *act.Act) ([]ledger.Entry, error) {
		if who := r.URL.Query().Get("actor"); who != "" {
			return ledger.ForActor(x.Ctx(), x.Tx(), who, before, 100)
		}
		return ledger.Recent(x.Ctx(), x.Tx(), ledger.Filter{}, before, 100)
	})
	if err != nil {
		return err
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "ledger.title"), Wide: true}, ledgerBody(list))
}

func (s *Server) adminPage(w http.ResponseWriter, r *http.Request) error {
	a, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	ask := policy.Ask{Actor: a, Verb: Administer, On: ledger.Ref{Kind: "node"}, Purpose: consent.Administration}
	users, err := act.Look(r.Context(), s.node.Ground, ask, func(x *act.Act) ([]signin.User, error) {
		return signin.Users(x.Ctx(), x.Tx())
	})
	if err != nil {
		return err
	}
	checks := s.node.Doctor(r.Context())
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "admin.title"), Wide: true}, adminBody(users, checks, s.node.Ground.Policy.Notes(), a.Has("responder") || a.Has("caseworker")))
}

// demoProgress says how far a demonstration has filled itself.
func (s *Server) demoProgress(w http.ResponseWriter, _ *http.Request) error {
	done, total := s.seeding.done.Load(), s.seeding.total.Load()
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"done": min(done, total), "total": total, "finished": done >= total})
}
