package protection

import (
	"context"

	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// Proposed is something that waits for a second pair of eyes, as the desk shows it.
type Proposed struct {
	act.Proposal
	Case id.Case
	Code string
	Page string // of its case, in lists
	In   act.Shown[CloseIn]
	Mine bool // the reader proposed it
	May  bool // it waits for the reader
}

// waiting lists what waits for a second pair of eyes in the reader's organisation.
func waiting(a *act.Act, pages map[string]string) ([]Proposed, error) {
	list, err := act.Proposals(a, workRows)
	if err != nil {
		return nil, err
	}
	out := []Proposed{}
	for _, p := range list {
		if p.On.Kind != "case" {
			continue
		}
		c, err := casework.CaseByID(a.Ctx(), a.Tx(), id.Trusted[id.Case](p.On.ID))
		if err != nil {
			return nil, err
		}
		a.Touch(p.On.Kind, p.On.ID)
		one := proposed(a, c, p)
		one.Page = pages[c.Type] + c.ID.String()
		out = append(out, one)
	}
	return out, nil
}

// proposals are those about one case, with what exactly is proposed.
func proposals(a *act.Act, c casework.Case) (out []Proposed, err error) {
	list, err := act.ProposalsOn(a, ledger.Ref{Kind: "case", ID: c.ID.String()})
	for i := 0; i < len(list) && err == nil; i++ {
		p := proposed(a, c, list[i])
		p.In, err = act.Proposed[CloseIn](a, list[i])
		out = append(out, p)
	}
	return out, err
}

func proposed(a *act.Act, c casework.Case, p act.Proposal) Proposed {
	return Proposed{Proposal: p, Case: c.ID, Code: c.Code, Mine: p.Proposer == a.Actor().User, May: p.For(a.Actor())}
}

// Approve does what somebody else proposed.
func (d *Desk) Approve(ctx context.Context, by By, p id.Proposal, _ string) error {
	return act.Approve(ctx, d.Ground, d.ask(by, act.ApproveProposal, "proposal", p.String()))
}

// Decline says no to what somebody else proposed, with a reason.
func (d *Desk) Decline(ctx context.Context, by By, p id.Proposal, reason string) error {
	return act.Decline(ctx, d.Ground, d.ask(by, act.DeclineProposal, "proposal", p.String()), reason)
}

// TakeBack takes one's own proposal back.
func (d *Desk) TakeBack(ctx context.Context, by By, p id.Proposal, _ string) error {
	return act.Retract(ctx, d.Ground, d.ask(by, act.TakeBack, "proposal", p.String()))
}
