package register

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// places is the number of towns, each with its own postcode.
const places = 2500

var (
	states    = []string{"nsw", "vic", "qld", "wa", "sa", "tas", "act", "nt"}
	ways      = []string{"street", "street", "street", "road", "avenue", "place", "crescent", "close", "court"}
	buildings = []string{"flat", "unit", "villa", "lot", "house"}
	onsets    = []string{"b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sh", "st", "t", "th", "v", "w"}
	vowels    = []string{"a", "e", "i", "o", "u", "ai", "ea", "ie", "oo", "y"}
	endings   = []string{"", "", "n", "l", "r", "s", "t", "ck", "nd", "m"}
)

// households are ways in which six people may live together or apart.
var households = [][]int{{6}, {4, 2}, {4, 1, 1}, {2, 2, 2}, {3, 2, 1}, {5, 1}, {2, 1, 1, 1, 1}}

// words invents n different words of a number of syllables.
func (r *register) words(thing string, n, shortest, longest int) []string {
	d := r.draw(thing, 0)
	seen := make(map[string]bool, n)
	words := make([]string, 0, n)
	for len(words) < n {
		var b strings.Builder
		for range shortest + d.IntN(longest-shortest+1) {
			b.WriteString(pick(d, onsets))
			b.WriteString(pick(d, vowels))
		}
		b.WriteString(pick(d, endings))
		if w := b.String(); !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	return words
}

func pick[T any](d *rand.Rand, of []T) T { return of[d.IntN(len(of))] }

// common picks the first words far more often than the last.
func common(d *rand.Rand, of []string, steep float64) string {
	return of[int(float64(len(of))*math.Pow(d.Float64(), steep))]
}

// person is what is true of a person.
func (r *register) person(p int) record {
	family, member := r.family(p)
	home := r.draw("family", family)
	name, elder := common(home, r.surnames, 2.2), 1935+home.IntN(55)
	d := r.draw("person", p)
	rec := record{given: common(d, r.givens, 2.2), surname: name, social: identity(p)}
	r.settle(&rec, home)
	switch {
	case member == 0:
		rec[born] = date(d, elder)
	case member == 1 && d.Float64() < 0.3:
		rec[surname] = common(d, r.surnames, 2.2)
		fallthrough
	case member == 1:
		rec[born] = date(d, elder-5+d.IntN(11))
	case member > 2 && d.Float64() < 0.03:
		rec[born] = r.person(p - 1)[born]
	default:
		rec[born] = date(d, min(2015, elder+20+d.IntN(20)))
	}
	return rec
}

// family is a number for those who live together, and the person's place there.
func (r *register) family(p int) (family, member int) {
	first := p - p%6
	member = p % 6
	for _, size := range pick(r.draw("together", p/6), households) {
		if member < size {
			return first, member
		}
		first, member = first+size, member-size
	}
	return first, member
}

// settle gives an address.
func (r *register) settle(rec *record, d *rand.Rand) {
	place := int(places * math.Pow(d.Float64(), 1.6))
	town := r.draw("town", place)
	rec[suburb], rec[postcode] = r.suburbs[place], fmt.Sprintf("%04d", 1000+3*place)
	rec[state] = states[town.IntN(len(states))*town.IntN(len(states))/len(states)]
	lane := r.draw("lane", place*64+d.IntN(64))
	rec[street] = common(lane, r.streets, 1.5) + " " + pick(lane, ways)
	rec[number] = fmt.Sprint(1 + int(200*math.Pow(d.Float64(), 2)))
	rec[building] = ""
	if d.Float64() < 0.3 {
		rec[building] = fmt.Sprint(pick(d, buildings), " ", 1+d.IntN(60))
	}
}

// identity is a number of nine digits that no two people share.
func identity(p int) string { return fmt.Sprintf("%09d", (p*611_953_483+100_003)%1_000_000_000) }

func date(d *rand.Rand, year int) string {
	return fmt.Sprintf("%04d%02d%02d", year, 1+d.IntN(12), 1+d.IntN(28))
}
