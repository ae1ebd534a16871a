package linkage

import (
	"fmt"
	"testing"
)

func TestEveryCandidateComesOnce(t *testing.T) {
	town := newTown(60, 50)
	for _, split := range []int{-1, 100} {
		table := town.table(t, townSchema)
		table.split = split
		b := Block(table, 1_000_000, InTurn)
		seen := make(map[[2]uint32]int)
		for i := range b.keys {
			for x, y := range b.pairs(i) {
				seen[[2]uint32{min(x, y), max(x, y)}]++
			}
		}
		for y := range uint32(table.Len()) {
			for x := range y {
				want := 0
				across := split < 0 || int(x) < split && int(y) >= split
				if across && equal(table.row(x), table.row(y)) != 0 {
					want = 1
				}
				if got := seen[[2]uint32{x, y}]; got != want {
					t.Fatalf("split %d: records %d and %d came %d times, want %d", split, x, y, got, want)
				}
			}
		}
	}
}

func TestBlocksKeepWithinTheBudget(t *testing.T) {
	table := newTown(300, 50).table(t, townSchema)
	for _, budget := range []int{0, 100, 5_000, 50_000} {
		b := Block(table, budget, InTurn)
		if got := b.visits(); got > budget {
			t.Errorf("budget %d: %d pairs", budget, got)
		}
	}
	few, many := Block(table, 5_000, InTurn), Block(table, 50_000, InTurn)
	if few.limit >= many.limit {
		t.Errorf("a larger budget did not keep larger blocks: %d, %d", few.limit, many.limit)
	}
}

// A value that everybody has, such as a default, must not make everybody a
// candidate of everybody.
func TestBlocksLeaveOutWhatEverybodyShares(t *testing.T) {
	b, err := NewBuilder(Schema{Fields: []Field{{Name: "town", Kind: Text}, {Name: "number", Kind: Identifier}}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		b.Add([]string{"unknown", fmt.Sprint(i)})
	}
	if got := Block(b.Table(), 1<<40, InTurn).visits(); got != 0 {
		t.Errorf("%d pairs", got)
	}
}

func TestTableRefuses(t *testing.T) {
	many := Schema{}
	for i := range MaxFields + 1 {
		many.Fields = append(many.Fields, Field{Name: fmt.Sprint(i), Kind: Code})
	}
	for name, s := range map[string]Schema{
		"no field":           {},
		"too many fields":    many,
		"unnamed field":      {Fields: []Field{{Kind: Code}}},
		"field named twice":  {Fields: []Field{{Name: "a", Kind: Code}, {Name: "a", Kind: Code}}},
		"unknown kind":       {Fields: []Field{{Name: "a", Kind: "colour"}}},
		"swap with nothing":  {Fields: []Field{{Name: "a", Kind: Name, Swap: "b"}}},
		"swap with itself":   {Fields: []Field{{Name: "a", Kind: Name, Swap: "a"}}},
		"one-sided swap":     {Fields: []Field{{Name: "a", Kind: Name, Swap: "b"}, {Name: "b", Kind: Name}}},
		"swap between kinds": {Fields: []Field{{Name: "a", Kind: Name, Swap: "b"}, {Name: "b", Kind: Text, Swap: "a"}}},
		"bond of no field":   {Fields: []Field{{Name: "a", Kind: Name}}, Bonds: []Bond{{Fields: []string{"b"}}}},
		"change of no field": {Fields: []Field{{Name: "a", Kind: Name}}, Changes: []Change{{Fields: []string{"b"}}}},
	} {
		if _, err := NewBuilder(s); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	b, err := NewBuilder(townSchema)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add([]string{"too", "few"}); err == nil {
		t.Error("a record of two values was taken for seven fields")
	}
	if _, err := townSchema.Compare(make([]string, 7), make([]string, 6)); err == nil {
		t.Error("a record of six values was compared with one of seven")
	}
}

func TestSelectKeepsWhatIsLeft(t *testing.T) {
	s := townSchema.Select([]string{"surname", "street", "postcode"})
	if len(s.Fields) != 3 || s.Fields[0].Swap != "" {
		t.Errorf("fields %v", s.Fields)
	}
	if len(s.Bonds) != 2 || len(s.Bonds[0].Fields) != 3 || len(s.Bonds[1].Fields) != 2 || len(s.Changes) != 1 {
		t.Errorf("bonds %v, changes %v", s.Bonds, s.Changes)
	}
	if s := townSchema.Select([]string{"street", "postcode"}); len(s.Bonds) != 1 {
		t.Errorf("two bonds of the same fields: %v", s.Bonds)
	}
	if s := townSchema.Select([]string{"surname", "born"}); len(s.Bonds) != 0 || len(s.Changes) != 0 {
		t.Errorf("bonds %v, changes %v of one field", s.Bonds, s.Changes)
	}
	if townSchema.Fields[1].Swap != "given" || len(townSchema.Bonds[0].Fields) != 4 {
		t.Error("Select changed the schema it selects from")
	}
}
