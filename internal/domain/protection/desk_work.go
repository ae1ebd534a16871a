package protection

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// WorkView is what waits for somebody: a page of each list.
type WorkView struct {
	Now      time.Time
	Due      Count // of all tasks, not of this page
	Overdue  []casework.Task
	Today    []casework.Task
	Later    []casework.Task
	Inbox    []casework.Referral // asked of us
	Outbox   []casework.Referral // asked of others, with what became of it
	Reviews  []casework.Review   // cases that stood still for too long
	Clocks   []casework.Clock    // periods of law that end soon, or have
	Second   []Proposed          // what waits for a second pair of eyes
	Pages    map[string]string   // where a case has its page, by its type
	From     WorkPage            // after which row each list begins
	Next     WorkPage            // after which it goes on
	Draft    bool
	Cases    bool // the reader may open their organisation's cases
	Names    map[id.Organisation]string
	Services map[id.Service]casework.Service // those named in Inbox and Outbox
}

// Count is how many tasks are due.
type Count struct{ Overdue, Today int }

// WorkPage says after which row each list of My work begins.
type WorkPage struct{ Tasks, Inbox, Outbox sqldb.After }

// workRows bounds a page of each list of My work.
const workRows = 50

// Work shows what waits for the actor's organisation.
func (d *Desk) Work(ctx context.Context, by By, from WorkPage) (WorkView, error) {
	return act.Look(ctx, d.Ground, d.ask(by, Work, "case", ""), func(a *act.Act) (v WorkView, err error) {
		v.Now, v.From, v.Cases, v.Pages = a.Now().In(a.Zone()), from, a.May(List), d.Pages
		if v.Cases { // who helps; a service sees what is asked of it
			if v.Second, err = waiting(a, d.Pages); err != nil {
				return v, err
			}
			if v.Reviews, err = casework.Reviews(a, by.Organisation, workRows); err != nil {
				return v, err
			}
		}
		if v.Clocks, err = casework.RunningOut(a, by.Organisation, workRows); err != nil {
			return v, err
		}
		for _, r := range v.Reviews {
			a.Touch("case", r.Case.String())
		}
		for _, k := range v.Clocks {
			a.Touch("case", k.Case.String())
		}
		if err := v.tasks(a, by, from.Tasks); err != nil {
			return v, err
		}
		if v.Inbox, err = casework.Inbox(a, by.Organisation, false, from.Inbox, workRows+1); err != nil {
			return v, err
		}
		if v.Outbox, err = casework.Outbox(a, by.Organisation, v.Now.AddDate(0, 0, -14), from.Outbox, workRows+1); err != nil {
			return v, err
		}
		v.Inbox, v.Next.Inbox = cut(v.Inbox, afterReferral)
		v.Outbox, v.Next.Outbox = cut(v.Outbox, afterReferral)
		var who []id.Organisation
		for _, r := range slices.Concat(v.Inbox, v.Outbox) {
			a.Touch("referral", r.ID.String())
			a.Touch("case", r.Case.String())
			who = append(who, r.Organisation, r.Recipient)
		}
		if v.Services, err = casework.ServicesAsked(a.Ctx(), a.Tx(), by.Organisation); err != nil {
			return v, err
		}
		v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), who)
		return v, err
	})
}

func (v *WorkView) tasks(a *act.Act, by By, from sqldb.After) error {
	tasks, err := casework.OpenTasks(a, by.Organisation, from, workRows+1)
	if err != nil {
		return err
	}
	tasks, v.Next.Tasks = cut(tasks, func(t casework.Task) sqldb.After { return sqldb.After{At: t.Due, ID: t.ID.String()} })
	end := clock.Day(v.Now, 1)
	for _, t := range tasks {
		a.Touch("case", t.Case.String())
		switch {
		case t.Due.Before(v.Now):
			v.Overdue = append(v.Overdue, t)
		case t.Due.Before(end):
			v.Today = append(v.Today, t)
		default:
			v.Later = append(v.Later, t)
		}
	}
	if v.Due.Overdue, err = casework.CountOpenTasks(a, by.Organisation, v.Now); err != nil {
		return err
	}
	v.Due.Today, err = casework.CountOpenTasks(a, by.Organisation, end)
	v.Due.Today -= v.Due.Overdue
	return err
}

// cut takes the row too many off a list and says where it goes on.
func cut[R any](list []R, at func(R) sqldb.After) ([]R, sqldb.After) {
	if len(list) <= workRows {
		return list, sqldb.After{}
	}
	return list[:workRows], at(list[workRows-1])
}

func afterReferral(r casework.Referral) sqldb.After {
	return sqldb.After{At: r.Sent, ID: r.ID.String()}
}
