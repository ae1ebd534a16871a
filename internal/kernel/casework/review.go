package casework

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Remind is the verb by which the node asks for a case to be looked at again.
const Remind policy.Verb = "casework.remind"

// Verbs are the verbs of this package with the kind of record they work on.
var Verbs = map[policy.Verb]string{Remind: "case"}

// JobReview wakes when a case has stood still for as long as its state allows.
const JobReview = "casework.review"

// wind sets the review clock of a case that was just moved: so many calendar days
// of the State from today. A state that ends a case has none.
func wind(a *act.Act, t Type, c Case) error {
	q := db.New(a.Tx())
	s, _ := t.state(c.State)
	if !s.Open {
		return fault.Wrap("casework.wind", q.StopReview(a.Ctx(), c.ID.String()))
	}
	due := clock.Day(a.Now().In(a.Zone()), s.Review)
	err := q.SetReview(a.Ctx(), db.SetReviewParams{Case: c.ID.String(), Organisation: c.Organisation.String(), Due: clock.Micro(due)})
	if err != nil {
		return fault.Wrap("casework.wind", err)
	}
	return a.Later(JobReview, "case", c.ID.String(), due)
}

// AskForReview notes that a case is to be looked at again, if its time has come
// and it was not moved meanwhile. The node does it by a job; doing it twice, or
// too early, changes nothing.
func AskForReview(ctx context.Context, g *act.Ground, self policy.Actor, on ledger.Ref) error {
	_, err := act.Do(ctx, g, policy.Ask{Actor: self, Verb: Remind, On: on, Purpose: consent.Assistance}, func(a *act.Act) (struct{}, error) {
		err := db.New(a.Tx()).AskReview(a.Ctx(), db.AskReviewParams{Case: on.ID, Now: clock.Micro(a.Now())})
		if err != nil {
			return struct{}{}, fault.Wrap("casework.AskForReview", err)
		}
		due, _, err := ReviewDue(a, id.Trusted[id.Case](on.ID))
		if early := due.Sub(a.Now()); err == nil && early > 0 && early < time.Hour {
			// The process that woke this has a clock that is ahead of ours.
			err = a.Later(JobReview, "case", on.ID, due.Add(time.Second))
		}
		return struct{}{}, err
	})
	return err
}

// Review is a case that stood still for too long.
type Review struct {
	Case    id.Case   `class:"public"`
	Code    string    `class:"public"`
	Type    string    `class:"public"`
	State   string    `class:"coded"`
	Moved   time.Time `class:"public"`
	Version int64     `class:"public"`
}

// Reviews lists the cases of an organisation that ask to be looked at, the
// longest waiting first.
func Reviews(a *act.Act, organisation id.Organisation, limit int) ([]Review, error) {
	rows, err := db.New(a.Tx()).ReviewsOf(a.Ctx(), db.ReviewsOfParams{Organisation: organisation.String(), Now: clock.Micro(a.Now()), Limit: int32(limit)})
	out := make([]Review, len(rows))
	for i, r := range rows {
		out[i] = Review{Case: id.Trusted[id.Case](r.Case), Code: r.Code, Type: r.Type, State: r.State, Moved: clock.FromMicro(r.MovedAt), Version: r.Version}
	}
	return out, fault.Wrap("casework.Reviews", err)
}

// ReviewDue is the day from which a case asks to be looked at, and whether it
// does so now; the zero time if it has no clock.
func ReviewDue(a *act.Act, c id.Case) (due time.Time, asks bool, err error) {
	r, err := db.New(a.Tx()).ReviewRow(a.Ctx(), c.String())
	if errors.Is(err, sql.ErrNoRows) {
		return due, false, nil
	}
	due = clock.FromMicro(r.Due)
	return due, r.AskedAt > 0 && !a.Now().Before(due), fault.Wrap("casework.ReviewDue", err)
}
