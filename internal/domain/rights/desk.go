package rights

import (
	"context"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology/indicator"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground    *act.Ground
	Screening *indicator.Instrument
	Node      policy.Actor  // the node itself, for jobs
	Helps     casework.Type // of the cases beside which one of rights can be begun
	// Signs are the types of case that say of somebody, while they are open, that she
	// may be a victim: those of help, of identification, of rights.
	Signs []casework.Type
}

// By is who asks at the desk.
type By = policy.Actor

func ask(by By, verb policy.Verb, purpose policy.Purpose, kind, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: kind, ID: recordID}, Purpose: purpose}
}

// onCase asks about her case. What a lawyer does for her is assistance (CETS 197,
// Article 12(1)(d) and (e)); justice is the purpose of what a prosecutor is told.
func onCase(by By, verb policy.Verb, c id.Case) policy.Ask {
	return ask(by, verb, consent.Assistance, "case", c.String())
}

// CaseView is a case as its page shows it.
type CaseView struct {
	Case      casework.Case
	Person    casework.Person
	Alias     act.Shown[string]
	Name      act.Shown[string]
	Phone     act.Shown[string]
	Note      act.Shown[string]
	Consents  []consent.Consent // as they stand
	Mandates  []Mandate
	Acts      []CompelledAct
	Requests  []Request
	Claims    []Claim
	Returns   []VoluntaryReturn
	Measures  []Measure
	Referrals []casework.Referral
	Tasks     []casework.Task
	Course    []casework.Step
	Steps     []Step // of requests and claims
	Holders   map[id.User]string
	Can       []policy.Verb
	Names     map[id.Organisation]string
	Directory []casework.Organisation
	Asks      bool // to be looked at again
	Now       time.Time
}

// See shows one case of one's own organisation.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (CaseView, error) {
	return act.Look(ctx, d.Ground, onCase(by, See, c), func(a *act.Act) (CaseView, error) { return view(a, c) })
}

func view(a *act.Act, c id.Case) (v CaseView, err error) {
	v.Now = a.Now().In(a.Zone())
	if v.Case, v.Person, err = casework.CaseAndPerson(a, Case, c); err != nil {
		return v, err
	}
	a.Touch("person", v.Person.ID.String())
	if err = v.person(a); err != nil {
		return v, err
	}
	if err = v.proceedings(a); err != nil {
		return v, err
	}
	for _, verb := range append(Case.Can(v.Case.State), Consent, Withdraw, Finish, Forget) {
		if a.May(verb) {
			v.Can = append(v.Can, verb)
		}
	}
	return v, v.around(a)
}

func (v *CaseView) person(a *act.Act) (err error) {
	for _, f := range []struct {
		to   *act.Shown[string]
		from sealed
	}{{&v.Alias, v.Person.Alias}, {&v.Name, v.Person.Name}, {&v.Phone, v.Person.Phone}, {&v.Note, v.Case.Note}} {
		if *f.to, err = act.Show(a, f.from); err != nil {
			return err
		}
	}
	v.Consents, err = consent.Of(a.Ctx(), a.Tx(), v.Person.ID)
	return err
}

// proceedings reads what is done for her rights.
func (v *CaseView) proceedings(a *act.Act) (err error) {
	her := v.Person.Subject
	if v.Mandates, err = mandatesOf(a, v.Case.ID); err != nil {
		return err
	}
	if v.Acts, err = actsOf(a, v.Case, her); err != nil {
		return err
	}
	if v.Requests, err = requestsOf(a, v.Case, her); err != nil {
		return err
	}
	for i, r := range v.Requests {
		if v.Requests[i].Why, err = act.Show(a, r.Reasons); err != nil {
			return err
		}
	}
	if v.Claims, err = claimsOf(a, v.Case.ID); err != nil {
		return err
	}
	if v.Returns, err = returnsOf(a, v.Case, her); err != nil {
		return err
	}
	v.Measures, err = measuresOf(a, v.Case, her)
	return err
}

// around reads what every case has: referrals, tasks, its course and its clock.
func (v *CaseView) around(a *act.Act) (err error) {
	if v.Referrals, err = casework.ReferralsOf(a, v.Case.ID); err != nil {
		return err
	}
	if v.Tasks, err = casework.TasksOf(a, v.Case.ID); err != nil {
		return err
	}
	if v.Course, err = casework.Course(a, v.Case.ID); err != nil {
		return err
	}
	if v.Steps, err = stepsOf(a, v.Case.ID); err != nil {
		return err
	}
	v.Holders = holders(a, v.Mandates)
	if _, v.Asks, err = casework.ReviewDue(a, v.Case.ID); err != nil {
		return err
	}
	if v.Directory, err = casework.Organisations(a.Ctx(), a.Tx()); err != nil {
		return err
	}
	var who []id.Organisation
	for _, c := range v.Consents {
		who = append(who, c.Recipient)
	}
	for _, r := range v.Referrals {
		who = append(who, r.Recipient)
	}
	for _, r := range v.Requests {
		who = append(who, r.Accuser)
	}
	v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), who)
	return err
}

// Page bounds a list: up to Limit rows after a row.
type Page struct {
	After sqldb.After
	Limit int
}

// ListView is what waits for the lawyers of an organisation.
type ListView struct {
	Cases  []casework.Case
	Asked  []casework.Referral // not answered yet
	Tasks  []casework.Task
	Beside []casework.Case // of help, beside which a case of rights can be begun
	Names  map[id.Organisation]string
	Totals []Total
	Speed  Speed
	Take   bool
	Now    time.Time
}

// Total is what the claims of an organisation's cases have come to, by currency.
type Total struct{ Asked, Awarded, Paid Amount }

// Speed is how long requests took from flag to decision.
type Speed struct{ Open, Decided, Median int }

// listRows bounds the parts of the list beside the cases.
const listRows = 50

// List lists the cases of one's organisation, the last moved first, with what is
// asked of it and what its cases have come to.
func (d *Desk) List(ctx context.Context, by By, p Page) (ListView, error) {
	return act.Look(ctx, d.Ground, onCase(by, List, id.Case{}), func(a *act.Act) (v ListView, err error) {
		v.Now = a.Now().In(a.Zone())
		if v.Cases, err = casework.Cases(a, Case, by.Organisation, p.After, p.Limit); err != nil {
			return v, err
		}
		for _, c := range v.Cases {
			a.Touch("case", c.ID.String())
		}
		if err = v.work(a, by); err != nil {
			return v, err
		}
		if by.Has("caseworker") {
			beside, err := casework.Cases(a, d.Helps, by.Organisation, sqldb.After{}, listRows)
			if err != nil {
				return v, err
			}
			v.Beside = slices.DeleteFunc(beside, func(c casework.Case) bool { return !d.Helps.Open(c.State) })
			for _, c := range v.Beside {
				a.Touch("case", c.ID.String())
			}
		}
		return v, v.figures(a, by)
	})
}

func (v *ListView) work(a *act.Act, by By) error {
	if by.Has("lawyer") {
		asked, err := casework.Inbox(a, by.Organisation, false, sqldb.After{}, listRows)
		if err != nil {
			return err
		}
		var from []id.Organisation
		for _, r := range asked {
			if r.Need == needLawyer && r.State == casework.Sent {
				a.Touch("referral", r.ID.String())
				v.Asked, from = append(v.Asked, r), append(from, r.Organisation)
			}
		}
		if v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), from); err != nil {
			return err
		}
	}
	tasks, err := casework.OpenTasks(a, by.Organisation, sqldb.After{}, listRows)
	for _, t := range tasks {
		if t.CaseType == Case.Name {
			a.Touch("case", t.Case.String())
			v.Tasks = append(v.Tasks, t)
		}
	}
	return err
}

// figures are the metric of protection.md §9, and what came of the claims: a remedy
// is done when it is paid.
func (v *ListView) figures(a *act.Act, by By) error {
	q := db.New(a.Tx())
	rows, err := q.RequestsOf(a.Ctx(), by.Organisation.String())
	if err != nil {
		return fault.Wrap("rights.figures", err)
	}
	var took []int
	for _, r := range rows {
		if r.DecidedAt == 0 {
			v.Speed.Open++
			continue
		}
		took = append(took, Request{Flagged: clock.FromStored(r.FlaggedAt), Decided: clock.FromStored(r.DecidedAt)}.Days(v.Now))
	}
	slices.Sort(took)
	if v.Speed.Decided = len(took); len(took) > 0 {
		v.Speed.Median = took[len(took)/2]
	}
	sums, err := q.Totals(a.Ctx(), by.Organisation.String())
	for _, s := range sums {
		v.Totals = append(v.Totals, Total{Amount{s.Currency, s.Asked}, Amount{s.Currency, s.Awarded}, Amount{s.Currency, s.Paid}})
	}
	return fault.Wrap("rights.figures", err)
}
