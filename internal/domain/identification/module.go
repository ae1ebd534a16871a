package identification

import (
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs of those who refer.
const (
	Prepare Verb = "identification.prepare"
	Ask     Verb = "identification.ask"
	Refer   Verb = "identification.refer"
	Notify  Verb = "identification.notify"
)

// The verbs of the competent authority.
const (
	List       Verb = "identification.list"
	Accept     Verb = "identification.accept"
	See        Verb = "identification.see"
	Confirm    Verb = "identification.confirm" // a positive decision of the stage
	Reject     Verb = "identification.reject"  // a negative one
	Inquire    Verb = "identification.inquire"
	Inform     Verb = "identification.inform"
	Suspend    Verb = "identification.suspend"
	Resume     Verb = "identification.resume"
	Reconsider Verb = "identification.reconsider"
	Reopen     Verb = "identification.reopen"
	Uphold     Verb = "identification.uphold"
	Withdraw   Verb = "identification.withdraw"
	Review     Verb = "identification.review"
	Finish     Verb = "identification.finish"
	Extend     Verb = "identification.extend"
	EndPeriod  Verb = "identification.end_period"
	Flag       Verb = "identification.flag_removal"
	Residence  Verb = "identification.residence"
	Forget     Verb = "identification.forget"
)

// The verbs of everybody who works here, and of the node itself.
const (
	Law    Verb = "identification.law"
	Heed   Verb = "identification.heed"   // her word was taken back
	Settle Verb = "identification.settle" // a period is over
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	verbs := map[policy.Verb]string{Accept: "referral"}
	for _, v := range []Verb{Prepare, Ask, Refer, Notify, List, See, Confirm, Reject, Inquire, Inform, Suspend, Resume, Reconsider, Reopen,
		Uphold, Withdraw, Review, Finish, Extend, EndPeriod, Flag, Residence, Forget, Law, Heed, Settle} {
		verbs[v] = "case"
	}
	return module.Module{
		Name:       "identification",
		Verbs:      verbs,
		Types:      []casework.Type{Determination},
		Routes:     d.routes(),
		Operations: d.operations(),
		Migrations: []sqldb.Migrations{Migrations()},
		Hears:      map[act.Event]string{act.ConsentChanged: jobHeed},
		Jobs:       map[string]module.Worker{jobHeed: d.heed, jobSettle: d.settle, jobDestroy: d.destroy},
		Replays:    map[policy.Verb]act.Replay{Reject: act.Replayed(d.reject), Forget: act.Replayed(d.forget)},
	}
}
