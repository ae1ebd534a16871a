package prosecution

import (
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs.
const (
	Charge      Verb = "prosecution.charge"
	List        Verb = "prosecution.list"
	End         Verb = "prosecution.end"
	Receive     Verb = "prosecution.receive"
	Acknowledge Verb = "prosecution.acknowledge"
	// Match is the node's: it compares, and tells those who help.
	Match Verb = "prosecution.match"
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name: "prosecution",
		Verbs: map[policy.Verb]string{
			Charge: "charge", List: "charge", End: "charge", Match: "charge", Receive: "referral", Acknowledge: "referral",
		},
		Facts:      map[string]act.FactsFunc{"charge": facts},
		Hears:      map[act.Event]string{act.CaseMoved: jobMatchCase},
		Jobs:       map[string]module.Worker{jobMatch: d.match, jobMatchCase: d.matchCase},
		Routes:     d.routes(),
		Operations: d.operations(),
	}
}
