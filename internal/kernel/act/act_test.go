package act_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

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
	"lodestar/internal/kernel/seal"
)

const policies = `
@id("may-read") @source("test")
permit (principal in Role::"reader", action in [Action::"test.read", Action::"see"], resource is Thing) when { resource.owner == principal.organisation };
@id("may-open") @source("test")
permit (principal in Role::"reader", action == Action::"open.identity", resource is Thing);
@id("may-write") @source("test")
permit (principal in Role::"writer", action in [Action::"test.write", Action::"see"], resource is Thing);
`

var (
	verbs  = map[policy.Verb]string{"test.read": "thing", "test.write": "thing"}
	mine   = id.Derived[id.Organisation]("mine")
	reader = policy.Actor{User: id.Derived[id.User]("r"), Organisation: mine, Roles: []string{"reader"}}
	writer = policy.Actor{User: id.Derived[id.User]("w"), Organisation: mine, Roles: []string{"writer"}}
	nobody = policy.Actor{User: id.Derived[id.User]("n"), Organisation: mine}
)

func ground(t *testing.T, source string) *act.Ground {
	g, _ := acttest.Ground(t, source, policies, verbs, nil, jobs.Record("test.job", func(context.Context, ledger.Ref) error { return nil }))
	g.Facts["thing"] = func(_ context.Context, _ *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
		switch recordID {
		case "mine":
			return policy.Facts{Owner: mine}, nil
		case "theirs":
			return policy.Facts{Owner: id.Derived[id.Organisation]("theirs")}, nil
		}
		return policy.Facts{}, fault.New(fault.NotFound, "test", "test")
	}
	return g
}

func ask(by policy.Actor, verb policy.Verb, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "thing", ID: recordID}, Purpose: consent.Assistance}
}

func lines(t *testing.T, db *sqldb.DB) (out []ledger.Entry) {
	t.Helper()
	err := db.InRead(t.Context(), func(tx *sql.Tx) (err error) {
		out, err = ledger.Recent(t.Context(), tx, ledger.Filter{}, ledger.Newest, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRefusalsAreLedgeredAndChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		g := ground(t, source)
		ran := false
		touch := func(*act.Act) (int, error) { ran = true; return 1, nil }
		for name, c := range map[string]struct {
			ask  policy.Ask
			want fault.Kind
		}{
			"without a role":      {ask(nobody, "test.write", "mine"), fault.Withheld},
			"a reader writes":     {ask(reader, "test.write", "mine"), fault.Denied},
			"somebody else's":     {ask(reader, "test.read", "theirs"), fault.Withheld},
			"what does not exist": {ask(reader, "test.read", "gone"), fault.NotFound},
			"an unheard-of verb":  {ask(writer, "test.burn", "mine"), fault.Denied},
		} {
			before := len(lines(t, g.DB))
			if _, err := act.Do(t.Context(), g, c.ask, touch); fault.KindOf(err) != c.want {
				t.Errorf("Do, %s: %v, want %v", name, err, c.want)
			}
			if _, err := act.Look(t.Context(), g, c.ask, touch); fault.KindOf(err) != c.want {
				t.Errorf("Look, %s: %v, want %v", name, err, c.want)
			}
			now := lines(t, g.DB)
			if len(now) != before+2 || now[0].Outcome == ledger.Read || now[1].Outcome == ledger.Done {
				t.Errorf("%s: refusals are not ledger lines: %+v", name, now[:2])
			}
		}
		if ran {
			t.Error("a refused act ran")
		}
	})
}

func TestFailureInsideLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		g := ground(t, source)
		boom := errors.New("boom")
		_, err := act.Do(t.Context(), g, ask(writer, "test.write", "mine"), func(a *act.Act) (int, error) {
			if err := a.Later("test.job", "thing", "mine", time.Time{}); err != nil {
				return 0, err
			}
			return 0, boom
		})
		if !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		if c, err := g.Queue.Pending(t.Context()); err != nil || c.Waiting != 0 {
			t.Errorf("a job stayed behind: %+v, %v", c, err)
		}
		if got := lines(t, g.DB); len(got) != 0 {
			t.Errorf("a line stayed behind: %+v", got)
		}
		// A refusal from inside is a line, and what was done before it is undone.
		_, err = act.Do(t.Context(), g, ask(writer, "test.write", "mine"), func(a *act.Act) (int, error) {
			if err := a.Later("test.job", "thing", "mine", time.Time{}); err != nil {
				return 0, err
			}
			return 0, fault.New(fault.Invalid, "test", "test")
		})
		if !fault.Is(err, fault.Invalid) {
			t.Fatalf("got %v", err)
		}
		if c, _ := g.Queue.Pending(t.Context()); c.Waiting != 0 {
			t.Error("a job of a refused act stayed behind")
		}
		if got := lines(t, g.DB); len(got) != 1 || got[0].Outcome != ledger.Refused {
			t.Errorf("lines: %+v", got)
		}
	})
}

func TestNothingIsShownWithoutALine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		g := ground(t, source)
		err := g.DB.InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec("DELETE FROM ledger_head")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := act.Look(t.Context(), g, ask(reader, "test.read", "mine"), func(*act.Act) (string, error) { return "her name", nil })
		if err == nil || got != "" {
			t.Fatalf("a broken ledger showed %q, %v", got, err)
		}
	})
}

func TestClassesOpenAsGranted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		g := ground(t, source)
		subject, err := g.Vault.Mint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		box := func(c seal.Class, text string) seal.Field[string] {
			b, err := seal.Seal(t.Context(), g.Vault.Ring(), subject, "p", seal.New(c, text))
			if err != nil {
				t.Fatal(err)
			}
			return seal.Stored[string](c, subject, "p", b)
		}
		name, story := box(seal.Identity, "n"), box(seal.Narrative, "s")
		_, err = act.Look(t.Context(), g, ask(reader, "test.read", "mine"), func(a *act.Act) (int, error) {
			if v, err := act.Open(a, name); err != nil || v != "n" {
				t.Errorf("name: %q, %v", v, err)
			}
			if v, err := act.Open(a, story); !fault.Is(err, fault.Withheld) || v != "" {
				t.Errorf("story: %q, %v", v, err)
			}
			if v, err := act.Show(a, story); err != nil || !v.Withheld || v.Value != "" {
				t.Errorf("story shown: %+v, %v", v, err)
			}
			return 0, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(t, g.DB)[0]; len(got.Classes) != 1 || got.Classes[0] != "identity" || got.Outcome != ledger.Read {
			t.Errorf("the line says %+v", got)
		}
	})
}
