package demo

import (
	"strings"
	"unicode"

	"lodestar/internal/kernel/evidence"
)

// Organisation is a first responder of the published counts, or an invented
// organisation that works with them.
type Organisation struct {
	Code string // lower-case, stable
	Name string
	// Kind is police, government_agency, local_authority or ngo for first
	// responders; shelter, legal_aid, clinic, hostel, coordinator,
	// rapporteur, prosecution, child_protection, guardianship or competent_authority for the invented ones.
	Kind     string
	Invented bool
}

// kindsOf maps the words of the publication.
var kindsOf = map[string]string{
	"Police": "police", "Government agency": "government_agency",
	"Local Authority": "local_authority", "NGO and third sector": "ngo",
}

// The invented organisations.
const (
	NorthShelter = "north-shelter"
	LegalAid     = "open-door-legal-aid"
	Clinic       = "riverside-clinic"
	Hostel       = "harbour-house"
	Coordinator  = "coordination-office"
	Rapporteur   = "rapporteur"
	Prosecution  = "public-prosecution"
	ChildAgency  = "child-protection-agency"
	Guardians    = "guardians-office"
	Authority    = "competent-authority"
)

func invented() []Organisation {
	return []Organisation{
		{NorthShelter, "North Shelter", "shelter", true},
		{LegalAid, "Open Door Legal Aid", "legal_aid", true},
		{Clinic, "Riverside Clinic", "clinic", true},
		{Hostel, "Harbour House Hostel", "hostel", true},
		{Coordinator, "Anti-Trafficking Co-ordination Office", "coordinator", true},
		{ChildAgency, "Child Protection Agency", "child_protection", true},
		{Guardians, "Office of Independent Guardians", "guardianship", true},
		{Rapporteur, "Office of the Independent Rapporteur", "rapporteur", true},
		{Prosecution, "Public Prosecution Office", "prosecution", true},
		{Authority, "Northland Competent Authority", "competent_authority", true},
	}
}

// responders lists the first responders of the cells in order of appearance.
func responders(cells []Cell) (orgs []Organisation, index map[string]int) {
	index = map[string]int{}
	for _, c := range cells {
		if _, ok := index[c.Responder]; !ok {
			index[c.Responder] = len(orgs)
			orgs = append(orgs, Organisation{codeOf(c.Responder), c.Responder, kindsOf[c.ResponderType], false})
		}
	}
	return orgs, index
}

// codeOf makes the code of a name: its abbreviation where the publication adds
// one ("Home Office - UK Border Force UKBF"), else its words.
func codeOf(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
	if last := words[len(words)-1]; len(words) > 2 && strings.ToUpper(last) == last {
		words = words[len(words)-1:]
	}
	return strings.ReplaceAll(strings.ToLower(strings.Join(words, "-")), "'", "")
}

// hostelHome is the known address at which many stay for no other reason than
// that they were given a bed there.
var hostelHome = home{flat: 0, number: 1, street: "Northbank Road", town: "Northmere", postcode: "QA1 4HH"}

// Directory is what everybody may know beforehand: signals of kind "directory"
// that say which organisation is at which address. The shelter is not in it.
func Directory() []evidence.Incoming {
	places := []struct {
		code string
		at   home
	}{
		{Hostel, hostelHome},
		{LegalAid, home{number: 14, street: "Lantern Street", town: "Bellminster", postcode: "XC1 2LA"}},
		{Clinic, home{number: 3, street: "Sexton Lane", town: "Bellminster", postcode: "XC1 5RC"}},
	}
	var out []evidence.Incoming
	for _, p := range places {
		for _, o := range invented() {
			if o.Code != p.code {
				continue
			}
			n := note{in: evidence.Incoming{Ref: "directory-" + o.Code, Kind: "directory", Observed: "2023-01-02", Grade: "A1", Handling: evidence.Handling{Code: "H0"}}}
			org := n.mention(evidence.Organisation, "", 0, evidence.Details{Names: []string{o.Name}})
			n.relate(org, n.mention(evidence.Place, "", 0, p.at.plain()), evidence.HeldAt)
			out = append(out, n.in)
		}
	}
	return out
}
