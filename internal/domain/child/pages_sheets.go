package child

import (
	"context"
	"time"

	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
)

// doing reads a form and calls its verb.
type doing func(d *Desk, ctx context.Context, by By, on On, f web.Form) error

// sheets are the forms of a child's page.
var sheets = []sheet{
	{"review", Review, nil, plain((*Desk).Review)},
	{"notify", Notify, nil, plain((*Desk).Notify)},
	{"age", NoteAge, ageForm, filled((*Desk).NoteAge, readAge)},
	{"birth", NoteBirth, birthForm, filled((*Desk).NoteBirth, func(_ *Desk, f web.Form) BirthIn {
		return BirthIn{Year: int(numberOf(f, "year")), Month: int(numberOf(f, "month"))}
	})},
	{"guardian/request", Request, nil, plain((*Desk).Request)},
	{"guardian/appoint", Appoint, appointForm, filled((*Desk).Appoint, func(_ *Desk, f web.Form) AppointIn {
		who, _ := id.Parse[id.User](f.Text("guardian"))
		return AppointIn{Guardian: who, Custody: f.Text("custody"), Related: f.Text("related")}
	})},
	{"guardian/end", EndGuardian, endForm, filled((*Desk).EndGuardian, func(_ *Desk, f web.Form) GuardianEndIn {
		return GuardianEndIn{Reason: f.Text("reason"), Replace: f.Text("replace") == "yes"}
	})},
	{"assess", Assess, assessForm, filled((*Desk).Assess, func(_ *Desk, f web.Form) InterestIn {
		return InterestIn{Action: f.Text("action"), InInterest: f.Text("in_interest"), Reasons: f.Text("reasons"), Hearing: readHearing(f)}
	})},
	{"determinations", Trigger, triggerForm, filled((*Desk).Trigger, func(_ *Desk, f web.Form) TriggerIn { return TriggerIn{f.Text("question")} })},
	{"determinations/collect", Collect, collectForm, filled((*Desk).Collect, func(_ *Desk, f web.Form) CollectIn {
		return CollectIn{N: numberOf(f, "determination"), Note: f.Text("note")}
	})},
	{"determinations/sit", Sit, nil, filled((*Desk).Sit, func(_ *Desk, f web.Form) SitIn { return SitIn{numberOf(f, "determination")} })},
	{"determinations/decide", Decide, decideForm, filled((*Desk).Decide, func(_ *Desk, f web.Form) BestInterestsIn {
		return BestInterestsIn{N: numberOf(f, "determination"), Outcome: f.Text("outcome"), Options: f.Text("options"), Reasons: f.Text("reasons"), Hearing: readHearing(f)}
	})},
	{"care", Arrange, careForm, filled((*Desk).Arrange, func(d *Desk, f web.Form) CareIn {
		provider, _ := id.Parse[id.Organisation](f.Text("provider"))
		return CareIn{Kind: f.Text("kind"), Provider: provider, From: d.dayOf(f, "from"), Review: d.dayOf(f, "review")}
	})},
	{"care/end", EndCare, nil, plain((*Desk).EndCare)},
	{"trace", Trace, traceForm, filled((*Desk).Trace, func(_ *Desk, f web.Form) TraceIn {
		return TraceIn{Assessment: numberOf(f, "assessment"), Word: word(f, "word")}
	})},
	{"missing", ReportMissing, missingForm, filled((*Desk).ReportMissing, readMissing)},
	{"missing/report", Report, nil, plain((*Desk).Report)},
	{"missing/found", Found, nil, plain((*Desk).Found)},
	{"missing/talk", Talk, talkForm, filled((*Desk).Talk, func(_ *Desk, f web.Form) TalkIn { return TalkIn{f.Text("talk")} })},
	{"life", NoteLife, lifeForm, filled((*Desk).NoteLife, readLife)},
	{"consents", Speak, speakForm, speaks},
	{"reconsent", Reconsent, reconsentForm, filled((*Desk).Reconsent, func(_ *Desk, f web.Form) ReconsentIn {
		var in ReconsentIn
		for _, text := range f.All("keep") {
			if c, err := id.Parse[id.Consent](text); err == nil {
				in.Keep = append(in.Keep, c)
			}
		}
		return in
	})},
	{"close", Close, closeForm, filled((*Desk).Close, func(_ *Desk, f web.Form) EndingIn { return EndingIn{f.Text("reason")} })},
	{"forget", Forget, nil, func(d *Desk, ctx context.Context, by By, on On, _ web.Form) error { return d.Forget(ctx, by, on.Case) }},
	{"reopen", Reopen, reopenForm, filled((*Desk).Reopen, readAge)},
}

// plain is a verb that asks nothing.
func plain(verb func(*Desk, context.Context, By, On) (casework.Case, error)) doing {
	return func(d *Desk, ctx context.Context, by By, on On, _ web.Form) error {
		_, err := verb(d, ctx, by, on)
		return err
	}
}

// filled is a verb with what a form says.
func filled[In any](verb func(*Desk, context.Context, By, On, In) (casework.Case, error), read func(*Desk, web.Form) In) doing {
	return func(d *Desk, ctx context.Context, by By, on On, f web.Form) error {
		_, err := verb(d, ctx, by, on, read(d, f))
		return err
	}
}

func word(f web.Form, name string) id.Consent {
	c, _ := id.Parse[id.Consent](f.Text(name)) // none, or no id at all, is no word
	return c
}

func readAge(_ *Desk, f web.Form) AgeIn {
	return AgeIn{Kind: AgeKind(f.Text("kind")), Source: f.Text("source"), Word: word(f, "word"), Note: f.Text("note")}
}

func readHearing(f web.Form) Hearing {
	return Hearing{Heard: f.Text("heard"), Unheard: f.Text("unheard"), Wishes: f.Text("wishes")}
}

// readMissing reads a day and a time of day: the clock counts hours.
func readMissing(d *Desk, f web.Form) MissingIn {
	day, ok := f.Date("last_seen")
	clock, err := time.Parse("15:04", f.Text("time"))
	if !ok || err != nil {
		return MissingIn{Note: f.Text("note")}
	}
	return MissingIn{LastSeen: d.on(day, clock.Hour(), clock.Minute()), Note: f.Text("note")}
}

func readLife(_ *Desk, f web.Form) EntryIn {
	in := EntryIn{Status: f.Text("status"), Note: f.Text("note")}
	for area, list := range Statuses {
		for _, s := range list {
			if s == in.Status {
				in.Area = area
			}
		}
	}
	return in
}

func speaks(d *Desk, ctx context.Context, by By, on On, f web.Form) error {
	recipient, _ := id.Parse[id.Organisation](f.Text("recipient"))
	_, err := d.Speak(ctx, by, on.Case, SpeakIn{Recipient: recipient, Purpose: consent.Purpose(f.Text("purpose")), Agreed: f.Text("agreed") == "yes",
		Classes: f.All("classes"), Until: d.dayOf(f, "until"), SpokenBy: consent.Speaker(f.Text("spoken_by")), Language: f.Text("language")})
	return err
}
