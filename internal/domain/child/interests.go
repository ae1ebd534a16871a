package child

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Hearing is how a child was heard, or why she could not be (Convention on the
// Rights of the Child, Article 12). One of the two is always there.
type Hearing struct {
	Heard   string `json:"heard,omitempty" enum:"talk,interpreter,trusted_adult,play" doc:"How"`
	Unheard string `json:"unheard,omitempty" enum:"too_young,did_not_want,missing,danger" doc:"Why not"`
	Wishes  string `json:"wishes,omitempty" maxLength:"15000" doc:"What she wants, in her words"`
}

// Ways and Obstacles are the codes of a Hearing.
var (
	Ways      = []string{"talk", "interpreter", "trusted_adult", "play"}
	Obstacles = []string{"too_young", "did_not_want", "missing", "danger"}
)

// check refuses to skip the child: what is decided about her without a word of her
// own says why.
func (h Hearing) check(v *fault.Error) {
	switch {
	case h.Heard == "" && h.Unheard == "", h.Heard != "" && h.Unheard != "":
		v.At("/heard", "child.say_heard")
	case h.Heard != "" && !slices.Contains(Ways, h.Heard):
		v.At("/heard", "child.say_heard")
	case h.Unheard != "" && !slices.Contains(Obstacles, h.Unheard):
		v.At("/unheard", "child.say_heard")
	}
	if h.Heard != "" && h.Wishes == "" {
		v.At("/wishes", "child.say_wishes")
	}
	tooLong(v, "/wishes", h.Wishes)
}

// Actions are what an assessment can be about; Tracing among them.
var Actions = []string{"placement", "guardian", Tracing, "school", "health", "hearing", "return", "referral", "other"}

// Tracing is the search for a child's family.
const Tracing = "family_tracing"

// Assessment weighs one action concerning a child against her interests: a
// best-interests assessment.
type Assessment struct {
	N          int64              `class:"public"`
	Action     string             `class:"coded"`
	InInterest bool               `class:"coded"`
	Heard      string             `class:"coded"`
	Unheard    string             `class:"coded"`
	Wishes     seal.Field[string] `class:"narrative"`
	Reasons    seal.Field[string] `class:"narrative"`
	Actor      id.User            `class:"public"`
	At         time.Time          `class:"coded"`
}

// InterestIn is an assessment as somebody writes it.
type InterestIn struct {
	Action     string `json:"action" enum:"placement,guardian,family_tracing,school,health,hearing,return,referral,other"`
	InInterest string `json:"in_interest" enum:"yes,no"`
	Reasons    string `json:"reasons" maxLength:"15000"`
	Hearing
}

func (in InterestIn) check() error {
	v := fault.New(fault.Invalid, string(Assess), "child.invalid")
	if !slices.Contains(Actions, in.Action) {
		v.At("/action", "child.say_action")
	}
	if in.InInterest != "yes" && in.InInterest != "no" {
		v.At("/in_interest", "child.say_interest")
	}
	reasons(v, in.Reasons)
	in.Hearing.check(v)
	return v.OrNil()
}

// DeterminationState is where a best-interests determination stands.
type DeterminationState string

// The states. ReviewDue is never stored: it follows from the clock of the review.
const (
	Triggered   DeterminationState = "triggered"
	Information DeterminationState = "information"
	Panel       DeterminationState = "panel"
	Decided     DeterminationState = "decided"
	ReviewDue   DeterminationState = "review_due"
)

// Determination decides a question that shapes a child's life: some collect what
// there is to know, others decide.
type Determination struct {
	N         int64              `class:"public"`
	State     DeterminationState `class:"coded"`
	Question  string             `class:"coded"`
	Outcome   string             `class:"coded"`
	Heard     string             `class:"coded"`
	Unheard   string             `class:"coded"`
	Wishes    seal.Field[string] `class:"narrative"`
	Options   seal.Field[string] `class:"narrative"`
	Reasons   seal.Field[string] `class:"narrative"`
	Triggered time.Time          `class:"coded"`
	At        time.Time          `class:"coded"` // of the decision
	Parts     []Part             `class:"public"`
}

// Part is what one person did for a determination: collect, or sit on its panel.
type Part struct {
	Collected bool               `class:"coded"`
	Actor     id.User            `class:"public"`
	Note      seal.Field[string] `class:"narrative"`
	At        time.Time          `class:"coded"`
}

// Questions and Outcomes are the codes of a determination.
var (
	Questions = []string{"care", "reunion", "return", "separation", "solution", "other"}
	Outcomes  = []string{"stay", "reunite", "return", "relocate", "separate", "another_way"}
)

// panelSize is how many decide at least.
const panelSize = 2

func (d Determination) members() (n int) {
	for _, p := range d.Parts {
		if !p.Collected {
			n++
		}
	}
	return n
}

// did tells whether somebody took a part.
func (d Determination) did(collected bool, user id.User) bool {
	return slices.ContainsFunc(d.Parts, func(p Part) bool { return p.Collected == collected && p.Actor == user })
}

// mayCollect refuses to collect for a panel on which one sits, or that sits already.
func (d Determination) mayCollect(user id.User) error {
	if d.State != Triggered && d.State != Information || d.did(false, user) {
		return fault.New(fault.Conflict, string(Collect), "child.not_at_this_step")
	}
	return nil
}

// maySit refuses a panel before there is something to decide on, and anybody who
// collected it.
func (d Determination) maySit(user id.User) error {
	if d.did(true, user) {
		return fault.New(fault.Denied, string(Sit), "child.collected")
	}
	if d.State != Information && d.State != Panel || d.did(false, user) {
		return fault.New(fault.Conflict, string(Sit), "child.not_at_this_step")
	}
	return nil
}

// mayDecide refuses the decision of a panel that is too small, and of anybody who
// does not sit on it.
func (d Determination) mayDecide(user id.User) error {
	switch {
	case d.did(true, user):
		return fault.New(fault.Denied, string(Decide), "child.collected")
	case d.State != Panel:
		return fault.New(fault.Conflict, string(Decide), "child.not_at_this_step")
	case !d.did(false, user):
		return fault.New(fault.Denied, string(Decide), "child.not_on_panel")
	case d.members() < panelSize:
		return fault.New(fault.Conflict, string(Decide), "child.panel_small", "least", panelSize)
	}
	return nil
}

// TriggerIn asks for a determination.
type TriggerIn struct {
	Question string `json:"question" enum:"care,reunion,return,separation,solution,other"`
}

// CollectIn is what somebody found out for a determination.
type CollectIn struct {
	N    int64  `json:"determination"`
	Note string `json:"note" maxLength:"15000"`
}

// SitIn joins the panel of a determination.
type SitIn struct {
	N int64 `json:"determination"`
}

// BestInterestsIn is the panel's decision.
type BestInterestsIn struct {
	N       int64  `json:"determination"`
	Outcome string `json:"outcome" enum:"stay,reunite,return,relocate,separate,another_way"`
	Options string `json:"options" maxLength:"15000" doc:"What was weighed"`
	Reasons string `json:"reasons" maxLength:"15000"`
	Hearing
}

func (in BestInterestsIn) check() error {
	v := fault.New(fault.Invalid, string(Decide), "child.invalid")
	if !slices.Contains(Outcomes, in.Outcome) {
		v.At("/outcome", "child.say_outcome")
	}
	if in.Options == "" {
		v.At("/options", "child.say_options")
	}
	tooLong(v, "/options", in.Options)
	reasons(v, in.Reasons)
	in.Hearing.check(v)
	return v.OrNil()
}
