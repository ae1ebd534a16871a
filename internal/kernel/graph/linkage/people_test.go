package linkage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// town is a made-up town of families for tests: who is who is known.
type town struct {
	records [][]string
	person  []int
}

var townSchema = Schema{
	Fields: []Field{
		{Name: "given", Kind: Name, Swap: "surname"}, {Name: "surname", Kind: Name, Swap: "given"},
		{Name: "born", Kind: Date}, {Name: "house", Kind: Number}, {Name: "street", Kind: Text},
		{Name: "postcode", Kind: Number}, {Name: "number", Kind: Identifier},
	},
	Bonds: []Bond{
		{Name: "household", Fields: []string{"surname", "house", "street", "postcode"}},
		{Name: "neighbourhood", Fields: []string{"street", "postcode"}},
	},
	Changes: []Change{{Name: "house move", Fields: []string{"house", "street", "postcode"}}},
}

var anonymous = []string{"given", "surname", "born", "house", "street", "postcode"}

// newTown makes families of four; twice of a hundred people are recorded twice.
func newTown(families, twice int) *town {
	random := rand.New(rand.NewPCG(7, 7))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "bcdfglmnprst"[random.IntN(12)]
			if i%2 == 1 {
				b[i] = "aeiou"[random.IntN(5)]
			}
		}
		return string(b)
	}
	words := func(count, length int) (all []string) {
		for range count {
			all = append(all, word(length))
		}
		return all
	}
	givens, surnames, streets := words(200, 6), words(800, 7), words(60, 9)
	pick := func(of []string) string { return of[random.IntN(len(of))] }
	home := func() []string {
		s := random.IntN(len(streets))
		return []string{fmt.Sprint(1 + random.IntN(90)), streets[s], fmt.Sprint(1000 + s/6)}
	}
	t := new(town)
	for family := range families {
		surname, place := pick(surnames), home()
		for member := range 4 {
			p := family*4 + member
			born := fmt.Sprintf("%04d%02d%02d", 1930+random.IntN(80), 1+random.IntN(12), 1+random.IntN(28))
			record := append([]string{pick(givens), surname, born}, append(slices.Clone(place), fmt.Sprintf("%07d", p*7919+1))...)
			t.add(p, record)
			if random.IntN(100) >= twice {
				continue
			}
			again := slices.Clone(record)
			if random.IntN(10) == 0 {
				copy(again[3:], home())
			}
			for i := range again {
				switch random.IntN(12) {
				case 0:
					again[i] = ""
				case 1:
					at := random.IntN(len(again[i]))
					again[i] = again[i][:at] + "7" + again[i][at:]
				}
			}
			t.add(p, again)
		}
	}
	return t
}

func (t *town) add(person int, record []string) {
	t.records = append(t.records, record)
	t.person = append(t.person, person)
}

// anonymous is a town where nobody has a number.
func (t *town) anonymous() *town {
	a := new(town)
	for i, r := range t.records {
		a.add(t.person[i], r[:6])
	}
	return a
}

// shuffled is the same town with its records in another order.
func (t *town) shuffled() *town {
	s := new(town)
	for _, i := range rand.New(rand.NewPCG(3, 3)).Perm(len(t.records)) {
		s.add(t.person[i], t.records[i])
	}
	return s
}

func (t *town) table(tb testing.TB, s Schema) *Table {
	tb.Helper()
	b, err := NewBuilder(s)
	if err != nil {
		tb.Fatal(err)
	}
	for _, r := range t.records {
		if err := b.Add(r); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Table()
}

// linked is the outcome on a town: its model and how many pairs of records were
// joined rightly, joined wrongly, and missed.
type linked struct {
	table                *Table
	blocks               *Blocks
	model                *Model
	links                Links
	right, wrong, missed int
}

func (t *town) link(tb testing.TB, s Schema, run Runner) linked {
	tb.Helper()
	l := linked{table: t.table(tb, s)}
	l.blocks = Block(l.table, 1_000_000, run)
	var err error
	if l.model, err = Learn(l.blocks, run); err != nil {
		tb.Fatal(err)
	}
	l.links = Link(l.blocks, l.model, run)
	for x := range t.person {
		for y := range x {
			same, joined := t.person[x] == t.person[y], l.links.Person[x] == l.links.Person[y]
			switch {
			case same && joined:
				l.right++
			case joined:
				l.wrong++
			case same:
				l.missed++
			}
		}
	}
	return l
}
