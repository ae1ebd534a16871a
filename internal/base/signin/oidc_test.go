package signin

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb/dbtest"
)

// realProvider is the example server of zitadel/oidc on loopback, with its users
// "id1" and "id2".
func realProvider(t *testing.T) (issuer string) {
	t.Helper()
	quiet := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(quiet) })
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	client := storage.WebClient("node", "secret", origin+OIDCCallback)
	store := storage.NewStorageWithClients(storage.NewUserStore(server.URL), map[string]*storage.Client{"node": client})
	handler = exampleop.SetupServer(server.URL, store, nil, false)
	return server.URL
}

var formField = regexp.MustCompile(`name="id" value="([^"]+)"`)

// atProvider signs in at the provider's own pages and gives the path and query
// with which it sends the browser back to us.
func atProvider(t *testing.T, to, username string) (back string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "node.example" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := c.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	text, err := io.ReadAll(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	field := formField.FindSubmatch(text)
	if field == nil {
		t.Fatalf("no form: %d %s", page.StatusCode, text)
	}
	done, err := c.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/login/username",
		url.Values{"id": {string(field[1])}, "username": {username}, "password": {"verysecure"}})
	if err != nil {
		t.Fatal(err)
	}
	done.Body.Close()
	return strings.TrimPrefix(done.Header.Get("Location"), origin)
}

func withProvider(o OIDC) func(*Config) {
	return func(c *Config) {
		c.OIDC = &o
		c.Clock = clock.System() // the provider dates its tokens by the real time
	}
}

func (n *node) expect(user, issuer, value string) {
	n.t.Helper()
	n.tx(func(ctx context.Context, tx *sql.Tx) error { return Expect(ctx, tx, user, issuer, value) })
}

func TestOIDC(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		issuer := realProvider(t)
		n := newNode(t, source, withProvider(OIDC{Issuer: issuer, ClientID: "node", ClientSecret: "secret"}))
		n.expect(anna, issuer, "id1")

		start := func(b *browser) string {
			a := b.get("/sign-in/oidc?next=/work")
			if a.status != http.StatusSeeOther {
				t.Fatalf("begin: %+v", a)
			}
			return a.header.Get("Location")
		}
		// Refusals first: a stranger to us, a callback that nobody began, a state
		// or an issuer that is not ours, a changed mind.
		b := n.browser()
		b.get(atProvider(t, start(b), "test-user2")).want(t, "unknown subject", http.StatusForbidden, "signin.not_registered")
		good := atProvider(t, start(b), "test-user@127.0.0.1")
		n.browser().get(good).want(t, "another browser", http.StatusUnauthorized, "signin.refused")
		for what, spoil := range map[string]func(url.Values){
			"wrong state":    func(q url.Values) { q.Set("state", "x") },
			"no state":       func(q url.Values) { q.Del("state") },
			"wrong code":     func(q url.Values) { q.Set("code", "x") },
			"no code":        func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") },
			"another issuer": func(q url.Values) { q.Set("iss", "https://id.example") },
		} {
			b := n.browser()
			u, err := url.Parse(atProvider(t, start(b), "test-user@127.0.0.1"))
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			spoil(q)
			b.get(u.Path+"?"+q.Encode()).want(t, what, http.StatusUnauthorized, "signin.refused")
			b.get(u.Path+"?"+u.RawQuery).want(t, what+", then right", http.StatusUnauthorized, "signin.refused")
			if b.me() != "" {
				t.Errorf("%s: signed in", what)
			}
		}

		b = n.browser()
		to := start(b)
		for _, want := range []string{"code_challenge_method=S256", "code_challenge=", "nonce=", "state=", "response_type=code"} {
			if !strings.Contains(to, want) {
				t.Errorf("the request has no %s: %s", want, to)
			}
		}
		back := atProvider(t, to, "test-user@127.0.0.1")
		a := b.get(back)
		if a.status != http.StatusOK || a.header.Get("Refresh") != "0;url=/work" || b.me() != anna {
			t.Fatalf("callback: %+v", a)
		}
		b.get(back).want(t, "callback again", http.StatusUnauthorized, "signin.refused")
		// The second time the subject is known.
		b = n.browser()
		b.get(atProvider(t, start(b), "test-user@127.0.0.1")).want(t, "second sign-in", http.StatusOK, "")
		if b.me() != anna {
			t.Error("not signed in by subject")
		}
		n.setActive(anna, false)
		b.get(atProvider(t, start(b), "test-user@127.0.0.1")).want(t, "inactive", http.StatusForbidden, "signin.not_registered")
	})
}

func TestOIDCCookieComesBack(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t), withProvider(OIDC{Issuer: realProvider(t), ClientID: "node", ClientSecret: "secret"}))
	got := n.browser().get("/sign-in/oidc").header.Values("Set-Cookie")
	if len(got) != 1 || !strings.HasSuffix(got[0], "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("cookie: %q", got)
	}
}

func TestOIDCAway(t *testing.T) {
	plain := newNode(t, dbtest.SQLite(t))
	plain.browser().get("/sign-in/oidc").want(t, "no provider", http.StatusNotFound, "signin.no_provider")
	plain.browser().get(OIDCCallback).want(t, "no provider", http.StatusNotFound, "signin.no_provider")

	up := false
	p := newForger(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !up {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		p.ServeHTTP(w, r)
	}))
	defer server.Close()
	p.issuer = server.URL
	n := newNode(t, dbtest.SQLite(t), withProvider(OIDC{Issuer: server.URL, ClientID: "node"}))
	n.browser().get("/sign-in/oidc").want(t, "away", http.StatusServiceUnavailable, "signin.provider_away")
	up = true
	n.browser().get("/sign-in/oidc").want(t, "back", http.StatusSeeOther, "")
}

// forger is a provider that says whatever a test wants it to.
type forger struct {
	t      testing.TB
	issuer string
	key    *rsa.PrivateKey
	signer *rsa.PrivateKey
	claims map[string]any
}

func newForger(t testing.TB) *forger {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &forger{t: t, key: key, signer: key}
}

func (p *forger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		json.NewEncoder(w).Encode(map[string]any{"issuer": p.issuer, "authorization_endpoint": p.issuer + "/auth",
			"token_endpoint": p.issuer + "/token", "jwks_uri": p.issuer + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	case "/keys":
		json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig",
			"kid": "k", "n": b64(p.key.N.Bytes()), "e": "AQAB"}}})
	case "/token":
		json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": p.token()})
	}
}

func (p *forger) token() string {
	head := b64([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(marshal(p.t, p.claims)))
	digest := sha256.Sum256([]byte(head))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.signer, crypto.SHA256, digest[:])
	if err != nil {
		p.t.Error(err)
	}
	return head + "." + b64(signature)
}

// signIn goes through the whole flow with the claims that change gives.
func (p *forger) signIn(b *browser, change func(map[string]any)) answer {
	begun := b.get("/sign-in/oidc?next=//evil.example")
	to, err := url.Parse(begun.header.Get("Location"))
	if err != nil {
		p.t.Fatal(err)
	}
	now := time.Now().Unix()
	p.claims = map[string]any{"iss": p.issuer, "sub": "s1", "aud": "node", "iat": now, "exp": now + 60, "nonce": to.Query().Get("nonce"),
		"email": "anna@org.example", "email_verified": true, "staff_number": "0042"}
	change(p.claims)
	return b.get(OIDCCallback + "?code=c&state=" + to.Query().Get("state"))
}

func newForgery(t *testing.T, source string, o OIDC) (*forger, *node) {
	p := newForger(t)
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.issuer, o.Issuer, o.ClientID = server.URL, server.URL, "node"
	return p, newNode(t, source, withProvider(o))
}

func TestOIDCForgedTokens(t *testing.T) {
	p, n := newForgery(t, dbtest.SQLite(t), OIDC{})
	n.expect(anna, p.issuer, "s1")
	for what, change := range map[string]func(map[string]any){
		"wrong nonce":          func(c map[string]any) { c["nonce"] = "x" },
		"no nonce":             func(c map[string]any) { delete(c, "nonce") },
		"another issuer":       func(c map[string]any) { c["iss"] = "https://id.example" },
		"another audience":     func(c map[string]any) { c["aud"] = "other" },
		"made for another one": func(c map[string]any) { c["aud"] = []string{"node", "other"}; c["azp"] = "other" },
		"expired":              func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
		"not yet":              func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() },
	} {
		b := n.browser()
		p.signIn(b, change).want(t, what, http.StatusUnauthorized, "signin.refused")
		if b.me() != "" {
			t.Errorf("%s: signed in", what)
		}
	}
	p.signer = newForger(t).key
	p.signIn(n.browser(), func(map[string]any) {}).want(t, "another key", http.StatusUnauthorized, "signin.refused")
	p.signer = p.key

	b := n.browser()
	a := p.signIn(b, func(map[string]any) {})
	if b.me() != anna || a.header.Get("Refresh") != "0;url=/" {
		t.Errorf("honest token: %+v", a)
	}
}

func TestOIDCClaims(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		p, n := newForgery(t, source, OIDC{Claim: "email"})
		n.expect(anna, p.issuer, "anna@org.example")
		for what, change := range map[string]func(map[string]any){
			"unverified":     func(c map[string]any) { c["email_verified"] = false },
			"not said":       func(c map[string]any) { delete(c, "email_verified") },
			"no claim":       func(c map[string]any) { delete(c, "email") },
			"not text":       func(c map[string]any) { c["email"] = []string{"anna@org.example"} },
			"somebody else":  func(c map[string]any) { c["email"] = "boris@org.example" },
			"empty":          func(c map[string]any) { c["email"] = "" },
			"subject, claim": func(c map[string]any) { c["sub"] = "anna@org.example"; c["email"] = "x" },
		} {
			p.signIn(n.browser(), change).want(t, what, http.StatusForbidden, "signin.not_registered")
		}
		b := n.browser()
		p.signIn(b, func(map[string]any) {}).want(t, "announced", http.StatusOK, "")
		if b.me() != anna {
			t.Error("not signed in")
		}
		// From now on the subject counts: neither a change of address locks her
		// out, nor does whoever gets her old address get in.
		b = n.browser()
		p.signIn(b, func(c map[string]any) { c["email"] = "married@org.example" }).want(t, "same subject", http.StatusOK, "")
		if b.me() != anna {
			t.Error("not signed in by subject")
		}
		p.signIn(n.browser(), func(c map[string]any) { c["sub"] = "s2" }).want(t, "old address", http.StatusForbidden, "signin.not_registered")
	})
}

func TestOIDCProvision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		p, n := newForgery(t, source, OIDC{Provision: func(claims map[string]any) (User, bool) {
			number, ok := claims["staff_number"].(string)
			return User{ID: "usr_" + number, Name: "New", Organisation: "org_a", Language: "en", Active: true}, ok
		}})
		p.signIn(n.browser(), func(c map[string]any) { delete(c, "staff_number") }).want(t, "declined", http.StatusForbidden, "signin.not_registered")
		for range 2 {
			b := n.browser()
			p.signIn(b, func(map[string]any) {}).want(t, "provisioned", http.StatusOK, "")
			if b.me() != "usr_0042" {
				t.Errorf("signed in as %q", b.me())
			}
		}
		// A provisioned id that is taken gives nobody that user's place.
		a := p.signIn(n.browser(), func(c map[string]any) { c["sub"] = "s2" })
		a.want(t, fmt.Sprintf("taken id (%s)", a.body), http.StatusConflict, "signin.user_exists")
	})
}
