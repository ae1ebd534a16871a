package rights

import (
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs on her case.
const (
	List         Verb = "rights.list"
	See          Verb = "rights.see"
	Take         Verb = "rights.take"
	Begin        Verb = "rights.begin"
	Represent    Verb = "rights.represent"
	EndMandate   Verb = "rights.end_mandate"
	Consent      Verb = "rights.consent"
	Withdraw     Verb = "rights.withdraw"
	Compelled    Verb = "rights.compelled"
	Custody      Verb = "rights.custody"
	Advance      Verb = "rights.advance"
	Submit       Verb = "rights.submit"
	SubmitByDuty Verb = "rights.submit_by_duty"
	Advise       Verb = "rights.advise"
	Pursue       Verb = "rights.pursue"
	Pay          Verb = "rights.pay"
	Return       Verb = "rights.return"
	Protect      Verb = "rights.protect"
	Breach       Verb = "rights.breach"
	Finish       Verb = "rights.finish"
	Review       Verb = "rights.review"
	Close        Verb = "rights.close"
	Reopen       Verb = "rights.reopen"
	Forget       Verb = "rights.forget"
)

// The node's verbs.
const (
	Flag Verb = "rights.flag" // a charge was found that is hers
	Heed Verb = "rights.heed" // a word was changed
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name: "rights",
		Verbs: map[policy.Verb]string{
			List: "case", See: "case", Take: "referral", Begin: "case", Represent: "case", EndMandate: "case", Consent: "case", Withdraw: "case",
			Compelled: "case", Custody: "case", Advance: "case", Submit: "case", SubmitByDuty: "case", Advise: "case", Pursue: "case", Pay: "case",
			Return: "case", Protect: "case", Breach: "case", Finish: "case", Review: "case", Close: "case", Reopen: "case", Forget: "case",
			Flag: "case", Heed: "case",
		},
		Types:      []casework.Type{Case},
		Hears:      map[act.Event]string{act.ConsentChanged: jobHeed},
		Jobs:       map[string]module.Worker{jobHeed: d.heed},
		Routes:     d.routes(),
		Operations: d.operations(),
	}
}
