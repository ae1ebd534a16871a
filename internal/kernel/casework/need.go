package casework

import (
	"fmt"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Need is what a move cannot do without. The kernel refuses the move without it;
// a desk cannot forget it.
type Need struct {
	Reasons []string        // one of these codes is given
	Consent consent.Purpose // her word for this purpose is in force
	Second  bool            // two people want it
}

// With is what a move is made with.
type With struct {
	Reason string
	Word   id.Consent
}

// unmet lists the needs of a move that nobody could ever meet.
func (m Move) unmet(seconded []policy.Verb) (bad []string) {
	if slices.Contains(m.Needs.Reasons, "") {
		bad = append(bad, fmt.Sprintf("%s needs a reason and takes none for one", m.Verb))
	}
	if p := m.Needs.Consent; p != "" && !slices.Contains(consent.Asked, p) {
		bad = append(bad, fmt.Sprintf("%s needs her word for %s, for which nobody is asked", m.Verb, p))
	}
	if m.Needs.Second && !slices.Contains(seconded, m.Verb) {
		bad = append(bad, fmt.Sprintf("%s needs a second pair of eyes, for which no policy asks", m.Verb))
	}
	return bad
}

// met refuses a move of a case that lacks what it needs.
func (m Move) met(a *act.Act, c Case, with With) error {
	if with.Reason != "" || len(m.Needs.Reasons) > 0 {
		if !slices.Contains(m.Needs.Reasons, with.Reason) {
			return fault.New(fault.Invalid, string(m.Verb), "casework.invalid").At("/reason", "casework.needs_reason")
		}
	}
	if m.Needs.Consent != "" {
		if err := consent.Lock(a.Ctx(), a.Tx(), with.Word); err != nil {
			return err
		}
		word, err := consent.Get(a.Ctx(), a.Tx(), with.Word)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err != nil || word.Person != c.Person || word.Purpose != m.Needs.Consent || !word.Live(a.Now()) {
			return fault.New(fault.Denied, string(m.Verb), "casework.no_live_consent")
		}
	}
	if m.Needs.Second && !a.FourEyes() {
		return fault.New(fault.Denied, string(m.Verb), "casework.needs_second")
	}
	return nil
}
