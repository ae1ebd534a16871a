package protection

import (
	"context"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

// Forget erases a person of the desk at her word (Regulation (EU) 2016/679,
// Article 17): what is sealed of her is blanked, every consent is withdrawn,
// every open referral revoked, her own screening signal loses its words and its
// search tokens, and a job destroys her key set, so that backups forget too.
// What stays is a stub: that there was a case, and its codes.
//
// Where a lead brought her, it erases what others recorded too, and waits for a
// second pair of eyes. Her words are withdrawn at once all the same.
func (d *Desk) Forget(ctx context.Context, by By, c id.Case) error {
	forgotten, err := act.Do(ctx, d.Ground, d.ask(by, Withdraw, "case", c.String()), func(a *act.Act) (bool, error) {
		_, p, err := casework.CaseAndPerson(a, Case, c)
		if err != nil || p.Erased || !a.May(Forget) { // who may not is refused below
			return p.Erased, err
		}
		return false, d.withdrawAll(a, p.ID)
	})
	if err != nil || forgotten {
		return err
	}
	_, err = act.DoOrPark(ctx, d.Ground, d.ask(by, Forget, "case", c.String()), CloseIn{Case: c}, d.forget)
	return err
}

func (d *Desk) forget(a *act.Act, in *CloseIn) (struct{}, error) {
	row, p, err := casework.CaseAndPerson(a, Case, in.Case)
	if err != nil || p.Erased {
		return struct{}{}, err
	}
	if err := d.withdrawAll(a, p.ID); err != nil {
		return struct{}{}, err
	}
	if err := casework.ForgetPerson(a, p.ID); err != nil {
		return struct{}{}, err
	}
	for _, forget := range d.Beside {
		if err := forget(a, p.ID); err != nil {
			return struct{}{}, err
		}
	}
	if _, err := casework.ForgetCases(a, p.ID); err != nil {
		return struct{}{}, err
	}
	if err := d.forgetOwn(a, row); err != nil {
		return struct{}{}, err
	}
	if err := d.forgetSources(a, row); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, a.Later(jobDestroy, "subject", p.Subject.String(), a.Now())
}

func (d *Desk) withdrawAll(a *act.Act, person id.Person) error {
	words, err := consent.Of(a.Ctx(), a.Tx(), person)
	if err != nil {
		return err
	}
	for _, w := range words {
		if w.Live(a.Now()) {
			if _, err := consent.Withdraw(a.Ctx(), a.Tx(), w.ID, a.Actor().User, a.Now()); err != nil {
				return err
			}
			if err := a.Emit(act.ConsentChanged, "consent", w.ID.String()); err != nil { // every desk hears of it
				return err
			}
		}
		if _, err := casework.RevokeUnder(a, w.ID, "person_forgotten"); err != nil {
			return err
		}
	}
	return nil
}

// forgetOwn forgets her in the desk's own screening signal: the presumed victim
// there is she. What another organisation recorded is not the desk's own.
func (d *Desk) forgetOwn(a *act.Act, c casework.Case) error {
	if c.Signal.IsZero() {
		return nil
	}
	s, err := evidence.Get(a, c.Signal)
	if fault.Is(err, fault.NotFound) || err == nil && s.Organisation != c.Organisation {
		return nil
	}
	if err != nil {
		return err
	}
	return d.forgetSignal(a, s, func(m evidence.Mention) bool { return m.Role == evidence.PresumedVictim })
}

// forgetSources forgets her in the signals that her lead was raised from, whoever
// recorded them: they brought her here. A mention that is gone is forgotten.
func (d *Desk) forgetSources(a *act.Act, c casework.Case) error {
	sources, err := casework.SourcesOf(a, c.ID)
	if err != nil {
		return err
	}
	for _, her := range sources {
		s, err := evidence.Mentioning(a, her)
		if err != nil {
			return err
		}
		if err := d.forgetSignal(a, s, func(m evidence.Mention) bool { return m.ID == her }); err != nil {
			return err
		}
	}
	return nil
}

// forgetSignal blanks what a signal says of her: her mention, what is hers, and
// what no mentioned person owns, the narrative first, for it may name her. The
// other persons and what is theirs stay evidence. The key sets that are destroyed
// seal nothing that stays.
func (d *Desk) forgetSignal(a *act.Act, s evidence.Signal, she func(evidence.Mention) bool) error {
	subjects := []id.Subject{s.Subject}
	var hers []evidence.Mention
	for _, m := range s.Mentions {
		owner := m
		if m.Of > 0 {
			owner = s.Mentions[m.Of-1]
		}
		if !she(owner) && m.Subject != s.Subject {
			continue
		}
		hers = append(hers, m)
		if !slices.Contains(subjects, m.Subject) {
			subjects = append(subjects, m.Subject)
		}
	}
	if err := evidence.Blank(a, s, true, hers); err != nil {
		return err
	}
	if err := d.Unlink(a, hers); err != nil {
		return err
	}
	for _, subject := range subjects {
		if err := a.Later(jobDestroy, "subject", subject.String(), a.Now()); err != nil {
			return err
		}
	}
	return nil
}

// destroy destroys a key set after the act that ordered it has been committed.
func (d *Desk) destroy(ctx context.Context, on ledger.Ref) error {
	return act.Destroy(ctx, d.Ground, id.Trusted[id.Subject](on.ID))
}
