// Package consent keeps a person's word: what may be done with what she told us,
// by whom, for which purpose, until when; and that she can take it back.
//
// A Consent is purpose × recipient × scope × until. Words are only ever added:
// giving, narrowing and withdrawing are rows, and what holds now is the last row
// of each consent. Source: CETS 197 Art. 11 and 12(7); protection.md §5.7, §6.
package consent

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/consent/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Purpose is why data is used. Use outside the purpose needs a new consent.
type Purpose string

// The purposes a person is asked about, and those of the node itself.
const (
	Assistance     Purpose = "assistance"     // help for the person
	Identification Purpose = "identification" // finding out that somebody needs help
	NRM            Purpose = "nrm"            // a decision of the competent authority that she is a victim
	Investigation  Purpose = "investigation"  // of suspects, never of the person
	Justice        Purpose = "justice"        // proceedings that concern her
	Return         Purpose = "return"         // her safe and voluntary return
	Resolution     Purpose = "resolution"     // the machine connects what was recorded
	Oversight      Purpose = "oversight"      // who saw what, and why
	Administration Purpose = "administration" // users, keys, backups
)

// Purposes lists them.
var Purposes = []Purpose{Assistance, Identification, NRM, Investigation, Justice, Return, Resolution, Oversight, Administration}

// Asked are the purposes about which a person is asked.
var Asked = []Purpose{Assistance, Identification, NRM, Investigation, Justice, Return}

// State of a consent.
type State string

// The states. Expired is never stored: it follows from Until.
const (
	Given     State = "given"
	Refused   State = "refused"
	Narrowed  State = "narrowed"
	Withdrawn State = "withdrawn"
)

// Speaker is who gave the word.
type Speaker string

// The speakers. For a child the guardian's word or a recorded best-interests
// decision stands in the place of consent (protection.md §3.5, §8).
const (
	Self          Speaker = "self"
	Guardian      Speaker = "guardian"
	BestInterests Speaker = "best_interests"
)

// Consent is one word of a person, as it stands.
type Consent struct {
	ID          id.Consent      `class:"public"`
	State       State           `class:"coded"`
	Person      id.Person       `class:"public"`
	Purpose     Purpose         `class:"coded"`
	Recipient   id.Organisation `class:"coded"`
	Classes     seal.Set        `class:"coded"`
	Until       time.Time       `class:"coded"`
	SpokenBy    Speaker         `class:"coded"`
	Language    string          `class:"coded"`
	Interpreter bool            `class:"coded"`
	Notice      string          `class:"coded"`
	Capacity    bool            `class:"coded"`
	RecordedBy  id.User         `class:"public"`
	RecordedAt  time.Time       `class:"public"`
	n           int64
}

// Live tells whether the consent permits something at this moment.
func (c Consent) Live(now time.Time) bool {
	return (c.State == Given || c.State == Narrowed) && now.Before(c.Until)
}

// Covers tells whether the consent, live now, lets recipient have class for purpose.
func (c Consent) Covers(purpose Purpose, recipient id.Organisation, class seal.Class, now time.Time) bool {
	return c.Live(now) && c.Purpose == purpose && c.Recipient == recipient && c.Classes.Has(class)
}

// Give records a new word, given or refused, and returns its id. child says
// whether the person is, or must be treated as, a child.
func Give(ctx context.Context, tx *sql.Tx, c Consent, child bool) (id.Consent, error) {
	v := fault.New(fault.Invalid, "consent.Give", "consent.invalid")
	if c.Person.IsZero() || c.Recipient.IsZero() || c.Purpose == "" {
		v.At("/recipient", "consent.incomplete")
	}
	if c.SpokenBy != Self && c.SpokenBy != Guardian && c.SpokenBy != BestInterests {
		v.At("/spoken_by", "consent.incomplete")
	}
	if c.State != Given && c.State != Refused {
		v.At("/state", "consent.incomplete")
	}
	if c.State == Given {
		c.check(v, child)
	}
	if err := v.OrNil(); err != nil {
		return id.Consent{}, err
	}
	c.ID, c.n = id.New[id.Consent](), 1
	return c.ID, c.insert(ctx, tx)
}

func (c Consent) check(v *fault.Error, child bool) {
	if !c.Until.After(c.RecordedAt) || c.Until.After(c.RecordedAt.AddDate(0, 0, longest)) {
		v.At("/until", "consent.needs_end")
	}
	if c.Classes == 0 || c.Classes.Has(seal.Secret) {
		v.At("/classes", "consent.needs_scope")
	}
	if c.Notice == "" || c.Language == "" {
		v.At("/notice", "consent.needs_notice")
	}
	if !c.Capacity {
		v.At("/capacity", "consent.needs_capacity")
	}
	if child && c.SpokenBy == Self {
		v.At("/spoken_by", "consent.child_needs_guardian")
	}
	if !child && c.SpokenBy != Self {
		v.At("/spoken_by", "consent.adult_speaks")
	}
}

// longest is how many days a consent can hold before she is asked again.
const longest = 366

// Narrow takes classes or time away from a live consent; it cannot add any.
func Narrow(ctx context.Context, tx *sql.Tx, c id.Consent, classes seal.Set, until time.Time, by id.User, now time.Time) (Consent, error) {
	if err := Lock(ctx, tx, c); err != nil {
		return Consent{}, err
	}
	last, err := Get(ctx, tx, c)
	if err != nil {
		return Consent{}, err
	}
	if !last.Live(now) {
		return Consent{}, fault.New(fault.Conflict, "consent.Narrow", "consent.not_live")
	}
	v := fault.New(fault.Invalid, "consent.Narrow", "consent.invalid")
	if classes&^last.Classes != 0 {
		v.At("/classes", "consent.only_narrower")
	}
	if classes == 0 {
		v.At("/classes", "consent.needs_scope")
	}
	if until.After(last.Until) {
		v.At("/until", "consent.only_narrower")
	}
	if !until.After(now) {
		v.At("/until", "consent.needs_end")
	}
	if err := v.OrNil(); err != nil {
		return Consent{}, err
	}
	last.State, last.Classes, last.Until = Narrowed, classes, until
	return last.next(ctx, tx, by, now)
}

// Withdraw takes a consent back. Withdrawing twice changes nothing.
func Withdraw(ctx context.Context, tx *sql.Tx, c id.Consent, by id.User, now time.Time) (Consent, error) {
	if err := Lock(ctx, tx, c); err != nil {
		return Consent{}, err
	}
	last, err := Get(ctx, tx, c)
	if err != nil || last.State == Withdrawn {
		return last, err
	}
	last.State = Withdrawn
	return last.next(ctx, tx, by, now)
}

func (c Consent) next(ctx context.Context, tx *sql.Tx, by id.User, now time.Time) (Consent, error) {
	c.n++
	c.RecordedBy, c.RecordedAt = by, now
	return c, c.insert(ctx, tx)
}

// Lock keeps others from changing a consent until the transaction ends: whoever
// acts on a live word locks it first, so that a withdrawal comes before or after,
// never in between.
func Lock(ctx context.Context, tx *sql.Tx, c id.Consent) error {
	return fault.Wrap("consent.Lock", db.New(tx).LockWord(ctx, c.String()))
}

// Get is the last word of one consent.
func Get(ctx context.Context, tx *sql.Tx, c id.Consent) (Consent, error) {
	row, err := db.New(tx).LastWord(ctx, c.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Consent{}, fault.New(fault.NotFound, "consent.Get", "consent.not_found")
	}
	if err != nil {
		return Consent{}, fault.Wrap("consent.Get", err)
	}
	return fromRow(row), nil
}

// Of lists a person's consents as they stand, in the order in which they were
// first given; the withdrawn and the refused are among them.
func Of(ctx context.Context, tx *sql.Tx, person id.Person) ([]Consent, error) {
	words, err := History(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	var out []Consent
	at := map[id.Consent]int{}
	for _, w := range words {
		if i, ok := at[w.ID]; ok {
			// By number, not by time: a clock that was set back between two words
			// must not bring the earlier one back to life.
			if w.n > out[i].n {
				out[i] = w
			}
			continue
		}
		at[w.ID] = len(out)
		out = append(out, w)
	}
	return out, nil
}

// History lists every word of a person, oldest first.
func History(ctx context.Context, tx *sql.Tx, person id.Person) ([]Consent, error) {
	rows, err := db.New(tx).WordsOf(ctx, person.String())
	if err != nil {
		return nil, fault.Wrap("consent.Of", err)
	}
	out := make([]Consent, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	return out, nil
}

func (c Consent) insert(ctx context.Context, tx *sql.Tx) error {
	return fault.Wrap("consent.insert", db.New(tx).InsertWord(ctx, db.InsertWordParams{
		Consent: c.ID.String(), N: c.n, State: string(c.State), Person: c.Person.String(),
		Purpose: string(c.Purpose), Recipient: c.Recipient.String(), Classes: int64(c.Classes),
		Until: clock.Micro(c.Until), SpokenBy: string(c.SpokenBy), Language: c.Language,
		Interpreter: c.Interpreter, Notice: c.Notice, Capacity: c.Capacity,
		RecordedBy: c.RecordedBy.String(), RecordedAt: clock.Micro(c.RecordedAt),
	}))
}

func fromRow(r db.ConsentWord) Consent {
	return Consent{
		ID: id.Trusted[id.Consent](r.Consent), State: State(r.State), Person: id.Trusted[id.Person](r.Person),
		Purpose: Purpose(r.Purpose), Recipient: id.Trusted[id.Organisation](r.Recipient), Classes: seal.Set(r.Classes),
		Until: clock.FromMicro(r.Until), SpokenBy: Speaker(r.SpokenBy), Language: r.Language,
		Interpreter: r.Interpreter, Notice: r.Notice, Capacity: r.Capacity,
		RecordedBy: id.Trusted[id.User](r.RecordedBy), RecordedAt: clock.FromMicro(r.RecordedAt), n: r.N,
	}
}
