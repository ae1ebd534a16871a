package graph

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPartition(t *testing.T) {
	at := func(seq int64) int64 { return placeOf(seq, 1) }
	a, b, c, d := at(1), at(2), at(3), at(4)
	chain := []edge{{a, b, 100}, {b, c, 90}, {c, d, 80}}
	apart := func(seq int64, x, y []int64) word { return word{seq, false, [2][]int64{x, y}} }
	together := func(seq int64, x, y int64) word { return word{seq, true, [2][]int64{{x}, {y}}} }
	for _, c := range []struct {
		name  string
		edges []edge
		words []word
		want  [4]int64
	}{
		{"nothing", nil, nil, [4]int64{a, b, c, d}},
		{"a chain", chain, nil, [4]int64{a, a, a, a}},
		{"the weakest link gives", chain, []word{apart(9, []int64{a}, []int64{d})}, [4]int64{a, a, a, d}},
		{"a side parts as a whole", chain, []word{apart(9, []int64{a, b}, []int64{c, d})}, [4]int64{a, a, c, c}},
		{"a word joins without a pair", nil, []word{together(9, a, d)}, [4]int64{a, b, c, a}},
		{"the later word holds", nil, []word{apart(8, []int64{a}, []int64{d}), together(9, a, d)}, [4]int64{a, b, c, a}},
		{"the later word holds, the other way", nil, []word{together(8, a, d), apart(9, []int64{a}, []int64{d})}, [4]int64{a, b, c, d}},
		{"a void word parts nobody else", chain, []word{apart(8, []int64{a, b}, []int64{d}), together(9, b, d)}, [4]int64{a, a, a, a}},
		{"half a word is none", chain, []word{apart(9, []int64{a}, nil)}, [4]int64{a, a, a, a}},
	} {
		got := partition([]int64{a, b, at(3), d}, nil, c.edges, c.words)
		for i, p := range []int64{a, b, at(3), d} {
			if got[p] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

func TestPartitionKeepsTwoOfOneSignalApart(t *testing.T) {
	x, y, z := placeOf(1, 1), placeOf(1, 2), placeOf(2, 1)
	edges := []edge{{x, z, 50}, {y, z, 60}}
	got := partition([]int64{x, y, z}, nil, slices.Clone(edges), nil)
	if got[y] != got[z] || got[x] == got[z] {
		t.Errorf("persons: %v", got)
	}
	got = partition([]int64{x, y, z}, map[int64]bool{x: true, y: true, z: true}, slices.Clone(edges), nil)
	if got[x] != x || got[y] != x || got[z] != x {
		t.Errorf("things: %v", got)
	}
	got = partition([]int64{x, y, z}, nil, slices.Clone(edges), []word{{9, true, [2][]int64{{x}, {y}}}})
	if got[x] != x || got[y] != x || got[z] != x {
		t.Errorf("a person said that they are one: %v", got)
	}
}

// TestPartitionDoesNotDependOnOrder: the same pairs and words in any order give
// the same division, no word that stands is broken, and nobody joins without a
// pair or a word.
func TestPartitionDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "places")
		var places []int64
		for i := range n {
			places = append(places, placeOf(int64(1+i/2), i%2+1))
		}
		any := rapid.SampledFrom(places)
		var edges []edge
		for range rapid.IntRange(0, 20).Draw(t, "edges") {
			a, b := any.Draw(t, "a"), any.Draw(t, "b")
			if a != b {
				edges = append(edges, edge{min(a, b), max(a, b), int64(rapid.IntRange(1, 5).Draw(t, "score"))})
			}
		}
		var words []word
		for i := range rapid.IntRange(0, 4).Draw(t, "words") {
			side := rapid.SliceOfNDistinct(any, 1, 2, rapid.ID[int64])
			words = append(words, word{int64(100 + i), rapid.Bool().Draw(t, "same"), [2][]int64{side.Draw(t, "x"), side.Draw(t, "y")}})
		}
		first := partition(places, nil, slices.Clone(edges), slices.Clone(words))
		again := partition(places, nil, rapid.Permutation(edges).Draw(t, "edges"), rapid.Permutation(words).Draw(t, "words"))
		if !maps.Equal(first, again) {
			t.Fatalf("%v, and in another order %v", first, again)
		}
		for p, f := range first {
			if f > p || first[f] != f {
				t.Fatalf("%d is founded by %d: %v", p, f, first)
			}
		}
		if len(words) == 0 {
			return
		}
		last := words[len(words)-1]
		overlap := slices.ContainsFunc(last.sides[0], func(p int64) bool { return slices.Contains(last.sides[1], p) })
		for _, p := range last.sides[0] {
			for _, q := range last.sides[1] {
				if same := first[p] == first[q]; same != last.same && !overlap {
					t.Fatalf("the last word %v does not hold: %v", last, first)
				}
			}
		}
	})
}
