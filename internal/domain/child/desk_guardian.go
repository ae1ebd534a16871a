package child

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/policy"
)

// Request says that a guardian was asked for.
func (d *Desk) Request(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, Request, func(a *act.Act, w ward) error {
		g, err := standing(a, w, Request, Needed)
		if err != nil {
			return err
		}
		g.State, g.Asked = Requested, a.Now()
		if err := putGuardian(a, w.Case.ID, g); err != nil {
			return err
		}
		if err := casework.MeetClock(a, w.Case.ID, ruleGuardian); err != nil {
			return err
		}
		return wait(a, w.Case, ruleAppointment, a.Now())
	})
}

// Appoint notes who was appointed, if no other interest of the guardian could stand
// against the child's. From then on the guardian sees this child's case, and no other.
func (d *Desk) Appoint(ctx context.Context, by By, on On, in AppointIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Appoint, func(a *act.Act, w ward) error {
		g, err := standing(a, w, Appoint, Requested)
		if err != nil {
			return err
		}
		all, err := d.Guardians(a.Ctx(), a.Tx())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(u policy.Actor) bool { return u.User == in.Guardian })
		if i < 0 {
			return fault.New(fault.Invalid, string(Appoint), "child.invalid").At("/guardian", "child.say_guardian")
		}
		care, err := careOf(a, w.Case.ID)
		if err != nil {
			return err
		}
		if err := in.free(all[i].Organisation, care); err != nil {
			return err
		}
		g.State, g.User, g.Organisation, g.Since = Appointed, in.Guardian, all[i].Organisation, a.Now()
		g.Custody, g.Related = in.Custody, in.Related
		if err := putGuardian(a, w.Case.ID, g); err != nil {
			return err
		}
		return casework.MeetClock(a, w.Case.ID, ruleAppointment)
	})
}

// EndGuardian ends a guardianship. Where another guardian is needed, the need begins
// anew, and so does its clock.
func (d *Desk) EndGuardian(ctx context.Context, by By, on On, in GuardianEndIn) (casework.Case, error) {
	if !slices.Contains(EndReasons, in.Reason) {
		return casework.Case{}, fault.New(fault.Invalid, string(EndGuardian), "child.invalid").At("/reason", "casework.needs_reason")
	}
	return d.change(ctx, by, on, EndGuardian, func(a *act.Act, w ward) error {
		g, err := standing(a, w, EndGuardian, Appointed)
		if err != nil {
			return err
		}
		g.State, g.Reason, g.Until = Ended, in.Reason, a.Now()
		if in.Replace {
			g.State = Replaced
		}
		if err := putGuardian(a, w.Case.ID, g); err != nil || !in.Replace {
			return err
		}
		if err := putGuardian(a, w.Case.ID, Guardian{N: g.N + 1, State: Needed}); err != nil {
			return err
		}
		return wait(a, w.Case, ruleGuardian, a.Now())
	})
}

// standing is the appointment under way, if it stands in a state.
func standing(a *act.Act, w ward, verb Verb, state GuardianState) (Guardian, error) {
	list, err := guardians(a.Ctx(), a.Tx(), w.Case.ID)
	if err != nil {
		return Guardian{}, err
	}
	g := last(list)
	if g.State != state {
		return g, fault.New(fault.Conflict, string(verb), "child.not_at_this_step")
	}
	return g, nil
}

// endGuardian ends whatever guardianship there is with the case.
func endGuardian(a *act.Act, w ward, reason string) error {
	list, err := guardians(a.Ctx(), a.Tx(), w.Case.ID)
	if err != nil {
		return err
	}
	g := last(list)
	if g.N == 0 || g.State == Ended || g.State == Replaced {
		return nil
	}
	g.State, g.Reason, g.Until = Ended, reason, a.Now()
	return putGuardian(a, w.Case.ID, g)
}
