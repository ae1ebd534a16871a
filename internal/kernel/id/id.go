// Package id names things. Each noun has its own type, so that a Person cannot
// be passed where a Case is wanted, and its own prefix, so that a reader of a
// log or a letter sees what an id means.
//
// An id is prefix, underscore, 20 characters of Crockford's base 32 (100 random
// bits) and one check character of the same alphabet by Luhn's scheme modulo 32,
// which finds every single wrong character: "cas_7k3m9q0x2f8c4d1e5a6bz". It is random, never ordered by time: an id that
// betrays when somebody first came to a shelter is personal data.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql/driver"
	"slices"
	"strings"
	"unicode/utf8"

	"lodestar/internal/base/fault"
)

// Kind is a noun that has ids. Only this package makes kinds.
type Kind interface{ prefix() string }

// Of is the id of a noun. The zero Of is absent.
type Of[K Kind] struct{ text string }

// The nouns of the kernel.
type (
	Organisation = Of[organisation]
	User         = Of[user]
	Subject      = Of[subject]  // whose data it is: one key set each
	Person       = Of[person]   // a person in casework, known to one organisation
	Signal       = Of[signal]   // one observation
	Mention      = Of[mention]  // one thing or person that a signal mentions
	Entity       = Of[entity]   // what mentions resolve to
	Finding      = Of[finding]  // a rule that fired
	Lead         = Of[lead]     // findings bundled for one responder
	Case         = Of[case_]    // human decisions over time
	Consent      = Of[consent]  // a person's word
	Referral     = Of[referral] // a person sent to a service
	Service      = Of[service]
	Task         = Of[task]
	Import       = Of[import_]
	Interview    = Of[interview] // one pass through a screening instrument
	Line         = Of[line]      // one line of the ledger
	Proposal     = Of[proposal]  // an act that waits for a second person
	Charge       = Of[charge]    // what a prosecutor recorded of somebody
)

type (
	organisation struct{}
	user         struct{}
	subject      struct{}
	person       struct{}
	signal       struct{}
	mention      struct{}
	entity       struct{}
	finding      struct{}
	lead         struct{}
	case_        struct{}
	consent      struct{}
	referral     struct{}
	service      struct{}
	task         struct{}
	import_      struct{}
	interview    struct{}
	line         struct{}
	proposal     struct{}
	charge       struct{}
)

func (organisation) prefix() string { return "org" }
func (user) prefix() string         { return "usr" }
func (subject) prefix() string      { return "sub" }
func (person) prefix() string       { return "per" }
func (signal) prefix() string       { return "sig" }
func (mention) prefix() string      { return "men" }
func (entity) prefix() string       { return "ent" }
func (finding) prefix() string      { return "fin" }
func (lead) prefix() string         { return "led" }
func (case_) prefix() string        { return "cas" }
func (consent) prefix() string      { return "con" }
func (referral) prefix() string     { return "ref" }
func (service) prefix() string      { return "srv" }
func (task) prefix() string         { return "tsk" }
func (import_) prefix() string      { return "imp" }
func (interview) prefix() string    { return "ivw" }
func (line) prefix() string         { return "lin" }
func (proposal) prefix() string     { return "pro" }
func (charge) prefix() string       { return "chg" }

const (
	alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	length   = 20
)

// New makes a random id: id.New[id.Case]().
func New[I interface{ Of[K] }, K Kind]() I {
	var b [length]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return I(make_[K](b[:]))
}

// Derived makes the id that these parts always give: for things that are derived
// from others and must be rebuilt with the same name (invariant 2). Parts are
// ids and codes, never personal data.
func Derived[I interface{ Of[K] }, K Kind](parts ...string) I {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return I(make_[K](h[:length]))
}

func make_[K Kind](b []byte) Of[K] {
	var k K
	var s strings.Builder
	s.Grow(len(k.prefix()) + length + 2)
	s.WriteString(k.prefix())
	s.WriteByte('_')
	for _, c := range b {
		s.WriteByte(alphabet[c&31])
	}
	s.WriteByte(checkOf(s.String()[len(k.prefix())+1:]))
	return Of[K]{s.String()}
}

// checkOf is the check character of a body: Luhn's scheme modulo 32.
func checkOf(body string) byte {
	sum, double := 0, true
	for i := len(body) - 1; i >= 0; i-- {
		v := strings.IndexByte(alphabet, body[i])
		if double {
			v *= 2
		}
		sum += v/32 + v%32
		double = !double
	}
	return alphabet[(32-sum%32)%32]
}

// Parse reads the text of an id and checks its prefix and check character. It
// forgives capitals and Crockford's look-alikes (o for 0, i and l for 1).
func Parse[I interface{ Of[K] }, K Kind](text string) (I, error) {
	var k K
	s := strings.ToLower(strings.TrimSpace(text))
	rest, ok := strings.CutPrefix(s, k.prefix()+"_")
	if !ok || len(rest) != length+1 {
		return I{}, unlike(k.prefix(), s)
	}
	body := strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(rest[:length])
	for i := range length {
		if strings.IndexByte(alphabet, body[i]) < 0 {
			return I{}, mistyped(k.prefix())
		}
	}
	if checkOf(body) != rest[length] {
		return I{}, mistyped(k.prefix())
	}
	return I(Of[K]{k.prefix() + "_" + body + rest[length:]}), nil
}

// prefixes are those of all kinds.
var prefixes = []string{"org", "usr", "sub", "per", "sig", "men", "ent", "fin", "led", "cas", "con", "ref", "srv", "tsk", "imp", "lin", "pro", "chg"}

// unlike says what a text looks like that has not the form of the id it should be.
// It never repeats the text: somebody may have pasted a name.
func unlike(want, text string) error {
	prefix, body, _ := strings.Cut(text, "_")
	switch {
	case prefix == want:
		return fault.New(fault.Invalid, "id.Parse", "id.wrong_length",
			append(expected(want), "length", utf8.RuneCountInString(text), "want", len(want)+1+length+1)...)
	case body != "" && slices.Contains(prefixes, prefix):
		return fault.New(fault.Invalid, "id.Parse", "id.other_kind", append(expected(want), "other", fault.Key("id.kind."+prefix))...)
	}
	return fault.New(fault.Invalid, "id.Parse", "id.no_id", expected(want)...)
}

func mistyped(want string) error {
	return fault.New(fault.Invalid, "id.Parse", "id.mistyped", expected(want)...)
}

func expected(want string) []any {
	return []any{"kind", fault.Key("id.kind." + want), "form", want + "_…"}
}

// Trusted takes text that this package wrote and the node's own tables kept.
func Trusted[I interface{ Of[K] }, K Kind](text string) I { return I(Of[K]{text}) }

// String is the text of the id.
func (i Of[K]) String() string { return i.text }

// IsZero tells whether the id is absent.
func (i Of[K]) IsZero() bool { return i.text == "" }

// Short is the part that people read aloud: the last six characters.
func (i Of[K]) Short() string {
	if len(i.text) < 6 {
		return i.text
	}
	return strings.ToUpper(i.text[len(i.text)-6:])
}

// MarshalText writes the id into JSON and URLs.
func (i Of[K]) MarshalText() ([]byte, error) { return []byte(i.text), nil }

// UnmarshalText reads it back; empty text is the absent id.
func (i *Of[K]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Of[K]{}
		return nil
	}
	v, err := Parse[Of[K]](string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}

// Value gives the id to a database driver.
func (i Of[K]) Value() (driver.Value, error) { return i.text, nil }

// Scan takes the id from a database row.
func (i *Of[K]) Scan(src any) error {
	switch v := src.(type) {
	case string:
		i.text = v
	case []byte:
		i.text = string(v)
	case nil:
		i.text = ""
	default:
		return fault.New(fault.Internal, "id.Scan", "fault.internal")
	}
	return nil
}

// Given reads an id that came from outside: from a path, a form or a body. A
// malformed one is as absent as an unknown one.
func Given[I interface{ Of[K] }, K Kind](text string) (I, error) {
	v, err := Parse[I, K](text)
	if err != nil {
		return v, fault.New(fault.NotFound, "id.Given", "fault.not_found")
	}
	return v, nil
}
