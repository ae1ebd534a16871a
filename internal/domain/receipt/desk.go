package receipt

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground *act.Ground
	Case   casework.Type // the cases that have a receipt
}

// By is who asks at the desk.
type By = policy.Actor

// holders stand for an organisation in the lines of whoever holds a receipt: they
// belong to none.
var holders = id.Derived[id.Organisation]("receipt")

// asks is the ask of whoever holds a code: she is known by nothing else, and what she
// may is decided by what the code opens. A text that can be no code asks for a receipt
// that is not there, and is refused in the same way and place as a wrong one.
func (d *Desk) asks(verb Verb, code string) (policy.Ask, string) {
	token := hex.EncodeToString(d.Ground.Vault.Token("receipt", code))
	her := policy.Actor{User: id.Derived[id.User]("receipt", token), Organisation: holders, Roles: []string{Role}}
	return policy.Ask{Actor: her, Verb: verb, On: ledger.Ref{Kind: "receipt", ID: token}, Purpose: consent.Assistance}, token
}

// Own is her page.
type Own struct {
	Alias    act.Shown[string]
	State    string
	Opened   time.Time
	Language string
	Words    []consent.Consent // as they stand
	Sent     []casework.Referral
	Names    map[id.Organisation]string
	Seen     []ledger.Entry // who saw or touched her case, the latest first
	Later    time.Time      // some of it is shown from this day on, by a recorded decision
	Messages []Told
	Help     []law.Helpline
	Now      time.Time
}

// Told is a message as it is shown.
type Told struct {
	Message
	Said  act.Shown[string]
	Reply act.Shown[string]
}

// seenLines bounds what her page lists of who saw her case; the rest is asked for.
const seenLines = 200

// Open shows her page to whoever holds the code.
func (d *Desk) Open(ctx context.Context, code string) (Own, error) {
	ask, token := d.asks(Open, read(code))
	return act.Look(ctx, d.Ground, ask, func(a *act.Act) (v Own, err error) {
		v.Now = a.Now().In(a.Zone())
		c, p, err := caseOf(a, d.Case, token)
		if err != nil {
			return v, err
		}
		v.State, v.Opened, v.Language, v.Help = c.State, c.Opened, p.Language, a.Law().Helplines
		if v.Alias, err = act.Show(a, p.Alias); err != nil {
			return v, err
		}
		if v.Words, err = consent.Of(a.Ctx(), a.Tx(), p.ID); err != nil {
			return v, err
		}
		if v.Sent, err = casework.ReferralsOf(a, c.ID); err != nil {
			return v, err
		}
		if v.Messages, err = d.told(a, c.ID); err != nil {
			return v, err
		}
		if err := v.seen(a, c.ID); err != nil {
			return v, err
		}
		return v, v.names(a, c)
	})
}

// seen are the lines of her case. What a recorded decision delays comes later, and the
// page says when (protection.md §1, rule 6; Regulation (EU) 2016/679, Article 23).
func (v *Own) seen(a *act.Act, c id.Case) error {
	lines, err := ledger.ForRef(a.Ctx(), a.Tx(), ledger.Ref{Kind: "case", ID: c.String()}, ledger.Newest, seenLines)
	if err != nil {
		return err
	}
	delays, err := casework.DelaysOf(a, c)
	if err != nil {
		return err
	}
	for _, e := range lines {
		if !v.late(a, delays, e.Verb, e.Organisation, e.At) {
			v.Seen = append(v.Seen, e)
		}
	}
	v.Sent = slices.DeleteFunc(v.Sent, func(r casework.Referral) bool { return v.late(a, delays, "", r.Recipient.String(), r.Sent) })
	return nil
}

// late tells whether a delay that still lasts covers something, and keeps its end.
func (v *Own) late(a *act.Act, delays []casework.Delay, verb, organisation string, at time.Time) bool {
	late := false
	for _, d := range delays {
		if d.Covers(verb, organisation, at) && d.Until.After(a.Now()) {
			late = true
			if d.Until.After(v.Later) {
				v.Later = d.Until
			}
		}
	}
	return late
}

func (v *Own) names(a *act.Act, c casework.Case) (err error) {
	organisations := []id.Organisation{c.Organisation}
	for _, w := range v.Words {
		organisations = append(organisations, w.Recipient)
	}
	for _, r := range v.Sent {
		organisations = append(organisations, r.Recipient)
	}
	for _, e := range v.Seen {
		organisations = append(organisations, id.Trusted[id.Organisation](e.Organisation))
	}
	v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), organisations)
	return err
}

func (d *Desk) told(a *act.Act, c id.Case) ([]Told, error) {
	list, err := messages(a, c)
	out := make([]Told, len(list))
	for i := 0; i < len(list) && err == nil; i++ {
		out[i].Message = list[i]
		if out[i].Said, err = act.Show(a, list[i].Words); err == nil {
			out[i].Reply, err = act.Show(a, list[i].Answer)
		}
	}
	return out, err
}

// Withdraw takes a word of hers back, by herself: it holds at once, and what is under
// way under it is revoked in the same moment (Regulation (EU) 2016/679, Article 7(3)).
func (d *Desk) Withdraw(ctx context.Context, code string, word id.Consent) error {
	ask, token := d.asks(Withdraw, read(code))
	_, err := act.Do(ctx, d.Ground, ask, func(a *act.Act) (struct{}, error) {
		_, p, err := caseOf(a, d.Case, token)
		if err != nil {
			return struct{}{}, err
		}
		have, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err == nil && have.Person != p.ID {
			err = fault.New(fault.NotFound, string(Withdraw), "consent.not_found")
		}
		if err != nil {
			return struct{}{}, err
		}
		if _, err := consent.Withdraw(a.Ctx(), a.Tx(), word, a.Actor().User, a.Now()); err != nil {
			return struct{}{}, err
		}
		if _, err := casework.RevokeUnder(a, word, "consent_withdrawn"); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.Emit(act.ConsentChanged, "consent", word.String())
	})
	return err
}

// Say keeps a question or a complaint of hers, and asks who helps her to answer it.
func (d *Desk) Say(ctx context.Context, code string, kind Kind, words string) error {
	ask, token := d.asks(Say, read(code))
	_, err := act.Do(ctx, d.Ground, ask, func(a *act.Act) (struct{}, error) {
		if !slices.Contains([]Kind{Question, Complaint}, kind) {
			return struct{}{}, fault.New(fault.Invalid, string(Say), "receipt.invalid").At("/kind", "receipt.say_kind")
		}
		if err := checkWords(Say, words); err != nil {
			return struct{}{}, err
		}
		c, p, err := caseOf(a, d.Case, token)
		if err != nil {
			return struct{}{}, err
		}
		if p.Erased {
			return struct{}{}, fault.New(fault.Conflict, string(Say), "receipt.erased")
		}
		have, err := messages(a, c.ID)
		if err == nil && len(have) >= mostMessages {
			err = fault.New(fault.Conflict, string(Say), "receipt.too_many")
		}
		if err != nil {
			return struct{}{}, err
		}
		if err := keep(a, c, p, kind, words); err != nil {
			return struct{}{}, err
		}
		_, err = casework.AddTask(a, c, "answer_"+string(kind), a.Now())
		return struct{}{}, err
	})
	return err
}
