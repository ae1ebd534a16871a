package names

// arabicLetters reads Arabic script with the letters of Persian, Urdu, Pashto,
// Kurdish and Uyghur. Short vowels are not written, so the table alone gives a
// consonantal form; data/arabic.txt restores the common names.
var arabicLetters = map[rune]letter{
	'ا': {"a", "", "ā", "A"}, 'أ': {"a", "", "ʾ", "A"}, 'إ': {"i", "", "ʾ", "I"}, 'آ': {"a", "", "ā", "A"},
	'ٱ': {"a", "", "", "A"}, 'ء': {"", "", "ʾ", ""}, 'ؤ': {"u", "", "ʾ", "U"}, 'ئ': {"i", "", "ʾ", "I"},
	'ب': {"b", "", "", "B"}, 'ت': {"t", "", "", "T"}, 'ث': {"th", "", "ṯ", "T"}, 'ج': {"j", "", "ǧ", "J"},
	'ح': {"h", "", "ḥ", "H"}, 'خ': {"kh", "", "ḫ", "H"}, 'د': {"d", "", "", "D"}, 'ذ': {"dh", "", "ḏ", "D"},
	'ر': {"r", "", "", "R"}, 'ز': {"z", "", "", "Z"}, 'س': {"s", "", "", "S"}, 'ش': {"sh", "", "š", "S"},
	'ص': {"s", "", "ṣ", "S"}, 'ض': {"d", "", "ḍ", "D"}, 'ط': {"t", "", "ṭ", "T"}, 'ظ': {"z", "", "ẓ", "Z"},
	'ع': {"a", "", "ʿ", ""}, 'غ': {"gh", "", "ġ", "G"}, 'ف': {"f", "", "", "F"}, 'ق': {"q", "", "", "K"},
	'ك': {"k", "", "", "K"}, 'ل': {"l", "", "", "L"}, 'م': {"m", "", "", "M"}, 'ن': {"n", "", "", "N"},
	'ه': {"h", "", "", "h"}, 'ة': {"a", "", "ẗ", "A"}, 'و': {"u", "", "ū", "U"}, 'ي': {"i", "", "ī", "I"},
	'ى': {"a", "", "á", "A"}, 'پ': {"p", "", "", "P"}, 'چ': {"ch", "", "č", "C"}, 'ژ': {"zh", "", "ž", "J"},
	'ک': {"k", "", "", "K"}, 'گ': {"g", "", "", "G"}, 'ی': {"i", "", "ī", "I"}, 'ې': {"e", "", "ē", "E"},
	'ۍ': {"ai", "", "əy", "I"}, 'ے': {"e", "", "ē", "E"}, 'ہ': {"h", "", "", "h"}, 'ھ': {"h", "", "", ""},
	'ە': {"a", "", "ä", "A"}, 'ں': {"n", "", "ṁ", "N"}, 'ٹ': {"t", "", "ṭ", "T"}, 'ڈ': {"d", "", "ḍ", "D"},
	'ڑ': {"r", "", "ṛ", "R"}, 'ټ': {"t", "", "ṭ", "T"}, 'ډ': {"d", "", "ḍ", "D"}, 'ړ': {"r", "", "ṛ", "R"},
	'ږ': {"zh", "", "ẓ̌", "J"}, 'ښ': {"sh", "", "ṣ̌", "S"}, 'ځ': {"dz", "", "ź", "Z"}, 'څ': {"ts", "", "ś", "C"},
	'ڼ': {"n", "", "ṇ", "N"}, 'ڤ': {"v", "", "", "V"}, 'ڵ': {"l", "", "ł", "L"}, 'ڕ': {"r", "", "ř", "R"},
	'ۆ': {"o", "", "ö", "O"}, 'ێ': {"e", "", "ê", "E"}, 'ۇ': {"u", "", "", "U"}, 'ۋ': {"v", "", "w", "V"},
	'ڭ': {"ng", "", "ñ", "N"},
}

func arabicStep(word []rune, i int, rd reading) (string, int) {
	start := 0
	if hasArticle(word) {
		if start = 2; i == 0 {
			if rd.scheme == sounded {
				return "", 2
			}
			return "al-", 2
		}
	}
	if i == start {
		if name, ok := arabicNames()[string(word[start:])]; ok {
			return name, len(word) - start
		}
		if l, ok := arabicFirst[word[i]]; ok && len(word) > start+1 {
			return l.in(rd.scheme), 1
		}
	}
	return arabicLetters[word[i]].in(rd.scheme), 1
}

// arabicFirst: at the head of a word a half-vowel is a consonant, and the sound of
// ain is heard as the vowel that follows it.
var arabicFirst = map[rune]letter{
	'و': {"w", "", "", "V"}, 'ي': {"y", "", "", "Y"}, 'ی': {"y", "", "", "Y"}, 'ع': {"a", "", "ʿ", "A"},
}

// hasArticle tells whether a word begins with the article al-, which is written
// together with its word and is no part of the name's frame.
func hasArticle(word []rune) bool {
	return len(word) >= 5 && word[0] == 'ا' && word[1] == 'ل' && arabicNames()[string(word)] == ""
}

var hebrewLetters = map[rune]letter{
	'א': {"a", "", "ʾ", "A"}, 'ב': {"b", "v", "b", "B"}, 'ג': {"g", "", "", "G"}, 'ד': {"d", "", "", "D"},
	'ה': {"h", "", "", "h"}, 'ו': {"o", "u", "w", "O"}, 'ז': {"z", "", "", "Z"}, 'ח': {"h", "ch", "ḥ", "H"},
	'ט': {"t", "", "ṭ", "T"}, 'י': {"i", "y", "y", "I"}, 'כ': {"k", "ch", "k", "K"}, 'ך': {"kh", "ch", "k", "H"},
	'ל': {"l", "", "", "L"}, 'מ': {"m", "", "", "M"}, 'ם': {"m", "", "", "M"}, 'נ': {"n", "", "", "N"},
	'ן': {"n", "", "", "N"}, 'ס': {"s", "", "", "S"}, 'ע': {"a", "", "ʿ", ""}, 'פ': {"p", "f", "p", "P"},
	'ף': {"f", "", "p", "F"}, 'צ': {"ts", "tz", "ṣ", "C"}, 'ץ': {"ts", "tz", "ṣ", "C"}, 'ק': {"k", "", "q", "K"},
	'ר': {"r", "", "", "R"}, 'ש': {"sh", "s", "š", "S"}, 'ת': {"t", "th", "t", "T"},
}

func hebrewStep(word []rune, i int, rd reading) (string, int) {
	if i == 0 && len(word) > 1 {
		switch word[0] {
		case 'י':
			return letter{"y", "", "", "Y"}.in(rd.scheme), 1
		case 'ו':
			return letter{"v", "", "w", "V"}.in(rd.scheme), 1
		case 'ע':
			return letter{"a", "", "ʿ", "A"}.in(rd.scheme), 1
		}
	}
	if i == len(word)-1 && word[i] == 'ה' {
		return letter{"ah", "a", "h", "A"}.in(rd.scheme), 1
	}
	return hebrewLetters[word[i]].in(rd.scheme), 1
}
