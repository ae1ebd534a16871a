package prosecution

import (
	"context"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground   *act.Ground
	Node     policy.Actor    // the node itself, for jobs
	Types    []casework.Type // of the cases whose person is compared with a charge
	Offences []string        // the codes of offences
	Custody  []string        // the codes of custody
	// Flag raises the flag of a charge in the case of somebody who bears its name, if
	// that case says that she may be a victim. It tells this desk nothing.
	Flag func(ctx context.Context, in id.Case, x Accusation) error
}

// By is who asks at the desk.
type By = policy.Actor

// ask asks for justice: proceedings, and what a person wants said in hers.
func ask(by By, verb policy.Verb, kind, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: kind, ID: recordID}, Purpose: consent.Justice}
}

// Page bounds a list: up to Limit rows after a row.
type Page struct {
	After sqldb.After
	Limit int
}

// listRows bounds what was sent to an organisation, on its page.
const listRows = 50
