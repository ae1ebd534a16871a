package graph

import (
	"database/sql"
	"errors"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
)

// What a person may say of two mentions, or of the mentions of two sides.
const (
	same      = "same"
	different = "different"
	unsure    = "unsure" // looked at, and it cannot be told
)

// verdict takes in what a person said: a verdict signal whose codes a and b list
// mentions. Verdicts on other things are not the graph's.
func (r *resolver) verdict(s evidence.Signal) error {
	says := s.Coded["verdict"]
	if says != same && says != different && says != unsure {
		return nil
	}
	sides, kind := [2][]int64{}, ""
	known := map[int64]bool{}
	for i, list := range []string{s.Coded["a"], s.Coded["b"]} {
		for _, m := range strings.Fields(list) {
			row, err := r.q.MentionByID(r.a.Ctx(), m)
			if errors.Is(err, sql.ErrNoRows) {
				continue // taken back meanwhile
			}
			if err != nil {
				return fault.Wrap("graph.verdict", err)
			}
			if kind == "" {
				kind = row.Kind
			}
			if row.Kind == kind && !known[row.Place] {
				known[row.Place] = true
				sides[i] = append(sides[i], row.Place)
			}
		}
	}
	for i, side := range sides {
		for _, p := range side {
			err := r.q.InsertVerdict(r.a.Ctx(), db.InsertVerdictParams{Seq: s.Seq, Place: p, Side: int64(i + 1), Verdict: says, Signal: s.ID.String()})
			if err != nil {
				return fault.Wrap("graph.verdict", err)
			}
		}
	}
	return r.heed(sides)
}

// heed brings queue and entities into line after what people say of some mentions
// has changed.
func (r *resolver) heed(sides [2][]int64) error {
	if err := r.askAgain(sides); err != nil {
		return err
	}
	seeds := map[int64]bool{}
	for _, side := range sides {
		for _, p := range side {
			m, err := r.q.Mention(r.a.Ctx(), p)
			if err != nil {
				return fault.Wrap("graph.heed", err)
			}
			seeds[m.Entity] = true
		}
	}
	return r.divide(seeds)
}

// askAgain sets anew whether the doubtful pairs between two sides wait for a word.
func (r *resolver) askAgain(sides [2][]int64) error {
	few, many := sides[0], sides[1]
	if len(many) < len(few) {
		few, many = many, few
	}
	other := map[int64]bool{}
	for _, p := range many {
		other[p] = true
	}
	for _, p := range few {
		pairs, err := r.q.PairsOf(r.a.Ctx(), p)
		if err != nil {
			return fault.Wrap("graph.askAgain", err)
		}
		for _, x := range pairs {
			if x.State != stateDoubt || !other[x.A+x.B-p] {
				continue
			}
			judged, err := r.isJudged(x.A, x.B)
			if err != nil {
				return err
			}
			if err := r.q.UpdatePair(r.a.Ctx(), db.UpdatePairParams{A: x.A, B: x.B, State: x.State, Score: x.Score, Asked: !judged, Model: x.Model}); err != nil {
				return fault.Wrap("graph.askAgain", err)
			}
		}
	}
	return nil
}

// isJudged tells whether somebody said something of just these two.
func (r *resolver) isJudged(a, b int64) (bool, error) {
	on, err := r.q.VerdictsOn(r.a.Ctx(), b)
	if err != nil || len(on) == 0 {
		return false, fault.Wrap("graph.isJudged", err)
	}
	more, err := r.q.VerdictsOn(r.a.Ctx(), a)
	if err != nil {
		return false, fault.Wrap("graph.isJudged", err)
	}
	for _, x := range on {
		for _, y := range more {
			if x.Seq == y.Seq && x.Side != y.Side {
				return true, nil
			}
		}
	}
	return false, nil
}

// word is one verdict as it stands.
func (r *resolver) word(seq int64) (*word, error) {
	rows, err := r.q.Verdict(r.a.Ctx(), seq)
	if err != nil {
		return nil, fault.Wrap("graph.word", err)
	}
	w := &word{seq: seq}
	for _, v := range rows {
		w.same = v.Verdict == same
		w.sides[v.Side-1] = append(w.sides[v.Side-1], v.Place)
	}
	return w, nil
}

// unsay removes a verdict that was taken back.
func (r *resolver) unsay(seq int64) error {
	w, err := r.word(seq)
	if err != nil {
		return err
	}
	if err := r.q.DeleteVerdict(r.a.Ctx(), seq); err != nil {
		return fault.Wrap("graph.unsay", err)
	}
	return r.heed(w.sides)
}
