package node

import (
	"context"
	"time"

	"lodestar/internal/domain/child"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/node/demo"
)

// children lets the council refer two children to the agency that protects them: one
// waits there to be taken on, one has a guardian, a place and an assessment.
func (s *seeding) children(ctx context.Context) error {
	refer := func(alias, age string) (casework.Referral, error) {
		done, err := s.node.Protection.Screen(ctx, s.by("idris"), protection.Intake{
			Danger: "no", Alias: alias, Age: age, Language: "vi", Needs: []string{"child_protection"}, SpokenBy: consent.BestInterests, Interpreter: true,
			Share: []protection.Share{{Service: id.Derived[id.Service]("demo", "child-protection"), Agreed: true}},
		})
		if err != nil {
			return casework.Referral{}, err
		}
		return done.Referrals[0], s.node.Drain(ctx)
	}
	if _, err := refer("Finch", ""); err != nil {
		return err
	}
	r, err := refer("Swallow", "child")
	if err != nil {
		return err
	}
	desk, kim := s.node.Child, s.by("kim")
	c, err := desk.TakeOn(ctx, kim, child.TakeOnIn{Referral: r.ID, Version: r.Version})
	if err != nil {
		return err
	}
	now := s.node.Ground.Clock.Now()
	heard := child.Hearing{Heard: "interpreter", Wishes: "She wants to stay with the girl she came with, and to go to school."}
	for _, step := range []func(on child.On) (casework.Case, error){
		func(on child.On) (casework.Case, error) { return desk.Notify(ctx, kim, on) },
		func(on child.On) (casework.Case, error) {
			return desk.NoteAge(ctx, kim, on, child.AgeIn{Kind: child.Disputed, Source: child.ByAuthority, Note: "The passport in her bag says nineteen and shows somebody else."})
		},
		func(on child.On) (casework.Case, error) { return desk.Request(ctx, kim, on) },
		func(on child.On) (casework.Case, error) {
			return desk.Appoint(ctx, kim, on, child.AppointIn{Guardian: s.by("ines").User, Custody: "no", Related: "no"})
		},
		func(on child.On) (casework.Case, error) {
			return desk.Arrange(ctx, kim, on, child.CareIn{Kind: "foster", Provider: kim.Organisation, From: now, Review: now.Add(30 * 24 * time.Hour)})
		},
		func(on child.On) (casework.Case, error) {
			return desk.Assess(ctx, kim, on, child.InterestIn{Action: "placement", InInterest: "yes", Reasons: "Both girls trust one another; the family has room for two.", Hearing: heard})
		},
		func(on child.On) (casework.Case, error) {
			return desk.NoteBirth(ctx, kim, on, child.BirthIn{Year: now.Year() - 15, Month: 3})
		},
		func(on child.On) (casework.Case, error) {
			return desk.NoteLife(ctx, kim, on, child.EntryIn{Area: "school", Status: "enrolled"})
		},
		func(on child.On) (casework.Case, error) {
			return desk.Trigger(ctx, kim, on, child.TriggerIn{Question: "solution"})
		},
		func(on child.On) (casework.Case, error) {
			return desk.Collect(ctx, kim, on, child.CollectIn{N: 1, Note: "Her aunt answers the telephone and does not ask where she is."})
		},
	} {
		if c, err = step(child.On{Case: c.ID, Version: c.Version}); err != nil {
			return err
		}
	}
	_, err = desk.Speak(ctx, s.by("ines"), c.ID, child.SpeakIn{Recipient: orgOf(demo.Clinic), Purpose: consent.Assistance, Agreed: true,
		Classes: []string{"identity"}, Until: now.Add(180 * 24 * time.Hour), SpokenBy: consent.Guardian})
	return err
}
