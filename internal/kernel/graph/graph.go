package graph

import (
	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// The verbs of the graph.
const (
	VerbResolve policy.Verb = "graph.resolve"
	VerbLearn   policy.Verb = "graph.learn"
	VerbRebuild policy.Verb = "graph.rebuild"
	VerbSee     policy.Verb = "graph.see"
	VerbSearch  policy.Verb = "graph.search"
	VerbChart   policy.Verb = "graph.chart"
	VerbPath    policy.Verb = "graph.path"
	VerbQueue   policy.Verb = "graph.queue"
	VerbJudge   policy.Verb = "graph.judge"
	VerbMerge   policy.Verb = "graph.merge"
	VerbSplit   policy.Verb = "graph.split"
	VerbWho     policy.Verb = "graph.who"
)

// Verbs lists them with the kind of record each works on.
var Verbs = map[policy.Verb]string{
	VerbResolve: "entity", VerbLearn: "entity", VerbRebuild: "entity", VerbSee: "entity", VerbSearch: "entity", VerbChart: "entity",
	VerbPath: "entity", VerbQueue: "entity", VerbJudge: "entity", VerbMerge: "entity", VerbSplit: "entity", VerbWho: "entity",
}

// Derived is what else is derived from signals, right after each of them.
type Derived struct {
	// Signal follows one signal. touched are the entities that it changed, also
	// those that are gone. A step that follows no whole signal (a part of a large
	// retraction, the remainder of a forgetting) passes a signal of no kind.
	Signal func(a *act.Act, s evidence.Signal, touched []id.Entity) error
	// Version is raised whenever the same signals would give other rows.
	Version int64
	// Tables are the derived tables; a rebuild wipes them too.
	Tables []string
	// Anew notes what there is before a rebuild; what it returns tells, afterwards,
	// those who listen of what was not there before, and of nothing else.
	Anew func(a *act.Act) (tell func() error, err error)
}

// Graph holds the verbs. Each public method with a context is exactly one act,
// except Resolve, which is as many as there is work for.
type Graph struct {
	Ground *act.Ground
	// Self is the node as an actor.
	Self    policy.Actor
	then    Derived
	initial *weights
}

// New makes the graph of a node with the weights of the catalogue.
func New(g *act.Ground, self policy.Actor, then Derived) (*Graph, error) {
	body, err := catalog.Models.ReadFile("models/resolution.json")
	if err != nil {
		return nil, fault.Wrap("graph.New", err)
	}
	w, err := readWeights(body)
	if err != nil {
		return nil, err
	}
	return &Graph{Ground: g, Self: self, then: then, initial: w}, nil
}

func (g *Graph) ask(by policy.Actor, verb policy.Verb, purpose policy.Purpose, e id.Entity) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "entity", ID: e.String()}, Purpose: purpose}
}

func notFound(op string) error { return fault.New(fault.NotFound, op, "graph.not_found") }
