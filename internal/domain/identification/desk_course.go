package identification

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Inquire asks for information: the clocks stand still that the law lets stand still
// for it.
func (d *Desk) Inquire(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Inquire, c, version, pause(eventInformation))
}

// Inform says that the information came.
func (d *Desk) Inform(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Inform, c, version, resume(eventInformation))
}

// Suspend lets a determination rest, such as while she cannot be reached.
func (d *Desk) Suspend(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Suspend, c, version, pause(eventSuspended))
}

// Resume takes it up again.
func (d *Desk) Resume(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Resume, c, version, resume(eventSuspended))
}

// Reconsider notes that she, or who acts for her, asks to have a negative decision
// looked at again, while the law lets her.
func (d *Desk) Reconsider(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Reconsider, c, version, func(a *act.Act, c casework.Case) error {
		window, err := last(a, c.ID, ruleWindow)
		if err != nil {
			return err
		}
		if !window.Due.IsZero() && !a.Now().Before(window.Due) {
			return fault.New(fault.Denied, string(Reconsider), "identification.window_over", "date", window.Due)
		}
		if err := casework.MeetClock(a, c.ID, ruleWindow); err != nil {
			return err
		}
		if err := dropFlags(a, c.ID); err != nil { // what was prepared against her waits again
			return err
		}
		return begin(a, c, ruleAnew)
	})
}

// last is the last clock of a rule in a case; the zero Clock if it has none.
func last(a *act.Act, c id.Case, rule string) (out casework.Clock, err error) {
	list, err := casework.ClocksOf(a, c)
	for _, k := range list {
		if k.Rule.Name == rule {
			out = k
		}
	}
	return out, err
}

// Withdraw ends a determination because she asks for it. It ends nothing else: not
// her help, which is not the authority's, and not the protected period by itself.
func (d *Desk) Withdraw(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Withdraw, c, version, ended)
}

// ended ends the clocks of what is not decided any more, and the referral.
func ended(a *act.Act, c casework.Case) error {
	for _, rule := range []string{ruleStage1, ruleStage2, ruleAnew} {
		if err := casework.MeetClock(a, c.ID, rule); err != nil {
			return err
		}
	}
	if err := answer(a, c, casework.Revoked, "determination_withdrawn"); err != nil {
		return err
	}
	return settled(a, c)
}

// Review says that somebody looked at the case and that nothing changes.
func (d *Desk) Review(ctx context.Context, by By, c id.Case, version int64) (casework.Case, error) {
	return d.move(ctx, by, Review, c, version, func(*act.Act, casework.Case) error { return nil })
}

// Finish ticks a task of a determination off: such as to look at what is kept of
// somebody who has taken her word back.
func (d *Desk) Finish(ctx context.Context, by By, c id.Case, version int64, task id.Task) error {
	_, err := act.Do(ctx, d.Ground, d.decide(by, Finish, c), func(a *act.Act) (struct{}, error) {
		if _, err := casework.Current(a, Determination, c, version); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, casework.FinishTask(a, c, task, true)
	})
	return err
}

func (d *Desk) move(ctx context.Context, by By, verb policy.Verb, c id.Case, version int64, then func(*act.Act, casework.Case) error) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.decide(by, verb, c), func(a *act.Act) (casework.Case, error) {
		now, err := casework.Current(a, Determination, c, version)
		if err != nil {
			return now, err
		}
		if now, err = casework.MoveBy(a, Determination, now, verb, casework.With{}); err != nil {
			return now, err
		}
		return now, then(a, now)
	})
}

func pause(event string) func(*act.Act, casework.Case) error {
	return func(a *act.Act, c casework.Case) error { return casework.PauseClocks(a, c.ID, event) }
}

// resume lets the clocks go on. A protected period that the law lets stand still
// ends as much later.
func resume(event string) func(*act.Act, casework.Case) error {
	return func(a *act.Act, c casework.Case) error {
		if err := casework.ResumeClocks(a, c.ID, event); err != nil {
			return err
		}
		p, err := periodOf(a, c.ID)
		if err != nil || !p.Runs() {
			return err
		}
		k, err := last(a, c.ID, rulePeriod)
		if err != nil || !k.Runs() || !k.Due.After(p.Until) {
			return err
		}
		if err := movePeriod(a, p, k.Due); err != nil {
			return err
		}
		return a.Later(jobSettle, "case", c.ID.String(), k.Due)
	}
}
