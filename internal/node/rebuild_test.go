package node

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/typology"
)

// TestThePastKeepsItsState: a national number is read as a number of the State in
// which it was recorded. A node that is configured anew reads what comes from then
// on another way, and its past as before.
func TestThePastKeepsItsState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		dir := t.TempDir()
		c := newCourse(t, dir, source)
		number := func(ref, value string) id.Mention {
			done, err := c.Evidence.Record(t.Context(), c.lena, evidence.Incoming{Ref: ref, Kind: "referral", Observed: "2026-11-20",
				Mentions: []evidence.IncomingMention{{Kind: "phone", Details: evidence.Details{Value: value}}}})
			if err != nil {
				t.Fatal(err)
			}
			c.drain(t)
			return c.mention(t, done.ID, 1)
		}
		national, british := number("one", "0151 234 56789"), number("two", "+44 151 234 56789")
		if c.entityOf(t, national) != c.entityOf(t, british) {
			t.Fatal("a national number is not read as the State's")
		}
		c.Close()
		cfg := courseConfig(dir, source)
		cfg.State = "DE"
		c = openCourse(t, cfg)
		c.sound(t)
		later, german := number("three", "0151 234 56789"), number("four", "+49 151 234 56789")
		if c.entityOf(t, later) != c.entityOf(t, german) || c.entityOf(t, later) == c.entityOf(t, national) {
			t.Error("what comes after is not read as the new State's")
		}
		if c.entityOf(t, national) != c.entityOf(t, british) {
			t.Error("the past is read another way")
		}
		c.sound(t)
	})
}

// TestOldSignalsGetTheState: signals that were recorded before signals remembered
// their State get the node's, once.
func TestOldSignalsGetTheState(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		dir := t.TempDir()
		c := newCourse(t, dir, source)
		without := func(state string) int64 {
			t.Helper()
			c.Close()
			cfg := courseConfig(dir, source)
			cfg.State = state
			c = openCourse(t, cfg)
			n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal WHERE home = ''`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		forgetHome := func(statements ...string) {
			t.Helper()
			if _, err := c.Evidence.Record(t.Context(), c.lena, evidence.Incoming{Ref: fmt.Sprint(len(statements)), Kind: "referral", Observed: "2026-11-20",
				Mentions: []evidence.IncomingMention{{Kind: "phone", Details: evidence.Details{Value: "0151 234 56789"}}}}); err != nil {
				t.Fatal(err)
			}
			err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
				for _, s := range append(statements, `UPDATE evidence_signal SET home = ''`) {
					if _, err := tx.Exec(s); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		forgetHome(`UPDATE evidence_head SET homed = FALSE`) // as an upgrade finds it
		if n := without("GB"); n != 0 {
			t.Errorf("%d old signals have no State", n)
		}
		forgetHome() // recorded by a node that has none
		if n := without("DE"); n != 2 {
			t.Errorf("%d signals have no State, want 2: the past is read another way", n)
		}
	})
}

// TestStaleIsTold: what an older program derived is told by the doctor until it is
// derived anew; what this one derived is not.
func TestStaleIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		told := func(want Health) {
			t.Helper()
			if got := c.checkDerived(t.Context()); got.State != want || (got.Fix == "lodestar rebuild") != (want == Warn) {
				t.Errorf("the doctor says %+v, want %s", got, want)
			}
		}
		told(Well)
		if _, err := c.Evidence.Record(t.Context(), c.lena, incoming(1)); err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		told(Well)
		err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE graph_cursor SET derivation = derivation - 1`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		told(Warn)
		if _, err := c.Evidence.Record(t.Context(), c.lena, incoming(2)); err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		told(Warn) // the rest is still old
		if _, err := c.Graph.Rebuild(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		told(Warn) // it only compared
		if _, err := c.Graph.Rebuild(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		told(Well)
	})
}

// TestRebuildTellsNobodyTwice: leads that were there are not raised again by a
// rebuild; one that only the rebuild finds is.
func TestRebuildTellsNobodyTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		var told []string
		kinds := []jobs.Kind{jobs.Record("test.told", func(_ context.Context, on ledger.Ref) error { told = append(told, on.ID); return nil })}
		for _, m := range c.modules {
			for job, work := range m.Jobs {
				kinds = append(kinds, jobs.Record(job, work))
			}
		}
		q, err := jobs.Open(c.Ground.DB, c.hand, c.Log, kinds...)
		if err != nil {
			t.Fatal(err)
		}
		c.Ground.Queue.Stop(t.Context())
		c.Ground.Queue, c.Ground.Heard[act.LeadRaised] = q, []string{"test.told"}
		for n := range 3 {
			c.lead(t, n)
		}
		if len(told) < 3 {
			t.Fatalf("told of %d leads", len(told))
		}
		list, err := c.Leads.List(t.Context(), c.lena, consent.Identification, typology.LeadOpen, typology.After{}, 50)
		if err != nil || len(list) < 3 {
			t.Fatalf("%d leads, %v", len(list), err)
		}
		told = nil
		for _, check := range []bool{true, false} {
			if r, err := c.Graph.Rebuild(t.Context(), check); err != nil || !r.Same() {
				t.Fatalf("%v %v", r, err)
			}
			c.drain(t)
			if len(told) != 0 {
				t.Errorf("a rebuild (check %v) told again of %d leads", check, len(told))
			}
		}
		lost := list[0].ID.String()
		for _, table := range []string{"typology_recipient WHERE lead", "typology_lead WHERE id"} {
			if _, err := c.Ground.DB.Pool().ExecContext(t.Context(), "DELETE FROM "+table+" = $1", lost); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := c.Graph.Rebuild(t.Context(), false); err != nil || r.Same() {
			t.Fatalf("the lead was lost, and: %v %v", r, err)
		}
		c.drain(t)
		if !slices.Equal(told, []string{lost}) {
			t.Errorf("told of %v, want of the one that the rebuild found", told)
		}
		c.sound(t)
	})
}

// TestLearnCommand refuses in a sentence, changes nothing by it, and learns where
// there are people enough.
func TestLearnCommand(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, dir+"/node.db")
	c.record(t, 1, 2, 3)
	var out bytes.Buffer
	if code := Main([]string{"learn", "--dir", dir}, &out, &out); code != exitFailed || !strings.Contains(out.String(), "Too few people") {
		t.Errorf("%d %s", code, &out)
	}
	if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal WHERE kind = 'model'`); err != nil || n != 0 {
		t.Errorf("%d models, %v", n, err)
	}
	for from := 0; from < 260; from += 130 {
		c.take(t, id.Import{}, 100+from, 230+from)
	}
	c.drain(t)
	out.Reset()
	if code := Main([]string{"learn", "--dir", dir}, &out, &out); code != 0 || !strings.Contains(out.String(), "hold from now on") {
		t.Errorf("%d %s", code, &out)
	}
	if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM graph_model`); err != nil || n != 1 {
		t.Errorf("%d models are in force, %v", n, err)
	}
	c.sound(t)
}
