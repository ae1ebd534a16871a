package protection

import (
	"context"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// The desk's jobs: each wakes, reads the state anew, and calls a verb.
const (
	// JobExpire ends a referral that nobody answered, whoever sent it.
	JobExpire  = "protection.expire"
	jobDestroy = "protection.destroy_key"
)

// expire marks a referral that nobody answered in time, so that the sender sees
// it and the next service can be asked.
func (d *Desk) expire(ctx context.Context, on ledger.Ref) error {
	r, err := id.Parse[id.Referral](on.ID)
	if err != nil {
		return err
	}
	ask := policy.Ask{Actor: d.Node, Verb: Expire, On: on, Purpose: consent.Assistance}
	_, err = act.Do(ctx, d.Ground, ask, func(a *act.Act) (struct{}, error) {
		row, err := casework.ReferralByID(a.Ctx(), a.Tx(), r)
		if err != nil {
			return struct{}{}, err
		}
		if row.State != casework.Sent {
			return struct{}{}, nil
		}
		if a.Now().Before(row.Expires) { // woken by a clock that is ahead of ours
			return struct{}{}, a.Later(JobExpire, "referral", on.ID, row.Expires.Add(time.Second))
		}
		a.Touch("case", row.Case.String())
		_, err = casework.Answer(a, row, casework.Expired, "no_answer")
		return struct{}{}, err
	})
	if fault.Is(err, fault.NotFound) {
		return nil // forgotten meanwhile
	}
	return err
}
