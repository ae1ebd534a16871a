package graph

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// entityRow is an entity in hand, written back when the step is done.
type entityRow struct {
	id       id.Entity
	kind     evidence.MentionKind
	mentions int64
	first    int64 // observed
	last     int64
	roles    []string // sorted
	ages     []string
	divided  bool

	stored bool // there is a row of it
	gone   bool
}

// founded is the entity that a mention founds. Its name follows from the mention,
// so that it is the same after a rebuild.
func founded(c *card, m id.Mention, p playing, observed int64) *entityRow {
	e := &entityRow{id: entityID(m), kind: c.kind}
	e.add(p.role, p.age, observed)
	return e
}

func entityID(founder id.Mention) id.Entity {
	return id.Derived[id.Entity]("entity", founder.String())
}

// add counts a mention in.
func (e *entityRow) add(role, age string, observed int64) {
	if e.mentions == 0 {
		e.first, e.last = observed, observed
	}
	e.mentions++
	e.first, e.last = min(e.first, observed), max(e.last, observed)
	for _, r := range strings.Fields(role) {
		e.roles = with(e.roles, r)
	}
	e.ages = with(e.ages, age)
}

// absorb counts in all mentions of another entity.
func (e *entityRow) absorb(o *entityRow) {
	e.mentions += o.mentions
	e.first, e.last = min(e.first, o.first), max(e.last, o.last)
	for _, role := range o.roles {
		e.roles = with(e.roles, role)
	}
	for _, age := range o.ages {
		e.ages = with(e.ages, age)
	}
	e.divided = e.divided || o.divided
}

// with is a sorted set and one word more.
func with(set []string, word string) []string {
	at, known := slices.BinarySearch(set, word)
	if known || word == "" {
		return set
	}
	return slices.Insert(set, at, word)
}

// row takes an entity in hand; nil if there is none.
func (r *resolver) row(founder int64) (*entityRow, error) {
	if e, ok := r.rows[founder]; ok {
		if e.gone {
			return nil, nil
		}
		return e, nil
	}
	row, err := r.q.Entity(r.a.Ctx(), founder)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap("graph.row", err)
	}
	e := &entityRow{id: id.Trusted[id.Entity](row.Entity), kind: evidence.MentionKind(row.Kind), mentions: row.Mentions,
		first: row.First, last: row.Last, roles: strings.Fields(row.Roles), ages: strings.Fields(row.Ages), divided: row.Divided, stored: true}
	r.rows[founder] = e
	return e, nil
}

// drop takes an entity away.
func (r *resolver) drop(founder int64) error {
	e, err := r.row(founder)
	if err != nil || e == nil {
		return err
	}
	r.touch(founder, e.id)
	e.gone = true
	return nil
}

// touch notes that the step changes the entity.
func (r *resolver) touch(founder int64, e id.Entity) { r.touched[founder] = e }

// flush writes the entities in hand back.
func (r *resolver) flush() error {
	ctx := r.a.Ctx()
	for founder, e := range r.rows {
		var err error
		roles := strings.Join(e.roles, " ")
		switch {
		case e.gone && e.stored:
			err = r.q.DeleteEntity(ctx, founder)
		case e.gone:
		case e.stored:
			err = r.q.UpdateEntity(ctx, db.UpdateEntityParams{Founder: founder, Mentions: e.mentions, First: e.first, Last: e.last,
				Roles: roles, Ages: strings.Join(e.ages, " "), Divided: e.divided, Guarded: protected(roles)})
		default:
			err = r.q.InsertEntity(ctx, db.InsertEntityParams{Founder: founder, Entity: e.id.String(), Kind: string(e.kind), Mentions: e.mentions,
				First: e.first, Last: e.last, Roles: roles, Ages: strings.Join(e.ages, " "), Divided: e.divided, Guarded: protected(roles)})
		}
		if err != nil {
			return fault.Wrap("graph.flush", err)
		}
	}
	clear(r.rows)
	return nil
}
