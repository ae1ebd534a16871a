package names

// The alphabet of sounds. A name in any script is first brought to it (scheme
// sounded): capitals are sounds already known from a script whose letters are
// unambiguous; small letters are Latin letters as written, read here by rules
// that suit many languages at once.
//
//	consonants  b c d f g h j k l m n p r s t v z, y only as a first glide
//	vowels      a e i o u
//
// The classes of spellings that meet: iu = yu = ju; kh = h = x; dzh = j = ǰ;
// ts = c = tz (and ch, č); shch = šč = sch (and sh, š, s); w = v; a doubled letter
// = a single one.

// Sound is what a name sounds like, one word, in the alphabet above. It keeps the
// vowels and is what spelling errors are measured on.
func Sound(word string) string {
	var letters, sound [64]byte
	return string(appendSound(sound[:0], soundedWord(letters[:0], word)))
}

// Skeleton is the consonantal frame of one word: the key under which variants of
// a name in all scripts meet. Vowels fall away, but a first vowel leaves an A, and
// z, j and the first glide are one. A word without letters or digits is "".
func Skeleton(word string) string {
	var letters, sound, frame [64]byte
	return string(appendSkeleton(frame[:0], appendSound(sound[:0], soundedWord(letters[:0], word))))
}

// soundedWord appends one word, in any case, in the alphabet of sounds and Latin.
func soundedWord(dst []byte, word string) []byte {
	if isASCII(word) {
		for i := range len(word) {
			dst = append(dst, byte(lower(rune(word[i]))))
		}
		return dst
	}
	var buf [64]rune
	runes := buf[:0]
	for _, r := range tidy(word) {
		runes = append(runes, lower(r))
	}
	runes = unmix(runes)
	rd := readingOf(runes, Undetermined)
	rd.scheme = sounded
	return appendWord(dst, runes, rd)
}

// appendWord appends a word of lower-case letters, romanised.
func appendWord(dst []byte, word []rune, rd reading) []byte {
	for i := 0; i < len(word); {
		text, n := step(word, i, rd)
		dst = append(dst, text...)
		i += n
	}
	return dst
}

// appendSkeleton appends the skeleton of a sound.
func appendSkeleton(dst, sound []byte) []byte {
	for i, c := range sound {
		switch c {
		case 'a', 'e', 'i', 'o', 'u':
			if i == 0 {
				dst = append(dst, 'A')
			}
		case 'y', 'j', 'z':
			dst = append(dst, 'J')
		case ' ':
		default:
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			dst = append(dst, c)
		}
	}
	return dst
}

// emit appends one sound and lets it melt into the one before.
func emit(dst []byte, c byte) []byte {
	n := len(dst)
	if n == 0 {
		return append(dst, c)
	}
	last := dst[n-1]
	if last == c && (c < '0' || c > '9') {
		return dst
	}
	switch {
	case last == 't' && (c == 's' || c == 'c'), last == 's' && c == 'c':
		dst[n-1] = melted(last)
		return dst
	case last == 'd' && (c == 'j' || c == 'z'):
		dst[n-1] = c
		return dst
	case last == 'c' && (c == 'j' || c == 'z'): // чж and цз stand for zh and j of Chinese
		dst[n-1] = 'j'
		return dst
	case c == 'e' && (last == 'a' || last == 'o' || last == 'u' || last == 'i'):
		if last == 'a' {
			dst[n-1] = 'e'
		}
		return dst
	case last == 'o' && c == 'u':
		dst[n-1] = 'u'
		return dst
	case c == 'r' && n == 1 && last == 'h': // Христо, Hristo and Christo
		dst[0] = 'k'
	}
	return append(dst, c)
}

// melted: ts and tch are c; šč is s.
func melted(first byte) byte {
	if first == 't' {
		return 'c'
	}
	return 's'
}

// appendSound reads a word of the mixed alphabet.
func appendSound(dst, word []byte) []byte {
	start := len(dst)
	out := dst[start:]
	for i := 0; i < len(word); {
		c := word[i]
		switch {
		case 'A' <= c && c <= 'Z':
			out = emit(out, c+'a'-'A')
			i++
		case 'a' <= c && c <= 'z':
			var n int
			out, n = latinSound(out, word, i)
			i += n
		case c == ' ' || c == '-': // a new word
			return appendSound(append(dst[:start], out...), word[i+1:])
		case c == '\'':
			i++
		default:
			out = append(out, c)
			i++
		}
	}
	return append(dst[:start], out...)
}

// latinSound reads the letter or group at word[i] and returns how many bytes it
// took.
func latinSound(out, word []byte, i int) ([]byte, int) {
	c := word[i]
	next, after := at(word, i+1), at(word, i+2)
	switch c {
	case 'c':
		return soundC(out, word, i)
	case 'j':
		return soundJ(out, word, i)
	case 'x':
		return soundX(out, word, i), 1
	case 'y', 'i':
		return soundY(out, word, i)
	case 's':
		return soundS(out, word, i)
	case 'q':
		if next == 'u' && isVowel(after) {
			return emit(out, 'k'), 2 // Enrique
		}
		return emit(out, 'k'), 1
	case 'k', 'p', 'g', 't', 'd', 'b', 'r', 'w', 'z':
		return soundWithH(out, c, next)
	case 'f':
		if next == 'f' && i+2 == len(word) && len(out) > 1 && (word[i-1] == 'o' || word[i-1] == 'e') {
			return emit(out, 'v'), 2 // Romanoff
		}
	case 'h':
		if i+1 == len(word) && i > 0 { // Sarah, Abdullah
			return out, 1
		}
		if i > 0 && (word[i-1] == 'o' || word[i-1] == 'u') && (next == 'n' || next == 'l') && !isVowel(after) {
			return out, 1 // John, Kuhn
		}
	case 'o':
		if next == 'o' {
			return emit(out, 'u'), 2
		}
	case 'e':
		if next == 'e' {
			return emit(out, 'i'), 2
		}
	}
	return emit(out, c), 1
}

// withH is what a consonant and h make together.
var withH = [256]byte{'k': 'h', 'p': 'f', 'g': 'g', 't': 't', 'd': 'd', 'b': 'b', 'r': 'r', 'w': 'v', 'z': 'j'}

func soundWithH(out []byte, c, next byte) ([]byte, int) {
	switch {
	case next == 'h':
		return emit(out, withH[c]), 2
	case c == 't' && next == 'z':
		return emit(out, 'c'), 2
	case c == 'd' && next == 'j':
		return emit(out, 'j'), 2
	case c == 'w':
		c = 'v'
	}
	return emit(out, c), 1
}

func soundS(out, word []byte, i int) ([]byte, int) {
	next, after := at(word, i+1), at(word, i+2)
	switch {
	case next == 'c' && after == 'h':
		return emit(out, 's'), 3
	case next == 'h' || next == 'z':
		return emit(out, 's'), 2
	case next == 'c' && isFront(after):
		return emit(out, 's'), 2
	}
	return emit(out, 's'), 1
}

func soundC(out, word []byte, i int) ([]byte, int) {
	next, after := at(word, i+1), at(word, i+2)
	switch {
	case next == 'h' && (after == 'r' || after == 'l') && i == 0:
		return emit(out, 'k'), 2 // Christo, Chloe
	case next == 'h', next == 'z':
		return emit(out, 'c'), 2
	case next == 'k':
		return emit(out, 'k'), 2
	case next == 's' && i+2 == len(word) && i > 2:
		return emit(out, 'c'), 2 // Kovács
	case isFront(next):
		return emit(out, 'c'), 1
	case next == 0 && slavicIc(word):
		return emit(out, 'c'), 1
	}
	return emit(out, 'k'), 1
}

// slavicIc tells the South Slavic -ić that lost its accent from Western -ic.
func slavicIc(word []byte) bool {
	n := len(word)
	if n < 5 || word[n-2] != 'i' {
		return false
	}
	switch string(word) {
	case "dominic", "frederic", "cedric", "ludovic", "aymeric", "alaric", "patric", "loic", "yannic", "ulric", "henric", "alberic":
		return false
	}
	return true
}

// soundX: ks between vowels and at the end (Alexander, Max); kh beside a consonant
// (Baxtiyor); first, kh before a back vowel (Xalid), s before i (Xi), ks before e.
func soundX(out, word []byte, i int) []byte {
	next := at(word, i+1)
	switch {
	case i == 0 && next == 'i':
		return emit(out, 's')
	case i == 0 && next != 'e' && next != 0:
		return emit(out, 'h')
	case i > 0 && next != 0 && (!isVowel(word[i-1]) || !isVowel(next)):
		return emit(out, 'h')
	}
	return emit(emit(out, 'k'), 's')
}

// soundY reads y and i: a glide where a word begins with one before a vowel, else
// a vowel. A glide before a first e is not heard: Yelena is Elena, Ievhen is Evgen.
func soundY(out, word []byte, i int) ([]byte, int) {
	next := at(word, i+1)
	switch {
	case i > 0 || !isVowel(next) || next == 'i':
		return emit(out, 'i'), 1
	case next == 'e':
		return emit(out, 'e'), 2
	}
	return emit(out, 'y'), 1
}

// soundJ reads j: the glide of German and the Slavic languages or the affricate of
// English and Arabic. Which of them is ambiguous between two vowels; the end of
// the word decides.
func soundJ(out, word []byte, i int) ([]byte, int) {
	next := at(word, i+1)
	switch {
	case i == 0 && next == 'e' && glideJe(at(word, 2)):
		return emit(out, 'e'), 2
	case i == 0:
		return emit(out, 'j'), 1
	case !isVowel(next), word[i-1] == 'l', word[i-1] == 'n':
		return emit(out, 'i'), 1
	case isVowel(word[i-1]) && slavicEnd(word):
		return emit(out, 'i'), 1
	case !isVowel(word[i-1]):
		return emit(out, 'i'), 1 // Tatjana, Vasiljev, Björn
	}
	return emit(out, 'j'), 1
}

// glideJe: Jelena, Jekaterina, Jewgeni, Jegor, Jefim, against Jesse and Jeremy.
func glideJe(third byte) bool {
	switch third {
	case 'l', 'k', 'v', 'w', 'g', 'f':
		return true
	}
	return false
}

// slavicEnd tells whether a word ends as Slavic names do that are written with j.
func slavicEnd(word []byte) bool {
	for _, end := range [...]string{"ija", "ije", "ijo", "ic", "ich", "ov", "ev", "ova", "eva", "ski", "sky", "aja", "jan", "jana", "oja", "ojo", "jo", "ije"} {
		if n := len(word) - len(end); n > 0 && string(word[n:]) == end {
			return true
		}
	}
	return false
}

func at(word []byte, i int) byte {
	if i < len(word) {
		return word[i]
	}
	return 0
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U':
		return true
	}
	return false
}

// isFront: the vowels before which c is soft.
func isFront(c byte) bool { return c == 'e' || c == 'i' || c == 'y' || c == 'E' || c == 'I' }
