package graph

import (
	"fmt"
	"os"
	"sort"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestGrowth(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	if os.Getenv("PG") != "" {
		w = newWorld(t, dbtest.Postgres(t))
	}
	p := newPeople(1)
	for range 4 {
		rec := clock.Elapsed(func() { w.recordMany(p, 5000) })
		res := clock.Elapsed(func() { w.resolve() })
		var lat []time.Duration
		for i := range 300 {
			name := p.past[(i*37)%len(p.past)].Names[0]
			lat = append(lat, clock.Elapsed(func() { w.graph.Search(t.Context(), w.analyst, investigating, name, 20) }))
		}
		sort.Slice(lat, func(i, j int) bool { return lat[i] < lat[j] })
		fmt.Printf("entities %d pairs %d tokens %d: record %.0f/s resolve %.0f/s search p50 %v p99 %v\n", w.scalar("select count(*) from graph_entity"), w.scalar("select count(*) from graph_pair"), w.scalar("select count(*) from graph_token"),
			5000/rec.Seconds(), 5000/res.Seconds(), lat[150], lat[297])
	}
}
