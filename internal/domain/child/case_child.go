package child

import (
	"lodestar/internal/kernel/casework"
)

// Case is the course of child protection for one child, beside the course of help.
// It ends with the child's majority, or when a panel has found a lasting solution;
// help goes on in either case (protection.md §5.8, P19). The review days are the
// desk's own clock.
var Case = casework.Type{
	Name:  "child",
	Start: "child_open",
	States: []casework.State{
		{Name: "child_open", Open: true, Review: 14},
		{Name: "reconsent_due", Open: true, Review: 14}, // she is to be asked for the time after her majority
		{Name: "reconsented", Open: true, Review: 30},   // she wants to stay
		{Name: "left"}, // nobody asked her, or she did not want to
		{Name: "child_ended"},
	},
	Moves: moves(),
}

// open are the states in which there is a child to protect.
var open = []string{"child_open", "reconsent_due", "reconsented"}

// stays are the acts that change what is known and done, and not where the case
// stands.
var stays = []Verb{NoteAge, NoteBirth, Notify, Request, Appoint, EndGuardian, Assess, Trigger, Collect, Sit, Decide, Arrange, EndCare, Trace,
	ReportMissing, Report, Found, Talk, NoteLife, Review}

func moves() (out []casework.Move) {
	for _, state := range open {
		for _, verb := range stays {
			out = append(out, casework.Move{Verb: verb, From: []string{state}, To: state})
		}
	}
	return append(out,
		casework.Move{Verb: Turn, From: []string{"child_open"}, To: "reconsent_due"},
		casework.Move{Verb: Reconsent, From: []string{"child_open", "reconsent_due"}, To: "reconsented"},
		casework.Move{Verb: ComeOfAge, From: []string{"reconsented"}, To: "reconsented"},
		casework.Move{Verb: Leave, From: []string{"child_open", "reconsent_due"}, To: "left"},
		casework.Move{Verb: Reopen, From: []string{"left", "child_ended"}, To: "child_open"},
		casework.Move{Verb: Close, From: open, To: "child_ended", Needs: casework.Need{Reasons: CloseReasons}},
	)
}

// CloseReasons are the codes for which child protection ends. What each of them asks
// for, see Desk.Close. A negative decision of any authority is none of them.
var CloseReasons = []string{"adult", "of_age", "solution", "transferred", "death"}
