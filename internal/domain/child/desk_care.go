package child

import (
	"context"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/seal"
)

// Arrange begins an arrangement of care; the one before it ends. Whoever guards the
// child does not also house her (see AppointIn).
func (d *Desk) Arrange(ctx context.Context, by By, on On, in CareIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Arrange, func(a *act.Act, w ward) error {
		list, err := guardians(a.Ctx(), a.Tx(), w.Case.ID)
		if err != nil {
			return err
		}
		if g, ok := appointed(list); ok && g.Organisation == in.Provider {
			return fault.New(fault.Conflict, string(Arrange), "child.guardian_conflict")
		}
		if err := endCare(a, w); err != nil {
			return err
		}
		care, err := careOf(a, w.Case.ID)
		if err != nil {
			return err
		}
		return putCare(a, w.Case.ID, Care{N: int64(len(care)) + 1, Kind: in.Kind, Provider: in.Provider, From: in.From, Review: in.Review})
	})
}

// EndCare ends the arrangement that lasts.
func (d *Desk) EndCare(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, EndCare, func(a *act.Act, w ward) error { return endCare(a, w) })
}

func endCare(a *act.Act, w ward) error {
	care, err := careOf(a, w.Case.ID)
	for i := 0; i < len(care) && err == nil; i++ {
		if care[i].Lasts() {
			care[i].Until = a.Now()
			err = putCare(a, w.Case.ID, care[i])
		}
	}
	return err
}

// Trace begins a search for her family: those who sold her may be among them. It
// rests on an assessment that says that it is in her interest, and on a word.
func (d *Desk) Trace(ctx context.Context, by By, on On, in TraceIn) (casework.Case, error) {
	return d.change(ctx, by, on, Trace, func(a *act.Act, w ward) error {
		list, err := assessmentsOf(a, w)
		if err != nil {
			return err
		}
		if in.Assessment < 1 || in.Assessment > int64(len(list)) {
			return fault.New(fault.Denied, string(Trace), "child.no_assessment")
		}
		if x := list[in.Assessment-1]; x.Action != Tracing || !x.InInterest {
			return fault.New(fault.Denied, string(Trace), "child.no_assessment")
		}
		if err := inForce(a, w, Trace, in.Word, consent.Assistance); err != nil {
			return err
		}
		return insertSearch(a, w, Search{Assessment: in.Assessment, Word: in.Word, Actor: by.User, At: a.Now()})
	})
}

// ReportMissing notes that a child is not where she should be. The clock of the
// report to those who search counts from when she was last seen.
func (d *Desk) ReportMissing(ctx context.Context, by By, on On, in MissingIn) (casework.Case, error) {
	return d.change(ctx, by, on, ReportMissing, func(a *act.Act, w ward) error {
		v := fault.New(fault.Invalid, string(ReportMissing), "child.invalid")
		if in.LastSeen.IsZero() || in.LastSeen.After(a.Now()) || in.LastSeen.Before(w.Case.Opened.AddDate(0, -1, 0)) {
			v.At("/last_seen", "child.say_last_seen")
		}
		tooLong(v, "/note", in.Note)
		if err := v.OrNil(); err != nil {
			return err
		}
		list, err := missingOf(a, w)
		if err != nil {
			return err
		}
		if _, is := gone(list); is {
			return fault.New(fault.Conflict, string(ReportMissing), "child.is_missing")
		}
		if err := insertMissing(a, w, Missing{N: int64(len(list)) + 1, LastSeen: in.LastSeen, Note: seal.Text(seal.Narrative, in.Note)}); err != nil {
			return err
		}
		if err := casework.SetRisk(a, w.Case.ID, casework.RiskNow); err != nil {
			return err
		}
		return wait(a, w.Case, ruleMissing, in.LastSeen)
	})
}

// Report says that those who search were told.
func (d *Desk) Report(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, Report, func(a *act.Act, w ward) error {
		m, err := whileGone(a, w, Report)
		if err != nil {
			return err
		}
		if !m.Reported.IsZero() {
			return fault.New(fault.Conflict, string(Report), "child.not_at_this_step")
		}
		m.Reported = a.Now()
		if err := moveMissing(a, w, m); err != nil {
			return err
		}
		return casework.MeetClock(a, w.Case.ID, ruleMissing)
	})
}

// Found says that she is back. What she tells then is asked soon, and by somebody
// who is not where she ran from.
func (d *Desk) Found(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, Found, func(a *act.Act, w ward) error {
		m, err := whileGone(a, w, Found)
		if err != nil {
			return err
		}
		m.Found = a.Now()
		if err := moveMissing(a, w, m); err != nil {
			return err
		}
		if err := casework.SetRisk(a, w.Case.ID, casework.RiskHigh); err != nil {
			return err
		}
		if err := casework.MeetClock(a, w.Case.ID, ruleMissing); err != nil {
			return err
		}
		return wait(a, w.Case, ruleTalk, a.Now())
	})
}

func whileGone(a *act.Act, w ward, verb Verb) (Missing, error) {
	list, err := missingOf(a, w)
	if err != nil {
		return Missing{}, err
	}
	m, is := gone(list)
	if !is {
		return m, fault.New(fault.Conflict, string(verb), "child.not_at_this_step")
	}
	return m, nil
}

// Talk notes what she told when she was back.
func (d *Desk) Talk(ctx context.Context, by By, on On, in TalkIn) (casework.Case, error) {
	v := fault.New(fault.Invalid, string(Talk), "child.invalid")
	if in.Talk == "" {
		v.At("/talk", "child.say_note")
	}
	tooLong(v, "/talk", in.Talk)
	if err := v.OrNil(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, Talk, func(a *act.Act, w ward) error {
		list, err := missingOf(a, w)
		if err != nil {
			return err
		}
		n := len(list)
		if n == 0 || list[n-1].Found.IsZero() || !list[n-1].Talked.IsZero() {
			return fault.New(fault.Conflict, string(Talk), "child.not_at_this_step")
		}
		m := list[n-1]
		m.Talked, m.Talk = a.Now(), seal.Text(seal.Narrative, in.Talk)
		if err := tellMissing(a, w, m); err != nil {
			return err
		}
		return casework.MeetClock(a, w.Case.ID, ruleTalk)
	})
}

// NoteLife notes something about school or health.
func (d *Desk) NoteLife(ctx context.Context, by By, on On, in EntryIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	return d.change(ctx, by, on, NoteLife, func(a *act.Act, w ward) error {
		return insertEntry(a, w, Entry{Area: in.Area, Status: in.Status, Note: seal.Text(seal.Health, in.Note), At: a.Now()})
	})
}
