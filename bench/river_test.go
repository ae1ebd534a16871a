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
	"net/http"
	"net/http/httptest"
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
)

func open(b *testing.B) *node.Node {
	b.Helper()
	cfg := node.Defaults()
	cfg.State, cfg.Dir, cfg.Database = "GB", filepath.Join(b.TempDir(), "node"), *database
	if err := node.Init(cfg, "bench.lodestar.invalid"); err != nil {
		b.Fatal(err)
	}
	n, err := node.Open(context.Background(), cfg, clock.System(), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { n.Close() })
	return n
}

func actor(org string, roles ...string) policy.Actor {
	return policy.Actor{User: id.Derived[id.User](org), Organisation: id.Derived[id.Organisation](org), Roles: roles}
}

// fill records n invented referrals in batches of 50 and lets the river flow after
// each thousand, as a node at work does. It calls each after each thousand.
func fill(b *testing.B, x *node.Node, n int, each func(done int, took time.Duration)) {
	b.Helper()
	stream, err := demo.Scale(1, n, 10)
	if err != nil {
		b.Fatal(err)
	}
	batches := map[string][]evidence.Incoming{}
	flush := func(org string) {
		if _, err := x.Evidence.Take(context.Background(), actor(org, "responder"), id.Import{}, batches[org]); err != nil {
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
	done, from := 0, time.Now()
	for r := range stream {
		batches[r.Organisation] = append(batches[r.Organisation], r.Signal)
		if len(batches[r.Organisation]) == 50 {
			flush(r.Organisation)
		}
		if done++; done%1000 == 0 || done == n {
			settle()
			each(done, time.Since(from))
			from = time.Now()
		}
	}
}

// BenchmarkRiver: record, seal, ledger, resolve, rules. One iteration is the whole
// stream; run it with -benchtime 1x and -cpu 1 for the rate of one core.
func BenchmarkRiver(b *testing.B) {
	for range b.N {
		x := open(b)
		b.ResetTimer()
		fill(b, x, *signals, func(done int, took time.Duration) {
			fmt.Printf("river: after %7d signals the last thousand took %6.2f s\n", done, took.Seconds())
		})
		b.StopTimer()
		b.ReportMetric(float64(*signals)/b.Elapsed().Seconds(), "signals/s")
	}
}

// BenchmarkSearch: looking up one name among the entities of -signals signals.
func BenchmarkSearch(b *testing.B) {
	x := open(b)
	fill(b, x, *signals, func(int, time.Duration) {})
	entities, err := x.Ground.DB.Scalar(context.Background(), "SELECT count(*) FROM graph_entity")
	if err != nil {
		b.Fatal(err)
	}
	by := actor("office", "analyst")
	names := []string{"Виктор Остапенко", "Nguyen Van Minh", "Elira Hoxha", "Mohamed Ali", "გიორგი ბერიძე", "Maria Popescu", "+44 7700 900461", "John Smith"}
	var times []time.Duration
	b.ResetTimer()
	for i := range b.N {
		from := time.Now()
		if _, err := x.Graph.Search(context.Background(), by, consent.Identification, names[i%len(names)], 50); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(from))
	}
	b.ReportMetric(float64(entities), "entities")
	percentiles(b, times)
}

func percentiles(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	at := func(p int) float64 { return float64(times[(len(times)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
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

// BenchmarkLook: a case read through the door (policy, sealed fields, ledger line)
// beside the same rows read by bare SQL in the same run; the ratio is the price.
func BenchmarkLook(b *testing.B) {
	x := open(b)
	by, c := keep(b, x, 200)
	b.Run("look", func(b *testing.B) {
		for range b.N {
			if _, err := x.Protection.See(context.Background(), by, c); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		for range b.N {
			err := x.Ground.DB.InRead(context.Background(), func(tx *sql.Tx) error {
				for _, q := range []string{`SELECT state FROM casework_case WHERE id = $1`, `SELECT kind FROM casework_task WHERE "case" = $1`,
					`SELECT state FROM casework_referral WHERE "case" = $1`, `SELECT verb FROM casework_move WHERE "case" = $1`,
					`SELECT p.language FROM casework_person p JOIN casework_case c ON c.person = p.id WHERE c.id = $1`} {
					rows, err := tx.Query(q, c.String())
					if err != nil {
						return err
					}
					for rows.Next() {
						var s string
						if err := rows.Scan(&s); err != nil {
							return err
						}
					}
					rows.Close()
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCasePage draws a case's page over HTTP, in a database of -cases cases,
// in an exhibit's server with a signed-in caseworker.
func BenchmarkCasePage(b *testing.B) {
	cfg := node.Defaults()
	cfg.Dir = filepath.Join(b.TempDir(), "node")
	x, err := node.NewExhibit(context.Background(), cfg, 100, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Node.Close() })
	keep(b, x.Node, *cases)
	enter, err := x.Enter("tessa")
	if err != nil {
		b.Fatal(err)
	}
	res := httptest.NewRecorder()
	x.Server.ServeHTTP(res, httptest.NewRequest(http.MethodGet, "http://localhost:8080"+enter, nil))
	cookies := res.Result().Cookies()
	var times []time.Duration
	b.ResetTimer()
	for range b.N {
		req := httptest.NewRequest(http.MethodGet, "http://localhost:8080/cases/"+x.Case.String(), nil)
		for _, c := range cookies {
			req.AddCookie(c)
		}
		res := httptest.NewRecorder()
		from := time.Now()
		x.Server.ServeHTTP(res, req)
		times = append(times, time.Since(from))
		if res.Code != http.StatusOK {
			b.Fatalf("status %d", res.Code)
		}
	}
	b.ReportMetric(float64(*cases), "cases")
	percentiles(b, times)
}
