package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/sqldb"
)

// Limiter counts events in the database, so that all processes of a node count
// together. It is a leaky bucket kept as one instant per key: the time at which
// the bucket will be empty (the generic cell rate algorithm of ATM Forum TM 4.0,
// §4.4.2).
type Limiter struct {
	store *sqldb.DB
	clock clock.Clock
	key   []byte
}

// NewLimiter makes a limiter whose keys are stored only as HMAC-SHA-256 under
// key: a network address in a table is personal data.
func NewLimiter(store *sqldb.DB, c clock.Clock, key []byte) *Limiter {
	return &Limiter{store: store, clock: c, key: key}
}

// Allow spends one of n events that key has per period. They may come at once;
// after that one becomes free every per/n. If none is left it says how long
// until the next.
func (l *Limiter) Allow(ctx context.Context, key string, n int, per time.Duration) (ok bool, retryAfter time.Duration, err error) {
	now := clock.Micro(l.clock.Now())
	step := max(per.Microseconds()/int64(n), 1)
	latest := now + per.Microseconds() - step
	hash := l.hash(key)
	err = l.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		_, err := q.Spend(ctx, db.SpendParams{KeyHash: hash, Now: now, Step: step, Latest: latest})
		if ok = err == nil; ok || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		free, err := q.FreeAt(ctx, hash)
		retryAfter = time.Duration(max(free-latest, 1)) * time.Microsecond
		return err
	})
	return ok && err == nil, retryAfter, fault.Wrap("signin.Allow", err)
}

func (l *Limiter) hash(key string) []byte {
	h := hmac.New(sha256.New, l.key)
	h.Write([]byte(key))
	return h.Sum(nil)
}

// limit refuses with fault.Busy when key has had its n events in the period; the
// argument "seconds" says how long to wait.
func (d *Door) limit(r *http.Request, key string, n int, per time.Duration) error {
	ok, wait, err := d.limiter.Allow(r.Context(), key, n, per)
	if err != nil || ok {
		return err
	}
	return fault.New(fault.Busy, "signin.limit", "signin.too_many", "seconds", int(wait/time.Second)+1)
}
