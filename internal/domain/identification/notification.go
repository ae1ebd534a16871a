package identification

import (
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
)

// Notification says that there was an adult who did not want to be referred. It
// holds codes only, and nothing by which she could be found: no case, no sender, no
// day (protection.md §14, P18).
type Notification struct {
	Authority id.Organisation `class:"public"`
	Month     string          `class:"coded"` // YYYY-MM
	Form      string          `class:"coded"` // of exploitation; "" if not known
	Kind      string          `class:"coded"` // of the organisation that met her
}

// Forms are the kinds of exploitation by their HTCDS code (vic_TypeOfExploitation).
var Forms = []string{"ChildLabour", "ForcedAdoption", "ForcedBegging", "ForcedCriminality", "ForcedLabour", "ForcedMarriage",
	"ForcedMilitaryByNonStateActors", "OrganRemoval", "Other", "Servitude", "SexualExploitation", "Surrogacy"}

// NotifyIn is a notification as somebody wants to send it.
type NotifyIn struct {
	Case      id.Case
	Version   int64
	Authority id.Organisation
	Form      string // "": not known
}

func (in NotifyIn) check() error {
	v := fault.New(fault.Invalid, string(Notify), "identification.invalid")
	if in.Authority.IsZero() {
		v.At("/authority", "identification.say_authority")
	}
	if in.Form != "" && !slices.Contains(Forms, in.Form) {
		v.At("/form", "identification.say_form")
	}
	return v.OrNil()
}
