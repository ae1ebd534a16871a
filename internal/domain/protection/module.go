package protection

import (
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs.
const (
	Screen   Verb = "protection.screen"
	Draft    Verb = "protection.draft"
	Work     Verb = "protection.work"
	List     Verb = "protection.list"
	Open     Verb = "protection.open"
	See      Verb = "protection.see"
	Plan     Verb = "protection.plan"
	Consent  Verb = "protection.consent"
	Narrow   Verb = "protection.narrow"
	Withdraw Verb = "protection.withdraw"
	Refer    Verb = "protection.refer"
	Receive  Verb = "protection.receive"
	Answer   Verb = "protection.answer"
	Expire   Verb = "protection.expire"
	Close    Verb = "protection.close"
	// CloseUnseen ends the case of somebody who is not there to say so.
	CloseUnseen Verb = "protection.close_unseen"
	Review      Verb = "protection.review"
	Reopen      Verb = "protection.reopen"
	Forget      Verb = "protection.forget"
	Who         Verb = "protection.who"
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name: "protection",
		Verbs: map[policy.Verb]string{
			Screen: "case", Draft: "case", Work: "case", List: "case", Open: "lead", See: "case", Plan: "case",
			Consent: "case", Narrow: "case", Withdraw: "case", Refer: "case", Receive: "referral", Answer: "referral",
			Expire: "referral", Close: "case", CloseUnseen: "case", Review: "case", Reopen: "case", Forget: "case", Who: "case",
		},
		Facts:      map[string]act.FactsFunc{"case": casework.Facts, "referral": casework.ReferralFacts},
		Types:      []casework.Type{Case},
		Routes:     d.routes(),
		Operations: d.operations(),
		Replays:    map[policy.Verb]act.Replay{Close: act.Replayed(closing(Close)), CloseUnseen: act.Replayed(closing(CloseUnseen)), Forget: act.Replayed(d.forget)},
		Jobs:       map[string]module.Worker{JobExpire: d.expire, jobDestroy: d.destroy},
	}
}
