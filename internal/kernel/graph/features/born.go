package features

import "lodestar/internal/kernel/graph/linkage"

// Precisions of a birth date, in characters: YYYY, YYYY-MM, YYYY-MM-DD.
const (
	toYear  = 4
	toMonth = 7
	toDay   = 10
)

// CompareBorn says how well two birth dates agree. Where one is less precise, no
// more is asked of the other. Day and month exchanged, or one digit wrong, is an
// error of writing; an age is often all that is known, so neighbouring years are
// not far apart.
func CompareBorn(a, b string) linkage.Level {
	n := min(len(a), len(b))
	if n < toYear {
		return linkage.Missing
	}
	sameYear := a[:toYear] == b[:toYear]
	switch {
	case n == toDay && a[:toDay] == b[:toDay]:
		return linkage.Exact
	case n == toDay && (BirthKey(a) == BirthKey(b) || wrongDigits(a, b) == 1),
		n == toMonth && a[:n] == b[:n]:
		return linkage.High
	case n == toDay && sameYear && (a[5:7] == b[5:7] || a[8:] == b[8:]),
		n == toYear && sameYear:
		return linkage.Medium
	case sameYear, nextYear(a, b), nextYear(b, a), n == toDay && a[5:] == b[5:]:
		return linkage.Low
	}
	return linkage.Differ
}

// wrongDigits counts the places in which two dates of one precision differ.
func wrongDigits(a, b string) (n int) {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// nextYear tells whether b's year follows a's.
func nextYear(a, b string) bool {
	x, y := 0, 0
	for i := range toYear {
		x, y = x*10+int(a[i]-'0'), y*10+int(b[i]-'0')
	}
	return y-x == 1
}

// BirthKey is a full birth date with day and month in ascending order where they
// may have been exchanged, or "" if the day is unknown.
func BirthKey(born string) string {
	if len(born) != toDay {
		return ""
	}
	month, day := born[5:7], born[8:]
	if day <= "12" && day < month {
		month, day = day, month
	}
	return born[:toYear] + month + day
}

// BirthYear is the year of birth, or "".
func BirthYear(born string) string {
	if len(born) < toYear {
		return ""
	}
	return born[:toYear]
}
