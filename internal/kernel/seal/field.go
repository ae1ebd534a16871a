// Package seal keeps personal values where they cannot be read by accident.
//
// A Field holds one personal value. It prints as ▇, marshals as ▇, cannot be
// compared with ==, and is opened only by package act, within an act whose grant
// covers its class. At rest it is AES-256-GCM under the key set of the person it
// is about (the data subject), bound to its table, row and column; destroying
// that key set is erasure: no act that begins afterwards opens or seals anything
// under it, in any process; one that was under way may do so for up to 256 more
// values (see Ring), and what it seals then nobody can open.
//
// Start at Field, then Vault.
package seal

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"lodestar/internal/kernel/id"
)

// Hidden is what a Field shows of itself.
const Hidden = "▇"

// Field is a personal value of type T. The zero Field is absent.
type Field[T any] struct {
	_ [0]func() // not comparable: == on personal data is an oracle
	v *value[T]
}

type value[T any] struct {
	class   Class
	subject id.Subject
	place   string // "table/column/row": the associated data
	box     []byte
	fresh   *T // just received, not yet sealed
}

// New is a value that has just been received and is to be sealed.
func New[T any](class Class, v T) Field[T] {
	return Field[T]{v: &value[T]{class: class, fresh: &v}}
}

// Text is New for text, absent when s is empty.
func Text(class Class, s string) Field[string] {
	if s == "" {
		return Field[string]{}
	}
	return New(class, s)
}

// Stored is a sealed value as a row holds it; an empty box is an absent value.
func Stored[T any](class Class, subject id.Subject, place string, box []byte) Field[T] {
	if len(box) == 0 {
		return Field[T]{}
	}
	return Field[T]{v: &value[T]{class: class, subject: subject, place: place, box: box}}
}

// Class is the field's class; an absent field is Secret.
func (f Field[T]) Class() Class {
	if f.v == nil {
		return Secret
	}
	return f.v.class
}

// Present tells whether there is a value, without telling which.
func (f Field[T]) Present() bool { return f.v != nil }

// Subject is the person whose key seals a stored field.
func (f Field[T]) Subject() id.Subject {
	if f.v == nil {
		return id.Subject{}
	}
	return f.v.subject
}

// String hides the value.
func (f Field[T]) String() string { return Hidden }

// Format hides the value from every verb of fmt.
func (f Field[T]) Format(s fmt.State, _ rune) { io.WriteString(s, Hidden) }

// LogValue hides the value from slog.
func (f Field[T]) LogValue() slog.Value { return slog.StringValue(Hidden) }

// MarshalText hides the value from text encodings, map keys among them.
func (f Field[T]) MarshalText() ([]byte, error) { return []byte(Hidden), nil }

// MarshalJSON hides the value from JSON.
func (f Field[T]) MarshalJSON() ([]byte, error) { return json.Marshal(Hidden) }

// GobEncode refuses: a sealed value leaves only through an act.
func (f Field[T]) GobEncode() ([]byte, error) {
	return nil, fmt.Errorf("seal: a field cannot be encoded")
}
