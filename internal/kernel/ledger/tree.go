package ledger

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// node is the root of a perfect subtree as Verify meets it: what is stored and
// what its children give. They differ where something was changed, and then
// the parent shows which of the two it was made from, so that one changed row
// is not reported as a changed parent too.
type node struct {
	known            bool
	stored, computed tlog.Hash
}

// tree is the right edge of the log while Verify walks it: the perfect subtrees
// of the first n lines, largest first.
type tree struct {
	n     int64
	peaks []node
}

// push adds line n with its leaf hash and the hashes stored beside it; none
// means that the row cannot be believed. It returns the first level at which a
// stored hash is not made from its children, 0 if all are: the leaf itself is
// compared by examine.
func (t *tree) push(leaf tlog.Hash, stored []tlog.Hash) (wrong int) {
	cur := node{computed: leaf}
	if len(stored) > 0 {
		cur.known, cur.stored = true, stored[0]
	}
	for level := 1; level <= completed(t.n); level++ {
		last := len(t.peaks) - 1
		left := t.peaks[last]
		t.peaks = t.peaks[:last]
		if len(stored) == 0 {
			cur = node{}
			continue
		}
		var ok bool
		if cur, ok = parent(left, cur, stored[level]); !ok && wrong == 0 {
			wrong = level
		}
	}
	t.peaks = append(t.peaks, cur)
	t.n++
	return wrong
}

// completed is the number of perfect subtrees that line n completes besides its
// own leaf.
func completed(n int64) int { return bits.TrailingZeros64(uint64(n + 1)) }

func parent(left, right node, stored tlog.Hash) (p node, ok bool) {
	if !left.known || !right.known {
		return node{known: true, stored: stored, computed: stored}, true
	}
	for _, l := range [...]tlog.Hash{left.stored, left.computed} {
		for _, r := range [...]tlog.Hash{right.stored, right.computed} {
			if tlog.NodeHash(l, r) == stored {
				return node{known: true, stored: stored, computed: stored}, true
			}
		}
	}
	return node{known: true, stored: stored, computed: tlog.NodeHash(left.stored, right.stored)}, false
}

// skip passes over missing lines up to line to. Subtrees that contain none of
// them stay.
func (t *tree) skip(to int64) {
	keep := 0
	for b := 62; b >= 0 && t.n>>b&1 == to>>b&1; b-- {
		keep += int(to >> b & 1)
	}
	t.peaks = append(t.peaks[:keep:keep], make([]node, bits.OnesCount64(uint64(to))-keep)...)
	t.n = to
}

// root is the root hash of the first n lines, if every line was there; accept
// tells whether a hash is the root as stored or as computed.
func (t *tree) root() (root tlog.Hash, known bool) {
	return t.fold(func(n node) tlog.Hash { return n.stored })
}

func (t *tree) accept(root tlog.Hash) bool {
	a, known := t.root()
	b, _ := t.fold(func(n node) tlog.Hash { return n.computed })
	return !known || root == a || root == b
}

func (t *tree) fold(hash func(node) tlog.Hash) (h tlog.Hash, known bool) {
	if len(t.peaks) == 0 {
		h, _ = tlog.TreeHash(0, nil)
		return h, true
	}
	for i := len(t.peaks) - 1; i >= 0; i-- {
		if !t.peaks[i].known {
			return tlog.Hash{}, false
		}
		if i == len(t.peaks)-1 {
			h = hash(t.peaks[i])
		} else {
			h = tlog.NodeHash(hash(t.peaks[i]), h)
		}
	}
	return h, true
}
