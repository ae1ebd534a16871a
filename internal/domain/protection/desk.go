package protection

import (
	"context"
	"time"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground    *act.Ground
	Screening *indicator.Instrument
	Node      policy.Actor // the node itself, for jobs
	// Pages are where the cases of each type have their page, for lists across desks.
	Pages map[string]string
	// Links lead from a case to what other desks do for the same person.
	Links []Link
	// Unlink removes what was derived from mentions that are forgotten.
	Unlink func(*act.Act, []evidence.Mention) error
	// Beside forget what other desks keep of a person whom this one forgets.
	Beside []func(*act.Act, id.Person) error
}

// Link leads to another desk's page about a case.
type Link struct {
	Text      string // its message
	Path      string // before the id of the case
	OnlyChild bool   // of somebody who is treated as a child
	Verb      Verb   // that the page takes; empty: everybody's who sees the case
}

// By is who asks at the desk; what they do here is assistance.
type By = policy.Actor

func (d *Desk) ask(by By, verb policy.Verb, kind, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: kind, ID: recordID}, Purpose: consent.Assistance}
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
	Words     []consent.Consent // every word, oldest first
	Referrals []casework.Referral
	Services  map[id.Service]casework.Service
	Names     map[id.Organisation]string
	Tasks     []casework.Task
	Course    []casework.Step
	Can       []policy.Verb
	Links     []Link
	Proposed  []Proposed // what waits for a second pair of eyes
	ReviewDue time.Time
	Asks      bool                        // to be looked at again
	Matches   map[string][]casework.Match // services by open need; filled for the page
	Now       time.Time
}

// See shows one case of one's own organisation, to help the person.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (CaseView, error) {
	return d.SeeFor(ctx, by, consent.Assistance, c)
}

// SeeFor shows one case to somebody who says what it is read for; what that
// purpose does not open stays withheld.
func (d *Desk) SeeFor(ctx context.Context, by By, purpose policy.Purpose, c id.Case) (CaseView, error) {
	ask := d.ask(by, See, "case", c.String())
	ask.Purpose = purpose
	return act.Look(ctx, d.Ground, ask, func(a *act.Act) (CaseView, error) { return d.view(a, c) })
}

func (d *Desk) view(a *act.Act, c id.Case) (v CaseView, err error) {
	v.Now = a.Now().In(a.Zone())
	if v.Case, err = casework.CaseOf(a, Case, c); err != nil {
		return v, err
	}
	if v.Person, err = casework.PersonByID(a.Ctx(), a.Tx(), v.Case.Person); err != nil {
		return v, err
	}
	a.Touch("person", v.Person.ID.String())
	for _, f := range []struct {
		to   *act.Shown[string]
		from seal.Field[string]
	}{{&v.Alias, v.Person.Alias}, {&v.Name, v.Person.Name}, {&v.Phone, v.Person.Phone}, {&v.Note, v.Case.Note}} {
		if *f.to, err = act.Show(a, f.from); err != nil {
			return v, err
		}
	}
	if v.Consents, err = consent.Of(a.Ctx(), a.Tx(), v.Person.ID); err != nil {
		return v, err
	}
	if v.Words, err = consent.History(a.Ctx(), a.Tx(), v.Person.ID); err != nil {
		return v, err
	}
	if v.Referrals, err = casework.ReferralsOf(a, c); err != nil {
		return v, err
	}
	if v.Tasks, err = casework.TasksOf(a, c); err != nil {
		return v, err
	}
	if v.Course, err = casework.Course(a, c); err != nil {
		return v, err
	}
	if v.Proposed, err = proposals(a, v.Case); err != nil {
		return v, err
	}
	if v.ReviewDue, v.Asks, err = casework.ReviewDue(a, c); err != nil {
		return v, err
	}
	for _, verb := range append(Case.Can(v.Case.State), Consent, Withdraw, Forget) {
		if a.May(verb) {
			v.Can = append(v.Can, verb)
		}
	}
	for _, l := range d.Links {
		if (!l.OnlyChild || v.Person.Age.TreatedAsChild()) && (l.Verb == "" || a.May(l.Verb)) {
			v.Links = append(v.Links, l)
		}
	}
	return v, v.names(a)
}

func (v *CaseView) names(a *act.Act) (err error) {
	organisations := []id.Organisation{v.Case.Organisation}
	for _, c := range v.Consents {
		organisations = append(organisations, c.Recipient)
	}
	for _, r := range v.Referrals {
		organisations = append(organisations, r.Recipient)
	}
	if v.Services, err = casework.ServicesOf(a.Ctx(), a.Tx(), v.Case.ID); err != nil {
		return err
	}
	v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), organisations)
	return err
}

// Page bounds a list: up to Limit rows after a row.
type Page struct {
	After sqldb.After
	Limit int
}

// List lists the cases of one's organisation, the last moved first.
func (d *Desk) List(ctx context.Context, by By, p Page) ([]casework.Case, error) {
	return act.Look(ctx, d.Ground, d.ask(by, List, "case", ""), func(a *act.Act) ([]casework.Case, error) {
		rows, err := casework.Cases(a, Case, by.Organisation, p.After, p.Limit)
		for _, c := range rows {
			a.Touch("case", c.ID.String())
		}
		return rows, err
	})
}

// whoLines bounds one page of Who.
const whoLines = 100

// Saw is one line of who saw or touched a case, with who that is. Whoever may read
// the line may know whom it names: the lines are read, and the names looked up,
// under one grant.
type Saw struct {
	ledger.Entry
	Names        []string // of its People, in order; "" for who has left the directory
	Organisation string
}

// WhoView is a page of who saw or touched a case.
type WhoView struct {
	Lines []Saw
	See   bool // the reader may open the case too
}

// Who lists who saw or touched a case, newest first.
func (d *Desk) Who(ctx context.Context, by By, purpose policy.Purpose, c id.Case, before int64) (WhoView, error) {
	ask := d.ask(by, Who, "case", c.String())
	ask.Purpose = purpose
	return act.Look(ctx, d.Ground, ask, func(a *act.Act) (v WhoView, err error) {
		_, elsewhere := casework.CaseOf(a, Case, c) // the page of a case of another desk is not here
		v.See = a.May(See) && elsewhere == nil
		lines, err := ledger.ForRef(a.Ctx(), a.Tx(), ledger.Ref{Kind: "case", ID: c.String()}, before, whoLines)
		if err != nil {
			return v, err
		}
		people, organisations := map[string]string{}, map[string]string{} // few people see a case often
		for _, e := range lines {
			s := Saw{Entry: e}
			for _, p := range e.People() {
				if _, known := people[p]; !known {
					people[p] = a.Who(p)
				}
				s.Names = append(s.Names, people[p])
			}
			if _, known := organisations[e.Organisation]; !known {
				if organisations[e.Organisation], err = casework.OrganisationName(a.Ctx(), a.Tx(), id.Trusted[id.Organisation](e.Organisation)); err != nil {
					return v, err
				}
			}
			s.Organisation = organisations[e.Organisation]
			v.Lines = append(v.Lines, s)
		}
		return v, nil
	})
}
