package demo

import (
	"time"

	"lodestar/internal/kernel/evidence"
)

// person is somebody invented, as he or she is; what a referral says of the
// person is another matter.
type person struct {
	name   fullName
	named  bool // else the referral is anonymous
	sure   bool // part of the planted truth: always named, with a birth date
	female bool
	age    evidence.AgeClass
	born   time.Time
	nation string // that issued the document
	phone  phone
	home   home
	paper  string
}

// person invents the person whom a cell counts. The i-th person has the i-th
// telephone number.
func (st *stock) person(d draw, c *Cell, nations []nation, seen time.Time, i int) *person {
	p := &person{age: ages[c.Age], nation: nations[0].code, phone: number(i), home: st.home(d), paper: paper(d)}
	p.female = c.Gender == "Female" || c.Gender != "Male" && d.percent(50)
	p.name = st.tongueOf(d, nations).fullName(d, p.female)
	p.born = birth(d, p.age, seen, nations[0].code)
	// For a child a referral is a duty and names it; for an adult who does not
	// consent the notification is anonymous.
	nameless := 2
	if p.age != evidence.Child {
		nameless = 10
	}
	p.named = !d.percent(nameless)
	return p
}

// tongueOf chooses the community of names: of two nationalities, the one that is
// not British; of an unknown one, any.
func (st *stock) tongueOf(d draw, nations []nation) *language {
	var may []*language
	for _, n := range nations {
		if n.names != nil && n.code != "GB" {
			may = append(may, n.names)
		}
	}
	switch {
	case len(may) > 0:
		return one(d, may)
	case nations[len(nations)-1].names != nil:
		return nations[len(nations)-1].names
	case nations[0].names != nil:
		return nations[0].names
	}
	return one(d, st.languages)
}

// birth is a date that agrees with the age class on the day seen. Who came
// without papers was often given the first of January.
func birth(d draw, age evidence.AgeClass, seen time.Time, nation string) time.Time {
	years := 17 + d.IntN(2)
	switch age {
	case evidence.Child:
		years = 17 - min(d.IntN(9), d.IntN(9))
	case evidence.Adult:
		years = 18 + min(d.IntN(40), d.IntN(40))
	}
	// At least years, at most years and 364 days old.
	born := seen.AddDate(-years, 0, -d.IntN(365))
	if (nation == "SD" || nation == "ER" || nation == "AF" || nation == "SS") && d.percent(25) {
		first := time.Date(born.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		if years > 17 || first.AddDate(18, 0, 0).After(seen) {
			return first
		}
	}
	return born
}

// presume writes the presumed victim as the first mention.
func (n *note) presume(d draw, p *person) {
	det := evidence.Details{Born: writeBorn(d, p.born, p.sure)}
	if p.named || p.sure {
		det.Names = []string{p.name.write(d)}
		if p.name.foreign() && d.percent(6) {
			det.Names = append(det.Names, p.name.own())
		}
	} else if det.Born != "" {
		det.Born = p.born.Format("2006")
	}
	if p.age == evidence.AgeUnknown && !p.sure {
		det.Born = []string{"", p.born.Format("2006")}[d.IntN(2)]
	}
	n.age(n.mention(evidence.Person, evidence.PresumedVictim, 0, det), p.age)
}

// belongings writes what the referral says of the person's own: often nothing.
func (n *note) belongings(d draw, p *person, more int) {
	if !p.named && !p.sure {
		return
	}
	if d.percent(35 + more) {
		n.own(evidence.Phone, evidence.Details{Value: p.phone.write(d)}, evidence.Uses)
	}
	if d.percent(40) {
		n.own(evidence.Place, p.home.write(d), evidence.HeldAt)
	}
	if d.percent(22 + more) {
		n.paper(d, p)
	}
}

// own adds a thing of the first person's own.
func (n *note) own(kind evidence.MentionKind, det evidence.Details, how evidence.RelationKind) {
	n.relate(1, n.mention(kind, "", 1, det), how)
}

// paper adds the person's document.
func (n *note) paper(d draw, p *person) {
	kind := one(d, []string{"passport", "passport", "identity_card", "residence_permit"})
	n.mention(evidence.Document, "", 1, evidence.Details{Type: kind, Value: writeMarks(d, p.paper, 2), Country: p.nation})
}
