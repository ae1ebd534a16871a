package identification

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/identification/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// Forget erases the authority's own person of a determination that is over: what was
// told of her, and the reasons of what was decided. What stays is a stub: that there
// were decisions, by which standard, and how they ended (Regulation (EU) 2016/679,
// Article 17). Whoever referred her keeps and forgets on their own: there is no
// shared record. No one person erases the file of an authority alone.
func (d *Desk) Forget(ctx context.Context, by By, c id.Case, version int64) error {
	_, err := act.DoOrPark(ctx, d.Ground, d.decide(by, Forget, c), DecideIn{Case: c, Version: version}, d.forget)
	return err
}

func (d *Desk) forget(a *act.Act, in *DecideIn) (struct{}, error) {
	c, err := casework.Current(a, Determination, in.Case, in.Version)
	if err != nil {
		return struct{}{}, err
	}
	p, err := periodOf(a, c.ID)
	if err == nil && (Determination.Open(c.State) || p.Runs()) {
		err = fault.New(fault.Conflict, string(Forget), "identification.not_over")
	}
	if err != nil {
		return struct{}{}, err
	}
	who, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
	if err != nil || who.Erased {
		return struct{}{}, err
	}
	if err := casework.ForgetPerson(a, who.ID); err != nil {
		return struct{}{}, err
	}
	if _, err := casework.ForgetCases(a, who.ID); err != nil {
		return struct{}{}, err
	}
	if err := db.New(a.Tx()).BlankPeriods(a.Ctx(), c.ID.String()); err != nil {
		return struct{}{}, fault.Wrap("identification.forget", err)
	}
	return struct{}{}, a.Later(jobDestroy, "subject", who.Subject.String(), a.Now())
}

// destroy destroys a key set after the act that ordered it has been committed; the
// reasons of the decisions, which are only ever added, cannot be read from then on.
func (d *Desk) destroy(ctx context.Context, on ledger.Ref) error {
	return act.Destroy(ctx, d.Ground, id.Trusted[id.Subject](on.ID))
}
