package act_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/act/acttest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

const parking = `
@id("may-end") @source("test") @second("senior") @days("7")
permit (principal in Role::"worker", action == Action::"test.end", resource is Thing) when { resource.owner == principal.organisation };
@id("seniors-end") @source("test")
permit (principal in Role::"senior", action in [Action::"test.end", Action::"see"], resource is Thing) when { resource.owner == principal.organisation };
@id("locked") @source("test")
forbid (principal in Role::"junior", action == Action::"test.end", resource is Thing) when { resource.state == "locked" };
@id("two-people") @source("test")
permit (principal, action in [Action::"proposal.approve", Action::"proposal.decline", Action::"proposal.take_back", Action::"see"], resource is Proposal)
when { resource.owner == principal.organisation && (principal in Role::"worker" || principal in Role::"senior") };
@id("node") @source("test")
permit (principal in Role::"node", action == Action::"proposal.expire", resource is Proposal);
`

type endIn struct {
	Version int
	Words   string
}

// desk is a desk with one thing on it.
type desk struct {
	*act.Ground
	hand      *clock.Hand
	version   atomic.Int64
	locked    atomic.Bool
	protected atomic.Bool
	subject   id.Subject
}

var (
	anna   = policy.Actor{User: id.Derived[id.User]("anna"), Organisation: mine, Roles: []string{"worker", "junior"}}
	berta  = policy.Actor{User: id.Derived[id.User]("berta"), Organisation: mine, Roles: []string{"worker", "senior"}}
	carl   = policy.Actor{User: id.Derived[id.User]("carl"), Organisation: mine, Roles: []string{"worker"}}
	dora   = policy.Actor{User: id.Derived[id.User]("dora"), Organisation: id.Derived[id.Organisation]("theirs"), Roles: []string{"worker", "senior"}}
	theNod = policy.Actor{User: id.Derived[id.User]("node"), Organisation: id.Derived[id.Organisation]("node"), Roles: []string{"node"}}
)

func newDesk(t *testing.T, source string) *desk {
	t.Helper()
	d := &desk{}
	work := func(_ context.Context, _ ledger.Ref) error { return nil }
	expire := func(ctx context.Context, on ledger.Ref) error {
		return act.Expire(ctx, d.Ground, theNod, on, consent.Assistance)
	}
	d.Ground, d.hand = acttest.Ground(t, source, parking, parkingVerbs(), []sqldb.Migrations{act.Migrations()}, jobs.Record("test.job", work), jobs.Record(act.JobExpire, expire))
	var err error
	if d.subject, err = d.Vault.Mint(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Facts["proposal"] = act.ProposalFacts
	d.Facts["thing"] = func(context.Context, *sql.Tx, string, time.Time) (policy.Facts, error) {
		f := policy.Facts{Owner: mine, Subject: d.subject, Protected: d.protected.Load()}
		if d.locked.Load() {
			f.State = "locked"
		}
		return f, nil
	}
	d.Replays = map[policy.Verb]act.Replay{"test.end": act.Replayed(d.end)}
	return d
}

func parkingVerbs() map[policy.Verb]string {
	verbs := map[policy.Verb]string{"test.end": "thing"}
	maps.Copy(verbs, act.Verbs)
	return verbs
}

func (d *desk) load(t *testing.T, text string) *policy.Engine {
	t.Helper()
	e, err := policy.Load(fstest.MapFS{"t.cedar": {Data: []byte(text)}}, parkingVerbs())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// end puts a job in; it refuses what was decided on an older version.
func (d *desk) end(a *act.Act, in *endIn) (string, error) {
	if in.Version == 0 {
		in.Version = int(d.version.Load())
	}
	if int(d.version.Load()) != in.Version {
		return "", fault.New(fault.Stale, "test", "test")
	}
	return in.Words, a.Later("test.job", "thing", "x", time.Time{})
}

func (d *desk) propose(t *testing.T, by policy.Actor, words string) id.Proposal {
	t.Helper()
	d.version.CompareAndSwap(0, 1)
	out, err := act.DoOrPark(t.Context(), d.Ground, ask(by, "test.end", "x"), endIn{Words: words}, d.end)
	if !fault.Is(err, fault.Parked) || out != "" {
		t.Fatalf("got %q, %v; want it parked", out, err)
	}
	list := d.waiting(t, by)
	if len(list) == 0 {
		t.Fatal("nothing waits")
	}
	return list[len(list)-1].ID
}

func on(by policy.Actor, verb policy.Verb, p id.Proposal) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "proposal", ID: p.String()}, Purpose: consent.Assistance}
}

// waiting reads the proposals through the door of a verb that asks for nobody.
func (d *desk) waiting(t *testing.T, by policy.Actor) (out []act.Proposal) {
	t.Helper()
	by.Roles = []string{"senior"}
	out, err := act.Look(t.Context(), d.Ground, ask(by, "test.end", ""), func(a *act.Act) ([]act.Proposal, error) { return act.Proposals(a, 10) })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *desk) jobs(t *testing.T) int {
	t.Helper()
	c, err := d.Queue.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c.Waiting
}

func (d *desk) rows(t *testing.T, where string) int64 {
	t.Helper()
	n, err := d.DB.Scalar(t.Context(), "SELECT count(*) FROM act_proposal WHERE "+where)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (d *desk) approve(t *testing.T, by policy.Actor, p id.Proposal) error {
	return act.Approve(t.Context(), d.Ground, on(by, act.ApproveProposal, p))
}

func TestParkedActDoesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d := newDesk(t, source)
		if _, err := act.Do(t.Context(), d.Ground, ask(anna, "test.end", "x"), func(*act.Act) (int, error) { t.Error("it ran"); return 0, nil }); !fault.Is(err, fault.Internal) {
			t.Errorf("an act was done alone by the wrong door: %v", err)
		}
		if _, err := act.Look(t.Context(), d.Ground, ask(anna, "test.end", "x"), func(*act.Act) (int, error) { t.Error("it ran"); return 0, nil }); !fault.Is(err, fault.Internal) {
			t.Errorf("something was read alone by the wrong door: %v", err)
		}
		d.version.Store(1)
		if _, err := act.DoOrPark(t.Context(), d.Ground, ask(anna, "test.end", "x"), endIn{Version: 9}, d.end); !fault.Is(err, fault.Stale) {
			t.Errorf("what would be refused was parked: %v", err)
		}
		if n := d.rows(t, "TRUE"); n != 0 {
			t.Fatalf("%d proposals stand there", n)
		}
		words := "Ŝi ne venis · она не пришла · " + strings.Repeat("漢", 20_000)
		hers := d.subject
		d.subject = id.Subject{}
		d.protected.Store(true)
		if _, err := act.DoOrPark(t.Context(), d.Ground, ask(anna, "test.end", "x"), endIn{}, d.end); !fault.Is(err, fault.Internal) || d.rows(t, "TRUE") != 0 {
			t.Errorf("kept about somebody under a key that is not hers: %v", err)
		}
		d.subject = hers
		d.protected.Store(false)
		p := d.propose(t, anna, words)
		if n := d.jobs(t); n != 1 { // the one that ends it
			t.Errorf("%d jobs wait: the parked act left something", n)
		}
		all := lines(t, d.DB)
		if l := all[1]; l.Outcome != ledger.Parked || l.Verb != "test.end" || len(l.On) != 2 || l.On[1].ID != p.String() {
			t.Errorf("line: %+v", l)
		}
		var box []byte
		err := d.DB.InRead(t.Context(), func(tx *sql.Tx) error {
			return tx.QueryRowContext(t.Context(), "SELECT payload FROM act_proposal").Scan(&box)
		})
		if err != nil || len(box) == 0 || bytes.Contains(box, []byte("она")) {
			t.Errorf("the payload is not sealed: %v", err)
		}
		if _, err := act.DoOrPark(t.Context(), d.Ground, ask(carl, "test.end", "x"), endIn{}, d.end); !fault.Is(err, fault.Conflict) {
			t.Errorf("proposed twice: %v", err)
		}
		// Who needs nobody else does it at once.
		senior := berta
		senior.Roles = []string{"senior"}
		if _, err := act.DoOrPark(t.Context(), d.Ground, ask(senior, "test.end", "x"), endIn{}, d.end); err != nil {
			t.Error(err)
		}
	})
}

func TestApprovalRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d := newDesk(t, source)
		p := d.propose(t, anna, "words")
		anna2 := anna
		anna2.Roles = []string{"worker", "senior"} // promoted meanwhile: still herself
		refused := func(what string, err error, want fault.Kind) {
			t.Helper()
			if fault.KindOf(err) != want {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
			if l := lines(t, d.DB)[0]; l.Outcome != ledger.Refused && l.Outcome != ledger.Withheld {
				t.Errorf("%s: no line of refusal: %+v", what, l)
			}
			if n := d.jobs(t); n > 1 {
				t.Errorf("%s: something was done", what)
			}
		}
		refused("the proposer herself", d.approve(t, anna, p), fault.Denied)
		refused("the proposer, promoted", d.approve(t, anna2, p), fault.Denied)
		refused("somebody without the role", d.approve(t, carl, p), fault.Denied)
		refused("another organisation", d.approve(t, dora, p), fault.Withheld)
		refused("nobody", d.approve(t, nobody, p), fault.Withheld)
		refused("what is not there", d.approve(t, berta, id.New[id.Proposal]()), fault.NotFound)
		refused("declining one's own", act.Decline(t.Context(), d.Ground, on(anna2, act.DeclineProposal, p), "too_early"), fault.Denied)
		refused("declining from elsewhere", act.Decline(t.Context(), d.Ground, on(dora, act.DeclineProposal, p), "too_early"), fault.Withheld)
		if err := act.Decline(t.Context(), d.Ground, on(berta, act.DeclineProposal, p), "<script>"); !fault.Is(err, fault.Invalid) {
			t.Errorf("declined without a reason: %v", err)
		}
		refused("taking back another's", act.Retract(t.Context(), d.Ground, on(berta, act.TakeBack, p)), fault.Denied)
		d.locked.Store(true)
		refused("what its proposer may no longer do", d.approve(t, berta, p), fault.Conflict)
		d.locked.Store(false)
		if list := d.waiting(t, anna); len(list) != 1 || list[0].For(dora) || list[0].For(anna2) || list[0].For(carl) || !list[0].For(berta) {
			t.Errorf("it waits for the wrong people: %+v", list)
		}
		before := d.Policy
		d.Policy = d.load(t, strings.Replace(parking, `@second("senior")`, `@second("chief")`, 1)+
			`@id("chief") @source("test") permit (principal in Role::"chief", action == Action::"test.end", resource is Thing);`)
		refused("somebody who was enough when it was proposed", d.approve(t, berta, p), fault.Denied)
		d.Policy = before
		d.version.Store(2)
		refused("a record that changed", d.approve(t, berta, p), fault.Stale)
		if d.rows(t, "state = 'waiting' AND payload IS NOT NULL") != 1 {
			t.Error("a refusal ended the proposal")
		}
		d.hand.Move(7 * 24 * time.Hour)
		d.version.Store(1)
		refused("what has expired", d.approve(t, berta, p), fault.Conflict)
	})
}

func TestApprovedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d := newDesk(t, source)
		p := d.propose(t, anna, "words")
		var done atomic.Int64
		var all sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			all.Go(func() {
				if errs[i] = d.approve(t, berta, p); errs[i] == nil {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if err := errors.Join(errs...); done.Load() != 1 || !fault.Is(err, fault.Conflict) {
			t.Fatalf("done %d times: %v", done.Load(), errs)
		}
		if n := d.jobs(t); n != 2 {
			t.Errorf("%d jobs wait, want the act's and the one that ends the proposal", n)
		}
		for _, l := range lines(t, d.DB) {
			if l.Outcome == ledger.Done && (l.Verb != "test.end" || l.Actor != berta.User.String() || l.Proposer != anna.User.String() || len(l.On) != 2 || len(l.Policies) != 3) {
				t.Errorf("line: %+v", l)
			}
		}
		if d.rows(t, "state = 'done' AND payload IS NULL") != 1 {
			t.Error("what was asked for stays behind")
		}
		if err := act.Retract(t.Context(), d.Ground, on(anna, act.TakeBack, p)); !fault.Is(err, fault.Conflict) {
			t.Errorf("taken back after it was done: %v", err)
		}
	})
}

func TestProposalEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d := newDesk(t, source)
		ends := func(state string) {
			t.Helper()
			if d.rows(t, "state = '"+state+"' AND payload IS NULL") != 1 || len(d.waiting(t, berta)) != 0 {
				t.Errorf("it is not %s", state)
			}
		}
		p := d.propose(t, anna, "words")
		if err := act.Retract(t.Context(), d.Ground, on(anna, act.TakeBack, p)); err != nil {
			t.Fatal(err)
		}
		ends("taken_back")
		p = d.propose(t, anna, "words")
		if err := act.Decline(t.Context(), d.Ground, on(berta, act.DeclineProposal, p), "person_not_heard"); err != nil {
			t.Fatal(err)
		}
		ends("declined")
		p = d.propose(t, anna, "words")
		early := act.Expire(t.Context(), d.Ground, theNod, ledger.Ref{Kind: "proposal", ID: p.String()}, consent.Assistance)
		if early != nil || d.rows(t, "state = 'waiting'") != 1 {
			t.Fatalf("a job that came too early ended it: %v", early)
		}
		d.hand.Move(8 * 24 * time.Hour)
		if got, err := d.Queue.Drain(t.Context()); err != nil || got.Failed > 0 {
			t.Fatal(got, err)
		}
		ends("expired")

		p = d.propose(t, anna, "words")
		if err := act.Destroy(t.Context(), d.Ground, d.subject); err != nil {
			t.Fatal(err)
		}
		if err := d.approve(t, berta, p); !fault.Is(err, fault.Conflict) {
			t.Errorf("approved although her key is gone: %v", err)
		}
		senior := berta
		senior.Roles = []string{"senior"}
		if _, err := act.Do(t.Context(), d.Ground, ask(senior, "test.end", "x"), func(a *act.Act) (int, error) { return 0, act.ForgetProposals(a, d.subject) }); err != nil {
			t.Fatal(err)
		}
		ends("forgotten")
		if err := d.approve(t, berta, p); !fault.Is(err, fault.Conflict) {
			t.Errorf("approved although she was forgotten: %v", err)
		}
	})
}
