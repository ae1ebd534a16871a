package names

import (
	_ "embed"
	"strings"
	"sync"
)

// Syllables of the Ethiopic script stand in rows of eight: one consonant, then
// seven vowels and a rounded form.
var (
	ethiopicConsonants = strings.Split("h l h m s r s sh q q q q b v t ch h h n ny ' k k k k w ' z zh y d d j g g g t ch p ts ts f p", " ")
	ethiopicVowels     = [8]string{"e", "u", "i", "a", "e", "", "o", "wa"}
)

func ethiopicStep(word []rune, i int) (string, int) {
	at := int(word[i] - 0x1200)
	if at/8 >= len(ethiopicConsonants) {
		return "", 1
	}
	consonant, vowel := ethiopicConsonants[at/8], ethiopicVowels[at%8]
	switch {
	case consonant == "'" && (at%8 == 0 || at%8 == 5):
		return "a", 1
	case consonant == "'":
		return vowel, 1
	case consonant == "h" && at%8 == 0:
		return "ha", 1
	}
	return consonant + vowel, 1
}

// The Indian scripts from Devanagari to Malayalam follow one plan: a letter's
// place within its block of 128 tells its value in all of them.
var (
	brahmicVowels     = strings.Split("a a i i u u ri li e e e ai o o o au", " ")
	brahmicConsonants = strings.Split("k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m y r r l l l v sh sh s h", " ")
	brahmicSigns      = strings.Split("a i i u u ri ri e e e ai o o o au", " ")
)

func brahmicStep(word []rune, i int) (string, int) {
	at := int(word[i]) & 0x7F
	switch {
	case at == 0x01 || at == 0x02:
		return "n", 1
	case 0x05 <= at && at <= 0x14:
		return brahmicVowels[at-0x05], 1
	case 0x15 <= at && at <= 0x39:
		return brahmicConsonants[at-0x15] + inherent(word, i), 1
	case 0x3E <= at && at <= 0x4C:
		return brahmicSigns[at-0x3E], 1
	}
	return "", 1
}

// inherent is the a that sounds after a consonant without a vowel sign. At the
// end of a word the northern scripts (before Tamil, U+0B80) no longer say it.
func inherent(word []rune, i int) string {
	for i++; i < len(word) && int(word[i])&0x7F == 0x3C; i++ { // the dot below changes no romanised consonant here
	}
	if i == len(word) {
		if word[i-1] < 0x0B80 {
			return ""
		}
		return "a"
	}
	if at := int(word[i]) & 0x7F; 0x3E <= at && at <= 0x4D {
		return ""
	}
	return "a"
}

var (
	thaiConsonants = strings.Split("k kh kh kh kh kh ng ch ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph m y r rue l lue w s s s h l a h", " ")
	thaiVowels     = map[rune]string{'ะ': "a", 'ั': "a", 'า': "a", 'ํ': "am", 'ิ': "i", 'ี': "i", 'ึ': "ue", 'ื': "ue", 'ุ': "u", 'ู': "u"}
	thaiFirst      = map[rune]string{'เ': "e", 'แ': "ae", 'โ': "o", 'ใ': "ai", 'ไ': "ai"} // written before the consonant, said after it
)

func thaiStep(word []rune, i int) (string, int) {
	r := word[i]
	if vowel, ok := thaiFirst[r]; ok {
		if i+1 < len(word) && thaiConsonant(word[i+1]) != "" {
			return thaiConsonant(word[i+1]) + vowel, 2
		}
		return vowel, 1
	}
	if c := thaiConsonant(r); c != "" {
		if i+1 < len(word) && word[i+1] == '์' { // silenced
			return "", 2
		}
		return c, 1
	}
	return thaiVowels[r], 1
}

func thaiConsonant(r rune) string {
	if at := int(r - 'ก'); 0 <= at && at < len(thaiConsonants) {
		return thaiConsonants[at]
	}
	return ""
}

var (
	khmerConsonants = strings.Split("ka kha ko kho ngo cha chha cho chho nho da tha do tho na ta tha to tho no ba pha po pho mo yo ro lo vo sha sa sa ha la a", " ")
	khmerSigns      = map[rune]string{
		'ា': "a", 'ិ': "i", 'ី': "ei", 'ឹ': "oe", 'ឺ': "eu", 'ុ': "u", 'ូ': "u", 'ួ': "ua", 'ើ': "ae", 'ឿ': "oea",
		'ៀ': "ie", 'េ': "e", 'ែ': "ae", 'ៃ': "ai", 'ោ': "ao", 'ៅ': "au", 'ំ': "om", 'ះ': "ah",
	}
)

// khmerStep reads a consonant with the vowel of its series only where another
// consonant follows: the last consonant of a syllable has none.
func khmerStep(word []rune, i int) (string, int) {
	at := int(word[i] - 0x1780)
	if at < 0 || at >= len(khmerConsonants) {
		return khmerSigns[word[i]], 1
	}
	c, n := khmerConsonants[at], 1
	if i+1 < len(word) && word[i+1] == '៉' { // hardens b to p, and turns the series
		n = 2
		if word[i] == 'ប' {
			c = "pa"
		}
	}
	follows := i+n < len(word) && int(word[i+n]-0x1780) >= 0 && int(word[i+n]-0x1780) < len(khmerConsonants)
	if len(c) > 1 && !follows {
		c = c[:len(c)-1]
	}
	return c, n
}

var kanaSyllables = strings.Split("a a i i u u e e o o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi ji - tsu zu te de to do na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo ya ya yu yu yo yo ra ri ru re ro wa wa i e o n vu ka ke", " ")

// kanaStep writes Hepburn without long vowels, as Japanese passports do.
func kanaStep(word []rune, i int) (string, int) {
	syllable := kanaSyllable(word[i])
	if syllable == "-" { // a small tsu doubles what follows
		if i+1 < len(word) {
			if next := kanaSyllable(word[i+1]); next != "" {
				return next[:1], 1
			}
		}
		return "", 1
	}
	if i+1 < len(word) && len(syllable) > 1 && strings.HasSuffix(syllable, "i") {
		if small := smallKana(word[i+1]); small != "" {
			stem := syllable[:len(syllable)-1]
			if strings.HasSuffix(stem, "h") || stem == "j" {
				small = small[1:]
			}
			return stem + small, 2
		}
	}
	return syllable, 1
}

func kanaSyllable(r rune) string {
	if r >= 0x30A1 {
		r -= 0x60 // katakana stand 96 places after hiragana
	}
	if at := int(r - 0x3041); 0 <= at && at < len(kanaSyllables) {
		return kanaSyllables[at]
	}
	return ""
}

func smallKana(r rune) string {
	switch r {
	case 'ゃ', 'ャ':
		return "ya"
	case 'ゅ', 'ュ':
		return "yu"
	case 'ょ', 'ョ':
		return "yo"
	}
	return ""
}

//go:embed data/han.txt
var hanText string

// hanTable is data/han.txt: the pinyin of each character, and the set of family
// names of one and of two characters.
var hanTable = sync.OnceValue(func() (t struct {
	pinyin map[rune]string
	family map[string]bool
}) {
	t.pinyin, t.family = make(map[rune]string, 1500), make(map[string]bool, 250)
	for key, rest := range entries(hanText) {
		for _, word := range strings.Fields(rest) {
			if key == "family" {
				t.family[word] = true
				continue
			}
			for _, r := range word {
				t.pinyin[r] = key
			}
		}
	}
	return t
})

// hanStep writes pinyin without tones.
func hanStep(word []rune, i int, rd reading) (string, int) {
	text, ok := hanTable().pinyin[word[i]]
	if !ok {
		text = string(word[i])
	}
	if !rd.given && i == familyName(word)-1 {
		text += " "
	}
	return text, 1
}

// familyName is the number of leading characters of a word in Chinese characters
// or Hangul that are a family name run together with a given name; zero if the
// word is no such name.
func familyName(word []rune) int {
	n := len(word)
	if n < 2 || n > 4 {
		return 0
	}
	if s := scriptOf(word[0]); s != han && s != hangul {
		return 0
	}
	switch {
	case n > 2 && isFamily(word[:2]):
		return 2
	case n < 4 && isFamily(word[:1]):
		return 1
	}
	return 0
}

// isFamily tells whether one or two characters are a known family name.
func isFamily(s []rune) bool {
	switch {
	case scriptOf(s[0]) == han:
		return hanTable().family[string(s)]
	case len(s) == 1:
		return hangulFamilies[s[0]] != ""
	}
	return hangulDoubles[string(s)]
}
