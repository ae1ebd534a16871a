package signin

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"database/sql"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestPasskeyRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		key := newAuthenticator()
		key.counter = 7
		n.browser().register(n.invite(anna), key).want(t, "register", http.StatusNoContent, "")

		for what, spoil := range map[string]func(*authenticator){
			"another origin":        func(a *authenticator) { a.origin = "https://node.example.evil" },
			"another port":          func(a *authenticator) { a.origin = origin + ":444" },
			"another relying party": func(a *authenticator) { a.rpID = "evil" },
			"user not verified":     func(a *authenticator) { a.flags &^= flagUV },
			"user not present":      func(a *authenticator) { a.flags &^= flagUP },
			"backup flag gone":      func(a *authenticator) { a.flags &^= flagBE | flagBS },
			"counter stands still":  func(a *authenticator) { a.counter-- },
			"another key": func(a *authenticator) {
				a.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			},
			"unknown credential": func(a *authenticator) { a.id = []byte("0123456789abcdef") },
			"another user":       func(a *authenticator) { a.handle = []byte(boris) },
			"unknown user":       func(a *authenticator) { a.handle = []byte("usr_nobody") },
			"no user":            func(a *authenticator) { a.handle = nil },
		} {
			bad := *key
			bad.counter++
			spoil(&bad)
			b := n.browser()
			b.passkey(&bad).want(t, what, http.StatusUnauthorized, "signin.refused")
			if b.me() != "" || len(b.jar.Cookies(nodeURL(t))) != 0 {
				t.Errorf("%s: signed in", what)
			}
		}
		key.counter++
		b := n.browser()
		b.passkey(key).want(t, "honest passkey", http.StatusNoContent, "")
		if b.me() != anna {
			t.Error("the honest passkey did not sign in")
		}
	})
}

func TestChallengeIsUsedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		key := newAuthenticator()
		n.browser().register(n.invite(anna), key)

		b := n.browser()
		begun := b.post("/sign-in/passkey/begin", "")
		token := b.jar.Cookies(nodeURL(t))[0]
		good := key.get(t, begun.body)

		// Another browser, however it got hold of the answer, has no ceremony.
		n.browser().post("/sign-in/passkey/finish", good).want(t, "other browser", http.StatusUnauthorized, "signin.refused")
		// The key of a sign-in does not open a registration.
		other := n.browser()
		other.setCookie(n.ceremonyCookie(kindRegister, "", 0).Name, token.Value)
		other.post("/sign-in/register/finish", good).want(t, "other kind", http.StatusUnauthorized, "signin.refused")

		b.post("/sign-in/passkey/finish", good).want(t, "first", http.StatusNoContent, "")
		again := n.browser()
		again.setCookie(token.Name, token.Value)
		again.post("/sign-in/passkey/finish", good).want(t, "replay", http.StatusUnauthorized, "signin.refused")

		late := n.browser()
		begun = late.post("/sign-in/passkey/begin", "")
		n.clock.Move(ceremonyFor)
		late.post("/sign-in/passkey/finish", key.get(t, begun.body)).want(t, "late", http.StatusUnauthorized, "signin.refused")
	})
}

// Two processes that get the same answer at the same moment accept it once.
func TestChallengeIsUsedOnceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		second := openNode(t, n.cfg.DB, n.clock)
		key := newAuthenticator()
		n.browser().register(n.invite(anna), key)
		begin := n.browser()
		begun := begin.post("/sign-in/passkey/begin", "")
		token := begin.jar.Cookies(nodeURL(t))[0]
		body := key.get(t, begun.body)

		var wg sync.WaitGroup
		status := make([]int, 6)
		for i := range status {
			b := []*node{n, second}[i%2].browser()
			b.setCookie(token.Name, token.Value)
			wg.Go(func() { status[i] = b.post("/sign-in/passkey/finish", body).status })
		}
		wg.Wait()
		if n := count(status, http.StatusNoContent); n != 1 {
			t.Errorf("accepted %d times: %v", n, status)
		}
	})
}

// Of two copies of a passkey that count the same, one is refused, also when both
// sign in at the same moment.
func TestClonesAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		key := newAuthenticator()
		key.counter = 7
		n.browser().register(n.invite(anna), key)
		key.counter++
		var wg sync.WaitGroup
		status := make([]int, 6)
		for i := range status {
			b := n.browser()
			begun := b.post("/sign-in/passkey/begin", "")
			body := key.get(t, begun.body)
			wg.Go(func() { status[i] = b.post("/sign-in/passkey/finish", body).status })
		}
		wg.Wait()
		if n := count(status, http.StatusNoContent); n != 1 {
			t.Errorf("accepted %d times: %v", n, status)
		}
	})
}

func count(status []int, want int) (n int) {
	for _, s := range status {
		if s == want {
			n++
		}
	}
	return n
}

func TestPasskeyOptionsTellNothing(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	n.browser().register(n.invite(anna), newAuthenticator())
	a := n.browser().post("/sign-in/passkey/begin", "")
	o := readOptions(t, a.body)
	if o.PublicKey.UserVerification != "required" || o.PublicKey.RPID != "node.example" || len(o.PublicKey.AllowCredentials) != 0 {
		t.Errorf("options: %s", a.body)
	}
	if strings.Contains(a.body, anna) || strings.Contains(a.body, "Canary") {
		t.Errorf("options name a user: %s", a.body)
	}
}

func TestRegistrationRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		code := n.invite(anna)
		for what, spoil := range map[string]func(*authenticator){
			"another origin":        func(a *authenticator) { a.origin = "https://evil.example" },
			"another relying party": func(a *authenticator) { a.rpID = "evil.example" },
			"user not verified":     func(a *authenticator) { a.flags &^= flagUV },
			"backed up, not eligible": func(a *authenticator) {
				a.flags &^= flagBE
			},
			"not discoverable": func(a *authenticator) {
				a.extra = map[string]any{"credProps": map[string]any{"rk": false}}
			},
		} {
			bad := newAuthenticator()
			spoil(bad)
			b := n.browser()
			b.register(code, bad).want(t, what, http.StatusUnauthorized, "signin.refused")
			if b.me() != "" {
				t.Errorf("%s: signed in", what)
			}
		}
		for what, code := range map[string]string{
			"no code":      "",
			"short code":   code[:20],
			"another code": printed(randomCode(invitationLength)),
		} {
			if a := n.browser().register(code, newAuthenticator()); a.status != http.StatusUnauthorized {
				t.Errorf("%s: %d %s", what, a.status, a.body)
			}
		}

		// Only the latest invitation counts, once, and only in time.
		newer := n.invite(anna)
		n.browser().register(code, newAuthenticator()).want(t, "replaced", http.StatusUnauthorized, "signin.invitation_refused")
		a, b := n.browser(), n.browser()
		first, second := newAuthenticator(), newAuthenticator()
		begunA := a.post("/sign-in/register/begin", marshal(t, map[string]string{"code": newer}))
		begunB := b.post("/sign-in/register/begin", marshal(t, map[string]string{"code": newer}))
		a.post("/sign-in/register/finish", first.create(t, begunA.body)).want(t, "first use", http.StatusNoContent, "")
		b.post("/sign-in/register/finish", second.create(t, begunB.body)).want(t, "second use", http.StatusUnauthorized, "signin.invitation_refused")
		n.browser().register(newer, newAuthenticator()).want(t, "third use", http.StatusUnauthorized, "signin.invitation_refused")

		late := n.invite(boris)
		// A credential id belongs to one user, and its refusal does not use the invitation up.
		n.browser().register(late, &authenticator{key: second.key, id: first.id, flags: first.flags, origin: origin, rpID: "node.example"}).
			want(t, "credential of another user", http.StatusUnauthorized, "signin.refused")
		n.clock.Move(72 * time.Hour)
		n.browser().register(late, newAuthenticator()).want(t, "expired", http.StatusUnauthorized, "signin.invitation_refused")
	})
}

func TestRegistrationNeedsAnActiveUser(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	code := n.invite(anna)
	b := n.browser()
	begun := b.post("/sign-in/register/begin", marshal(t, map[string]string{"code": code}))
	n.setActive(anna, false)
	b.post("/sign-in/register/finish", newAuthenticator().create(t, begun.body)).want(t, "made inactive meanwhile", http.StatusUnauthorized, "signin.refused")
	n.browser().register(code, newAuthenticator()).want(t, "inactive", http.StatusUnauthorized, "signin.invitation_refused")
}

// A signed-in user may add a passkey shortly after signing in, and nobody who
// holds the session later may.
func TestSecondPasskey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		first, second := newAuthenticator(), newAuthenticator()
		b := n.browser()
		b.register(strings.ToLower(n.invite(anna)), first).want(t, "register", http.StatusNoContent, "")
		begun := b.post("/sign-in/register/begin", "{}")
		if o := readOptions(t, begun.body); len(o.PublicKey.ExcludeCredentials) != 1 || o.PublicKey.ExcludeCredentials[0].ID != b64(first.id) ||
			o.PublicKey.AuthenticatorSelection.ResidentKey != "required" || o.PublicKey.AuthenticatorSelection.UserVerification != "required" {
			t.Errorf("options: %s", begun.body)
		}
		b.post("/sign-in/register/finish", second.create(t, begun.body)).want(t, "second", http.StatusNoContent, "")
		n.browser().passkey(second).want(t, "sign in with it", http.StatusNoContent, "")

		// A thief's registration does not outlive the session.
		begun = b.post("/sign-in/register/begin", "{}")
		n.tx(func(ctx context.Context, tx *sql.Tx) error { _, err := Revoke(ctx, tx, anna); return err })
		b.post("/sign-in/register/finish", newAuthenticator().create(t, begun.body)).want(t, "revoked meanwhile", http.StatusUnauthorized, "signin.refused")

		b.passkey(first).want(t, "sign in again", http.StatusNoContent, "")
		n.clock.Move(freshFor + time.Second)
		b.post("/sign-in/register/begin", "{}").want(t, "stale session", http.StatusForbidden, "signin.sign_in_again")

		n.tx(func(ctx context.Context, tx *sql.Tx) error {
			list, err := Passkeys(ctx, tx, anna)
			if err != nil || len(list) != 2 || !list[1].Synced || list[1].Used.IsZero() || !list[0].Born.Equal(start) {
				t.Errorf("Passkeys = %+v, %v", list, err)
			}
			if err := RemovePasskey(ctx, tx, boris, first.id); !fault.Is(err, fault.NotFound) {
				t.Errorf("boris removed anna's passkey: %v", err)
			}
			return RemovePasskey(ctx, tx, anna, first.id)
		})
		n.browser().passkey(first).want(t, "removed", http.StatusUnauthorized, "signin.refused")
	})
}

func TestBadBodies(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	code := marshal(t, map[string]string{"code": n.invite(anna)})
	b := n.browser()
	for what, a := range map[string]answer{
		"form":     b.do("POST", "/sign-in/register/begin", "text/plain", []byte(code)),
		"no type":  b.do("POST", "/sign-in/register/begin", "", []byte(code)),
		"no JSON":  b.post("/sign-in/register/begin", "{"),
		"not text": b.post("/sign-in/register/begin", `{"code":7}`),
		"huge":     b.post("/sign-in/register/begin", `{"code":"`+strings.Repeat("a", 1<<20)+`"}`),
	} {
		a.want(t, what, http.StatusUnprocessableEntity, "signin.bad_request")
	}
	b.do("POST", "/sign-in/register/begin", "application/json", []byte(code), "Sec-Fetch-Site", "cross-site").
		want(t, "another site", http.StatusForbidden, "")
	for _, body := range []string{"", "{}", "[]", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		b.post("/sign-in/passkey/begin", "")
		b.post("/sign-in/passkey/finish", body).want(t, body, http.StatusUnauthorized, "signin.refused")
	}
}
