package rights

import (
	"context"
	"slices"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// CompelledIn is an offence that she was compelled to commit.
type CompelledIn struct {
	Case    id.Case
	Version int64
	Offence string
	Month   string
	Custody string
	Link    string // to the exploitation, in words
}

// Compelled records that she is charged with, or may be held for, an offence that
// she was compelled to commit. Her case being open, the flag is raised in the same
// act (protection.md §14, P20): nobody has to think of it.
func (d *Desk) Compelled(ctx context.Context, by By, in CompelledIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Compelled), "rights.invalid")
	checkAct(v, in.Offence, in.Month, in.Custody)
	tooLong(v, "/link", in.Link)
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return act.Do(ctx, d.Ground, onCase(by, Compelled, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		return c, raise(a, c, CompelledAct{Offence: in.Offence, Month: in.Month, Custody: in.Custody, Link: seal.Text(seal.Narrative, in.Link)}, Accused{})
	})
}

// raise keeps a compelled act, flags it, and gives whoever helps her a task. charge
// is the one that raised it by itself, if one did.
func raise(a *act.Act, c casework.Case, x CompelledAct, charge Accused) error {
	p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
	if err != nil {
		return err
	}
	if err := living(p); err != nil {
		return err
	}
	q := db.New(a.Tx())
	if x.N, err = q.NextAct(a.Ctx(), c.ID.String()); err != nil {
		return fault.Wrap("rights.raise", err)
	}
	link, err := act.Seal(a, p.Subject, place("act/link", c.ID, x.N), x.Link)
	if err != nil {
		return err
	}
	err = q.InsertAct(a.Ctx(), db.InsertActParams{Case: c.ID.String(), N: x.N, Offence: x.Offence, Month: x.Month, Custody: x.Custody, Link: link, MadeAt: clock.Micro(a.Now())})
	if err != nil {
		return fault.Wrap("rights.raise", err)
	}
	n, err := q.NextRequest(a.Ctx(), c.ID.String())
	if err != nil {
		return fault.Wrap("rights.raise", err)
	}
	err = q.InsertRequest(a.Ctx(), db.InsertRequestParams{Case: c.ID.String(), N: n, Organisation: c.Organisation.String(), Act: x.N, Charge: charge.Charge.String(), Accuser: charge.By.String(), FlaggedAt: clock.Micro(a.Now())})
	if err != nil {
		return fault.Wrap("rights.raise", err)
	}
	if err := step(a, c.ID, "request", n, "", string(Flagged), ""); err != nil {
		return err
	}
	if _, err := casework.AddTask(a, c, "compelled_act", thirdDay(a)); err != nil {
		return err
	}
	return assign(a, c)
}

// CustodyIn says whether she is locked up now.
type CustodyIn struct {
	Case    id.Case
	Version int64
	Act     int64
	Custody string
}

// Custody notes that she was detained or is free again.
func (d *Desk) Custody(ctx context.Context, by By, in CustodyIn) (casework.Case, error) {
	if !slices.Contains(CustodyStates, in.Custody) {
		return casework.Case{}, fault.New(fault.Invalid, string(Custody), "rights.invalid").At("/custody", "rights.say_custody")
	}
	return act.Do(ctx, d.Ground, onCase(by, Custody, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		n, err := db.New(a.Tx()).SetCustody(a.Ctx(), db.SetCustodyParams{Custody: in.Custody, Case: c.ID.String(), N: in.Act})
		if err == nil && n == 0 {
			return c, fault.New(fault.NotFound, string(Custody), "fault.not_found")
		}
		return c, fault.Wrap("rights.Custody", err)
	})
}

// Advance records what became of a request. A refusal gives its reasons
// (protection.md §14, P10), and takes nothing from her: no help depends on it (P4).
func (d *Desk) Advance(ctx context.Context, by By, in AdvanceIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, onCase(by, Advance, in.Case), func(a *act.Act) (casework.Case, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{})
		if err != nil {
			return c, err
		}
		r, err := requestOf(a, c, in.Request)
		if err != nil {
			return c, err
		}
		if err := in.check(r); err != nil {
			return c, err
		}
		if r, err = moveRequest(a, c.ID, r, in.To, in.Outcome); err != nil || in.Reasons == "" {
			return c, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return c, err
		}
		if err := living(p); err != nil {
			return c, err
		}
		box, err := act.Seal(a, p.Subject, place("request/reasons", c.ID, r.N), seal.Text(seal.Narrative, in.Reasons))
		if err != nil {
			return c, err
		}
		err = db.New(a.Tx()).SetReasons(a.Ctx(), db.SetReasonsParams{Reasons: box, Case: c.ID.String(), N: r.N})
		return c, fault.Wrap("rights.Advance", err)
	})
}

// SubmitIn tells a prosecutor of a request.
type SubmitIn struct {
	Case      id.Case
	Version   int64
	Request   int64
	Recipient id.Organisation
	Word      id.Consent // zero: by a duty of the law
	Text      string     // why she should not be punished
}

// Submit tells the prosecutor, under her live word for justice or a duty of the
// State's law, and otherwise not (protection.md §14, P2 and P20). What he gets is
// what her word covers.
func (d *Desk) Submit(ctx context.Context, by By, in SubmitIn) (casework.Referral, error) {
	v := fault.New(fault.Invalid, string(Submit), "rights.invalid")
	if in.Recipient.IsZero() || in.Recipient == by.Organisation {
		v.At("/recipient", "rights.say_prosecutor")
	}
	if in.Text == "" {
		v.At("/text", "rights.say_text")
	}
	tooLong(v, "/text", in.Text)
	if err := v.OrNil(); err != nil {
		return casework.Referral{}, err
	}
	verb := Submit
	if in.Word.IsZero() {
		verb = SubmitByDuty
	}
	return act.Do(ctx, d.Ground, onCase(by, verb, in.Case), func(a *act.Act) (casework.Referral, error) {
		c, err := moved(a, in.Case, in.Version, casework.With{Word: in.Word})
		if err != nil {
			return casework.Referral{}, err
		}
		r, err := requestOf(a, c, in.Request)
		if err != nil {
			return casework.Referral{}, err
		}
		if !r.Sendable() {
			return casework.Referral{}, fault.New(fault.Conflict, string(verb), "rights.not_from_here")
		}
		told, err := in.tell(a, c)
		if err != nil {
			return told, err
		}
		err = db.New(a.Tx()).TellRequest(a.Ctx(), db.TellRequestParams{Word: in.Word.String(), Referral: told.ID.String(), Case: c.ID.String(), N: r.N})
		if err != nil || r.State != LawyerAssigned {
			return told, fault.Wrap("rights.Submit", err)
		}
		_, err = moveRequest(a, c.ID, r, Submitted, "")
		return told, err
	})
}

// tell sends the document. It stands for as long as her word does; one that rests on
// a duty stands for a year, as long as a word can at most.
func (in SubmitIn) tell(a *act.Act, c casework.Case) (casework.Referral, error) {
	p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
	if err != nil {
		return casework.Referral{}, err
	}
	payload := casework.Payload{Safety: p.Safety, Language: p.Language, Age: string(p.Age), Note: in.Text}
	for _, f := range []struct {
		to   *string
		from sealed
	}{{&payload.Alias, p.Alias}, {&payload.Name, p.Name}, {&payload.Phone, p.Phone}} {
		if *f.to, err = act.Open(a, f.from); err != nil {
			return casework.Referral{}, err
		}
	}
	out := casework.Referral{Recipient: in.Recipient, Need: casework.NeedJustice, Consent: in.Word}
	if in.Word.IsZero() {
		// What a duty lets him know is who she is and why; how to reach her is not.
		return casework.SendByDuty(a, p, c, out, law.TellCourt, seal.Of(seal.Identity, seal.Narrative), payload, a.Now().AddDate(1, 0, 0))
	}
	word, err := consent.Get(a.Ctx(), a.Tx(), in.Word)
	if err != nil {
		return casework.Referral{}, err
	}
	return casework.Send(a, p, c, out, consent.Justice, payload, word.Until)
}
