package node

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/typology"
)

// pages bounds the node's database to n pages; 0 lets it grow again.
func (c *course) pages(t *testing.T, n int64) {
	t.Helper()
	if n == 0 {
		n = 1 << 30
	}
	// A pragma holds for its connection: SQLite has one that writes.
	if _, err := c.Ground.DB.Pool().ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", n)); err != nil {
		t.Fatal(err)
	}
}

// TestDiskFull: what no longer fits is refused, what is there stays, and when
// there is room again the node goes on.
func TestDiskFull(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	first := c.screen(t, canary, canaryPhone)
	c.drain(t)
	now, err := c.Ground.DB.Scalar(t.Context(), `SELECT page_count FROM pragma_page_count()`)
	if err != nil {
		t.Fatal(err)
	}
	c.pages(t, now+8)
	took, refused := 0, error(nil)
	for ; refused == nil; took++ {
		if took > 10_000 {
			t.Fatal("the disk is never full")
		}
		_, refused = c.Evidence.Record(t.Context(), c.lena, incoming(took))
	}
	took--
	full := func(err error) bool {
		return sqldb.IsFull(err) && (fault.Is(err, fault.Busy) || fault.Is(err, fault.Internal)) && !namesCanary(err.Error())
	}
	if !full(refused) {
		t.Errorf("refused with %v", refused)
	}
	for what, do := range map[string]func() error{
		"screen": func() error {
			in := c.intake(canary, canaryPhone)
			for range 200 {
				in.Note += " and more, and more of what she said"
			}
			_, err := c.Protection.Screen(t.Context(), c.lena, in)
			return err
		},
		"look, more often than lines fit": func() error {
			for range 1000 {
				if _, err := c.Protection.Preview(t.Context(), c.lena, first.Case.ID, first.Referrals[0].Consent); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		if err := do(); !full(err) {
			t.Errorf("%s on a full disk: %v", what, err)
		}
	}
	for what, query := range halves {
		if n, err := c.Ground.DB.Scalar(t.Context(), query); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
	if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal WHERE kind = 'referral'`); err != nil || n != int64(took) {
		t.Errorf("%d signals were taken and %d are there, %v", took, n, err)
	}
	c.pages(t, 0)
	if done, err := c.Evidence.Record(t.Context(), c.lena, incoming(took)); err != nil || done.Again {
		t.Errorf("with room again: %+v, %v", done, err)
	}
	if _, err := c.Protection.Withdraw(t.Context(), c.lena, first.Case.ID, first.Referrals[0].Consent); err != nil {
		t.Error(err)
	}
	c.hand.Move(time.Hour) // a job that failed meanwhile waits for its next attempt
	c.drain(t)
	c.sound(t)
}

// TestClockJumps: a clock that jumps changes no order and loses no lead.
func TestClockJumps(t *testing.T) {
	for name, jumps := range map[string][]time.Duration{
		"back":            {-36 * time.Hour, 0, -time.Second},
		"forth":           {400 * 24 * time.Hour, 0, time.Hour},
		"forth and back":  {400 * 24 * time.Hour, -400 * 24 * time.Hour, 0},
		"back by decades": {-50 * 365 * 24 * time.Hour, 0, 50 * 365 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, source string) {
				c := newCourse(t, t.TempDir(), source)
				jump(t, c, jumps)
			})
		})
	}
}

func jump(t *testing.T, c *course, jumps []time.Duration) {
	done := c.screen(t, canary, canaryPhone)
	n := 0
	for _, d := range append([]time.Duration{0}, jumps...) {
		c.hand.Move(d)
		for range 3 {
			if _, err := c.Evidence.Record(t.Context(), c.lena, incoming(n)); err != nil {
				t.Fatal(err)
			}
			n++
		}
		c.drain(t)
	}
	if lost, err := c.Ground.DB.Scalar(t.Context(), `SELECT h.seq - g.seq FROM evidence_head h, graph_cursor g`); err != nil || lost != 0 {
		t.Errorf("%d signals wait to be connected, %v", lost, err)
	}
	list, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM typology_lead WHERE rule <> '`+typology.RuleProtect+`' AND rule <> '`+typology.RuleIndicators+`' AND state = 'open'`)
	if err != nil || list == 0 {
		t.Errorf("no lead about the recruiter of %d people, %v", n, err)
	}
	wrong, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal a JOIN evidence_signal b ON b.seq = a.seq + 1
		JOIN ledger_opening x ON x.kind = 'signal' AND x.ref = a.id JOIN ledger_opening y ON y.kind = 'signal' AND y.ref = b.id
		JOIN ledger_line k ON k.n = x.n AND k.verb = 'evidence.record' JOIN ledger_line l ON l.n = y.n AND l.verb = 'evidence.record' WHERE k.n >= l.n`)
	if err != nil || wrong != 0 {
		t.Errorf("%d signals stand in the ledger in another order than they were recorded, %v", wrong, err)
	}
	// Her word is measured by the clock as it is; taking it back always works.
	if _, err := c.Protection.Withdraw(t.Context(), c.lena, done.Case.ID, done.Referrals[0].Consent); err != nil {
		t.Error(err)
	}
	_, err = c.Protection.Refer(context.Background(), c.lena, protection.ReferIn{Case: done.Case.ID, Version: done.Case.Version, Service: c.clinic, Consent: done.Referrals[0].Consent})
	if !fault.Is(err, fault.Denied) {
		t.Errorf("referred after her word was taken back: %v", err)
	}
	if _, err := c.Protection.Who(t.Context(), c.lena, consent.Assistance, done.Case.ID, 1<<62); err != nil {
		t.Error(err)
	}
	c.sound(t)
}
