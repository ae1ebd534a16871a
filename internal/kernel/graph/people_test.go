package graph

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"lodestar/internal/kernel/evidence"
)

// people invents signals: persons with names and birth dates, some of them
// mentioned again and written differently, each with a recruiter of a few.
type people struct {
	*rand.Rand
	n    int
	past []evidence.IncomingMention
}

func newPeople(seed uint64) *people { return &people{Rand: rand.New(rand.NewPCG(seed, 0))} }

var syllables = strings.Fields("ba be bo da de di ga gor ja ka ko la le lu ma mi mo na ne ni pa pe ra ro sa se ta to va vi za zo")

func (p *people) word(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(syllables[p.IntN(len(syllables))])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

func (p *people) born() string {
	return fmt.Sprintf("%d-%02d-%02d", 1950+p.IntN(55), 1+p.IntN(12), 1+p.IntN(28))
}

// again mentions somebody once more: the names in another order, or one letter
// wrong, or the birth date less exact.
func (p *people) again(m evidence.IncomingMention) evidence.IncomingMention {
	name := strings.Fields(m.Names[0])
	switch p.IntN(3) {
	case 0:
		name[0], name[1] = name[1], name[0]
	case 1:
		name[0] = name[0][:len(name[0])-1]
	case 2:
		m.Born = m.Born[:7]
	}
	m.Names = []string{strings.Join(name, " ")}
	return m
}

func (p *people) signal() evidence.Incoming {
	p.n++
	her := person(evidence.PresumedVictim, p.born(), p.word(2)+" "+p.word(3))
	if len(p.past) > 10 && p.IntN(10) == 0 {
		her = p.again(p.past[p.IntN(len(p.past))])
	} else {
		p.past = append(p.past, her)
	}
	m := mentions(her, evidence.IncomingMention{Kind: "place", Of: 1, Details: evidence.Details{
		Line: fmt.Sprintf("%d %s Street", 1+p.IntN(200), p.word(2)), Town: p.word(2), Postcode: fmt.Sprintf("%s%d", p.word(1), p.IntN(1000))}})
	if p.IntN(2) == 0 {
		m = append(m, thing(evidence.Phone, 1, fmt.Sprintf("07700 %06d", p.IntN(1_000_000))))
	}
	if p.IntN(4) > 0 {
		return signal(m)
	}
	who := p.IntN(1 + p.n/40) // of the recruiters, each behind a few dozen persons
	m = append(m, person(evidence.Recruiter, "", syllables[who%len(syllables)]+"kov "+syllables[who/len(syllables)%len(syllables)]+"nidze"))
	m = append(m, thing(evidence.Phone, len(m), fmt.Sprintf("+995 599 %06d", who)))
	return signal(m, evidence.IncomingLink{From: 1, To: len(m) - 1, Kind: string(evidence.RecruitedBy)})
}
