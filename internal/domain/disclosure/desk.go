package disclosure

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground *act.Ground
	Case   casework.Type // the cases from which something is disclosed
	Expire string        // the job that ends a referral which nobody answers
}

// By is who asks at the desk; what they do here is assistance.
type By = policy.Actor

func (d *Desk) ask(by By, verb Verb, c id.Case) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "case", ID: c.String()}, Purpose: consent.Assistance}
}

// answerHours is how long the recipient has; an emergency is answered in a day or
// it was none.
const answerHours = 24

// Disclose tells who can avert a danger what averts it, without her word, under the
// duty that the law of the State names; without such a duty it is fault.Denied. It
// asks for a second look, and for her to be told.
func (d *Desk) Disclose(ctx context.Context, by By, in In) (Emergency, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Disclose, in.Case), func(a *act.Act) (Emergency, error) {
		if err := in.check(a.Now()); err != nil {
			return Emergency{}, err
		}
		c, p, payload, err := d.told(a, in.Case)
		if err != nil {
			return Emergency{}, err
		}
		if err := casework.UpToDate(in.Version, c.Version); err != nil {
			return Emergency{}, err
		}
		if err := there(a, in.Recipient); err != nil {
			return Emergency{}, err
		}
		duty, _ := a.Law().Duty(law.Emergency) // none: SendByDuty refuses
		expires := a.Now().Add(answerHours * time.Hour)
		r, err := casework.SendByDuty(a, p, c, casework.Referral{Recipient: in.Recipient, Need: Need}, law.Emergency, in.classes(), payload, expires)
		if err != nil {
			return Emergency{}, err
		}
		e := Emergency{Referral: r.ID, Case: c.ID, Duty: duty, Reason: seal.Text(seal.Narrative, in.Reason), Discloser: a.Actor().User, At: a.Now(), TellBy: in.TellBy}
		if err := insert(a, p, e); err != nil {
			return e, err
		}
		if err := owe(a, c, e); err != nil {
			return e, err
		}
		if !e.TellBy.IsZero() {
			if err := casework.DelayShowing(a, c.ID, "disclosure.", in.Recipient, e.TellBy); err != nil {
				return e, err
			}
		}
		return e, a.Later(d.Expire, "referral", r.ID.String(), expires)
	})
}

// there refuses a recipient who is not in the directory, and one's own organisation.
func there(a *act.Act, o id.Organisation) error {
	list, err := casework.Organisations(a.Ctx(), a.Tx())
	if err != nil {
		return err
	}
	if o == a.Actor().Organisation || !slices.ContainsFunc(list, func(have casework.Organisation) bool { return have.ID == o }) {
		return fault.New(fault.Invalid, string(Disclose), "disclosure.invalid").At("/recipient", "disclosure.say_recipient")
	}
	return nil
}

// told is the case, its person, and all that could be told of her.
func (d *Desk) told(a *act.Act, c id.Case) (row casework.Case, p casework.Person, all casework.Payload, err error) {
	if row, p, err = casework.CaseAndPerson(a, d.Case, c); err != nil {
		return row, p, all, err
	}
	if p.Erased {
		return row, p, all, fault.New(fault.Conflict, string(Disclose), "disclosure.erased")
	}
	all, err = casework.PayloadOf(a, row, p)
	return row, p, all, err
}

// owe notes what an emergency leaves to be done: a second look, and telling her. A
// period that the law does not set makes neither wait: both are due today
// (protection.md §14, P17: no default lengthens it).
func owe(a *act.Act, c casework.Case, e Emergency) error {
	review, err := start(a, c, ruleReview)
	if err != nil {
		return err
	}
	if _, err := casework.AddTask(a, c, ruleReview, review); err != nil {
		return err
	}
	tell := e.TellBy
	if tell.IsZero() {
		if tell, err = start(a, c, ruleTell); err != nil {
			return err
		}
	}
	_, err = casework.AddTask(a, c, ruleTell, tell)
	return err
}

// start starts a period of the law and gives its end; without such a law, today's.
func start(a *act.Act, c casework.Case, rule string) (time.Time, error) {
	if _, err := a.Law().Rule(rule, a.Now()); err != nil {
		return clock.Day(a.Now().In(a.Zone()), 1).Add(-time.Second), nil
	}
	k, err := casework.StartClock(a, c, rule, a.Now())
	return k.Due, err
}

// done ticks off one task of a rule. Its clocks end only when nothing of the case
// waits any more: one that was looked at does not hide another.
func (d *Desk) done(a *act.Act, c id.Case, rule string, waits func(Emergency) bool) error {
	list, err := of(a, c)
	if err == nil && !slices.ContainsFunc(list, waits) {
		err = casework.MeetClock(a, c, rule)
	}
	if err != nil {
		return err
	}
	tasks, err := casework.TasksOf(a, c)
	for _, t := range tasks {
		if err == nil && t.Kind == rule && !t.Done {
			return casework.FinishTask(a, c, t.ID, true)
		}
	}
	return err
}

// Preview is exactly what a recipient would get, before it is sent.
func (d *Desk) Preview(ctx context.Context, by By, in In) (casework.Payload, error) {
	return act.Look(ctx, d.Ground, d.ask(by, See, in.Case), func(a *act.Act) (casework.Payload, error) {
		if err := in.check(a.Now()); err != nil {
			return casework.Payload{}, err
		}
		_, _, all, err := d.told(a, in.Case)
		return casework.Within(all, in.classes()), err
	})
}

// ReviewIn is what a second person found.
type ReviewIn struct {
	Case     id.Case
	Referral id.Referral
	Verdict  Verdict
}

// Review is the second look: another person of the organisation says whether it was
// right. What was wrong is called back, as far as nobody has taken it up.
func (d *Desk) Review(ctx context.Context, by By, in ReviewIn) error {
	if in.Verdict != Right && in.Verdict != Wrong {
		return fault.New(fault.Invalid, string(Review), "disclosure.invalid").At("/verdict", "disclosure.say_verdict")
	}
	_, err := act.Do(ctx, d.Ground, d.ask(by, Review, in.Case), func(a *act.Act) (struct{}, error) {
		e, err := d.one(a, in.Case, in.Referral)
		if err != nil {
			return struct{}{}, err
		}
		if e.Discloser == a.Actor().User {
			return struct{}{}, fault.New(fault.Denied, string(Review), "disclosure.needs_another")
		}
		if err := review(a, e, in.Verdict); err != nil {
			return struct{}{}, err
		}
		if err := d.done(a, in.Case, ruleReview, func(e Emergency) bool { return e.Verdict == "" }); err != nil || in.Verdict == Right {
			return struct{}{}, err
		}
		r, err := casework.ReferralByID(a.Ctx(), a.Tx(), e.Referral)
		if err == nil {
			err = casework.EndDelays(a, in.Case, r.Recipient) // what was wrong is hidden from her no longer
		}
		if err != nil || !r.State.Open() {
			return struct{}{}, err
		}
		_, err = casework.Answer(a, r, casework.Revoked, "disclosed_wrongly")
		return struct{}{}, err
	})
	return err
}

// Tell notes that she was told what was disclosed of her, to whom and why.
func (d *Desk) Tell(ctx context.Context, by By, c id.Case, r id.Referral) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Tell, c), func(a *act.Act) (struct{}, error) {
		e, err := d.one(a, c, r)
		if err != nil {
			return struct{}{}, err
		}
		if err := tell(a, e); err != nil {
			return struct{}{}, err
		}
		r, err := casework.ReferralByID(a.Ctx(), a.Tx(), e.Referral)
		if err == nil {
			err = casework.EndDelays(a, c, r.Recipient)
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, d.done(a, c, ruleTell, func(e Emergency) bool { return e.Told.IsZero() })
	})
	return err
}

// one is an emergency of a case; another's is not there.
func (d *Desk) one(a *act.Act, c id.Case, r id.Referral) (Emergency, error) {
	if _, err := casework.CaseOf(a, d.Case, c); err != nil {
		return Emergency{}, err
	}
	list, err := of(a, c)
	for _, e := range list {
		if err == nil && e.Referral == r {
			a.Touch("referral", r.String())
			return e, nil
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "disclosure.one", "casework.not_found")
	}
	return Emergency{}, err
}
