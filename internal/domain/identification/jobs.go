package identification

import (
	"context"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// The desk's jobs: each wakes, reads the state anew, and calls a verb.
const (
	jobHeed    = "identification.heed"   // a word changed
	jobSettle  = "identification.settle" // a period of a case is over
	jobDestroy = "identification.destroy_key"
)

// early is how long before its end the window to ask again is counted as kept: that
// nobody asked is no breach of the authority's.
const early = time.Minute

// heed ends the determinations that rest on a word which she took back. Nothing was
// decided under it since: see hers.
func (d *Desk) heed(ctx context.Context, on ledger.Ref) error {
	word, err := id.Parse[id.Consent](on.ID)
	if err != nil {
		return err
	}
	_, err = act.Do(ctx, d.Ground, d.decide(d.Node, Heed, id.Case{}), func(a *act.Act) (struct{}, error) {
		now, err := consent.Get(a.Ctx(), a.Tx(), word)
		if err != nil || now.State != consent.Withdrawn {
			return struct{}{}, err
		}
		list, err := under(a, word)
		if err != nil {
			return struct{}{}, err
		}
		for _, f := range list {
			if err := heeded(a, f.Case); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

func heeded(a *act.Act, c id.Case) error {
	row, err := casework.CaseOf(a, Determination, c)
	if err != nil || !Determination.Open(row.State) {
		return err
	}
	a.Touch("case", c.String())
	if row, err = casework.MoveBy(a, Determination, row, Heed, casework.With{}); err != nil {
		return err
	}
	return ended(a, row)
}

// settle ends what is over by itself: a protected period, once there is a decision,
// and the time in which to ask for reconsideration.
func (d *Desk) settle(ctx context.Context, on ledger.Ref) error {
	c, err := id.Parse[id.Case](on.ID)
	if err != nil {
		return err
	}
	_, err = act.Do(ctx, d.Ground, d.decide(d.Node, Settle, c), func(a *act.Act) (struct{}, error) {
		row, err := casework.CaseOf(a, Determination, c)
		if err != nil {
			return struct{}{}, err
		}
		window, err := last(a, c, ruleWindow)
		if err != nil {
			return struct{}{}, err
		}
		if window.Runs() && !window.Due.IsZero() && !a.Now().Before(window.Due.Add(-early)) {
			if err := casework.MeetClock(a, c, ruleWindow); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, settled(a, row)
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
