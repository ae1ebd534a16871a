package rights

import (
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
)

// Case is the course of a person's rights: that she is not punished, that she is
// compensated, that she is safe as a witness and returns only if she wants to. It
// is taken on from a referral, or begun beside a case of help, and neither waits
// for the other. What is done in it is a move that leaves it where it stands, so
// that each thing done winds its clock and no two people overwrite one another.
var Case = casework.Type{
	Name:  "rights",
	Start: "taken",
	States: []casework.State{
		{Name: "taken", Open: true, Review: 14},
		{Name: "represented", Open: true, Review: 30},
		{Name: "closed"},
	},
	Moves: append([]casework.Move{
		{Verb: Represent, From: []string{"taken"}, To: "represented"},
		{Verb: EndMandate, From: []string{"represented"}, To: "taken"},
		{Verb: Close, From: []string{"taken", "represented"}, To: "closed", Needs: casework.Need{Reasons: ClosureReasons}},
		{Verb: Reopen, From: []string{"closed"}, To: "taken"},
	}, stay()...),
}

// ClosureReasons say why nothing more is done for her rights. None of them is a
// refused request: that closes nothing.
var ClosureReasons = []string{"finished", "transferred", "her_wish", "death", "other"}

// stays are the verbs that leave a case where it stands, with what they need.
var stays = []struct {
	verb  Verb
	needs casework.Need
}{
	{verb: Review}, {verb: Compelled}, {verb: Flag}, {verb: Custody}, {verb: Advance}, {verb: SubmitByDuty},
	{verb: Submit, needs: casework.Need{Consent: consent.Justice}},
	{verb: Advise}, {verb: Pursue}, {verb: Pay}, {verb: Protect}, {verb: Breach},
	{verb: Return, needs: casework.Need{Consent: consent.Return}},
}

func stay() (out []casework.Move) {
	for _, s := range stays {
		for _, state := range []string{"taken", "represented"} {
			out = append(out, casework.Move{Verb: s.verb, From: []string{state}, To: state, Needs: s.needs})
		}
	}
	return out
}
