package linkage

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
)

// Runner carries out n tasks, in any order and possibly at the same time, and
// returns when all are done. What is learned and linked does not depend on it. A
// runner that leaves tasks undone, since it was told to stop, spoils the result.
type Runner func(n int, task func(i int))

// InTurn runs tasks one after another.
func InTurn(n int, task func(i int)) {
	for i := range n {
		task(i)
	}
}

// maxKeys is the number of blocking keys: one bit each in a record's mask.
const maxKeys = 64

// maxBlock is the largest number of records that one blocking key brings
// together. A value shared by more people says too little about any of them.
const maxBlock = 512

// Blocks says which pairs of a table are worth comparing: those that agree
// exactly on a key, a key being one field or two, as long as few enough records
// share its value.
type Blocks struct {
	t     *Table
	keys  []key
	limit int      // larger blocks are left out
	live  []uint64 // per record, the keys by which it sits in a block not left out
	made  []uint64 // per set of fields, the keys made of them
}

// key is a blocking key and its blocks: block i is members[ends[i-1]:ends[i]].
type key struct {
	fields  uint32 // a bit per field
	members []uint32
	ends    []uint32
	largest int // the size of its largest block, kept or not
}

// Block finds the blocks of a table, smallest first, until they hold about
// budget pairs, counting a pair once for each block it is in. Agreement on a rare
// value is worth more than on a common one, so what is left out says least. Time
// grows with the budget, and memory by up to 4 bytes for each record and key.
func Block(t *Table, budget int, run Runner) *Blocks {
	b := &Blocks{t: t, live: make([]uint64, t.Len()), made: make([]uint64, 1<<len(t.columns))}
	for _, fields := range t.keys() {
		b.keys = append(b.keys, key{fields: fields})
	}
	costs := make([][maxBlock + 1]int, len(b.keys))
	run(len(b.keys), func(i int) { costs[i] = b.keys[i].fill(t) })
	b.limit = affordable(costs, budget)
	for i := range b.keys {
		for block := range b.keys[i].blocks(b.limit) {
			for _, record := range block {
				b.live[record] |= 1 << i
			}
		}
	}
	for fields := range b.made {
		for i, k := range b.keys {
			if uint32(fields)&k.fields == k.fields {
				b.made[fields] |= 1 << i
			}
		}
	}
	return b
}

// affordable is the largest block size such that all blocks up to it hold no
// more pairs than the budget.
func affordable(costs [][maxBlock + 1]int, budget int) int {
	total := 0
	for size := 2; size <= maxBlock; size++ {
		for i := range costs {
			total += costs[i][size]
		}
		if total > budget {
			return size - 1
		}
	}
	return maxBlock
}

// keys lists the single fields and the pairs of fields on which two records
// agree least often by chance, best first.
func (t *Table) keys() []uint32 {
	chance := make([]float64, len(t.columns))
	for i, c := range t.columns {
		squares := 0
		for _, n := range c.counts[1:] {
			squares += int(n) * int(n)
		}
		chance[i] = float64(squares) / float64(max(1, t.Len())) / float64(max(1, t.Len()))
	}
	odds := make(map[uint32]float64)
	var keys []uint32
	for i := range chance {
		keys = append(keys, 1<<i)
		odds[1<<i] = chance[i]
		for j := range i {
			keys = append(keys, 1<<i|1<<j)
			odds[1<<i|1<<j] = chance[i] * chance[j]
		}
	}
	slices.SortFunc(keys, func(a, b uint32) int { return cmp.Or(cmp.Compare(odds[a], odds[b]), cmp.Compare(a, b)) })
	return keys[:min(len(keys), maxKeys)]
}

// fill groups the records by the key and keeps the groups of 2 to maxBlock. It
// returns the number of pairs in the groups of each size.
func (k *key) fill(t *Table) (cost [maxBlock + 1]int) {
	hashed := make([]uint64, 0, t.Len())
	for r := range uint32(t.Len()) {
		if h, ok := k.hash(t, t.row(r)); ok {
			hashed = append(hashed, h<<32|uint64(r))
		}
	}
	slices.Sort(hashed)
	for start := 0; start < len(hashed); {
		end := start + 1
		for end < len(hashed) && hashed[end]>>32 == hashed[start]>>32 {
			end++
		}
		pairs := t.across(hashed[start:end])
		if pairs > 0 {
			k.largest = max(k.largest, end-start)
		}
		if pairs > 0 && end-start <= maxBlock {
			cost[end-start] += pairs
			for _, h := range hashed[start:end] {
				k.members = append(k.members, uint32(h))
			}
			k.ends = append(k.ends, uint32(len(k.members)))
		}
		start = end
	}
	return cost
}

// hash is 32 bits of the key's values; false if one of them is missing. Values
// that collide share a block, and are then found not to agree.
func (k *key) hash(t *Table, row []uint32) (uint64, bool) {
	var h uint64
	for rest := k.fields; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros32(rest)
		if row[i] == 0 {
			return 0, false
		}
		h = mix(h + t.columns[i].hashes[row[i]])
	}
	return h >> 32, true
}

// across is the number of pairs in a group that may be linked; the group is in
// the order of its record numbers, its low halves.
func (t *Table) across(group []uint64) int {
	n := len(group)
	if t.split < 0 {
		return n * (n - 1) / 2
	}
	first := 0
	for first < n && int(uint32(group[first])) < t.split {
		first++
	}
	return first * (n - first)
}

// blocks yields the blocks of at most limit records.
func (k *key) blocks(limit int) iter.Seq[[]uint32] {
	return func(yield func([]uint32) bool) {
		start := uint32(0)
		for _, end := range k.ends {
			if int(end-start) <= limit && !yield(k.members[start:end]) {
				return
			}
			start = end
		}
	}
}

// pairs yields the pairs that key i brings together and no earlier key does: so
// every pair comes once, and none need be remembered.
func (b *Blocks) pairs(i int) iter.Seq2[uint32, uint32] {
	return func(yield func(x, y uint32) bool) {
		for block := range b.keys[i].blocks(b.limit) {
			for n, x := range block {
				row, live := b.t.row(x), b.live[x]
				for _, y := range block[n+1:] {
					if !b.t.linkable(x, y) {
						continue
					}
					by := b.made[equal(row, b.t.row(y))] & live
					if bits.TrailingZeros64(by) == i && !yield(x, y) {
						return
					}
				}
			}
		}
	}
}

// candidate tells whether some block brings the two records together.
func (b *Blocks) candidate(x, y uint32) bool {
	return b.t.linkable(x, y) && b.made[equal(b.t.row(x), b.t.row(y))]&b.live[x] != 0
}

// covers tells whether every pair that agrees exactly on a field is a candidate.
func (b *Blocks) covers(field int) bool {
	return slices.ContainsFunc(b.keys, func(k key) bool { return k.fields == 1<<field && k.largest <= b.limit })
}

// equal is the set of fields present and the same in both rows.
func equal(a, b []uint32) uint32 {
	var same uint32
	for i, code := range a {
		if code == b[i] && code != 0 {
			same |= 1 << i
		}
	}
	return same
}
