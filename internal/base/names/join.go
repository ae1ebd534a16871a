package names

// pairJoined pairs runs of two or three words of one name with a single word of
// the other: Patr ushev, Good Will, Abd ar Rahman. With back the runs are sought
// in the second name.
func (m *matching) pairJoined(back bool) {
	runs, words, takenR, takenW := m.x, m.y, &m.takenX, &m.takenY
	if back {
		runs, words, takenR, takenW = m.y, m.x, &m.takenY, &m.takenX
	}
	for j := range words.tokens {
		if takenW[j] || len(words.tokens[j].text) < 4 {
			continue
		}
		for size := 3; size >= 2; size-- {
			if i, like := bestRun(runs, takenR, &words.tokens[j], size); i >= 0 && !takenW[j] {
				if back {
					m.take(j, j+1, i, i+size, like, Joined)
				} else {
					m.take(i, i+size, j, j+1, like, Joined)
				}
			}
		}
	}
}

// bestRun finds the free run of that size that, written together, is most like w.
func bestRun(f *form, taken *[longestForm]bool, w *token, size int) (at int, like float64) {
	at, like = -1, alikeJoined
	for i := 0; i+size <= len(f.tokens); i++ {
		text, sound, free := 0, 0, true
		for k := i; k < i+size; k++ {
			free = free && !taken[k] && f.tokens[k].role != numeral
			text += len(f.tokens[k].text)
			sound += len(f.tokens[k].sound)
		}
		if !free || text > longestWord || sound > longestWord {
			continue
		}
		var bufT, bufS [longestWord]byte
		t, s := bufT[:0], bufS[:0]
		for k := i; k < i+size; k++ {
			t = append(t, f.tokens[k].text...)
			s = append(s, f.tokens[k].sound...)
		}
		if l := max(likeness(string(t), w.text, alikeJoined), likeness(string(s), w.sound, alikeJoined)); l >= like {
			at, like = i, l
		}
	}
	return at, like
}

// pairAcronym pairs a short word of one organisation with the words of the other
// whose first letters it is: PLA, People's Liberation Army.
func (m *matching) pairAcronym(back bool) {
	short, long, takenS, takenL := m.x, m.y, &m.takenX, &m.takenY
	if back {
		short, long, takenS, takenL = m.y, m.x, &m.takenY, &m.takenX
	}
	for j := range short.tokens {
		t := &short.tokens[j]
		if takenS[j] || t.role == numeral || len(t.text) < 3 || len(t.text) > 6 {
			continue
		}
		if from, to, ok := spelledOut(long, takenL, t.text); ok {
			if back {
				m.take(from, to, j, j+1, likeForm, Acronym)
			} else {
				m.take(j, j+1, from, to, likeForm, Acronym)
			}
		}
	}
}

// spelledOut finds the run of free words whose initials spell letters; words that
// only join may be left out of the acronym.
func spelledOut(f *form, taken *[longestForm]bool, letters string) (from, to int, ok bool) {
	for from = range f.tokens {
		k := 0
		for to = from; to < len(f.tokens) && k < len(letters) && !taken[to]; to++ {
			t := &f.tokens[to]
			switch {
			case t.text != "" && t.text[0] == letters[k]:
				k++
			case t.role == particle && to > from:
			default:
				k = len(letters) + 1
			}
		}
		if k == len(letters) {
			return from, to, true
		}
	}
	return 0, 0, false
}

// runeOSA is OSA on runes with unit costs.
func runeOSA(a, b []rune) int {
	var rows [3][longestWord + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
