package identification

import (
	"context"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Accept takes on somebody who was referred to the actor's authority: a case of its
// own, for a person of its own. The time for the first decision runs from when the
// referral was received, not from when somebody got to it.
func (d *Desk) Accept(ctx context.Context, by By, r id.Referral, version int64) (casework.Case, error) {
	ask := policy.Ask{Actor: by, Verb: Accept, On: ledger.Ref{Kind: "referral", ID: r.String()}, Purpose: consent.NRM}
	return act.Do(ctx, d.Ground, ask, func(a *act.Act) (casework.Case, error) {
		row, err := casework.ReferralByID(a.Ctx(), a.Tx(), r)
		if err == nil && row.Need != casework.NeedNRM {
			err = fault.New(fault.NotFound, string(Accept), "casework.not_found")
		}
		if err != nil {
			return casework.Case{}, err
		}
		a.Touch("case", row.Case.String()) // whoever referred her sees that it was read
		a.Touch("person", row.Person.String())
		c, err := casework.TakeOn(a, Determination, r, version, casework.Case{})
		if err != nil {
			return c, err
		}
		if err := insertFile(a, file{Case: c.ID, Referral: r, Consent: row.Consent, Duty: row.Duty}); err != nil {
			return c, err
		}
		_, _, err = start(a, c, ruleStage1, row.Sent)
		return c, err
	})
}

// Queue is what waits for an authority: a page of each list.
type Queue struct {
	Waiting  []Waiting       // referrals that nobody has taken on
	Cases    []casework.Case // the last moved first
	Clocks   []casework.Clock
	Reviews  []casework.Review
	Tasks    []casework.Task
	Notified []Counted
	Now      time.Time
}

// Waiting is a referral that nobody has taken on.
type Waiting struct {
	casework.Referral
	From string
}

// Counted is how many notifications said the same in a month.
type Counted struct {
	Month, Form, Kind string
	N                 int
}

// rows bounds each list of the queue.
const rows = 50

// List shows what waits for the actor's authority; of its cases up to limit after
// one of them.
func (d *Desk) List(ctx context.Context, by By, after sqldb.After, limit int) (Queue, error) {
	return act.Look(ctx, d.Ground, d.decide(by, List, id.Case{}), func(a *act.Act) (q Queue, err error) {
		q.Now = a.Now().In(a.Zone())
		if q.Waiting, err = waiting(a, by.Organisation); err != nil {
			return q, err
		}
		if q.Cases, err = casework.Cases(a, Determination, by.Organisation, after, limit); err != nil {
			return q, err
		}
		if q.Clocks, err = casework.RunningOut(a, by.Organisation, rows); err != nil {
			return q, err
		}
		if q.Reviews, err = casework.Reviews(a, by.Organisation, rows); err != nil {
			return q, err
		}
		if q.Tasks, err = casework.OpenTasks(a, by.Organisation, sqldb.After{}, rows); err != nil {
			return q, err
		}
		for _, t := range q.Tasks {
			a.Touch("case", t.Case.String())
		}
		for _, c := range q.Cases {
			a.Touch("case", c.ID.String())
		}
		for _, k := range q.Clocks {
			a.Touch("case", k.Case.String())
		}
		for _, r := range q.Reviews {
			a.Touch("case", r.Case.String())
		}
		q.Notified, err = notifications(a, by.Organisation, rows)
		return q, err
	})
}

// waiting lists up to rows referrals to an authority that nobody has taken on, the
// earliest first. Those that somebody has stay in the inbox until they are decided.
func waiting(a *act.Act, to id.Organisation) (out []Waiting, err error) {
	var after sqldb.After
	for {
		page, err := casework.Inbox(a, to, true, after, 4*rows)
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if r.State != casework.Sent || len(out) == rows {
				continue
			}
			from, err := casework.OrganisationName(a.Ctx(), a.Tx(), r.Organisation)
			if err != nil {
				return nil, err
			}
			a.Touch("referral", r.ID.String())
			out = append(out, Waiting{r, from})
		}
		if len(page) < 4*rows || len(out) == rows {
			return out, nil
		}
		last := page[len(page)-1]
		after = sqldb.After{At: last.Sent, ID: last.ID.String()}
	}
}
