package signin

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/base/web"
)

const (
	origin = "https://node.example"
	canary = "Canary Ptaszyńska"
	anna   = "usr_7k3m9q0x2f8c4d1e5a6bz"
	boris  = "usr_0000000000000000000b0"
)

var start = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// node is one process of a node: a door behind the routes of doc.go.
type node struct {
	*Door
	t     testing.TB
	clock *clock.Hand
	mux   http.Handler
}

// newNode opens a door with two users, anna and boris.
func newNode(t testing.TB, source string, change ...func(*Config)) *node {
	t.Helper()
	n := openNode(t, dbtest.Open(t, source, Migrations()), clock.At(start), change...)
	n.tx(func(ctx context.Context, tx *sql.Tx) error {
		for _, u := range []User{
			{ID: anna, Name: canary, Organisation: "org_a", Roles: []string{"inspector", "case_manager"}, Language: "fr", Active: true},
			{ID: boris, Name: "Boris", Organisation: "org_b", Language: "en", Active: true},
		} {
			if err := AddUser(ctx, tx, u); err != nil {
				return err
			}
		}
		return nil
	})
	return n
}

func openNode(t testing.TB, db *sqldb.DB, c *clock.Hand, change ...func(*Config)) *node {
	t.Helper()
	cfg := Config{DB: db, Clock: c, Key: []byte("0123456789abcdef"), Origin: origin, Title: "Node", Fail: fail}
	for _, f := range change {
		f(&cfg)
	}
	d, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for pattern, h := range map[string]web.Handler{
		"POST /sign-in/passkey/begin":   d.BeginPasskey,
		"POST /sign-in/passkey/finish":  d.FinishPasskey,
		"POST /sign-in/register/begin":  d.BeginRegistration,
		"POST /sign-in/register/finish": d.FinishRegistration,
		"POST /sign-in/code":            d.SignInByCode,
		"GET /sign-in/oidc":             d.BeginOIDC,
		"GET " + OIDCCallback:           d.FinishOIDC,
		"GET /sign-in/persona/{token}":  d.Persona,
		"POST /sign-out":                d.SignOut,
		"GET /{$}":                      func(http.ResponseWriter, *http.Request) error { return nil },
		"GET /me": RequireUser(func(w http.ResponseWriter, r *http.Request) error {
			u, _ := Signed(r.Context())
			_, err := io.WriteString(w, u.ID)
			return err
		}),
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				fail(w, r, err)
			}
		})
	}
	return &node{d, t, c, http.NewCrossOriginProtection().Handler(d.Sessions(mux))}
}

func fail(w http.ResponseWriter, _ *http.Request, err error) {
	key, args := fault.Say(err)
	for _, a := range args {
		w.Header().Set(a.Name, fmt.Sprint(a.Value))
	}
	http.Error(w, key, fault.Status(fault.KindOf(err)))
}

// tx runs f as the act of an administrator would.
func (n *node) tx(f func(context.Context, *sql.Tx) error) {
	n.t.Helper()
	if err := n.cfg.DB.InTx(n.t.Context(), func(tx *sql.Tx) error { return f(n.t.Context(), tx) }); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) invite(user string) (code string) {
	n.t.Helper()
	n.tx(func(ctx context.Context, tx *sql.Tx) (err error) {
		code, err = Invite(ctx, tx, user, n.clock.Now().Add(72*time.Hour))
		return err
	})
	return code
}

func (n *node) codes(user string) (onPaper []string) {
	n.t.Helper()
	onPaper, codes := MakeCodes()
	n.tx(func(ctx context.Context, tx *sql.Tx) error { return ReplaceCodes(ctx, tx, user, codes) })
	return onPaper
}

// browser talks to nodes as one does: it keeps cookies, follows no redirect
// unasked and says which site a request comes from.
type browser struct {
	t    testing.TB
	at   *node
	jar  http.CookieJar
	from string // network address
}

func (n *node) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	return &browser{n.t, n, jar, "192.0.2.1:5000"}
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (b *browser) do(method, path, contentType string, body []byte, headers ...string) answer {
	r := httptest.NewRequest(method, origin+path, bytes.NewReader(body))
	r.RemoteAddr = b.from
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.at.mux.ServeHTTP(w, r)
	b.jar.SetCookies(r.URL, w.Result().Cookies())
	return answer{w.Code, strings.TrimSpace(w.Body.String()), w.Result().Header}
}

func (b *browser) get(path string) answer { return b.do("GET", path, "", nil) }

func (b *browser) post(path, json string) answer {
	return b.do("POST", path, "application/json", []byte(json))
}

func (b *browser) form(path string, values url.Values) answer {
	return b.do("POST", path, "application/x-www-form-urlencoded", []byte(values.Encode()))
}

func (b *browser) code(code string) answer {
	return b.form("/sign-in/code", url.Values{"code": {code}, "next": {"/work?tab=1"}})
}

// me is the id of the user who is signed in, or nothing.
func (b *browser) me() string {
	if a := b.get("/me"); a.status == http.StatusOK {
		return a.body
	}
	return ""
}

// cookie is the value of the session's cookie.
func (b *browser) cookie() string {
	u, _ := url.Parse(origin)
	for _, c := range b.jar.Cookies(u) {
		if c.Name == b.at.sessions.Cookie.Name {
			return c.Value
		}
	}
	return ""
}

func (b *browser) setCookie(name, value string) {
	u, _ := url.Parse(origin)
	b.jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// register uses an invitation up with a new authenticator.
func (b *browser) register(code string, a *authenticator) answer {
	begun := b.post("/sign-in/register/begin", marshal(b.t, map[string]string{"code": code}))
	if begun.status != http.StatusOK {
		return begun
	}
	return b.post("/sign-in/register/finish", a.create(b.t, begun.body))
}

func (b *browser) passkey(a *authenticator) answer {
	begun := b.post("/sign-in/passkey/begin", "")
	if begun.status != http.StatusOK {
		return begun
	}
	return b.post("/sign-in/passkey/finish", a.get(b.t, begun.body))
}

func (a answer) want(t testing.TB, what string, status int, key string) {
	t.Helper()
	if a.status != status || key != "" && a.body != key {
		t.Errorf("%s: %d %q, want %d %q", what, a.status, a.body, status, key)
	}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
