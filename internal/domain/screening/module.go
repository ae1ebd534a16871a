package screening

import (
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs.
const (
	See  Verb = "screening.see"
	Hold Verb = "screening.interview"
)

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{
		Name:       "screening",
		Verbs:      map[policy.Verb]string{See: "case", Hold: "case"},
		Routes:     d.routes(),
		Operations: d.operations(),
		Migrations: []sqldb.Migrations{Migrations()},
	}
}
