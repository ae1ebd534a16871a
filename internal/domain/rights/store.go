package rights

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// place binds what is sealed to its table, column and row.
func place(column string, c id.Case, n ...int64) string {
	out := "rights_" + column + "/" + c.String()
	for _, i := range n {
		out += fmt.Sprintf("/%d", i)
	}
	return out
}

func mandatesOf(a *act.Act, c id.Case) ([]Mandate, error) {
	rows, err := db.New(a.Tx()).Mandates(a.Ctx(), c.String())
	out := make([]Mandate, len(rows))
	for i, r := range rows {
		out[i] = Mandate{N: r.N, Scope: strings.Fields(r.Scope), Holder: id.Trusted[id.User](r.Holder), Since: clock.FromMicro(r.Since), Until: clock.FromStored(r.Until), Ended: clock.FromStored(r.EndedAt)}
	}
	return out, fault.Wrap("rights.mandatesOf", err)
}

// held tells whether somebody speaks for her now.
func held(a *act.Act, c id.Case) (bool, error) {
	list, err := mandatesOf(a, c)
	for _, m := range list {
		if m.Holds(a.Now()) {
			return true, err
		}
	}
	return false, err
}

func actsOf(a *act.Act, c casework.Case, her id.Subject) ([]CompelledAct, error) {
	rows, err := db.New(a.Tx()).Acts(a.Ctx(), c.ID.String())
	out := make([]CompelledAct, len(rows))
	for i, r := range rows {
		out[i] = CompelledAct{N: r.N, Offence: r.Offence, Month: r.Month, Custody: r.Custody, Made: clock.FromMicro(r.MadeAt),
			Link: seal.Stored[string](seal.Narrative, her, place("act/link", c.ID, r.N), r.Link)}
		if err == nil {
			out[i].How, err = act.Show(a, out[i].Link)
		}
	}
	return out, fault.Wrap("rights.actsOf", err)
}

func requestsOf(a *act.Act, c casework.Case, her id.Subject) ([]Request, error) {
	rows, err := db.New(a.Tx()).Requests(a.Ctx(), c.ID.String())
	out := make([]Request, len(rows))
	for i, r := range rows {
		out[i] = requestFromRow(r)
		out[i].Reasons = seal.Stored[string](seal.Narrative, her, place("request/reasons", c.ID, r.N), r.Reasons)
	}
	return out, fault.Wrap("rights.requestsOf", err)
}

func requestFromRow(r db.RightsRequest) Request {
	out := Request{N: r.N, Act: r.Act, State: RequestState(r.State), Outcome: r.Outcome, Flagged: clock.FromMicro(r.FlaggedAt), Decided: clock.FromStored(r.DecidedAt), Silent: clock.FromStored(r.SilentAt)}
	if r.Accuser != "" {
		out.Accuser = id.Trusted[id.Organisation](r.Accuser)
	}
	if r.Word != "" {
		out.Word = id.Trusted[id.Consent](r.Word)
	}
	if r.Referral != "" {
		out.Told = id.Trusted[id.Referral](r.Referral)
	}
	return out
}

// requestOf is one request of a case.
func requestOf(a *act.Act, c casework.Case, n int64) (Request, error) {
	list, err := requestsOf(a, c, id.Subject{})
	for _, r := range list {
		if r.N == n {
			return r, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "rights.requestOf", "fault.not_found")
	}
	return Request{}, err
}

// moveRequest takes a request to a state and writes down how it came there.
func moveRequest(a *act.Act, c id.Case, r Request, to RequestState, outcome string) (Request, error) {
	from := r.State
	r.State, r.Outcome = to, outcome
	if to == Granted || to == Refused {
		r.Decided = a.Now()
	}
	err := db.New(a.Tx()).MoveRequest(a.Ctx(), db.MoveRequestParams{State: string(to), Outcome: outcome, DecidedAt: clock.Stored(r.Decided), Case: c.String(), N: r.N})
	if err != nil {
		return r, fault.Wrap("rights.moveRequest", err)
	}
	return r, step(a, c, "request", r.N, string(from), string(to), outcome)
}

func step(a *act.Act, c id.Case, thing string, n int64, from, to, outcome string) error {
	return fault.Wrap("rights.step", db.New(a.Tx()).InsertStep(a.Ctx(), db.InsertStepParams{Case: c.String(), Thing: thing, N: n,
		FromState: from, ToState: to, Outcome: outcome, Actor: a.Actor().User.String(), At: clock.Micro(a.Now())}))
}

// Step is how a request or a claim came to where it stands.
type Step struct {
	Thing string // request or claim
	N     int64
	To    string
	At    time.Time
}

func stepsOf(a *act.Act, c id.Case) ([]Step, error) {
	rows, err := db.New(a.Tx()).Steps(a.Ctx(), c.String())
	out := make([]Step, len(rows))
	for i, r := range rows {
		out[i] = Step{Thing: r.Thing, N: r.N, To: r.ToState, At: clock.FromMicro(r.At)}
	}
	return out, fault.Wrap("rights.stepsOf", err)
}

// claimsOf lists the claims of a case with their limits and payments.
func claimsOf(a *act.Act, c id.Case) ([]Claim, error) {
	q := db.New(a.Tx())
	rows, err := q.Claims(a.Ctx(), c.String())
	payments, perr := q.Payments(a.Ctx(), c.String())
	clocks, cerr := casework.ClocksOf(a, c)
	out := make([]Claim, len(rows))
	for i, r := range rows {
		out[i] = Claim{N: r.N, Route: Route(r.Route), State: ClaimState(r.State), Event: clock.FromMicro(r.EventAt), Currency: r.Currency, Asked: r.Asked, Awarded: r.Awarded, Paid: r.Paid}
		for _, k := range clocks {
			if k.Rule.Name == out[i].Route.Rule() {
				out[i].Clock = &k
			}
		}
		for _, p := range payments {
			if p.Claim == r.N {
				out[i].Payments = append(out[i].Payments, Payment{Minor: p.Amount, At: clock.FromMicro(p.At)})
			}
		}
	}
	return out, fault.Wrap("rights.claimsOf", errors.Join(err, perr, cerr))
}

func claimOf(a *act.Act, c id.Case, n int64) (Claim, error) {
	list, err := claimsOf(a, c)
	for _, k := range list {
		if k.N == n {
			return k, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "rights.claimOf", "fault.not_found")
	}
	return Claim{}, err
}

func moveClaim(a *act.Act, c id.Case, was, is Claim) error {
	err := db.New(a.Tx()).MoveClaim(a.Ctx(), db.MoveClaimParams{State: string(is.State), Currency: is.Currency, Asked: is.Asked, Awarded: is.Awarded, Paid: is.Paid, Case: c.String(), N: is.N})
	if err != nil || was.State == is.State {
		return fault.Wrap("rights.moveClaim", err)
	}
	return step(a, c, "claim", is.N, string(was.State), string(is.State), "")
}

func returnsOf(a *act.Act, c casework.Case, her id.Subject) ([]VoluntaryReturn, error) {
	rows, err := db.New(a.Tx()).Returns(a.Ctx(), c.ID.String())
	out := make([]VoluntaryReturn, len(rows))
	for i, r := range rows {
		out[i] = VoluntaryReturn{N: r.N, Word: id.Trusted[id.Consent](r.Word), FollowUp: clock.FromMicro(r.FollowUp), Made: clock.FromMicro(r.MadeAt),
			Assessment: seal.Stored[string](seal.Narrative, her, place("return/assessment", c.ID, r.N), r.Assessment)}
		if err == nil {
			out[i].Risk, err = act.Show(a, out[i].Assessment)
		}
	}
	return out, fault.Wrap("rights.returnsOf", err)
}

func measuresOf(a *act.Act, c casework.Case, her id.Subject) ([]Measure, error) {
	q := db.New(a.Tx())
	rows, err := q.Measures(a.Ctx(), c.ID.String())
	broken, berr := q.Breaches(a.Ctx(), c.ID.String())
	err = errors.Join(err, berr)
	out := make([]Measure, len(rows))
	for i, r := range rows {
		out[i] = Measure{N: r.N, Code: r.Code, Since: clock.FromMicro(r.Since), Until: clock.FromStored(r.Until)}
		for _, b := range broken {
			if b.Measure != r.N || err != nil {
				continue
			}
			one := Broken{Measure: r.N, At: clock.FromMicro(b.At), Done: seal.Stored[string](seal.Narrative, her, place("breach/done", c.ID, r.N, b.N), b.Done)}
			one.What, err = act.Show(a, one.Done)
			out[i].Breaches = append(out[i].Breaches, one)
		}
	}
	return out, fault.Wrap("rights.measuresOf", err)
}
