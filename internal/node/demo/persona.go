package demo

// Persona is somebody invented as whom a visitor of the demonstration signs in.
type Persona struct {
	Code         string
	Name         string
	Organisation string   // code
	Roles        []string // of node.Roles
	Language     string   // of the pages, BCP 47
	Work         string   // what the person does, for the list of links
}

// Personas lists them, in the order in which a demonstration would meet them.
func Personas() []Persona {
	return []Persona{
		{"tessa", "Tessa Marchmont", "metropolitan-police-service", []string{"responder"}, "en", "meets people first and refers them"},
		{"idris", "Idris Pemberly", "local-authority", []string{"responder"}, "en", "refers children and stays with them"},
		{"amira", "Amira Benhaddou", NorthShelter, []string{"caseworker"}, "en", "keeps the cases of the shelter"},
		{"lena", "Лена Ворожцова", NorthShelter, []string{"caseworker", "provider"}, "ru", "night shift, and gives out the beds"},
		{"jonas", "Jonas Achterberg", Clinic, []string{"provider"}, "de", "doctor who takes referrals"},
		{"elodie", "Élodie Carrance", LegalAid, []string{"provider", "lawyer"}, "fr", "lawyer who takes people on and stands up for their rights"},
		{"severin", "Severin Halloway", Prosecution, []string{"prosecutor"}, "en", "prosecutor who records charges and reads what he is told"},
		{"darya", "Darya Hollis", Authority, []string{"decider"}, "en", "decides whether somebody is a victim"},
		{"nils", "Nils Abendroth", Authority, []string{"decider"}, "de", "decides with her where a decision is negative"},
		{"kim", "Kim Lindqvist-Asante", ChildAgency, []string{"caseworker"}, "en", "protects children who may have been trafficked"},
		{"ines", "Inés Quintanar", Guardians, []string{"guardian"}, "es", "guardian who speaks for a child"},
		{"piotr", "Piotr Zawadzki", ChildAgency, []string{"caseworker"}, "en", "sits on the panel that decides about a child"},
		{"bruna", "Bruna Castellari", Coordinator, []string{"analyst"}, "it", "reviews doubtful matches and leads"},
		{"rafa", "Rafa Olmedilla", "greater-manchester-police", []string{"investigator"}, "es", "receives leads on suspects"},
		{"oksana", "Oksana Fairbrother", Coordinator, []string{"administrator"}, "en", "keeps accounts, roles and imports"},
		{"wilfred", "Wilfred Stannage", Rapporteur, []string{"oversight"}, "en", "checks who saw what, and why"},
	}
}
