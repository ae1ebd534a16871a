package consent_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

var (
	now     = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	shelter = id.Derived[id.Organisation]("shelter")
	worker  = id.Derived[id.User]("worker")
)

func word(p id.Person) consent.Consent {
	return consent.Consent{State: consent.Given, Person: p, Purpose: consent.Assistance, Recipient: shelter, Classes: seal.Of(seal.Identity, seal.Contact),
		Until: now.AddDate(0, 1, 0), SpokenBy: consent.Self, Language: "ro", Notice: "n-1", Capacity: true, RecordedBy: worker, RecordedAt: now}
}

func in(t *testing.T, db *sqldb.DB, fn func(ctx context.Context, tx *sql.Tx) error) error {
	t.Helper()
	return db.InTx(t.Context(), func(tx *sql.Tx) error { return fn(t.Context(), tx) })
}

func TestGiveRefuses(t *testing.T) {
	db := dbtest.Open(t, dbtest.SQLite(t), consent.Migrations())
	for name, c := range map[string]struct {
		spoil func(*consent.Consent)
		child bool
	}{
		"without a recipient":    {func(c *consent.Consent) { c.Recipient = id.Organisation{} }, false},
		"without a purpose":      {func(c *consent.Consent) { c.Purpose = "" }, false},
		"without an end":         {func(c *consent.Consent) { c.Until = time.Time{} }, false},
		"an end that has passed": {func(c *consent.Consent) { c.Until = now }, false},
		"without a scope":        {func(c *consent.Consent) { c.Classes = 0 }, false},
		"of secrets":             {func(c *consent.Consent) { c.Classes = seal.Of(seal.Secret) }, false},
		"without a notice":       {func(c *consent.Consent) { c.Notice = "" }, false},
		"without capacity":       {func(c *consent.Consent) { c.Capacity = false }, false},
		"by the child herself":   {func(*consent.Consent) {}, true},
		"for an adult":           {func(c *consent.Consent) { c.SpokenBy = consent.Guardian }, false},
		"by a stranger":          {func(c *consent.Consent) { c.SpokenBy = "neighbour" }, false},
		"already withdrawn":      {func(c *consent.Consent) { c.State = consent.Withdrawn }, false},
	} {
		w := word(id.New[id.Person]())
		c.spoil(&w)
		err := in(t, db, func(ctx context.Context, tx *sql.Tx) error {
			_, err := consent.Give(ctx, tx, w, c.child)
			return err
		})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWithdrawnStaysWithdrawn, also when the clock was set back between the two
// words; and a consent can be narrowed, never widened.
func TestWithdrawnStaysWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, consent.Migrations())
		she := id.New[id.Person]()
		err := in(t, db, func(ctx context.Context, tx *sql.Tx) error {
			c, err := consent.Give(ctx, tx, word(she), false)
			if err != nil {
				return err
			}
			if _, err := consent.Narrow(ctx, tx, c, seal.Of(seal.Identity, seal.Health), now.AddDate(0, 0, 1), worker, now); !fault.Is(err, fault.Invalid) {
				t.Errorf("widened the scope: %v", err)
			}
			if _, err := consent.Narrow(ctx, tx, c, seal.Of(seal.Identity), now.AddDate(1, 0, 0), worker, now); !fault.Is(err, fault.Invalid) {
				t.Errorf("lengthened the time: %v", err)
			}
			narrow, err := consent.Narrow(ctx, tx, c, seal.Of(seal.Identity), now.AddDate(0, 0, 1), worker, now)
			if err != nil || !narrow.Covers(consent.Assistance, shelter, seal.Identity, now) || narrow.Covers(consent.Assistance, shelter, seal.Contact, now) {
				t.Errorf("narrowed: %+v, %v", narrow, err)
			}
			if narrow.Covers(consent.Assistance, shelter, seal.Identity, now.AddDate(0, 0, 1)) || narrow.Covers(consent.Investigation, shelter, seal.Identity, now) {
				t.Error("it covers what it does not say")
			}
			if _, err := consent.Withdraw(ctx, tx, c, worker, now.Add(-time.Hour)); err != nil {
				return err
			}
			all, err := consent.Of(ctx, tx, she)
			if len(all) != 1 || all[0].State != consent.Withdrawn || all[0].Live(now.Add(-time.Hour)) {
				t.Errorf("after withdrawal, with the clock set back: %+v", all)
			}
			if _, err := consent.Narrow(ctx, tx, c, seal.Of(seal.Identity), now, worker, now); !fault.Is(err, fault.Conflict) {
				t.Errorf("narrowed what was withdrawn: %v", err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
