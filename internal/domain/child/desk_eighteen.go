package child

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

// jobTurn wakes when a child is to be asked for the time after her majority, and
// when she is of age.
const jobTurn = "child.turn"

// NoteBirth notes the month of her birth and schedules what comes with majority:
// exactly one clock, counted back from the day by the period of the State
// (protection.md §4.3 and §14, P19). Where the State has laid down none there is no
// clock and nobody is reminded, and the page says so (P17); that others no longer
// speak for an adult follows from her age and waits for no period.
func (d *Desk) NoteBirth(ctx context.Context, by By, on On, in BirthIn) (casework.Case, error) {
	return d.change(ctx, by, on, NoteBirth, func(a *act.Act, w ward) error {
		month, ofAge, err := in.read(a.Now().In(a.Zone()))
		if err != nil {
			return err
		}
		b := Birth{Month: seal.Text(seal.Identity, month), OfAge: ofAge.Start(a.Law().Zone)}
		if err := putBirth(a, w, b); err != nil {
			return err
		}
		k, err := casework.CountDown(a, w.Case, ruleReconsent, ofAge)
		if err == nil {
			err = a.Later(jobTurn, kind, w.Case.ID.String(), k.Started)
		}
		if err := unlessUnset(err); err != nil {
			return err
		}
		return a.Later(jobTurn, kind, w.Case.ID.String(), b.OfAge)
	})
}

// turn does what a day asks for: it asks, or ends what ends with childhood. Doing it
// twice, or too early, changes nothing.
func (d *Desk) turn(ctx context.Context, on ledger.Ref) error {
	_, err := act.Do(ctx, d.Ground, d.ask(d.Node, Turn, kind, on.ID), func(a *act.Act) (struct{}, error) {
		w, err := read(a, id.Trusted[id.Case](on.ID))
		if err != nil || !Case.Open(w.Case.State) {
			return struct{}{}, err
		}
		b, err := birthOf(a, w)
		switch {
		case err != nil || !b.known() || w.Person.Erased:
			return struct{}{}, err
		case !a.Now().Before(b.OfAge):
			return struct{}{}, comesOfAge(a, w)
		}
		if early := b.OfAge.Sub(a.Now()); early < time.Hour {
			// The process that woke this has a clock that is ahead of ours.
			return struct{}{}, a.Later(jobTurn, kind, on.ID, b.OfAge.Add(time.Second))
		}
		return struct{}{}, dueToAsk(a, w)
	})
	if fault.Is(err, fault.NotFound) {
		return nil // forgotten meanwhile
	}
	return err
}

// dueToAsk moves the case on the day from which she is to be asked.
func dueToAsk(a *act.Act, w ward) error {
	if w.Case.State != "child_open" {
		return nil
	}
	clocks, err := casework.ClocksOf(a, w.Case.ID)
	for i := 0; i < len(clocks) && err == nil; i++ {
		if k := clocks[i]; k.Rule.Name == ruleReconsent && k.Runs() && !a.Now().Before(k.Started) {
			_, err = casework.MoveBy(a, Case, w.Case, Turn, casework.With{})
			return err
		}
	}
	return err
}

// comesOfAge: from this day on nobody speaks for her. If she said that she wants to
// stay, what she kept is her own word now; if nobody has it from her, what others
// agreed to for her ends, and she leaves the mechanism. Help goes on (protection.md
// §1, rule 7, and §14, P19).
func comesOfAge(a *act.Act, w ward) error {
	verb := Leave
	if w.Case.State == "reconsented" {
		verb = ComeOfAge
		course, err := casework.Course(a, w.Case.ID)
		if err != nil || slices.ContainsFunc(course, func(s casework.Step) bool { return s.Verb == ComeOfAge }) {
			return err
		}
	}
	if err := noteAge(a, w, AgeWord{Kind: DeterminedAdult, Source: ByBirthdate}, ""); err != nil {
		return err
	}
	if verb == ComeOfAge {
		if err := herOwn(a, w); err != nil {
			return err
		}
	} else if err := endWords(a, w.Person.ID, "of_age", byOthers); err != nil {
		return err
	}
	if err := endGuardian(a, w, "of_age"); err != nil {
		return err
	}
	c, err := casework.MoveBy(a, Case, w.Case, verb, casework.With{})
	if err != nil || verb == ComeOfAge {
		return err
	}
	return casework.EndClocks(a, c)
}

func byOthers(c consent.Consent) bool { return c.SpokenBy != consent.Self }

// herOwn makes her own word of each that was spoken for her and that she kept, for
// no longer and no more than it was: what rests on it rests on hers from then on. What
// somebody said for her after she was asked, she has not kept.
func herOwn(a *act.Act, w ward) error {
	asked, err := reconsentedAt(a, w)
	if err != nil {
		return err
	}
	if err := endWords(a, w.Person.ID, "of_age", func(c consent.Consent) bool { return byOthers(c) && c.RecordedAt.After(asked) }); err != nil {
		return err
	}
	words, err := consent.Of(a.Ctx(), a.Tx(), w.Person.ID)
	if err != nil {
		return err
	}
	for _, c := range words {
		if !c.Live(a.Now()) || !byOthers(c) {
			continue
		}
		was := c.ID
		c.State, c.SpokenBy, c.RecordedBy, c.RecordedAt = consent.Given, consent.Self, a.Actor().User, a.Now()
		given, err := consent.Give(a.Ctx(), a.Tx(), c, false)
		if err != nil {
			return err
		}
		if err := casework.RestOn(a, was, given); err != nil {
			return err
		}
		if _, err := consent.Withdraw(a.Ctx(), a.Tx(), was, a.Actor().User, a.Now()); err != nil {
			return err
		}
		if err := a.Emit(act.ConsentChanged, "consent", given.String()); err != nil {
			return err
		}
	}
	return nil
}

// reconsentedAt is when she was asked last; the zero time if she was not.
func reconsentedAt(a *act.Act, w ward) (at time.Time, err error) {
	course, err := casework.Course(a, w.Case.ID)
	for _, s := range course {
		if s.Verb == Reconsent {
			at = s.At
		}
	}
	return at, err
}

// mayAsk refuses to ask her before the time that the law gives, or, where it gives
// none, earlier than a word can hold at all: what a child of ten says is no word for
// the time after her majority.
func mayAsk(a *act.Act, w ward, b Birth) error {
	from := b.OfAge.AddDate(-1, 0, 0)
	clocks, err := casework.ClocksOf(a, w.Case.ID)
	for _, k := range clocks {
		if k.Rule.Name == ruleReconsent && k.Runs() {
			from = k.Started
		}
	}
	if err == nil && a.Now().Before(from) {
		err = fault.New(fault.Conflict, string(Reconsent), "child.too_early", "day", from)
	}
	return err
}

// Reconsent notes her own word for the time after her majority: that she stays, and
// which of the words that others spoke for her she keeps. The others end at once.
func (d *Desk) Reconsent(ctx context.Context, by By, on On, in ReconsentIn) (casework.Case, error) {
	return d.change(ctx, by, on, Reconsent, func(a *act.Act, w ward) error {
		b, err := birthOf(a, w)
		if err != nil {
			return err
		}
		if !b.known() {
			return fault.New(fault.Conflict, string(Reconsent), "child.birth_first")
		}
		if err := mayAsk(a, w, b); err != nil {
			return err
		}
		if err := casework.MeetClock(a, w.Case.ID, ruleReconsent); err != nil {
			return err
		}
		return endWords(a, w.Person.ID, "consent_withdrawn", func(c consent.Consent) bool {
			return byOthers(c) && !slices.Contains(in.Keep, c.ID)
		})
	})
}
