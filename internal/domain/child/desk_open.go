package child

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// Needs are the needs for which somebody is referred to child protection.
var Needs = []string{"guardian", "child_protection"}

// Open opens child protection for somebody whom one's own organisation helps and who
// is treated as a child. It is the same person: an organisation keeps one record of
// her. What was said of her age before is the first that is known here.
func (d *Desk) Open(ctx context.Context, by By, help On) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Open, "case", help.Case.String()), func(a *act.Act) (casework.Case, error) {
		from, err := casework.CaseOf(a, d.Help, help.Case)
		if err != nil {
			return from, err
		}
		if err := casework.UpToDate(help.Version, from.Version); err != nil {
			return from, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), from.Person)
		if err != nil {
			return from, err
		}
		if !p.Age.TreatedAsChild() || p.Erased {
			return from, fault.New(fault.Conflict, string(Open), "child.not_a_child")
		}
		said, err := reported(a, from.ID, p.Age)
		if err != nil {
			return from, err
		}
		c, err := casework.Open(a, Case, p, casework.Case{Risk: from.Risk}, Open)
		if err != nil {
			return c, err
		}
		if err := begin(a, ward{c, p}, said); err != nil {
			return c, err
		}
		return c, origin(a, from.ID, c.ID)
	})
}

// reported is what is known of an age when the case opens: as what she was taken on,
// or, where those who reported her said otherwise than she does, that it is disputed.
func reported(a *act.Act, help id.Case, age evidence.AgeClass) (AgeKind, error) {
	if age == evidence.Child {
		return ClaimedChild, nil
	}
	sources, err := casework.SourcesOf(a, help)
	for i := 0; i < len(sources) && err == nil; i++ {
		m, gone := evidence.MentionByID(a.Ctx(), a.Tx(), sources[i])
		if gone == nil && m.Age == evidence.Child {
			return Disputed, nil
		}
		if gone != nil && !fault.Is(gone, fault.NotFound) {
			err = gone
		}
	}
	return "", err
}

// TakeOnIn is a referral that is taken on.
type TakeOnIn struct {
	Referral id.Referral
	Version  int64
}

// TakeOn takes a child on who was referred to the actor's organisation for a guardian
// or for child protection, with a record of its own.
func (d *Desk) TakeOn(ctx context.Context, by By, in TakeOnIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.ask(by, TakeOn, "referral", in.Referral.String()), func(a *act.Act) (casework.Case, error) {
		r, err := casework.ReferralByID(a.Ctx(), a.Tx(), in.Referral)
		if err != nil {
			return casework.Case{}, err
		}
		if err := casework.UpToDate(in.Version, r.Version); err != nil {
			return casework.Case{}, err
		}
		if !slices.Contains(Needs, r.Need) {
			return casework.Case{}, fault.New(fault.Conflict, string(TakeOn), "child.not_for_us")
		}
		c, err := casework.TakeOn(a, Case, in.Referral, in.Version, casework.Case{})
		if err != nil {
			return c, err
		}
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return c, err
		}
		if !p.Age.TreatedAsChild() {
			return c, fault.New(fault.Conflict, string(TakeOn), "child.not_a_child")
		}
		var said AgeKind
		if p.Age == evidence.Child {
			said = ClaimedChild
		}
		return c, begin(a, ward{c, p}, said)
	})
}

// begin notes what is known of her age and starts what begins when a child is
// recognised (protection.md §4.3).
func begin(a *act.Act, w ward, said AgeKind) error {
	if said != "" {
		if err := insertAge(a, w, AgeWord{N: 1, Kind: said, Source: ByWorker, Actor: a.Actor().User, At: a.Now()}); err != nil {
			return err
		}
	}
	if err := putGuardian(a, w.Case.ID, Guardian{N: 1, State: Needed}); err != nil {
		return err
	}
	return recognised(a, w.Case)
}

func recognised(a *act.Act, c casework.Case) error {
	for _, rule := range []string{ruleNotice, ruleGuardian, ruleFirst} {
		if err := wait(a, c, rule, a.Now()); err != nil {
			return err
		}
	}
	return nil
}

// Notify says that the child protection authority was told.
func (d *Desk) Notify(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, Notify, func(a *act.Act, w ward) error {
		return casework.MeetClock(a, w.Case.ID, ruleNotice)
	})
}

// Review says that somebody looked at the case and that nothing changes: its clock
// begins anew.
func (d *Desk) Review(ctx context.Context, by By, on On) (casework.Case, error) {
	return d.change(ctx, by, on, Review, func(*act.Act, ward) error { return nil })
}

// EndingIn says why child protection ends.
type EndingIn struct {
	Reason string `json:"reason" enum:"adult,of_age,solution,transferred,death"`
}

// Close ends child protection. No worker alone finds that a child needs it no more
// (Directive 2011/36/EU, Articles 13(1) and 14(1)): she is determined to be an adult,
// or is of age and wants to stay, or a panel has decided where her life goes on.
func (d *Desk) Close(ctx context.Context, by By, on On, in EndingIn) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Close, kind, on.Case.String()), func(a *act.Act) (casework.Case, error) {
		w, err := current(a, on)
		if err != nil {
			return w.Case, err
		}
		if err := mayClose(a, w, in.Reason); err != nil {
			return w.Case, err
		}
		c, err := casework.MoveBy(a, Case, w.Case, Close, casework.With{Reason: in.Reason})
		if err != nil {
			return c, err
		}
		if err := endGuardian(a, w, in.Reason); err != nil {
			return c, err
		}
		return c, casework.EndClocks(a, c)
	})
}

func mayClose(a *act.Act, w ward, reason string) error {
	no := fault.New(fault.Conflict, string(Close), "child.cannot_close", "reason", reason)
	switch reason {
	case "adult":
		words, err := agesOf(a, w)
		if err != nil || Effective(kindsOf(words)) == evidence.Adult {
			return err
		}
		return no
	case "of_age":
		b, err := birthOf(a, w)
		if err != nil || b.known() && !a.Now().Before(b.OfAge) {
			return err
		}
		return no
	case "solution", "transferred":
		list, err := determinationsOf(a, w)
		if err != nil || slices.ContainsFunc(list, func(d Determination) bool { return d.State == Decided }) {
			return err
		}
		return no
	}
	return nil // death, or no reason at all, which the move refuses
}

// Reopen takes child protection up again when somebody doubts that it had to end:
// any doubt makes a child of her (protection.md §5.8).
func (d *Desk) Reopen(ctx context.Context, by By, on On, in AgeIn) (casework.Case, error) {
	if err := in.check(); err != nil {
		return casework.Case{}, err
	}
	if in.Kind != DeterminedChild && !in.Kind.doubts() || in.Source == ByMedical {
		return casework.Case{}, fault.New(fault.Invalid, string(Reopen), "child.invalid").At("/kind", "child.say_doubt")
	}
	return d.change(ctx, by, on, Reopen, func(a *act.Act, w ward) error {
		if err := noteAge(a, w, AgeWord{Kind: in.Kind, Source: in.Source}, in.Note); err != nil {
			return err
		}
		list, err := guardians(a.Ctx(), a.Tx(), w.Case.ID)
		if err != nil {
			return err
		}
		if err := putGuardian(a, w.Case.ID, Guardian{N: last(list).N + 1, State: Needed}); err != nil {
			return err
		}
		return recognised(a, w.Case)
	})
}

// BeforeView is a case of help before child protection opens for it.
type BeforeView struct {
	Help  casework.Case
	Child id.Case // zero: none was opened
}

// Before shows whether child protection was opened for a case of help.
func (d *Desk) Before(ctx context.Context, by By, help id.Case) (BeforeView, error) {
	return act.Look(ctx, d.Ground, d.ask(by, Open, "case", help.String()), func(a *act.Act) (v BeforeView, err error) {
		if v.Help, err = casework.CaseOf(a, d.Help, help); err != nil {
			return v, err
		}
		v.Child, err = openedFrom(a, help)
		return v, err
	})
}
