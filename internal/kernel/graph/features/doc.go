// Package features brings what a mention says to one spelling, so that the same
// telephone, document, account, plate or address meets itself however it was
// written down: with or without a country's prefix, in Latin or Cyrillic letters,
// in European or Arabic digits, cut short or in full.
//
// It decides nothing. A value that it cannot read keeps its letters and digits:
// an odd document number is still the same number the second time.
//
// Everything here is pure and works on opened personal values: nothing of it may
// be stored but in keyed form. Start at Identifier and ReadAddress.
package features

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"lodestar/internal/kernel/evidence"
)

// Identifier is the one spelling of a thing that is known by a number or an
// address of its own: telephone, e-mail, account, document, vehicle, handle,
// advertisement. home is the State (ISO 3166 alpha-2) whose national telephone
// numbers are meant where a number names none; it may be empty. A kind that has
// no such number, and a value without a letter or digit, give "".
func Identifier(kind evidence.MentionKind, d evidence.Details, home string) string {
	switch kind {
	case evidence.Phone:
		return Phone(d.Value, orElse(country(d.Country), country(home)))
	case evidence.Email:
		return Email(d.Value)
	case evidence.Account:
		return Account(d.Value)
	case evidence.Document:
		return Document(d.Type, d.Country, d.Value)
	case evidence.Vehicle:
		return Plate(d.Value, d.Country)
	case evidence.Handle:
		return Handle(d.Type, d.Value)
	case evidence.Advert:
		return Advert(d.Value)
	}
	return ""
}

// compact keeps letters and digits, in capitals and in one alphabet.
func compact(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.IsDigit(r):
			b.WriteByte(digit(r))
		case unicode.IsLetter(r):
			b.WriteRune(latinLookalike(unicode.ToUpper(r)))
		}
	}
	return b.String()
}

// latinLookalike is the Latin capital that looks like this Greek or Cyrillic one.
// Plates and the series of documents use just these letters, and clerks type them
// in either alphabet.
func latinLookalike(r rune) rune {
	switch r {
	case 'А', 'Α':
		return 'A'
	case 'В', 'Β':
		return 'B'
	case 'С':
		return 'C'
	case 'Е', 'Ε':
		return 'E'
	case 'Н', 'Η':
		return 'H'
	case 'І', 'Ι':
		return 'I'
	case 'К', 'Κ':
		return 'K'
	case 'М', 'Μ':
		return 'M'
	case 'Ν':
		return 'N'
	case 'О', 'Ο':
		return 'O'
	case 'Р', 'Ρ':
		return 'P'
	case 'Т', 'Τ':
		return 'T'
	case 'У', 'Υ':
		return 'Y'
	case 'Х', 'Χ':
		return 'X'
	case 'Ζ':
		return 'Z'
	}
	return r
}

// digit is the ASCII form of a decimal digit of any script. The digits of every
// script stand together in Unicode, zero first.
func digit(r rune) byte {
	value := byte(0)
	for ; value < 9 && unicode.IsDigit(r-1); value++ {
		r--
	}
	return '0' + value
}

func country(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if code == "UK" {
		return "GB"
	}
	return code
}

func orElse(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
