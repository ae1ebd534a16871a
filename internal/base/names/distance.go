package names

// JaroWinkler is the similarity of two words in [0,1] after Jaro (1989) and
// Winkler (1990): matching bytes within half the longer length, transpositions,
// and a bonus of a tenth for each of up to four equal leading bytes. It is meant
// for words that Romanise or Sound have brought to plain letters.
func JaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > longestWord || len(b) > longestWord {
		a, b = clip(a), clip(b)
	}
	m, t := jaroMatches(a, b)
	if m == 0 {
		return 0
	}
	fm := float64(m)
	jaro := (fm/float64(len(a)) + fm/float64(len(b)) + (fm-float64(t)/2)/fm) / 3
	prefix := 0
	for prefix < 4 && prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// jaroMatches counts the matching bytes and those of them that are out of order.
func jaroMatches(a, b string) (matches, disorder int) {
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB [longestWord]bool
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !inB[j] && a[i] == b[j] {
				inA[i], inB[j] = true, true
				matches++
				break
			}
		}
	}
	j := 0
	for i := range len(a) {
		if !inA[i] {
			continue
		}
		for !inB[j] {
			j++
		}
		if a[i] != b[j] {
			disorder++
		}
		j++
	}
	return matches, disorder
}

// OSA is the optimal string alignment distance (Damerau–Levenshtein in which no
// substring is edited twice) between two words, in edits.
func OSA(a, b string) int { return align(clip(a), clip(b), &unitCosts, longestWord*edit) / edit }

// longestWord bounds the work on one word; what is beyond is not compared.
const longestWord = 64

func clip(s string) string {
	if len(s) > longestWord {
		return s[:longestWord]
	}
	return s
}

// edit is the cost of one edit. Edits between letters that are confused by ear or
// by transliteration cost a part of it.
const edit = 20

// costs says what it costs to write one letter for another, to leave it out, to
// leave out one of a doubled pair and to turn two neighbours round.
type costs struct {
	swap   [128][128]uint8
	drop   [128]uint8
	double uint8
	turn   uint16
}

var (
	unitCosts = makeCosts(nil, edit, edit, edit)
	earCosts  = makeCosts(confusions, edit*6/10, edit*2/10, edit*7/10)

	// frameCosts is for skeletons: Arabic has no p, Chinese and Japanese one liquid.
	frameCosts = makeCosts([]confusion{{"BP", 2}, {"LR", 2}, {"FPV", 8}, {"GK", 8}, {"DT", 8}, {"CSJ", 8}}, edit, edit, edit)
)

// confusions lists letters that stand for one another in names, with the cost in
// twentieths of an edit. Vowels are heard worst; voiced and voiceless consonants
// are one in many dialects; some scripts have no letter for the other.
type confusion struct {
	letters string
	cost    uint8
}

var confusions = []confusion{
	{"aeiouy", 11}, // any two vowels
	{"eiy", 6}, {"ou", 6}, {"ae", 7},
	{"ckq", 6}, {"csz", 9}, {"jzy", 8}, {"yij", 6}, {"gj", 12}, {"kx", 9}, {"hkc", 12}, {"gk", 10}, {"ghk", 12}, {"xh", 6},
	{"vwuf", 9}, {"vw", 3}, {"bv", 10}, {"pf", 12}, {"bp", 11}, {"dt", 10}, {"mn", 14}, {"rl", 14}, {"sx", 9},
}

func makeCosts(confused []confusion, vowel, double uint8, turn uint16) (c costs) {
	for i := range c.swap {
		for j := range c.swap[i] {
			if i != j {
				c.swap[i][j] = edit
			}
		}
		c.drop[i] = edit
	}
	for _, v := range "aeiouy" {
		c.drop[v] = vowel
	}
	if confused != nil {
		c.drop['h'] = edit * 6 / 10
	}
	for _, group := range confused {
		for _, x := range group.letters {
			for _, y := range group.letters {
				if x != y {
					c.swap[x][y] = min(c.swap[x][y], group.cost)
				}
			}
		}
	}
	c.double, c.turn = double, turn
	return c
}

// align is the cheapest alignment of two words of at most longestWord bytes. It
// gives up with a cost above limit as soon as no alignment can be as cheap.
func align(a, b string, c *costs, limit int) int {
	var rows [3][longestWord + 1]uint16
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) {
		last[j+1] = last[j] + c.dropped(b, j)
	}
	cheapestBefore := 0
	for i := range len(a) {
		gap := c.dropped(a, i)
		row[0] = last[0] + gap
		cheapest := row[0]
		for j := range len(b) {
			best := min(last[j]+c.swapped(a[i], b[j]), last[j+1]+gap, row[j]+c.dropped(b, j))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				best = min(best, before[j-1]+min(c.swapped(a[i], b[j]), c.turn))
			}
			row[j+1] = best
			cheapest = min(cheapest, best)
		}
		if int(cheapest) > limit && cheapestBefore > limit { // a transposition reaches back one row
			return limit + edit
		}
		cheapestBefore = int(cheapest)
		before, last, row = last, row, before
	}
	return int(last[len(b)])
}

func (c *costs) swapped(x, y byte) uint16 {
	if x == y {
		return 0
	}
	if x|y >= 128 {
		return edit
	}
	return uint16(c.swap[x][y])
}

func (c *costs) dropped(s string, i int) uint16 {
	x := s[i]
	if x >= 128 {
		return edit
	}
	if i > 0 && s[i-1] == x {
		return uint16(c.double)
	}
	return uint16(c.drop[x])
}

// likeness is 1 for words that are written alike and falls by the share of the
// longer word that must be edited. Below floor it is only known to be so.
func likeness(a, b string, floor float64) float64 {
	longer := max(len(a), len(b))
	if longer == 0 || longer > longestWord {
		return 0
	}
	limit := int((1 - floor) * float64(edit*longer))
	if (longer-min(len(a), len(b)))*int(earCosts.double) > limit {
		return 0
	}
	cost := align(a, b, &earCosts, limit)
	if len(a) > 1 && len(b) > 1 && earCosts.swapped(a[0], b[0]) > edit/2 && a[0] != b[1] && a[1] != b[0] {
		cost += edit / 2 // the first sound is seldom mistaken for another
	}
	return max(0, 1-float64(cost)/float64(edit*longer))
}
