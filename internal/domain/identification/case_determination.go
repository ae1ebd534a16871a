package identification

import (
	"strings"

	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/law"
)

// Determination is the course of a decision of the competent authority about one
// person (protection.md §5.3). Where it stands alone between two places because
// something is asked, suspended or asked again, it keeps the stage in its name, so
// that it goes back to where it was. It ends nobody's help: that is a case of its
// own, elsewhere (§1, rule 7).
var Determination = casework.Type{
	Name:  "determination",
	Start: "awaiting_stage1",
	States: []casework.State{
		{Name: "awaiting_stage1", Open: true, Review: 5},
		{Name: "information_stage1", Open: true, Review: 14},
		{Name: "suspended_stage1", Open: true, Review: 30},
		{Name: "stage1_negative"},
		{Name: "reconsideration_stage1", Open: true, Review: 14},
		{Name: "stage1_positive", Open: true, Review: 30}, // waits for the second stage
		{Name: "information_stage2", Open: true, Review: 30},
		{Name: "suspended_stage2", Open: true, Review: 30},
		{Name: "stage2_positive"},
		{Name: "stage2_negative"},
		{Name: "reconsideration_stage2", Open: true, Review: 14},
		{Name: "upheld"},
		{Name: "withdrawn"},
	},
	Moves: append([]casework.Move{
		{Verb: Confirm, From: []string{"awaiting_stage1"}, To: "stage1_positive"},
		{Verb: Confirm, From: []string{"stage1_positive"}, To: "stage2_positive"},
		{Verb: Reject, From: []string{"awaiting_stage1"}, To: "stage1_negative", Needs: casework.Need{Second: true}},
		{Verb: Reject, From: []string{"stage1_positive"}, To: "stage2_negative", Needs: casework.Need{Second: true}},
		{Verb: Inquire, From: []string{"awaiting_stage1"}, To: "information_stage1"},
		{Verb: Inquire, From: []string{"stage1_positive"}, To: "information_stage2"},
		{Verb: Inform, From: []string{"information_stage1"}, To: "awaiting_stage1"},
		{Verb: Inform, From: []string{"information_stage2"}, To: "stage1_positive"},
		{Verb: Suspend, From: []string{"awaiting_stage1"}, To: "suspended_stage1"},
		{Verb: Suspend, From: []string{"stage1_positive"}, To: "suspended_stage2"},
		{Verb: Resume, From: []string{"suspended_stage1"}, To: "awaiting_stage1"},
		{Verb: Resume, From: []string{"suspended_stage2"}, To: "stage1_positive"},
		{Verb: Reconsider, From: []string{"stage1_negative"}, To: "reconsideration_stage1"},
		{Verb: Reconsider, From: []string{"stage2_negative"}, To: "reconsideration_stage2"},
		{Verb: Reopen, From: []string{"reconsideration_stage1"}, To: "awaiting_stage1"},
		{Verb: Reopen, From: []string{"reconsideration_stage2"}, To: "stage1_positive"},
		{Verb: Uphold, From: []string{"reconsideration_stage1", "reconsideration_stage2"}, To: "upheld"},
		{Verb: Withdraw, From: open, To: "withdrawn"},
		{Verb: Heed, From: open, To: "withdrawn"},
	}, looked()...),
}

// open are the states in which something is still to be decided.
var open = []string{"awaiting_stage1", "information_stage1", "suspended_stage1", "reconsideration_stage1",
	"stage1_positive", "information_stage2", "suspended_stage2", "reconsideration_stage2"}

// looked are the moves of who looks at a case in which nothing changes.
func looked() (out []casework.Move) {
	for _, s := range open {
		out = append(out, casework.Move{Verb: Review, From: []string{s}, To: s})
	}
	return out
}

// stageOf is the stage that a decision in a state is about.
func stageOf(state string) law.Stage {
	if state == "stage1_positive" || strings.HasSuffix(state, "stage2") || strings.HasPrefix(state, "stage2") {
		return law.Stage2
	}
	return law.Stage1
}
