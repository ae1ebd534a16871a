package casework_test

import (
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Without a duty in the law nothing is sent without her word (protection.md §14, P2).
// With one, the recipient takes her on: a person of its own, with what was told and
// no more, and an age that was not told is unknown.
func TestTakeOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		send := func() (out casework.Referral, err error) {
			err = r.do(func(a *act.Act) (err error) {
				out, err = casework.SendByDuty(a, r.who, r.c, casework.Referral{Recipient: org, Need: casework.NeedNRM}, law.ReferChild, seal.Of(seal.Contact),
					casework.Payload{Name: "Mira", Phone: "+43 1 555", Language: "hy", Age: string(evidence.Adult), Note: "words"}, a.Now().AddDate(0, 0, 1))
				return err
			})
			return out, err
		}
		if _, err := send(); !fault.Is(err, fault.Denied) {
			t.Fatalf("no law: %v", err)
		}
		r.Law = northland(t)
		ref, err := send()
		if err != nil {
			t.Fatal(err)
		}
		if ref.Duty != "child_referral" || !ref.Consent.IsZero() {
			t.Errorf("it rests on %q %v", ref.Duty, ref.Consent)
		}
		take := func(version int64) (casework.Case, error) {
			return act.Do(t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.take", On: ledger.Ref{Kind: "referral", ID: ref.ID.String()}, Purpose: consent.NRM},
				func(a *act.Act) (casework.Case, error) {
					return casework.TakeOn(a, kind, ref.ID, version, casework.Case{})
				})
		}
		if _, err := take(7); !fault.Is(err, fault.Stale) {
			t.Fatalf("another version: %v", err)
		}
		c, err := take(1)
		if err != nil {
			t.Fatal(err)
		}
		if c.Person == r.who.ID || c.Referral != ref.ID {
			t.Errorf("the case is of %v by %v", c.Person, c.Referral)
		}
		err = r.do(func(a *act.Act) error {
			p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
			if err != nil {
				return err
			}
			if p.Name.Present() || p.Language != "hy" || !p.Age.TreatedAsChild() || p.Subject == r.who.Subject {
				t.Errorf("more was told than went: %+v", p)
			}
			if got, _ := casework.Inbox(a, org, false, sqldb.After{}, 9); len(got) != 0 {
				t.Error("a service sees what is asked of the authority")
			}
			got, err := casework.Inbox(a, org, true, sqldb.After{}, 9)
			if len(got) != 1 || got[0].State != casework.Accepted {
				t.Errorf("the authority's inbox: %+v", got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := take(2); !fault.Is(err, fault.Conflict) {
			t.Fatalf("taken on twice: %v", err)
		}
	})
}

// Her word ends: the referral is revoked, and whoever took her on is asked to look at
// what they keep. A narrower word cuts down what the referral still holds.
func TestTakerIsToldOfAWithdrawal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		word := r.word(func(w *consent.Consent) { w.Classes = seal.Of(seal.Identity, seal.Contact) })
		var ref casework.Referral
		err := r.do(func(a *act.Act) (err error) {
			ref, err = casework.Send(a, r.who, r.c, casework.Referral{Recipient: org, Need: "lawyer", Consent: word}, consent.Assistance,
				casework.Payload{Name: "Mira", Phone: "+43 1 555"}, a.Now().AddDate(0, 0, 1))
			if err != nil {
				return err
			}
			return casework.NarrowUnder(a, word, seal.Of(seal.Identity))
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := act.Do(t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.take", On: ledger.Ref{Kind: "referral", ID: ref.ID.String()}, Purpose: consent.Assistance},
			func(a *act.Act) (casework.Case, error) {
				now, err := casework.ReferralByID(a.Ctx(), a.Tx(), ref.ID)
				if err != nil {
					return casework.Case{}, err
				}
				told, err := act.Open(a, now.Payload)
				if err != nil || told != (casework.Payload{Name: "Mira"}) {
					t.Errorf("after the narrower word it holds %+v, %v", told, err)
				}
				return casework.TakeOn(a, kind, ref.ID, 1, casework.Case{})
			})
		if err != nil {
			t.Fatal(err)
		}
		err = r.do(func(a *act.Act) error {
			if _, err := consent.Withdraw(a.Ctx(), a.Tx(), word, worker.User, a.Now()); err != nil {
				return err
			}
			gone, err := casework.RevokeUnder(a, word, "consent_withdrawn")
			if err != nil || len(gone) != 1 {
				t.Errorf("revoked %+v, %v", gone, err)
			}
			tasks, err := casework.TasksOf(a, c.ID)
			if len(tasks) != 1 || tasks[0].Kind != casework.TaskWithdrawn {
				t.Errorf("whoever took her on is asked %+v", tasks)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Forgotten is forgotten: what a duty had sent is taken back, and nobody is made out
// of an empty envelope. What was sent under a duty stands no longer than it said.
func TestForgottenIsTakenOnByNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		r := newRoom(t, source)
		r.Law = northland(t)
		send := func(days int) (out casework.Referral) {
			t.Helper()
			err := r.do(func(a *act.Act) (err error) {
				out, err = casework.SendByDuty(a, r.who, r.c, casework.Referral{Recipient: org, Need: casework.NeedNRM}, law.ReferChild, seal.Of(seal.Identity),
					casework.Payload{Name: "Mira"}, a.Now().AddDate(0, 0, days))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		take := func(s casework.Referral) error {
			_, err := act.Do(t.Context(), r.Ground, policy.Ask{Actor: worker, Verb: "x.take", On: ledger.Ref{Kind: "referral", ID: s.ID.String()}, Purpose: consent.NRM},
				func(a *act.Act) (casework.Case, error) { return casework.TakeOn(a, kind, s.ID, 1, casework.Case{}) })
			return err
		}
		short, long := send(1), send(30)
		r.hand.Move(48 * time.Hour)
		if err := take(short); fault.Status(fault.KindOf(err)) < 400 {
			t.Errorf("it stood longer than it said: %v", err)
		}
		err := r.do(func(a *act.Act) error {
			if err := casework.ForgetPerson(a, r.who.ID); err != nil {
				return err
			}
			_, err := casework.ForgetCases(a, r.who.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := take(long); fault.Status(fault.KindOf(err)) < 400 {
			t.Errorf("somebody was made out of nothing: %v", err)
		}
	})
}
