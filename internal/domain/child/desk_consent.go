package child

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// notice is the version of the text that whoever speaks was given.
const notice = "2026-11"

// Scopes are the groups of fields that a word can cover.
var Scopes = []string{"identity", "contact", "narrative"}

// SpeakIn is a word that is spoken for a child, or with her.
type SpeakIn struct {
	Recipient id.Organisation `json:"recipient"`
	Purpose   consent.Purpose `json:"purpose" enum:"assistance,identification,nrm,investigation"`
	Agreed    bool            `json:"agreed"`
	Classes   []string        `json:"classes,omitempty" nullable:"false" enum:"identity,contact,narrative"`
	Until     time.Time       `json:"until,omitzero" format:"date-time"`
	SpokenBy  consent.Speaker `json:"spoken_by" enum:"self,guardian,best_interests"`
	Language  string          `json:"language,omitempty" doc:"In which it was asked (ISO 639), where the person's own is not known"`
}

func (in SpeakIn) check() error {
	v := fault.New(fault.Invalid, string(Speak), "consent.invalid")
	if !slices.Contains(consent.Asked, in.Purpose) {
		v.At("/purpose", "consent.incomplete")
	}
	for _, c := range in.Classes {
		if !slices.Contains(Scopes, c) {
			v.At("/classes", "consent.needs_scope")
			break
		}
	}
	if in.Language != "" && !slices.Contains(casework.Languages, in.Language) {
		v.At("/language", "consent.needs_notice")
	}
	return v.OrNil()
}

func (in SpeakIn) classes() (set seal.Set) {
	for _, c := range in.Classes {
		set = set.With(seal.ParseClass(c))
	}
	return set
}

// Speak records a word about a child. A guardian speaks as nobody but the guardian;
// that word, and a best-interests decision, are there only if the guardian was
// appointed and the decision was made. A no takes every earlier yes of the same kind
// back. Her own word needs no version: it stands whatever happened meanwhile.
func (d *Desk) Speak(ctx context.Context, by By, c id.Case, in SpeakIn) (id.Consent, error) {
	if err := in.check(); err != nil {
		return id.Consent{}, err
	}
	return act.Do(ctx, d.Ground, d.ask(by, Speak, kind, c.String()), func(a *act.Act) (id.Consent, error) {
		w, err := read(a, c)
		if err != nil {
			return id.Consent{}, err
		}
		if w.Person.Erased || !Case.Open(w.Case.State) {
			return id.Consent{}, fault.New(fault.Conflict, string(Speak), "consent.not_live")
		}
		if err := maySpeak(a, w, in.SpokenBy); err != nil {
			return id.Consent{}, err
		}
		word := consent.Consent{State: consent.Refused, Person: w.Person.ID, Purpose: in.Purpose, Recipient: in.Recipient, Language: cmp.Or(in.Language, w.Person.Language),
			Notice: notice, Capacity: true, SpokenBy: in.SpokenBy, RecordedBy: a.Actor().User, RecordedAt: a.Now()}
		if in.Agreed {
			word.State, word.Until, word.Classes = consent.Given, in.Until, in.classes()
		} else if err := endWords(a, w.Person.ID, "consent_withdrawn", func(c consent.Consent) bool { return c.Recipient == in.Recipient && c.Purpose == in.Purpose }); err != nil {
			return id.Consent{}, err
		}
		given, err := consent.Give(a.Ctx(), a.Tx(), word, w.Person.Age.TreatedAsChild())
		if err != nil {
			return given, err
		}
		return given, a.Emit(act.ConsentChanged, "consent", given.String())
	})
}

// maySpeak refuses a speaker who is not there.
func maySpeak(a *act.Act, w ward, speaker consent.Speaker) error {
	list, err := guardians(a.Ctx(), a.Tx(), w.Case.ID)
	if err != nil {
		return err
	}
	g, has := appointed(list)
	if has && g.User == a.Actor().User && speaker != consent.Guardian {
		return fault.New(fault.Denied, string(Speak), "child.speak_as_guardian")
	}
	switch speaker {
	case consent.Guardian:
		if !has {
			return fault.New(fault.Conflict, string(Speak), "child.no_guardian")
		}
	case consent.BestInterests:
		weighed, err := assessmentsOf(a, w)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(weighed, func(x Assessment) bool { return x.InInterest }) {
			return fault.New(fault.Conflict, string(Speak), "child.no_assessment")
		}
	}
	return nil
}

// Withdraw takes a word back. Every open referral that rests on it is revoked in the
// same moment (protection.md §14, P3).
func (d *Desk) Withdraw(ctx context.Context, by By, c id.Case, word id.Consent) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Withdraw, kind, c.String()), func(a *act.Act) (struct{}, error) {
		w, err := read(a, c)
		if err != nil {
			return struct{}{}, err
		}
		have, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err == nil && have.Person != w.Person.ID {
			err = fault.New(fault.NotFound, string(Withdraw), "consent.not_found")
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, endWord(a, word, "consent_withdrawn")
	})
	return err
}

// endWords takes back every live word of a person that ends.
func endWords(a *act.Act, person id.Person, reason string, ends func(consent.Consent) bool) error {
	words, err := consent.Of(a.Ctx(), a.Tx(), person)
	for i := 0; i < len(words) && err == nil; i++ {
		if words[i].Live(a.Now()) && ends(words[i]) {
			err = endWord(a, words[i].ID, reason)
		}
	}
	return err
}

func endWord(a *act.Act, word id.Consent, reason string) error {
	if _, err := consent.Withdraw(a.Ctx(), a.Tx(), word, a.Actor().User, a.Now()); err != nil {
		return err
	}
	if _, err := casework.RevokeUnder(a, word, reason); err != nil {
		return err
	}
	return a.Emit(act.ConsentChanged, "consent", word.String())
}
