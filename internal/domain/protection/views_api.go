package protection

import (
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// What programs are answered is a promise: fields are added, never renamed and
// never taken away. What is answered to a POST holds ids and codes only.

type screenOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     screened
}

type screened struct {
	Case      id.Case       `json:"case"`
	Code      string        `json:"code" doc:"Said aloud instead of a name"`
	State     string        `json:"state"`
	Signal    id.Signal     `json:"signal"`
	Screening screening     `json:"screening"`
	Referrals []id.Referral `json:"referrals" nullable:"false"`
	Refused   []id.Service  `json:"refused" nullable:"false" doc:"Services of which the person said no: nothing was sent"`
}

// screening is the result of an instrument: shown to the worker, it closes
// nothing and denies nothing.
type screening struct {
	Instrument string            `json:"instrument"`
	Version    int               `json:"version"`
	Outcome    indicator.Outcome `json:"outcome"`
	Class      string            `json:"class,omitempty"`
	CanRise    bool              `json:"can_rise" doc:"Answers that are still missing could lead to a higher class"`
	Missing    []string          `json:"missing" nullable:"false"`
}

func screenedOf(s Screened) *screenOut {
	return &screenOut{
		Location: rest.Root + "/cases/" + s.Case.ID.String(), ETag: rest.Tag(s.Case.Version),
		Body: screened{
			Case: s.Case.ID, Code: s.Case.Code, State: s.Case.State, Signal: s.Signal,
			Screening: screening{s.Result.Instrument, s.Result.Version, s.Result.Outcome, s.Result.Class, s.Result.CanRise, append([]string{}, s.Result.Missing...)},
			Referrals: rest.Rows(s.Referrals, func(r casework.Referral) id.Referral { return r.ID }),
			Refused:   append([]id.Service{}, s.Refused...),
		},
	}
}

type caseRow struct {
	ID      id.Case       `json:"id"`
	Code    string        `json:"code"`
	State   string        `json:"state"`
	Risk    casework.Risk `json:"risk"`
	Opened  time.Time     `json:"opened"`
	Moved   time.Time     `json:"moved"`
	Version int64         `json:"version"`
}

func rowOfCase(c casework.Case) caseRow {
	return caseRow{c.ID, c.Code, c.State, c.Risk, c.Opened, c.Moved, c.Version}
}

type seeCaseOut struct {
	ETag string `header:"ETag"`
	Body caseAnswer
}

type caseAnswer struct {
	Case      caseRow       `json:"case"`
	Person    personAnswer  `json:"person"`
	Note      personalText  `json:"note"`
	Consents  []wordRow     `json:"consents" nullable:"false"`
	Referrals []referralRow `json:"referrals" nullable:"false"`
	Tasks     []taskRow     `json:"tasks" nullable:"false"`
	Can       []policy.Verb `json:"can" nullable:"false" doc:"Moves that the state of the case allows"`
}

// personalText is a text as far as the reader may see it.
type personalText struct {
	Value    string `json:"value,omitempty"`
	Withheld bool   `json:"withheld,omitempty" doc:"There is a value, and it is not for you, or not for this purpose"`
	Erased   bool   `json:"erased,omitempty" doc:"There was a value"`
}

type personAnswer struct {
	Alias    personalText      `json:"alias"`
	Name     personalText      `json:"name"`
	Phone    personalText      `json:"phone"`
	Safety   casework.Safety   `json:"safety" doc:"Of the phone; unknown is treated as unsafe"`
	Language string            `json:"language"`
	Age      evidence.AgeClass `json:"age" doc:"Empty: not known, and treated as a child"`
}

func caseOf(v CaseView) caseAnswer {
	return caseAnswer{
		Case: rowOfCase(v.Case), Note: personalText(v.Note), Can: append([]policy.Verb{}, v.Can...),
		Person:    personAnswer{personalText(v.Alias), personalText(v.Name), personalText(v.Phone), v.Person.Safety, v.Person.Language, v.Person.Age},
		Consents:  rest.Rows(v.Consents, func(c consent.Consent) wordRow { return rowOfWord(c, v.Now) }),
		Referrals: rest.Rows(v.Referrals, rowOfReferral),
		Tasks:     rest.Rows(v.Tasks, func(t casework.Task) taskRow { return taskRow{t.ID, t.Kind, t.Due, t.Done} }),
	}
}

type taskRow struct {
	ID   id.Task   `json:"id"`
	Kind string    `json:"kind"`
	Due  time.Time `json:"due"`
	Done bool      `json:"done"`
}

// word is her word as a worker notes it.
type word struct {
	Recipient   id.Organisation `json:"recipient"`
	Purpose     consent.Purpose `json:"purpose" enum:"assistance,identification,nrm,investigation"`
	Agreed      bool            `json:"agreed"`
	Classes     []string        `json:"classes,omitempty" doc:"Of identity, contact and narrative; all three if absent"`
	Until       time.Time       `json:"until,omitempty" doc:"Required if the person agreed"`
	SpokenBy    consent.Speaker `json:"spoken_by" enum:"self,guardian,best_interests"`
	Interpreter bool            `json:"interpreter,omitempty"`
}

type wordRow struct {
	ID        id.Consent      `json:"id"`
	State     consent.State   `json:"state"`
	Live      bool            `json:"live"`
	Purpose   consent.Purpose `json:"purpose"`
	Recipient id.Organisation `json:"recipient"`
	Classes   []string        `json:"classes" nullable:"false"`
	Until     time.Time       `json:"until,omitzero"`
	SpokenBy  consent.Speaker `json:"spoken_by"`
}

func rowOfWord(c consent.Consent, now time.Time) wordRow {
	row := wordRow{ID: c.ID, State: c.State, Live: c.Live(now), Purpose: c.Purpose, Recipient: c.Recipient, Classes: []string{}, SpokenBy: c.SpokenBy}
	for _, class := range seal.Sealable {
		if c.Classes.Has(class) {
			row.Classes = append(row.Classes, class.String())
		}
	}
	if c.State == consent.Given || c.State == consent.Narrowed {
		row.Until = c.Until
	}
	return row
}

type consentOut struct {
	Location string `header:"Location"`
	Body     consentGiven
}

type consentGiven struct {
	Consent id.Consent `json:"consent"`
}

// narrower is how far her word reaches from now on.
type narrower struct {
	Classes []string  `json:"classes" doc:"Of those that it covers now"`
	Until   time.Time `json:"until,omitempty" doc:"Not later than now; as before if absent"`
}

type narrowOut struct{ Body narrowed }

type narrowed struct {
	Consent id.Consent    `json:"consent"`
	State   consent.State `json:"state"`
	Until   time.Time     `json:"until"`
}

type withdrawOut struct{ Body withdrawn }

type withdrawn struct {
	Consent id.Consent    `json:"consent"`
	State   consent.State `json:"state"`
	Revoked []id.Referral `json:"revoked" nullable:"false" doc:"Referrals that were cut off"`
}

func withdrawnOf(w Withdrawn) withdrawn {
	return withdrawn{w.Consent.ID, w.Consent.State, rest.Rows(w.Revoked, func(r casework.Referral) id.Referral { return r.ID })}
}

// request asks a service to take the person on.
type request struct {
	Service id.Service `json:"service"`
	Consent id.Consent `json:"consent"`
}

type referOut struct {
	Location string `header:"Location"`
	Body     referralRow
}

type referralRow struct {
	ID      id.Referral            `json:"id"`
	Need    string                 `json:"need"`
	Service id.Service             `json:"service"`
	Consent id.Consent             `json:"consent"`
	State   casework.ReferralState `json:"state"`
	Reason  string                 `json:"reason,omitempty"`
	Sent    time.Time              `json:"sent"`
	Expires time.Time              `json:"expires"`
	Version int64                  `json:"version"`
}

func rowOfReferral(r casework.Referral) referralRow {
	return referralRow{r.ID, r.Need, r.Service, r.Consent, r.State, r.Reason, r.Sent, r.Expires, r.Version}
}

type receiveOut struct {
	ETag string `header:"ETag"`
	Body received
}

// received is a referral as its recipient sees it: exactly what she agreed to.
type received struct {
	Referral referralRow              `json:"referral"`
	From     string                   `json:"from"`
	Person   *casework.Payload        `json:"person,omitempty"`
	Withheld bool                     `json:"withheld,omitempty"`
	Erased   bool                     `json:"erased,omitempty"`
	Next     []casework.ReferralState `json:"next" nullable:"false"`
}

func receivedOf(v Received) received {
	out := received{Referral: rowOfReferral(v.Referral), From: v.From, Withheld: v.Payload.Withheld, Erased: v.Payload.Erased, Next: append([]casework.ReferralState{}, v.Next...)}
	if !out.Withheld && !out.Erased {
		out.Person = &v.Payload.Value
	}
	return out
}

// reply is a service's answer.
type reply struct {
	To     casework.ReferralState `json:"to" enum:"accepted,declined,in_service,completed,not_delivered"`
	Reason string                 `json:"reason,omitempty" doc:"A code; a service that says no gives one"`
}

type answerOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     referralRow
}

type lineRow struct {
	Number       int64          `json:"number" doc:"Line of the ledger"`
	At           time.Time      `json:"at"`
	Actor        string         `json:"actor"`
	Proposer     string         `json:"proposer,omitempty" doc:"Who proposed it, if the actor was the second person"`
	Organisation string         `json:"organisation"`
	Verb         string         `json:"verb"`
	Purpose      string         `json:"purpose"`
	Outcome      ledger.Outcome `json:"outcome"`
	Policies     []string       `json:"policies" nullable:"false" doc:"The rules that decided"`
	Classes      []string       `json:"classes" nullable:"false" doc:"Classes of fields that were opened"`
}

func rowOfLine(e Saw) lineRow {
	return lineRow{e.N, e.At, e.Actor, e.Proposer, e.Entry.Organisation, e.Verb, e.Purpose, e.Outcome, append([]string{}, e.Policies...), append([]string{}, e.Classes...)}
}
