package node

import (
	"database/sql"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
)

var printedCode = regexp.MustCompile(`[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}`)

// passkeyOf gives a user a passkey without a ceremony, which the browser's test does.
func (c *course) passkeyOf(t *testing.T, user, passkey string) string {
	t.Helper()
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO signin_passkey (id, user_id, record, born, used) VALUES ($1, $2, $3, 1, 0)`, []byte(passkey), user, []byte("{}"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(passkey))
}

// A keyboard left alone, and a program's token, give no account away.
func TestAccountIsKeptByItsOwnerOnly(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	for _, path := range []string{"/account/codes", "/account/passkeys/remove"} {
		w := a.ask("lena", "POST "+path, "passkey=AAAA", "Content-Type", "application/x-www-form-urlencoded")
		if w.Code != http.StatusUnauthorized {
			t.Errorf("a token at %s: %d, want unauthorised", path, w.Code)
		}
	}
	c, _, enter := served(t)
	lena, jonas := enter(c.lena), enter(c.doctor)
	hers := c.passkeyOf(t, c.lena.User.String(), "hers")
	jonas.post("/account/passkeys/remove", http.StatusNotFound, "passkey", hers)
	jonas.post("/account/passkeys/remove", http.StatusNotFound, "passkey", "%%% not base64")
	lena.post("/account/passkeys/remove", http.StatusConflict, "passkey", hers)
	if page := lena.get("/account", http.StatusOK); !strings.Contains(page, hers) {
		t.Error("her last way in is gone, though its removal was refused")
	}
	c.hand.Move(20 * time.Minute)
	lena.post("/account/codes", http.StatusForbidden)
	if page := lena.get("/account", http.StatusOK); strings.Contains(page, `action="/account/codes"`) || strings.Contains(page, hers) {
		t.Error("a page left open for twenty minutes still offers to change the ways in")
	}
}

// TestLastWayInStays: of two removals at once that would leave no way in, one is
// refused. Both have looked before either is written down: the ledger is held
// until then.
func TestLastWayInStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c, _, enter := servedOn(t, source)
		user := c.lena.User.String()
		here, there := enter(c.lena), enter(c.lena)
		answers := make(chan int, 2)
		remove := func(b *browser, passkey string) {
			res, err := b.client.PostForm(b.origin+"/account/passkeys/remove", url.Values{"passkey": {passkey}})
			if err != nil {
				t.Error(err)
				answers <- 0
				return
			}
			res.Body.Close()
			answers <- res.StatusCode
		}
		one, other := c.passkeyOf(t, user, "one"), c.passkeyOf(t, user, "other")
		err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
			if _, err := tx.Exec(`UPDATE ledger_head SET n = n`); err != nil {
				return err
			}
			go remove(here, one)
			go remove(there, other)
			time.Sleep(time.Second)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := []int{<-answers, <-answers}; !slices.Contains(got, http.StatusOK) || !slices.Contains(got, http.StatusConflict) {
			t.Errorf("two removals at once: %v, want one done and one refused", got)
		}
		left, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM signin_passkey WHERE user_id = $1`, user)
		if err != nil || left != 1 {
			t.Errorf("%d passkeys are left, %v", left, err)
		}
	})
}

func TestPrintedCodesSignIn(t *testing.T) {
	c, log, enter := served(t)
	lena := enter(c.lena)
	old := printedCode.FindAllString(lena.post("/account/codes", http.StatusOK), -1)
	codes := printedCode.FindAllString(lena.post("/account/codes", http.StatusOK), -1)
	if len(codes) != 10 {
		t.Fatalf("%d codes are shown, want 10", len(codes))
	}
	if strings.Contains(lena.get("/account", http.StatusOK), codes[0]) {
		t.Error("a code is shown a second time")
	}
	// With codes on paper the last passkey may go.
	lena.post("/account/passkeys/remove", http.StatusOK, "passkey", c.passkeyOf(t, c.lena.User.String(), "lost"))
	err := c.administer(t.Context(), func(a *act.Act) error {
		_, err := signin.MakeToken(a.Ctx(), a.Tx(), c.lena.User.String(), c.lena.Roles, courseStart.AddDate(0, 1, 0))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lena.post("/account/sign-out", http.StatusOK)
	lena.get("/account", http.StatusUnauthorized)
	if n, err := c.Ground.DB.Scalar(t.Context(), "SELECT count(*) FROM signin_token"); err != nil || n != 0 {
		t.Errorf("%d tokens outlive the sign-out, %v", n, err)
	}
	lena.post("/sign-in/code", http.StatusUnauthorized, "code", old[0])
	lena.post("/sign-in/code", http.StatusOK, "code", codes[0])
	lena.get("/account", http.StatusOK)
	if strings.Contains(log.String(), codes[1][:4]+"-") {
		t.Error("a code stands in the log")
	}
}
