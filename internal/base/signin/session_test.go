package signin

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
)

func nodeURL(t testing.TB) *url.URL {
	u, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (n *node) setActive(id string, active bool) {
	n.t.Helper()
	n.tx(func(ctx context.Context, tx *sql.Tx) error {
		u, err := FindUser(ctx, tx, id)
		if err != nil {
			return err
		}
		u.Active = active
		return ChangeUser(ctx, tx, u)
	})
}

// persona signs in without any proof: for tests of what comes after.
func (b *browser) persona(user string) {
	b.t.Helper()
	token, err := b.at.PersonaToken(user)
	if err != nil {
		b.t.Fatal(err)
	}
	b.get("/sign-in/persona/"+token).want(b.t, "persona", http.StatusOK, "")
}

func demo(c *Config) { c.Demo = true }

func TestSessionFixation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source, demo)
		name := n.sessions.Cookie.Name

		// A token that the thief made up …
		hers := n.browser()
		hers.setCookie(name, "planted")
		hers.persona(anna)
		if hers.cookie() == "planted" {
			t.Error("a made-up token became a session")
		}
		// … and one that is the thief's own session.
		thief := n.browser()
		thief.persona(boris)
		planted := thief.cookie()
		hers = n.browser()
		hers.setCookie(name, planted)
		hers.persona(anna)
		if hers.cookie() == planted || hers.me() != anna {
			t.Error("the token was not renewed at sign-in")
		}
		if me := thief.me(); me != "" {
			t.Errorf("the planted token is still good for %s", me)
		}
	})
}

func TestStolenTokenAfterRevoke(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source, demo)
		second := openNode(t, n.cfg.DB, n.clock)
		hers, his := n.browser(), n.browser()
		hers.persona(anna)
		his.persona(boris)
		thief := second.browser()
		thief.setCookie(n.sessions.Cookie.Name, hers.cookie())
		if thief.me() != anna {
			t.Fatal("a session of one process is unknown in another")
		}
		n.tx(func(ctx context.Context, tx *sql.Tx) error {
			ended, err := Revoke(ctx, tx, anna)
			if ended != 1 {
				t.Errorf("ended %d sessions", ended)
			}
			return err
		})
		if hers.me() != "" || thief.me() != "" {
			t.Error("a revoked session is still good")
		}
		if his.me() != boris {
			t.Error("somebody else's session was revoked, too")
		}
		n.setActive(boris, false)
		if his.me() != "" {
			t.Error("an inactive user is signed in")
		}
		late := n.browser()
		late.persona(boris)
		if late.me() != "" {
			t.Error("an inactive user came in by a session of later")
		}
		n.setActive(boris, true)
		if his.me() != "" {
			t.Error("a session survived that its user was made inactive")
		}
	})
}

func TestSignOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source, demo)
		b := n.browser()
		b.persona(anna)
		token := b.cookie()
		b.do("POST", "/sign-out", "", nil, "Sec-Fetch-Site", "cross-site").want(t, "from another site", http.StatusForbidden, "")
		if b.me() != anna {
			t.Error("another site signed her out")
		}
		if a := b.do("POST", "/sign-out", "", nil); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
			t.Errorf("sign-out: %+v", a)
		}
		b.setCookie(n.sessions.Cookie.Name, token)
		if b.me() != "" {
			t.Error("the token is good after signing out")
		}
	})
}

func TestSessionEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source, demo, func(c *Config) { c.Idle, c.Lifetime = 30*time.Minute, 2*time.Hour })
		idle, busy := n.browser(), n.browser()
		idle.persona(anna)
		busy.persona(boris)
		for range 4 {
			n.clock.Move(29 * time.Minute)
			if busy.me() != boris {
				t.Fatal("a session in use has ended")
			}
		}
		if idle.me() != "" {
			t.Error("an idle session lives on")
		}
		n.clock.Move(4 * time.Minute)
		if busy.me() != "" {
			t.Error("a session outlived its lifetime")
		}
		n.browser().post("/sign-in/passkey/begin", "").want(t, "begin", http.StatusOK, "")
		n.clock.Move(time.Hour)
		if deleted, err := n.Tidy(t.Context()); err != nil || deleted != 4 {
			t.Errorf("Tidy deleted %d rows, %v", deleted, err)
		}
		for _, table := range []string{"signin_session", "signin_ceremony", "signin_limit"} {
			if rows, err := n.cfg.DB.Scalar(t.Context(), "SELECT count(*) FROM "+table); err != nil || rows != 0 {
				t.Errorf("%s has %d rows after Tidy, %v", table, rows, err)
			}
		}
	})
}

func TestTidyKeepsWhatLives(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source, demo)
		b := n.browser()
		b.persona(anna)
		key, code := newAuthenticator(), n.invite(boris)
		begun := b.post("/sign-in/register/begin", "{}")
		if deleted, err := n.Tidy(t.Context()); err != nil || deleted != 0 {
			t.Errorf("Tidy deleted %d, %v", deleted, err)
		}
		b.post("/sign-in/register/finish", key.create(t, begun.body)).want(t, "ceremony", http.StatusNoContent, "")
		n.browser().register(code, newAuthenticator()).want(t, "invitation", http.StatusNoContent, "")
	})
}

func TestCookies(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t), demo)
	if a := n.browser().get("/"); len(a.header.Values("Set-Cookie")) != 0 {
		t.Errorf("a visitor got a cookie: %v", a.header)
	}
	token, _ := n.PersonaToken(anna)
	got := n.browser().get("/sign-in/persona/" + token).header.Values("Set-Cookie")
	if len(got) != 1 || !strings.HasPrefix(got[0], "__Host-lodestar=") || !strings.HasSuffix(got[0], "; Path=/; HttpOnly; Secure; SameSite=Strict") {
		t.Errorf("session cookie: %q", got)
	}
	got = n.browser().post("/sign-in/passkey/begin", "").header.Values("Set-Cookie")
	if len(got) != 1 || !strings.HasPrefix(got[0], "__Host-lodestar-sign-in=") || !strings.HasSuffix(got[0], "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Strict") {
		t.Errorf("ceremony cookie: %q", got)
	}
	plain := newNode(t, dbtest.SQLite(t), func(c *Config) { c.Origin = "http://localhost:8081" })
	if c := plain.sessions.Cookie; c.Name != "lodestar-8081" || c.Secure {
		t.Errorf("without TLS: %+v", c)
	}
}

func TestOpenRefuses(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	good := Config{DB: db, Clock: clock.At(start), Key: make([]byte, 16), Origin: origin, Title: "Node"}
	for what, spoil := range map[string]func(*Config){
		"no origin":          func(c *Config) { c.Origin = "" },
		"a path":             func(c *Config) { c.Origin += "/" },
		"no host":            func(c *Config) { c.Origin = "node.example" },
		"a bare address":     func(c *Config) { c.Origin = "http://127.0.0.1:8080" },
		"short key":          func(c *Config) { c.Key = c.Key[1:] },
		"plain-text issuer":  func(c *Config) { c.OIDC = &OIDC{Issuer: "http://id.example", ClientID: "x"} },
		"no client":          func(c *Config) { c.OIDC = &OIDC{Issuer: "https://id.example"} },
		"issuer is no URL":   func(c *Config) { c.OIDC = &OIDC{Issuer: "id.example", ClientID: "x"} },
		"issuer not parsing": func(c *Config) { c.OIDC = &OIDC{Issuer: "http://[", ClientID: "x"} },
	} {
		bad := good
		spoil(&bad)
		if _, err := Open(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Open(good); err != nil {
		t.Error(err)
	}
}

func TestPersonaOnlyInDemo(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t), demo)
	token, err := n.PersonaToken(anna)
	if err != nil {
		t.Fatal(err)
	}
	other := openNode(t, n.cfg.DB, n.clock, demo)
	plain := openNode(t, n.cfg.DB, n.clock)
	for what, b := range map[string]*browser{"another process": other.browser(), "no demonstration": plain.browser()} {
		b.get("/sign-in/persona/"+token).want(t, what, http.StatusNotFound, "signin.no_persona")
	}
	forged := boris + token[strings.IndexByte(token, '.'):]
	n.browser().get("/sign-in/persona/"+forged).want(t, "forged", http.StatusNotFound, "signin.no_persona")
	keyless := anna + "." + b64(plain.personaMAC(anna))
	plain.browser().get("/sign-in/persona/"+keyless).want(t, "made with no key", http.StatusNotFound, "signin.no_persona")
	if _, err := plain.PersonaToken(anna); !fault.Is(err, fault.NotFound) {
		t.Errorf("a persona outside a demonstration: %v", err)
	}
	b := n.browser()
	a := b.get("/sign-in/persona/" + token)
	if b.me() != anna || a.header.Get("Refresh") != "0;url=/" {
		t.Errorf("persona: %+v", a)
	}
}

// Nothing that signs somebody in, and nobody's name, is in the log; nothing that
// signs somebody in, and no network address, is readable in the database.
func TestNothingLeaks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		var log strings.Builder
		old := slog.Default()
		slog.SetDefault(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		defer slog.SetDefault(old)

		n := newNode(t, source)
		invitation, codes := n.invite(anna), n.codes(anna)
		b := n.browser()
		b.register(invitation, newAuthenticator()).want(t, "register", http.StatusNoContent, "")
		b.code(codes[0]).want(t, "code", http.StatusSeeOther, "")
		unused := n.invite(anna)
		ceremony := n.browser()
		ceremony.post("/sign-in/passkey/begin", "")
		slog.Info("user", "user", User{ID: anna, Name: canary}, "printed", fmt.Sprintf("%v %+v %#v", User{Name: canary}, User{Name: canary}, User{Name: canary}))

		text, all := log.String(), dump(t, n)
		if !strings.Contains(text, anna) || !strings.Contains(all, anna) {
			t.Fatal("the search finds nothing at all")
		}
		if strings.Contains(text, "Canary") {
			t.Errorf("the log names her: %s", text)
		}
		for what, secret := range map[string]string{
			"session token": b.cookie(), "ceremony token": ceremony.jar.Cookies(nodeURL(t))[0].Value,
			"invitation": unused, "code": codes[1], "address": "192.0.2.1",
		} {
			for _, form := range []string{secret, strings.ToLower(strings.ReplaceAll(secret, "-", ""))} {
				if secret == "" || strings.Contains(text, form) {
					t.Errorf("the log has the %s", what)
				}
				if strings.Contains(all, form) {
					t.Errorf("the database has the %s", what)
				}
			}
		}
	})
}

// dump is every value of every table.
func dump(t *testing.T, n *node) string {
	t.Helper()
	tables, err := n.cfg.DB.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range tables {
		err := n.cfg.DB.InRead(t.Context(), func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(t.Context(), "SELECT * FROM "+table)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				values := make([]any, len(columns))
				for i := range values {
					values[i] = new(sql.RawBytes)
				}
				if err := rows.Scan(values...); err != nil {
					return err
				}
				for _, v := range values {
					all.Write(*v.(*sql.RawBytes))
					all.WriteByte('\n')
				}
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}
