package graph

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Verdict is what a person may say of two mentions.
type Verdict string

// The verdicts.
const (
	Same      Verdict = same
	Different Verdict = different
	Unsure    Verdict = unsure // looked at, and it cannot be told
)

// Judge records what a person says of two mentions; resolution follows it. That
// they differ, or cannot be told, answers every question that is open between
// their entities: nobody is asked the same thing twice. reason is a code word. What
// may not be read is not judged either (fault.Withheld); what cannot be one is
// fault.Invalid.
func (g *Graph) Judge(ctx context.Context, by policy.Actor, a, b id.Mention, v Verdict, reason string) (id.Signal, error) {
	return act.Do(ctx, g.Ground, g.ask(by, VerbJudge, consent.Resolution, id.Entity{}), func(at *act.Act) (id.Signal, error) {
		if v != Same && v != Different && v != Unsure {
			return id.Signal{}, fault.New(fault.Invalid, "graph.Judge", "graph.no_such_verdict")
		}
		d := reader(at)
		x, err := d.mentionByID(a)
		if err != nil {
			return id.Signal{}, err
		}
		y, err := d.mentionByID(b)
		if err != nil {
			return id.Signal{}, err
		}
		one, other := []db.GraphMention{x}, []db.GraphMention{y}
		if v != Same && x.Entity != y.Entity {
			if one, other, err = d.between(x, y); err != nil {
				return id.Signal{}, err
			}
		}
		return d.say(v, one, other, reason)
	})
}

// Merge records that two entities are one.
func (g *Graph) Merge(ctx context.Context, by policy.Actor, a, b id.Entity, reason string) (id.Signal, error) {
	return act.Do(ctx, g.Ground, g.ask(by, VerbMerge, consent.Resolution, a), func(at *act.Act) (id.Signal, error) {
		d := reader(at)
		x, err := d.founderOf(a)
		if err != nil {
			return id.Signal{}, err
		}
		y, err := d.founderOf(b)
		if err != nil {
			return id.Signal{}, err
		}
		at.Touch("entity", b.String())
		return d.say(Same, []db.GraphMention{x}, []db.GraphMention{y}, reason)
	})
}

// Split records that some mentions of an entity are of another. Some, not all, of
// its mentions are to be given (fault.Invalid).
func (g *Graph) Split(ctx context.Context, by policy.Actor, e id.Entity, mentions []id.Mention, reason string) (id.Signal, error) {
	return act.Do(ctx, g.Ground, g.ask(by, VerbSplit, consent.Resolution, e), func(at *act.Act) (id.Signal, error) {
		d := reader(at)
		row, err := d.entityByID(e)
		if err != nil {
			return id.Signal{}, err
		}
		all, err := d.q.MentionsOf(at.Ctx(), row.Founder)
		if err != nil {
			return id.Signal{}, fault.Wrap("graph.Split", err)
		}
		var out, rest []db.GraphMention
		for _, m := range all {
			if slices.Contains(mentions, id.Trusted[id.Mention](m.Mention)) {
				out = append(out, m)
			} else {
				rest = append(rest, m)
			}
		}
		if len(out) == 0 || len(out) != len(mentions) || len(rest) == 0 {
			return id.Signal{}, fault.New(fault.Invalid, "graph.Split", "graph.not_a_part")
		}
		return d.say(Different, rest, out, reason)
	})
}

// TakeBack takes a verdict back: what it joined parts, what it parted joins, as
// far as nothing else holds. It gives the retraction.
func (g *Graph) TakeBack(ctx context.Context, by policy.Actor, verdict id.Signal, reason string) (id.Signal, error) {
	return act.Do(ctx, g.Ground, g.ask(by, VerbJudge, consent.Resolution, id.Entity{}), func(at *act.Act) (id.Signal, error) {
		if !isCode(reason) {
			return id.Signal{}, fault.New(fault.Invalid, "graph.TakeBack", "graph.needs_reason")
		}
		d := reader(at)
		s, err := evidence.Get(at, verdict)
		if err != nil {
			return id.Signal{}, err
		}
		rows, err := d.q.Verdict(at.Ctx(), s.Seq)
		if err != nil {
			return id.Signal{}, fault.Wrap("graph.TakeBack", err)
		}
		if s.Kind != evidence.KindVerdict || len(rows) == 0 {
			return id.Signal{}, notFound("graph.TakeBack")
		}
		for _, v := range rows {
			m, err := d.q.Mention(at.Ctx(), v.Place)
			if err != nil {
				return id.Signal{}, fault.Wrap("graph.TakeBack", err)
			}
			if err := d.mayReach(m.Entity); err != nil {
				return id.Signal{}, err
			}
		}
		return evidence.Retract(at, []id.Signal{verdict}, reason)
	})
}

// reader makes the resolver of an act that only reads the tables.
func reader(a *act.Act) *resolver {
	return &resolver{a: a, q: db.New(a.Tx())}
}

// say records a verdict on two sides.
func (r *resolver) say(v Verdict, a, b []db.GraphMention, reason string) (id.Signal, error) {
	if !isCode(reason) {
		return id.Signal{}, fault.New(fault.Invalid, "graph.say", "graph.needs_reason")
	}
	kind := a[0].Kind
	for _, m := range slices.Concat(a, b) {
		if m.Kind != kind || m.Blank {
			return id.Signal{}, fault.New(fault.Invalid, "graph.say", "graph.cannot_be_one")
		}
	}
	if a[0].Place == b[0].Place {
		return id.Signal{}, fault.New(fault.Invalid, "graph.say", "graph.cannot_be_one")
	}
	for _, m := range []db.GraphMention{a[0], b[0]} {
		r.a.Touch("mention", m.Mention)
	}
	return evidence.RecordOwn(r.a, evidence.KindVerdict, map[string]string{"verdict": string(v), "a": list(a), "b": list(b), "reason": reason})
}

// mostAsked bounds the mentions that one verdict speaks of.
const mostAsked = 200

// between adds to two mentions all those of their entities between which a
// question is open.
func (r *resolver) between(x, y db.GraphMention) (one, other []db.GraphMention, err error) {
	pairs, err := r.q.AskedBetween(r.a.Ctx(), db.AskedBetweenParams{One: x.Entity, Other: y.Entity, Most: mostAsked})
	if err != nil {
		return nil, nil, fault.Wrap("graph.between", err)
	}
	one, other = []db.GraphMention{x}, []db.GraphMention{y}
	seen := map[int64]bool{x.Place: true, y.Place: true}
	for _, p := range pairs {
		for _, place := range []int64{p.A, p.B} {
			if seen[place] {
				continue
			}
			seen[place] = true
			m, err := r.q.Mention(r.a.Ctx(), place)
			if err != nil {
				return nil, nil, fault.Wrap("graph.between", err)
			}
			if m.Entity == x.Entity {
				one = append(one, m)
			} else {
				other = append(other, m)
			}
		}
	}
	return one, other, nil
}

func list(mentions []db.GraphMention) string {
	ids := make([]string, len(mentions))
	for i, m := range mentions {
		ids[i] = m.Mention
	}
	return strings.Join(ids, " ")
}

// isCode tells whether a reason is a code word: words that a person writes could
// name somebody, and a verdict is not sealed.
func isCode(reason string) bool {
	return reason != "" && len(reason) <= 60 && strings.IndexFunc(reason, func(c rune) bool {
		return (c < 'a' || c > 'z') && c != '_'
	}) < 0
}

// mentionByID is a mention that the act may reach and read.
func (r *resolver) mentionByID(m id.Mention) (db.GraphMention, error) {
	row, err := r.q.MentionByID(r.a.Ctx(), m.String())
	if errors.Is(err, sql.ErrNoRows) {
		return row, notFound("graph.mentionByID")
	}
	if err != nil {
		return row, fault.Wrap("graph.mentionByID", err)
	}
	if err := r.mayReach(row.Entity); err != nil {
		return row, err
	}
	ok, err := r.mayCompare(row)
	if err == nil && !ok {
		err = fault.New(fault.Withheld, "graph.mentionByID", "graph.not_found")
	}
	return row, err
}

// founderOf is the first mention of an entity that the act may reach.
func (r *resolver) founderOf(e id.Entity) (db.GraphMention, error) {
	row, err := r.entityByID(e)
	if err != nil {
		return db.GraphMention{}, err
	}
	if err := r.mayReach(row.Founder); err != nil {
		return db.GraphMention{}, err
	}
	m, err := r.q.Mention(r.a.Ctx(), row.Founder)
	return m, fault.Wrap("graph.founderOf", err)
}

// reaches tells whether an entity lies within the scope of the grant: everything
// of the node, or what one's organisation is a source of.
func (r *resolver) reaches(founder int64) (bool, error) {
	if r.a.Grant().Scope() == policy.ScopeNode {
		return true, nil
	}
	n, err := r.q.KnownTo(r.a.Ctx(), db.KnownToParams{Entity: founder, Organisation: r.a.Actor().Organisation.String()})
	return n > 0, fault.Wrap("graph.reaches", err)
}

func (r *resolver) mayReach(founder int64) error {
	ok, err := r.reaches(founder)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Withheld, "graph.mayReach", "graph.not_found")
	}
	return nil
}
