package names

// Language is the language whose rule of romanisation applies, where one script
// serves several. The zero value lets the letters decide.
type Language uint8

// The languages of the Cyrillic script that have a rule of their own.
const (
	Undetermined Language = iota
	Russian
	Ukrainian
	Belarusian
	Bulgarian
	Serbian
	Macedonian
	Kazakh
	Kyrgyz
	Tatar
	Uzbek
	Tajik
	Mongolian
)

// tongues is a set of languages.
type tongues uint16

func of(ls ...Language) (t tongues) {
	for _, l := range ls {
		t |= 1 << l
	}
	return t
}

const anyTongue tongues = 1<<(Mongolian+1) - 2

// written tells, for a telling letter of the Cyrillic script, in which languages
// it is written. Letters that all share tell nothing and are absent.
var written = map[rune]tongues{
	'і': of(Ukrainian, Belarusian, Kazakh), 'ї': of(Ukrainian), 'є': of(Ukrainian), 'ґ': of(Ukrainian),
	'ў': of(Belarusian, Uzbek),
	'ђ': of(Serbian), 'ћ': of(Serbian),
	'ј': of(Serbian, Macedonian), 'љ': of(Serbian, Macedonian), 'њ': of(Serbian, Macedonian), 'џ': of(Serbian, Macedonian),
	'ѓ': of(Macedonian), 'ќ': of(Macedonian), 'ѕ': of(Macedonian),
	'ә': of(Kazakh, Tatar), 'ғ': of(Kazakh, Uzbek, Tajik), 'қ': of(Kazakh, Uzbek, Tajik),
	'ң': of(Kazakh, Kyrgyz, Tatar), 'ұ': of(Kazakh), 'һ': of(Kazakh, Tatar), 'җ': of(Tatar),
	'ө': of(Kazakh, Kyrgyz, Tatar, Mongolian), 'ү': of(Kazakh, Kyrgyz, Tatar, Mongolian),
	'ҳ': of(Uzbek, Tajik), 'ӣ': of(Tajik), 'ӯ': of(Tajik), 'ҷ': of(Tajik),
	'ы': anyTongue &^ of(Ukrainian, Bulgarian, Serbian, Macedonian),
	'э': anyTongue &^ of(Ukrainian, Bulgarian, Serbian, Macedonian),
	'ё': anyTongue &^ of(Ukrainian, Bulgarian, Serbian, Macedonian),
	'щ': anyTongue &^ of(Belarusian, Serbian, Macedonian),
	'и': anyTongue &^ of(Belarusian),
	'й': anyTongue &^ of(Serbian, Macedonian), 'я': anyTongue &^ of(Serbian, Macedonian), 'ю': anyTongue &^ of(Serbian, Macedonian),
}

// telling is written by place in the Cyrillic blocks.
var telling = func() (table [cyrillicBlock]tongues) {
	for r, in := range written {
		table[r-0x0400] = in
	}
	return table
}()

// languageOf guesses the language of a Cyrillic text from its telling letters. Without any it is read as Russian, whose rule is that of
// ICAO 9303 without exceptions.
func languageOf(text []rune) Language {
	set, told := anyTongue, false
	for i, r := range text {
		r = lower(r)
		if r < 0x0400 || r >= 0x0400+cyrillicBlock {
			continue
		}
		in := telling[r-0x0400]
		if r == 'ъ' && hardSignIsVowel(text, i) {
			in = of(Bulgarian)
		}
		if in == 0 {
			continue
		}
		told = told || in&of(Russian) == 0
		if set&in != 0 {
			set &= in
		}
	}
	if !told {
		return Russian
	}
	for l := Russian; l <= Mongolian; l++ {
		if set&of(l) != 0 {
			return l
		}
	}
	return Russian
}

// hardSignIsVowel: only Bulgarian writes ъ between two consonants or first.
func hardSignIsVowel(text []rune, i int) bool {
	const afterHard = "еёюяиэъь" // what follows the Russian sign of separation
	if i+1 >= len(text) || scriptOf(text[i+1]) != cyrillic {
		return false
	}
	for _, r := range afterHard {
		if lower(text[i+1]) == r {
			return false
		}
	}
	return true
}
