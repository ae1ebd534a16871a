package features

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

//go:embed dialling.txt
var diallingText string

// plan is how a State's numbers are dialled.
type plan struct{ code, trunk string }

type dialling struct {
	byCountry map[string]plan
	byCode    map[string]plan
}

var diallingPlans = sync.OnceValue(func() dialling {
	d := dialling{byCountry: map[string]plan{}, byCode: map[string]plan{}}
	for line := range strings.Lines(diallingText) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "#" {
			continue
		}
		p := plan{code: f[1], trunk: strings.Trim(f[2], "-")}
		d.byCountry[f[0]] = p
		d.byCode[p.code] = p
	}
	return d
})

// Lengths in digits. A number of longestNational digits or more that does not
// begin with its State's trunk prefix begins with a calling code.
const (
	shortestNational = 6
	longestNational  = 11
	longestNumber    = 15 // with the calling code (E.164 §6)
)

// Phone is a telephone number as E.164 writes it ("+37369123456"). Without a
// known country a national number stays as dialled, marked by "t": it then meets
// only itself.
func Phone(value, country string) string {
	digits, international := dialled(value)
	if digits == "" {
		return ""
	}
	p, known := diallingPlans().byCountry[country]
	if !international {
		digits, international = cutAccess(digits, p)
	}
	full := ""
	switch rest, trunk := strings.CutPrefix(digits, p.trunk); {
	case international:
		full = withoutTrunk(digits)
	case known && p.trunk != "" && trunk && len(rest) >= shortestNational:
		full = p.code + rest
	case len(digits) >= longestNational:
		full = withoutTrunk(digits)
	case known && len(digits) >= shortestNational:
		full = p.code + digits
	}
	if full == "" || len(full) > longestNumber {
		return "t" + digits
	}
	return "+" + full
}

// Dialable tells whether somebody could dial what is written: 6 to 15 digits
// (E.164 §6), a plus before them, an extension after them, and between them only
// what is written for the eye. It does not tell whether anybody has the number.
func Dialable(value string) bool {
	digits, _ := dialled(value)
	if len(digits) < shortestNational || len(digits) > longestNumber {
		return false
	}
	n := 0
	for _, r := range value {
		switch {
		case unicode.IsDigit(r):
			n++
		case n == 0 && (r == '+' || r == '＋'), unicode.IsSpace(r), unicode.Is(unicode.Pd, r), strings.ContainsRune("().-/·−", r), unicode.Is(unicode.Cf, r):
		default:
			return n >= shortestNational && (unicode.IsLetter(r) || strings.ContainsRune("#;,", r)) // an extension
		}
	}
	return true
}

// dialled reads the digits of a number and whether a plus stood before them. What
// is written for the eye falls away: spaces, the "(0)" of a home prefix, and an
// extension.
func dialled(value string) (digits string, plus bool) {
	value = strings.ReplaceAll(value, "(0)", "")
	var b strings.Builder
	for _, r := range value {
		switch {
		case unicode.IsDigit(r):
			b.WriteByte(digit(r))
		case b.Len() == 0 && (r == '+' || r == '＋'):
			plus = true
		case b.Len() >= 6 && (unicode.IsLetter(r) || r == '#' || r == ';' || r == ','):
			return b.String(), plus
		}
	}
	return b.String(), plus
}

// cutAccess takes off what is dialled to reach other countries: 00 in most, 011
// in North America, 810 in the plans that dial 8 for the trunk.
func cutAccess(digits string, p plan) (rest string, international bool) {
	access := "00"
	switch {
	case p.code == "1":
		access = "011"
	case strings.HasPrefix(p.trunk, "8"):
		access = "810"
	}
	for _, prefix := range []string{access, "00"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && len(rest) >= 7 {
			return rest, true
		}
	}
	return digits, false
}

// withoutTrunk takes a trunk prefix off that was dialled after the calling code
// by mistake (+44 07911 …), or gives "" where no calling code is known.
func withoutTrunk(digits string) string {
	for n := 3; n > 0; n-- {
		if len(digits) < n+shortestNational-2 {
			continue
		}
		p, known := diallingPlans().byCode[digits[:n]]
		if !known {
			continue
		}
		rest := digits[n:]
		if p.trunk == "0" {
			rest = strings.TrimPrefix(rest, "0")
		}
		return p.code + rest
	}
	return ""
}
