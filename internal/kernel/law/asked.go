package law

import (
	"slices"
	"time"
)

// Asked are the periods that the program asks for, by name: what a State has not
// laid down of them is not configured, and what waits for it does not run
// (protection.md §14, P17). A desk that asks for another adds it here.
var Asked = []string{
	"stage1_decision", ProtectedBy, "stage2_latest", "reconsideration_window", "reconsideration_decision", "residence_permit_min",
	"emergency_review", "notice_to_person",
	"child_authority_notice", "guardian_request", "guardian_appointment", "first_bia", "bid_review", "missing_report", "return_interview", "reconsent_at_18",
	"limitation_civil", "limitation_fund", "limitation_wage", "limitation_criminal_order",
}

// Missing lists those of Asked that the State has not laid down on a day.
func (l Law) Missing(on time.Time) (out []string) {
	for _, name := range Asked {
		if _, err := l.Rule(name, on); err != nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Standards lists the standards in force on a day, the first stage first.
func (l Law) Standards(on time.Time) (out []Standard) {
	for _, stage := range []Stage{Stage1, Stage2} {
		if s, err := l.Standard(stage, on); err == nil {
			out = append(out, s)
		}
	}
	return out
}

// Duties lists the duties that stand in the place of consent.
func (l Law) Duties() []Duty { return slices.Clone(l.duties) }

// Treaties lists what binds the State on a day.
func (l Law) Treaties(on time.Time) (out []Treaty) {
	for _, t := range l.treaties {
		if l.Bound(t.Name, on) {
			out = append(out, t)
		}
	}
	return out
}
