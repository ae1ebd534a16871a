package child

import (
	"context"
	"database/sql"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Desk holds the verbs. Each public method with a context is exactly one act.
type Desk struct {
	Ground *act.Ground
	Node   policy.Actor // the node itself, for jobs
	// Help is the type of the cases of help from which a child's case is opened, and
	// HelpPage where they have their page.
	Help     casework.Type
	HelpPage string
	// Guardians lists who can be appointed: those who have the role of a guardian.
	Guardians func(ctx context.Context, tx *sql.Tx) ([]policy.Actor, error)
}

// By is who asks at the desk; what they do here is assistance.
type By = policy.Actor

// On is a child's case as whoever acts on it read it.
type On struct {
	Case    id.Case
	Version int64
}

func (d *Desk) ask(by By, verb policy.Verb, on, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: on, ID: recordID}, Purpose: consent.Assistance}
}

// ward is a child's case with the child it is about.
type ward struct {
	Case   casework.Case
	Person casework.Person
}

// read reads a child's case. Its line of the ledger names the case as such, so that
// whoever asks who saw it finds this desk too.
func read(a *act.Act, c id.Case) (w ward, err error) {
	w.Case, w.Person, err = casework.CaseAndPerson(a, Case, c)
	return w, err
}

// current reads a child's case and refuses if it changed since it was read.
func current(a *act.Act, on On) (ward, error) {
	w, err := read(a, on.Case)
	if err != nil {
		return w, err
	}
	return w, casework.UpToDate(on.Version, w.Case.Version)
}

// change is one act on a child's case: it is read as the actor read it, something is
// done, and the case notes by which verb.
func (d *Desk) change(ctx context.Context, by By, on On, verb Verb, do func(*act.Act, ward) error) (casework.Case, error) {
	return act.Do(ctx, d.Ground, d.ask(by, verb, kind, on.Case.String()), func(a *act.Act) (casework.Case, error) {
		w, err := current(a, on)
		if err != nil {
			return w.Case, err
		}
		if _, err := Case.Next(w.Case.State, verb); err != nil {
			return w.Case, err
		}
		if err := do(a, w); err != nil {
			return w.Case, err
		}
		return casework.MoveBy(a, Case, w.Case, verb, casework.With{})
	})
}

// facts are what the policies may know of a child's case: besides what they know of
// any case, who was appointed guardian. A guardian sees the child she speaks for, and
// no other case of the organisation.
func facts(ctx context.Context, tx *sql.Tx, recordID string, now time.Time) (policy.Facts, error) {
	f, err := casework.FactsOf(Case)(ctx, tx, recordID, now)
	if err != nil {
		return f, err
	}
	list, err := guardians(ctx, tx, id.Trusted[id.Case](recordID))
	if g, ok := appointed(list); ok {
		f.Appointed = []id.User{g.User}
	}
	return f, err
}

// rules are the periods of law that this desk keeps.
var rules = []string{ruleNotice, ruleGuardian, ruleAppointment, ruleFirst, ruleReview, ruleMissing, ruleTalk, ruleReconsent}

const (
	ruleNotice      = "child_authority_notice"
	ruleGuardian    = "guardian_request"
	ruleAppointment = "guardian_appointment"
	ruleFirst       = "first_bia"
	ruleReview      = "bid_review"
	ruleMissing     = "missing_report"
	ruleTalk        = "return_interview"
	ruleReconsent   = "reconsent_at_18"
)

// wait starts a clock of the law, unless it runs. A State that has laid down no such
// period, or no working calendar for it, gives none: no default steps in, and the
// page says that it is not configured (protection.md §14, P17). What protects the
// child does not wait for the law to be entered (§1, rule 1), so the act goes on.
func wait(a *act.Act, c casework.Case, rule string, event time.Time) error {
	running, err := casework.Running(a, c, rule)
	if err != nil || running {
		return err
	}
	_, err = casework.StartClock(a, c, rule, event)
	return unlessUnset(err)
}

func unlessUnset(err error) error {
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	return err
}

// unset lists the periods that the State has not laid down.
func unset(a *act.Act) (out []string) {
	for _, rule := range rules {
		if _, err := a.Law().Rule(rule, a.Now()); err != nil {
			out = append(out, rule)
		}
	}
	return out
}

// Page bounds a list: up to Limit rows after a row.
type Page struct {
	After sqldb.After
	Limit int
}
