package ledger

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
)

const (
	maxRefs  = 1 << 16 // refs of one line
	maxCode  = 200     // bytes of a code or an opaque id
	maxRefID = 500     // bytes of a ref's id
	saltSize = 32
	stamp    = "2006-01-02T15:04:05.000000Z"
)

// body is the leaf: canonical JSON as in RFC 8785, that is, these keys in
// alphabetical order, absent when empty, without white space. N is in it so that
// two lines cannot change places.
type body struct {
	Actor        string      `json:"actor"`
	At           string      `json:"at"`
	Classes      []string    `json:"classes,omitempty"`
	Desk         string      `json:"desk,omitempty"`
	Erased       []Place     `json:"erased,omitempty"`
	ID           id.Line     `json:"id"`
	N            int64       `json:"n"`
	On           []tlog.Hash `json:"on,omitempty"` // commitments
	Organisation string      `json:"organisation,omitempty"`
	Outcome      Outcome     `json:"outcome"`
	Policies     []string    `json:"policies,omitempty"`
	Proposer     string      `json:"proposer,omitempty"`
	Purpose      string      `json:"purpose,omitempty"`
	V            int         `json:"v"`
	Verb         string      `json:"verb"`
}

const version = 1

// encode writes line l as leaf n.
func encode(n int64, l Line, on []tlog.Hash) ([]byte, error) {
	return json.Marshal(body{
		Actor: l.Actor, At: l.At.UTC().Format(stamp), Classes: l.Classes, Desk: l.Desk, Erased: l.Erased,
		ID: l.ID, N: n, On: on, Organisation: l.Organisation, Outcome: l.Outcome,
		Policies: l.Policies, Proposer: l.Proposer, Purpose: l.Purpose, V: version, Verb: l.Verb,
	})
}

// decode reads a leaf and refuses every other spelling of it: what decodes
// encodes to the same bytes.
func decode(leaf []byte) (n int64, l Line, on []tlog.Hash, err error) {
	bad := func(cause error) (int64, Line, []tlog.Hash, error) {
		return 0, Line{}, nil, fault.New(fault.Invalid, "ledger.decode", "ledger.bad_line").Because(cause)
	}
	var b body
	if err := json.Unmarshal(leaf, &b); err != nil {
		return bad(err)
	}
	at, err := time.Parse(stamp, b.At)
	if err != nil {
		return bad(err)
	}
	l = Line{
		ID: b.ID, At: at, Actor: b.Actor, Organisation: b.Organisation, Desk: b.Desk, Verb: b.Verb,
		Proposer: b.Proposer, Purpose: b.Purpose, Outcome: b.Outcome, Policies: b.Policies, Classes: b.Classes, Erased: b.Erased,
	}
	if err := l.check(); err != nil {
		return bad(err)
	}
	again, err := encode(b.N, l, b.On)
	if err != nil || !bytes.Equal(again, leaf) || b.N < 0 || len(b.On) > maxRefs {
		return bad(err)
	}
	return b.N, l, b.On, nil
}

// check refuses a line that could not be read back as it was written.
func (l *Line) check() error {
	const op = "ledger.Line"
	switch {
	case l.ID.IsZero() || l.At.IsZero() || l.Actor == "" || l.Verb == "":
		return fault.New(fault.Internal, op, "ledger.incomplete_line")
	case l.At.Year() < 1970 || l.At.Year() > 9999 || l.At.Nanosecond()%1000 != 0:
		return fault.New(fault.Internal, op, "ledger.bad_time")
	case len(l.On) > maxRefs:
		return fault.New(fault.Invalid, op, "ledger.too_many_refs", "most", maxRefs)
	}
	switch l.Outcome {
	case Done, Read, Refused, Withheld, Parked, Failed:
	default:
		return fault.New(fault.Internal, op, "ledger.bad_outcome")
	}
	codes := []string{l.Actor, l.Proposer, l.Organisation, l.Desk, l.Verb, l.Purpose}
	codes = append(append(codes, l.Policies...), l.Classes...)
	for _, c := range codes {
		if !plain(c) {
			return fault.New(fault.Internal, op, "ledger.not_a_code")
		}
	}
	for _, r := range l.On {
		if r.Kind == "" || !plain(r.Kind) || r.ID == "" || len(r.ID) > maxRefID || !utf8.ValidString(r.ID) || strings.Contains(r.ID, "\x00") {
			return fault.New(fault.Internal, op, "ledger.bad_ref")
		}
	}
	return nil
}

// plain tells whether s is printable ASCII that JSON writes as it stands, which
// is what makes encode canonical.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`"\<>&`, c) >= 0 {
			return false
		}
	}
	return len(s) <= maxCode
}

// commit is the commitment to a ref: SHA-256 of salt, kind, a zero byte and id.
// The salt has a fixed length and a kind no zero byte, so no two refs share it.
func commit(salt []byte, r Ref) tlog.Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(r.Kind))
	h.Write([]byte{0})
	h.Write([]byte(r.ID))
	return tlog.Hash(h.Sum(nil))
}

// sealRefs draws a salt for each ref and commits to it. A ref named twice counts
// once.
func sealRefs(refs []Ref) (open []Ref, salts [][]byte, on []tlog.Hash) {
	seen := make(map[Ref]bool, len(refs))
	for _, r := range refs {
		if seen[r] {
			continue
		}
		seen[r] = true
		salt := make([]byte, saltSize)
		rand.Read(salt) // never fails (crypto/rand)
		open, salts, on = append(open, r), append(salts, salt), append(on, commit(salt, r))
	}
	return open, salts, on
}

// Place is where a ref stands in the ledger: line n, position among its refs.
type Place struct{ N, Ordinal int64 }

// String is the place as the ledger writes it: "17/0".
func (p Place) String() string { return fmt.Sprintf("%d/%d", p.N, p.Ordinal) }

// MarshalText writes the place into a line.
func (p Place) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads it back.
func (p *Place) UnmarshalText(text []byte) error {
	n, ordinal, _ := strings.Cut(string(text), "/")
	var err1, err2 error
	p.N, err1 = strconv.ParseInt(n, 10, 64)
	p.Ordinal, err2 = strconv.ParseInt(ordinal, 10, 64)
	if err1 != nil || err2 != nil || p.N < 0 || p.Ordinal < 0 || p.Ordinal >= maxRefs {
		return fault.New(fault.Invalid, "ledger.Place", "ledger.bad_place")
	}
	return nil
}
