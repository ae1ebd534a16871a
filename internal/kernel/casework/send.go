package casework

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// Send sends a referral under a live consent that names its recipient and purpose.
func Send(a *act.Act, p Person, c Case, r Referral, purpose consent.Purpose, payload Payload, expires time.Time) (Referral, error) {
	if err := consent.Lock(a.Ctx(), a.Tx(), r.Consent); err != nil {
		return Referral{}, err
	}
	word, err := consent.Get(a.Ctx(), a.Tx(), r.Consent)
	if err != nil {
		return Referral{}, err
	}
	if !word.Live(a.Now()) || word.Person != p.ID || word.Recipient != r.Recipient || word.Purpose != purpose {
		return Referral{}, fault.New(fault.Denied, "casework.Send", "casework.no_live_consent")
	}
	r.Duty = ""
	return send(a, p, c, r, payload.within(word.Classes), expires)
}

// SendByDuty sends a referral that a duty of the State's law asks for in the place
// of consent (protection.md §1, rule 6). Without such a duty it is fault.Denied.
// What the duty is for says which classes go; the caller's Law names it.
func SendByDuty(a *act.Act, p Person, c Case, r Referral, does law.Does, classes seal.Set, payload Payload, expires time.Time) (Referral, error) {
	duty, bound := a.Law().Duty(does)
	if !bound {
		return Referral{}, fault.New(fault.Denied, "casework.SendByDuty", "casework.no_duty")
	}
	r.Consent, r.Duty = id.Consent{}, duty.Code
	return send(a, p, c, r, payload.within(classes), expires)
}

// send seals the payload under a key set of its own: when what it rests on falls it
// is destroyed, and an older copy of the rows delivers nothing.
func send(a *act.Act, p Person, c Case, r Referral, payload Payload, expires time.Time) (_ Referral, err error) {
	r.ID, r.Case, r.Person, r.Organisation = id.New[id.Referral](), c.ID, p.ID, c.Organisation
	r.State, r.Sent, r.Expires, r.Version = Sent, a.Now(), expires, 1
	if r.subject, err = a.Mint(); err != nil {
		return Referral{}, err
	}
	box, err := act.Seal(a, r.subject, placePayload(r.ID), seal.New(seal.Identity, payload))
	if err != nil {
		return Referral{}, err
	}
	a.Touch("referral", r.ID.String())
	return r, fault.Wrap("casework.send", db.New(a.Tx()).InsertReferral(a.Ctx(), db.InsertReferralParams{
		ID: r.ID.String(), Case: c.ID.String(), Person: p.ID.String(), Organisation: c.Organisation.String(), Recipient: r.Recipient.String(),
		Service: r.Service.String(), Need: r.Need, Consent: r.Consent.String(), Duty: r.Duty, State: string(Sent), Subject: r.subject.String(), Payload: box,
		SentAt: clock.Micro(r.Sent), ExpiresAt: clock.Micro(expires)}))
}

// TaskWithdrawn asks whoever took somebody on to look at what they keep of her: the
// word under which it was told holds no longer (Regulation (EU) 2016/679, Article 19).
const TaskWithdrawn = "word_withdrawn"

// tellTaker tells the organisation that took somebody on by a referral that what the
// referral rested on has ended. Its own file stays its own.
func tellTaker(a *act.Act, r Referral) error {
	row, err := db.New(a.Tx()).CaseByReferral(a.Ctx(), r.ID.String())
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = AddTask(a, caseFromRow(row), TaskWithdrawn, a.Now())
	}
	return fault.Wrap("casework.tellTaker", err)
}

// forgetSent takes back what was sent of somebody who is forgotten; whoever took her
// on is asked to look at what they keep.
func forgetSent(a *act.Act, r Referral) error {
	if r.State.Open() {
		_, err := Answer(a, r, Revoked, "person_forgotten")
		return err
	}
	if err := tellTaker(a, r); err != nil {
		return err
	}
	return purge(a, r)
}

// RestOn lets what rests on one word rest on another that says the same, so that the
// earlier one can end and takes nothing with it.
func RestOn(a *act.Act, was, is id.Consent) error {
	return fault.Wrap("casework.RestOn", db.New(a.Tx()).RestReferrals(a.Ctx(), db.RestReferralsParams{Was: was.String(), Next: is.String()}))
}

// NarrowUnder cuts what every open referral under a consent still holds down to what
// the narrower word covers, at once: under a new key, with the old one destroyed.
// What the recipient has read stays read.
func NarrowUnder(a *act.Act, c id.Consent, classes seal.Set) error {
	rows, err := db.New(a.Tx()).ReferralsOfConsent(a.Ctx(), c.String())
	if err != nil {
		return fault.Wrap("casework.NarrowUnder", err)
	}
	for _, row := range rows {
		if r := referralFromRow(row); r.State.Open() {
			if err := recut(a, r.ID, classes); err != nil {
				return err
			}
		}
	}
	return nil
}

func recut(a *act.Act, referral id.Referral, classes seal.Set) error {
	r, err := ReferralByID(a.Ctx(), a.Tx(), referral)
	if err != nil {
		return err
	}
	told, err := act.Open(a, r.Payload)
	if err != nil || told == told.within(classes) {
		return err
	}
	subject, err := a.Mint()
	if err != nil {
		return err
	}
	box, err := act.Seal(a, subject, placePayload(r.ID), seal.New(seal.Identity, told.within(classes)))
	if err != nil {
		return err
	}
	if err := purge(a, r); err != nil {
		return err
	}
	a.Touch("referral", r.ID.String())
	return fault.Wrap("casework.recut", db.New(a.Tx()).RecutReferral(a.Ctx(), db.RecutReferralParams{Subject: subject.String(), Payload: box, ID: r.ID.String()}))
}

// lock keeps the word a referral rests on from changing until the act ends.
func (r Referral) lock(a *act.Act) error {
	if r.Duty != "" { // a duty has no word: the referral itself is held
		return fault.Wrap("casework.lock", db.New(a.Tx()).HoldReferral(a.Ctx(), r.ID.String()))
	}
	return consent.Lock(a.Ctx(), a.Tx(), r.Consent)
}

// stands tells whether a referral is open and what it rests on holds.
func (r Referral) stands(ctx context.Context, tx *sql.Tx, now time.Time) (bool, error) {
	if r.Duty != "" { // a duty asks for what averts or decides now, not for an open door
		return r.State.Open() && now.Before(r.Expires), nil
	}
	word, err := consent.Get(ctx, tx, r.Consent)
	return err == nil && word.Live(now) && r.State.Open(), err
}

// Deliver notes that the recipient opens a referral, and gives it. The word it
// rests on is locked and read again: what was withdrawn meanwhile is not there.
func Deliver(a *act.Act, referral id.Referral) (Referral, error) {
	r, err := ReferralByID(a.Ctx(), a.Tx(), referral)
	if err != nil {
		return r, err
	}
	if err := r.lock(a); err != nil {
		return r, err
	}
	if r, err = ReferralByID(a.Ctx(), a.Tx(), referral); err != nil {
		return r, err
	}
	stands, err := r.stands(a.Ctx(), a.Tx(), a.Now())
	if err != nil {
		return r, err
	}
	if !stands {
		return Referral{}, fault.New(fault.Withheld, "casework.Deliver", "casework.not_found")
	}
	return r, fault.Wrap("casework.Deliver", db.New(a.Tx()).DeliverReferral(a.Ctx(), db.DeliverReferralParams{DeliveredAt: clock.Micro(a.Now()), ID: referral.String()}))
}

// TakeOn accepts a referral that was sent to the actor's organisation and opens a
// case of its own there, for a person of its own: what was told goes into the vault
// of whoever takes her on, under a key of theirs, and there is no shared record
// (protection.md §1, rule 2). An age that was not told is unknown, so she is
// treated as a child until somebody knows.
func TakeOn(a *act.Act, t Type, referral id.Referral, version int64, opening Case) (Case, error) {
	r, err := Deliver(a, referral)
	if err != nil {
		return Case{}, err
	}
	if err := UpToDate(version, r.Version); err != nil {
		return Case{}, err
	}
	if !r.Payload.Present() { // she was forgotten: nobody is made out of nothing
		return Case{}, fault.New(fault.NotFound, "casework.TakeOn", "casework.not_found")
	}
	told, err := act.Open(a, r.Payload)
	if err != nil {
		return Case{}, err
	}
	if r, err = Answer(a, r, Accepted, ""); err != nil {
		return Case{}, err
	}
	p, err := AddPerson(a, told.person())
	if err != nil {
		return Case{}, err
	}
	opening.Note = seal.Text(seal.Narrative, told.Note)
	c, err := Open(a, t, p, opening, a.Grant().Ask().Verb)
	if err != nil {
		return Case{}, err
	}
	c.Referral = r.ID
	return c, fault.Wrap("casework.TakeOn", db.New(a.Tx()).NoteReferral(a.Ctx(), db.NoteReferralParams{Referral: r.ID.String(), ID: c.ID.String()}))
}
