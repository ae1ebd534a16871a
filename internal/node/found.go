package node

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
	"lodestar/internal/node/demo"
)

// leadsMax bounds the comparison of found with planted.
const leadsMax = 10_000

// found says what the node found, in the sources' own references, so that a
// demonstration can compare it with what was planted. It opens no field.
func (n *Node) found(ctx context.Context, planted []demo.Referral) (demo.Found, error) {
	ask := policy.Ask{Actor: Self, Verb: Trace, On: ledger.Ref{Kind: "node"}, Purpose: consent.Oversight}
	return act.Look(ctx, n.Ground, ask, func(a *act.Act) (demo.Found, error) {
		refs, err := references(a, planted)
		if err != nil {
			return demo.Found{}, err
		}
		var f demo.Found
		if err := networkLeads(a, refs, &f); err != nil {
			return f, err
		}
		persons, err := graph.InSeveral(a.Ctx(), a.Tx(), evidence.PresumedVictim)
		for _, p := range persons {
			f.Persons = append(f.Persons, named(refs, p))
		}
		return f, err
	})
}

// references gives what the sources call the signals that were planted: a node
// keeps no reference in the clear, and knows one again when it is asked for it.
func references(a *act.Act, planted []demo.Referral) (map[id.Signal]string, error) {
	refs := map[id.Signal]string{}
	for _, r := range planted {
		s, err := evidence.Named(a, orgOf(r.Organisation), r.Signal.Ref)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		refs[s] = r.Signal.Ref
	}
	return refs, nil
}

func named(refs map[id.Signal]string, signals []id.Signal) []string {
	out := make([]string, len(signals))
	for i, s := range signals {
		out[i] = refs[s]
	}
	return out
}

// networkLeads reads the leads of network rules, and the signals in which the
// presumed victim herself was named a suspect, of which there must be none.
func networkLeads(a *act.Act, refs map[id.Signal]string, f *demo.Found) error {
	list, err := typology.All(a.Ctx(), a.Tx(), leadsMax)
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Rule == typology.RuleIndicators || l.Rule == typology.RuleProtect {
			continue
		}
		kind, err := kindOf(a, l)
		if err != nil {
			return err
		}
		f.Leads = append(f.Leads, demo.Lead{Kind: kind, Signals: named(refs, l.Reasons.Signals)})
		hub, err := graph.HubOf(a.Ctx(), a.Tx(), l.Entity)
		if err != nil {
			return err
		}
		if hub.Protected {
			f.Suspects = append(f.Suspects, named(refs, l.Reasons.Signals)...)
		}
	}
	return nil
}

// kindOf gives the demonstration's word for what stands behind a lead.
func kindOf(a *act.Act, l typology.Lead) (demo.Kind, error) {
	hub, err := graph.HubOf(a.Ctx(), a.Tx(), l.Entity)
	if err != nil {
		return "", err
	}
	switch hub.Kind {
	case evidence.Phone:
		return demo.Phone, nil
	case evidence.Place:
		return demo.Address, nil
	case evidence.Account:
		return demo.Account, nil
	case evidence.Vehicle:
		return demo.Vehicle, nil
	case evidence.Handle, evidence.Email, evidence.Advert:
		return demo.Handle, nil
	}
	if slices.Contains(hub.Roles, evidence.Recruiter) {
		return demo.Recruiter, nil
	}
	keeps, err := keepsPapers(a, l)
	if keeps {
		return demo.DocumentHolder, err
	}
	return demo.Controller, err
}

// keepsPapers tells whether the signals behind a lead say of its entity that it
// keeps somebody's papers.
func keepsPapers(a *act.Act, l typology.Lead) (bool, error) {
	for _, sid := range l.Reasons.Signals {
		s, err := evidence.Get(a, sid)
		if err != nil {
			return false, err
		}
		for _, r := range s.Relations {
			if r.Kind != evidence.DocumentHeld {
				continue
			}
			e, err := graph.EntityOf(a.Ctx(), a.Tx(), s.Mentions[r.To-1].ID)
			if err == nil && e == l.Entity {
				return true, nil
			}
			if err != nil && !fault.Is(err, fault.NotFound) {
				return false, err
			}
		}
	}
	return false, nil
}
