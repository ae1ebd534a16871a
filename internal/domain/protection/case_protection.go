package protection

import (
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
)

// Case is the course of help for one person. It opens at first contact, with or
// without a name, and does not wait for any determination (protection.md §5.5).
// The review days are the desk's own clock: nobody is forgotten in a drawer.
var Case = casework.Type{
	Name:  "protection",
	Start: "intake",
	States: []casework.State{
		{Name: "intake", Open: true, Review: 3},
		{Name: "planned", Open: true, Review: 14},
		{Name: "active", Open: true, Review: 30},
		{Name: "closed"},
	},
	Moves: []casework.Move{
		{Verb: Plan, From: []string{"intake", "planned"}, To: "planned"},
		{Verb: Plan, From: []string{"active"}, To: "active"},
		{Verb: Review, From: []string{"intake"}, To: "intake"},
		{Verb: Review, From: []string{"planned"}, To: "planned"},
		{Verb: Review, From: []string{"active"}, To: "active"},
		{Verb: Refer, From: []string{"intake", "planned", "active"}, To: "active", Needs: casework.Need{Consent: consent.Assistance}},
		{Verb: Close, From: []string{"intake", "planned", "active"}, To: "closed", Needs: casework.Need{Reasons: ClosureReasons}},
		{Verb: CloseUnseen, From: []string{"intake", "planned", "active"}, To: "closed", Needs: casework.Need{Reasons: UnseenReasons, Second: true}},
		{Verb: Reopen, From: []string{"closed"}, To: "active"},
	},
}

// ClosureReasons are the codes of HTCDS cas_ReasonForCaseClosure as far as
// protection.md §5.5 names them. None of them is a negative screening: that
// closes nothing.
var ClosureReasons = []string{"finished", "repatriated", "transferred", "death", "other"}

// UnseenReasons are those of CloseUnseen. Help is given and ended on a consensual
// and informed basis (CETS 197 Article 12(7)): where she cannot be asked whether
// it ends, no worker decides it alone.
var UnseenReasons = []string{"not_seen"}
