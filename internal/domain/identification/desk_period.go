package identification

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// Extend puts the planned end of a protected period off. It can only become later.
func (d *Desk) Extend(ctx context.Context, by By, in PeriodIn) error {
	return d.change(ctx, by, Extend, in, func(a *act.Act, c casework.Case, who casework.Person, p Period) error {
		if !in.Until.After(p.Until) {
			return fault.New(fault.Invalid, string(Extend), "identification.invalid").At("/until", "identification.say_later")
		}
		if err := extendPeriod(a, p, who, in); err != nil {
			return err
		}
		if err := a.Later(jobSettle, "case", c.ID.String(), in.Until); err != nil {
			return err
		}
		return casework.MeetClock(a, c.ID, rulePeriod) // from here on the period itself says when
	})
}

// EndPeriod ends a protected period before its time: because she withdrew from the
// determination, or for public order; with reasons and the law that allows it. There
// is no other early end (protection.md §5.4; §14, P5).
func (d *Desk) EndPeriod(ctx context.Context, by By, in PeriodIn) error {
	return d.change(ctx, by, EndPeriod, in, func(a *act.Act, c casework.Case, who casework.Person, p Period) error {
		if in.End == OfWithdrawn && c.State != "withdrawn" {
			return fault.New(fault.Denied, string(EndPeriod), "identification.not_withdrawn")
		}
		if err := endPeriod(a, p, who, in); err != nil {
			return err
		}
		return casework.MeetClock(a, c.ID, rulePeriod)
	})
}

func (d *Desk) change(ctx context.Context, by By, verb Verb, in PeriodIn, do func(*act.Act, casework.Case, casework.Person, Period) error) error {
	if err := in.check(verb); err != nil {
		return err
	}
	_, err := act.Do(ctx, d.Ground, d.decide(by, verb, in.Case), func(a *act.Act) (struct{}, error) {
		c, err := casework.Current(a, Determination, in.Case, in.Version)
		if err != nil {
			return struct{}{}, err
		}
		who, err := casework.PersonByID(a.Ctx(), a.Tx(), c.Person)
		if err != nil {
			return struct{}{}, err
		}
		p, err := periodOf(a, c.ID)
		if err == nil && !p.Runs() {
			err = fault.New(fault.Conflict, string(verb), "identification.no_period")
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, do(a, c, who, p)
	})
	return err
}

// settled ends a period whose time is over once nothing is to be decided any more;
// until both are so it runs on and protects her (protection.md §3.5).
func settled(a *act.Act, c casework.Case) error {
	p, err := periodOf(a, c.ID)
	if err != nil || !p.Runs() || a.Now().Before(p.Until) || Determination.Open(c.State) {
		return err
	}
	if err := elapse(a, p); err != nil {
		return err
	}
	return casework.MeetClock(a, c.ID, rulePeriod)
}

// mayAskAgain refuses while her time to ask for reconsideration runs.
func mayAskAgain(a *act.Act, c casework.Case) error {
	clocks, err := casework.ClocksOf(a, c.ID)
	for _, k := range clocks {
		if err == nil && k.Rule.Name == ruleWindow && k.Runs() && a.Now().Before(k.Due) {
			return fault.New(fault.Denied, string(Flag), "identification.still_open")
		}
	}
	return err
}

// FlagIn notes that removal or detention may be prepared.
type FlagIn struct {
	Case    id.Case
	Version int64
	Kind    string
}

// Flag notes that removal or detention may be prepared. While identification is
// open, and while a protected period runs, nobody can (CETS 197, Articles 10(2) and
// 13(1); protection.md §14, P6).
func (d *Desk) Flag(ctx context.Context, by By, in FlagIn) error {
	if !slices.Contains(Flags, in.Kind) {
		return fault.New(fault.Invalid, string(Flag), "identification.invalid").At("/kind", "identification.say_kind")
	}
	_, err := act.Do(ctx, d.Ground, d.decide(by, Flag, in.Case), func(a *act.Act) (struct{}, error) {
		c, err := casework.Current(a, Determination, in.Case, in.Version)
		if err != nil {
			return struct{}{}, err
		}
		if Determination.Open(c.State) {
			return struct{}{}, fault.New(fault.Denied, string(Flag), "identification.still_open")
		}
		if err := casework.Hold(a, c.ID); err != nil {
			return struct{}{}, err
		}
		if err := mayAskAgain(a, c); err != nil {
			return struct{}{}, err
		}
		if err := settled(a, c); err != nil {
			return struct{}{}, err
		}
		p, err := periodOf(a, c.ID)
		if err == nil && p.Runs() {
			err = fault.New(fault.Denied, string(Flag), "identification.period_runs", "date", p.Until)
		}
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, insertFlag(a, c.ID, in.Kind)
	})
	return err
}

// ResidenceIn is a residence permit as somebody wants to give it.
type ResidenceIn struct {
	Case    id.Case
	Version int64
	Ground  Ground
	Until   time.Time
}

// Residence gives a residence permit to somebody who was recognised, for her
// personal situation or for co-operation: either suffices. A permit is no shorter
// than the law says; where it says nothing, the authority alone does.
func (d *Desk) Residence(ctx context.Context, by By, in ResidenceIn) error {
	v := fault.New(fault.Invalid, string(Residence), "identification.invalid")
	if !slices.Contains(Grounds, string(in.Ground)) {
		v.At("/ground", "identification.say_ground")
	}
	if in.Until.IsZero() {
		v.At("/until", "identification.say_until")
	}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := act.Do(ctx, d.Ground, d.decide(by, Residence, in.Case), func(a *act.Act) (struct{}, error) {
		c, err := casework.Current(a, Determination, in.Case, in.Version)
		if err != nil {
			return struct{}{}, err
		}
		if c.State != "stage2_positive" {
			return struct{}{}, fault.New(fault.Conflict, string(Residence), "identification.not_recognised")
		}
		least := a.Now()
		if rule, err := a.Law().Rule(ruleResident, a.Now()); err == nil {
			if least, err = a.Law().Due(rule, a.Now()); err != nil {
				return struct{}{}, err
			}
		}
		if in.Until.Before(least.Add(-time.Second)) { // a day ends with its last second
			return struct{}{}, fault.New(fault.Invalid, string(Residence), "identification.invalid").At("/until", "identification.short_permit", "date", least)
		}
		return struct{}{}, insertGrant(a, c.ID, Grant{Ground: in.Ground, Until: in.Until, By: a.Actor().User, At: a.Now()})
	})
	return err
}
