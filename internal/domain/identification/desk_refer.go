package identification

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// notice is what she is told before she is asked, by its version: message key
// "identification.notice" (protection.md §3.5, consent).
const notice = "nrm-1"

// told are the classes that the duty to refer a child sends: what a decision needs
// (protection.md §3.6).
var told = seal.Of(seal.Identity, seal.Contact, seal.Narrative)

// AskIn is her word on being referred, as a worker notes it.
type AskIn struct {
	Case        id.Case
	Authority   id.Organisation
	Agreed      bool
	Classes     []string
	Until       time.Time
	Interpreter bool
}

// Ask notes what she said when asked whether the authority may decide about her. A
// child, and who may be one, is not asked for it (protection.md §14, P1). A no takes
// an earlier yes back.
func (d *Desk) Ask(ctx context.Context, by By, in AskIn) (id.Consent, error) {
	return act.Do(ctx, d.Ground, d.help(by, Ask, in.Case), func(a *act.Act) (id.Consent, error) {
		_, p, err := d.person(a, Ask, in.Case)
		if err != nil {
			return id.Consent{}, err
		}
		if p.Age.TreatedAsChild() {
			return id.Consent{}, fault.New(fault.Denied, string(Ask), "identification.child_not_asked")
		}
		if err := authority(a, Ask, in.Authority); err != nil {
			return id.Consent{}, err
		}
		word := consent.Consent{State: consent.Refused, Person: p.ID, Purpose: consent.NRM, Recipient: in.Authority, Language: p.Language,
			Interpreter: in.Interpreter, Notice: notice, Capacity: true, SpokenBy: consent.Self, RecordedBy: a.Actor().User, RecordedAt: a.Now()}
		if in.Agreed {
			word.State, word.Until, word.Classes = consent.Given, in.Until, classesOf(in.Classes)
		} else if err := takeBack(a, p.ID, in.Authority); err != nil {
			return id.Consent{}, err
		}
		given, err := consent.Give(a.Ctx(), a.Tx(), word, false)
		if err != nil {
			return id.Consent{}, err
		}
		return given, a.Emit(act.ConsentChanged, "consent", given.String())
	})
}

// takeBack withdraws every word to an authority that is in force, with what rests on it.
func takeBack(a *act.Act, p id.Person, to id.Organisation) error {
	words, err := wordsOf(a, p)
	if err != nil {
		return err
	}
	for _, w := range words {
		if w.Recipient != to || !w.Live(a.Now()) {
			continue
		}
		if _, err := consent.Withdraw(a.Ctx(), a.Tx(), w.ID, a.Actor().User, a.Now()); err != nil {
			return err
		}
		if _, err := casework.RevokeUnder(a, w.ID, "consent_withdrawn"); err != nil {
			return err
		}
		if err := a.Emit(act.ConsentChanged, "consent", w.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

// ReferIn refers somebody to a competent authority. An adult's Word names it; for a
// child Authority does.
type ReferIn struct {
	Case      id.Case
	Version   int64 // as it was read
	Word      id.Consent
	Authority id.Organisation
}

// Refer sends her to the competent authority: an adult by her live word for this
// purpose, with what it covers; a child, and who may be one, by the duty of the law,
// and without that by nothing (protection.md §5.2).
func (d *Desk) Refer(ctx context.Context, by By, in ReferIn) (casework.Referral, error) {
	return act.Do(ctx, d.Ground, d.help(by, Refer, in.Case), func(a *act.Act) (r casework.Referral, err error) {
		c, p, err := d.person(a, Refer, in.Case)
		if err != nil {
			return r, err
		}
		if err := casework.UpToDate(in.Version, c.Version); err != nil {
			return r, err
		}
		child, until := p.Age.TreatedAsChild(), a.Now().AddDate(1, 0, 0)
		if !child {
			word, err := consent.Get(a.Ctx(), a.Tx(), in.Word)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return r, err
			}
			if err != nil || word.Person != p.ID || !word.Live(a.Now()) {
				return r, fault.New(fault.Denied, string(Refer), "casework.no_live_consent")
			}
			in.Authority, until = word.Recipient, word.Until // it waits as long as her word, and no longer
		}
		if err := authority(a, Refer, in.Authority); err != nil {
			return r, err
		}
		if err := once(a, in.Case); err != nil {
			return r, err
		}
		all, err := casework.PayloadOf(a, c, p)
		if err != nil {
			return r, err
		}
		r = casework.Referral{Recipient: in.Authority, Need: casework.NeedNRM}
		if child {
			return casework.SendByDuty(a, p, c, r, law.ReferChild, told, all, until)
		}
		r.Consent = in.Word
		return casework.Send(a, p, c, r, consent.NRM, all, until)
	})
}

// once refuses a second referral of one person while the first is open.
func once(a *act.Act, c id.Case) error {
	if err := casework.Hold(a, c); err != nil {
		return err
	}
	sent, err := casework.ReferralsOf(a, c)
	if err == nil && slices.ContainsFunc(sent, func(r casework.Referral) bool { return r.Need == casework.NeedNRM && r.State.Open() }) {
		err = fault.New(fault.Conflict, string(Refer), "identification.already_sent")
	}
	return err
}

// Notify tells an authority that there was an adult who did not want to be referred:
// only where the law has that duty, and without anything by which she could be found.
// Whom the duty binds says its wording, which is shown before.
func (d *Desk) Notify(ctx context.Context, by By, in NotifyIn) error {
	_, err := act.Do(ctx, d.Ground, d.help(by, Notify, in.Case), func(a *act.Act) (struct{}, error) {
		if err := in.check(); err != nil {
			return struct{}{}, err
		}
		c, p, err := d.person(a, Notify, in.Case)
		if err != nil {
			return struct{}{}, err
		}
		if err := casework.UpToDate(in.Version, c.Version); err != nil {
			return struct{}{}, err
		}
		if _, bound := a.Law().Duty(law.Notify); !bound {
			return struct{}{}, fault.New(fault.Denied, string(Notify), "casework.no_duty")
		}
		words, err := wordsOf(a, p.ID)
		if err != nil {
			return struct{}{}, err
		}
		if p.Age.TreatedAsChild() || !refused(words, in.Authority) {
			return struct{}{}, fault.New(fault.Denied, string(Notify), "identification.not_refused")
		}
		if err := authority(a, Notify, in.Authority); err != nil {
			return struct{}{}, err
		}
		kind, err := casework.KindOf(a.Ctx(), a.Tx(), c.Organisation)
		if err != nil {
			return struct{}{}, err
		}
		month := a.Now().In(a.Zone()).Format("2006-01")
		return struct{}{}, insertNotification(a, c.ID, Notification{Authority: in.Authority, Month: month, Form: in.Form, Kind: kind})
	})
	return err
}

// refused tells whether her last word to an authority was a no, or a yes that she
// has taken back.
func refused(words []consent.Consent, to id.Organisation) bool {
	for _, w := range slices.Backward(words) {
		if w.Recipient == to {
			return w.State == consent.Refused || w.State == consent.Withdrawn
		}
	}
	return false
}

// wordsOf lists her words on being referred, in the order in which they were given.
func wordsOf(a *act.Act, p id.Person) ([]consent.Consent, error) {
	words, err := consent.Of(a.Ctx(), a.Tx(), p)
	words = slices.DeleteFunc(words, func(c consent.Consent) bool { return c.Purpose != consent.NRM })
	slices.SortStableFunc(words, func(x, y consent.Consent) int { return x.RecordedAt.Compare(y.RecordedAt) })
	return words, err
}

// person is a case of help and whom it is about, unless she was forgotten.
func (d *Desk) person(a *act.Act, verb Verb, c id.Case) (casework.Case, casework.Person, error) {
	row, err := casework.CaseOf(a, d.Case, c)
	if err != nil {
		return row, casework.Person{}, err
	}
	p, err := casework.PersonByID(a.Ctx(), a.Tx(), row.Person)
	if err == nil && p.Erased {
		err = fault.New(fault.Conflict, string(verb), "identification.erased")
	}
	a.Touch("person", p.ID.String())
	return row, p, err
}

// authority refuses a recipient that the directory does not name as one.
func authority(a *act.Act, verb Verb, o id.Organisation) error {
	list, err := casework.Authorities(a.Ctx(), a.Tx())
	if err == nil && !slices.ContainsFunc(list, func(have casework.Organisation) bool { return have.ID == o }) {
		err = fault.New(fault.Invalid, string(verb), "identification.invalid").At("/authority", "identification.say_authority")
	}
	return err
}

// classesOf reads what she lets be told; none if a word is not one of those.
func classesOf(codes []string) (set seal.Set) {
	for _, code := range codes {
		class := seal.ParseClass(code)
		if !told.Has(class) {
			return 0
		}
		set = set.With(class)
	}
	return set
}
