package graph

import (
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/graph/db"
)

// batch is how many keys one statement takes: most mentions have no more, and a
// statement costs more than what it does.
const batch = 8

// insertTokens files a mention under its keys. A batch that is not full repeats
// the last key, which changes nothing.
func (r *resolver) insertTokens(c *card) error {
	tokens := make([][]byte, 0, len(c.keys)+batch)
	for i := range c.keys {
		if c.keys[i].sort != ofSort {
			tokens = append(tokens, c.keys[i].token[:])
		}
	}
	for len(tokens) > 2 {
		for len(tokens) < batch {
			tokens = append(tokens, tokens[len(tokens)-1])
		}
		t := tokens[:batch]
		err := r.q.InsertTokens(r.a.Ctx(), db.InsertTokensParams{Place: c.place, Token1: t[0], Token2: t[1], Token3: t[2], Token4: t[3],
			Token5: t[4], Token6: t[5], Token7: t[6], Token8: t[7]})
		if err != nil {
			return fault.Wrap("graph.insertTokens", err)
		}
		tokens = tokens[batch:]
	}
	for _, t := range tokens {
		if err := r.q.InsertToken(r.a.Ctx(), db.InsertTokenParams{Token: t, Place: c.place}); err != nil {
			return fault.Wrap("graph.insertTokens", err)
		}
	}
	return nil
}

// before finds the places of the neighbours that a mention looks up. A batch that
// is not full asks for none of an empty key. The query casts its limits, because
// SQLite plans a statement anew whenever a bare LIMIT parameter is bound again.
func (r *resolver) before(c *card) (map[int64]bool, error) {
	places := map[int64]bool{}
	keys := c.looksUp()
	for len(keys) > 0 {
		var t [batch][]byte
		var reach [batch]int64
		n := min(batch, len(keys))
		for i := range n {
			t[i], reach[i] = keys[i].token[:], int64(keys[i].sort.neighbours())
		}
		keys = keys[n:]
		found, err := r.beforeBatch(t, reach, n, c.place)
		if err != nil {
			return nil, fault.Wrap("graph.before", err)
		}
		for _, p := range found {
			places[p] = true
		}
	}
	return places, nil
}

func (r *resolver) beforeBatch(t [batch][]byte, reach [batch]int64, n int, place int64) ([]int64, error) {
	if n == 1 {
		return r.q.Before(r.a.Ctx(), db.BeforeParams{Token: t[0], Place: place, Limit: int32(reach[0])})
	}
	for i := n; i < batch; i++ {
		t[i] = []byte{}
	}
	return r.q.BeforeAll(r.a.Ctx(), db.BeforeAllParams{Place: place, Token1: t[0], Reach1: reach[0], Token2: t[1], Reach2: reach[1],
		Token3: t[2], Reach3: reach[2], Token4: t[3], Reach4: reach[3], Token5: t[4], Reach5: reach[4], Token6: t[5], Reach6: reach[5],
		Token7: t[6], Reach7: reach[6], Token8: t[7], Reach8: reach[7]})
}
