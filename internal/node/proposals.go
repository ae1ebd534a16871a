package node

import (
	"context"
	"net/http"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// proposalsMax bounds the list; what is answered makes room.
const proposalsMax = 50

// proposalOperations let programs answer what waits for a second pair of eyes,
// whichever desk it is of.
func (n *Node) proposalOperations() []rest.Operation {
	post := func(name string, v policy.Verb) rest.Operation {
		return rest.Operation{ID: name + "-proposal", Method: http.MethodPost, Path: "/proposals/{proposal}/" + name, Verb: string(v)}
	}
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "list-proposals", Method: http.MethodGet, Path: "/proposals", Verb: string(act.ListProposals)}, n.listProposals),
		rest.Serves(post("approve", act.ApproveProposal), n.approveProposal),
		rest.Serves(post("decline", act.DeclineProposal), n.declineProposal),
		rest.Serves(post("take-back", act.TakeBack), n.takeBackProposal),
	}
}

// onProposal is the ask about one proposal, or about all of them. What is parked
// today is help for the person.
func onProposal(ctx context.Context, verb policy.Verb, text string) (policy.Ask, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return policy.Ask{}, err
	}
	if _, err := id.Parse[id.Proposal](text); err != nil && text != "" {
		return policy.Ask{}, fault.New(fault.NotFound, string(verb), "fault.not_found")
	}
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "proposal", ID: text}, Purpose: consent.Assistance}, nil
}

type proposalsOut struct {
	Body proposalList
}

type proposalList struct {
	Items []proposalRow `json:"items" nullable:"false" doc:"At most fifty, the oldest first"`
}

// proposalRow is an act that waits for a second person. What exactly was asked
// for is read where the record is read.
type proposalRow struct {
	ID       id.Proposal `json:"id"`
	Verb     policy.Verb `json:"verb"`
	Kind     string      `json:"kind" doc:"Of the record it is about"`
	Record   string      `json:"record"`
	Proposer id.User     `json:"proposer"`
	At       time.Time   `json:"at"`
	Expires  time.Time   `json:"expires"`
	ForYou   bool        `json:"for_you" doc:"You can be the second person"`
}

func (n *Node) listProposals(ctx context.Context, _ *struct{}) (*proposalsOut, error) {
	ask, err := onProposal(ctx, act.ListProposals, "")
	if err != nil {
		return nil, err
	}
	list, err := act.Look(ctx, n.Ground, ask, func(a *act.Act) ([]act.Proposal, error) { return act.Proposals(a, proposalsMax) })
	rows := rest.Rows(list, func(p act.Proposal) proposalRow {
		return proposalRow{p.ID, p.Verb, p.On.Kind, p.On.ID, p.Proposer, p.At, p.Expires, p.For(ask.Actor)}
	})
	return &proposalsOut{proposalList{rows}}, err
}

type proposalIn struct {
	Proposal string `path:"proposal"`
}

type declineIn struct {
	Proposal string `path:"proposal"`
	Body     refusal
}

// refusal says why the second person says no.
type refusal struct {
	Reason string `json:"reason" enum:"person_not_heard,not_enough_known,another_way,too_early"`
}

type settledOut struct{ Body settled }

type settled struct {
	Proposal string            `json:"proposal"`
	State    act.ProposalState `json:"state" enum:"done,declined,taken_back"`
}

func (n *Node) approveProposal(ctx context.Context, in *proposalIn) (*settledOut, error) {
	ask, err := onProposal(ctx, act.ApproveProposal, in.Proposal)
	if err == nil {
		err = act.Approve(ctx, n.Ground, ask)
	}
	return &settledOut{settled{in.Proposal, act.Approved}}, err
}

func (n *Node) declineProposal(ctx context.Context, in *declineIn) (*settledOut, error) {
	ask, err := onProposal(ctx, act.DeclineProposal, in.Proposal)
	if err == nil {
		err = act.Decline(ctx, n.Ground, ask, in.Body.Reason)
	}
	return &settledOut{settled{in.Proposal, act.Declined}}, err
}

func (n *Node) takeBackProposal(ctx context.Context, in *proposalIn) (*settledOut, error) {
	ask, err := onProposal(ctx, act.TakeBack, in.Proposal)
	if err == nil {
		err = act.Retract(ctx, n.Ground, ask)
	}
	return &settledOut{settled{in.Proposal, act.TakenBack}}, err
}
