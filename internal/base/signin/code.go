package signin

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
)

// alphabet is Crockford's base 32: no letter that a tired eye takes for a digit.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// randomCode makes n characters of 5 random bits each.
func randomCode(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b)
}

// printed is a code as it stands on paper: "7K3M-9Q0X-…".
func printed(code string) string {
	var s strings.Builder
	for i := 0; i < len(code); i += 4 {
		if i > 0 {
			s.WriteByte('-')
		}
		s.WriteString(code[i:min(i+4, len(code))])
	}
	return strings.ToUpper(s.String())
}

// readCode reads a code of n characters back, as people type it: in capitals or
// not, with any spaces and dashes, with o for 0, i or l for 1.
func readCode(text string, n int) (code string, ok bool) {
	b := make([]byte, 0, n)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n':
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		switch c {
		case 'o':
			c = '0'
		case 'i', 'l':
			c = '1'
		}
		if strings.IndexByte(alphabet, c) < 0 {
			return "", false
		}
		b = append(b, c)
	}
	return string(b), len(b) == n
}

// hashOf is the stored form of a code of 128 random bits or more, which needs no
// salt and no slow hash.
func hashOf(code string) []byte {
	h := sha256.Sum256([]byte(code))
	return h[:]
}
