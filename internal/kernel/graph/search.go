package graph

import (
	"cmp"
	"context"
	"maps"
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
	searchEnough = 20  // mentions found by two words, so that one word need not be tried
	searchRead   = 120 // of the likeliest mentions, whose entities are read
	searchOpened = 20  // entities opened to compare names
	searchText   = 200 // characters
)

// Hit is one entity found, the best first. Its label is what was found of it.
type Hit struct {
	Entity
	Exact bool // by a number, or by the entity's own id
	match float64
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
		s := seeker{drawing: drawing{resolver: &resolver{a: a, q: db.New(a.Tx())}}, text: text, home: a.Home(), found: map[int64]float64{}}
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
	found      map[int64]float64 // place of a mention → how well the keys speak for it
}

func (s *seeker) seek() error {
	if e, err := id.Parse[id.Entity](s.text); err == nil {
		row, err := s.entityByID(e)
		if err == nil {
			s.find(row.Founder, exactly)
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
		if single && len(s.found) >= searchEnough {
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
	places, err := s.q.Bearers(s.a.Ctx(), db.BearersParams{Token: k.token[:], Most: searchNewest})
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
	for _, place := range places {
		s.find(place, match)
	}
	return nil
}

// How well a key speaks for a mention, before names are compared.
const (
	loosely = 0.1 // a word
	closely = 0.4 // two words
	exactly = 2   // a number
)

// find notes a mention; each key more counts a little.
func (s *seeker) find(place int64, match float64) {
	s.found[place] = max(s.found[place], match) + 0.001
}

// best puts what was found in order. The likeliest are opened, as far as the grant
// goes, and their names compared. An entity counts by its likeliest mention.
func (s *seeker) best(limit int) (out []Hit, err error) {
	places := slices.SortedFunc(maps.Keys(s.found), func(x, y int64) int {
		return cmp.Or(cmp.Compare(s.found[y], s.found[x]), cmp.Compare(y, x))
	})
	seen := map[int64]bool{}
	for _, place := range places[:min(len(places), searchRead)] {
		m, err := s.q.Mention(s.a.Ctx(), place)
		if err != nil {
			return nil, fault.Wrap("graph.best", err)
		}
		if seen[m.Entity] {
			continue
		}
		if len(seen) == searchOpened {
			break
		}
		seen[m.Entity] = true
		h, ok, err := s.meet(m)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, h)
		}
	}
	slices.SortStableFunc(out, func(x, y Hit) int { return cmp.Compare(y.match, x.match) })
	out = out[:min(len(out), limit)]
	for _, h := range out {
		s.a.Touch("entity", h.ID.String())
	}
	return out, nil
}

// meet gives the entity of a mention that was found, if the actor may learn of it.
func (s *seeker) meet(m db.GraphMention) (h Hit, ok bool, err error) {
	if ok, err = s.reaches(m.Entity); err != nil || !ok {
		return h, false, err
	}
	row, err := s.q.Entity(s.a.Ctx(), m.Entity)
	if err != nil {
		return h, false, fault.Wrap("graph.meet", err)
	}
	if ok, err = s.told(row); err != nil || !ok {
		return h, false, err
	}
	h = Hit{Entity: entityOf(row), Exact: s.found[m.Place] >= exactly, match: s.found[m.Place]}
	if h.Label, err = s.known(row, m); err != nil {
		return h, false, err
	}
	if !h.Exact && h.Label.Value != "" {
		asked, found := names.Parse(s.text, nameKind(h.Kind)), names.Parse(h.Label.Value, nameKind(h.Kind))
		h.match = names.Compare(&asked, &found).Value
	}
	return h, true, nil
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
// that was told itself, and which does not look for suspects. A search must not
// answer whether somebody has asked for help.
func (s *seeker) told(row db.GraphEntity) (bool, error) {
	if !protected(row.Roles) {
		return true, nil
	}
	if evidence.MentionKind(row.Kind) == evidence.Person || !accused(row.Roles) {
		sources, err := s.sources(row.Founder)
		if err != nil || !slices.Contains(sources, s.a.Actor().Organisation) {
			return false, err
		}
	}
	return !s.shut(entityOf(row)), nil
}
