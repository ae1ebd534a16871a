package signin

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/web"
)

// What a session knows. Its lifetime is in the columns of its row.
const (
	sessionUser  = "user"
	sessionSince = "since" // when the user proved to be it, Unix microseconds
)

// touchEvery bounds the writing that reading causes: the last use of a session
// is known to a minute.
const touchEvery = time.Minute

// freshFor is how long after signing in a user may add a passkey: long enough to
// do it, too short for whoever finds the keyboard unattended.
const freshFor = 15 * time.Minute

type signedKey struct{} // in the context: signed

type signed struct {
	user  User
	since time.Time
}

// Signed is the user who is signed in.
func Signed(ctx context.Context) (User, bool) {
	s, ok := ctx.Value(signedKey{}).(signed)
	return s.user, ok
}

// Fresh refuses (fault.Denied) to change the ways in of whoever did not sign in
// just now: a keyboard left alone must not give an account away. A program's
// token is never fresh.
func (d *Door) Fresh(ctx context.Context) error {
	s, _ := ctx.Value(signedKey{}).(signed)
	if d.cfg.Clock.Now().Sub(s.since) > freshFor {
		return fault.New(fault.Denied, "signin.Fresh", "signin.sign_in_again")
	}
	return nil
}

// RequireUser refuses with fault.Unknown when nobody is signed in.
func RequireUser(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, ok := Signed(r.Context()); !ok {
			return fault.New(fault.Unknown, "signin.RequireUser", "signin.sign_in_first")
		}
		return h(w, r)
	}
}

// Sessions reads the session of each request and, when the handler has signed
// somebody in or out, keeps it. Signed works behind it. A visitor who does not
// sign in gets no cookie from it. At the API a token stands in the place of a
// session.
func (d *Door) Sessions(next http.Handler) http.Handler {
	return d.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := d.withUser(r.Context())
		if token, ok := bearer(r); ok {
			ctx, err = d.withToken(r, token)
		}
		if err != nil {
			d.cfg.Fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	}))
}

// withUser reads the user afresh for each request, so that a change of roles or
// a user made inactive counts at once.
func (d *Door) withUser(ctx context.Context) (context.Context, error) {
	id := d.sessions.GetString(ctx, sessionUser)
	if id == "" {
		return ctx, nil
	}
	var u User
	err := d.cfg.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		u, err = FindUser(ctx, tx, id)
		return err
	})
	if err != nil || !u.Active {
		return ctx, err
	}
	since := clock.FromMicro(d.sessions.GetInt64(ctx, sessionSince))
	return context.WithValue(ctx, signedKey{}, signed{u, since}), nil
}

// SignOut ends the session.
func (d *Door) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.sessions.Destroy(r.Context()); err != nil {
		return fault.Wrap("signin.SignOut", err)
	}
	return web.SeeOther(w, r, "/")
}

// signIn gives the request's session to the user, under a new token: one that
// somebody else put into the browser before is worth nothing afterwards.
func (d *Door) signIn(ctx context.Context, id, by string) error {
	if err := d.sessions.Clear(ctx); err != nil {
		return fault.Wrap("signin.signIn", err)
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fault.Wrap("signin.signIn", err)
	}
	d.sessions.Put(ctx, sessionUser, id)
	d.sessions.Put(ctx, sessionSince, clock.Micro(d.cfg.Clock.Now()))
	slog.InfoContext(ctx, "signed in", "user", id, "by", by)
	return nil
}

// newSessions sets the library up: the browser forgets the cookie when it
// closes, never sends it from another site, and no script can read it.
func (d *Door) newSessions(port string) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{d: d}
	m.HashTokenInStore = true
	m.Lifetime = d.cfg.Lifetime
	m.Cookie.Name = "lodestar"
	if d.secure {
		m.Cookie.Name = "__Host-lodestar" // no other host of the domain can set it (RFC 6265bis §4.1.3.2)
	}
	if port != "" {
		m.Cookie.Name += "-" + port // cookies do not tell ports apart, nodes on one machine must
	}
	m.Cookie.SameSite = http.SameSiteStrictMode
	m.Cookie.Secure = d.secure
	m.Cookie.Persist = false
	m.ErrorFunc = d.cfg.Fail
	return m
}

// sessionStore keeps sessions in the database. The library hands it the SHA-256
// of each token. Expiry is decided here, by the node's clock.
type sessionStore struct {
	scs.Store // nil: the methods without a context are never called
	d         *Door
}

func (s sessionStore) FindCtx(ctx context.Context, hash string) (data []byte, found bool, err error) {
	now := s.d.cfg.Clock.Now()
	var row db.SessionRow
	err = s.d.cfg.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		row, err = db.New(tx).Session(ctx, hash)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fault.Wrap("signin.session", err)
	}
	idle := now.Sub(clock.FromMicro(row.Seen))
	if idle >= s.d.cfg.Idle || now.Sub(clock.FromMicro(row.Born)) >= s.d.cfg.Lifetime {
		return nil, false, nil
	}
	if idle >= touchEvery {
		err = s.d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
			return db.New(tx).TouchSession(ctx, db.TouchSessionParams{TokenHash: hash, Seen: clock.Micro(now)})
		})
	}
	return row.Data, true, fault.Wrap("signin.session", err)
}

// CommitCtx only inserts: a session is changed by nothing but signIn, which
// renews its token. So a session that was revoked during a request cannot come
// back at its end.
func (s sessionStore) CommitCtx(ctx context.Context, hash string, data []byte, _ time.Time) error {
	_, values, err := s.d.sessions.Codec.Decode(data)
	if err != nil {
		return fault.Wrap("signin.session", err)
	}
	id, _ := values[sessionUser].(string)
	now := clock.Micro(s.d.cfg.Clock.Now())
	return fault.Wrap("signin.session", s.d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
		return db.New(tx).InsertSession(ctx, db.InsertSessionParams{TokenHash: hash, UserID: id, Data: data, Born: now, Seen: now})
	}))
}

func (s sessionStore) DeleteCtx(ctx context.Context, hash string) error {
	return fault.Wrap("signin.session", s.d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
		return db.New(tx).DeleteSession(ctx, hash)
	}))
}
