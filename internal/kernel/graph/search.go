package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/names"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/features"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Bounds of a search.
const (
	searchNewest = 40  // mentions looked at by one key
	searchEnough = 5   // entities found by two words, so that one word need not be tried
	searchOpened = 20  // candidates opened to compare names
	searchText   = 200 // characters
)

// Hit is one entity found, the best first.
type Hit struct {
	Entity
	Exact bool // by a number, or by the entity's own id
	match float64
	last  int64
}

// Search finds entities by what a person types: a name in any script, a number of
// any kind, an address line, an entity's id. It looks for keyed digests only. Whom
// the law protects is found by those alone who were told of her, and by nobody who
// looks for suspects.
func (g *Graph) Search(ctx context.Context, by policy.Actor, purpose policy.Purpose, text string, limit int) ([]Hit, error) {
	text = strings.TrimSpace(text)
	if text == "" || len([]rune(text)) > searchText {
		return nil, fault.New(fault.Invalid, "graph.Search", "graph.bad_search", "most", searchText)
	}
	return act.Look(ctx, g.Ground, g.ask(by, VerbSearch, purpose, id.Entity{}), func(a *act.Act) ([]Hit, error) {
		s := seeker{drawing: drawing{resolver: &resolver{a: a, q: db.New(a.Tx())}}, text: text, home: a.Home(), hits: map[int64]*Hit{}}
		if err := s.seek(); err != nil {
			return nil, err
		}
		return s.best(limit)
	})
}

// seeker is one search.
type seeker struct {
	drawing
	text, home string
	hits       map[int64]*Hit
}

func (s *seeker) seek() error {
	if e, err := id.Parse[id.Entity](s.text); err == nil {
		row, err := s.entityByID(e)
		if err == nil {
			s.hit(row.Founder, row.Founder, exactly)
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	for _, kind := range evidence.Kinds {
		if err := s.seekKind(kind); err != nil {
			return err
		}
	}
	return nil
}

// seekKind looks for the text as a mention of this kind. Keys of two words find
// more than keys of one.
func (s *seeker) seekKind(kind evidence.MentionKind) error {
	r := &keyring{a: s.a, kind: kind}
	switch kind {
	case evidence.Person:
		r.named([]string{s.text}, names.Person)
	case evidence.Organisation:
		r.named([]string{s.text}, names.Organisation)
	case evidence.Place:
		r.located(features.ReadAddress(evidence.Details{Line: s.text}))
	default:
		if strings.ContainsAny(s.text, "@/") || strings.IndexFunc(s.text, unicode.IsDigit) >= 0 {
			r.add(bySelf, 0, features.Identifier(kind, evidence.Details{Value: s.text}, s.home))
		}
	}
	for _, single := range []bool{false, true} {
		if single && len(s.hits) >= searchEnough {
			break
		}
		for _, k := range r.keys {
			if (k.sort == byWord) != single {
				continue
			}
			if err := s.seekKey(k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *seeker) seekKey(k key) error {
	bearers, err := s.q.Bearers(s.a.Ctx(), db.BearersParams{Token: k.token[:], Limit: searchNewest})
	if err != nil {
		return fault.Wrap("graph.seekKey", err)
	}
	match := loosely
	switch k.sort {
	case bySelf:
		match = exactly
	case byWords, byStreetTown, byStreetHouse:
		match = closely
	}
	for _, b := range bearers {
		s.hit(b.Entity, b.Place, match)
	}
	return nil
}

// How well a key speaks for an entity, before names are compared.
const (
	loosely = 0.1 // a word
	closely = 0.4 // two words
	exactly = 2   // a number
)

// hit notes an entity; each key more counts a little.
func (s *seeker) hit(founder, place int64, match float64) {
	h := s.hits[founder]
	if h == nil {
		h = &Hit{}
		s.hits[founder] = h
	}
	h.last = max(h.last, place)
	h.match = max(h.match, match) + 0.001
	h.Exact = h.match >= exactly
}

// best puts the hits in order. The likeliest are opened, as far as the grant goes,
// and their names compared.
func (s *seeker) best(limit int) ([]Hit, error) {
	founders := make([]int64, 0, len(s.hits))
	for f := range s.hits {
		founders = append(founders, f)
	}
	byMatch := func(x, y int64) int {
		return cmp.Or(cmp.Compare(s.hits[y].match, s.hits[x].match), cmp.Compare(s.hits[y].last, s.hits[x].last))
	}
	slices.SortFunc(founders, byMatch)
	var out []Hit
	for _, f := range founders[:min(len(founders), searchOpened)] {
		ok, err := s.reaches(f)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		row, err := s.q.Entity(s.a.Ctx(), f)
		if err != nil {
			return nil, fault.Wrap("graph.best", err)
		}
		if told, err := s.told(row); err != nil || !told {
			if err != nil {
				return nil, err
			}
			continue
		}
		h := *s.hits[f]
		h.Entity = entityOf(row)
		if s.shut(h.Entity) {
			continue
		}
		if h.Label, err = s.label(row); err != nil {
			return nil, err
		}
		if !h.Exact && h.Label.Value != "" {
			asked, found := names.Parse(s.text, nameKind(h.Kind)), names.Parse(h.Label.Value, nameKind(h.Kind))
			h.match = names.Compare(&asked, &found).Value
		}
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(x, y Hit) int { return cmp.Compare(y.match, x.match) })
	out = out[:min(len(out), limit)]
	for _, h := range out {
		s.a.Touch("entity", h.ID.String())
	}
	return out, nil
}

func nameKind(kind evidence.MentionKind) names.Kind {
	switch kind {
	case evidence.Person:
		return names.Person
	case evidence.Place:
		return names.Address
	}
	return names.Organisation
}

// told tells whether the actor may learn by a search that an entity is there: of
// somebody whom the law protects, and of what is hers alone, only an organisation
// that was told itself. A search must not answer whether somebody has asked for
// help.
func (s *seeker) told(row db.GraphEntity) (bool, error) {
	if !protected(row.Roles) || accused(row.Roles) && evidence.MentionKind(row.Kind) != evidence.Person {
		return true, nil
	}
	sources, err := s.sources(row.Founder)
	return slices.Contains(sources, s.a.Actor().Organisation), err
}
