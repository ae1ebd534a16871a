package node

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/page/gallery"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/node/demo"
)

// Server is the node as HTTP.
type Server struct {
	*web.Server
	Door    *signin.Door
	node    *Node
	demo    bool
	seeding *seeding // of a demonstration, while it fills itself
}

// Serve makes the server of a node. demo opens the persona links and says on
// every page that everybody is invented.
func (n *Node) Serve(demo bool) (*Server, error) {
	book, err := i18n.Load(n.Ground.Zone, catalog.Messages, catalog.Packs)
	if err != nil {
		return nil, err
	}
	s := &Server{node: n, demo: demo}
	origin := n.Config.origin()
	site := &page.Site{Name: n.Config.Name, Demo: demo, Home: "/", SignIn: "/sign-in", SignOut: "/sign-out", Account: "/account", Help: "/help",
		Secure: strings.HasPrefix(origin, "https://"), Book: book, ExitTo: n.Config.exit}
	if s.Door, err = n.door(origin, demo, func(w http.ResponseWriter, r *http.Request, err error) { s.Fail(w, r, err) }); err != nil {
		return nil, err
	}
	proxies, err := n.Config.proxies()
	if err != nil {
		return nil, err
	}
	s.Server = web.New(web.Config{
		Log: n.Log, Book: book, Clock: n.Ground.Clock, Refusal: page.Refusal, Enter: s.enter, Limiter: s.Door.Limiter(),
		Around: []func(http.Handler) http.Handler{web.Behind(proxies), site.Around, s.Door.Sessions}, MaxBody: 32 << 20,
	})
	s.Add(site.Routes()...)
	s.Add(s.routes()...)
	for _, m := range n.modules {
		s.Add(m.Routes...)
	}
	if demo {
		s.Add(gallery.Routes()...)
	}
	s.health()
	return s, s.mountAPI(book)
}

func (n *Node) door(origin string, demo bool, fail func(http.ResponseWriter, *http.Request, error)) (*signin.Door, error) {
	cfg := signin.Config{DB: n.Ground.DB, Clock: n.Ground.Clock, Key: n.Ground.Vault.Token("limiter", "key"), Origin: origin,
		Title: n.Config.Name, Idle: n.Config.Idle.Duration, Demo: demo, Fail: fail}
	if o := n.Config.OIDC; o.Issuer != "" {
		secret, err := os.ReadFile(o.ClientSecret)
		if err != nil {
			return nil, fault.New(fault.Invalid, "node.door", "node.no_client_secret").Because(err)
		}
		cfg.OIDC = &signin.OIDC{Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: strings.TrimSpace(string(secret))}
	}
	return signin.Open(cfg)
}

// enter lets a request in: whoever is not signed in sees public routes only.
func (s *Server) enter(r *http.Request, route web.Route) (context.Context, error) {
	ctx := r.Context()
	u, ok := signin.Signed(ctx)
	if !ok {
		if route.Public {
			return ctx, nil
		}
		return ctx, fault.New(fault.Unknown, "node.enter", "fault.unknown")
	}
	actor := policy.Actor{User: id.Trusted[id.User](u.ID), Organisation: id.Trusted[id.Organisation](u.Organisation), Roles: u.Roles, Name: u.Name}
	ctx = policy.WithActor(ctx, actor)
	return page.SignedIn(ctx, page.Person{Name: u.Name, Office: func() string { return s.office(ctx, actor) }}, menu(ctx, actor), seek(ctx, actor)), nil
}

// office is the name of the organisation that somebody works for; "" if it cannot be
// told just now: no page waits for it.
func (s *Server) office(ctx context.Context, a policy.Actor) (name string) {
	_ = s.node.Ground.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		name, err = casework.OrganisationName(ctx, tx, a.Organisation)
		return err
	})
	return name
}

// seek is where somebody may look for people and things: among what is connected,
// or among the cases of their own organisation.
func seek(ctx context.Context, a policy.Actor) page.Search {
	switch {
	case a.Has("analyst") || a.Has("investigator"):
		return page.Search{Action: "/search", Hint: i18n.T(ctx, "search.hint")}
	case a.Has("responder") || a.Has("caseworker"):
		return page.Search{Action: "/cases/search", Hint: i18n.T(ctx, "search.cases_hint")}
	}
	return page.Search{}
}

// menu is what somebody's roles open.
func menu(ctx context.Context, a policy.Actor) []page.Link {
	var out []page.Link
	add := func(href, key string, roles ...string) {
		for _, r := range roles {
			if a.Has(r) {
				out = append(out, page.Link{Href: href, Text: i18n.T(ctx, key)})
				return
			}
		}
	}
	add("/work", "menu.work", "responder", "caseworker", "provider")
	add("/cases", "menu.cases", "responder", "caseworker")
	add("/rights", "menu.rights", "lawyer", "caseworker")
	add("/charges", "menu.charges", "prosecutor")
	add("/children", "menu.children", "caseworker", "guardian")
	add("/signals", "menu.signals", "responder", "caseworker")
	add("/imports", "menu.imports", "responder", "caseworker")
	add("/leads", "menu.leads", "caseworker", "analyst", "investigator")
	add("/entities", "menu.entities", "analyst", "investigator")
	add("/review", "menu.review", "analyst")
	add("/determinations", "menu.determinations", "decider")
	add("/ledger", "menu.ledger", "oversight")
	add("/admin", "menu.admin", "administrator")
	add("/law", "menu.law", Roles...)
	return out
}

// health answers the two questions of an operator's machine: does the process
// live, and can it serve.
func (s *Server) health() {
	s.Mux().HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	s.Mux().HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		err := s.node.Ground.DB.InRead(r.Context(), func(tx *sql.Tx) error {
			var one int
			return tx.QueryRowContext(r.Context(), "SELECT 1").Scan(&one)
		})
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte("not ready\n"))
			return
		}
		w.Write([]byte("ready\n"))
	})
}

// Run serves until ctx ends, works the jobs and signs the ledger meanwhile, then
// lets what is under way finish.
func (s *Server) Run(ctx context.Context, ready func(net.Addr)) error {
	l, err := net.Listen("tcp", s.node.Config.Listen)
	if err != nil {
		return fault.New(fault.Invalid, "node.Run", "node.cannot_listen", "address", s.node.Config.Listen).Because(err)
	}
	if err := s.node.Ground.Queue.Start(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	go s.upkeep(ctx)
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(s.node.Log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() {
		if t := s.node.Config.TLS; t.Cert != "" {
			failed <- srv.ServeTLS(l, t.Cert, t.Key)
			return
		}
		failed <- srv.Serve(l)
	}()
	ready(l.Addr())
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, srv.Shutdown(stop), s.node.Ground.Queue.Stop(stop))
}

// upkeep signs the ledger every minute while the node serves (exchange.md §9: a
// checkpoint each minute), and clears what has expired every hour.
func (s *Server) upkeep(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for minute := 0; ; minute++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := s.node.Checkpoint(ctx)
		if fault.Is(err, fault.Busy) || fault.Is(err, fault.NotFound) {
			err = nil // another process was first, or nothing was written yet
		}
		if minute%60 == 0 {
			_, terr := s.Door.Tidy(ctx)
			err = errors.Join(err, terr)
		}
		if err != nil {
			s.node.Log.LogAttrs(ctx, slog.LevelError, "upkeep failed", slog.String("kind", fault.KindOf(err).String()))
		}
	}
}

func (c Config) origin() string {
	if c.Origin != "" {
		return c.Origin
	}
	_, port, _ := net.SplitHostPort(c.Listen)
	scheme := "http"
	if c.TLS.Cert != "" {
		scheme = "https"
	}
	return scheme + "://localhost:" + port
}

// exit is the ordinary website that "exit this page" leads to.
func (c Config) exit(lang string) string {
	if c.Exit != "" {
		return c.Exit
	}
	return "https://" + lang + ".wikipedia.org/"
}

// personas are the links of a demonstration, in the order in which it meets them.
func (s *Server) personas() ([]persona, error) {
	if !s.demo {
		return nil, nil
	}
	names := map[string]string{}
	for _, o := range s.seeding.pop.Organisations {
		names[o.Code] = o.Name
	}
	var out []persona
	for _, p := range demo.Personas() {
		token, err := s.Door.PersonaToken(userOf(p.Code).String())
		if err != nil {
			return nil, err
		}
		out = append(out, persona{Name: p.Name, Organisation: names[p.Organisation], Roles: p.Roles, Href: "/sign-in/persona/" + token})
	}
	return out, nil
}
