package signin

import (
	"bytes"
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
)

// api asks with an Authorization header and gives the user whom the handler saw,
// and the status with which the door refused.
func (n *node) api(path, authorization string) (seen User, status int) {
	n.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = "192.0.2.1:1"
	r.Header.Set("Authorization", authorization)
	w := httptest.NewRecorder()
	n.Sessions(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen, _ = Signed(r.Context()) })).ServeHTTP(w, r)
	return seen, w.Code
}

func (n *node) makeToken(user string, until time.Time, roles ...string) (token string, err error) {
	n.t.Helper()
	n.tx(func(ctx context.Context, tx *sql.Tx) error {
		token, err = MakeToken(ctx, tx, user, roles, until)
		return nil
	})
	return token, err
}

func TestTokens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		until := start.Add(time.Hour)
		for user, roles := range map[string][]string{anna: {"inspector", "administrator"}, boris: nil, "nobody": {"inspector"}} {
			if _, err := n.makeToken(user, until, roles...); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
				t.Errorf("a token for %s with %v: %v", user, roles, err)
			}
		}
		token, err := n.makeToken(anna, until, "inspector")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"Bearer", "Bearer ", "Bearer " + token[:len(token)-1], "Bearer " + strings.ToUpper(token), "Bearer lod_" + strings.Repeat("0", tokenLength)} {
			if u, status := n.api("/api/v1/x", bad); u.ID != "" || status != http.StatusUnauthorized {
				t.Errorf("%q: %s, %d", bad, u, status)
			}
		}
		if u, _ := n.api("/cases", "Bearer "+token); u.ID != "" {
			t.Error("a token opens pages")
		}
		if u, status := n.api("/api/v1/x", "Basic "+token); u.ID != "" || status != http.StatusOK {
			t.Errorf("another scheme: %s, %d", u, status)
		}
		if u, status := n.api("/api/v1/x", "bearer "+token); u.ID != anna || status != http.StatusOK || !slices.Equal(u.Roles, []string{"inspector"}) {
			t.Errorf("a good token: %s with %v, %d", u, u.Roles, status)
		}
		n.setActive(anna, false)
		if u, status := n.api("/api/v1/x", "Bearer "+token); u.ID != "" || status != http.StatusUnauthorized {
			t.Errorf("of an inactive user: %s, %d", u, status)
		}
		n.setActive(anna, true)
		n.clock.Move(time.Hour)
		if u, status := n.api("/api/v1/x", "Bearer "+token); u.ID != "" || status != http.StatusUnauthorized {
			t.Errorf("out of date: %s, %d", u, status)
		}
	})
}

func TestTokensAreKeptAsHashesAndTakenBack(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	token, err := n.makeToken(anna, start.Add(time.Hour), "inspector")
	if err != nil {
		t.Fatal(err)
	}
	n.tx(func(ctx context.Context, tx *sql.Tx) error {
		var hash []byte
		if err := tx.QueryRowContext(ctx, "SELECT token_hash FROM signin_token").Scan(&hash); err != nil {
			return err
		}
		if bytes.Contains(hash, []byte(token[4:])) || len(hash) != 32 {
			t.Error("the token itself is kept")
		}
		ended, err := RevokeTokens(ctx, tx, anna)
		if ended != 1 {
			t.Errorf("ended %d", ended)
		}
		return err
	})
	if u, status := n.api("/api/v1/x", "Bearer "+token); u.ID != "" || status != http.StatusUnauthorized {
		t.Errorf("taken back: %s, %d", u, status)
	}
}

func TestTokensAreLimited(t *testing.T) {
	n := newNode(t, dbtest.SQLite(t))
	for range tokenTries {
		if _, status := n.api("/api/v1/x", "Bearer lod_guess"); status != http.StatusUnauthorized {
			t.Fatalf("a guess: %d", status)
		}
	}
	if _, status := n.api("/api/v1/x", "Bearer lod_guess"); status != http.StatusServiceUnavailable {
		t.Errorf("one guess too many: %d", status)
	}
	token, err := n.makeToken(anna, start.Add(time.Hour), "inspector")
	if err != nil {
		t.Fatal(err)
	}
	for range tokenUses {
		if _, status := n.api("/api/v1/x", "Bearer "+token); status != http.StatusOK {
			t.Fatalf("a good token from the same place: %d", status)
		}
	}
	if _, status := n.api("/api/v1/x", "Bearer "+token); status != http.StatusServiceUnavailable {
		t.Errorf("one use too many: %d", status)
	}
}
