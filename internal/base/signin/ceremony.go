package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/web"
)

// A ceremony is two requests: the server asks, the browser comes back with the
// answer. What the server asked waits in its database, bound to the browser by a
// cookie of its own. It is not kept in the session: nobody is signed in yet, and
// the session's cookie does not come along when a provider sends the browser
// back, because it never comes from another site.

// ceremonyFor bounds the time between the two requests.
const ceremonyFor = 10 * time.Minute

// The kinds of ceremony.
const (
	kindSignIn   = "sign-in"
	kindRegister = "register"
	kindProvider = "provider"
)

// begin keeps what take will need and gives the browser the key to it.
func (d *Door) begin(w http.ResponseWriter, r *http.Request, kind string, state any) error {
	// A browser page begins one at each visit; an office may have one address.
	if err := d.limit(r, "begin "+web.Network(r), 300, 5*time.Minute); err != nil {
		return err
	}
	data, err := json.Marshal(state)
	if err != nil {
		return fault.Wrap("signin.begin", err)
	}
	token := rand.Text()
	hash := sha256.Sum256([]byte(token))
	err = d.cfg.DB.InTx(r.Context(), func(tx *sql.Tx) error {
		return db.New(tx).InsertCeremony(r.Context(), db.InsertCeremonyParams{
			TokenHash: hash[:], Kind: kind, Data: data, Until: clock.Micro(d.cfg.Clock.Now().Add(ceremonyFor)),
		})
	})
	if err != nil {
		return fault.Wrap("signin.begin", err)
	}
	http.SetCookie(w, d.ceremonyCookie(kind, token, int(ceremonyFor/time.Second)))
	return nil
}

// take gives back what begin kept, once. Whatever is wrong with the browser's
// key, the answer is the same.
func (d *Door) take(w http.ResponseWriter, r *http.Request, kind string, state any) error {
	cookie, err := r.Cookie(d.ceremonyCookie(kind, "", 0).Name)
	if err != nil {
		return refused("signin.take", err)
	}
	http.SetCookie(w, d.ceremonyCookie(kind, "", -1))
	data, err := d.takeData(r.Context(), kind, cookie.Value)
	if errors.Is(err, sql.ErrNoRows) {
		return refused("signin.take", err)
	}
	if err != nil {
		return fault.Wrap("signin.take", err)
	}
	return fault.Wrap("signin.take", json.Unmarshal(data, state))
}

func (d *Door) takeData(ctx context.Context, kind, token string) (data []byte, err error) {
	hash := sha256.Sum256([]byte(token))
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) (err error) {
		data, err = db.New(tx).TakeCeremony(ctx, db.TakeCeremonyParams{
			TokenHash: hash[:], Kind: kind, Now: clock.Micro(d.cfg.Clock.Now()),
		})
		return err
	})
	return data, err
}

func (d *Door) ceremonyCookie(kind, token string, maxAge int) *http.Cookie {
	c := &http.Cookie{
		Name:     d.sessions.Cookie.Name + "-" + kind,
		Value:    token,
		Path:     "/",
		MaxAge:   maxAge,
		HttpOnly: true,
		Secure:   d.secure,
		SameSite: http.SameSiteStrictMode,
	}
	if kind == kindProvider {
		c.SameSite = http.SameSiteLaxMode // the provider sends the browser back from another site
	}
	return c
}

// refused is the one answer to whoever does not prove to be a user. Why it was
// refused is for the operator.
func refused(op string, why error) error {
	return fault.New(fault.Unknown, op, "signin.refused").Because(why)
}
