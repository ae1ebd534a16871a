package rest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"lodestar/internal/base/fault"
)

// MaxLimit is the longest page of a list.
const MaxLimit = 200

// Paged is embedded in the input of a list.
type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"Rows of one page"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"From the link to the next page; it means nothing elsewhere"`
}

// From reads into at where the page begins, and leaves it as it is for the first
// page. list names the list and everything that narrows it: a cursor of another
// list, another organisation or another node is fault.Invalid.
func (p Paged) From(ctx context.Context, list string, at any) error {
	if p.Cursor == "" {
		return nil
	}
	bad := fault.New(fault.Invalid, "rest.From", "api.invalid").At("/query/cursor", "api.bad_cursor")
	box, err := base64.RawURLEncoding.Strict().DecodeString(p.Cursor)
	if err != nil {
		return bad.Because(err)
	}
	v := visitOf(ctx)
	text, err := v.api.cursors.Open(nil, nil, box, v.bound(list))
	if err != nil {
		return bad.Because(err)
	}
	if err := json.Unmarshal(text, at); err != nil {
		return bad.Because(err) // of an earlier version of the program
	}
	return nil
}

// next is the header Link to the page that begins after at. How far a list has
// been read is sealed: a position can tell how many rows others have.
func (p Paged) next(ctx context.Context, list string, at any) (string, error) {
	text, err := json.Marshal(at)
	if err != nil {
		return "", fault.Wrap("rest.next", err)
	}
	v := visitOf(ctx)
	q := v.r.URL.Query()
	q.Set("cursor", base64.RawURLEncoding.EncodeToString(v.api.cursors.Seal(nil, nil, text, v.bound(list))))
	return "<" + v.r.URL.Path + "?" + q.Encode() + `>; rel="next"`, nil
}

// bound is what a cursor is bound to.
func (v *visit) bound(list string) []byte { return []byte(list + "\x00" + v.user.Organisation) }

// Page is the output of a list.
type Page[T any] struct {
	Link string `header:"Link" doc:"The next page, with rel=next; absent on the last (RFC 8288)"`
	Body Items[T]
}

// Items are the rows of a Page.
type Items[T any] struct {
	Items []T `json:"items" nullable:"false"`
}

// PageOf makes a page of rows read with one more than p.Limit; after gives the
// position of a row.
func PageOf[R, T any](ctx context.Context, p Paged, list string, rows []R, show func(R) T, after func(R) any) (*Page[T], error) {
	out := &Page[T]{}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		var err error
		if out.Link, err = p.next(ctx, list, after(rows[p.Limit-1])); err != nil {
			return nil, err
		}
	}
	out.Body.Items = Rows(rows, show)
	return out, nil
}

// Rows shows each row. It never gives nil, which JSON would call null.
func Rows[R, T any](rows []R, show func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = show(r)
	}
	return out
}

// sealer derives a key for one use and seals with AES-256-GCM under it.
func sealer(key []byte, use string) (cipher.AEAD, error) {
	k, err := hkdf.Key(sha256.New, key, nil, "lodestar rest "+use, 32)
	if err != nil {
		return nil, fault.Wrap("rest.sealer", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return nil, fault.Wrap("rest.sealer", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return aead, fault.Wrap("rest.sealer", err)
}
