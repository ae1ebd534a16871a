package node

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology"
)

// atOnce does things at the same moment and gives what came of each.
func atOnce(do ...func() error) []error {
	out, begin := make([]error, len(do)), make(chan struct{})
	var wg sync.WaitGroup
	for i, f := range do {
		wg.Go(func() { <-begin; out[i] = f() })
	}
	close(begin)
	wg.Wait()
	return out
}

// record records signals and follows them.
func (c *course) record(t *testing.T, numbers ...int) (out []id.Signal) {
	t.Helper()
	for _, n := range numbers {
		done, err := c.Evidence.Record(t.Context(), c.lena, incoming(n))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, done.ID)
	}
	c.drain(t)
	return out
}

// lead records signals that name one recruiter, from people whom the law protects
// themselves, and gives the leads of their screenings, which were brought to Lena.
func (c *course) lead(t *testing.T, n int) typology.Lead {
	t.Helper()
	in := incoming(n)
	in.Coded = map[string]string{}
	for _, sign := range []string{"D1.job_location_employer", "D1.wages", "D4.excessive_hours", "D4.low_or_no_pay", "D5.documents_confiscated", "D5.debt_bondage"} {
		in.Coded["ilo."+sign] = "yes"
	}
	done, err := c.Evidence.Record(t.Context(), c.lena, in)
	if err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	list, err := c.Leads.List(t.Context(), c.lena, consent.Identification, typology.LeadOpen, typology.After{}, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if len(l.Reasons.Signals) == 1 && l.Reasons.Signals[0] == done.ID {
			return l
		}
	}
	t.Fatalf("the screening raised no lead among %d", len(list))
	return typology.Lead{}
}

// TestOneLeadOneCase: of several who open a case from one lead at the same moment
// one opens it, and the others are told that there is one.
func TestOneLeadOneCase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		for n := range 8 {
			l := c.lead(t, n)
			open := func() error {
				_, err := c.Protection.Open(t.Context(), c.lena, protection.OpenIn{Lead: l.ID, Language: "en", Age: evidence.Adult})
				return err
			}
			opened := 0
			for _, err := range atOnce(open, open, open) {
				key, _ := fault.Say(err)
				switch {
				case err == nil:
					opened++
				case !fault.Is(err, fault.Conflict) || key != "casework.lead_has_case":
					t.Errorf("refused by %v", err)
				}
			}
			have, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM casework_case WHERE lead = $1`, l.ID.String())
			if err != nil || opened != 1 || have != 1 {
				t.Fatalf("%d were told that they opened the case; there are %d, %v", opened, have, err)
			}
		}
		if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT (SELECT count(*) FROM casework_person) - (SELECT count(*) FROM casework_case)`); err != nil || n != 0 {
			t.Errorf("%d persons without a case, %v", n, err)
		}
		c.sound(t)
	})
}

// TestNothingIsDeliveredAfterTheWithdrawal: she takes her word back while the
// clinic opens the referral. Whichever comes first, in the ledger no delivery
// stands behind the withdrawal.
func TestNothingIsDeliveredAfterTheWithdrawal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		before, after := 0, 0
		for n := range 60 {
			done := c.screen(t, recruiter(n), fmt.Sprintf("+4479222%05d", n))
			r := done.Referrals[0]
			receive := func() error {
				got, err := c.Protection.Receive(t.Context(), c.doctor, r.ID)
				if err == nil && got.Payload.Value.Name == "" {
					return errors.New("delivered without what was agreed")
				}
				return err
			}
			answer := func() error {
				_, err := c.Protection.Answer(t.Context(), c.doctor, protection.AnswerIn{Referral: r.ID, To: "accepted"})
				return err
			}
			withdraw := func() error {
				_, err := c.Protection.Withdraw(t.Context(), c.lena, done.Case.ID, r.Consent)
				return err
			}
			errs := atOnce(receive, withdraw, receive, answer)
			if errs[1] != nil {
				t.Fatalf("withdrawing: %v", errs[1])
			}
			for _, i := range []int{0, 2, 3} {
				switch k := fault.KindOf(errs[i]); {
				case errs[i] == nil:
					before++
				case k == fault.Withheld || k == fault.NotFound || i == 3 && (k == fault.Stale || k == fault.Conflict):
					after++
				default:
					t.Errorf("%d: %v", i, errs[i])
				}
			}
		}
		late, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM ledger_line w JOIN ledger_opening wo ON wo.n = w.n AND wo.kind = 'case'
			JOIN ledger_opening ro ON ro.kind = 'case' AND ro.ref = wo.ref JOIN ledger_line r ON r.n = ro.n
			WHERE w.verb = 'protection.withdraw' AND w.outcome = 'done' AND r.verb IN ('protection.receive', 'protection.answer') AND r.outcome = 'done' AND r.n > w.n`)
		if err != nil || late != 0 {
			t.Errorf("%d deliveries stand behind the withdrawal in the ledger, %v", late, err)
		}
		t.Logf("%d came before the withdrawal, %d after it", before, after)
		c.sound(t)
	})
}

// TestMergeAndSplitAtOnce: two people say opposite things of one pair at the same
// moment. Both words are kept, the later one holds, and a rebuild agrees.
func TestMergeAndSplitAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		for round := range 8 {
			signals := c.record(t, 20*round, 20*round+10) // two recruiters
			m := [2]id.Mention{c.mention(t, signals[0], 2), c.mention(t, signals[1], 2)}
			judge := func(v graph.Verdict) func() error {
				return func() error {
					_, err := c.Graph.Judge(t.Context(), c.lena, m[0], m[1], v, "looked_at")
					return err
				}
			}
			resolve := func() error { return c.Graph.Resolve(t.Context()) }
			for i, err := range atOnce(judge(graph.Same), judge(graph.Different), resolve, resolve) {
				if err != nil {
					t.Fatalf("%d: %v", i, err)
				}
			}
			c.drain(t)
			together := c.entityOf(t, m[0]) == c.entityOf(t, m[1])
			var last string
			err := c.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) error {
				return tx.QueryRowContext(t.Context(), `SELECT coded FROM evidence_signal WHERE kind = 'verdict' ORDER BY seq DESC LIMIT 1`).Scan(&last)
			})
			if err != nil || together != strings.Contains(last, `"verdict":"same"`) {
				t.Errorf("one: %v, though the later word was %s, %v", together, last, err)
			}
		}
		if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal WHERE kind = 'verdict'`); err != nil || n != 16 {
			t.Errorf("%d words are kept of 16, %v", n, err)
		}
		c.sound(t)
	})
}

func (c *course) mention(t *testing.T, s id.Signal, n int) id.Mention {
	t.Helper()
	v, err := c.Evidence.See(t.Context(), c.lena, consent.Identification, s)
	if err != nil {
		t.Fatal(err)
	}
	return v.Mentions[n-1].ID
}

func (c *course) entityOf(t *testing.T, m id.Mention) (e id.Entity) {
	t.Helper()
	err := c.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) (err error) {
		e, err = graph.EntityOf(t.Context(), tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestUndoDuringAnotherImport: one import is taken back, by two at once, while
// another is taken and itself goes on. What is left is the other one, whole.
func TestUndoDuringAnotherImport(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		first, second := c.begin(t), c.begin(t)
		c.take(t, first, 0, 230)
		undo := func() error {
			_, err := c.undo(t.Context(), c.lena, first, func(int64, int64) {})
			return err
		}
		late := errors.New("it did not come to that")
		for i, err := range atOnce(undo, undo,
			func() error { return c.taken(t.Context(), second, 1000, 1060) },
			func() error {
				for n := 2000; ; n++ {
					if late = c.taken(t.Context(), first, n, n+1); late != nil {
						return nil
					}
				}
			},
			func() error { return c.Graph.Resolve(t.Context()) }) {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		if !fault.Is(late, fault.Conflict) {
			t.Errorf("adding to an import that is taken back: %v", late)
		}
		c.drain(t)
		for what, query := range map[string]string{
			"signals of the first still stand":      `SELECT count(*) FROM evidence_signal s WHERE s.import = $1 AND NOT EXISTS (SELECT 1 FROM evidence_retracted r WHERE r.signal = s.id)`,
			"mentions of the first are still known": `SELECT count(*) FROM graph_mention m JOIN evidence_signal s ON s.id = m.signal WHERE s.import = $1`,
		} {
			if n, err := c.Ground.DB.Scalar(t.Context(), query, first.String()); err != nil || n != 0 {
				t.Errorf("%d %s, %v", n, what, err)
			}
		}
		if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM evidence_signal s WHERE s.import = $1 AND NOT EXISTS (SELECT 1 FROM evidence_retracted r WHERE r.signal = s.id)`, second.String()); err != nil || n != 60 {
			t.Errorf("%d signals of the second stand, %v", n, err)
		}
		c.sound(t)
	})
}

// TestUndoGoesOn: a node dies after the first slice of an undo; the next one goes
// on by itself, each slice a line of the ledger.
func TestUndoGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		dir := t.TempDir()
		c := newCourse(t, dir, source)
		imp := c.begin(t)
		c.take(t, imp, 0, 230)
		u, err := c.Evidence.Undo(t.Context(), c.lena, imp)
		if err != nil || u.Retracted == 0 || u.Left == 0 || u.Retracted+u.Left != 230 {
			t.Fatalf("the first slice: %+v, %v", u, err)
		}
		c.Close()
		c = openCourse(t, courseConfig(dir, source))
		c.drain(t)
		for query, want := range map[string]int64{
			`SELECT count(*) FROM evidence_retracted`:                                            230,
			`SELECT count(*) FROM graph_mention`:                                                 0,
			`SELECT count(*) FROM ledger_line WHERE verb = 'evidence.undo' AND outcome = 'done'`: 3,
		} {
			if n, err := c.Ground.DB.Scalar(t.Context(), query); err != nil || n != want {
				t.Errorf("%s: %d, %v, want %d", query, n, err, want)
			}
		}
		c.sound(t)
	})
}

func (c *course) begin(t *testing.T) id.Import {
	t.Helper()
	imp, err := c.Evidence.Begin(t.Context(), c.lena, "jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return imp
}

func (c *course) take(t *testing.T, imp id.Import, from, to int) {
	t.Helper()
	if err := c.taken(t.Context(), imp, from, to); err != nil {
		t.Fatal(err)
	}
}

// taken takes signals into an import, thirty to an act.
func (c *course) taken(ctx context.Context, imp id.Import, from, to int) error {
	for ; from < to; from += 30 {
		var batch []evidence.Incoming
		for n := from; n < min(to, from+30); n++ {
			batch = append(batch, incoming(n))
		}
		done, err := c.Evidence.Take(ctx, c.lena, imp, evidence.RowsOf(batch...))
		if err != nil {
			return err
		}
		for _, d := range done {
			if d.Fault != nil {
				return d.Fault
			}
		}
	}
	return nil
}
