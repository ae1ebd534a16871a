// Package typology turns what is connected into leads: rules look at entities
// and signals, and when one fires it raises a lead with its reasons, and nothing
// else. It opens no case, denies no right, names no victim a suspect.
//
// Start at Network (a rule), then Deriver.
package typology

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/db"
	"lodestar/internal/kernel/typology/indicator"
)

// Derivation is the version of what this package derives. Raise it whenever the
// same signals and rules would give other rows: graph.Stale then asks for a rebuild.
const Derivation = 1

// Tables are the derived tables, for the digest of a rebuild.
var Tables = []string{"typology_finding", "typology_lead", "typology_recipient", "typology_dismissal"}

// Rules whose leads go to those who help, whatever else is routed.
const (
	RuleIndicators = "indicators" // a screening shows indicators of trafficking
	RuleProtect    = "protect"    // a network rule met somebody whom the law protects
)

// sightingsMax bounds what a rule reads of one hub: the newest. A hub with more
// is a public place, and what fires on it fires on the newest as well.
const sightingsMax = 400

// Deriver derives findings and leads, in the order of the signals.
type Deriver struct {
	Network   []Network
	Screening *indicator.Instrument
}

// Signal derives what one signal, just resolved, changes: the network rules on
// every entity it touched, and the indicators it carries. touched also holds
// entities that are gone; their findings go with them.
func (d *Deriver) Signal(a *act.Act, s evidence.Signal, touched []id.Entity) error {
	if s.Kind == evidence.KindVerdict && s.Coded["lead"] != "" {
		return d.dismissed(a, s)
	}
	if s.Kind == evidence.KindRetraction {
		if err := d.retracted(a, s); err != nil {
			return err
		}
	}
	for _, e := range touched {
		if err := d.entity(a, s, e); err != nil {
			return err
		}
	}
	return d.indicators(a, s)
}

func (d *Deriver) entity(a *act.Act, s evidence.Signal, e id.Entity) error {
	if err := follow(a, e); err != nil {
		return err
	}
	hub, err := graph.HubOf(a.Ctx(), a.Tx(), e)
	if fault.Is(err, fault.NotFound) {
		return forgetEntity(a, e)
	}
	if err != nil {
		return err
	}
	if hub.Listed {
		return nil // many are seen at a shelter's address, and it is no network
	}
	h := Hub{Entity: e, Kind: hub.Kind, Roles: hub.Roles, Protected: hub.Protected}
	var facts Facts
	for _, rule := range d.Network {
		if !rule.Applies(h) {
			continue
		}
		if facts.Hub.Entity.IsZero() { // several rules look at one hub
			if facts, err = factsOf(a.Ctx(), a.Tx(), h); err != nil {
				return err
			}
		}
		outcome, reasons := rule.Fire(facts)
		if err := put(a, s, rule, h, outcome, reasons); err != nil {
			return err
		}
	}
	return nil
}

func factsOf(ctx context.Context, tx *sql.Tx, h Hub) (Facts, error) {
	f := Facts{Hub: h}
	behind, err := graph.Behind(ctx, tx, h.Entity, sightingsMax)
	if err != nil {
		return f, err
	}
	for _, b := range behind {
		f.Sightings = append(f.Sightings, Sighting{Person: b.Person, Signal: b.Signal, Organisation: b.Organisation, Observed: b.Observed, Anonymous: b.Anonymous, Child: b.Child})
	}
	if len(behind) > 1 {
		f.Relatives, err = graph.RelativesBehind(ctx, tx, h.Entity, sightingsMax, behind)
	}
	return f, err
}

func put(a *act.Act, s evidence.Signal, rule Network, h Hub, outcome Outcome, reasons Reasons) error {
	q := db.New(a.Tx())
	fid := id.Derived[id.Finding]("finding", rule.Name, h.Entity.String())
	lid := id.Derived[id.Lead]("lead", rule.Name, h.Entity.String())
	if outcome == Quiet {
		return errors.Join(fault.Wrap("typology.put", q.DeleteFinding(a.Ctx(), fid.String())), lower(a, lid))
	}
	if err := putFinding(a, fid, rule.Name, rule.Version, h.Entity, outcome, s, reasons); err != nil {
		return err
	}
	if outcome == NotAssessable {
		return lower(a, lid)
	}
	route, to := rule.Name, id.Organisation{}
	if outcome == Protect {
		route, to = RuleProtect, s.Organisation
	}
	return raise(a, Lead{ID: lid, Rule: route, Entity: h.Entity, Finding: fid, Protected: outcome == Protect, Child: reasons.Children > 0,
		Score: 10*reasons.Persons + 5*reasons.Sources + 5*reasons.Children, Persons: reasons.Persons}, s, to)
}

// lower takes a lead away that nothing supports any more. What its recipients said
// of it stays, so that it does not come back to them with no more behind it.
func lower(a *act.Act, lead id.Lead) error {
	q := db.New(a.Tx())
	return fault.Wrap("typology.lower", errors.Join(q.DeleteRecipients(a.Ctx(), lead.String()), q.DeleteLead(a.Ctx(), lead.String())))
}

// follow moves the leads of screenings to where their mentions now belong: a
// merge or a split changes the entity, not what somebody answered.
func follow(a *act.Act, e id.Entity) error {
	q := db.New(a.Tx())
	leads, err := q.LeadsOfEntity(a.Ctx(), e.String())
	if err != nil {
		return fault.Wrap("typology.follow", err)
	}
	for _, row := range leads {
		if row.Rule != RuleIndicators {
			continue
		}
		l, err := withReasons(a.Ctx(), a.Tx(), leadFromRow(row))
		if err != nil {
			return err
		}
		now, err := graph.EntityOf(a.Ctx(), a.Tx(), l.Reasons.Mention)
		if fault.Is(err, fault.NotFound) {
			continue // gone with its signal: see retracted
		}
		if err == nil && now != e {
			err = errors.Join(q.MoveLead(a.Ctx(), db.MoveLeadParams{Entity: now.String(), ID: row.ID}),
				q.MoveFinding(a.Ctx(), db.MoveFindingParams{Entity: now.String(), ID: row.Finding}))
		}
		if err != nil {
			return fault.Wrap("typology.follow", err)
		}
	}
	return nil
}

func putFinding(a *act.Act, fid id.Finding, rule, version string, e id.Entity, outcome Outcome, s evidence.Signal, reasons any) error {
	b, err := json.Marshal(reasons)
	if err != nil {
		return fault.Wrap("typology.putFinding", err)
	}
	return fault.Wrap("typology.putFinding", db.New(a.Tx()).PutFinding(a.Ctx(), db.PutFindingParams{ID: fid.String(), Rule: rule, Version: version,
		Entity: e.String(), Outcome: string(outcome), At: clock.Micro(s.Observed), Seq: s.Seq, Reasons: string(b)}))
}

func putLead(a *act.Act, l Lead, seq int64) error {
	return fault.Wrap("typology.putLead", db.New(a.Tx()).PutLead(a.Ctx(), db.PutLeadParams{ID: l.ID.String(), Rule: l.Rule, Entity: l.Entity.String(),
		Finding: l.Finding.String(), State: string(l.State), Protected: l.Protected, Child: l.Child, Score: int64(l.Score), Persons: int64(l.Persons),
		Raised: clock.Micro(l.Raised), Updated: clock.Micro(l.Updated), Seq: seq, Verdict: l.Verdict.String()}))
}

func forgetEntity(a *act.Act, e id.Entity) error {
	q := db.New(a.Tx())
	leads, err := q.LeadsOfEntity(a.Ctx(), e.String())
	if err != nil {
		return fault.Wrap("typology.forgetEntity", err)
	}
	findings, err := q.FindingsOfEntity(a.Ctx(), e.String())
	if err != nil {
		return fault.Wrap("typology.forgetEntity", err)
	}
	for _, l := range leads {
		err = errors.Join(err, forget(a, l.ID))
	}
	for _, f := range findings {
		err = errors.Join(err, q.DeleteFinding(a.Ctx(), f.ID))
	}
	return fault.Wrap("typology.forgetEntity", err)
}

// retracted removes what screenings of retracted signals raised.
func (d *Deriver) retracted(a *act.Act, s evidence.Signal) error {
	signals, err := evidence.RetractedBy(a.Ctx(), a.Tx(), s.ID)
	if err != nil {
		return err
	}
	q := db.New(a.Tx())
	for _, sid := range signals {
		gone, err := evidence.Get(a, sid)
		if err != nil {
			return err
		}
		for _, m := range gone.Mentions {
			fid := id.Derived[id.Finding]("finding", RuleIndicators, m.ID.String()).String()
			leads, err := q.LeadsOfFinding(a.Ctx(), fid)
			for _, l := range leads {
				err = errors.Join(err, forget(a, l))
			}
			if err = errors.Join(err, q.DeleteFinding(a.Ctx(), fid)); err != nil {
				return fault.Wrap("typology.retracted", err)
			}
		}
	}
	return nil
}

// indicators screens the answers a signal carries ("ilo.D1.wages": "yes"). A
// positive result is a lead for those who help: a person to be offered help, not
// a suspicion. What it does not show is said of nobody.
func (d *Deriver) indicators(a *act.Act, s evidence.Signal) error {
	answers := indicator.AnswersOf(s.Coded)
	if len(answers) == 0 {
		return nil
	}
	for _, m := range s.Mentions {
		if m.Kind != evidence.Person || m.Role != evidence.PresumedVictim && m.Role != evidence.Worker {
			continue
		}
		if err := d.indicated(a, s, m, d.Screening.Screen(answers, m.Age)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deriver) indicated(a *act.Act, s evidence.Signal, m evidence.Mention, result indicator.Result) error {
	if result.Outcome != indicator.Indicated {
		return nil
	}
	e, err := graph.EntityOf(a.Ctx(), a.Tx(), m.ID)
	if err != nil {
		return err
	}
	reasons := Reasons{Rule: RuleIndicators, Kind: string(evidence.Person), Persons: 1, Sources: 1, Signals: []id.Signal{s.ID}, Mention: m.ID, List: result.Instrument}
	for _, f := range result.Dimensions {
		reasons.Fired = append(reasons.Fired, f.Fired...)
	}
	fid := id.Derived[id.Finding]("finding", RuleIndicators, m.ID.String())
	if err := putFinding(a, fid, RuleIndicators, strconv.Itoa(result.Version), e, Fired, s, reasons); err != nil {
		return err
	}
	lid := id.Derived[id.Lead]("lead", RuleIndicators, m.ID.String())
	return raise(a, Lead{ID: lid, Rule: RuleIndicators, Entity: e, Finding: fid, Protected: true, Child: m.Age.TreatedAsChild(),
		Score: 10 + len(reasons.Fired), Persons: 1}, s, s.Organisation)
}
