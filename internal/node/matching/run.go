package matching

import (
	"cmp"
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/graph/linkage"
)

// Options say what to compare and when to link.
type Options struct {
	Fields  []string // the fields to compare; none means all
	Without []string // fields not to compare
	// Same and Doubt replace the model's thresholds where they are not 0.
	Same, Doubt float64
}

// Budget of pairs in blocks, per record and at least.
const (
	budgetPerRecord = 40
	budgetAtLeast   = 1_000_000
)

// Run links the records of one file among each other, or those of two files
// across, and measures what it found. It uses all cores.
//
// Run refuses with Invalid a file that cannot be read, fields that no file has,
// thresholds out of order and files with too few records to learn from.
func Run(ctx context.Context, o Options, files ...Input) (Report, error) {
	r := Report{Files: len(files), Cores: runtime.GOMAXPROCS(0)}
	var t *linkage.Table
	var known truth
	var err error
	r.Seconds.Read = elapsed(func() { t, known, err = r.read(ctx, o, files) })
	if err != nil {
		return Report{}, err
	}
	var links linkage.Links
	if links, err = r.link(ctx, o, t); err != nil {
		return Report{}, err
	}
	r.Pairs, r.PairsCompared, r.Doubtful = t.Pairs(), links.Compared, len(links.Doubtful())
	r.measure(known, links.Person)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r.MemoryBytes = m.Sys
	r.Seconds.Total = r.Seconds.Read + r.Seconds.Block + r.Seconds.Learn + r.Seconds.Link
	return r, nil
}

// read fills a table and keeps the truth apart from it.
func (r *Report) read(ctx context.Context, o Options, files []Input) (*linkage.Table, truth, error) {
	known := truth{first: -1}
	var opened []*file
	for _, in := range files {
		f, err := open(in)
		if err != nil {
			return nil, known, err
		}
		opened = append(opened, f)
	}
	schema, err := r.schema(o, opened)
	if err != nil {
		return nil, known, err
	}
	b, err := linkage.NewBuilder(schema)
	if err != nil {
		return nil, known, fault.Wrap("matching.Run", err)
	}
	for i, f := range opened {
		if i == 1 {
			b.Divide()
			known.first = len(known.person)
		}
		err := f.read(ctx, r.Fields, func(person int, values []string) error {
			known.person = append(known.person, person)
			return b.Add(values)
		})
		if err != nil {
			return nil, known, err
		}
	}
	r.N = len(known.person)
	return b.Table(), known, nil
}

func (r *Report) link(ctx context.Context, o Options, t *linkage.Table) (links linkage.Links, err error) {
	run := onAllCores(ctx)
	var b *linkage.Blocks
	r.Seconds.Block = elapsed(func() { b = linkage.Block(t, max(budgetAtLeast, budgetPerRecord*t.Len()), run) })
	r.Seconds.Learn = elapsed(func() { r.Model, err = linkage.Learn(b, run) })
	if ctx.Err() != nil {
		return links, ctx.Err()
	}
	if err != nil {
		return links, fault.New(fault.Invalid, "matching.Run", "linkage.few", "records", t.Len()).Because(err)
	}
	r.Model.Same, r.Model.Doubt = cmp.Or(o.Same, r.Model.Same), cmp.Or(o.Doubt, r.Model.Doubt)
	if err := r.Model.Check(); err != nil {
		return links, fault.New(fault.Invalid, "matching.Run", "linkage.thresholds").Because(err)
	}
	r.Seconds.Link = elapsed(func() { links = linkage.Link(b, r.Model, run) })
	return links, ctx.Err()
}

func elapsed(f func()) float64 { return clock.Elapsed(f).Round(time.Millisecond).Seconds() }

// onAllCores runs tasks side by side. Once the context has ended it leaves the
// remaining tasks undone, and the caller must not use the result.
func onAllCores(ctx context.Context) linkage.Runner {
	return func(n int, task func(i int)) {
		var next atomic.Int64
		var workers sync.WaitGroup
		for range min(n, runtime.GOMAXPROCS(0)) {
			workers.Go(func() {
				for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
					task(i)
				}
			})
		}
		workers.Wait()
	}
}
