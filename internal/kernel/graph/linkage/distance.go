package linkage

import (
	"math/bits"
	"unicode/utf8"
)

// window is the number of leading characters on which Jaro–Winkler looks; what
// follows adds nothing to the identity of a name or a street.
const window = 64

// word is the beginning of a string and the bag of its characters: two bits for
// each of 32 classes of character, set by its first and its second occurrence.
type word struct {
	text [window]rune
	size int
	bag  uint64
}

func (w *word) read(s string) {
	for _, r := range s {
		if w.size == window {
			return
		}
		w.text[w.size] = r
		w.size++
		bit := uint64(1) << (2 * (r & 31))
		w.bag |= bit | w.bag&bit<<1
	}
}

// jaroWinkler is the similarity of two strings between 0 and 1 (W. E. Winkler,
// "String comparator metrics and enhanced decision rules in the
// Fellegi–Sunter model of record linkage", 1990): shared characters near their
// place, less half of those out of order, raised by a common beginning. A
// similarity that is sure to be below floor, itself above 0.7, is given as 0.
func jaroWinkler(a, b string, floor float64) float64 {
	var x, y word
	x.read(a)
	y.read(b)
	if x.size == 0 || y.size == 0 {
		return 0
	}
	s, t := x.text[:x.size], y.text[:y.size]
	prefix := 0
	for prefix < min(4, len(s), len(t)) && s[prefix] == t[prefix] {
		prefix++
	}
	raise := float64(prefix) * 0.1
	common := min(len(s)-bits.OnesCount64(x.bag&^y.bag), len(t)-bits.OnesCount64(y.bag&^x.bag))
	if best := blend(common, 0, len(s), len(t)); best+raise*(1-best) < floor {
		return 0
	}
	j := jaro(s, t)
	if j <= 0.7 {
		return j
	}
	return j + raise*(1-j)
}

func jaro(s, t []rune) float64 {
	reach := max(len(s), len(t))/2 - 1
	var inS, inT uint64
	for i, c := range s {
		for j := max(0, i-reach); j < min(len(t), i+reach+1); j++ {
			if t[j] == c && inT&(1<<j) == 0 {
				inS |= 1 << i
				inT |= 1 << j
				break
			}
		}
	}
	common, moved := bits.OnesCount64(inS), 0
	for inS != 0 {
		if s[bits.TrailingZeros64(inS)] != t[bits.TrailingZeros64(inT)] {
			moved++
		}
		inS &= inS - 1
		inT &= inT - 1
	}
	return blend(common, moved, len(s), len(t))
}

// blend is Jaro's mean of the shares of common characters in both strings and
// of those in order.
func blend(common, moved, s, t int) float64 {
	if common <= 0 {
		return 0
	}
	m := float64(common)
	return (m/float64(s) + m/float64(t) + (m-float64(moved)/2)/m) / 3
}

// within tells whether at most limit insertions, deletions, substitutions or
// exchanges of neighbours turn a into b (optimal string alignment, after F. J.
// Damerau, 1964). The limit is meant to be 1 or 2: the cost grows fourfold with
// each.
func within(a, b string, limit int) bool {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		s, m := utf8.DecodeRuneInString(b)
		if r == s {
			a, b = a[n:], b[m:]
			continue
		}
		if limit == 0 {
			return false
		}
		if within(a[n:], b[m:], limit-1) || within(a[n:], b, limit-1) || within(a, b[m:], limit-1) {
			return true
		}
		r2, n2 := utf8.DecodeRuneInString(a[n:])
		s2, m2 := utf8.DecodeRuneInString(b[m:])
		return n2 > 0 && m2 > 0 && r == s2 && s == r2 && within(a[n+n2:], b[m+m2:], limit-1)
	}
	return utf8.RuneCountInString(a)+utf8.RuneCountInString(b) <= limit
}
