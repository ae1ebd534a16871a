// Package module is the shape of a desk's front door: a plain value that lists
// what the desk brings to the node. It holds no logic; the node reads it.
package module

import (
	"context"
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Worker does one job on one record. It may run more than once.
type Worker func(ctx context.Context, on ledger.Ref) error

// Module is a desk, or a kernel package that has verbs of its own.
type Module struct {
	Name       string
	Verbs      map[policy.Verb]string     // verb → kind of record it works on
	Facts      map[string]act.FactsFunc   // kind → what the policies may know of it
	Types      []casework.Type            // case types
	Hears      map[act.Event]string       // event → job that follows it
	Jobs       map[string]Worker          // job → worker
	Every      map[string]time.Duration   // job → how often it comes round, at one process of the node
	Replays    map[policy.Verb]act.Replay // verb → what is done when a second person agrees
	Routes     []web.Route                // pages
	Operations []rest.Operation           // API
	Migrations []sqldb.Migrations         // own tables
}
