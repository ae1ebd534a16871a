package typology

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology/db"
)

// Lead is a finding brought to those who can act on it.
type Lead struct {
	ID        id.Lead    `class:"public"`
	Rule      string     `class:"public"`
	Entity    id.Entity  `class:"public"`
	Finding   id.Finding `class:"public"`
	State     LeadState  `class:"public"`
	Protected bool       `class:"coded"`
	Child     bool       `class:"coded"`
	Score     int        `class:"public"`
	Persons   int        `class:"coded"`
	Raised    time.Time  `class:"public"`
	Updated   time.Time  `class:"public"`
	Verdict   id.Signal  `class:"public"`
	Reasons   Reasons    `class:"coded"` // of the finding; filled by See
}

// LeadState is open or dismissed. Whether somebody works on a lead is a case's
// matter, not the lead's.
type LeadState string

// The states of a lead.
const (
	LeadOpen      LeadState = "open"
	LeadDismissed LeadState = "dismissed"
)

// The verbs of leads.
const (
	Derive  policy.Verb = "typology.derive"
	List    policy.Verb = "typology.list"
	See     policy.Verb = "typology.see"
	Dismiss policy.Verb = "typology.dismiss"
)

// Verbs lists them with the kind of record each works on.
var Verbs = map[policy.Verb]string{Derive: "lead", List: "lead", See: "lead", Dismiss: "lead"}

// DismissReasons are the codes a responder gives when a lead was no lead.
var DismissReasons = []string{"same_household", "known_place", "known_helper", "not_the_same", "not_trafficking", "other"}

// Leads are the leads of a node.
type Leads struct{ Ground *act.Ground }

// After is a place in a queue: the last row that was shown.
type After struct {
	Score int
	Lead  id.Lead
}

// List lists the leads that were brought to the actor's organisation, in the state
// that they have there, the weightiest first. The score orders the work and decides nothing.
func (l *Leads) List(ctx context.Context, by policy.Actor, purpose policy.Purpose, state LeadState, after After, limit int) ([]Lead, error) {
	ask := policy.Ask{Actor: by, Verb: List, On: ledger.Ref{Kind: "lead"}, Purpose: purpose}
	return act.Look(ctx, l.Ground, ask, func(a *act.Act) ([]Lead, error) {
		score := int64(1) << 40
		if !after.Lead.IsZero() {
			score = int64(after.Score)
		}
		rows, err := db.New(a.Tx()).Queue(a.Ctx(), db.QueueParams{Organisation: by.Organisation.String(), State: string(state), Score: score, Lead: after.Lead.String(), Limit: int32(limit)})
		if err != nil {
			return nil, fault.Wrap("typology.List", err)
		}
		out := make([]Lead, len(rows))
		for i, r := range rows {
			if out[i], err = reasoned(db.ReasonsOfEntityRow(r)); err != nil {
				return nil, err
			}
			out[i].State = state
			a.Touch("lead", r.ID)
		}
		return out, nil
	})
}

// Seen is a lead with what of it the reader may go on to.
type Seen struct {
	Lead
	Signals map[id.Signal]bool // may be opened
	Links   bool               // the entity may be opened
	Aside   []string           // why others that it was brought to set it aside: codes
}

// maxSeen bounds the signals of a lead that are decided about one by one.
const maxSeen = 50

// See shows one lead with its reasons, in the state that it has for the actor's
// organisation.
func (l *Leads) See(ctx context.Context, by policy.Actor, purpose policy.Purpose, lead id.Lead) (Seen, error) {
	ask := policy.Ask{Actor: by, Verb: See, On: ledger.Ref{Kind: "lead", ID: lead.String()}, Purpose: purpose}
	return act.Look(ctx, l.Ground, ask, func(a *act.Act) (s Seen, err error) {
		if s.Lead, err = LeadByID(a.Ctx(), a.Tx(), lead); err != nil {
			return s, err
		}
		if err := s.heard(a); err != nil {
			return s, err
		}
		s.Signals = map[id.Signal]bool{}
		for _, signal := range s.Reasons.Signals[:min(len(s.Reasons.Signals), maxSeen)] {
			s.Signals[signal] = a.MayOn(evidence.VerbSee, "signal", signal.String())
		}
		s.Links = !s.Entity.IsZero() && a.MayOn(graph.VerbSee, "entity", s.Entity.String())
		return s, nil
	})
}

// heard tells what the recipients of a lead said of it.
func (s *Seen) heard(a *act.Act) error {
	to, err := db.New(a.Tx()).Recipients(a.Ctx(), s.ID.String())
	if err != nil {
		return fault.Wrap("typology.heard", err)
	}
	for _, r := range to {
		switch {
		case r.Organisation == a.Actor().Organisation.String():
			s.State = LeadState(r.State)
		case r.State == string(LeadDismissed):
			word, err := evidence.Get(a, id.Trusted[id.Signal](r.Verdict))
			if err != nil {
				return err
			}
			s.Aside = append(s.Aside, word.Coded["reason"])
		}
	}
	return nil
}

// Dismiss says that a lead was no lead for the actor's organisation. The word is a signal that enters at the
// top of the river; the lead is derived anew from it.
func (l *Leads) Dismiss(ctx context.Context, by policy.Actor, lead id.Lead, reason string) (id.Signal, error) {
	ok := false
	for _, r := range DismissReasons {
		ok = ok || r == reason
	}
	if !ok {
		return id.Signal{}, fault.New(fault.Invalid, string(Dismiss), "typology.dismiss_invalid").At("/reason", "typology.say_reason")
	}
	ask := policy.Ask{Actor: by, Verb: Dismiss, On: ledger.Ref{Kind: "lead", ID: lead.String()}, Purpose: consent.Identification}
	return act.Do(ctx, l.Ground, ask, func(a *act.Act) (id.Signal, error) {
		row, err := LeadByID(a.Ctx(), a.Tx(), lead)
		if err != nil {
			return id.Signal{}, err
		}
		s := Seen{Lead: row}
		if err := s.heard(a); err != nil {
			return id.Signal{}, err
		}
		if s.State != LeadOpen {
			return id.Signal{}, fault.New(fault.Conflict, string(Dismiss), "typology.already_dismissed")
		}
		return evidence.RecordOwn(a, evidence.KindVerdict, map[string]string{"lead": lead.String(), "entity": row.Entity.String(), "rule": row.Rule, "verdict": "false", "reason": reason})
	})
}

// LeadByID is one lead with its reasons.
func LeadByID(ctx context.Context, tx *sql.Tx, lead id.Lead) (Lead, error) {
	r, err := db.New(tx).Lead(ctx, lead.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Lead{}, fault.New(fault.NotFound, "typology.LeadByID", "typology.not_found")
	}
	if err != nil {
		return Lead{}, fault.Wrap("typology.LeadByID", err)
	}
	return withReasons(ctx, tx, leadFromRow(r))
}

// Whom lists as whom the person whom a lead offers help is mentioned in the
// signals behind it; none if it is about several, or about nobody whom the law
// protects.
func Whom(a *act.Act, lead id.Lead) ([]id.Mention, error) {
	l, err := LeadByID(a.Ctx(), a.Tx(), lead)
	switch {
	case err != nil || !l.Protected:
		return nil, err
	case !l.Reasons.Mention.IsZero():
		return []id.Mention{l.Reasons.Mention}, nil
	}
	return graph.Whom(a, l.Entity)
}

// LeadsOf lists the leads raised on an entity.
func LeadsOf(ctx context.Context, tx *sql.Tx, e id.Entity) ([]Lead, error) {
	rows, err := db.New(tx).ReasonsOfEntity(ctx, e.String())
	if err != nil {
		return nil, fault.Wrap("typology.LeadsOf", err)
	}
	out := make([]Lead, len(rows))
	for i, r := range rows {
		if out[i], err = reasoned(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// All lists the weightiest leads of the node, for the operator's comparison of
// what was found with what was planted.
func All(ctx context.Context, tx *sql.Tx, limit int) ([]Lead, error) {
	rows, err := db.New(tx).AllLeads(ctx, int32(limit))
	if err != nil {
		return nil, fault.Wrap("typology.All", err)
	}
	out := make([]Lead, len(rows))
	for i, r := range rows {
		if out[i], err = reasoned(db.ReasonsOfEntityRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Route brings a rule's leads to an organisation, from now on.
func Route(ctx context.Context, tx *sql.Tx, rule string, organisation id.Organisation) error {
	return fault.Wrap("typology.Route", db.New(tx).PutRoute(ctx, db.PutRouteParams{Rule: rule, Organisation: organisation.String()}))
}

// LeadFacts are what the policies may know of a lead.
func LeadFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	lead, err := id.Parse[id.Lead](recordID)
	if err != nil {
		return policy.Facts{}, fault.New(fault.NotFound, "typology.LeadFacts", "typology.not_found")
	}
	row, err := LeadByID(ctx, tx, lead)
	if err != nil {
		return policy.Facts{}, err
	}
	f := policy.Facts{State: string(row.State), Protected: row.Protected, Child: row.Child}
	to, err := db.New(tx).Recipients(ctx, recordID)
	for _, o := range to {
		f.Recipients = append(f.Recipients, id.Trusted[id.Organisation](o.Organisation))
	}
	return f, fault.Wrap("typology.LeadFacts", err)
}

func withReasons(ctx context.Context, tx *sql.Tx, l Lead) (Lead, error) {
	f, err := db.New(tx).Finding(ctx, l.Finding.String())
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil
	}
	if err != nil {
		return l, fault.Wrap("typology.withReasons", err)
	}
	return l, fault.Wrap("typology.withReasons", json.Unmarshal([]byte(f.Reasons), &l.Reasons))
}

// reasoned is a lead that was read together with its reasons.
func reasoned(r db.ReasonsOfEntityRow) (Lead, error) {
	l := leadFromRow(db.TypologyLead{ID: r.ID, Rule: r.Rule, Entity: r.Entity, Finding: r.Finding, State: r.State, Protected: r.Protected,
		Child: r.Child, Score: r.Score, Persons: r.Persons, Raised: r.Raised, Updated: r.Updated, Seq: r.Seq, Verdict: r.Verdict})
	if r.Reasons == "" {
		return l, nil
	}
	return l, fault.Wrap("typology.reasoned", json.Unmarshal([]byte(r.Reasons), &l.Reasons))
}

func leadFromRow(r db.TypologyLead) Lead {
	return Lead{ID: id.Trusted[id.Lead](r.ID), Rule: r.Rule, Entity: id.Trusted[id.Entity](r.Entity), Finding: id.Trusted[id.Finding](r.Finding),
		State: LeadState(r.State), Protected: r.Protected, Child: r.Child, Score: int(r.Score), Persons: int(r.Persons),
		Raised: clock.FromMicro(r.Raised), Updated: clock.FromMicro(r.Updated), Verdict: id.Trusted[id.Signal](r.Verdict)}
}
