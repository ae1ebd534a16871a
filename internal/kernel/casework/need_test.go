package casework_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/act/acttest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

const rules = `
@id("work") @source("test") permit (principal in Role::"worker", action in [Action::"x.open", Action::"x.share", Action::"x.end", Action::"x.stay", Action::"x.alone", Action::"open.identity", Action::"see"], resource is Case);
@id("two") @source("test") @second("worker") @days("7") permit (principal in Role::"worker", action == Action::"x.both", resource is Case);
@id("take") @source("test") permit (principal in Role::"worker", action in [Action::"x.take", Action::"open.identity", Action::"see"], resource is Referral) when { resource.recipients.contains(principal.organisation) };
@id("node") @source("test") permit (principal in Role::"node", action == Action::"casework.remind", resource is Case);
`

var kind = casework.Type{
	Name: "x", Start: "open",
	States: []casework.State{{Name: "open", Open: true, Review: 3}, {Name: "shut"}},
	Moves: []casework.Move{
		{Verb: "x.share", From: []string{"open"}, To: "open", Needs: casework.Need{Consent: consent.Assistance}},
		{Verb: "x.stay", From: []string{"open"}, To: "open"},
		{Verb: "x.end", From: []string{"open"}, To: "shut", Needs: casework.Need{Reasons: []string{"finished", "other"}}},
		{Verb: "x.both", From: []string{"open"}, To: "shut", Needs: casework.Need{Second: true}},
		{Verb: "x.alone", From: []string{"open"}, To: "shut", Needs: casework.Need{Second: true}},
	},
}

var (
	org    = id.Derived[id.Organisation]("org")
	worker = policy.Actor{User: id.Derived[id.User]("worker"), Organisation: org, Roles: []string{"worker"}}
	self   = policy.Actor{User: id.Derived[id.User]("node"), Organisation: org, Roles: []string{"node"}}
)

type room struct {
	*act.Ground
	hand *clock.Hand
	t    *testing.T
	who  casework.Person
	c    casework.Case
}

func newRoom(t *testing.T, source string) *room {
	t.Helper()
	verbs := map[policy.Verb]string{"x.open": "case", "x.share": "case", "x.stay": "case", "x.end": "case", "x.both": "case", "x.alone": "case", "x.take": "referral", casework.Remind: "case"}
	r := &room{t: t}
	look := func(name string) jobs.Kind {
		return jobs.Record(name, func(ctx context.Context, on ledger.Ref) error { return casework.AskForReview(ctx, r.Ground, self, on) })
	}
	r.Ground, r.hand = acttest.Ground(t, source, rules, verbs,
		[]sqldb.Migrations{consent.Migrations(), act.Migrations(), evidence.Migrations(), casework.Migrations()}, look(casework.JobReview),
		jobs.Record(evidence.JobDestroy, func(context.Context, ledger.Ref) error { return nil }),
		jobs.Record(casework.JobClock, func(ctx context.Context, on ledger.Ref) error { return casework.AskForClocks(ctx, r.Ground, self, on) }))
	r.Facts["case"], r.Facts["referral"] = casework.Facts, casework.ReferralFacts
	r.c = r.open()
	return r
}

func (r *room) open() casework.Case {
	r.t.Helper()
	c, err := act.Do(r.t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.open", On: ledger.Ref{Kind: "case"}, Purpose: consent.Assistance}, func(a *act.Act) (casework.Case, error) {
		p, err := casework.AddPerson(a, casework.Person{Safety: casework.NotKnown, Language: "en", Age: evidence.Adult})
		if err != nil {
			return casework.Case{}, err
		}
		r.who = p
		return casework.Open(a, kind, p, casework.Case{Note: seal.Text(seal.Narrative, "words")}, "x.open")
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *room) move(verb policy.Verb, with casework.With) error {
	c, err := act.Do(r.t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: verb, On: ledger.Ref{Kind: "case", ID: r.c.ID.String()}, Purpose: consent.Assistance},
		func(a *act.Act) (casework.Case, error) { return casework.MoveBy(a, kind, r.c, verb, with) })
	if err == nil {
		r.c = c
	}
	return err
}

func (r *room) word(change func(*consent.Consent)) id.Consent {
	r.t.Helper()
	w := consent.Consent{State: consent.Given, Person: r.who.ID, Purpose: consent.Assistance, Recipient: org, Classes: seal.Of(seal.Identity),
		Until: r.hand.Now().AddDate(0, 0, 30), SpokenBy: consent.Self, Language: "en", Notice: "n", Capacity: true, RecordedBy: worker.User, RecordedAt: r.hand.Now()}
	change(&w)
	var c id.Consent
	err := r.DB.InTx(r.t.Context(), func(tx *sql.Tx) (err error) {
		c, err = consent.Give(r.t.Context(), tx, w, false)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func TestMoveWithoutWhatItNeedsIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		other := r.open()
		hers := r.who
		theirs := r.word(func(*consent.Consent) {})
		r.c = r.open()
		good := r.word(func(*consent.Consent) {})
		withdrawn := r.word(func(*consent.Consent) {})
		if err := r.DB.InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := consent.Withdraw(t.Context(), tx, withdrawn, worker.User, r.hand.Now())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for what, word := range map[string]id.Consent{
			"no word":             {},
			"a word never given":  id.New[id.Consent](),
			"another's word":      theirs,
			"a word withdrawn":    withdrawn,
			"a no":                r.word(func(c *consent.Consent) { c.State = consent.Refused }),
			"for another purpose": r.word(func(c *consent.Consent) { c.Purpose = consent.Investigation }),
			"a word at its end":   r.word(func(c *consent.Consent) { c.Until = r.hand.Now().Add(time.Microsecond) }),
		} {
			if what == "a word at its end" {
				r.hand.Move(time.Microsecond)
			}
			if err := r.move("x.share", casework.With{Word: word}); !fault.Is(err, fault.Denied) {
				t.Errorf("shared with %s: %v", what, err)
			}
		}
		for _, reason := range []string{"", "victim_no_more", "finished ", "FINISHED", "<script>"} {
			if err := r.move("x.end", casework.With{Reason: reason}); !fault.Is(err, fault.Invalid) || len(fault.FieldsOf(err)) != 1 {
				t.Errorf("ended for %q: %v", reason, err)
			}
		}
		if err := r.move("x.stay", casework.With{Reason: "finished"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a reason where none is asked for: %v", err)
		}
		if err := r.move("x.alone", casework.With{}); !fault.Is(err, fault.Denied) {
			t.Errorf("one person did what needs two: %v", err)
		}
		if r.c.Version != 1 || hers.ID == r.who.ID || other.ID == r.c.ID {
			t.Fatalf("a refused move moved: %+v", r.c)
		}
		if err := r.move("x.share", casework.With{Word: good}); err != nil {
			t.Error(err)
		}
		if err := r.move("x.end", casework.With{Reason: "other"}); err != nil || r.c.State != "shut" {
			t.Errorf("%s: %v", r.c.State, err)
		}
	})
}

func (r *room) asks() []casework.Review {
	r.t.Helper()
	if got, err := r.Queue.Drain(r.t.Context()); err != nil || got.Failed > 0 {
		r.t.Fatal(got, err)
	}
	list, err := act.Look(r.t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.open", On: ledger.Ref{Kind: "case"}, Purpose: consent.Assistance},
		func(a *act.Act) ([]casework.Review, error) { return casework.Reviews(a, org, 10) })
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// TestReviewIsADayOfTheState: at midnight there, not at midnight of UTC.
func TestReviewIsADayOfTheState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		var err error
		if r.Zone, err = time.LoadLocation("Asia/Ulaanbaatar"); err != nil { // eight hours ahead
			t.Fatal(err)
		}
		if err := r.move("x.stay", casework.With{}); err != nil { // Wednesday, 17:00 there
			t.Fatal(err)
		}
		r.hand.Move(55*time.Hour - time.Microsecond) // Friday, just before midnight there
		if list := r.asks(); len(list) != 0 {
			t.Errorf("it asks too early: %+v", list)
		}
		r.hand.Move(time.Second + time.Microsecond) // the queue, which counts in milliseconds, woke it too early
		if list := r.asks(); len(list) != 1 || list[0].Case != r.c.ID || list[0].Version != 2 {
			t.Fatalf("it does not ask: %+v", list)
		}
		// Asked twice, asked once; and by whom only the node is.
		if err := casework.AskForReview(t.Context(), r.Ground, worker, ledger.Ref{Kind: "case", ID: r.c.ID.String()}); !fault.Is(err, fault.Denied) {
			t.Errorf("a person asked in the node's stead: %v", err)
		}
		if err := casework.AskForReview(t.Context(), r.Ground, self, ledger.Ref{Kind: "case", ID: r.c.ID.String()}); err != nil || len(r.asks()) != 1 {
			t.Errorf("asked twice: %v", err)
		}
		// Set back, forth by years and back: it asks when its day has come, once.
		r.hand.Move(-2 * time.Hour)
		if list := r.asks(); len(list) != 0 {
			t.Errorf("it asks before its day: %+v", list)
		}
		r.hand.Move(20_000 * time.Hour)
		if list := r.asks(); len(list) != 1 {
			t.Errorf("after a jump: %+v", list)
		}
		if err := r.move("x.stay", casework.With{}); err != nil {
			t.Fatal(err)
		}
		r.hand.Move(-19_998 * time.Hour)
		if list := r.asks(); len(list) != 0 {
			t.Errorf("moved by a clock that was ahead, it asks: %+v", list)
		}
		if err := r.move("x.end", casework.With{Reason: "other"}); err != nil {
			t.Fatal(err)
		}
		r.hand.Move(20_000 * time.Hour)
		if list := r.asks(); len(list) != 0 {
			t.Errorf("a case that is shut asks: %+v", list)
		}
	})
}
