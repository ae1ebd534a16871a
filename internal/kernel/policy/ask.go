// Package policy decides who may do what, to which record, for which purpose,
// and which classes of its fields that opens.
//
// The rules are Cedar policies in catalog/policy, each annotated with the law it
// carries out. Deny is the default. A decision is a value with its reasons:
// either a Grant, which is passed on as an argument, or a refusal that names
// what was missing. Start at Engine.Decide.
package policy

import (
	"strings"
	"time"

	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

// Verb is what somebody does: "protection.refer". The same text stands in code,
// policy, route table, ledger and metrics.
type Verb string

// Desk is the desk or kernel package the verb belongs to.
func (v Verb) Desk() string {
	desk, _, _ := strings.Cut(string(v), ".")
	return desk
}

// Purpose is why: see package consent.
type Purpose = consent.Purpose

// Ref names a record. An empty ID is the whole collection ("all cases").
type Ref = ledger.Ref

// Actor is who asks. Name is for the screen only.
type Actor struct {
	User         id.User
	Organisation id.Organisation
	Roles        []string
	Name         string
}

// Ask is a question to the policy: may Actor do Verb On this record, for Purpose?
type Ask struct {
	Actor   Actor
	Verb    Verb
	On      Ref
	Purpose Purpose
}

// Facts are what the policies may know of a record. They are loaded by its
// owner, in the same transaction as the act. Nationality, ethnicity and sex are
// not among them.
type Facts struct {
	Owner      id.Organisation   // whose record it is
	Recipients []id.Organisation // to whom it was brought: responder, service, team
	Child      bool              // a child, or of unknown or disputed age: treated as a child
	Protected  bool              // about a presumed victim or a person at risk
	Reported   bool              // a lead brought it: what others recorded hangs on it
	State      string            // state of the record
	Consents   []Consented       // the person's live words
	Appointed  []id.User         // people to whom it was entrusted by name, wherever they work
	Subject    id.Subject        // under whose key a proposal about it is sealed; no policy sees it
}

// Consented is one live consent for one class of fields, as the policies see it.
type Consented struct {
	Purpose   Purpose
	Recipient id.Organisation
	Class     seal.Class
}

// Live turns a person's consents into what the policies may know of them now.
func Live(consents []consent.Consent, now time.Time) []Consented {
	var out []Consented
	for _, c := range consents {
		if !c.Live(now) {
			continue
		}
		for _, class := range seal.Sealable {
			if c.Classes.Has(class) {
				out = append(out, Consented{c.Purpose, c.Recipient, class})
			}
		}
	}
	return out
}

// Scope bounds what a list may show.
type Scope string

// The scopes, from narrow to wide.
const (
	ScopeOrganisation Scope = "organisation" // records owned by or brought to one's organisation
	ScopeNode         Scope = "node"         // every record of the node
)

// Grant is a permission for one act. Only Engine makes one; the zero Grant
// permits nothing.
type Grant struct {
	ask      Ask
	ok       bool
	classes  seal.Set
	scope    Scope
	policies []string
	second   Second
}

// OK tells whether the grant permits its verb.
func (g Grant) OK() bool { return g.ok }

// Ask is the question this grant answers.
func (g Grant) Ask() Ask { return g.ask }

// Opens tells whether the grant opens fields of this class.
func (g Grant) Opens(c seal.Class) bool { return g.ok && g.classes.Has(c) }

// Second is the second pair of eyes without which the act does not take effect.
func (g Grant) Second() Second { return g.second }

// Scope is how wide a list may be.
func (g Grant) Scope() Scope { return g.scope }

// Policies are the ids of the policies that decided: the legal basis in the ledger.
func (g Grant) Policies() []string { return g.policies }
