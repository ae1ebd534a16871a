package linkage

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestLinkJoinsNobodyWhereNobodyIsTwice(t *testing.T) {
	l := newTown(400, 0).link(t, townSchema, InTurn)
	if l.wrong > 0 {
		t.Errorf("%d pairs of different people were joined", l.wrong)
	}
}

func TestLinkFindsPeople(t *testing.T) {
	l := newTown(400, 40).link(t, townSchema, InTurn)
	if f1 := float64(2*l.right) / float64(2*l.right+l.wrong+l.missed); f1 < 0.99 {
		t.Errorf("F1 %.4f: %d right, %d wrong, %d missed", f1, l.right, l.wrong, l.missed)
	}
	planted := float64(l.right + l.missed)
	if guess := l.model.Prior * l.table.Pairs(); math.Abs(guess-planted) > 0.05*planted {
		t.Errorf("the model expects %.0f pairs of one person, there are %.0f", guess, planted)
	}
}

// A family lives at one address under one name. Without the bond the textbook
// takes its members for one person.
func TestBondsKeepFamiliesApart(t *testing.T) {
	town := newTown(400, 40).anonymous()
	schema := townSchema.Select(anonymous)
	with := town.link(t, schema, InTurn)
	unbound := schema
	unbound.Bonds = nil
	without := town.link(t, unbound, InTurn)
	if with.wrong > with.right/100 || without.wrong < 10*with.wrong+100 {
		t.Errorf("wrongly joined: %d with bonds, %d without", with.wrong, without.wrong)
	}
}

// One in ten moved house between the two records.
func TestChangesFindThoseWhoMoved(t *testing.T) {
	town := newTown(400, 40).anonymous()
	schema := townSchema.Select(anonymous)
	with := town.link(t, schema, InTurn)
	settled := schema
	settled.Changes = nil
	without := town.link(t, settled, InTurn)
	if with.missed >= without.missed {
		t.Errorf("missed: %d with changes, %d without", with.missed, without.missed)
	}
	if share := with.model.Changes[0].Share; share < 0.07 || share > 0.13 {
		t.Errorf("share of those who moved is estimated at %.3f, planted was about 0.1", share)
	}
}

func TestLearnDoesNotDependOnOrderOrRunner(t *testing.T) {
	town := newTown(150, 40)
	backwards := func(n int, task func(int)) {
		for i := n - 1; i >= 0; i-- {
			task(i)
		}
	}
	want, err := json.Marshal(town.link(t, townSchema, InTurn).model)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]linked{
		"again":     town.link(t, townSchema, InTurn),
		"shuffled":  town.shuffled().link(t, townSchema, InTurn),
		"backwards": town.link(t, townSchema, backwards),
	} {
		got, err := json.Marshal(l.model)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s: another model\n got %s\nwant %s", name, got, want)
		}
	}
}

func TestLearnedModelIsWhole(t *testing.T) {
	odd := townSchema.Select([]string{"surname", "born", "house"})
	odd.Fields = append(odd.Fields, Field{Name: "never filled", Kind: Text})
	town := newTown(100, 40)
	for i, r := range town.records {
		town.records[i] = []string{r[1], r[2], r[3], ""}
	}
	m := town.link(t, odd, InTurn).model
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(data); err != nil {
		t.Errorf("a learned model is refused: %v\n%s", err, data)
	}
}

// However few the records and whatever they hold, what is learned is a model.
func TestLearnOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := NewBuilder(townSchema.Select([]string{"given", "surname", "house", "street"}))
		if err != nil {
			t.Fatal(err)
		}
		divide := rapid.IntRange(-1, 10).Draw(t, "first file")
		for i := range rapid.IntRange(2, 12).Draw(t, "records") {
			if i == divide {
				b.Divide()
			}
			if err := b.Add(rapid.SliceOfN(rapid.StringMatching("[ab]{0,3}"), 4, 4).Draw(t, "record")); err != nil {
				t.Fatal(err)
			}
		}
		table := b.Table()
		blocks := Block(table, 1000, InTurn)
		m, err := Learn(blocks, InTurn)
		if table.Pairs() < 1 {
			if err != ErrTooFew {
				t.Fatalf("no pairs: %v", err)
			}
			return
		}
		if err != nil || m.Check() != nil {
			t.Fatalf("%v, %v: %+v", err, m.Check(), m)
		}
		Link(blocks, m, InTurn)
	})
}

func TestLearnNeedsPairs(t *testing.T) {
	for name, records := range map[string][][]string{"no record": nil, "one record": {make([]string, 7)}} {
		table := (&town{records: records}).table(t, townSchema)
		if _, err := Learn(Block(table, 100, InTurn), InTurn); err != ErrTooFew {
			t.Errorf("%s: got %v, want ErrTooFew", name, err)
		}
	}
	b, _ := NewBuilder(townSchema)
	b.Divide()
	b.Add(make([]string, 7))
	b.Add(make([]string, 7))
	if _, err := Learn(Block(b.Table(), 100, InTurn), InTurn); err != ErrTooFew {
		t.Errorf("an empty first file: got %v, want ErrTooFew", err)
	}
}

// The quick path gives up early; it must never change a verdict.
func TestQuickScoreAgreesWithExplainedScore(t *testing.T) {
	l := newTown(100, 60).link(t, townSchema, InTurn)
	kept := make(map[[2]uint32]float64)
	for _, p := range l.links.Pairs {
		kept[[2]uint32{p.A, p.B}] = p.Bits
	}
	compared := 0
	for y := range uint32(l.table.Len()) {
		for x := range y {
			if !l.blocks.candidate(x, y) {
				continue
			}
			compared++
			s := l.table.Score(l.model, x, y)
			bits, found := kept[[2]uint32{x, y}]
			if found != (s.Probability >= l.model.Doubt) {
				t.Fatalf("records %d and %d: probability %.4f, kept %v", x, y, s.Probability, found)
			}
			if found && math.Abs(bits-s.Total) > 1e-9 {
				t.Fatalf("records %d and %d: %.6f bits by the quick path, %.6f explained", x, y, bits, s.Total)
			}
		}
	}
	if compared != l.links.Compared || len(kept) == 0 {
		t.Errorf("%d pairs share a block, %d were compared, %d kept", compared, l.links.Compared, len(kept))
	}
}

func TestDoubtfulPairsAreThoseNotJoined(t *testing.T) {
	l := Links{Pairs: []Pair{{0, 1, 9}, {1, 2, 3}, {0, 2, 1}}, Person: []uint32{0, 0, 2}}
	if got := l.Doubtful(); !slices.Equal(got, l.Pairs[1:]) {
		t.Errorf("got %v", got)
	}
}

// Two people with one confused record between them stay two.
func TestJoinDoesNotChainPeople(t *testing.T) {
	town := newTown(200, 40)
	ann := []string{"annabel", "quirk", "19700102", "5", "elm grove", "1001", "9990001"}
	zoe := []string{"zoe", "vandermeer", "19881231", "77", "oak lane", "1009", "9990002"}
	both := []string{"annabel", "quirk", "19700102", "77", "oak lane", "1009", "9990002"}
	for person, record := range [][]string{ann, ann, zoe, zoe, both} {
		town.add(-person/2-1, record)
	}
	l := town.link(t, townSchema, InTurn)
	n := uint32(len(town.records))
	if l.links.Person[n-5] == l.links.Person[n-3] {
		t.Error("one record that mixes two people has joined them")
	}
	if l.links.Person[n-5] != l.links.Person[n-4] || l.links.Person[n-3] != l.links.Person[n-2] {
		t.Error("equal records were not joined")
	}
}
