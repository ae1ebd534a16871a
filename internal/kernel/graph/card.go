package graph

import (
	"database/sql"
	"errors"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/names"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/features"
	"lodestar/internal/kernel/id"
)

// card is what resolution knows of one mention. Names, birth date and address are
// opened personal values, read when they are first needed: a card lives no longer
// than a run of Resolve.
type card struct {
	place   int64
	mention id.Mention
	kind    evidence.MentionKind
	entity  int64
	blank   bool
	unread  bool // not opened yet
	keys    []key

	names   []name
	born    string
	address features.Address
}

// name is one name of a mention and the number of its words.
type name struct {
	names.Parsed
	words int
}

// mostNames bounds the names of one mention that are compared.
const mostNames = 6

// write puts down what the mention says.
func (c *card) write(d evidence.Details) {
	switch c.kind {
	case evidence.Person, evidence.Organisation:
		kind := names.Person
		if c.kind == evidence.Organisation {
			kind = names.Organisation
		}
		for _, n := range d.Names[:min(mostNames, len(d.Names))] {
			p := names.Parse(n, kind)
			if words := len(p.Skeletons()); words > 0 {
				c.names = append(c.names, name{p, words})
			}
		}
		c.born = d.Born
	case evidence.Place:
		c.address = features.ReadAddress(d)
	}
}

// looksUp lists the keys by which the mention seeks neighbours. Single words of a
// name, and an address, bring too many together, unless there is nothing else.
func (c *card) looksUp() []key {
	var has [256]bool
	for _, k := range c.keys {
		has[k.sort] = true
	}
	var out []key
	for _, k := range c.keys {
		if k.sort.neighbours() > 0 && (k.sort != byWord || !has[byWords]) && (k.sort != byAddress || !has[byWordAddress]) {
			out = append(out, k)
		}
	}
	return out
}

// open opens what a mention says; blank if it was erased.
func open(a *act.Act, m evidence.Mention) (d evidence.Details, blank bool, err error) {
	if !m.Details.Present() {
		return d, true, nil
	}
	d, err = act.Open(a, m.Details)
	if fault.Is(err, fault.NotFound) {
		return evidence.Details{}, true, nil
	}
	return d, false, err
}

// deck keeps cards from act to act of one run.
type deck struct {
	cards   map[int64]*card
	changes int64 // of the cursor, after which the cards are true
}

// mostCards bounds the memory of a deck, at about 2 KB a card.
const mostCards = 20_000

// never is no number of changes, nor one before any.
const never = -2

func newDeck() *deck { return &deck{cards: map[int64]*card{}, changes: never} }

func (d *deck) put(c *card) { d.cards[c.place] = c }

// trim makes room, between signals: the cards of one signal stay together.
func (d *deck) trim() {
	for place := range d.cards { // any: the map's order is random enough
		if len(d.cards) < mostCards {
			return
		}
		delete(d.cards, place)
	}
}

// card finds a mention, or takes it from the deck; nil if it is gone.
func (r *resolver) card(place int64) (*card, error) {
	if c, ok := r.deck.cards[place]; ok {
		return c, nil
	}
	row, err := r.q.Mention(r.a.Ctx(), place)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap("graph.card", err)
	}
	c := cardOf(row)
	r.deck.put(c)
	return c, nil
}

func cardOf(row db.GraphMention) *card {
	kind := evidence.MentionKind(row.Kind)
	return &card{place: row.Place, mention: id.Trusted[id.Mention](row.Mention), kind: kind,
		entity: row.Entity, blank: row.Blank, unread: !row.Blank && !isThing(kind), keys: unpackKeys(row.Keys)}
}

// read opens what the mention of a card says.
func (r *resolver) read(c *card) error {
	if !c.unread {
		return nil
	}
	m, err := evidence.MentionByID(r.a.Ctx(), r.a.Tx(), c.mention)
	if err != nil {
		return err
	}
	d, _, err := open(r.a, m)
	if err != nil {
		return err
	}
	c.write(d)
	c.unread = false
	return nil
}
