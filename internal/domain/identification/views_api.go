package identification

import (
	"context"
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
)

// What programs are answered is a promise: fields are added, never renamed and
// never taken away. It holds ids and codes only: who she is, and why it was decided,
// stays on the pages.

type nrmWord struct {
	Authority   id.Organisation `json:"authority"`
	Agreed      bool            `json:"agreed" doc:"What an adult said; a child, and who may be one, is not asked"`
	Classes     []string        `json:"classes,omitempty" doc:"Of identity, contact and narrative: what may be told"`
	Until       time.Time       `json:"until,omitzero"`
	Interpreter bool            `json:"interpreter,omitempty"`
}

type wordOut struct {
	Location string `header:"Location"`
	Body     nrmWordNoted
}

type nrmWordNoted struct {
	Consent id.Consent `json:"consent"`
}

type nrmReferral struct {
	Consent   id.Consent      `json:"consent,omitzero" doc:"An adult's live word for purpose nrm; it names the authority"`
	Authority id.Organisation `json:"authority,omitzero" doc:"Of a child: referred under the duty of the law"`
}

type referOut struct {
	Location string `header:"Location"`
	Body     nrmReferred
}

type nrmReferred struct {
	Referral id.Referral            `json:"referral"`
	State    casework.ReferralState `json:"state"`
	Duty     string                 `json:"duty,omitempty" doc:"Of the law, in the place of consent"`
}

type nrmNotice struct {
	Authority id.Organisation `json:"authority"`
	Form      string          `json:"form,omitempty" doc:"Kind of exploitation, HTCDS vic_TypeOfExploitation; empty if not known"`
}

type sentOut struct {
	ETag string `header:"ETag"`
	Body nrmSent
}

type nrmSent struct {
	Child       bool                    `json:"child" doc:"Treated as one: she is not asked for the word of an adult"`
	Authorities []casework.Organisation `json:"authorities" nullable:"false"`
	Referrals   []nrmSentRow            `json:"referrals" nullable:"false"`
	Notified    bool                    `json:"notified"`
}

type nrmSentRow struct {
	Referral  id.Referral            `json:"referral"`
	Authority id.Organisation        `json:"authority"`
	State     casework.ReferralState `json:"state"`
	Sent      time.Time              `json:"sent"`
	Outcomes  []nrmOutcome           `json:"outcomes" nullable:"false" doc:"For as long as it rests on her live word or on a duty"`
}

type nrmOutcome struct {
	Stage   law.Stage `json:"stage"`
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
}

func answerSent(v Prepared) nrmSent {
	return nrmSent{v.Child, append([]casework.Organisation{}, v.Authorities...), rest.Rows(v.Sent, func(s Sent) nrmSentRow {
		return nrmSentRow{s.ID, s.Recipient, s.State, s.Referral.Sent, rest.Rows(s.Outcomes, func(c Came) nrmOutcome { return nrmOutcome(c) })}
	}), v.Notified}
}

type acceptOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     determinationRow
}

type movedOut struct {
	ETag string `header:"ETag"`
	Body determinationRow
}

func movedOf(c casework.Case) *movedOut {
	return &movedOut{ETag: rest.Tag(c.Version), Body: rowOf(c)}
}

type determinationRow struct {
	ID      id.Case   `json:"id"`
	Code    string    `json:"code"`
	State   string    `json:"state"`
	Opened  time.Time `json:"opened"`
	Moved   time.Time `json:"moved"`
	Version int64     `json:"version"`
}

func rowOf(c casework.Case) determinationRow {
	return determinationRow{c.ID, c.Code, c.State, c.Opened, c.Moved, c.Version}
}

type listOut struct {
	Link string `header:"Link" doc:"The next page, with rel=next; absent on the last (RFC 8288)"`
	Body determinationList
}

type determinationList struct {
	rest.Items[determinationRow]
	Waiting  []nrmWaiting `json:"waiting" nullable:"false" doc:"Referrals that nobody has taken on, the earliest first"`
	Notified []nrmCounted `json:"notified" nullable:"false" doc:"Adults who did not want to be referred, by month: to count, not to find"`
}

type nrmWaiting struct {
	Referral id.Referral     `json:"referral"`
	From     id.Organisation `json:"from"`
	Sent     time.Time       `json:"sent"`
	Version  int64           `json:"version"`
}

type nrmCounted struct {
	Month string `json:"month"`
	Form  string `json:"form,omitempty"`
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

func answerQueue(ctx context.Context, in rest.Paged, q Queue) (*listOut, error) {
	page, err := rest.PageOf(ctx, in, "determinations", q.Cases, rowOf, func(c casework.Case) any { return afterCase(c) })
	if err != nil {
		return nil, err
	}
	return &listOut{Link: page.Link, Body: determinationList{page.Body, rest.Rows(q.Waiting, func(w Waiting) nrmWaiting { return nrmWaiting{w.ID, w.Organisation, w.Sent, w.Version} }),
		rest.Rows(q.Notified, func(c Counted) nrmCounted { return nrmCounted{c.Month, c.Form, c.Kind, c.N} })}}, nil
}

type seeOut struct {
	ETag string `header:"ETag"`
	Body determinationAnswer
}

type determinationAnswer struct {
	Case      determinationRow        `json:"case"`
	Duty      string                  `json:"duty,omitempty"`
	Child     bool                    `json:"child"`
	Decisions []determinationDecision `json:"decisions" nullable:"false"`
	Clocks    []determinationClock    `json:"clocks" nullable:"false"`
	Period    *protectedPeriod        `json:"period,omitempty"`
	Residence []residencePermit       `json:"residence" nullable:"false"`
	Tasks     []id.Task               `json:"tasks" nullable:"false" doc:"Open ones"`
	Unset     []string                `json:"unset" nullable:"false" doc:"Periods that the law of the State does not have"`
	Can       []Verb                  `json:"can" nullable:"false"`
}

type determinationDecision struct {
	Stage    law.Stage `json:"stage"`
	Outcome  Outcome   `json:"outcome"`
	Standard string    `json:"standard" doc:"By which it was made, as it stood that day"`
	Wording  string    `json:"wording"`
	Source   string    `json:"source"`
	At       time.Time `json:"at"`
}

type determinationClock struct {
	Rule   string    `json:"rule"`
	Source string    `json:"source"`
	Start  time.Time `json:"start"`
	Due    time.Time `json:"due,omitzero" doc:"Absent while it stands still"`
	Missed bool      `json:"missed"`
	Runs   bool      `json:"runs"`
}

type protectedPeriod struct {
	Start    time.Time `json:"start"`
	Until    time.Time `json:"until"`
	Source   string    `json:"source"`
	Extended bool      `json:"extended"`
	Ended    End       `json:"ended,omitempty"`
}

// permit is a residence permit, asked for or given.
type residencePermit struct {
	Ground Ground    `json:"ground" enum:"personal_situation,cooperation"`
	Until  time.Time `json:"until"`
}

// change of a protected period.
type periodChange struct {
	End     End       `json:"end,omitempty" enum:"withdrawn,public_order" doc:"Of an early end: there is no other"`
	Until   time.Time `json:"until,omitzero" doc:"Of an extension"`
	Reasons string    `json:"reasons" maxLength:"15000"`
	Source  string    `json:"source" maxLength:"500" doc:"Paragraph or article that allows it"`
}

func answerView(v View) determinationAnswer {
	out := determinationAnswer{Case: rowOf(v.Case), Duty: v.Duty, Child: v.Person.Age.TreatedAsChild(),
		Decisions: rest.Rows(v.Decisions, func(d Decided) determinationDecision {
			return determinationDecision{d.Stage, d.Outcome, d.Standard.ID, d.Standard.Wording, d.Standard.Source, d.At}
		}),
		Clocks: rest.Rows(v.Clocks, func(k casework.Clock) determinationClock {
			return determinationClock{k.Rule.Name, k.Rule.Source, k.Started, k.Due, !k.Missed.IsZero(), k.Runs()}
		}),
		Residence: rest.Rows(v.Grants, func(g Grant) residencePermit { return residencePermit{g.Ground, g.Until} }),
		Tasks:     rest.Rows(v.Tasks, func(t casework.Task) id.Task { return t.ID }),
		Unset:     append([]string{}, v.Unset...), Can: append([]Verb{}, v.Can...)}
	if p := v.Period; !p.Started.IsZero() {
		out.Period = &protectedPeriod{p.Started, p.Until, p.Law, p.Extended, p.End}
	}
	return out
}

type lawOut struct{ Body stateLaw }

type stateLaw struct {
	State     string          `json:"state"`
	Rules     []stateRule     `json:"rules" nullable:"false"`
	Standards []stateStandard `json:"standards" nullable:"false"`
	Duties    []stateDuty     `json:"duties" nullable:"false"`
	Missing   []string        `json:"missing" nullable:"false" doc:"Periods that the program asks for and nobody has entered"`
}

type stateRule struct {
	Name   string   `json:"name"`
	Start  string   `json:"start"`
	Amount int      `json:"amount"`
	Unit   law.Unit `json:"unit"`
	Source string   `json:"source"`
}

type stateStandard struct {
	ID       string    `json:"id"`
	Stage    law.Stage `json:"stage"`
	Wording  string    `json:"wording"`
	Evidence string    `json:"evidence,omitempty"`
	Source   string    `json:"source"`
}

type stateDuty struct {
	Code    string   `json:"code"`
	Does    law.Does `json:"does"`
	Wording string   `json:"wording"`
	Source  string   `json:"source"`
}

func answerLaw(v Laws) stateLaw {
	return stateLaw{v.State, rest.Rows(v.Rules, func(r law.Rule) stateRule { return stateRule{r.Name, r.Start, r.Amount, r.Unit, r.Source} }),
		rest.Rows(v.Standards, func(s law.Standard) stateStandard {
			return stateStandard{s.ID, s.Stage, s.Wording, s.Evidence, s.Source}
		}), rest.Rows(v.Duties, func(d law.Duty) stateDuty { return stateDuty(d) }), append([]string{}, v.Missing...)}
}

// decisionReasons are why something was decided.
type decisionReasons struct {
	Reasons string `json:"reasons" maxLength:"15000"`
}

type removalFlag struct {
	Kind string `json:"kind" enum:"removal,detention"`
}
