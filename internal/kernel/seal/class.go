package seal

// Class says how sensitive a field is. The zero Class is Secret: a field that
// nobody classified is secret (invariant 7).
type Class uint8

// The classes of architecture §5, from the one nobody opens to the one
// everybody may read.
const (
	Secret    Class = iota // opened by no role; keys and codes
	Account                // bank accounts, payment handles
	Narrative              // what happened, in words
	Health                 // bodies and minds
	Location               // where a person is or a shelter stands
	Contact                // phone, e-mail, handle
	Identity               // name, birth date, document
	Coded                  // a code of a standard, a date to the month: may be counted
	Public                 // printed on a poster
)

// Sealable are the classes whose fields are kept sealed.
var Sealable = []Class{Secret, Account, Narrative, Health, Location, Contact, Identity}

var classNames = [...]string{"secret", "account", "narrative", "health", "location", "contact", "identity", "coded", "public"}

// String is the class's code in struct tags, policies and the access matrix.
func (c Class) String() string { return classNames[c] }

// ParseClass reads a code; an unknown or empty one is Secret.
func ParseClass(code string) Class {
	for i, n := range classNames {
		if n == code {
			return Class(i)
		}
	}
	return Secret
}

// Set is a set of classes.
type Set uint16

// Of makes a set.
func Of(classes ...Class) (s Set) {
	for _, c := range classes {
		s |= 1 << c
	}
	return s
}

// Has tells whether c is in the set.
func (s Set) Has(c Class) bool { return s&(1<<c) != 0 }

// With is the set and c.
func (s Set) With(c Class) Set { return s | 1<<c }
