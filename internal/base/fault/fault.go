// Package fault is the one error type of Lodestar.
//
// A fault is made once, where the decision is made, and says four things: its
// Kind (which decides the HTTP status and the exit code), the operation that
// refused ("protection.Refer"), a message key with safe arguments that a page
// may show, and a private cause that never leaves the process.
//
// err.Error() is for operators' logs and carries no argument values; what a
// person reads is made from Key and Args by the catalogue of messages.
package fault

import (
	"errors"
	"net/http"
)

// Kind says what sort of refusal a fault is.
type Kind uint8

// The kinds, from "we broke" to "come back later".
const (
	Internal Kind = iota // the zero Kind: an unclassified error is ours
	Invalid              // the input cannot be accepted as it is
	Unknown              // nobody is signed in
	Denied               // signed in, but may not do this
	Withheld             // exists, but its existence is not disclosed
	NotFound             // does not exist
	Conflict             // contradicts what is already there
	Stale                // was changed by somebody else since it was read
	Parked               // waits for a second pair of eyes
	Busy                 // try again later
)

var kinds = [...]struct {
	name   string
	status int
}{
	Internal: {"internal", http.StatusInternalServerError},
	Invalid:  {"invalid", http.StatusUnprocessableEntity},
	Unknown:  {"unknown", http.StatusUnauthorized},
	Denied:   {"denied", http.StatusForbidden},
	Withheld: {"withheld", http.StatusNotFound},
	NotFound: {"not_found", http.StatusNotFound},
	Conflict: {"conflict", http.StatusConflict},
	Stale:    {"stale", http.StatusPreconditionFailed},
	Parked:   {"parked", http.StatusAccepted},
	Busy:     {"busy", http.StatusServiceUnavailable},
}

// String is the stable code of the kind, as used in logs, metrics and JSON.
func (k Kind) String() string { return kinds[k].name }

// Status is the HTTP status of the kind. Withheld and NotFound share 404: from
// outside they must not be told apart (architecture §5).
func Status(k Kind) int { return kinds[k].status }

// Arg is one named, safe value of a message: a count, a date, an opaque id or a
// code. Personal data is never an argument.
type Arg struct {
	Name  string
	Value any
}

// Key as the value of an Arg names a message, which is shown in the reader's
// language.
type Key string

// Field is one fault of one input field; Pointer is a JSON pointer ("/alias").
type Field struct {
	Pointer string
	Key     string
	Args    []Arg
}

// Error is a fault. Make it with New or Wrap.
type Error struct {
	Kind   Kind
	Op     string
	Key    string
	Args   []Arg
	Fields []Field
	cause  error
}

// New makes a fault. Args are name, value pairs for the message key.
func New(kind Kind, op, key string, args ...any) *Error {
	return &Error{Kind: kind, Op: op, Key: key, Args: pairs(args)}
}

// Wrap makes an internal fault of err, or returns err unchanged if it already
// is a fault: the first decision stands.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var f *Error
	if errors.As(err, &f) {
		return err
	}
	return &Error{Kind: Internal, Op: op, Key: "fault.internal", cause: err}
}

// Because attaches the private cause.
func (e *Error) Because(err error) *Error {
	e.cause = err
	return e
}

// At adds the fault of one input field.
func (e *Error) At(pointer, key string, args ...any) *Error {
	e.Fields = append(e.Fields, Field{Pointer: pointer, Key: key, Args: pairs(args)})
	return e
}

// OrNil returns e if it carries at least one field fault, and nil otherwise. It
// ends a validation: v := New(...); v.At(...); return v.OrNil().
func (e *Error) OrNil() error {
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// Error is the operators' line: operation, kind, key and cause.
func (e *Error) Error() string {
	s := e.Op + ": " + e.Kind.String() + ": " + e.Key
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.cause }

// KindOf is the kind of the first fault in err's chain; Internal if there is none.
func KindOf(err error) Kind {
	var f *Error
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Is tells whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Say is what a person may be told of err: a message key and its arguments.
func Say(err error) (key string, args []Arg) {
	var f *Error
	if errors.As(err, &f) {
		return f.Key, f.Args
	}
	return "fault.internal", nil
}

// FieldsOf lists the field faults of err.
func FieldsOf(err error) []Field {
	var f *Error
	if errors.As(err, &f) {
		return f.Fields
	}
	return nil
}

func pairs(kv []any) []Arg {
	if len(kv)%2 != 0 {
		panic("fault: arguments must be name, value pairs")
	}
	args := make([]Arg, 0, len(kv)/2)
	for i := 0; i < len(kv); i += 2 {
		args = append(args, Arg{Name: kv[i].(string), Value: kv[i+1]})
	}
	return args
}
