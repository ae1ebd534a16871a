package signin

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/web"
)

// A token is this prefix and 28 characters of 5 bits: 140 random bits. The
// prefix lets scanners of leaked secrets find it.
const (
	tokenPrefix = "lod_"
	tokenLength = 28
)

// How often one token may be used, and how often one network may try tokens that
// do not exist.
const (
	tokenUses  = 1200
	tokenTries = 30
)

// MakeToken makes the token with which a system acts as a user until a time,
// with some of the user's roles. It is returned here and nowhere else; only its
// hash is kept. A role that the user does not have is fault.Invalid.
func MakeToken(ctx context.Context, tx *sql.Tx, user string, roles []string, until time.Time) (token string, err error) {
	u, err := activeUser(ctx, tx, user)
	if err != nil {
		return "", err
	}
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	if len(roles) == 0 || slices.ContainsFunc(roles, func(r string) bool { return !u.Has(r) }) {
		return "", fault.New(fault.Invalid, "signin.MakeToken", "signin.bad_token").At("/roles", "signin.not_their_role")
	}
	token = tokenPrefix + randomCode(tokenLength)
	err = db.New(tx).InsertToken(ctx, db.InsertTokenParams{
		TokenHash: hashOf(token), UserID: u.ID, Roles: strings.Join(roles, " "), Until: clock.Micro(until),
	})
	return token, fault.Wrap("signin.MakeToken", err)
}

// RevokeTokens ends all tokens of a user and tells how many they were.
func RevokeTokens(ctx context.Context, tx *sql.Tx, user string) (int64, error) {
	n, err := db.New(tx).DeleteTokensOf(ctx, user)
	return n, fault.Wrap("signin.RevokeTokens", err)
}

// bearer is the token of a request to the API. Pages take none: a system that
// has a token has no business there.
func bearer(r *http.Request) (token string, ok bool) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return "", false
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer") // RFC 9110 §11.1
}

// withToken signs the token's user in for this request. A token that is wrong,
// out of date or of an inactive user is refused, even where nobody need sign in.
func (d *Door) withToken(r *http.Request, token string) (context.Context, error) {
	ctx := r.Context()
	u, err := d.userOfToken(ctx, token)
	if fault.Is(err, fault.NotFound) {
		if err := d.limit(r, "token from "+web.Network(r), tokenTries, time.Minute); err != nil {
			return ctx, err
		}
		return ctx, fault.New(fault.Unknown, "signin.withToken", "signin.token_refused")
	}
	if err != nil {
		return ctx, err
	}
	if err := d.limit(r, "token "+string(hashOf(token)), tokenUses, time.Minute); err != nil {
		return ctx, err
	}
	return context.WithValue(ctx, signedKey{}, signed{user: u}), nil
}

// userOfToken reads token and user afresh: what a user has lost, the user's
// tokens have lost too.
func (d *Door) userOfToken(ctx context.Context, token string) (u User, err error) {
	now := clock.Micro(d.cfg.Clock.Now())
	err = d.cfg.DB.InRead(ctx, func(tx *sql.Tx) error {
		row, err := db.New(tx).Token(ctx, db.TokenParams{TokenHash: hashOf(token), Now: now})
		if errors.Is(err, sql.ErrNoRows) {
			return noUser("signin.userOfToken")
		}
		if err != nil {
			return fault.Wrap("signin.userOfToken", err)
		}
		if u, err = activeUser(ctx, tx, row.UserID); err != nil {
			return err
		}
		granted := strings.Fields(row.Roles)
		u.Roles = slices.DeleteFunc(u.Roles, func(r string) bool { return !slices.Contains(granted, r) })
		return nil
	})
	return u, err
}
