package signin

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"lodestar/internal/base/sqldb/dbtest"
)

func TestCodeRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		codes := n.codes(anna)
		good := codes[0]
		for what, code := range map[string]string{
			"nothing":          "",
			"short":            good[:23],
			"long":             good + "0",
			"wrong secret":     good[:10] + printed(randomCode(secretLength)),
			"unknown selector": printed(randomCode(selectorLength)) + good[9:],
			"odd characters":   strings.Repeat("ü", 10),
		} {
			b := n.browser()
			b.code(code).want(t, what, http.StatusUnauthorized, "signin.code_refused")
			if b.me() != "" || len(b.jar.Cookies(nodeURL(t))) != 0 {
				t.Errorf("%s: signed in", what)
			}
		}
		n.clock.Move(time.Hour)
		b := n.browser()
		a := b.code(" " + strings.ToLower(strings.ReplaceAll(good, "-", " ")))
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/work?tab=1" || b.me() != anna {
			t.Fatalf("the good code: %+v", a)
		}
		n.browser().code(good).want(t, "used", http.StatusUnauthorized, "signin.code_refused")
		n.tx(func(ctx context.Context, tx *sql.Tx) error {
			left, err := CodesLeft(ctx, tx, anna)
			if left != codesPerUser-1 {
				t.Errorf("%d codes left", left)
			}
			return err
		})
		n.codes(anna)
		n.browser().code(codes[1]).want(t, "replaced", http.StatusUnauthorized, "signin.code_refused")

		last := n.codes(boris)[0]
		n.setActive(boris, false)
		n.browser().code(last).want(t, "inactive", http.StatusUnauthorized, "signin.code_refused")
	})
}

// An unknown selector costs the same hash as a known one.
func TestCodeOfNobodyIsHashed(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	hashed := 0
	n.hashing = make(chan struct{})
	go func() {
		for range n.hashing {
			hashed++
			n.hashing <- struct{}{}
		}
	}()
	good := n.codes(anna)[0]
	n.browser().code(good[:10]+printed(randomCode(secretLength))).want(t, "wrong secret", http.StatusUnauthorized, "signin.code_refused")
	n.browser().code(printed(randomCode(selectorLength+secretLength))).want(t, "nobody", http.StatusUnauthorized, "signin.code_refused")
	n.browser().code(good).want(t, "good", http.StatusSeeOther, "")
	close(n.hashing)
	if hashed != 3 {
		t.Errorf("hashed %d times for 3 codes", hashed)
	}
}

func TestBruteForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		second := openNode(t, n.cfg.DB, n.clock)
		good := n.codes(anna)[0]
		guess := func() string { return good[:10] + printed(randomCode(secretLength)) }

		// One selector from many addresses, through two processes.
		for i := range 5 {
			b := []*node{n, second}[i%2].browser()
			b.from = fmt.Sprintf("198.51.100.%d:1", i)
			b.code(guess()).want(t, "guess", http.StatusUnauthorized, "signin.code_refused")
		}
		b := n.browser()
		b.from = "203.0.113.9:1"
		a := b.code(good)
		a.want(t, "the right code while limited", http.StatusServiceUnavailable, "signin.too_many")
		if a.header.Get("seconds") != "721" || b.me() != "" {
			t.Errorf("limited: %+v", a)
		}
		// A selector of nobody is limited in the same way.
		nobody := printed(randomCode(selectorLength))
		for i := range 6 {
			b := n.browser()
			b.from = fmt.Sprintf("198.51.100.1%d:1", i)
			a = b.code(nobody + printed(randomCode(secretLength)))
		}
		a.want(t, "selector of nobody", http.StatusServiceUnavailable, "signin.too_many")

		// Many selectors from one address, counted by its /64.
		for i := range 10 {
			b := n.browser()
			b.from = fmt.Sprintf("[2001:db8::%x]:1", i)
			b.code(printed(randomCode(selectorLength+secretLength))).want(t, "guess", http.StatusUnauthorized, "signin.code_refused")
		}
		b = n.browser()
		b.from = "[2001:db8::ffff]:1"
		b.code(printed(randomCode(selectorLength+secretLength))).want(t, "one address", http.StatusServiceUnavailable, "signin.too_many")

		n.clock.Move(time.Hour)
		b.code(good).want(t, "the right code later", http.StatusSeeOther, "")
	})
}

func TestInvitationsAreLimited(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	code := n.invite(anna)
	b := n.browser()
	for range 20 {
		b.register(printed(randomCode(invitationLength)), newAuthenticator()).want(t, "guess", http.StatusUnauthorized, "signin.invitation_refused")
	}
	b.register(code, newAuthenticator()).want(t, "limited", http.StatusServiceUnavailable, "signin.too_many")
}

func TestCodeIsUsedOnceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		good := n.codes(anna)[0]
		var wg sync.WaitGroup
		status := make([]int, 4)
		for i := range status {
			b := n.browser()
			wg.Go(func() { status[i] = b.code(good).status })
		}
		wg.Wait()
		if n := count(status, http.StatusSeeOther); n != 1 {
			t.Errorf("accepted %d times: %v", n, status)
		}
	})
}
