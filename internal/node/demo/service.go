package demo

// Service is an invented service to which a person can be referred.
type Service struct {
	Code         string
	Name         string
	Organisation string   // code
	Kind         string   // shelter, doctor, counselling, lawyer, interpreter, guardian, child_protection, school, work
	Town         string   // empty where the place is not told
	Languages    []string // BCP 47
	Free         int      // places free now
	Takes        []Group
}

// Group is whom a service can take.
type Group string

// The groups.
const (
	Women    Group = "women"
	Men      Group = "men"
	Children Group = "children" // without an adult
	Parents  Group = "parents"  // with their children
)

// Services lists them.
func Services() []Service {
	everybody := []Group{Women, Men, Children, Parents}
	return []Service{
		{"north-women", "North Shelter, women's house", NorthShelter, "shelter", "", []string{"en", "sq", "ro", "ru"}, 4, []Group{Women, Parents}},
		{"north-men", "North Shelter, men's house", NorthShelter, "shelter", "", []string{"en", "vi", "ar", "sq"}, 2, []Group{Men}},
		{"north-youth", "North Shelter, youth flat", NorthShelter, "shelter", "", []string{"en", "vi", "ti"}, 1, []Group{Children}},
		{"harbour-beds", "Harbour House, emergency beds", Hostel, "shelter", "Northmere", []string{"en"}, 11, []Group{Women, Men}},
		{"clinic-walk-in", "Riverside Clinic, walk-in doctor", Clinic, "doctor", "Bellminster", []string{"en", "de", "ar"}, 8, everybody},
		{"clinic-counselling", "Riverside Clinic, counselling", Clinic, "counselling", "Bellminster", []string{"en", "ru", "fa"}, 3, []Group{Women, Men, Parents}},
		{"clinic-children", "Riverside Clinic, child counselling", Clinic, "counselling", "Bellminster", []string{"en"}, 0, []Group{Children, Parents}},
		{"law-residence", "Open Door, residence and protection", LegalAid, "lawyer", "Bellminster", []string{"en", "fr", "ar", "ti"}, 5, everybody},
		{"law-wages", "Open Door, wages and compensation", LegalAid, "lawyer", "Bellminster", []string{"en", "ro", "pl", "es"}, 6, []Group{Women, Men}},
		{"interpreters", "Open Door, interpreters on call", LegalAid, "interpreter", "", []string{"sq", "vi", "ar", "ti", "am", "fa", "ro", "zh", "bn", "so", "ru", "pl"}, 20, everybody},
		{"guardians", "Independent guardians", Coordinator, "guardian", "", []string{"en", "vi", "sq", "ar"}, 7, []Group{Children}},
		{"child-protection", "Child Protection Agency, first call", ChildAgency, "child_protection", "", []string{"en", "vi", "sq", "ar", "ro"}, 12, []Group{Children}},
		{"school-start", "North Shelter, school and language class", NorthShelter, "school", "Northmere", []string{"en"}, 15, everybody},
		{"work-start", "North Shelter, first steps to work", NorthShelter, "work", "Northmere", []string{"en", "es", "pt"}, 9, []Group{Women, Men, Parents}},
	}
}
