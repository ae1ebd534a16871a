package rights

import (
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// What programs send and are answered is a promise: fields are added, never renamed
// and never taken away. What is answered to a POST holds ids and codes only.

type mandateBody struct {
	Scope []string  `json:"scope" nullable:"false"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitempty"`
}

type actBody struct {
	Offence string `json:"offence"`
	Month   string `json:"month,omitempty" doc:"YYYY-MM"`
	Custody string `json:"custody" enum:"free,detained,remanded,serving,unknown"`
	Link    string `json:"link,omitempty" doc:"How it hangs together with her exploitation"`
}

type custodyBody struct {
	Act     int64  `json:"act"`
	Custody string `json:"custody" enum:"free,detained,remanded,serving,unknown"`
}

type submitBody struct {
	Request   int64           `json:"request"`
	Recipient id.Organisation `json:"recipient"`
	Consent   id.Consent      `json:"consent,omitempty" doc:"Her word for justice; absent: a duty of the law, if there is one"`
	Text      string          `json:"text"`
}

type advanceBody struct {
	Request int64        `json:"request"`
	To      RequestState `json:"to" enum:"stayed,granted,refused,reviewed"`
	Outcome string       `json:"outcome,omitempty"`
	Reasons string       `json:"reasons,omitempty" doc:"Of a refusal, which needs them"`
}

type claimBody struct {
	Route Route     `json:"route" enum:"criminal_order,civil_claim,state_fund,wage_claim"`
	Event time.Time `json:"event" doc:"From which its limitation is counted"`
}

type pursueBody struct {
	Claim    int64      `json:"claim"`
	To       ClaimState `json:"to" enum:"prepared,filed,awarded,refused,appealed,enforcing"`
	Currency string     `json:"currency,omitempty" doc:"ISO 4217"`
	Amount   int64      `json:"amount,omitempty" doc:"In minor units: asked when prepared, awarded when awarded"`
}

type paymentBody struct {
	Claim    int64  `json:"claim"`
	Currency string `json:"currency" doc:"ISO 4217"`
	Amount   int64  `json:"amount" doc:"In minor units"`
}

type returnBody struct {
	Consent    id.Consent `json:"consent" doc:"Her word for her return"`
	Assessment string     `json:"assessment"`
	Pending    string     `json:"pending" enum:"yes,no,unknown" doc:"Is her identification or a protected period running?"`
	FollowUp   time.Time  `json:"follow_up"`
}

type measureBody struct {
	Code  string    `json:"code"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitempty"`
}

type breachBody struct {
	Measure int64  `json:"measure"`
	Done    string `json:"done"`
}

type endBody struct {
	Reason string `json:"reason" enum:"finished,transferred,her_wish,death,other"`
}

type giveWord struct {
	Recipient   id.Organisation `json:"recipient"`
	Purpose     consent.Purpose `json:"purpose" enum:"justice,return,assistance"`
	Agreed      bool            `json:"agreed"`
	Classes     []string        `json:"classes,omitempty" doc:"Of identity, contact and narrative"`
	Until       time.Time       `json:"until,omitempty" doc:"Required if the person agreed"`
	SpokenBy    consent.Speaker `json:"spoken_by" enum:"self,guardian,best_interests"`
	Interpreter bool            `json:"interpreter,omitempty"`
}

type wordOut struct {
	Location string `header:"Location"`
	Body     wordGiven
}

type wordGiven struct {
	Consent id.Consent `json:"consent"`
}

type revokedOut struct{ Body revoked }

type revoked struct {
	Revoked []id.Referral `json:"revoked" nullable:"false" doc:"What the prosecutor was told, and is told no more"`
}

type rightsRow struct {
	ID      id.Case   `json:"id"`
	Code    string    `json:"code"`
	State   string    `json:"state"`
	Moved   time.Time `json:"moved"`
	Version int64     `json:"version"`
}

func rowOfCase(c casework.Case) rightsRow {
	return rightsRow{c.ID, c.Code, c.State, c.Moved, c.Version}
}

type seeOut struct {
	ETag string `header:"ETag"`
	Body rightsAnswer
}

type rightsAnswer struct {
	Case     rightsRow     `json:"case"`
	Alias    ownText       `json:"alias"`
	Name     ownText       `json:"name"`
	Note     ownText       `json:"note"`
	Mandates []mandateRow  `json:"mandates" nullable:"false"`
	Acts     []actRow      `json:"acts" nullable:"false"`
	Requests []requestRow  `json:"requests" nullable:"false"`
	Claims   []claimRow    `json:"claims" nullable:"false"`
	Measures []measureRow  `json:"measures" nullable:"false"`
	Can      []policy.Verb `json:"can" nullable:"false"`
}

// ownText is a text as far as the reader may see it.
type ownText struct {
	Value    string `json:"value,omitempty"`
	Withheld bool   `json:"withheld,omitempty"`
	Erased   bool   `json:"erased,omitempty"`
}

func textOf(v act.Shown[string]) ownText { return ownText(v) }

type mandateRow struct {
	Scope []string  `json:"scope" nullable:"false"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
	Ended time.Time `json:"ended,omitzero"`
}

type actRow struct {
	Act     int64   `json:"act"`
	Offence string  `json:"offence"`
	Month   string  `json:"month,omitempty"`
	Custody string  `json:"custody"`
	Link    ownText `json:"link"`
}

type requestRow struct {
	Request int64        `json:"request"`
	Act     int64        `json:"act"`
	State   RequestState `json:"state"`
	Outcome string       `json:"outcome,omitempty"`
	Reasons ownText      `json:"reasons"`
	Flagged time.Time    `json:"flagged"`
	Decided time.Time    `json:"decided,omitzero"`
	Days    int          `json:"days" doc:"From the flag to the decision, or until now"`
	Silent  bool         `json:"silent" doc:"Nothing further is told to the prosecutor"`
}

type claimRow struct {
	Claim         int64      `json:"claim"`
	Route         Route      `json:"route"`
	State         ClaimState `json:"state"`
	Limit         time.Time  `json:"limit,omitzero"`
	NotConfigured bool       `json:"not_configured" doc:"Nobody has entered the State's limitation"`
	Currency      string     `json:"currency,omitempty"`
	Asked         int64      `json:"asked"`
	Awarded       int64      `json:"awarded"`
	Paid          int64      `json:"paid"`
}

type measureRow struct {
	Measure  int64     `json:"measure"`
	Code     string    `json:"code"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until,omitzero"`
	Breaches int       `json:"breaches"`
}

func answerOf(v CaseView) rightsAnswer {
	return rightsAnswer{
		Case: rowOfCase(v.Case), Alias: textOf(v.Alias), Name: textOf(v.Name), Note: textOf(v.Note), Can: append([]policy.Verb{}, v.Can...),
		Mandates: rest.Rows(v.Mandates, func(m Mandate) mandateRow { return mandateRow{m.Scope, m.Since, m.Until, m.Ended} }),
		Acts: rest.Rows(v.Acts, func(x CompelledAct) actRow {
			return actRow{x.N, x.Offence, x.Month, x.Custody, textOf(x.How)}
		}),
		Requests: rest.Rows(v.Requests, func(r Request) requestRow {
			return requestRow{r.N, r.Act, r.State, r.Outcome, textOf(r.Why), r.Flagged, r.Decided, r.Days(v.Now), !r.Silent.IsZero()}
		}),
		Claims: rest.Rows(v.Claims, rowOfClaim),
		Measures: rest.Rows(v.Measures, func(m Measure) measureRow {
			return measureRow{m.N, m.Code, m.Since, m.Until, len(m.Breaches)}
		}),
	}
}

func rowOfClaim(c Claim) claimRow {
	row := claimRow{Claim: c.N, Route: c.Route, State: c.State, NotConfigured: c.Clock == nil, Currency: c.Currency, Asked: c.Asked, Awarded: c.Awarded, Paid: c.Paid}
	if c.Clock != nil {
		row.Limit = c.Clock.Due
	}
	return row
}
