package graph

import (
	"encoding/json"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/linkage"
)

// adopt puts new weights in force, and weighs the pairs there are anew, those of
// rejudgedPerAct earlier mentions at a time. step is the last of these that is
// done. Pairs that were dropped before are not sought again.
func (r *resolver) adopt(s evidence.Signal, step int64) (next int64, err error) {
	if step == 0 {
		body := s.Coded["weights"]
		if _, err := readWeights([]byte(body)); err != nil {
			return 0, nil // not of this package, or of a version that is not ours
		}
		if err := r.q.InsertModel(r.a.Ctx(), db.InsertModelParams{Seq: s.Seq, Signal: s.ID.String(), Body: body}); err != nil {
			return 0, fault.Wrap("graph.adopt", err)
		}
		if err := r.loadModels(); err != nil {
			return 0, err
		}
	}
	earlier, err := r.q.PairedAfter(r.a.Ctx(), db.PairedAfterParams{A: step, Limit: rejudgedPerAct})
	if err != nil || len(earlier) == 0 {
		return 0, fault.Wrap("graph.adopt", err)
	}
	upto := earlier[len(earlier)-1]
	pairs, err := r.q.PairsBetween(r.a.Ctx(), db.PairsBetweenParams{After: step, Upto: upto})
	if err != nil {
		return 0, fault.Wrap("graph.adopt", err)
	}
	seeds := map[int64]bool{}
	for _, p := range pairs {
		if err := r.rejudge(p, seeds); err != nil {
			return 0, err
		}
	}
	if err := r.divide(seeds); err != nil {
		return 0, err
	}
	if len(earlier) < rejudgedPerAct {
		return 0, nil
	}
	return upto, nil
}

// rejudge weighs a pair by the newest weights. It needs no more than what the
// pair keeps of how well the two agree.
func (r *resolver) rejudge(p db.GraphPair, seeds map[int64]bool) error {
	if p.Levels == "" {
		return nil // one identifier
	}
	a, err := r.q.Mention(r.a.Ctx(), p.A)
	if err != nil {
		return fault.Wrap("graph.rejudge", err)
	}
	b, err := r.q.Mention(r.a.Ctx(), p.B)
	if err != nil {
		return fault.Wrap("graph.rejudge", err)
	}
	levels, err := decodeLevels(p.Levels)
	if err != nil {
		return err
	}
	newest := r.models[len(r.models)-1]
	o := newest.outcome(evidence.MentionKind(a.Kind), levels, unpackKeys(a.Keys), unpackKeys(b.Keys))
	if o.state != p.State && (o.state == stateSame || p.State == stateSame) {
		seeds[a.Entity], seeds[b.Entity] = true, true
	}
	if o.state == "" {
		return fault.Wrap("graph.rejudge", r.q.DeletePair(r.a.Ctx(), db.DeletePairParams{A: p.A, B: p.B}))
	}
	judged, err := r.isJudged(p.A, p.B)
	if err != nil {
		return err
	}
	return fault.Wrap("graph.rejudge", r.q.UpdatePair(r.a.Ctx(), db.UpdatePairParams{A: p.A, B: p.B, State: o.state, Score: o.score,
		Asked: o.state == stateDoubt && !judged, Model: newest.seq}))
}

func encodeLevels(levels []linkage.Level) (string, error) {
	b, err := json.Marshal(levels)
	return string(b), fault.Wrap("graph.encodeLevels", err)
}

func decodeLevels(text string) (levels []linkage.Level, err error) {
	return levels, fault.Wrap("graph.decodeLevels", json.Unmarshal([]byte(text), &levels))
}
