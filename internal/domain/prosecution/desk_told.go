package prosecution

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// Told is a request as a prosecutor reads it.
type Told struct {
	Referral casework.Referral
	Payload  act.Shown[casework.Payload]
	From     string
}

// Receive opens a request that was sent to the actor's organisation: what she agreed
// to, for as long as she does.
func (d *Desk) Receive(ctx context.Context, by By, r id.Referral) (Told, error) {
	return act.Do(ctx, d.Ground, ask(by, Receive, "referral", r.String()), func(a *act.Act) (out Told, err error) {
		if _, err = justice(a, r); err != nil {
			return out, err
		}
		if out.Referral, err = casework.Deliver(a, r); err != nil {
			return out, err
		}
		a.Touch("case", out.Referral.Case.String())
		a.Touch("person", out.Referral.Person.String())
		if out.Payload, err = act.Show(a, out.Referral.Payload); err != nil {
			return out, err
		}
		out.From, err = casework.OrganisationName(a.Ctx(), a.Tx(), out.Referral.Organisation)
		return out, err
	})
}

// justice is a referral that tells a prosecutor of a request. Another one is not his.
func justice(a *act.Act, r id.Referral) (casework.Referral, error) {
	row, err := casework.ReferralByID(a.Ctx(), a.Tx(), r)
	if err == nil && row.Need != casework.NeedJustice {
		return casework.Referral{}, fault.New(fault.NotFound, "prosecution.justice", "casework.not_found")
	}
	return row, err
}

// Acknowledge says that the prosecutor has read the request. What he decides comes
// as he decides it, and her lawyer records it.
func (d *Desk) Acknowledge(ctx context.Context, by By, r id.Referral, version int64) (casework.Referral, error) {
	return act.Do(ctx, d.Ground, ask(by, Acknowledge, "referral", r.String()), func(a *act.Act) (casework.Referral, error) {
		row, err := justice(a, r)
		if err != nil {
			return row, err
		}
		if row.Version != version {
			return row, fault.New(fault.Stale, string(Acknowledge), "casework.changed_meanwhile")
		}
		a.Touch("case", row.Case.String())
		return casework.Answer(a, row, casework.Accepted, "")
	})
}
