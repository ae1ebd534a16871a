package rights

import (
	"context"

	"lodestar/internal/kernel/casework"
)

// The moves of a case, from what a program sends.

func (d *Desk) represent(ctx context.Context, m made, in mandateBody) (casework.Case, error) {
	return d.Represent(ctx, m.by, RepresentIn{Case: m.c, Version: m.version, Scope: in.Scope, Since: in.Since, Until: in.Until})
}

func (d *Desk) compelled(ctx context.Context, m made, in actBody) (casework.Case, error) {
	return d.Compelled(ctx, m.by, CompelledIn{Case: m.c, Version: m.version, Offence: in.Offence, Month: in.Month, Custody: in.Custody, Link: in.Link})
}

func (d *Desk) custody(ctx context.Context, m made, in custodyBody) (casework.Case, error) {
	return d.Custody(ctx, m.by, CustodyIn{Case: m.c, Version: m.version, Act: in.Act, Custody: in.Custody})
}

// submit answers with the case as it stands after it; the referral is among those of
// the case.
func (d *Desk) submit(ctx context.Context, m made, in submitBody) (casework.Case, error) {
	_, err := d.Submit(ctx, m.by, SubmitIn{Case: m.c, Version: m.version, Request: in.Request, Recipient: in.Recipient, Word: in.Consent, Text: in.Text})
	if err != nil {
		return casework.Case{}, err
	}
	v, err := d.See(ctx, m.by, m.c)
	return v.Case, err
}

func (d *Desk) advance(ctx context.Context, m made, in advanceBody) (casework.Case, error) {
	return d.Advance(ctx, m.by, AdvanceIn{Case: m.c, Version: m.version, Request: in.Request, To: in.To, Outcome: in.Outcome, Reasons: in.Reasons})
}

func (d *Desk) advise(ctx context.Context, m made, in claimBody) (casework.Case, error) {
	return d.Advise(ctx, m.by, AdviseIn{Case: m.c, Version: m.version, Route: in.Route, Event: in.Event})
}

func (d *Desk) pursue(ctx context.Context, m made, in pursueBody) (casework.Case, error) {
	return d.Pursue(ctx, m.by, PursueIn{Case: m.c, Version: m.version, Claim: in.Claim, To: in.To, Amount: Amount{in.Currency, in.Amount}})
}

func (d *Desk) pay(ctx context.Context, m made, in paymentBody) (casework.Case, error) {
	return d.Pay(ctx, m.by, PayIn{Case: m.c, Version: m.version, Claim: in.Claim, Amount: Amount{in.Currency, in.Amount}})
}

func (d *Desk) planReturn(ctx context.Context, m made, in returnBody) (casework.Case, error) {
	return d.Return(ctx, m.by, ReturnIn{Case: m.c, Version: m.version, Word: in.Consent, Assessment: in.Assessment, Pending: in.Pending, FollowUp: in.FollowUp})
}

func (d *Desk) protect(ctx context.Context, m made, in measureBody) (casework.Case, error) {
	return d.Protect(ctx, m.by, ProtectIn{Case: m.c, Version: m.version, Code: in.Code, Since: in.Since, Until: in.Until})
}

func (d *Desk) breach(ctx context.Context, m made, in breachBody) (casework.Case, error) {
	return d.Breach(ctx, m.by, BreachIn{Case: m.c, Version: m.version, Measure: in.Measure, Done: in.Done})
}

func (d *Desk) closeCase(ctx context.Context, m made, in endBody) (casework.Case, error) {
	return d.Close(ctx, m.by, m.c, m.version, in.Reason)
}
