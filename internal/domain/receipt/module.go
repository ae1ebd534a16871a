package receipt

import (
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs: hers, on her receipt, and those of who helps her, on the case.
const (
	Open     Verb = "receipt.open"
	Withdraw Verb = "receipt.withdraw"
	Say      Verb = "receipt.say"

	Read   Verb = "receipt.read"
	Issue  Verb = "receipt.issue"
	Answer Verb = "receipt.answer"
)

// Role is hers: whoever holds a receipt, and nobody else.
const Role = "holder"

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name:       "receipt",
		Verbs:      map[policy.Verb]string{Open: "receipt", Withdraw: "receipt", Say: "receipt", Read: "case", Issue: "case", Answer: "case"},
		Facts:      map[string]act.FactsFunc{"receipt": facts},
		Routes:     d.routes(),
		Migrations: []sqldb.Migrations{Migrations()},
	}
}
