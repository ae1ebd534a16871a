package receipt

import (
	"crypto/rand"
	"math/big"
	"strings"
	"unicode"
)

// digits of a receipt: it looks like a number among others in a telephone.
const digits = 16

// newCode draws a receipt.
func newCode() string {
	var b strings.Builder
	for range digits {
		n, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			panic(err) // the system has no randomness: nothing may go on
		}
		b.WriteByte('0' + byte(n.Int64()))
	}
	return b.String()
}

// written is a receipt as it is shown, in groups of four.
func written(code string) string {
	var b strings.Builder
	for i, c := range code {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// read takes a receipt as somebody types it, with whatever stands between the
// digits; "" if it cannot be one. Digits of any script count.
func read(text string) string {
	var b strings.Builder
	if len(text) > 200 {
		return ""
	}
	for _, c := range text {
		if d := digit(c); d >= 0 {
			b.WriteByte('0' + byte(d))
		} else if unicode.IsLetter(c) {
			return ""
		}
	}
	if b.Len() != digits {
		return ""
	}
	return b.String()
}

// digit is the value of a decimal digit, -1 for another character: in Unicode the
// ten digits of a script stand side by side, from zero on.
func digit(c rune) int {
	if !unicode.IsDigit(c) {
		return -1
	}
	zero := c
	for c-zero < 9 && unicode.IsDigit(zero-1) {
		zero--
	}
	return int(c - zero)
}
