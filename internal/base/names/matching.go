package names

// pair is a word or run of words of one name that stands for one of the other.
type pair struct {
	a, b   span
	like   float64
	weight float64
	why    Reason
}

// span is tokens[from:to] of a form.
type span struct{ from, to uint8 }

// matching is the alignment of two forms.
type matching struct {
	x, y           *form
	kind           Kind
	takenX, takenY [longestForm]bool
	pairs          [longestForm]pair
	n              int
}

func (m *matching) run(x, y *form, kind Kind) {
	m.x, m.y, m.kind = x, y, kind
	m.pairSame()
	m.pairAlike()
	m.pairJoined(false)
	m.pairJoined(true)
	if kind == Organisation {
		m.pairAcronym(false)
		m.pairAcronym(true)
	}
	m.dropInitials()
}

// pairSame pairs words that are written alike.
func (m *matching) pairSame() {
	for i := range m.x.tokens {
		t := &m.x.tokens[i]
		for j := range m.y.tokens {
			if !m.takenY[j] && same(t, &m.y.tokens[j]) {
				m.take(i, i+1, j, j+1, 1, Same)
				break
			}
		}
	}
}

func same(t, u *token) bool {
	if t.role == numeral || u.role == numeral {
		return t.role == u.role && t.number == u.number
	}
	return t.text == u.text || t.concept != 0 && t.concept == u.concept
}

// pairAlike pairs the remaining words, the most alike first.
func (m *matching) pairAlike() {
	var like [longestForm][longestForm]float64
	var why [longestForm][longestForm]Reason
	for i := range m.x.tokens {
		for j := range m.y.tokens {
			if !m.takenX[i] && !m.takenY[j] {
				like[i][j], why[i][j] = compareTokens(&m.x.tokens[i], &m.y.tokens[j])
			}
		}
	}
	for {
		bi, bj, most := -1, -1, alike
		for i := range m.x.tokens {
			for j := range m.y.tokens {
				if !m.takenX[i] && !m.takenY[j] && like[i][j] >= most {
					bi, bj, most = i, j, like[i][j]
				}
			}
		}
		if bi < 0 {
			return
		}
		m.take(bi, bi+1, bj, bj+1, most, why[bi][bj])
	}
}

// take pairs tokens[i:iEnd] of x with tokens[j:jEnd] of y.
func (m *matching) take(i, iEnd, j, jEnd int, like float64, why Reason) {
	weight := m.x.heaviest(i, iEnd, &m.takenX) + m.y.heaviest(j, jEnd, &m.takenY)
	m.pairs[m.n] = pair{span{uint8(i), uint8(iEnd)}, span{uint8(j), uint8(jEnd)}, like, weight / 2, why}
	m.n++
}

// heaviest marks tokens[from:to] as taken and returns the weight of the heaviest.
func (f *form) heaviest(from, to int, taken *[longestForm]bool) float64 {
	weight := 0.0
	for k := from; k < to; k++ {
		taken[k] = true
		weight = max(weight, f.tokens[k].weight())
	}
	return weight
}

// dropInitials undoes pairs in which an initial took a word while a whole word of
// its own name found nobody: William G. Frost is not Bill Gates.
func (m *matching) dropInitials() {
	spareX, spareY := spareWord(m.x, &m.takenX), spareWord(m.y, &m.takenY)
	if !spareX && !spareY {
		return
	}
	kept := m.pairs[:0]
	for _, p := range m.pairs[:m.n] {
		letterX, letterY := m.x.tokens[p.a.from].role == initial, m.y.tokens[p.b.from].role == initial
		if spareX && letterX && !letterY || spareY && letterY && !letterX {
			m.takenX[p.a.from], m.takenY[p.b.from] = false, false
			continue
		}
		kept = append(kept, p)
	}
	m.n = len(kept)
}

func spareWord(f *form, taken *[longestForm]bool) bool {
	for i := range f.tokens {
		if f.tokens[i].role == proper && !taken[i] {
			return true
		}
	}
	return false
}
