package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/sqldb"
)

// OIDCCallback is the path to which the provider must be told to send browsers
// back.
const OIDCCallback = "/sign-in/oidc/callback"

// OIDC is an organisation's own OpenID provider.
type OIDC struct {
	Issuer       string // https, or http on this machine
	ClientID     string
	ClientSecret string   // empty for a public client
	Scopes       []string // besides "openid"

	// Claim names the claim by which a user who was announced with Expect is
	// known at the first sign-in; empty means "sub". Its value must be text. If
	// it is "email", the provider must say that it verified the address.
	Claim string

	// Provision makes a user of the claims of somebody unknown, or says no. Nil
	// always says no: whoever comes must have been announced.
	Provision func(claims map[string]any) (User, bool)
}

// Expect announces that the user will come from the provider with this value of
// the configured claim. At the first sign-in the provider's subject takes its
// place, and the value is deleted.
func Expect(ctx context.Context, tx *sql.Tx, user, issuer, value string) error {
	if _, err := FindUser(ctx, tx, user); err != nil {
		return err
	}
	err := db.New(tx).InsertExpected(ctx, db.InsertExpectedParams{Issuer: issuer, Value: value, UserID: user})
	if sqldb.IsDuplicate(err) {
		return fault.New(fault.Conflict, "signin.Expect", "signin.already_expected")
	}
	return fault.Wrap("signin.Expect", err)
}

// flow is what a sign-in at the provider remembers.
type flow struct{ State, Nonce, Verifier, Next string }

// provider finds the provider when it is first needed, and again after a
// failure: a node starts also when its provider is away.
type provider struct {
	cfg      OIDC
	redirect string
	now      func() time.Time
	client   *http.Client

	known atomic.Pointer[endpoints]
}

type endpoints struct {
	oauth    *oauth2.Config
	verifier *oidc.IDTokenVerifier
}

func newProvider(cfg Config) (*provider, error) {
	if cfg.OIDC == nil {
		return nil, nil
	}
	u, err := url.Parse(cfg.OIDC.Issuer)
	if err != nil || cfg.OIDC.ClientID == "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, fault.New(fault.Invalid, "signin.Open", "signin.bad_provider")
	}
	p := &provider{
		cfg:      *cfg.OIDC,
		redirect: cfg.Origin + OIDCCallback,
		now:      cfg.Clock.Now,
		client:   &http.Client{Timeout: 10 * time.Second},
	}
	if p.cfg.Claim == "" {
		p.cfg.Claim = "sub"
	}
	return p, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (p *provider) discover(ctx context.Context) (*endpoints, error) {
	if e := p.known.Load(); e != nil {
		return e, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.cfg.Issuer)
	if err != nil {
		return nil, fault.New(fault.Busy, "signin.discover", "signin.provider_away").Because(err)
	}
	e := &endpoints{
		oauth: &oauth2.Config{
			ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, RedirectURL: p.redirect,
			Endpoint: found.Endpoint(), Scopes: append([]string{oidc.ScopeOpenID}, p.cfg.Scopes...),
		},
		verifier: found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.now}),
	}
	p.known.Store(e)
	return e, nil
}

// BeginOIDC sends the browser to the provider (authorization code with PKCE,
// RFC 7636). It is a link, not a form: the pages' form-action would refuse the
// redirect to another host.
func (d *Door) BeginOIDC(w http.ResponseWriter, r *http.Request) error {
	if d.provider == nil {
		return noProvider()
	}
	e, err := d.provider.discover(r.Context())
	if err != nil {
		return err
	}
	f := flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: r.URL.Query().Get("next")}
	if err := d.begin(w, r, kindProvider, f); err != nil {
		return err
	}
	to := e.oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// FinishOIDC takes the browser back and signs in the user whom the provider
// names, if it is one of ours.
func (d *Door) FinishOIDC(w http.ResponseWriter, r *http.Request) error {
	if d.provider == nil {
		return noProvider()
	}
	var f flow
	if err := d.take(w, r, kindProvider, &f); err != nil {
		return err
	}
	q := r.URL.Query()
	if !same(q.Get("state"), f.State) || q.Get("code") == "" {
		return refused("signin.FinishOIDC", errors.New("wrong state or no code"))
	}
	if iss := q.Get("iss"); iss != "" && iss != d.provider.cfg.Issuer { // RFC 9207
		return refused("signin.FinishOIDC", errors.New("answer of another issuer"))
	}
	token, claims, err := d.provider.exchange(r.Context(), q.Get("code"), f)
	if err != nil {
		return err
	}
	id, err := d.identify(r.Context(), token.Subject, claims)
	if err != nil {
		return err
	}
	if err := d.signIn(r.Context(), id, "provider"); err != nil {
		return err
	}
	return land(w, f.Next)
}

// exchange gets the ID token for the code and checks it (OpenID Connect Core
// 1.0 §3.1.3.7).
func (p *provider) exchange(ctx context.Context, code string, f flow) (*oidc.IDToken, map[string]any, error) {
	e, err := p.discover(ctx)
	if err != nil {
		return nil, nil, err
	}
	tokens, err := e.oauth.Exchange(oidc.ClientContext(ctx, p.client), code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		// The library's error may quote the provider's answer: only its code is kept.
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) {
			err = errors.New("provider refused the code: " + answer.ErrorCode)
		}
		return nil, nil, refused("signin.exchange", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := e.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, nil, refused("signin.exchange", err)
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return nil, nil, refused("signin.exchange", err)
	}
	if !same(token.Nonce, f.Nonce) {
		return nil, nil, refused("signin.exchange", errors.New("wrong nonce"))
	}
	if azp, ok := claims["azp"]; ok && azp != p.cfg.ClientID {
		return nil, nil, refused("signin.exchange", errors.New("token made for another party"))
	}
	return token, claims, nil
}

// identify gives the active user behind a subject: known from before, announced,
// or made by Provision.
func (d *Door) identify(ctx context.Context, subject string, claims map[string]any) (id string, err error) {
	cfg := d.provider.cfg
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		id, err = q.Identity(ctx, db.IdentityParams{Issuer: cfg.Issuer, Subject: subject})
		if errors.Is(err, sql.ErrNoRows) {
			if id, err = cfg.newcomer(ctx, tx, claims); err != nil {
				return err
			}
			err = q.InsertIdentity(ctx, db.InsertIdentityParams{Issuer: cfg.Issuer, Subject: subject, UserID: id})
		}
		if err != nil {
			return err
		}
		if _, err = activeUser(ctx, tx, id); fault.Is(err, fault.NotFound) {
			return notRegistered(err)
		}
		return err
	})
	return id, fault.Wrap("signin.identify", err)
}

func (cfg OIDC) newcomer(ctx context.Context, tx *sql.Tx, claims map[string]any) (id string, err error) {
	value, _ := claims[cfg.Claim].(string)
	if cfg.Claim == "email" && claims["email_verified"] != true {
		value = ""
	}
	if value != "" {
		id, err = db.New(tx).TakeExpected(ctx, db.TakeExpectedParams{Issuer: cfg.Issuer, Value: value})
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	if cfg.Provision == nil {
		return "", notRegistered(errors.New("not announced"))
	}
	u, ok := cfg.Provision(claims)
	if !ok {
		return "", notRegistered(errors.New("provisioning declined"))
	}
	return u.ID, AddUser(ctx, tx, u)
}

func same(a, b string) bool {
	return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func noProvider() error { return fault.New(fault.NotFound, "signin.OIDC", "signin.no_provider") }

func notRegistered(why error) error {
	return fault.New(fault.Denied, "signin.identify", "signin.not_registered").Because(why)
}
