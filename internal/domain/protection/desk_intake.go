package protection

import (
	"cmp"
	"context"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// notice is the version of the notice in catalog/notices that is read to her.
const notice = "assistance-1"

// consentDays is how long a consent for a referral holds, and answerHours how
// long a service has to answer. Defaults of the desk: law sets neither.
const (
	consentDays = 90
	answerHours = 24
)

// Screened is what became of an intake.
type Screened struct {
	Case      casework.Case
	Signal    id.Signal
	Result    indicator.Result
	Referrals []casework.Referral
	Refused   []id.Service // she said no: nothing was sent
}

// Screen records a first contact: the signal of what was seen, the case of help,
// its tasks, her word on each sharing, and the referrals she agreed to, all or
// nothing. The result of the screening is shown to the worker; it closes nothing
// and denies nothing (hard rule 4 of protection.md §1).
func (d *Desk) Screen(ctx context.Context, by By, in Intake) (Screened, error) {
	if err := cmp.Or(in.Check(), d.Screening.Check(in.Answers)); err != nil {
		return Screened{}, err
	}
	return act.Do(ctx, d.Ground, d.ask(by, Screen, "case", ""), func(a *act.Act) (out Screened, err error) {
		done, err := evidence.Record(a, in.incoming(a.Now()), id.Import{})
		if err != nil {
			return out, err
		}
		out.Signal = done.ID
		out.Result = d.Screening.Screen(in.Answers, in.age())
		p, err := casework.AddPerson(a, casework.Person{
			Alias: seal.Text(seal.Identity, in.Alias), Name: seal.Text(seal.Identity, in.Name), Phone: seal.Text(seal.Contact, in.Phone),
			Safety: orUnknown(in.Safety), Language: in.Language, Age: in.age()})
		if err != nil {
			return out, err
		}
		c := casework.Case{Signal: done.ID, Risk: risk(in.Danger), Note: seal.Text(seal.Narrative, in.Note)}
		if out.Case, err = casework.Open(a, Case, p, c, Screen); err != nil {
			return out, err
		}
		if err := d.firstTasks(a, out.Case, in); err != nil {
			return out, err
		}
		if err := d.shares(a, p, in, &out); err != nil {
			return out, err
		}
		return out, casework.DropDraft(a, IntakeForm)
	})
}

func (d *Desk) firstTasks(a *act.Act, c casework.Case, in Intake) error {
	due := clock.Day(a.Now().In(a.Zone()), 4).Add(-time.Second) // the third day still counts
	kinds := []string{"risk_assessment"}
	if in.Danger == "yes" {
		due = a.Now()
	}
	if in.age().TreatedAsChild() {
		// CETS 197 Art. 10(4): a child without a guardian gets one.
		kinds = append(kinds, "guardian")
	}
	for _, need := range in.Needs {
		kinds = append(kinds, "need_"+need)
	}
	for _, k := range kinds {
		if _, err := casework.AddTask(a, c, k, due); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) shares(a *act.Act, p casework.Person, in Intake, out *Screened) error {
	payload := in.payload()
	agreed, err := agreedTo(a, in.Share)
	if err != nil {
		return err
	}
	for _, s := range in.Share {
		service, err := casework.ServiceByID(a.Ctx(), a.Tx(), s.Service)
		if err != nil {
			return err
		}
		word := consent.Consent{State: consent.Refused, Person: p.ID, Purpose: consent.Assistance, Recipient: service.Organisation,
			Language: in.Language, Interpreter: in.Interpreter, Notice: notice, Capacity: true, SpokenBy: in.speaker(),
			RecordedBy: a.Actor().User, RecordedAt: a.Now()}
		if s.Agreed {
			word.State, word.Classes, word.Until = consent.Given, s.classes(), a.Now().AddDate(0, 0, consentDays)
		}
		if !s.Agreed && agreed[service.Organisation] {
			out.Refused = append(out.Refused, s.Service)
			continue // the organisation was agreed to, for another of its services
		}
		cid, err := consent.Give(a.Ctx(), a.Tx(), word, p.Age.TreatedAsChild())
		if err != nil {
			return err
		}
		if !s.Agreed {
			out.Refused = append(out.Refused, s.Service)
			continue
		}
		if out.Case, err = casework.MoveBy(a, Case, out.Case, Refer, casework.With{Word: cid}); err != nil {
			return err
		}
		r, err := d.send(a, p, out.Case, service, cid, payload)
		if err != nil {
			return err
		}
		out.Referrals = append(out.Referrals, r)
	}
	return nil
}

// agreedTo lists the organisations of which at least one service may know of her.
func agreedTo(a *act.Act, shares []Share) (map[id.Organisation]bool, error) {
	out := map[id.Organisation]bool{}
	for _, s := range shares {
		service, err := casework.ServiceByID(a.Ctx(), a.Tx(), s.Service)
		if err != nil {
			return nil, err
		}
		out[service.Organisation] = out[service.Organisation] || s.Agreed
	}
	return out, nil
}

func (d *Desk) send(a *act.Act, p casework.Person, c casework.Case, s casework.Service, word id.Consent, payload casework.Payload) (casework.Referral, error) {
	expires := a.Now().Add(answerHours * time.Hour)
	r, err := casework.Send(a, p, c, casework.Referral{Recipient: s.Organisation, Service: s.ID, Need: s.Need, Consent: word}, consent.Assistance, payload, expires)
	if err != nil {
		return casework.Referral{}, err
	}
	return r, a.Later(JobExpire, "referral", r.ID.String(), expires)
}

// IntakeForm is the name of the draft of an intake.
const IntakeForm = "intake"

// KeepDraft keeps an unfinished intake of the actor, sealed.
func (d *Desk) KeepDraft(ctx context.Context, by By, in Intake) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Draft, "case", ""), func(a *act.Act) (struct{}, error) {
		return struct{}{}, casework.SaveDraft(a, IntakeForm, in)
	})
	return err
}

// Draft gives the actor's unfinished intake back.
func (d *Desk) Draft(ctx context.Context, by By) (Intake, error) {
	return act.Look(ctx, d.Ground, d.ask(by, Draft, "case", ""), func(a *act.Act) (Intake, error) {
		return casework.Draft[Intake](a, IntakeForm)
	})
}

// DropDraft throws the actor's unfinished intake away.
func (d *Desk) DropDraft(ctx context.Context, by By) error {
	_, err := act.Do(ctx, d.Ground, d.ask(by, Draft, "case", ""), func(a *act.Act) (struct{}, error) {
		return struct{}{}, casework.DropDraft(a, IntakeForm)
	})
	return err
}

// Services ranks the services that answer each need.
func (d *Desk) Services(ctx context.Context, by By, needs []string, language string, age evidence.AgeClass) (map[string][]casework.Match, error) {
	return act.Look(ctx, d.Ground, d.ask(by, Draft, "case", ""), func(a *act.Act) (map[string][]casework.Match, error) {
		out := map[string][]casework.Match{}
		for _, n := range needs {
			m, err := casework.Matches(a.Ctx(), a.Tx(), n, language, age)
			if err != nil {
				return nil, err
			}
			out[n] = m
		}
		return out, nil
	})
}

func orUnknown(s casework.Safety) casework.Safety {
	if s == "" {
		return casework.NotKnown
	}
	return s
}

func risk(danger string) casework.Risk {
	switch danger {
	case "yes":
		return casework.RiskNow
	case "no":
		return casework.RiskLow
	}
	return casework.RiskUnknown
}
