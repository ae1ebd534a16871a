package casework

import (
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

func TestTypeCheckRefuses(t *testing.T) {
	open := func(name string) State { return State{Name: name, Open: true, Review: 1} }
	for want, typ := range map[string]Type{
		"lost is never reached":                      {Name: "t", Start: "a", States: []State{open("a"), {Name: "lost"}, {Name: "z"}}, Moves: []Move{{Verb: "x.go", From: []string{"a"}, To: "z"}}},
		"a has no way out":                           {Name: "t", Start: "a", States: []State{open("a")}, Moves: []Move{{Verb: "x.stay", From: []string{"a"}, To: "a"}}},
		"a has no clock":                             {Name: "t", Start: "a", States: []State{{Name: "a", Open: true}, {Name: "z"}}, Moves: []Move{{Verb: "x.go", From: []string{"a"}, To: "z"}}},
		"x.go names the unknown state b":             {Name: "t", Start: "a", States: []State{open("a"), {Name: "z"}}, Moves: []Move{{Verb: "x.go", From: []string{"a"}, To: "b"}, {Verb: "x.end", From: []string{"a"}, To: "z"}}},
		"x.go needs a second pair of eyes":           going(Need{Second: true}),
		"x.go needs a reason and takes none for one": going(Need{Reasons: []string{"a", ""}}),
		"x.go needs her word for oversight":          going(Need{Consent: consent.Oversight}),
		"x.go needs her word for anything":           going(Need{Consent: "anything"}),
	} {
		if err := typ.Check([]policy.Verb{"x.other"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check = %v, want %q", err, want)
		}
	}
}

func TestNextRefusesWhatDoesNotBeginHere(t *testing.T) {
	typ := Type{Name: "t", Start: "a", States: []State{{Name: "a", Open: true, Review: 1}, {Name: "z"}}, Moves: []Move{{Verb: "x.go", From: []string{"a"}, To: "z"}}}
	if _, err := typ.Next("z", "x.go"); !fault.Is(err, fault.Conflict) {
		t.Errorf("left a closed state: %v", err)
	}
	if m, err := typ.Next("a", "x.go"); err != nil || m.To != "z" {
		t.Errorf("Next = %+v, %v", m, err)
	}
}

// going is a type whose one move has a need.
func going(need Need) Type {
	return Type{Name: "t", Start: "a", States: []State{{Name: "a", Open: true, Review: 1}, {Name: "z"}}, Moves: []Move{{Verb: "x.go", From: []string{"a"}, To: "z", Needs: need}}}
}

func TestNeedsThatCanBeMet(t *testing.T) {
	for _, need := range []Need{{}, {Reasons: []string{"done"}}, {Consent: consent.Investigation}, {Second: true}} {
		if err := going(need).Check([]policy.Verb{"x.go"}); err != nil {
			t.Errorf("%+v: %v", need, err)
		}
	}
}

func TestPayloadHoldsOnlyWhatWasAgreed(t *testing.T) {
	full := Payload{Alias: "a", Name: "n", Phone: "p", Safety: Safe, Note: "x", Language: "ro", Age: "adult"}
	for classes, want := range map[seal.Set]Payload{
		0:                                   {},
		seal.Of(seal.Identity):              {Alias: "a", Name: "n", Age: "adult"},
		seal.Of(seal.Contact):               {Phone: "p", Safety: Safe, Language: "ro"},
		seal.Of(seal.Narrative):             {Note: "x"},
		seal.Of(seal.Health, seal.Location): {},
		seal.Of(seal.Identity, seal.Contact, seal.Narrative): full,
	} {
		if got := Within(full, classes); got != want {
			t.Errorf("%b: %+v, want %+v", classes, got, want)
		}
	}
}

func TestEveryReferralStateEnds(t *testing.T) {
	for s, next := range referralMoves {
		ends := false
		for _, n := range next {
			ends = ends || !n.Open()
		}
		if !ends {
			t.Errorf("a referral that is %s never ends", s)
		}
		if !contains(next, Revoked) {
			t.Errorf("a referral that is %s cannot be revoked: her withdrawal would not reach it", s)
		}
	}
}

func contains(list []ReferralState, s ReferralState) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
