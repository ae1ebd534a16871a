package rest

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest/db"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb"
)

// The header is of the Internet draft "The Idempotency-Key HTTP Header Field",
// revision 7, which has expired: its status map is followed, except that a
// missing key is 422 here, like every input that cannot be accepted.
const (
	keyHeader = "Idempotency-Key"
	maxKey    = 200
	keyKept   = 7 * 24 * time.Hour
)

// once does a request under its key. The same key with the same request leads to
// where the answer can be read (303), through the door like every reading: no
// answer is kept, for it may be withheld or forgotten by then. The same key with
// another request is fault.Invalid; while the first is under way, fault.Conflict.
// A refusal frees the key, for nothing was done. A
// failure of the machine, or the death of the process, keeps it: what was done
// must be looked at before it is done again.
func (a *API) once(w http.ResponseWriter, r *http.Request, user signin.User, body []byte, run func() (answer, error)) error {
	key := r.Header.Get(keyHeader)
	if key == "" || len(key) > maxKey || strings.ContainsFunc(key, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return fault.New(fault.Invalid, "rest.once", "api.invalid").At("/header/"+keyHeader, "api.bad_header", "header", keyHeader)
	}
	ctx := context.WithoutCancel(r.Context()) // what was done is noted even if the client has gone
	hash := a.keys.mac("key", user.ID, key)
	have, err := a.keys.reserve(ctx, hash, a.keys.mac("print", r.Method, r.URL.RequestURI(), r.Header.Get("If-Match"), string(body)))
	if err != nil {
		return err
	}
	if have != "" {
		w.Header().Set("Idempotency-Replayed", "true")
		w.Header().Set("Location", have)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	done, err := run()
	if err != nil {
		if fault.Is(err, fault.Internal) {
			return err
		}
		return errors.Join(err, a.keys.release(ctx, hash))
	}
	if err := a.keys.keep(ctx, hash, done.Header.Get("Location")); err != nil {
		a.cfg.Log.LogAttrs(ctx, slog.LevelError, "place not kept", slog.String("kind", fault.KindOf(err).String()))
	}
	return done.send(w)
}

// keyring keeps where answers can be read.
type keyring struct {
	db    *sqldb.DB
	clock clock.Clock
	hash  []byte
	seal  cipher.AEAD
}

func newKeyring(cfg Config) (k keyring, err error) {
	k = keyring{db: cfg.DB, clock: cfg.Clock}
	if k.hash, err = hkdf.Key(sha256.New, cfg.Key, nil, "lodestar rest hash", 32); err != nil {
		return k, fault.Wrap("rest.newKeyring", err)
	}
	k.seal, err = sealer(cfg.Key, "place")
	return k, err
}

// mac is a keyed hash of parts: a plain one would let whoever reads the table
// guess at names.
func (k keyring) mac(use string, parts ...string) []byte {
	h := hmac.New(sha256.New, k.hash)
	for _, p := range append([]string{use}, parts...) {
		n := sha256.Sum256([]byte(p))
		h.Write(n[:])
	}
	return h.Sum(nil)
}

// reserve takes the key, or gives the place that is kept under it. It also deletes
// keys that are out of date.
func (k keyring) reserve(ctx context.Context, hash, print []byte) (have string, err error) {
	now := k.clock.Now()
	err = k.db.InTx(ctx, func(tx *sql.Tx) error {
		have = ""
		q := db.New(tx)
		if err := q.DeleteOld(ctx, clock.Micro(now.Add(-keyKept))); err != nil {
			return fault.Wrap("rest.reserve", err)
		}
		n, err := q.Reserve(ctx, db.ReserveParams{Hash: hash, Print: print, Answer: []byte{}, Born: clock.Micro(now)})
		if err != nil || n == 1 {
			return fault.Wrap("rest.reserve", err)
		}
		row, err := q.Kept(ctx, hash)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fault.New(fault.Conflict, "rest.reserve", "api.in_progress") // freed this moment
		case err != nil:
			return fault.Wrap("rest.reserve", err)
		case !hmac.Equal(row.Print, print):
			return fault.New(fault.Invalid, "rest.reserve", "api.invalid").At("/header/"+keyHeader, "api.other_request")
		case len(row.Answer) == 0:
			return fault.New(fault.Conflict, "rest.reserve", "api.in_progress")
		}
		have, err = k.open(hash, row.Answer)
		return err
	})
	return have, err
}

func (k keyring) open(hash, box []byte) (string, error) {
	place, err := k.seal.Open(nil, nil, box, hash)
	return string(place), fault.Wrap("rest.open", err)
}

func (k keyring) keep(ctx context.Context, hash []byte, place string) error {
	return fault.Wrap("rest.keep", k.db.InTx(ctx, func(tx *sql.Tx) error {
		return db.New(tx).Keep(ctx, db.KeepParams{Hash: hash, Answer: k.seal.Seal(nil, nil, []byte(place), hash)})
	}))
}

func (k keyring) release(ctx context.Context, hash []byte) error {
	return fault.Wrap("rest.release", k.db.InTx(ctx, func(tx *sql.Tx) error { return db.New(tx).Release(ctx, hash) }))
}
