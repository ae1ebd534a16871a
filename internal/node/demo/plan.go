package demo

import (
	"fmt"
	"slices"
	"time"

	"lodestar/internal/kernel/evidence"
)

// slot is one referral to be written.
type slot struct {
	at      int // place in the order of dates
	cell    *Cell
	nations []nation
	forms   uint8
	org     int // index of the responder
	day     time.Time
	ref     string
	who     *person
	planted string // key of what the referral is part of
	kin     []*person
	hub     *hub
	home    home // where the person stays, if that was planted
	more    int  // percent by which telephone and document are written oftener
}

// plan lays out a quarter: who is referred when, and what is planted where.
type plan struct {
	*stock
	draw
	slots []*slot
	hubs  []*hub // of networks, in order
	truth Truth
}

// firstDay is the first day of the quarter, which has days days.
var firstDay = time.Date(2023, 7, 1, 0, 0, 0, 0, time.UTC)

const days = 92

// dayWeights: offices rest on weekends and on the bank holiday of 28 August.
func dayWeights() []int {
	weights := make([]int, days)
	for i := range weights {
		switch day := firstDay.AddDate(0, 0, i); {
		case day.Weekday() == time.Sunday, day.Month() == time.August && day.Day() == 28:
			weights[i] = 2
		case day.Weekday() == time.Saturday:
			weights[i] = 3
		default:
			weights[i] = 10
		}
	}
	return weights
}

// newPlan makes a slot for each person counted and gives it a date, a reference
// and an invented person.
func newPlan(seed uint64) (*plan, error) {
	st, err := load()
	if err != nil {
		return nil, err
	}
	p := &plan{stock: st, draw: newDraw(seed, planStream)}
	weights := dayWeights()
	for i := range st.cells {
		c := &st.cells[i]
		nations, err := st.nationality(c.Nationality)
		if err != nil {
			return nil, err
		}
		for range c.People {
			day := firstDay.AddDate(0, 0, weighed(p.draw, weights))
			p.slots = append(p.slots, &slot{cell: c, nations: nations, forms: formsOf(c.Exploitation), org: st.orgOf[c.Responder], day: day})
		}
	}
	p.Shuffle(len(p.slots), func(i, j int) { p.slots[i], p.slots[j] = p.slots[j], p.slots[i] })
	slices.SortStableFunc(p.slots, func(a, b *slot) int { return a.day.Compare(b.day) })
	count := make([]int, len(st.orgs))
	for i, s := range p.slots {
		s.at = i
		count[s.org]++
		s.ref = fmt.Sprintf("%s-2023-%04d", st.orgs[s.org].Code, count[s.org])
		s.who = st.person(newDraw(seed, slotStream+uint64(i)), s.cell, s.nations, s.day, i)
	}
	return p, nil
}

// take finds n free slots that match, from as many different responders as there
// are and from no fewer than orgs, and marks them with the key. It returns them
// in the order of their dates, or nil.
func (p *plan) take(n, orgs int, key string, match func(*slot) bool) []*slot {
	free := map[int][]*slot{}
	var from []int
	for _, s := range p.slots {
		if s.planted == "" && match(s) {
			if free[s.org] == nil {
				from = append(from, s.org)
			}
			free[s.org] = append(free[s.org], s)
		}
	}
	total := 0
	p.Shuffle(len(from), func(i, j int) { from[i], from[j] = from[j], from[i] })
	for _, org := range from {
		group := free[org]
		total += len(group)
		p.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
	}
	if len(from) < orgs || total < n {
		return nil
	}
	var out []*slot
	for round := 0; len(out) < n; round++ {
		for _, org := range from {
			if round < len(free[org]) && len(out) < n {
				out = append(out, free[org][round])
			}
		}
	}
	for _, s := range out {
		s.planted = key
	}
	slices.SortFunc(out, func(a, b *slot) int { return a.at - b.at })
	return out
}

// members finds the n members of a network: people of one citizenship and kind of
// exploitation, seen by three responders or more, or, if there is no such group,
// of one kind of exploitation.
func (p *plan) members(n int, key string, like func(*slot) bool) []*slot {
	for try := 0; ; try++ {
		lead := one(p.draw, p.slots)
		if lead.planted != "" || lead.forms == 0 || lead.nations[0].names == nil || !like(lead) {
			continue
		}
		group := p.take(n, 3, key, func(s *slot) bool {
			return s.forms&lead.forms != 0 && (try > 60 || s.cell.Nationality == lead.cell.Nationality) && like(s)
		})
		if group != nil {
			return group
		}
	}
}

func refs(slots []*slot) []string {
	out := make([]string, len(slots))
	for i, s := range slots {
		out[i] = s.ref
	}
	return out
}

// anybody matches every slot.
func anybody(*slot) bool { return true }

// named matches those whose person gave a name and an age.
func named(s *slot) bool { return s.who.named && s.who.age != evidence.AgeUnknown }
