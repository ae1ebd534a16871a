package disclosure

import (
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs.
const (
	See      Verb = "disclosure.see"
	Disclose Verb = "disclosure.disclose"
	Review   Verb = "disclosure.review"
	Tell     Verb = "disclosure.tell"
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name:       "disclosure",
		Verbs:      map[policy.Verb]string{See: "case", Disclose: "case", Review: "case", Tell: "case"},
		Routes:     d.routes(),
		Operations: d.operations(),
		Migrations: []sqldb.Migrations{Migrations()},
	}
}
