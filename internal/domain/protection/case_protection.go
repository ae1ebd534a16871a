package protection

import "lodestar/internal/kernel/casework"

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
		{Verb: Refer, From: []string{"intake", "planned", "active"}, To: "active", Needs: casework.Consent},
		{Verb: Close, From: []string{"intake", "planned", "active"}, To: "closed", Needs: casework.Reason},
		{Verb: Reopen, From: []string{"closed"}, To: "active"},
	},
}

// ClosureReasons are the codes of HTCDS cas_ReasonForCaseClosure as far as
// protection.md §5.5 names them. None of them is a negative screening: that
// closes nothing.
var ClosureReasons = []string{"finished", "not_seen", "repatriated", "transferred", "death", "other"}
