package demo

import (
	"fmt"

	"lodestar/internal/kernel/evidence"
)

// sizes of the planted networks: each kind gets four of them.
var sizes = []int{40, 24, 18, 14, 12, 10, 9, 8, 7, 6, 5, 5, 4, 4, 3, 3, 32, 22, 16, 12, 11, 9, 8, 7, 6, 6, 5, 5, 4, 4, 3, 3}

// How much else is planted.
const (
	duplicatePairs = 30
	families       = 12
	hostelResident = 26
	compelled      = 2
)

// plant plants everything. The order is part of the output.
func (p *plan) plant(seed uint64) {
	for i, size := range sizes {
		// The order of kinds turns by one from row to row, so that no kind gets
		// only large networks.
		kind := Kinds[(i+i/len(Kinds))%len(Kinds)]
		key := keyOf(kind, i/len(Kinds)+1)
		group := p.members(size, key, anybody)
		h := p.hub(newDraw(seed, hubStream+uint64(i)), kind, key, group[0].who.name.tongue, mobile(i))
		p.network(h, group)
	}
	p.sameNames(seed)
	for i := range compelled {
		p.compel(fmt.Sprintf("compelled-%d", i+1))
	}
	for i := range families {
		p.family(fmt.Sprintf("family-%d", i+1), mobile(len(sizes)+20+i))
	}
	p.hostel()
	for i := range duplicatePairs {
		p.duplicate(fmt.Sprintf("duplicate-%d", i+1))
	}
}

func (p *plan) network(h *hub, group []*slot) {
	for _, s := range group {
		s.hub = h
	}
	p.hubs = append(p.hubs, h)
	p.truth.Networks = append(p.truth.Networks, Network{Kind: h.kind, Key: h.key, Signals: refs(group)})
}

// sameNames plants two recruiters of one common name, twice: different people,
// with their own telephones and birth dates.
func (p *plan) sameNames(seed uint64) {
	for i, community := range []string{"vietnamese", "english"} {
		tongue := p.language(community)
		like := func(s *slot) bool { return s.who.name.tongue == tongue }
		trap := Trap{Kind: SameName, Key: "same-name-" + community}
		for j := range 2 {
			at := 2*i + j
			key := fmt.Sprintf("%s-namesake-%d", Recruiter, at+1)
			group := p.members(4+j, key, like)
			h := p.hub(newDraw(seed, hubStream+uint64(len(sizes)+at)), Recruiter, key, tongue, mobile(len(sizes)+at))
			h.who.name = fullName{tongue: tongue, given: tongue.m[0], middle: tongue.p[0], family: tongue.s[0]}
			h.who.born = h.who.born.AddDate(-7*j, 0, 0)
			h.who.female, h.who.sure = false, true
			p.network(h, group)
			trap.Networks = append(trap.Networks, key)
		}
		p.truth.Traps = append(p.truth.Traps, trap)
	}
}

// compel plants a woman with a referral of her own, whom three others name as the
// one who recruited them, under her own telephone number.
func (p *plan) compel(key string) {
	woman := p.take(1, 1, key, func(s *slot) bool { return named(s) && s.who.female && s.who.age == evidence.Adult && s.forms != 0 })[0]
	woman.who.sure, woman.more = true, 100
	others := p.take(3, 3, key, func(s *slot) bool { return s.forms&woman.forms != 0 && s.org != woman.org })
	h := &hub{kind: Recruiter, key: key, who: woman.who}
	for _, s := range others {
		s.hub = h
	}
	p.truth.Traps = append(p.truth.Traps, Trap{Kind: NonPunishment, Key: key, Signals: append([]string{woman.ref}, refs(others)...), Person: woman.ref})
}

// family plants a parent and two or three children, each referred separately.
func (p *plan) family(key string, number phone) {
	for {
		lead := one(p.draw, p.slots)
		same := func(s *slot) bool { return named(s) && s.cell.Nationality == lead.cell.Nationality }
		child := func(s *slot) bool { return same(s) && s.who.age == evidence.Child }
		parent := func(s *slot) bool {
			return same(s) && s.who.age == evidence.Adult && lead.who.name.tongue == s.who.name.tongue
		}
		if lead.planted != "" || !child(lead) {
			continue
		}
		size := p.between(2, 3)
		children := p.take(size, 1, key, child)
		if children == nil {
			continue
		}
		heads := p.take(1, 1, key, parent)
		if heads == nil {
			for _, s := range children {
				s.planted = ""
			}
			continue
		}
		p.relate(heads[0], children, number)
		p.truth.Families = append(p.truth.Families, append(refs(heads), refs(children)...))
		return
	}
}

// relate gives a family its names, one home and one telephone.
func (p *plan) relate(head *slot, children []*slot, number phone) {
	top := head.who
	all := append([]*slot{head}, children...)
	oldest := children[0].who.born
	for _, s := range children {
		if s.who.born.Before(oldest) {
			oldest = s.who.born
		}
		s.who.name.tongue = top.name.tongue
		s.who.name.given = top.name.tongue.given(p.draw, s.who.female)
		switch {
		case top.name.tongue.order == chain && top.female: // the mother bears her own father's name
			s.who.name.middle, s.who.name.family = children[0].who.name.middle, children[0].who.name.family
		case top.name.tongue.order == chain:
			s.who.name.middle, s.who.name.family = top.name.given, top.name.middle
		default:
			s.who.name.familyAt = top.name.familyAt
			s.who.name.family = top.name.familyOf(s.who.female)
		}
	}
	top.born = oldest.AddDate(-p.between(19, 33), p.IntN(12), 0)
	for _, s := range all {
		s.who.sure = true
		s.who.phone, s.who.home, s.home = number, top.home, top.home
		for _, other := range all {
			if other != s {
				s.kin = append(s.kin, other.who)
			}
		}
	}
}

// hostel gives many people, who do not know one another, a bed at one known
// address.
func (p *plan) hostel() {
	group := p.take(hostelResident, 3, "hostel", anybody)
	for _, s := range group {
		s.home = hostelHome
	}
	p.truth.Traps = append(p.truth.Traps, Trap{Kind: SharedHome, Key: "hostel", Signals: refs(group)})
}

// duplicate makes one person of two who were referred by different organisations
// and whom the counts describe alike.
func (p *plan) duplicate(key string) {
	for {
		first := one(p.draw, p.slots)
		if first.planted != "" || !named(first) {
			continue
		}
		again := p.take(1, 1, key, func(s *slot) bool {
			return named(s) && s.org != first.org && s.day.After(first.day) && s.cell.Nationality == first.cell.Nationality &&
				s.cell.Age == first.cell.Age && s.cell.Gender == first.cell.Gender
		})
		if again == nil {
			continue
		}
		first.planted = key
		first.who.sure, first.more, again[0].more = true, 35, 35
		again[0].who = first.who
		p.truth.Duplicates = append(p.truth.Duplicates, []string{first.ref, again[0].ref})
		return
	}
}
