package names

import "sync"

// cyrillicCommon is ICAO Doc 9303 part 3 §6.B without its exceptions. The national
// column is the customary Russian spelling of the press and of maps, the
// scholarly one ISO 9. Letters beyond Russian carry the rule of their main user.
var cyrillicCommon = map[rune]letter{
	'а': {"a", "", "", "A"}, 'б': {"b", "", "", "B"}, 'в': {"v", "", "", "V"}, 'г': {"g", "", "", "G"},
	'д': {"d", "", "", "D"}, 'е': {"e", "", "", "E"}, 'ё': {"e", "yo", "ë", "O"}, 'ж': {"zh", "", "ž", "J"},
	'з': {"z", "", "", "Z"}, 'и': {"i", "", "", "I"}, 'й': {"i", "y", "j", "I"}, 'к': {"k", "", "", "K"},
	'л': {"l", "", "", "L"}, 'м': {"m", "", "", "M"}, 'н': {"n", "", "", "N"}, 'о': {"o", "", "", "O"},
	'п': {"p", "", "", "P"}, 'р': {"r", "", "", "R"}, 'с': {"s", "", "", "S"}, 'т': {"t", "", "", "T"},
	'у': {"u", "", "", "U"}, 'ф': {"f", "", "", "F"}, 'х': {"kh", "", "h", "H"}, 'ц': {"ts", "", "c", "C"},
	'ч': {"ch", "", "č", "C"}, 'ш': {"sh", "", "š", "S"}, 'щ': {"shch", "", "ŝ", "S"}, 'ъ': {"ie", silent, "ʺ", ""},
	'ы': {"y", "", "", "I"}, 'ь': {"", "", "ʹ", ""}, 'э': {"e", "", "è", "E"}, 'ю': {"iu", "yu", "û", "IU"},
	'я': {"ia", "ya", "â", "IA"},

	'і': {"i", "", "ì", "I"}, 'ї': {"i", "yi", "ï", "I"}, 'є': {"ie", "ye", "ê", "E"}, 'ґ': {"g", "", "g̀", "G"},
	'ў': {"u", "w", "ŭ", "V"}, 'ђ': {"d", "đ", "đ", "J"}, 'ћ': {"c", "ć", "ć", "C"}, 'ј': {"j", "", "ǰ", "I"},
	'љ': {"lj", "", "l̂", "L"}, 'њ': {"nj", "", "n̂", "N"}, 'џ': {"dz", "dž", "d̂", "J"},
	'ѓ': {"g", "gj", "ǵ", "G"}, 'ќ': {"k", "kj", "ḱ", "K"}, 'ѕ': {"dz", "", "ẑ", "Z"},
	'ѣ': {"ie", "", "ě", "E"}, 'ѳ': {"f", "", "f̀", "F"}, 'ѵ': {"y", "", "ỳ", "I"}, 'ѫ': {"u", "", "ǎ", "A"},

	'ә': {"a", "a", "ä", "A"}, 'ғ': {"g", "gh", "ġ", "G"}, 'қ': {"k", "q", "ķ", "K"}, 'ҡ': {"k", "q", "ǩ", "K"},
	'ң': {"n", "ng", "ṇ", "N"}, 'ө': {"o", "o", "ô", "O"}, 'ұ': {"u", "u", "u̇", "U"}, 'ү': {"u", "u", "ù", "U"},
	'һ': {"h", "h", "ḥ", "H"}, 'җ': {"j", "j", "ž̧", "J"}, 'ҳ': {"h", "h", "ḩ", "H"}, 'ҷ': {"j", "j", "ç", "J"},
	'ӣ': {"i", "i", "ī", "I"}, 'ӯ': {"u", "u", "ū", "U"}, 'ӕ': {"ae", "", "æ", "A"}, 'ӏ': {"", "", "ʼ", ""},
	'ҫ': {"s", "", "ş", "S"}, 'ҙ': {"z", "dh", "ź", "Z"}, 'ҝ': {"g", "", "k̂", "G"}, 'ҹ': {"j", "", "ĉ", "J"},
	'ӑ': {"a", "", "ă", "A"}, 'ӗ': {"e", "", "ĕ", "E"}, 'ӳ': {"u", "", "ű", "U"}, 'ӡ': {"dz", "", "ź", "Z"},
}

// cyrillicExceptions holds, per language, the letters that the language reads
// otherwise: the exceptions of ICAO 9303 and the national laws on names.
var cyrillicExceptions = map[Language]map[rune]letter{
	Ukrainian: { // Cabinet of Ministers resolution 55 of 2010
		'г': {"h", "h", "g", "H"}, 'и': {"y", "y", "i", "I"}, 'й': {"i", "y", "j", "I"},
		'є': {"ie", "ye", "ê", "E"}, 'щ': {"shch", "", "ŝ", "S"},
	},
	Belarusian: {
		'г': {"h", "h", "g", "H"}, 'ё': {"io", "yo", "ë", "O"}, 'х': {"kh", "ch", "h", "H"},
		'ў': {"u", "w", "ŭ", "V"},
	},
	Bulgarian: { // Transliteration Act of 2009
		'ъ': {"a", "u", "ǎ", "A"}, 'щ': {"sht", "", "št", "ST"}, 'х': {"h", "kh", "h", "H"}, 'ь': {"y", "", "ʹ", "I"},
		'й': {"y", "i", "j", "I"}, 'ю': {"yu", "iu", "ju", "IU"}, 'я': {"ya", "ia", "ja", "IA"},
	},
	Serbian: {
		'ж': {"z", "ž", "ž", "J"}, 'х': {"h", "", "", "H"}, 'ц': {"c", "", "", "C"}, 'ч': {"c", "č", "č", "C"},
		'ш': {"s", "š", "š", "S"}, 'ј': {"j", "j", "j", "I"}, 'џ': {"dz", "dž", "dž", "J"},
		'љ': {"lj", "", "lj", "L"}, 'њ': {"nj", "", "nj", "N"},
	},
	Macedonian: {
		'ѓ': {"gj", "đ", "ǵ", "G"}, 'ќ': {"kj", "ć", "ḱ", "K"}, 'х': {"h", "", "", "H"}, 'ц': {"c", "", "", "C"},
		'џ': {"dj", "dž", "dž", "J"}, 'ј': {"j", "", "j", "I"}, 'ж': {"zh", "ž", "ž", "J"},
		'ч': {"ch", "č", "č", "C"}, 'ш': {"sh", "š", "š", "S"},
	},
	Kazakh: { // passports until the reform; national: the Latin alphabet of 2021
		'ә': {"a", "ä", "ä", "A"}, 'ғ': {"g", "ğ", "ġ", "G"}, 'қ': {"k", "q", "ķ", "K"}, 'ң': {"n", "ñ", "ṇ", "N"},
		'ө': {"o", "ö", "ô", "O"}, 'ұ': {"u", "ū", "u̇", "U"}, 'ү': {"u", "ü", "ù", "U"}, 'ж': {"zh", "j", "ž", "J"},
		'ш': {"sh", "ş", "š", "S"}, 'х': {"kh", "h", "h", "H"}, 'я': {"ia", "ya", "â", "IA"},
	},
	Kyrgyz: {'ж': {"zh", "j", "ž", "J"}, 'ө': {"o", "ö", "ô", "O"}, 'ү': {"u", "ü", "ù", "U"}},
	Tatar: {
		'ә': {"a", "ä", "ä", "A"}, 'җ': {"zh", "j", "ž̧", "J"}, 'ө': {"o", "ö", "ô", "O"}, 'ү': {"u", "ü", "ù", "U"},
	},
	Uzbek: { // law of 1995 on the Latin alphabet
		'ў': {"o", "o'", "ŭ", "O"}, 'ғ': {"g", "g'", "ġ", "G"}, 'қ': {"k", "q", "ķ", "K"}, 'ҳ': {"h", "h", "ḩ", "H"},
		'х': {"kh", "x", "h", "H"}, 'ж': {"zh", "j", "ž", "J"}, 'ъ': {"", "'", "ʺ", ""},
	},
	Tajik:     {'ғ': {"gh", "gh", "ġ", "G"}, 'қ': {"q", "q", "ķ", "K"}, 'ъ': {"", "'", "ʺ", ""}},
	Mongolian: {'ж': {"j", "zh", "ž", "J"}, 'ө': {"o", "u", "ô", "O"}, 'х': {"kh", "h", "h", "H"}},
}

// yotated are the vowels that begin with the sound of English y where no
// consonant stands before them, and how they are then written.
var yotated = map[rune]letter{
	'е': {"e", "ye", "e", "E"}, 'ё': {"e", "yo", "ë", "YO"}, 'ю': {"iu", "yu", "û", "YU"}, 'я': {"ia", "ya", "â", "YA"},
}

// yotatedUkrainian is what ICAO 9303 sets for a first letter in Ukrainian.
var yotatedUkrainian = map[rune]letter{
	'є': {"ye", "ye", "ê", "E"}, 'ї': {"yi", "yi", "ï", "I"}, 'й': {"y", "y", "j", "Y"},
	'ю': {"yu", "yu", "û", "YU"}, 'я': {"ya", "ya", "â", "YA"},
}

// cyrillicBlock is the width of the Cyrillic blocks, U+0400 to U+052F.
const cyrillicBlock = 0x0530 - 0x0400

// cyrillicTables is the whole table of each language. Languages share the letters
// that they read alike.
var cyrillicTables = sync.OnceValue(func() *[Mongolian + 1][cyrillicBlock]*letter {
	var tables [Mongolian + 1][cyrillicBlock]*letter
	unknown := new(letter)
	for i := range tables[Undetermined] {
		tables[Undetermined][i] = unknown
	}
	for r, v := range cyrillicCommon {
		tables[Undetermined][r-0x0400] = &v
	}
	for l := Russian; l <= Mongolian; l++ {
		tables[l] = tables[Undetermined]
		for r, v := range cyrillicExceptions[l] {
			tables[l][r-0x0400] = &v
		}
	}
	return &tables
})

func cyrillicStep(word []rune, i int, rd reading) (string, int) {
	if i == 0 {
		if l, ok := firstCyrillic(word[0], rd.language); ok {
			return l.in(rd.scheme), 1
		}
		if rd.scheme == sounded && len(word) > 1 && (word[0] == 'й' || word[0] == 'ј' || word[0] == 'и' || word[0] == 'і') && cyrillicVowel(word[1]) {
			return "Y", 1
		}
	}
	if rd.scheme == National && i > 0 && rd.language == Russian && yotatesAfter(word[i-1]) {
		if l, ok := yotated[word[i]]; ok {
			return l.national, 1
		}
	}
	if rd.scheme == National && rd.language == Russian && i > 0 && i == len(word)-1 && word[i] == 'й' && (word[i-1] == 'и' || word[i-1] == 'ы') {
		return "", 1 // Достоевский is Dostoevsky, Белый is Bely
	}
	return cyrillicTables()[rd.language][word[i]-0x0400].in(rd.scheme), 1
}

// firstCyrillic reads a first letter that languages write in its own way.
func firstCyrillic(r rune, language Language) (letter, bool) {
	switch language {
	case Ukrainian:
		l, ok := yotatedUkrainian[r]
		return l, ok
	case Bulgarian:
		if r == 'ю' || r == 'я' {
			l := yotated[r]
			return letter{l.national, l.passport, l.scholarly, l.sound}, true
		}
		return letter{}, false
	case Serbian, Macedonian:
		return letter{}, false
	}
	l, ok := yotated[r]
	return l, ok
}

func cyrillicVowel(r rune) bool {
	switch r {
	case 'а', 'е', 'ё', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я', 'і', 'ї', 'є', 'ә', 'ө', 'ү', 'ұ':
		return true
	}
	return false
}

func yotatesAfter(r rune) bool { return cyrillicVowel(r) || r == 'ь' || r == 'ъ' }
