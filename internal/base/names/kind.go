package names

import "strings"

// Kind is the kind of thing that bears a name. It decides which words of the name
// count and which are dress.
type Kind uint8

// The kinds of names.
const (
	Person       Kind = iota // titles, particles, initials, patronymics, diminutives
	Organisation             // legal forms, words of trade, numerals
	Vessel                   // prefixes such as MV, numerals
	Address                  // street words, numerals
)

// KindOf is the kind of name that a schema of the FollowTheMoney vocabulary
// bears. An unknown schema is read as an organisation, the strictest reading.
func KindOf(schema string) Kind {
	switch strings.ToLower(strings.TrimSpace(schema)) {
	case "person", "worker", "individual":
		return Person
	case "vessel", "vehicle", "airplane":
		return Vessel
	case "address", "place":
		return Address
	}
	return Organisation
}
