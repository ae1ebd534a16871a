package names

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// script is a writing system that the package has a table for.
type script uint8

const (
	scriptOther script = iota // no table: the letters are kept as they are
	latin
	cyrillic
	greek
	armenian
	georgian
	hebrew
	arabic
	ethiopic
	brahmic // the nine Indian scripts that share one order of letters
	thai
	khmer
	kana
	hangul
	han
)

// ranges lists the blocks of each script in ascending order.
var ranges = [...]struct {
	first, last rune
	script      script
}{
	{'A', 'Z', latin}, {'a', 'z', latin}, {0x00AA, 0x02AF, latin},
	{0x0370, 0x03FF, greek}, {0x0400, 0x052F, cyrillic}, {0x0530, 0x058F, armenian},
	{0x0590, 0x05FF, hebrew}, {0x0600, 0x06FF, arabic}, {0x0750, 0x077F, arabic},
	{0x0900, 0x0D7F, brahmic}, {0x0E00, 0x0E7F, thai}, {0x10A0, 0x10FF, georgian},
	{0x1200, 0x137F, ethiopic}, {0x1780, 0x17FF, khmer}, {0x1C90, 0x1CBF, georgian},
	{0x1E00, 0x1EFF, latin}, {0x1F00, 0x1FFF, greek}, {0x3040, 0x30FF, kana},
	{0x3400, 0x9FFF, han}, {0xAC00, 0xD7AF, hangul}, {0xFB50, 0xFDFF, arabic}, {0xFE70, 0xFEFF, arabic},
}

func scriptOf(r rune) script {
	if r < 0x80 {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return latin
		}
		return scriptOther
	}
	if 0x0400 <= r && r < 0x0400+cyrillicBlock {
		return cyrillic
	}
	for i := range ranges {
		if r <= ranges[i].last {
			if r >= ranges[i].first {
				return ranges[i].script
			}
			return scriptOther
		}
	}
	return scriptOther
}

// lossy tells whether the romanisation of a script drops so much (vowels,
// tones, characters) that two words of it are better compared as written.
func (s script) lossy() bool { return s == scriptOther || s >= hebrew }

// tidy brings s to one composed form without invisible characters. Compatibility
// forms (wide letters, ligatures, presentation forms of Arabic) become ordinary.
func tidy(s string) string {
	if isSettled(s) {
		return s
	}
	return norm.NFKC.String(strings.Map(visible, s))
}

// isSettled tells whether s needs no tidying, which holds for nearly every name in
// the Latin, Cyrillic and Georgian alphabets and saves most of the time.
func isSettled(s string) bool {
	for _, r := range s {
		switch {
		case r < 0x80, 0x0400 <= r && r <= 0x0481, 0x048A <= r && r < 0x0530, 0x10D0 <= r && r <= 0x10F0:
		case 0x00C0 <= r && r <= 0x0131, 0x0134 <= r && r <= 0x013E, 0x0141 <= r && r <= 0x0148, 0x014A <= r && r <= 0x017E:
		default:
			return false
		}
	}
	return true
}

// visible drops what does not show: format characters (joiners, marks of
// direction, byte order mark), the soft hyphen, Arabic vowel marks and tatweel,
// Hebrew points.
func visible(r rune) rune {
	switch {
	case unicode.Is(unicode.Cf, r), r == 0x0640, 0x064B <= r && r <= 0x065F, r == 0x0670, 0x0591 <= r && r <= 0x05C7:
		return -1
	}
	return r
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Letters of one alphabet that look like letters of another. They are swapped to
// hide a name from a search, or by a keyboard left in the wrong layout.
var (
	cyrillicLooksLatin = pairsOf("аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdһhӏlԛqԝwгr")
	greekLooksLatin    = pairsOf("αaοoεeρpτtνvιiκkυuχx")
	latinLooksCyrillic = pairsOf("aаeеkкmмoоpрcсtтyуxхiіjјsѕhнbв")
)

func pairsOf(s string) map[rune]rune {
	m := make(map[rune]rune)
	rs := []rune(s)
	for i := 0; i < len(rs); i += 2 {
		m[rs[i]] = rs[i+1]
	}
	return m
}

// unmix rewrites a word whose letters come from two alphabets in the alphabet of
// most of its letters, where every stranger has a look-alike.
func unmix(word []rune) []rune {
	latins, others := 0, 0
	for _, r := range word {
		switch scriptOf(r) {
		case latin:
			latins++
		case cyrillic, greek:
			others++
		}
	}
	if latins == 0 || others == 0 {
		return word
	}
	tables := []map[rune]rune{latinLooksCyrillic}
	if latins >= others {
		tables = []map[rune]rune{cyrillicLooksLatin, greekLooksLatin}
	}
	out := append([]rune(nil), word...)
	for i, r := range out {
		for _, t := range tables {
			if to, ok := t[r]; ok {
				out[i] = to
			}
		}
	}
	return out
}
