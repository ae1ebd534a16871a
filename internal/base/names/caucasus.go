package names

// georgianLetters: the passport column is the national system of 2002 without
// its apostrophes, as Georgian passports print it; national keeps them;
// scholarly is ISO 9984.
var georgianLetters = map[rune]letter{
	'ა': {"a", "", "", "A"}, 'ბ': {"b", "", "", "B"}, 'გ': {"g", "", "", "G"}, 'დ': {"d", "", "", "D"},
	'ე': {"e", "", "", "E"}, 'ვ': {"v", "", "", "V"}, 'ზ': {"z", "", "", "Z"}, 'თ': {"t", "", "t̕", "T"},
	'ი': {"i", "", "", "I"}, 'კ': {"k", "k'", "k", "K"}, 'ლ': {"l", "", "", "L"}, 'მ': {"m", "", "", "M"},
	'ნ': {"n", "", "", "N"}, 'ო': {"o", "", "", "O"}, 'პ': {"p", "p'", "p", "P"}, 'ჟ': {"zh", "", "ž", "J"},
	'რ': {"r", "", "", "R"}, 'ს': {"s", "", "", "S"}, 'ტ': {"t", "t'", "t", "T"}, 'უ': {"u", "", "", "U"},
	'ფ': {"p", "", "p̕", "P"}, 'ქ': {"k", "", "k̕", "K"}, 'ღ': {"gh", "", "ḡ", "G"}, 'ყ': {"q", "q'", "q", "K"},
	'შ': {"sh", "", "š", "S"}, 'ჩ': {"ch", "", "č̕", "C"}, 'ც': {"ts", "", "c̕", "C"}, 'ძ': {"dz", "", "j", "Z"},
	'წ': {"ts", "ts'", "c", "C"}, 'ჭ': {"ch", "ch'", "č", "C"}, 'ხ': {"kh", "", "x", "H"}, 'ჯ': {"j", "", "ǰ", "J"},
	'ჰ': {"h", "", "", "H"}, 'ჱ': {"ey", "", "ē", "E"}, 'ჲ': {"y", "", "", "I"}, 'ჳ': {"w", "", "", "V"},
	'ჴ': {"q", "", "q̇", "K"}, 'ჵ': {"o", "", "ō", "O"},
}

func georgianStep(word []rune, i int, rd reading) (string, int) {
	return georgianLetters[word[i]].in(rd.scheme), 1
}

// armenianLetters: the passport column is the Eastern reading of passports of the
// Republic of Armenia; national is the Western reading of the diaspora, which
// swaps voiced and voiceless; scholarly is ISO 9985.
var armenianLetters = map[rune]letter{
	'ա': {"a", "", "", "A"}, 'բ': {"b", "p", "b", "B"}, 'գ': {"g", "k", "g", "G"}, 'դ': {"d", "t", "d", "D"},
	'ե': {"e", "", "", "E"}, 'զ': {"z", "", "", "Z"}, 'է': {"e", "", "ē", "E"}, 'ը': {"y", "e", "ë", "E"},
	'թ': {"t", "", "t̕", "T"}, 'ժ': {"zh", "", "ž", "J"}, 'ի': {"i", "", "", "I"}, 'լ': {"l", "", "", "L"},
	'խ': {"kh", "", "x", "H"}, 'ծ': {"ts", "dz", "ç", "C"}, 'կ': {"k", "g", "k", "K"}, 'հ': {"h", "", "", "H"},
	'ձ': {"dz", "ts", "j", "Z"}, 'ղ': {"gh", "", "ġ", "G"}, 'ճ': {"ch", "j", "č̣", "C"}, 'մ': {"m", "", "", "M"},
	'յ': {"y", "", "", "I"}, 'ն': {"n", "", "", "N"}, 'շ': {"sh", "", "š", "S"}, 'ո': {"o", "", "", "O"},
	'չ': {"ch", "", "č", "C"}, 'պ': {"p", "b", "p", "P"}, 'ջ': {"j", "ch", "ǰ", "J"}, 'ռ': {"r", "", "ṙ", "R"},
	'ս': {"s", "", "", "S"}, 'վ': {"v", "", "", "V"}, 'տ': {"t", "d", "t", "T"}, 'ր': {"r", "", "", "R"},
	'ց': {"ts", "", "c̕", "C"}, 'ւ': {"v", "", "w", "V"}, 'փ': {"p", "", "p̕", "P"}, 'ք': {"k", "", "k̕", "K"},
	'օ': {"o", "", "ò", "O"}, 'ֆ': {"f", "", "", "F"}, 'և': {"ev", "", "ew", "EV"},
}

// armenianFirst are letters that read otherwise at the head of a word.
var armenianFirst = map[rune]letter{
	'ե': {"ye", "", "e", "E"}, 'ո': {"vo", "", "o", "VO"}, 'և': {"yev", "", "ew", "EV"}, 'յ': {"h", "y", "y", "Y"},
}

func armenianStep(word []rune, i int, rd reading) (string, int) {
	if word[i] == 'ո' && i+1 < len(word) && word[i+1] == 'ւ' {
		return letter{"u", "", "ow", "U"}.in(rd.scheme), 2
	}
	if i == 0 {
		if l, ok := armenianFirst[word[0]]; ok {
			return l.in(rd.scheme), 1
		}
	}
	return armenianLetters[word[i]].in(rd.scheme), 1
}
