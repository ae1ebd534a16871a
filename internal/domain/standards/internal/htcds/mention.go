package htcds

import (
	"strings"
	"time"

	"lodestar/internal/kernel/evidence"
)

// mentioned are the text fields that become mentions; other text is narrative.
var mentioned = map[string]bool{
	"org_Name": true, "org_Phone": true, "org_ShippingStreet": true, "org_ShippingCity": true, "org_ShippingState": true, "org_ShippingPostalCode": true,
	"prs_FirstName": true, "prs_MiddleName": true, "prs_SecondName": true, "prs_IdentityNumber": true,
	"prs_Email": true, "prs_HomePhone": true, "prs_MobilePhone": true,
	"prs_MailingStreet": true, "prs_MailingCity": true, "prs_MailingState": true, "prs_MailingPostalCode": true,
	"hte_Street": true, "hte_City": true, "hte_State": true, "hte_PostalCode": true,
}

// person mentions the person whom the record is about, with what is hers. A
// record of an organisation alone mentions nobody; every other record has a
// person, even if nothing of her is known.
func (d *draft) person() int {
	if !d.any("prs_", "vic_", "hte_", "cas_", "cco_", "spl_", "con_", "per_") {
		return 0
	}
	m := evidence.IncomingMention{Kind: string(evidence.Person), Role: string(evidence.PresumedVictim)}
	if name := join(" ", d.short("prs_FirstName"), d.short("prs_MiddleName"), d.short("prs_SecondName")); name != "" {
		m.Names = []string{name}
	}
	m.Born, m.Age = d.born()
	she := d.mention(m)
	for _, phone := range append(d.things("prs_MobilePhone", evidence.Phone, she, ""), d.things("prs_HomePhone", evidence.Phone, she, "")...) {
		d.relate(she, phone, evidence.Uses)
	}
	for _, mail := range d.things("prs_Email", evidence.Email, she, "") {
		d.relate(she, mail, evidence.Uses)
	}
	d.things("prs_IdentityNumber", evidence.Document, she, "national_id")
	d.relate(she, d.place("prs_Mailing", she), evidence.HeldAt)
	return she
}

func (d *draft) any(prefixes ...string) bool {
	for _, name := range d.order {
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) && d.r.Get(name) != "" {
				return true
			}
		}
	}
	return false
}

// born is the birth date and the age class on the day of the observation. That
// day, unlike the day of the import, is the same in every import.
func (d *draft) born() (born, age string) {
	const name = "prs_Birthdate"
	if d.r.Get(name) == "" {
		return "", ""
	}
	born, ok := d.r.Date(name)
	if ok {
		_, err := evidence.BornRange(born)
		ok = err == nil
	}
	switch {
	case !ok:
		d.wrong(d.fields[name], "import.bad_date")
		return "", ""
	case d.in.Observed == "":
		return born, ""
	case born > d.in.Observed[:len(born)]:
		d.wrong(d.fields[name], "import.born_later")
		return "", ""
	}
	return born, string(ageOn(born, d.in.Observed))
}

// ageOn is the age class on a day of somebody born in a year, month or on a day:
// unknown if either is possible. Who is born on 29 February comes of age on 1
// March.
func ageOn(born, day string) evidence.AgeClass {
	on, _ := time.Parse(time.DateOnly, day)
	first, _ := time.Parse(time.DateOnly, born+"0000-01-01"[len(born):])
	last := first
	switch len(born) {
	case len("2006"):
		last = first.AddDate(1, 0, -1)
	case len("2006-01"):
		last = first.AddDate(0, 1, -1)
	}
	switch {
	case !last.AddDate(18, 0, 0).After(on):
		return evidence.Adult
	case first.AddDate(18, 0, 0).After(on):
		return evidence.Child
	}
	return evidence.AgeUnknown
}

// place mentions the address whose fields begin with prefix. A country alone is
// no place, and is noted.
func (d *draft) place(prefix string, of int) int {
	m := evidence.IncomingMention{Kind: string(evidence.Place), Of: of}
	m.Line = join(", ", d.short(prefix+"Street"), d.short(prefix+"State"))
	m.Town, m.Postcode = d.short(prefix+"City"), d.short(prefix+"PostalCode")
	f := d.fields[prefix+"Country"]
	own := prefix != "hte_" // the country of an event is a code, and has been read
	if written := d.r.Get(f.name); written != "" {
		c, ok := d.country(written)
		if m.Country = c; !ok && own {
			d.wrong(f, "import.unknown_code")
		}
	}
	if m.Line == "" && m.Town == "" && m.Postcode == "" {
		if m.Country != "" && own {
			d.note(f, m.Country)
		}
		return 0
	}
	return d.mention(m)
}

// event mentions where the event was. A person was kept only where she was
// exploited; where she was recruited or passed through is mentioned, no more.
func (d *draft) event(she int) {
	place := d.place("hte_", she)
	if d.in.Coded["hte_Type"] == "Exploitation" {
		d.relate(she, place, evidence.HeldAt)
	}
}

// organisations mentions the organisations of the record, in no role: the
// standard does not say whether the place of recruitment knew of it.
func (d *draft) organisations(she int) {
	org := d.organisation("org_Name")
	for _, phone := range d.things("org_Phone", evidence.Phone, 0, "") {
		d.relate(org, phone, evidence.Uses)
	}
	d.relate(org, d.place("org_Shipping", 0), evidence.HeldAt)
	d.organisation("vic_LocationOfRecruitment")
	d.relate(she, d.organisation("vic_LocationOfExploitation"), evidence.HeldAt)
	d.organisation("cas_ReferringOrganisation")
	d.organisation("cas_ReferredOrganisation")
}

func (d *draft) organisation(name string) int {
	s := d.short(name)
	if s == "" {
		return 0
	}
	m := evidence.IncomingMention{Kind: string(evidence.Organisation)}
	m.Names = []string{s}
	return d.mention(m)
}

// part is the part that a role of the standard gives to a person, and how the
// presumed victim stands to that person.
type part struct {
	role  evidence.Role
	stand evidence.RelationKind
}

// parts are the roles of the standard that ours have a word for. The others say
// suspect: the record's word, and no judgment.
var parts = map[string]part{
	"RecruiterOrIntermediary": {evidence.Recruiter, evidence.RecruitedBy},
	"BrokerTravelAgent":       {evidence.Recruiter, evidence.RecruitedBy},
	"ControlledIndividual":    {evidence.Controller, evidence.ControlledBy},
	"HarbouredIndividual":     {evidence.Controller, evidence.ControlledBy},
	"Kidnapper":               {evidence.Controller, evidence.ControlledBy},
	"Exploiter":               {evidence.Controller, evidence.ControlledBy},
	"Transporter":             {evidence.Transporter, evidence.TransportedBy},
	"TransferredIndividual":   {evidence.Transporter, evidence.TransportedBy},
	"Smuggler":                {evidence.Transporter, evidence.TransportedBy},
}

// perpetrator mentions the person of the standard's perpetrator context: by role
// and organisation, since the standard has no name for him or her. A person with
// several roles is one mention, in the first of recruiter, controller and
// transporter, and stands to the presumed victim in all of them.
func (d *draft) perpetrator(she int) {
	if !d.any("per_") {
		return
	}
	held := map[evidence.Role]part{}
	for _, word := range strings.Split(d.in.Coded["per_RoleInProcess"], ";") {
		if p, ok := parts[word]; ok {
			held[p.role] = p
		}
	}
	m := evidence.IncomingMention{Kind: string(evidence.Person), Role: string(evidence.Suspect)}
	order := []evidence.Role{evidence.Transporter, evidence.Controller, evidence.Recruiter}
	for _, role := range order {
		if _, ok := held[role]; ok {
			m.Role = string(role)
		}
	}
	other := d.mention(m)
	for _, role := range order {
		if p, ok := held[role]; ok {
			d.relate(she, other, p.stand)
		}
	}
	d.relate(other, d.organisation("per_Organisation"), evidence.WorksFor)
}

func join(with string, parts ...string) string {
	var full []string
	for _, p := range parts {
		if p != "" {
			full = append(full, p)
		}
	}
	return strings.Join(full, with)
}
