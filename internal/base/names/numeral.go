package names

// readNumerals marks the numbers of a name, in digits, in words and in Roman
// figures. A ten and a unit that follow each other are one number: forty four,
// Forty 4.
func readNumerals(tokens []token) []token {
	out := tokens[:0]
	for i := range tokens {
		t := tokens[i]
		n, ok := numberOf(&t, len(out) > 0, i+1 == len(tokens))
		if !ok && announcesNumber(t.text) && i+1 < len(tokens) && digits(tokens[i+1].text) {
			continue
		}
		if !ok {
			out = append(out, t)
			continue
		}
		t.role, t.number, t.concept = numeral, n, 0
		if last := len(out) - 1; last >= 0 && out[last].role == numeral && n > 0 && n < 10 && out[last].number >= 20 && out[last].number <= 90 && out[last].number%10 == 0 && !digits(out[last].text) {
			out[last].number += n
			continue
		}
		out = append(out, t)
	}
	return out
}

// numberOf reads a numeral. Roman figures count only after another word, and one of a
// single letter only at the end: i and v are words in many languages.
func numberOf(t *token, after, last bool) (int, bool) {
	if digits(t.text) {
		n := 0
		for _, c := range []byte(t.text) {
			n = n*10 + int(c-'0')
		}
		return n, true
	}
	if n, ok := ordinal(t.text); ok {
		return n, true
	}
	if n, ok := numberWords()[t.key()]; ok {
		return n, true
	}
	if n := roman(t.text); n > 0 && after && (last || len(t.text) > 1) {
		return n, true
	}
	return 0, false
}

// announcesNumber knows the words for "number": No. 5, Nr. 5, № 5.
func announcesNumber(text string) bool {
	switch text {
	case "no", "nr", "num", "number", "numero", "nomer", "n":
		return true
	}
	return false
}

func digits(s string) bool {
	if s == "" || len(s) > 18 {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// ordinal reads 1st, 2nd, 23rd, 44th, 5e, 5o.
func ordinal(s string) (int, bool) {
	for _, end := range [...]string{"st", "nd", "rd", "th", "er", "e", "o"} {
		if n := len(s) - len(end); n > 0 && s[n:] == end && digits(s[:n]) {
			value := 0
			for _, c := range []byte(s[:n]) {
				value = value*10 + int(c-'0')
			}
			return value, true
		}
	}
	return 0, false
}

// roman reads a Roman figure up to 39; zero if s is none.
func roman(s string) int {
	values := map[byte]int{'i': 1, 'v': 5, 'x': 10}
	total, last := 0, 0
	for i := len(s) - 1; i >= 0; i-- {
		v := values[s[i]]
		if v == 0 {
			return 0
		}
		if v < last {
			v = -v
		} else {
			last = v
		}
		total += v
	}
	if total > 39 || s != romanOf(total) {
		return 0
	}
	return total
}

func romanOf(n int) string {
	s := ""
	for _, step := range [...]struct {
		value  int
		figure string
	}{{10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}} {
		for ; n >= step.value; n -= step.value {
			s += step.figure
		}
	}
	return s
}
