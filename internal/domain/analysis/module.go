package analysis

import (
	"net/http"

	"lodestar/internal/base/web"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// Desk shows what the kernel's own verbs give: it has no tables and no verbs of
// its own.
type Desk struct {
	Evidence evidence.Desk
	Imports  intake.Importer
	Leads    *typology.Leads
	Graph    *graph.Graph
}

// Module is the desk's front door.
func Module(d *Desk) module.Module {
	return module.Module{Name: "analysis", Routes: d.routes(), Operations: d.operations()}
}

func (d *Desk) routes() []web.Route {
	get := func(path string, v policy.Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Verb: string(v), Handle: h}
	}
	post := func(path string, v policy.Verb, h web.Handler) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Verb: string(v), Handle: h}
	}
	return append(d.importRoutes(get, post), []web.Route{
		get("/signals", evidence.VerbList, d.signalsPage), get("/signals/{signal}", evidence.VerbSee, d.signalPage),
		get("/leads", typology.List, d.leadsPage), get("/leads/{lead}", typology.See, d.leadPage),
		post("/leads/{lead}/dismiss", typology.Dismiss, d.dismissForm),
		get("/entities", graph.VerbSearch, d.searchPage),
		post("/entities", graph.VerbSearch, d.searchForm), post("/search", graph.VerbSearch, d.searchForm), get("/search", graph.VerbSearch, d.searchAgain),
		get("/entities/{entity}", graph.VerbSee, d.entityPage), get("/entities/{entity}/links", graph.VerbChart, d.linksJSON),
		post("/entities/{entity}/split", graph.VerbSplit, d.splitForm), post("/entities/{entity}/merge", graph.VerbMerge, d.mergeForm),
		get("/review", graph.VerbQueue, d.reviewPage), post("/review", graph.VerbJudge, d.judgeForm),
	}...)
}

// purpose is what somebody looks for, by their role: those who help look at who
// needs help, investigators at suspects.
func purpose(a policy.Actor) policy.Purpose {
	if a.Has("investigator") {
		return consent.Investigation
	}
	return consent.Identification
}
