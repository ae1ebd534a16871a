package act

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// The verbs on proposals.
const (
	ListProposals   policy.Verb = "proposal.list"
	ApproveProposal policy.Verb = "proposal.approve"
	DeclineProposal policy.Verb = "proposal.decline"
	TakeBack        policy.Verb = "proposal.take_back"
	ExpireProposal  policy.Verb = "proposal.expire"
)

// Verbs lists them with the kind of record they work on.
var Verbs = map[policy.Verb]string{ListProposals: "proposal", ApproveProposal: "proposal", DeclineProposal: "proposal", TakeBack: "proposal", ExpireProposal: "proposal"}

// Proposal is an act that waits for a second pair of eyes.
type Proposal struct {
	ID           id.Proposal     `class:"public"`
	Verb         policy.Verb     `class:"coded"`
	On           ledger.Ref      `class:"public"`
	Purpose      policy.Purpose  `class:"coded"`
	Organisation id.Organisation `class:"public"`
	Proposer     id.User         `class:"public"`
	Roles        []string        `class:"coded"` // what the second person must be, all of them
	At           time.Time       `class:"coded"`
	Expires      time.Time       `class:"coded"`
	State        ProposalState   `class:"coded"`
	proposerWas  []string        // the proposer's roles
	subject      id.Subject
	payload      []byte
}

// ProposalState is where a proposal stands.
type ProposalState string

// The states. Every one but the first is an end.
const (
	Waiting   ProposalState = "waiting"
	Approved  ProposalState = "done"
	Declined  ProposalState = "declined"
	TakenBack ProposalState = "taken_back"
	Expired   ProposalState = "expired"
	Forgotten ProposalState = "forgotten"
)

// DeclineReasons are the codes with which a second person says no.
var DeclineReasons = []string{"person_not_heard", "not_enough_known", "another_way", "too_early"}

// mayBe refuses whoever cannot be the second pair of eyes: the proposer, and who
// has not the roles. The second person works where the proposer does: nothing
// about her leaves her organisation for the sake of an approval.
func (p Proposal) mayBe(by policy.Actor) error {
	switch {
	case by.Organisation != p.Organisation:
		return fault.New(fault.Withheld, string(p.Verb), "fault.not_found")
	case by.User == p.Proposer:
		return fault.New(fault.Denied, string(p.Verb), "act.needs_another_person")
	}
	for _, r := range p.Roles {
		if !by.Has(r) {
			return fault.New(fault.Denied, string(p.Verb), "act.needs_role")
		}
	}
	return nil
}

// For tells whether it waits for this person's word.
func (p Proposal) For(by policy.Actor) bool { return p.mayBe(by) == nil }

// Approve does what was proposed, now: the record is read again, the policies
// decide again for both, and what changed meanwhile refuses it. It is one act of
// the second person; its line names the proposer too.
func Approve(ctx context.Context, g *Ground, ask policy.Ask) error {
	err := g.DB.InTx(ctx, func(tx *sql.Tx) error {
		a, err := begin(ctx, g, tx, ask)
		if err != nil {
			return err
		}
		p, err := a.waiting(ask.On.ID)
		if err != nil {
			return err
		}
		if err := p.mayBe(ask.Actor); err != nil {
			return err
		}
		if err := a.standIn(p); err != nil {
			return err
		}
		// It is settled first: to forget somebody ends what still waits about her.
		if err := a.settle(p, Approved, ""); err != nil {
			return err
		}
		if err := a.replay(p); err != nil {
			return err
		}
		return a.record(tx, ledger.Done)
	})
	if err != nil {
		return refuse(ctx, g, ask, err)
	}
	return nil
}

// standIn makes the act the one that was proposed: permitted still to the
// proposer, as she was, and permitted to the second person, as he is.
func (a *Act) standIn(p Proposal) error {
	by := a.Actor()
	ask := policy.Ask{Actor: by, Verb: p.Verb, On: p.On, Purpose: p.Purpose}
	facts, err := a.ground.facts(a.ctx, a.tx, ask, a.now)
	if err != nil {
		return err
	}
	grant, err := a.ground.Policy.Decide(ask, facts)
	if err != nil {
		return err
	}
	for _, r := range grant.Second().Roles { // the policy may ask for more than it did
		if !by.Has(r) {
			return fault.New(fault.Denied, string(p.Verb), "act.needs_role")
		}
	}
	first := ask
	first.Actor = policy.Actor{User: p.Proposer, Organisation: p.Organisation, Roles: p.proposerWas}
	if _, err := a.ground.Policy.Decide(first, facts); err != nil {
		return fault.New(fault.Conflict, string(p.Verb), "act.no_longer_permitted")
	}
	on, approval := a.line.On, a.grant.Policies()
	a.grant, a.facts, a.line = grant, facts, lineOf(ask, a.now)
	a.line.Proposer = p.Proposer.String()
	a.line.On = append(a.line.On, on...)
	a.approval = approval
	return nil
}

func (a *Act) replay(p Proposal) error {
	replay, ok := a.ground.Replays[p.Verb]
	if !ok {
		return fault.New(fault.Internal, string(p.Verb), "fault.internal")
	}
	in, err := seal.Open(a.ctx, a.ring, seal.Stored[json.RawMessage](seal.Narrative, p.subject, placeOf(p.ID), p.payload))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, string(p.Verb), "act.proposal_over") // she was forgotten
	}
	if err != nil {
		return err
	}
	return replay(a, in)
}

// Decline says no to a proposal, with a reason; nothing is done.
func Decline(ctx context.Context, g *Ground, ask policy.Ask, reason string) error {
	if !slices.Contains(DeclineReasons, reason) {
		return fault.New(fault.Invalid, string(ask.Verb), "act.decline_invalid").At("/reason", "act.say_why_not")
	}
	return end(ctx, g, ask, Declined, reason, func(p Proposal) error { return p.mayBe(ask.Actor) })
}

// Retract takes a proposal back; only its proposer can.
func Retract(ctx context.Context, g *Ground, ask policy.Ask) error {
	return end(ctx, g, ask, TakenBack, "", func(p Proposal) error {
		if p.Proposer != ask.Actor.User {
			return fault.New(fault.Denied, string(ask.Verb), "act.not_your_proposal")
		}
		return nil
	})
}

func end(ctx context.Context, g *Ground, ask policy.Ask, to ProposalState, reason string, may func(Proposal) error) error {
	_, err := Do(ctx, g, ask, func(a *Act) (struct{}, error) {
		p, err := a.waiting(ask.On.ID)
		if err != nil {
			return struct{}{}, err
		}
		if err := may(p); err != nil {
			return struct{}{}, err
		}
		a.Touch(p.On.Kind, p.On.ID)
		return struct{}{}, a.settle(p, to, reason)
	})
	return err
}

// settle ends a proposal, once: of two who answer at the same moment the second
// is refused.
func (a *Act) settle(p Proposal, to ProposalState, reason string) error {
	n, err := db.New(a.tx).SettleProposal(a.ctx, db.SettleProposalParams{State: string(to), Reason: reason,
		SettledBy: a.Actor().User.String(), SettledAt: clock.Micro(a.now), ID: p.ID.String()})
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, string(p.Verb), "act.proposal_over")
	}
	return fault.Wrap("act.settle", err)
}

// waiting is a proposal that can still be answered.
func (a *Act) waiting(proposal string) (Proposal, error) {
	r, err := db.New(a.tx).ProposalRow(a.ctx, proposal)
	if errors.Is(err, sql.ErrNoRows) {
		return Proposal{}, fault.New(fault.NotFound, "act.Proposal", "fault.not_found")
	}
	if err != nil {
		return Proposal{}, fault.Wrap("act.Proposal", err)
	}
	p := proposalFromRow(r)
	if p.State != Waiting || !a.now.Before(p.Expires) {
		return p, fault.New(fault.Conflict, string(p.Verb), "act.proposal_over")
	}
	return p, nil
}

// Proposals lists what waits in the actor's organisation, the oldest first.
func Proposals(a *Act, limit int) ([]Proposal, error) {
	rows, err := db.New(a.tx).WaitingOf(a.ctx, db.WaitingOfParams{Organisation: a.Actor().Organisation.String(), Limit: int32(limit), Now: clock.Micro(a.now)})
	return proposals(a, rows, err)
}

// ProposalsOn lists what waits about a record, as far as the actor's
// organisation proposed it.
func ProposalsOn(a *Act, on ledger.Ref) ([]Proposal, error) {
	rows, err := db.New(a.tx).WaitingOn(a.ctx, db.WaitingOnParams{Kind: on.Kind, Record: on.ID, Now: clock.Micro(a.now)})
	rows = slices.DeleteFunc(rows, func(r db.ActProposal) bool { return r.Organisation != a.Actor().Organisation.String() })
	return proposals(a, rows, err)
}

func proposals(a *Act, rows []db.ActProposal, err error) ([]Proposal, error) {
	out := make([]Proposal, len(rows))
	for i, r := range rows {
		out[i] = proposalFromRow(r)
		a.Touch("proposal", r.ID)
	}
	return out, fault.Wrap("act.Proposals", err)
}

// Proposed shows what exactly was proposed, as far as the act's grant opens it.
func Proposed[I any](a *Act, p Proposal) (Shown[I], error) {
	return Show(a, seal.Stored[I](seal.Narrative, p.subject, placeOf(p.ID), p.payload))
}

// ProposalFacts are what the policies may know of a proposal.
func ProposalFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	r, err := db.New(tx).ProposalRow(ctx, recordID)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.Facts{}, fault.New(fault.NotFound, "act.ProposalFacts", "fault.not_found")
	}
	return policy.Facts{Owner: id.Trusted[id.Organisation](r.Organisation), State: r.State, Protected: true}, fault.Wrap("act.ProposalFacts", err)
}

func proposalFromRow(r db.ActProposal) Proposal {
	return Proposal{ID: id.Trusted[id.Proposal](r.ID), Verb: policy.Verb(r.Verb), On: ledger.Ref{Kind: r.Kind, ID: r.Record},
		Purpose: policy.Purpose(r.Purpose), Organisation: id.Trusted[id.Organisation](r.Organisation), Proposer: id.Trusted[id.User](r.Proposer),
		Roles: strings.Fields(r.Roles), At: clock.FromMicro(r.At), Expires: clock.FromMicro(r.ExpiresAt), State: ProposalState(r.State),
		proposerWas: strings.Fields(r.ProposerRoles), subject: id.Trusted[id.Subject](r.Subject), payload: r.Payload}
}
