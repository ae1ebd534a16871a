package graph

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Bounds of the search for a path.
const (
	pathEntities   = 4000 // visited in all
	pathNeighbours = 300  // of one entity: more is a public place
)

// Path is a shortest way by links from one entity to another, as a chart whose
// nodes are in order; fault.NotFound if there is none within the bounds and the
// scope of the grant.
func (g *Graph) Path(ctx context.Context, by policy.Actor, purpose policy.Purpose, from, to id.Entity) (Chart, error) {
	return act.Look(ctx, g.Ground, g.ask(by, VerbPath, purpose, from), func(a *act.Act) (Chart, error) {
		d := drawing{resolver: reader(a), rows: map[int64]db.GraphEntity{}}
		a.Touch("entity", to.String())
		start, err := d.entityByID(from)
		if err != nil {
			return Chart{}, err
		}
		d.asked = start.Entity
		end, err := d.entityByID(to)
		if err != nil {
			return Chart{}, err
		}
		if err := d.mayReach(end.Founder); err != nil {
			return Chart{}, err
		}
		way, err := d.way(start.Founder, end.Founder)
		if err != nil {
			return Chart{}, err
		}
		for _, f := range way {
			row, err := d.q.Entity(a.Ctx(), f)
			if err != nil {
				return Chart{}, fault.Wrap("graph.Path", err)
			}
			if err := d.add(row); err != nil {
				return Chart{}, err
			}
		}
		return d.chart(time.Time{})
	})
}

// wave is the search from one end: whence each entity was reached.
type wave struct {
	from  map[int64]int64
	front []int64
}

// way searches from both ends, the smaller wave first.
func (d *drawing) way(start, end int64) ([]int64, error) {
	if start == end {
		return []int64{start}, nil
	}
	a := &wave{map[int64]int64{start: start}, []int64{start}}
	b := &wave{map[int64]int64{end: end}, []int64{end}}
	for len(a.front) > 0 && len(b.front) > 0 && len(a.from)+len(b.from) < pathEntities {
		near, far := a, b
		if len(b.front) < len(a.front) {
			near, far = b, a
		}
		met, err := d.advance(near, far)
		if err != nil {
			return nil, err
		}
		if met != 0 {
			back := b.trace(met)
			way := a.trace(met)
			slices.Reverse(way)
			return append(way, back[1:]...), nil
		}
	}
	return nil, notFound("graph.Path")
}

// advance lets a wave grow by one step, and gives where it meets the other one.
func (d *drawing) advance(w, other *wave) (met int64, err error) {
	var front []int64
	for _, f := range w.front {
		next, err := d.q.NextTo(d.a.Ctx(), db.NextToParams{Entity: f, Most: pathNeighbours})
		if err != nil {
			return 0, fault.Wrap("graph.advance", err)
		}
		for _, n := range next {
			if _, seen := w.from[n]; seen {
				continue
			}
			if ok, err := d.reaches(n); err != nil {
				return 0, err
			} else if !ok {
				continue
			}
			w.from[n] = f
			if _, there := other.from[n]; there {
				return n, nil
			}
			front = append(front, n)
		}
	}
	w.front = front
	return 0, nil
}

// trace goes back from an entity to where the wave began.
func (w *wave) trace(f int64) []int64 {
	way := []int64{f}
	for w.from[f] != f {
		f = w.from[f]
		way = append(way, f)
	}
	return way
}
