package identification

import (
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground *act.Ground
	Case   casework.Type // the cases of help from which somebody is referred
	Node   policy.Actor  // the node itself, for jobs
}

// By is who asks at the desk.
type By = policy.Actor

// help asks about a case of help: to refer her is a part of it.
func (d *Desk) help(by By, verb Verb, c id.Case) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "case", ID: c.String()}, Purpose: consent.Assistance}
}

// decide asks for a decision of the authority.
func (d *Desk) decide(by By, verb Verb, c id.Case) policy.Ask {
	ask := policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "case"}, Purpose: consent.NRM}
	if !c.IsZero() {
		ask.On.ID = c.String()
	}
	return ask
}

// Periods of the law that a determination starts.
const (
	ruleStage1   = "stage1_decision"
	rulePeriod   = law.ProtectedBy
	ruleStage2   = "stage2_latest"
	ruleWindow   = "reconsideration_window"
	ruleAnew     = "reconsideration_decision"
	ruleResident = "residence_permit_min"
)

// Events during which the law may let a clock stand still.
const (
	eventInformation = "information_requested"
	eventSuspended   = "suspended"
)

// start starts a period if the law has it, and tells whether it does. A period
// that nobody has entered does not hold up what is in her favour: the decision
// stands without a clock, and the page and the doctor name what is missing
// (protection.md §14, P17: no default steps in).
func start(a *act.Act, c casework.Case, rule string, event time.Time) (k casework.Clock, set bool, err error) {
	if _, err := a.Law().Rule(rule, event); err != nil {
		return k, false, nil
	}
	k, err = casework.StartClock(a, c, rule, event)
	return k, true, err
}

// begin is start for who does not ask when it ends.
func begin(a *act.Act, c casework.Case, rule string) error {
	_, _, err := start(a, c, rule, a.Now())
	return err
}

// hers refuses a decision about somebody who has taken her word back, from the
// moment she does so. A word that has only run out ends what more may be told of
// her, not the decision she asked for.
func hers(a *act.Act, c id.Case) (file, error) {
	f, err := fileOf(a, c)
	if err != nil || f.Duty != "" {
		return f, err
	}
	if err := consent.Lock(a.Ctx(), a.Tx(), f.Consent); err != nil {
		return f, err
	}
	word, err := consent.Get(a.Ctx(), a.Tx(), f.Consent)
	if err == nil && word.State == consent.Withdrawn {
		err = fault.New(fault.Denied, "identification.hers", "identification.word_withdrawn")
	}
	return f, err
}
