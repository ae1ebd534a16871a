package linkage

import "strings"

// Kind is the sort of value a field holds; it decides how two values compare.
type Kind string

// The kinds.
const (
	Name       Kind = "name"       // a part of a person's name
	Text       Kind = "text"       // a street, a town: words, with errors of typing
	Date       Kind = "date"       // YYYYMMDD or YYYY-MM-DD
	Number     Kind = "number"     // a house number, a postcode
	Identifier Kind = "identifier" // an official number: nearly unique to a person
	Code       Kind = "code"       // one of few values
)

// comparator compares two different values, neither of them missing.
type comparator func(a, b string) Level

// comparator is nil for a kind that does not exist.
func (k Kind) comparator() comparator {
	switch k {
	case Name:
		return compareName
	case Text:
		return compareText
	case Date:
		return compareDate
	case Number:
		return compareNumber
	case Identifier:
		return compareIdentifier
	case Code:
		return compareCode
	}
	return nil
}

// compare adds what is the same for all kinds.
func (c comparator) compare(a, b string) Level {
	switch {
	case a == "" || b == "":
		return Missing
	case a == b:
		return Exact
	}
	return c(a, b)
}

// crosswise compares two fields straight and, if that finds nothing, each with
// the other: given name and surname are often exchanged. What agrees only
// crosswise is at best High, and the better agreement is put first.
func (c comparator) crosswise(a1, a2, b1, b2 string) (Level, Level) {
	l1, l2 := c.compare(a1, b1), c.compare(a2, b2)
	if max(l1, l2) > Low {
		return l1, l2
	}
	x1, x2 := c.compare(a1, b2), c.compare(a2, b1)
	good, other := max(x1, x2), min(x1, x2)
	if good < High || other == Differ || other == Low {
		return l1, l2
	}
	return High, min(other, High)
}

// compareName also accepts an initial for the name it begins.
func compareName(a, b string) Level {
	if initial(a, b) || initial(b, a) {
		return Medium
	}
	return similar(a, b)
}

func initial(short, long string) bool {
	short = strings.TrimSuffix(short, ".")
	return len(short) == 1 && strings.HasPrefix(long, short)
}

// compareText forgives spaces lost or added inside the text.
func compareText(a, b string) Level {
	if sameLetters(a, b) {
		return High
	}
	return similar(a, b)
}

func sameLetters(a, b string) bool {
	for {
		a, b = strings.TrimLeft(a, " "), strings.TrimLeft(b, " ")
		if a == "" || b == "" || a[0] != b[0] {
			return a == b
		}
		a, b = a[1:], b[1:]
	}
}

// Similarities of jaroWinkler from which two words agree to a level.
const (
	highWords   = 0.92
	mediumWords = 0.85
	lowWords    = 0.75
)

func similar(a, b string) Level {
	if a > b { // jaroWinkler may depend on the order of its arguments
		a, b = b, a
	}
	switch s := jaroWinkler(a, b, lowWords); {
	case s >= highWords:
		return High
	case s >= mediumWords:
		return Medium
	case s >= lowWords:
		return Low
	}
	return Differ
}

// compareIdentifier forgives one slip, and half forgives two.
func compareIdentifier(a, b string) Level {
	switch {
	case within(a, b, 1):
		return High
	case within(a, b, 2):
		return Medium
	}
	return Differ
}

func compareCode(a, b string) Level {
	if within(a, b, 1) {
		return Low
	}
	return Differ
}

// compareDate forgives one wrong digit, neighbouring digits exchanged, and day
// and month exchanged; then two of the three parts agreeing; then two digits.
func compareDate(a, b string) Level {
	a, b = digits(a), digits(b)
	if len(a) != 8 || len(b) != 8 {
		return compareIdentifier(a, b)
	}
	year, month, day := a[:4] == b[:4], a[4:6] == b[4:6], a[6:] == b[6:]
	switch {
	case a == b:
		return Exact
	case year && a[4:6] == b[6:] && a[6:] == b[4:6], within(a, b, 1):
		return High
	case year && month, year && day, month && day:
		return Medium
	case within(a, b, 2):
		return Low
	}
	return Differ
}

func digits(date string) string {
	if len(date) == 8 {
		return date
	}
	return strings.ReplaceAll(date, "-", "")
}

// compareNumber trusts one edit only where enough digits are left to agree.
func compareNumber(a, b string) Level {
	switch {
	case !within(a, b, 1):
		return Differ
	case min(len(a), len(b)) >= 3:
		return High
	}
	return Low
}
