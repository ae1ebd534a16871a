package child

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
)

// GuardianState is where the appointment of a guardian stands (protection.md §5.9).
type GuardianState string

// The states.
const (
	Needed    GuardianState = "needed"
	Requested GuardianState = "requested"
	Appointed GuardianState = "appointed"
	Ended     GuardianState = "ended"
	Replaced  GuardianState = "replaced"
)

// Guardian is one appointment, from the need of it to its end.
type Guardian struct {
	N            int64           `class:"public"`
	State        GuardianState   `class:"coded"`
	User         id.User         `class:"public"` // zero: nobody yet
	Organisation id.Organisation `class:"public"`
	Custody      string          `class:"coded"` // the answers of the check, see AppointIn
	Related      string          `class:"coded"`
	Reason       string          `class:"coded"`
	Asked        time.Time       `class:"coded"`
	Since        time.Time       `class:"coded"`
	Until        time.Time       `class:"coded"`
}

// EndReasons are the codes for which a guardianship ends, or passes to another.
var EndReasons = []string{"of_age", "reunited", "conflict", "left_office", "childs_wish", "other"}

// AppointIn names a guardian and answers whether an interest of theirs could stand
// against the child's (CETS 197, Article 10(4)(a); Directive 2011/36/EU, Article
// 14(2)). Neither answer can be left out.
type AppointIn struct {
	Guardian id.User `json:"guardian"`
	Custody  string  `json:"custody" enum:"yes,no" doc:"Does the guardian's organisation house or keep the child?"`
	Related  string  `json:"related" enum:"yes,no" doc:"Is the guardian named as related to somebody suspected?"`
}

func (in AppointIn) check() error {
	v := fault.New(fault.Invalid, string(Appoint), "child.invalid")
	if in.Guardian.IsZero() {
		v.At("/guardian", "child.say_guardian")
	}
	if in.Custody != "yes" && in.Custody != "no" {
		v.At("/custody", "child.say_conflict")
	}
	if in.Related != "yes" && in.Related != "no" {
		v.At("/related", "child.say_conflict")
	}
	return v.OrNil()
}

// free refuses a guardian in whom two interests meet, whatever was answered: the
// organisation that cares for the child does not also watch over its care.
func (in AppointIn) free(of id.Organisation, care []Care) error {
	cares := slices.ContainsFunc(care, func(c Care) bool { return c.Lasts() && c.Provider == of })
	if in.Custody == "yes" || in.Related == "yes" || cares {
		return fault.New(fault.Conflict, string(Appoint), "child.guardian_conflict")
	}
	return nil
}

// appointed is the guardian who speaks for the child now.
func appointed(list []Guardian) (Guardian, bool) {
	i := slices.IndexFunc(list, func(g Guardian) bool { return g.State == Appointed })
	if i < 0 {
		return Guardian{}, false
	}
	return list[i], true
}

// last is the appointment that is under way, or was.
func last(list []Guardian) Guardian {
	if len(list) == 0 {
		return Guardian{}
	}
	return list[len(list)-1]
}

// GuardianEndIn says why a guardianship ends. Replace says that another guardian is needed.
type GuardianEndIn struct {
	Reason  string `json:"reason" enum:"of_age,reunited,conflict,left_office,childs_wish,other"`
	Replace bool   `json:"replace" required:"false"`
}
