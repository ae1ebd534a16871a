package child

import (
	"embed"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
)

// Verb is a verb of this desk.
type Verb = policy.Verb

// The verbs.
const (
	Open   Verb = "child.open"
	TakeOn Verb = "child.take_on"
	List   Verb = "child.list"
	See    Verb = "child.see"

	NoteAge   Verb = "child.age"
	NoteBirth Verb = "child.birth"
	Notify    Verb = "child.notify"

	Request     Verb = "child.request_guardian"
	Appoint     Verb = "child.appoint_guardian"
	EndGuardian Verb = "child.end_guardian"

	Assess  Verb = "child.assess"
	Trigger Verb = "child.trigger"
	Collect Verb = "child.collect"
	Sit     Verb = "child.sit"
	Decide  Verb = "child.decide"

	Arrange       Verb = "child.arrange_care"
	EndCare       Verb = "child.end_care"
	Trace         Verb = "child.trace_family"
	ReportMissing Verb = "child.missing"
	Report        Verb = "child.report_missing"
	Found         Verb = "child.found"
	Talk          Verb = "child.return_talk"
	NoteLife      Verb = "child.note_life"

	Speak    Verb = "child.speak"
	Withdraw Verb = "child.withdraw"

	Turn      Verb = "child.turn" // the node's: it asks, and ends what ends with childhood
	Reconsent Verb = "child.reconsent"
	ComeOfAge Verb = "child.come_of_age"
	Leave     Verb = "child.leave"

	Review Verb = "child.review"
	Close  Verb = "child.close"
	Reopen Verb = "child.reopen"
	Forget Verb = "child.forget"
)

// kind is the kind of record of a child's case: whoever may see it sees no other
// case by that.
const kind = "child"

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	verbs := map[policy.Verb]string{Open: "case", TakeOn: "referral", List: kind, See: kind, Speak: kind, Withdraw: kind,
		Turn: kind, Reconsent: kind, ComeOfAge: kind, Leave: kind, Close: kind, Reopen: kind, Forget: kind}
	for _, v := range stays {
		verbs[v] = kind
	}
	return module.Module{
		Name: "child", Verbs: verbs,
		Facts:      map[string]act.FactsFunc{kind: facts},
		Types:      []casework.Type{Case},
		Routes:     d.routes(),
		Operations: d.operations(),
		Jobs:       map[string]module.Worker{jobTurn: d.turn},
		Migrations: []sqldb.Migrations{Migrations()},
	}
}

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("child", files) }
