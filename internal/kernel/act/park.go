package act

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
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

// Replay does what was proposed, from the arguments as they were proposed.
type Replay func(a *Act, in json.RawMessage) error

// Replayed makes the Replay of an act that DoOrPark can park; fn is the same.
func Replayed[I, T any](fn func(*Act, *I) (T, error)) Replay {
	return func(a *Act, in json.RawMessage) error {
		var args I
		if err := json.Unmarshal(in, &args); err != nil {
			return fault.New(fault.Internal, "act.Replayed", "fault.internal").Because(err)
		}
		_, err := fn(a, &args)
		return err
	}
}

// errTrial takes back what a trial did.
var errTrial = errors.New("trial")

// DoOrPark is Do for a verb for which a policy may ask a second pair of eyes. If
// the grant does, fn runs on trial: what it refuses is refused at once, what it
// did is taken back, and in its place stands a proposal and one line of the
// ledger; the fault is fault.Parked. fn may complete in with what it read, such
// as the version of a record: the proposal holds what the proposer saw.
func DoOrPark[I, T any](ctx context.Context, g *Ground, ask policy.Ask, in I, fn func(*Act, *I) (T, error)) (T, error) {
	var none, out T
	var saw I
	err := g.DB.InTx(ctx, func(tx *sql.Tx) error {
		a, err := begin(ctx, g, tx, ask)
		if err != nil {
			return err
		}
		saw = in
		if out, err = fn(a, &saw); err != nil {
			return err
		}
		if a.grant.Second().Asked() {
			return errTrial
		}
		return a.record(tx, ledger.Done)
	})
	if errors.Is(err, errTrial) {
		var p Proposal
		if p, err = park(ctx, g, ask, saw); err == nil {
			return none, fault.New(fault.Parked, string(ask.Verb), "act.parked", "until", p.Expires)
		}
	}
	if err != nil {
		return none, refuse(ctx, g, ask, err)
	}
	return out, nil
}

// park keeps the proposal, sealed under the key of the person it is about.
func park[I any](ctx context.Context, g *Ground, ask policy.Ask, in I) (p Proposal, err error) {
	err = g.DB.InTx(ctx, func(tx *sql.Tx) error {
		a, err := begin(ctx, g, tx, ask)
		if err != nil {
			return err
		}
		second := a.grant.Second()
		p = Proposal{ID: id.New[id.Proposal](), Verb: ask.Verb, On: ask.On, Purpose: ask.Purpose, Organisation: ask.Actor.Organisation,
			Proposer: ask.Actor.User, Roles: second.Roles, At: a.now, Expires: a.now.AddDate(0, 0, second.Days), State: Waiting}
		subject := a.facts.Subject
		if subject.IsZero() {
			if a.facts.Protected { // forgetting her would not forget it
				return fault.New(fault.Internal, string(ask.Verb), "fault.internal")
			}
			if subject, err = a.Mint(); err != nil {
				return err
			}
		}
		box, err := Seal(a, subject, placeOf(p.ID), seal.New(seal.Narrative, in))
		if err != nil {
			return err
		}
		if err := a.keep(p, subject, box); err != nil {
			return err
		}
		return a.record(tx, ledger.Parked)
	})
	return p, err
}

func (a *Act) keep(p Proposal, subject id.Subject, box []byte) error {
	q := db.New(a.tx)
	_, err := q.ExpireProposals(a.ctx, db.ExpireProposalsParams{Kind: p.On.Kind, Record: p.On.ID, Verb: string(p.Verb), Now: clock.Micro(a.now)})
	if err != nil {
		return fault.Wrap("act.park", err)
	}
	n, err := q.InsertProposal(a.ctx, db.InsertProposalParams{ID: p.ID.String(), Verb: string(p.Verb), Kind: p.On.Kind, Record: p.On.ID,
		Purpose: string(p.Purpose), Organisation: p.Organisation.String(), Proposer: p.Proposer.String(),
		ProposerRoles: strings.Join(a.Actor().Roles, " "), Roles: strings.Join(p.Roles, " "), Subject: subject.String(), Payload: box,
		At: clock.Micro(p.At), ExpiresAt: clock.Micro(p.Expires)})
	if err != nil {
		return fault.Wrap("act.park", err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, string(p.Verb), "act.already_proposed")
	}
	a.Touch("proposal", p.ID.String())
	return a.Later(JobExpire, "proposal", p.ID.String(), p.Expires)
}

// JobExpire ends proposals that nobody answered in time.
const JobExpire = "act.expire"

// Expire ends a proposal whose time is over; the node does it by a job. It can
// be repeated, and a job that comes too early changes nothing.
func Expire(ctx context.Context, g *Ground, self policy.Actor, on ledger.Ref, purpose policy.Purpose) error {
	ask := policy.Ask{Actor: self, Verb: ExpireProposal, On: on, Purpose: purpose}
	_, err := Do(ctx, g, ask, func(a *Act) (struct{}, error) {
		r, err := db.New(a.tx).ProposalRow(a.ctx, on.ID)
		if err != nil {
			return struct{}{}, fault.Wrap("act.Expire", err)
		}
		a.Touch(r.Kind, r.Record)
		_, err = db.New(a.tx).ExpireProposals(a.ctx, db.ExpireProposalsParams{Kind: r.Kind, Record: r.Record, Verb: r.Verb, Now: clock.Micro(a.now)})
		if early := a.now.Before(clock.FromMicro(r.ExpiresAt)); early && r.State == string(Waiting) {
			return struct{}{}, errors.Join(err, a.Later(JobExpire, "proposal", on.ID, clock.FromMicro(r.ExpiresAt).Add(time.Second)))
		}
		return struct{}{}, fault.Wrap("act.Expire", err)
	})
	return err
}

// ForgetProposals ends whatever still waits about a person who is forgotten, and
// drops what was asked for; her key set is destroyed by the desk's job.
func ForgetProposals(a *Act, subject id.Subject) error {
	rows, err := db.New(a.tx).ForgetProposals(a.ctx, db.ForgetProposalsParams{SettledAt: clock.Micro(a.now), Subject: subject.String()})
	for _, r := range rows {
		a.Touch("proposal", r)
	}
	return fault.Wrap("act.ForgetProposals", err)
}

// alone refuses an act that its actor may not do alone and that cannot be parked:
// it is not done in a proposal's stead. The node does not start with such a verb.
func (a *Act) alone() error {
	if a.grant.Second().Asked() {
		return fault.New(fault.Internal, string(a.grant.Ask().Verb), "fault.internal")
	}
	return nil
}

// FourEyes tells whether the act takes effect only because two people wanted it:
// one proposed it and the other does it now, or it will be parked.
func (a *Act) FourEyes() bool { return a.line.Proposer != "" || a.grant.Second().Asked() }

func placeOf(p id.Proposal) string { return "act_proposal/payload/" + p.String() }
