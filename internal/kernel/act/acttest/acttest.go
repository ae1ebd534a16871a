// Package acttest lays the ground for tests of acts: a real database, key store,
// ledger and queue, and policies given as Cedar text.
package acttest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Start is the moment at which every test begins.
var Start = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// Ground makes the ground on source (from dbtest) with these tables, verbs and
// policies. Its clock stands at Start until it is moved.
func Ground(t testing.TB, source, cedar string, verbs map[policy.Verb]string, tables []sqldb.Migrations, kinds ...jobs.Kind) (*act.Ground, *clock.Hand) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hand := clock.At(Start)
	g := &act.Ground{Clock: hand, Facts: map[string]act.FactsFunc{}, Heard: map[act.Event][]string{}}
	var err error
	g.DB, err = sqldb.Open(ctx, source, "")
	must(err)
	keys, err := sqldb.Open(ctx, source, "keys")
	must(err)
	key := filepath.Join(t.TempDir(), "node.key")
	must(seal.MakeKEKFile(key))
	kek, err := seal.KEKFile(key)
	must(err)
	g.Vault, err = seal.OpenVault(ctx, keys, kek)
	must(err)
	must(g.DB.Migrate(ctx, append([]sqldb.Migrations{ledger.Migrations()}, tables...)...))
	must(jobs.Migrate(ctx, g.DB))
	g.Queue, err = jobs.Open(g.DB, hand, slog.New(slog.DiscardHandler), kinds...)
	must(err)
	g.Policy, err = policy.Load(fstest.MapFS{"test.cedar": {Data: []byte(cedar)}}, verbs)
	must(err)
	t.Cleanup(func() {
		g.Queue.Stop(ctx)
		keys.Close()
		g.DB.Close()
	})
	return g, hand
}
