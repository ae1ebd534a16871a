package node

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// Course is the whole course of one signal down the river, without one name.
type Course struct {
	Signal   id.Signal       `json:"signal"`
	Kind     string          `json:"kind"`
	Recorded time.Time       `json:"recorded"`
	Entities []CourseEntity  `json:"entities"`
	Leads    []typology.Lead `json:"leads"`
	Cases    []CourseCase    `json:"cases"`
	Lines    []ledger.Entry  `json:"lines"` // of the signal and of its cases, oldest first
}

// CourseEntity is what a mention resolved to.
type CourseEntity struct {
	Mention id.Mention           `json:"mention"`
	Kind    evidence.MentionKind `json:"kind"`
	Role    evidence.Role        `json:"role"`
	Entity  id.Entity            `json:"entity"`
	Size    int                  `json:"size"` // mentions in the entity
}

// CourseCase is a case the signal led to.
type CourseCase struct {
	Case      id.Case             `json:"case"`
	State     string              `json:"state"`
	Moves     []casework.Step     `json:"moves"`
	Referrals []casework.Referral `json:"referrals"`
}

// TraceSignal follows one signal from the ledger and the tables. That it can is
// the proof that the architecture is true. The tracing is itself a line.
func (n *Node) TraceSignal(ctx context.Context, signal id.Signal) (Course, error) {
	ask := policy.Ask{Actor: Self, Verb: Trace, On: ledger.Ref{Kind: "node"}, Purpose: consent.Oversight}
	return act.Look(ctx, n.Ground, ask, func(a *act.Act) (Course, error) {
		s, err := evidence.Get(a, signal)
		if err != nil {
			return Course{}, err
		}
		a.Touch("signal", signal.String())
		c := Course{Signal: signal, Kind: s.Kind, Recorded: s.Recorded}
		if err := c.entities(a, s); err != nil {
			return c, err
		}
		if err := c.cases(a); err != nil {
			return c, err
		}
		return c, c.lines(a)
	})
}

func (c *Course) entities(a *act.Act, s evidence.Signal) error {
	for _, m := range s.Mentions {
		e, err := graph.EntityOf(a.Ctx(), a.Tx(), m.ID)
		if fault.Is(err, fault.NotFound) {
			continue // retracted, forgotten or not yet resolved
		}
		if err != nil {
			return err
		}
		hub, err := graph.HubOf(a.Ctx(), a.Tx(), e)
		if err != nil {
			return err
		}
		c.Entities = append(c.Entities, CourseEntity{Mention: m.ID, Kind: m.Kind, Role: m.Role, Entity: e, Size: hub.Mentions})
		leads, err := typology.LeadsOf(a.Ctx(), a.Tx(), e)
		if err != nil {
			return err
		}
		c.Leads = append(c.Leads, leads...)
	}
	return nil
}

func (c *Course) cases(a *act.Act) error {
	var leads []id.Lead
	for _, l := range c.Leads {
		leads = append(leads, l.ID)
	}
	cases, err := casework.CasesFrom(a.Ctx(), a.Tx(), c.Signal, leads)
	if err != nil {
		return err
	}
	for _, cid := range cases {
		row, err := casework.CaseByID(a.Ctx(), a.Tx(), cid)
		if err != nil {
			return err
		}
		x := CourseCase{Case: cid, State: row.State}
		if x.Moves, err = casework.Course(a, cid); err != nil {
			return err
		}
		if x.Referrals, err = casework.ReferralsOf(a, cid); err != nil {
			return err
		}
		c.Cases = append(c.Cases, x)
	}
	return nil
}

func (c *Course) lines(a *act.Act) error {
	refs := []ledger.Ref{{Kind: "signal", ID: c.Signal.String()}}
	for _, x := range c.Cases {
		refs = append(refs, ledger.Ref{Kind: "case", ID: x.Case.String()})
	}
	seen := map[int64]bool{}
	for _, r := range refs {
		list, err := ledger.ForRef(a.Ctx(), a.Tx(), r, ledger.Newest, 200)
		if err != nil {
			return err
		}
		for i := len(list) - 1; i >= 0; i-- {
			if !seen[list[i].N] {
				seen[list[i].N] = true
				c.Lines = append(c.Lines, list[i])
			}
		}
	}
	return nil
}

// printCourse writes the course for a reader, with the lines' ids: each of them
// can be proven.
func (p *program) printCourse(w io.Writer, c Course) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	row := func(kind, ref, text string) { fmt.Fprintf(t, "%s\t%s\t%s\n", p.tell("id.kind."+kind), ref, text) }
	row("sig", c.Signal.String(), c.Kind+", "+c.Recorded.Format(time.DateTime))
	for _, e := range c.Entities {
		row("ent", e.Entity.String(), fmt.Sprintf("%s %s, %s", e.Kind, e.Role, p.count("command.mentions", e.Size)))
	}
	for _, l := range c.Leads {
		row("led", l.ID.String(), fmt.Sprintf("%s, %s; %s", l.Rule, l.State, p.tell("command.lead", "persons", l.Reasons.Persons, "sources", l.Reasons.Sources, "days", l.Reasons.Days)))
	}
	for _, x := range c.Cases {
		row("cas", x.Case.String(), x.State)
		for _, m := range x.Moves {
			fmt.Fprintf(t, "\t\t%s  %s → %s  %s\n", m.At.Format(time.DateTime), m.From, m.To, m.Verb)
		}
		for _, r := range x.Referrals {
			row("ref", r.ID.String(), strings.TrimSpace(fmt.Sprintf("%s: %s %s", r.Need, r.State, r.Reason)))
		}
	}
	for _, e := range c.Lines {
		row("lin", e.ID.String(), fmt.Sprintf("%s  %s %s, %s, %s", e.At.Format(time.DateTime), e.Verb, e.Outcome, e.Purpose, e.Actor))
	}
	t.Flush()
	if n := len(c.Lines); n > 0 {
		fmt.Fprintln(w, p.tell("command.to_prove", "command", p.next("ledger", "prove", c.Lines[n-1].ID.String())))
	}
}

// LatestSignal is the newest signal of a kind, for a demonstration's trace.
func (n *Node) LatestSignal(ctx context.Context, kind string) (found id.Signal, err error) {
	err = n.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		head, err := evidence.Head(ctx, tx)
		if err != nil {
			return err
		}
		list, err := evidence.After(ctx, tx, max(0, head-500), 500)
		for _, s := range list {
			if s.Kind == kind {
				found = s.ID
			}
		}
		return err
	})
	return found, err
}
