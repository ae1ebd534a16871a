package rights

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

// notice is the information she is given before she is asked.
const notice = "rights-1"

// Purposes are what this desk asks her about.
var Purposes = []consent.Purpose{consent.Justice, consent.Return, consent.Assistance}

// Classes are what a recipient can be let know.
var Classes = []seal.Class{seal.Identity, seal.Contact, seal.Narrative}

// ConsentIn is one word of hers, as it is noted.
type ConsentIn struct {
	Case        id.Case
	Recipient   id.Organisation
	Purpose     consent.Purpose
	Agreed      bool
	Classes     []string
	Until       time.Time
	SpokenBy    consent.Speaker
	Interpreter bool
}

// Consent records her word, yes or no. A no takes every earlier yes to the same
// recipient for the same purpose back.
func (d *Desk) Consent(ctx context.Context, by By, in ConsentIn) (id.Consent, error) {
	if !slices.Contains(Purposes, in.Purpose) {
		return id.Consent{}, fault.New(fault.Invalid, string(Consent), "consent.invalid").At("/purpose", "consent.incomplete")
	}
	return act.Do(ctx, d.Ground, onCase(by, Consent, in.Case), func(a *act.Act) (id.Consent, error) {
		_, p, err := casework.CaseAndPerson(a, Case, in.Case)
		if err != nil {
			return id.Consent{}, err
		}
		if err := living(p); err != nil {
			return id.Consent{}, err
		}
		a.Touch("person", p.ID.String())
		word := in.word(a, p)
		if !in.Agreed {
			if err := cutOff(a, p.ID, in); err != nil {
				return id.Consent{}, err
			}
		}
		cid, err := consent.Give(a.Ctx(), a.Tx(), word, p.Age.TreatedAsChild())
		if err != nil {
			return id.Consent{}, err
		}
		return cid, a.Emit(act.ConsentChanged, "consent", cid.String())
	})
}

func (in ConsentIn) word(a *act.Act, p casework.Person) consent.Consent {
	language := p.Language
	if language == "" {
		language = "und" // she did not let us know it
	}
	word := consent.Consent{State: consent.Refused, Person: p.ID, Purpose: in.Purpose, Recipient: in.Recipient, Language: language,
		Interpreter: in.Interpreter, Notice: notice, Capacity: true, SpokenBy: in.SpokenBy, RecordedBy: a.Actor().User, RecordedAt: a.Now()}
	if in.Agreed {
		word.State, word.Until = consent.Given, in.Until
		for _, c := range Classes {
			if slices.Contains(in.Classes, c.String()) {
				word.Classes = word.Classes.With(c)
			}
		}
	}
	return word
}

func cutOff(a *act.Act, person id.Person, in ConsentIn) error {
	words, err := consent.Of(a.Ctx(), a.Tx(), person)
	for _, w := range words {
		if w.Recipient == in.Recipient && w.Purpose == in.Purpose && w.Live(a.Now()) && err == nil {
			_, err = takeBack(a, w.ID, "consent_withdrawn")
		}
	}
	return err
}

// Withdraw takes a word back. What was sent under it is revoked and purged in the
// same moment (protection.md §14, P3), and of her requests nothing further is told.
func (d *Desk) Withdraw(ctx context.Context, by By, c id.Case, word id.Consent) ([]casework.Referral, error) {
	return act.Do(ctx, d.Ground, onCase(by, Withdraw, c), func(a *act.Act) ([]casework.Referral, error) {
		_, p, err := casework.CaseAndPerson(a, Case, c)
		if err != nil {
			return nil, err
		}
		have, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err != nil {
			return nil, err
		}
		if have.Person != p.ID {
			return nil, fault.New(fault.NotFound, string(Withdraw), "consent.not_found")
		}
		a.Touch("person", p.ID.String())
		revoked, err := takeBack(a, word, "consent_withdrawn")
		if err != nil {
			return nil, err
		}
		return revoked, a.Emit(act.ConsentChanged, "consent", word.String())
	})
}

// takeBack withdraws a word with all that rests on it.
func takeBack(a *act.Act, word id.Consent, reason string) ([]casework.Referral, error) {
	if _, err := consent.Withdraw(a.Ctx(), a.Tx(), word, a.Actor().User, a.Now()); err != nil {
		return nil, err
	}
	revoked, err := casework.RevokeUnder(a, word, reason)
	if err != nil {
		return nil, err
	}
	if err := hush(a, word); err != nil {
		return nil, err
	}
	return revoked, a.Emit(act.ConsentChanged, "consent", word.String())
}

// hush marks that of the requests that were told under a word nothing further is.
func hush(a *act.Act, word id.Consent) error {
	_, err := db.New(a.Tx()).HushRequests(a.Ctx(), db.HushRequestsParams{SilentAt: clock.Micro(a.Now()), Word: word.String()})
	return fault.Wrap("rights.hush", err)
}

// heed follows a word that was changed at another desk: whoever keeps it, what the
// prosecutor was told under it ends.
func (d *Desk) heed(ctx context.Context, on ledger.Ref) error {
	word, err := id.Parse[id.Consent](on.ID)
	if err != nil {
		return err
	}
	concerned, err := d.peek(ctx, func(q *db.Queries) (int, error) {
		rows, err := q.RequestsUnder(ctx, word.String())
		return len(rows), err
	})
	if err != nil || concerned == 0 {
		return err
	}
	_, err = act.Do(ctx, d.Ground, ask(d.Node, Heed, consent.Assistance, "case", ""), func(a *act.Act) (struct{}, error) {
		have, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err != nil || have.Live(a.Now()) {
			return struct{}{}, err
		}
		rows, err := db.New(a.Tx()).RequestsUnder(a.Ctx(), word.String())
		if err != nil {
			return struct{}{}, fault.Wrap("rights.heed", err)
		}
		for _, r := range rows {
			a.Touch("case", r.Case)
		}
		if _, err := casework.RevokeUnder(a, word, "consent_withdrawn"); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, hush(a, word)
	})
	return err
}

// peek counts rows that say of nobody who they are about, so that a job which has
// nothing to do leaves no line of having looked.
func (d *Desk) peek(ctx context.Context, count func(*db.Queries) (int, error)) (n int, err error) {
	err = d.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		n, err = count(db.New(tx))
		return err
	})
	return n, fault.Wrap("rights.peek", err)
}
