package demo

import (
	"fmt"
	"slices"
	"time"

	"lodestar/internal/kernel/evidence"
)

// Kind is what the members of a planted network have in common.
type Kind string

// The kinds of network.
const (
	Recruiter      Kind = "recruiter"
	Controller     Kind = "controller"
	Phone          Kind = "phone"
	Address        Kind = "address"
	Account        Kind = "account"
	DocumentHolder Kind = "document_holder"
	Vehicle        Kind = "vehicle"
	Handle         Kind = "handle"
)

// Kinds lists them.
var Kinds = []Kind{Recruiter, Controller, Phone, Address, Account, DocumentHolder, Vehicle, Handle}

// hub is what a network has in common, and how it was written so far.
type hub struct {
	kind      Kind
	key       string
	who       *person // recruiter, controller, document holder
	handle    string
	phone     phone
	home      home
	account   string
	plate     string
	spellings []string
}

// scripted are communities whose names come in another script: half of the
// planted people belong to one, whatever the language of those they exploit.
var scripted = []string{"russian", "ukrainian", "bulgarian", "serbian", "georgian", "armenian", "greek", "arabic", "persian", "urdu"}

// hub invents a hub. Its number gives it a telephone of its own.
func (st *stock) hub(d draw, kind Kind, key string, tongue *language, number phone) *hub {
	if d.percent(50) {
		tongue = st.language(one(d, scripted))
	}
	h := &hub{kind: kind, key: key, phone: number, home: st.home(d), account: account(d), plate: plate(d), handle: handle(d)}
	female := d.percent(30)
	h.who = &person{
		female: female, age: evidence.Adult, name: tongue.fullName(d, female), phone: number,
		born: time.Date(1998-d.IntN(35), time.Month(d.between(1, 12)), d.between(1, 28), 0, 0, 0, 0, time.UTC),
	}
	return h
}

// attach writes the hub into a referral whose first mention is the person, the
// way somebody heard it this time.
func (h *hub) attach(d draw, n *note) {
	switch h.kind {
	case Recruiter:
		h.attachPerson(d, n, evidence.Recruiter, evidence.RecruitedBy)
	case Controller:
		h.attachPerson(d, n, evidence.Controller, evidence.ControlledBy)
	case DocumentHolder:
		h.attachPerson(d, n, evidence.Controller, evidence.DocumentHeld)
	case Phone:
		det := evidence.Details{Value: h.anew(func() string { return h.phone.write(d) })}
		h.attachThing(d, n, evidence.Phone, det, evidence.Uses, evidence.Controller, evidence.ControlledBy)
	case Handle:
		det := evidence.Details{Value: h.anew(func() string { return writeHandle(d, h.handle) }), Type: "telegram"}
		h.attachThing(d, n, evidence.Handle, det, evidence.Uses, evidence.Recruiter, evidence.RecruitedBy)
	case Vehicle:
		det := evidence.Details{Value: h.anew(func() string { return writeMarks(d, h.plate, 4) }), Country: "GB"}
		h.attachThing(d, n, evidence.Vehicle, det, evidence.TransportedBy, evidence.Transporter, evidence.TransportedBy)
	case Address:
		var det evidence.Details
		h.anew(func() string {
			det = h.home.write(d)
			return det.Line + ", " + det.Town + ", " + det.Postcode
		})
		n.relate(1, n.mention(evidence.Place, "", 0, det), evidence.HeldAt)
	case Account:
		det := evidence.Details{Value: h.anew(func() string { return writeAccount(d, h.account) })}
		n.relate(1, n.mention(evidence.Account, "", 0, det), evidence.PaysTo)
	}
}

// anew writes the hub until it is written as it was not before, or five times.
func (h *hub) anew(write func() string) string {
	s := write()
	for try := 1; try < 5 && slices.Contains(h.spellings, s); try++ {
		s = write()
	}
	if !slices.Contains(h.spellings, s) {
		h.spellings = append(h.spellings, s)
	}
	return s
}

// attachPerson names the hub, mostly with something else that is known of the
// person: a name alone may be anybody's.
func (h *hub) attachPerson(d draw, n *note, role evidence.Role, how evidence.RelationKind) {
	det := evidence.Details{Names: []string{h.anew(func() string { return h.who.name.write(d) })}}
	if h.who.sure || d.percent(40) {
		det.Born = writeBorn(d, h.who.born, h.who.sure)
	}
	at := n.mention(evidence.Person, role, 0, det)
	n.age(at, h.who.age)
	n.relate(1, at, how)
	chance := 55
	if det.Born == "" {
		chance = 90
	}
	if h.who.sure || d.percent(chance) {
		n.relate(at, n.mention(evidence.Phone, "", at, evidence.Details{Value: h.who.phone.write(d)}), evidence.Uses)
	}
	if h.handle != "" && d.percent(20) {
		n.relate(at, n.mention(evidence.Handle, "", at, evidence.Details{Value: writeHandle(d, h.handle), Type: "telegram"}), evidence.Uses)
	}
}

// attachThing ties the person to the thing, or to somebody without a name who
// used it.
func (h *hub) attachThing(d draw, n *note, kind evidence.MentionKind, det evidence.Details, direct evidence.RelationKind, role evidence.Role, how evidence.RelationKind) {
	if d.percent(65) {
		n.relate(1, n.mention(kind, "", 0, det), direct)
		return
	}
	somebody := n.mention(evidence.Person, role, 0, evidence.Details{})
	n.relate(1, somebody, how)
	n.relate(somebody, n.mention(kind, "", somebody, det), evidence.Uses)
}

// stranger writes somebody who is named in this one referral only.
func (st *stock) stranger(d draw, n *note, tongue *language, i int) {
	kind := one(d, Kinds)
	st.hub(d, kind, "", tongue, number(i)).attach(d, n)
}

func keyOf(kind Kind, i int) string { return fmt.Sprintf("%s-%d", kind, i) }
