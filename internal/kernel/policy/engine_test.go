package policy

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cedar-policy/cedar-go"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

var verbs = map[Verb]string{"thing.read": "thing", "thing.write": "thing", "other.read": "other"}

const good = `
@id("read") @source("¶9") permit (principal in Role::"reader", action in [Action::"thing.read", Action::"see"], resource is Thing) when { resource.owner == principal.organisation };
@id("write") @source("¶9") permit (principal in Role::"writer", action == Action::"thing.write", resource is Thing);
@id("open-all") @source("¶10") permit (principal in Role::"keeper", action in Action::"open", resource is Thing);
@id("open-one") @source("¶10") permit (principal in Role::"reader", action == Action::"open.contact", resource is Thing);
@id("no-child") @source("¶13") @scope("node") forbid (principal in Role::"writer", action, resource) when { resource.child };
@id("any") @source("¶13") permit (principal in Role::"root", action, resource);
`

func loadThings(text string) (*Engine, error) {
	return Load(fstest.MapFS{"t.cedar": {Data: []byte(text)}}, verbs)
}

func TestBadPoliciesDoNotLoad(t *testing.T) {
	for name, text := range map[string]string{
		"no id":             `@source("a") permit (principal, action, resource);`,
		"no source":         `@id("a") permit (principal, action, resource);`,
		"the same id twice": `@id("a") @source("a") permit (principal, action, resource); @id("a") @source("a") forbid (principal, action, resource);`,
		"unknown note":      `@id("a") @source("a") @scop("node") permit (principal, action, resource);`,
		"unknown scope":     `@id("a") @source("a") @scope("world") permit (principal, action, resource);`,
		"misspelt verb":     `@id("a") @source("a") permit (principal, action == Action::"thing.raed", resource);`,
		"misspelt kind":     `@id("a") @source("a") permit (principal, action, resource is Thign);`,
		"misspelt field":    `@id("a") @source("a") permit (principal, action, resource is Thing) when { resource.onwer == principal.organisation };`,
		"not Cedar":         `permit everything;`,
		"cut short":         good[:len(good)/2],
	} {
		if _, err := loadThings(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	if _, err := Load(fstest.MapFS{}, verbs); !fault.Is(err, fault.Invalid) {
		t.Errorf("no policies at all: %v, want invalid", err)
	}
}

// The index leaves out only what cannot change an answer: for every asker, verb
// and fact the answer is that of all policies together.
func TestIndexChangesNoAnswer(t *testing.T) {
	e, err := loadThings(good)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := id.Derived[id.Organisation]("mine"), id.Derived[id.Organisation]("theirs")
	actions := []string{"thing.read", "thing.write", "other.read", "see", "open", "", "thing.burn"}
	for _, c := range seal.Sealable {
		actions = append(actions, "open."+c.String())
	}
	allowed := 0
	for _, role := range []string{"reader", "writer", "keeper", "root", "nobody"} {
		for _, action := range actions {
			for _, facts := range []Facts{{Owner: mine}, {Owner: theirs}, {Owner: mine, Child: true}} {
				for _, kind := range []string{"thing", "other", ""} {
					q := pose(Ask{Actor: Actor{User: id.Derived[id.User](role), Organisation: mine, Roles: []string{role}},
						Verb: Verb(action), On: ledger.Ref{Kind: kind, ID: "x"}, Purpose: consent.Assistance}, facts)
					got := e.authorize(q, action)
					whole := &Engine{notes: e.notes, speaks: map[string]cedar.PolicyMap{"": e.policies}}
					if want := whole.authorize(q, action); got.Allowed != want.Allowed || ids(got) != ids(want) {
						t.Errorf("%s %q on %q %+v: %v by %s, all policies say %v by %s", role, action, kind, facts, got.Allowed, ids(got), want.Allowed, ids(want))
					}
					if got.Allowed {
						allowed++
					}
				}
			}
		}
	}
	if allowed == 0 {
		t.Error("nothing was allowed to anybody: the comparison shows nothing")
	}
}

func ids(v Verdict) string {
	var out []string
	for _, n := range v.By {
		out = append(out, n.ID)
	}
	return strings.Join(out, ",")
}

func TestZeroGrantPermitsNothing(t *testing.T) {
	var g Grant
	if g.OK() {
		t.Error("the zero grant permits")
	}
	for _, c := range seal.Sealable {
		if g.Opens(c) {
			t.Errorf("the zero grant opens %s", c)
		}
	}
}
