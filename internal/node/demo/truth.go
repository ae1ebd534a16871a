package demo

// Truth is what was planted. Signals are named by their Ref.
type Truth struct {
	Networks   []Network  `json:"networks"`
	Duplicates [][]string `json:"duplicates"` // signals about one and the same presumed victim
	Families   [][]string `json:"families"`   // relatives who share a telephone and a home: no network
	Traps      []Trap     `json:"traps"`
}

// Network is something shared by people who do not know one another.
type Network struct {
	Kind      Kind     `json:"kind"`
	Key       string   `json:"key"`
	Signals   []string `json:"signals"`
	Spellings []string `json:"spellings"` // of the name, number or address, all that occur
}

// TrapKind is what a machine might get wrong.
type TrapKind string

// The traps.
const (
	// SameName: two recruiters bear one common name; their networks stay two.
	SameName TrapKind = "same_name"
	// Family: relatives who share a telephone and a home are no network.
	Family TrapKind = "family"
	// SharedHome: the residents of a known hostel are no network.
	SharedHome TrapKind = "shared_home"
	// NonPunishment: somebody compelled to recruit others is a presumed victim
	// of her own referral and never named a suspect (¶10; CETS 197 Art. 26).
	NonPunishment TrapKind = "non_punishment"
)

// Trap is one of them. Networks are the keys of the two networks of one name;
// Person is the referral of the presumed victim who must not become a suspect.
type Trap struct {
	Kind     TrapKind `json:"kind"`
	Key      string   `json:"key"`
	Signals  []string `json:"signals,omitempty"`
	Networks []string `json:"networks,omitempty"`
	Person   string   `json:"person,omitempty"`
}
