package demo

import (
	"fmt"
	"iter"
)

// window is how many referrals in a row Scale plants its networks among, and
// netSize how many of them a network has on average. Networks therefore keep
// their size and their span of time however many referrals there are.
const (
	window  = 400
	netSize = 8
)

// Scale makes n referrals after the published distribution, by date, each for
// itself, so that any number may be streamed. Of a hundred referrals, linked are
// part of a planted network, whose key is in Planted; networks are of about
// eight. It is for measurements; counts are not exact and nothing else is planted.
func Scale(seed uint64, n, linked int) (iter.Seq[Referral], error) {
	st, err := load()
	if err != nil {
		return nil, err
	}
	weights := make([]int, len(st.cells))
	nations := make([][]nation, len(st.cells))
	for i, c := range st.cells {
		weights[i] = c.People
		if nations[i], err = st.nationality(c.Nationality); err != nil {
			return nil, err
		}
	}
	return func(yield func(Referral) bool) {
		for i := range n {
			d := newDraw(seed, scaleStream+uint64(i))
			at := weighed(d, weights)
			c := &st.cells[at]
			s := &slot{cell: c, nations: nations[at], forms: formsOf(c.Exploitation), org: st.orgOf[c.Responder]}
			s.day = firstDay.AddDate(0, 0, i*days/n)
			s.ref = fmt.Sprintf("%s-scale-%07d", st.orgs[s.org].Code, i+1)
			s.who = st.person(d, c, s.nations, s.day, 2*i)
			if d.percent(linked) {
				s.hub = st.scaleHub(seed, d, i, linked)
				s.planted = s.hub.key
			}
			if !yield(Referral{st.orgs[s.org].Code, s.planted, st.write(d, s, 2*i+1)}) {
				return
			}
		}
	}, nil
}

// scaleHub finds the hub of the i-th referral: one of those of its window.
func (st *stock) scaleHub(seed uint64, d draw, i, linked int) *hub {
	each := max(1, window*linked/100/netSize)
	k := i/window*each + d.IntN(each)
	own := newDraw(seed, scaleHubStream+uint64(k))
	kind := Kinds[k%len(Kinds)]
	return st.hub(own, kind, keyOf(kind, k), one(own, st.languages), phone{"999", fmt.Sprintf("%09d", 500_000_000+k)})
}
