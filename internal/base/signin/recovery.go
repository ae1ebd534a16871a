package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"net/http"
	"time"

	"golang.org/x/crypto/argon2"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/web"
)

// A printed code is a selector that finds the row (8 characters, 40 bits) and a
// secret that proves it (12 characters, 60 bits). It says nothing about the user.
const (
	selectorLength = 8
	secretLength   = 12
	codesPerUser   = 10
)

// Argon2id as OWASP's password storage advice has it: 19 MiB, two passes, one
// lane. Another cost means new codes.
const (
	argonTime    = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
	argonLength  = 32
)

// Codes are a user's new codes, hashed and not yet kept.
type Codes []db.InsertCodeParams

// MakeCodes makes ten printed codes. It takes about a quarter of a second, so it
// stands apart from ReplaceCodes and its transaction.
func MakeCodes() (onPaper []string, codes Codes) {
	for range codesPerUser {
		selector, secret := randomCode(selectorLength), randomCode(secretLength)
		salt := make([]byte, 16)
		rand.Read(salt)
		onPaper = append(onPaper, printed(selector+secret))
		codes = append(codes, db.InsertCodeParams{Selector: selector, Salt: salt, Hash: argon(secret, salt)})
	}
	return onPaper, codes
}

// ReplaceCodes keeps a user's new codes; the old ones are worth nothing any more.
func ReplaceCodes(ctx context.Context, tx *sql.Tx, user string, codes Codes) error {
	if _, err := FindUser(ctx, tx, user); err != nil {
		return err
	}
	q := db.New(tx)
	if err := q.DeleteCodesOf(ctx, user); err != nil {
		return fault.Wrap("signin.ReplaceCodes", err)
	}
	for _, c := range codes {
		c.UserID = user
		if err := q.InsertCode(ctx, c); err != nil {
			return fault.Wrap("signin.ReplaceCodes", err)
		}
	}
	return nil
}

// CodesLeft counts a user's unused codes.
func CodesLeft(ctx context.Context, tx *sql.Tx, user string) (int64, error) {
	n, err := db.New(tx).CountCodesOf(ctx, user)
	return n, fault.Wrap("signin.CodesLeft", err)
}

// SignInByCode takes the form fields code and next, signs the code's user in and
// redirects to next. Whatever is wrong with a code, it refuses in the same way; one
// of nobody costs the same work as one with a wrong secret.
func (d *Door) SignInByCode(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 8<<10)
	if err := r.ParseForm(); err != nil {
		return badRequest("signin.SignInByCode", err)
	}
	if err := d.limit(r, "code from "+web.Network(r), 10, 15*time.Minute); err != nil {
		return err
	}
	code, ok := readCode(r.PostForm.Get("code"), selectorLength+secretLength)
	if !ok {
		return noCode(errors.New("malformed"))
	}
	selector, secret := code[:selectorLength], code[selectorLength:]
	if err := d.limit(r, "code for "+selector, 5, time.Hour); err != nil {
		return err
	}
	id, err := d.redeem(r.Context(), selector, secret)
	if err != nil {
		return err
	}
	if err := d.signIn(r.Context(), id, "code"); err != nil {
		return err
	}
	return web.SeeOther(w, r, r.PostForm.Get("next"))
}

// redeem gives the user of a code and uses the code up.
func (d *Door) redeem(ctx context.Context, selector, secret string) (id string, err error) {
	var row db.CodeRow
	err = d.cfg.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		row, err = db.New(tx).Code(ctx, selector)
		return err
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fault.Wrap("signin.redeem", err)
	}
	// An unknown selector is hashed against nothing: the delay tells nothing.
	hash, err := d.argon(ctx, secret, row.Salt)
	if err != nil {
		return "", err
	}
	if subtle.ConstantTimeCompare(hash, row.Hash) != 1 {
		return "", noCode(errors.New("unknown or wrong"))
	}
	var taken int64
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) (err error) {
		taken, err = db.New(tx).TakeCode(ctx, db.TakeCodeParams{Selector: selector, Hash: row.Hash})
		return err
	})
	if err != nil {
		return "", fault.Wrap("signin.redeem", err)
	}
	if taken == 0 {
		return "", noCode(errors.New("used meanwhile"))
	}
	return row.UserID, nil
}

// argon hashes when it is its turn.
func (d *Door) argon(ctx context.Context, secret string, salt []byte) ([]byte, error) {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
		return argon(secret, salt), nil
	case <-ctx.Done():
		return nil, fault.New(fault.Busy, "signin.argon", "signin.too_many", "seconds", 5).Because(ctx.Err())
	}
}

func argon(secret string, salt []byte) []byte {
	return argon2.IDKey([]byte(secret), salt, argonTime, argonMemory, argonThreads, argonLength)
}

func noCode(why error) error {
	return fault.New(fault.Unknown, "signin.redeem", "signin.code_refused").Because(why)
}
