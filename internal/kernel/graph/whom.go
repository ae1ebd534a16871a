package graph

import (
	"database/sql"
	"errors"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
)

// Whom lists the mentions of persons for whose sake an entity is protected: of a
// person those of herself in which the law protects her, of a thing those of
// whose it is. What others said of her as one who exploits is not among them. It
// gives none if they are of several persons.
func Whom(a *act.Act, e id.Entity) (out []id.Mention, err error) {
	r := reader(a)
	row, err := r.entityByID(e)
	if err != nil {
		return nil, err
	}
	rows, err := r.q.RolesIn(a.Ctx(), row.Founder)
	if err != nil {
		return nil, fault.Wrap("graph.Whom", err)
	}
	for _, m := range rows {
		if !roleOf(m.Role).Protected() {
			continue
		}
		her := id.Trusted[id.Mention](m.Mention)
		if evidence.MentionKind(m.Kind) != evidence.Person {
			if her, err = ownerOf(a, m); err != nil {
				return nil, err
			}
		}
		if !her.IsZero() && !slices.Contains(out, her) {
			out = append(out, her)
		}
	}
	return r.ofOne(out)
}

// ownerOf is the mention of the person whose thing a mention is; the zero id if
// its signal does not say.
func ownerOf(a *act.Act, m db.RolesInRow) (id.Mention, error) {
	s, err := evidence.Get(a, id.Trusted[id.Signal](m.Signal))
	if err != nil {
		return id.Mention{}, err
	}
	i := slices.IndexFunc(s.Mentions, func(o evidence.Mention) bool { return o.ID.String() == m.Mention })
	if i < 0 || s.Mentions[i].Of == 0 {
		return id.Mention{}, nil
	}
	return s.Mentions[s.Mentions[i].Of-1].ID, nil
}

// ofOne gives the mentions if all of them are of one entity.
func (r *resolver) ofOne(mentions []id.Mention) ([]id.Mention, error) {
	var one int64
	for _, m := range mentions {
		row, err := r.q.MentionByID(r.a.Ctx(), m.String())
		if errors.Is(err, sql.ErrNoRows) || err == nil && one != 0 && row.Entity != one {
			return nil, nil
		}
		if err != nil {
			return nil, fault.Wrap("graph.ofOne", err)
		}
		one = row.Entity
	}
	return mentions, nil
}
