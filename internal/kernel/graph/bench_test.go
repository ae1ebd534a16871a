package graph

import (
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// recordMany records invented signals, a hundred in an act, as an import does.
func (w *world) recordMany(p *people, n int) {
	w.t.Helper()
	ask := w.graph.ask(w.source, evidence.VerbRecord, consent.Identification, id.Entity{})
	ask.On = ledger.Ref{Kind: "signal"}
	for n > 0 {
		batch := min(n, 100)
		n -= batch
		_, err := act.Do(w.t.Context(), w.ground, ask, func(a *act.Act) (struct{}, error) {
			for range batch {
				w.refs++
				in := p.signal()
				in.Ref = id.New[id.Line]().String()
				if _, err := evidence.Record(a, in, id.Import{}); err != nil {
					return struct{}{}, err
				}
			}
			return struct{}{}, nil
		})
		ok(w.t, err)
	}
}

// BenchmarkResolve is the time of resolution per signal, after a history of 2,000.
func BenchmarkResolve(b *testing.B) {
	w := newWorld(b, dbtest.SQLite(b))
	p := newPeople(1)
	w.recordMany(p, 2000)
	w.resolve()
	w.recordMany(p, b.N)
	b.ResetTimer()
	w.resolve()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signals/s")
}

// BenchmarkRiver is recording and resolution together, per signal.
func BenchmarkRiver(b *testing.B) {
	w := newWorld(b, dbtest.SQLite(b))
	p := newPeople(1)
	w.recordMany(p, 2000)
	w.resolve()
	b.ResetTimer()
	w.recordMany(p, b.N)
	w.resolve()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "signals/s")
}

// BenchmarkSearch looks for one name among those of 5,000 signals.
func BenchmarkSearch(b *testing.B) {
	w := newWorld(b, dbtest.SQLite(b))
	p := newPeople(1)
	w.recordMany(p, 5000)
	w.resolve()
	b.ResetTimer()
	for i := range b.N {
		name := p.past[i%len(p.past)].Names[0]
		if _, err := w.graph.Search(b.Context(), w.analyst, consent.Investigation, name, 20); err != nil {
			b.Fatal(err)
		}
	}
}
