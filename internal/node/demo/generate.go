package demo

import (
	"strings"

	"lodestar/internal/kernel/evidence"
)

// Population is the invented people of one quarter.
type Population struct {
	Organisations []Organisation // first responders, then the invented ones
	Referrals     []Referral     // by date
	Truth         Truth
}

// Referral is one signal and who sends it.
type Referral struct {
	Organisation string // code of the responder
	Planted      string // key of what was planted here, or empty
	Signal       evidence.Incoming
}

// Generate makes one referral of each person counted and plants the truth among
// them. It fails only if the data built into the program is damaged.
func Generate(seed uint64) (*Population, error) {
	p, err := newPlan(seed)
	if err != nil {
		return nil, err
	}
	p.plant(seed)
	pop := &Population{Organisations: append(p.orgs, invented()...)}
	for i, s := range p.slots {
		d := newDraw(seed, writeStream+uint64(i))
		pop.Referrals = append(pop.Referrals, Referral{p.orgs[s.org].Code, s.planted, p.write(d, s, len(p.slots)+i)})
	}
	for i, h := range p.hubs {
		p.truth.Networks[i].Spellings = h.spellings
	}
	pop.Truth = p.truth
	return pop, nil
}

// write writes the referral of a slot. What it says beside the person is often
// nothing; a stranger who occurs in it has the i-th telephone number.
func (st *stock) write(d draw, s *slot, i int) evidence.Incoming {
	kind := st.orgs[s.org].Kind
	n := note{evidence.Incoming{
		Ref: s.ref, Kind: "referral", Observed: s.day.Format("2006-01-02"), Grade: gradeOf(d, kind, s.who),
		Handling: evidence.Handling{
			Code:          "H3",
			NotToOrigin:   s.nations[0].code != "GB",
			NoImmigration: kind == "ngo",
		},
		Coded: coded(d, s.cell, s.nations, s.who.name.tongue), Narrative: st.narrative(d, s.cell),
	}}
	n.presume(d, s.who)
	s.surround(d, &n)
	switch {
	case s.hub != nil:
		s.hub.attach(d, &n)
	case s.planted == "" && d.percent(22):
		st.stranger(d, &n, s.who.name.tongue, i)
	}
	return n.in
}

// surround writes the person's own things, the home and the relatives.
func (s *slot) surround(d draw, n *note) {
	if s.home.street == "" {
		n.belongings(d, s.who, s.more)
		return
	}
	n.own(evidence.Place, s.home.write(d), evidence.HeldAt)
	if len(s.kin) > 0 {
		n.own(evidence.Phone, evidence.Details{Value: s.who.phone.write(d)}, evidence.Uses)
	}
	for _, k := range s.kin {
		at := n.mention(evidence.Person, evidence.Relative, 0, evidence.Details{Names: []string{k.name.write(d)}, Born: writeBorn(d, k.born, true)})
		n.age(at, k.age)
		n.relate(1, at, evidence.RelativeOf)
	}
}

// gradeOf is how a responder of a kind grades what it sends; an anonymous word is
// often not graded at all.
func gradeOf(d draw, kind string, who *person) string {
	if !who.named && !who.sure && d.percent(40) {
		return ""
	}
	grades := map[string]string{"police": "A2 B2 B2 B3", "government_agency": "B2 B2 B3", "local_authority": "B2 B3 C3", "ngo": "A2 B2 B3"}
	return one(d, strings.Fields(grades[kind]))
}
