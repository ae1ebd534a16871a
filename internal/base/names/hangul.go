package names

import "strings"

// Hangul syllables are computed: leading consonant, vowel, closing consonant.
// The values are the Revised Romanization of Korean of 2000.
var (
	hangulLeads   = strings.Split("g kk n d tt r m b pp s ss  j jj ch k t p h", " ")
	hangulVowels  = strings.Split("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i", " ")
	hangulCodas   = strings.Split(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t", " ")
	hangulSounds  = strings.NewReplacer("eo", "o", "eu", "u", "ae", "e", "oe", "e", "ui", "i")
	hangulDoubles = map[string]bool{"남궁": true, "황보": true, "제갈": true, "선우": true, "독고": true, "사공": true}
)

// hangulFamilies are family names in the spelling of most passports, which is
// seldom the regular one.
var hangulFamilies = map[rune]string{
	'김': "kim", '이': "lee", '박': "park", '최': "choi", '정': "jung", '조': "cho", '윤': "yoon", '임': "lim",
	'강': "kang", '한': "han", '오': "oh", '서': "seo", '신': "shin", '권': "kwon", '황': "hwang", '안': "ahn",
	'송': "song", '전': "jeon", '홍': "hong", '유': "yoo", '고': "ko", '문': "moon", '양': "yang", '손': "son",
	'배': "bae", '백': "baek", '허': "hur", '남': "nam", '심': "shim", '노': "noh", '하': "ha", '곽': "kwak",
	'성': "sung", '차': "cha", '주': "joo", '우': "woo", '구': "koo", '리': "ri", '류': "ryu", '림': "rim",
	'로': "ro", '장': "jang", '민': "min", '나': "na", '진': "jin", '지': "ji", '엄': "um", '채': "chae",
	'원': "won", '천': "chun", '방': "bang", '공': "kong", '현': "hyun", '함': "ham", '변': "byun", '염': "yum",
	'여': "yeo", '추': "choo", '도': "do", '소': "so", '석': "seok", '선': "sun", '설': "seol", '마': "ma",
	'길': "gil", '연': "yeon", '위': "wi", '표': "pyo", '명': "myung", '기': "ki", '반': "ban", '라': "ra",
	'왕': "wang", '금': "keum", '옥': "ok", '육': "yook", '인': "in", '맹': "maeng", '제': "je", '모': "mo",
}

// hangulStep writes one syllable, or a family name in its customary spelling.
func hangulStep(word []rune, i int, rd reading) (string, int) {
	family, known := hangulFamilies[word[i]]
	switch n := familyName(word); {
	case len(word) == 1 && known:
		return family, 1
	case rd.given || i >= n:
	case n == 1:
		return family + " ", 1
	case i == n-1:
		return syllable(word[i], rd.scheme) + " ", 1
	}
	return syllable(word[i], rd.scheme), 1
}

func syllable(r rune, scheme Scheme) string {
	at := int(r - 0xAC00)
	if at < 0 || at/588 >= len(hangulLeads) {
		return ""
	}
	vowel := hangulVowels[at/28%21]
	if scheme == sounded {
		vowel = hangulSounds.Replace(vowel)
	}
	return hangulLeads[at/588] + vowel + hangulCodas[at%28]
}
