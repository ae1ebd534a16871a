// Package bench measures the node: how fast the river flows, what a recorded
// reading costs, how pages and searches answer as the data grows. Nothing here
// passes or fails; figures are printed with their conditions. See run.sh.
package bench

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/node"
	"lodestar/internal/node/demo"
)

var (
	database = flag.String("database", "", "a postgres:// URL of an empty database; empty: SQLite")
	signals  = flag.Int("signals", 2000, "signals of the river and of the growth curve")
	cases    = flag.Int("cases", 1000, "cases of the database whose page is drawn")
	dir      = flag.String("dir", "", "keep the growth curve's node here, and go on from it next time")
)

func open(b *testing.B, at string) *node.Node {
	b.Helper()
	cfg := node.Defaults()
	cfg.State, cfg.Dir, cfg.Database = "GB", at, *database
	if _, err := os.Stat(at); err != nil {
		if err := node.Init(cfg, "bench.lodestar.invalid"); err != nil {
			b.Fatal(err)
		}
	}
	n, err := node.Open(context.Background(), cfg, clock.System(), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { n.Close() })
	return n
}

func fresh(b *testing.B) *node.Node { return open(b, filepath.Join(b.TempDir(), "node")) }

func actor(org string, roles ...string) policy.Actor {
	return policy.Actor{User: id.Derived[id.User](org), Organisation: id.Derived[id.Organisation](org), Roles: roles}
}

// fill records invented referrals up to n in batches of 50, beginning where the
// node stands, and lets the river flow after each thousand, as a node at work
// does. It calls each after each thousand.
func fill(b *testing.B, x *node.Node, n int, each func(done int, took time.Duration)) {
	b.Helper()
	stream, err := demo.Scale(1, n, 10)
	if err != nil {
		b.Fatal(err)
	}
	batches := map[string][]evidence.Incoming{}
	flush := func(org string) {
		if _, err := x.Evidence.Take(context.Background(), actor(org, "responder"), id.Import{}, evidence.RowsOf(batches[org]...)); err != nil {
			b.Fatal(err)
		}
		batches[org] = nil
	}
	settle := func() {
		for org, list := range batches {
			if len(list) > 0 {
				flush(org)
			}
		}
		if err := x.Drain(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	there := int(count(b, x, "SELECT count(*) FROM evidence_signal"))
	done, from := 0, time.Now()
	for r := range stream {
		if done++; done <= there {
			continue
		}
		batches[r.Organisation] = append(batches[r.Organisation], r.Signal)
		if len(batches[r.Organisation]) == 50 {
			flush(r.Organisation)
		}
		if done%1000 == 0 || done == n {
			settle()
			each(done, time.Since(from))
			from = time.Now()
		}
	}
}

func count(b *testing.B, x *node.Node, query string) int64 {
	b.Helper()
	n, err := x.Ground.DB.Scalar(context.Background(), query)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkRiver: record, seal, ledger, resolve, rules. One iteration is the whole
// stream; run it with -benchtime 1x and -cpu 1 for the rate of one core.
func BenchmarkRiver(b *testing.B) {
	for range b.N {
		x := fresh(b)
		b.ResetTimer()
		fill(b, x, *signals, func(done int, took time.Duration) {
			fmt.Printf("river: after %7d signals the last thousand took %6.2f s\n", done, took.Seconds())
		})
		b.StopTimer()
		b.ReportMetric(float64(*signals)/b.Elapsed().Seconds(), "signals/s")
	}
}

// BenchmarkHub: one telephone behind the people of 650 signals. Rules look at the
// newest of them again with each signal.
func BenchmarkHub(b *testing.B) {
	for range b.N {
		b.StopTimer()
		x := fresh(b)
		by := actor("office", "responder")
		for n := range 650 {
			in := evidence.Incoming{Ref: fmt.Sprint(n), Kind: "referral", Observed: "2026-11-20", Mentions: []evidence.IncomingMention{
				{Kind: "person", Role: "presumed_victim", Age: "adult", Details: evidence.Details{Names: []string{fmt.Sprintf("Person %c%c", 'A'+n%26, 'a'+n/26)}}},
				{Kind: "phone", Details: evidence.Details{Value: "+447700900461"}}}}
			if _, err := x.Evidence.Record(context.Background(), by, in); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
		if err := x.Drain(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGrowth lets the river rise to -signals and prints, at each doubling,
// what the last thousand cost; then it looks up one name among the entities.
func BenchmarkGrowth(b *testing.B) {
	at := *dir
	if at == "" {
		at = filepath.Join(b.TempDir(), "node")
	}
	x := open(b, at)
	next := 1000
	fill(b, x, *signals, func(done int, took time.Duration) {
		if done < next && done != *signals {
			return
		}
		next = max(next, done) * 2
		fmt.Printf("growth: %8d signals %8d entities: last thousand %6.2f s, a look-up %s\n", done,
			count(b, x, "SELECT count(*) FROM graph_entity"), took.Seconds(), spread(lookups(b, x, 100)))
	})
	var times []time.Duration
	for b.Loop() {
		times = append(times, lookup(b, x, len(times)))
	}
	b.ReportMetric(float64(count(b, x, "SELECT count(*) FROM graph_entity")), "entities")
	percentiles(b, times)
}

var sought = []string{"Виктор Остапенко", "Nguyen Van Minh", "Elira Hoxha", "Mohamed Ali", "გიორგი ბერიძე", "Maria Popescu", "+44 7700 900461", "John Smith"}

// lookups searches n times and gives the times in order of length.
func lookups(b *testing.B, x *node.Node, n int) []time.Duration {
	b.Helper()
	times := make([]time.Duration, n)
	for i := range times {
		times[i] = lookup(b, x, i)
	}
	slices.Sort(times)
	return times
}

// lookup searches one of the sought and gives the time.
func lookup(b *testing.B, x *node.Node, i int) time.Duration {
	b.Helper()
	from := time.Now()
	if _, err := x.Graph.Search(context.Background(), actor("office", "analyst"), consent.Identification, sought[i%len(sought)], 50); err != nil {
		b.Fatal(err)
	}
	return time.Since(from)
}

func spread(times []time.Duration) string {
	return fmt.Sprintf("p50 %.1f ms, p99 %.1f ms", at(times, 50), at(times, 99))
}

// at is a percentile of sorted times, in milliseconds.
func at(times []time.Duration, p int) float64 {
	return float64(times[(len(times)-1)*p/100].Microseconds()) / 1000
}

func percentiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(at(times, 50), "p50-ms")
	b.ReportMetric(at(times, 99), "p99-ms")
}

// keep opens count cases and gives one of them.
func keep(b *testing.B, x *node.Node, count int) (policy.Actor, id.Case) {
	b.Helper()
	by := actor("shelter", "caseworker")
	var last id.Case
	for i := range count {
		done, err := x.Protection.Screen(context.Background(), by, protection.Intake{Danger: "no", Alias: fmt.Sprintf("Person %d", i), Age: "adult",
			Language: "en", Needs: []string{"shelter", "doctor"}, Note: "in words"})
		if err != nil {
			b.Fatal(err)
		}
		last = done.Case.ID
	}
	return by, last
}

// BenchmarkLook: a case read through the door (policy, sealed fields, ledger
// line) beside the same rows read by bare SQL in the same run, alone and with one
// row written durably after it, which is what any log of readings costs at least.
func BenchmarkLook(b *testing.B) {
	x := fresh(b)
	by, c := keep(b, x, 200)
	door := each(b, func() error { _, err := x.Protection.See(context.Background(), by, c); return err })
	bare := each(b, func() error {
		return x.Ground.DB.InRead(context.Background(), func(tx *sql.Tx) error { return rows(tx, c) })
	})
	durable := each(b, func() error {
		if err := x.Ground.DB.InRead(context.Background(), func(tx *sql.Tx) error { return rows(tx, c) }); err != nil {
			return err
		}
		return x.Ground.DB.InTx(context.Background(), func(tx *sql.Tx) error {
			_, err := tx.Exec(`UPDATE casework_case SET code = code WHERE id = $1`, c.String())
			return err
		})
	})
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(door.Microseconds()), "look-us")
	b.ReportMetric(float64(bare.Microseconds()), "bare-us")
	b.ReportMetric(float64(durable.Microseconds()), "logged-us")
	b.ReportMetric(float64(door)/float64(bare), "look/bare")
	b.ReportMetric(float64(door)/float64(durable), "look/logged")
}

// each gives the mean time of b.N runs.
func each(b *testing.B, run func() error) time.Duration {
	b.Helper()
	from := time.Now()
	for range b.N {
		if err := run(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(from) / time.Duration(b.N)
}

// rows reads what a case's page reads, with no door before it.
func rows(tx *sql.Tx, c id.Case) error {
	for _, q := range []string{`SELECT state FROM casework_case WHERE id = $1`, `SELECT kind FROM casework_task WHERE "case" = $1`,
		`SELECT state FROM casework_referral WHERE "case" = $1`, `SELECT verb FROM casework_move WHERE "case" = $1`,
		`SELECT p.language FROM casework_person p JOIN casework_case c ON c.person = p.id WHERE c.id = $1`} {
		list, err := tx.Query(q, c.String())
		if err != nil {
			return err
		}
		for list.Next() {
			var s string
			if err := list.Scan(&s); err != nil {
				return err
			}
		}
		list.Close()
	}
	return nil
}
