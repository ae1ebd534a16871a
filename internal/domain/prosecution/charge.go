package prosecution

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Accusation is what a prosecutor recorded, for the prosecution alone, of somebody
// who is charged or detained. It names no case, and no case is to be seen from it.
type Accusation struct {
	ID           id.Charge          `class:"public"`
	Organisation id.Organisation    `class:"public"`
	Subject      id.Subject         `class:"public"`
	Name         seal.Field[string] `class:"identity"`
	Offence      string             `class:"coded"`
	Month        string             `class:"coded"`
	Custody      string             `class:"coded"`
	Made         time.Time          `class:"coded"`
	Ended        time.Time          `class:"coded"` // zero: it stands

	Who act.Shown[string] `class:"identity"`
}

// ChargeIn is a charge as the prosecution states it.
type ChargeIn struct {
	Name    string `json:"name"`
	Offence string `json:"offence"`
	Month   string `json:"month,omitempty" doc:"YYYY-MM"`
	Custody string `json:"custody" enum:"free,detained,remanded,serving,unknown"`
}

var monthForm = regexp.MustCompile(`^(|[12][0-9]{3}-(0[1-9]|1[0-2]))$`)

func (d *Desk) check(in ChargeIn) error {
	v := fault.New(fault.Invalid, string(Charge), "rights.invalid")
	if len(words(in.Name)) == 0 || utf8.RuneCountInString(in.Name) > 200 {
		v.At("/name", "rights.say_name")
	}
	if !slices.Contains(d.Offences, in.Offence) {
		v.At("/offence", "rights.say_offence")
	}
	if !monthForm.MatchString(in.Month) {
		v.At("/month", "rights.say_month")
	}
	if !slices.Contains(d.Custody, in.Custody) {
		v.At("/custody", "rights.say_custody")
	}
	return v.OrNil()
}

// words are the words of a name without regard to their order, case and marks
// between them: registers write the family name first as often as last.
func words(name string) (out []string) {
	for w := range strings.FieldsSeq(name) {
		if f := intake.Fold(w); f != "" {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

func sameName(a, b string) bool {
	wa := words(a)
	return len(wa) > 0 && slices.Equal(wa, words(b))
}
