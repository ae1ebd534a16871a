package node

import (
	"context"

	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/rights"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/indicator"
	"lodestar/internal/node/demo"
)

// rights is the course of one person's rights in the demonstration: a lawyer takes her
// on, she is charged with what she was compelled to do, the prosecutor is told by her
// word, a wage claim is paid in part, and a measure that protects her does not hold.
func (s *seeding) rights(ctx context.Context) error {
	desk, lawyer, severin := s.node.Rights, s.by("elodie"), s.by("severin")
	law := id.Derived[id.Service]("demo", "law-wages")
	met, err := s.node.Protection.Screen(ctx, s.by("idris"), protection.Intake{
		Danger: "no", Alias: "Dunlin", Name: "Danuta Lisowska", Age: "adult", Language: "pl", Phone: "+447700900463", Safety: casework.Conditions,
		Answers: indicator.Answers{"D4.low_or_no_pay": indicator.Yes, "D5.debt_bondage": indicator.Yes, "D5.documents_confiscated": indicator.Yes},
		Needs:   []string{"lawyer"}, SpokenBy: consent.Self, Share: []protection.Share{{Service: law, Agreed: true}},
	})
	if err != nil {
		return err
	}
	c, err := desk.Take(ctx, lawyer, met.Referrals[0].ID, met.Referrals[0].Version)
	if err != nil {
		return err
	}
	now := s.node.Ground.Clock.Now()
	if c, err = desk.Represent(ctx, lawyer, rights.RepresentIn{Case: c.ID, Version: c.Version, Scope: []string{"non_punishment", "compensation"}, Since: now}); err != nil {
		return err
	}
	if c, err = desk.Compelled(ctx, lawyer, rights.CompelledIn{Case: c.ID, Version: c.Version, Offence: "cannabis", Month: now.AddDate(0, -2, 0).Format("2006-01"),
		Custody: "remanded", Link: "She was locked in the house where the plants stood; her papers were held until the debt was paid."}); err != nil {
		return err
	}
	word, err := desk.Consent(ctx, lawyer, rights.ConsentIn{Case: c.ID, Recipient: severin.Organisation, Purpose: consent.Justice, Agreed: true,
		Classes: []string{"identity", "narrative"}, Until: now.AddDate(0, 6, 0), SpokenBy: consent.Self})
	if err != nil {
		return err
	}
	told, err := desk.Submit(ctx, lawyer, rights.SubmitIn{Case: c.ID, Version: c.Version, Request: 1, Recipient: severin.Organisation, Word: word,
		Text: "She tended the plants because she was locked in and owed a debt that she could not pay. We ask that she is not charged."})
	if err != nil {
		return err
	}
	if err := s.remedies(ctx, told.Case); err != nil {
		return err
	}
	_, err = s.node.Prosecution.Charge(ctx, severin, prosecution.ChargeIn{Name: "Rosalind Nobody", Offence: "theft", Custody: "free"})
	return err
}

// remedies are a claim that is paid in part, another that was only begun, and a
// measure that did not hold.
func (s *seeding) remedies(ctx context.Context, c id.Case) error {
	desk, lawyer, now := s.node.Rights, s.by("elodie"), s.node.Ground.Clock.Now()
	pounds := func(minor int64) rights.Amount { return rights.Amount{Currency: "GBP", Minor: minor} }
	for _, do := range []func(version int64) (casework.Case, error){
		func(v int64) (casework.Case, error) {
			return desk.Advise(ctx, lawyer, rights.AdviseIn{Case: c, Version: v, Route: "wage_claim", Event: now.AddDate(0, -3, 0)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Advise(ctx, lawyer, rights.AdviseIn{Case: c, Version: v, Route: "state_fund", Event: now.AddDate(0, -3, 0)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Pursue(ctx, lawyer, rights.PursueIn{Case: c, Version: v, Claim: 1, To: rights.Prepared, Amount: pounds(840_000)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Pursue(ctx, lawyer, rights.PursueIn{Case: c, Version: v, Claim: 1, To: rights.Filed})
		},
		func(v int64) (casework.Case, error) {
			return desk.Pursue(ctx, lawyer, rights.PursueIn{Case: c, Version: v, Claim: 1, To: rights.Awarded, Amount: pounds(610_000)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Pay(ctx, lawyer, rights.PayIn{Case: c, Version: v, Claim: 1, Amount: pounds(150_000)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Protect(ctx, lawyer, rights.ProtectIn{Case: c, Version: v, Code: "contact_ban", Since: now.AddDate(0, -1, 0)})
		},
		func(v int64) (casework.Case, error) {
			return desk.Breach(ctx, lawyer, rights.BreachIn{Case: c, Version: v, Measure: 1, Done: "He rang the shelter. The police were told the same hour."})
		},
	} {
		v, err := desk.See(ctx, lawyer, c)
		if err == nil {
			_, err = do(v.Case.Version)
		}
		if err != nil {
			return err
		}
	}
	word, err := desk.Consent(ctx, lawyer, rights.ConsentIn{Case: c, Recipient: orgOf(demo.Coordinator), Purpose: consent.Return, Agreed: true,
		Classes: []string{"identity"}, Until: now.AddDate(0, 3, 0), SpokenBy: consent.Self})
	if err != nil {
		return err
	}
	v, err := desk.See(ctx, lawyer, c)
	if err != nil {
		return err
	}
	_, err = desk.Return(ctx, lawyer, rights.ReturnIn{Case: c, Version: v.Case.Version, Word: word, Assessment: "Her sister waits for her in another town than the recruiter's. A charity there knows when she comes.",
		Pending: "no", FollowUp: now.AddDate(0, 2, 0)})
	return err
}
