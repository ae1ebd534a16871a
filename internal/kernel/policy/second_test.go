package policy

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
)

func load(text string) (*Engine, error) {
	verbs := map[Verb]string{"test.end": "thing", "test.see": "thing"}
	return Load(fstest.MapFS{"t.cedar": {Data: []byte(text)}}, verbs)
}

const plainEnd = `@id("end") @source("t") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);` + "\n"

// TestSecondRefuses: an obligation that nobody could meet is no policy.
func TestSecondRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"without a time":         `@id("a") @source("t") @second("worker") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"a time for nothing":     `@id("a") @source("t") @days("7") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"no days":                `@id("a") @source("t") @second("worker") @days("0") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"for ever":               `@id("a") @source("t") @second("worker") @days("9999") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"days in words":          `@id("a") @source("t") @second("worker") @days("seven") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"an empty role":          `@id("a") @source("t") @second("") @days("7") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"a misspelt role":        `@id("a") @source("t") @second("wroker") @days("7") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
		"a role without the act": plainEnd + `@id("a") @source("t") @second("watcher") @days("7") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing); @id("b") @source("t") permit (principal in Role::"watcher", action == Action::"test.see", resource is Thing);`,
		"on what forbids":        plainEnd + `@id("a") @source("t") @second("worker") @days("7") forbid (principal, action == Action::"test.end", resource is Thing);`,
		"on a class":             plainEnd + `@id("a") @source("t") @second("worker") @days("7") permit (principal in Role::"worker", action == Action::"open.identity", resource is Thing);`,
		"on being there":         plainEnd + `@id("a") @source("t") @second("worker") @days("7") permit (principal in Role::"worker", action in [Action::"test.end", Action::"see"], resource is Thing);`,
		"on every verb":          `@id("a") @source("t") @second("worker") @days("7") permit (principal in Role::"worker", action, resource is Thing);`,
		"misspelt":               `@id("a") @source("t") @secnd("worker") @days("7") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing);`,
	} {
		if _, err := load(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStricterObligationHolds: two policies permit; what either asks for holds.
func TestStricterObligationHolds(t *testing.T) {
	e, err := load(plainEnd + `
@id("child") @source("t") @second("senior") @days("3") permit (principal in Role::"worker", action == Action::"test.end", resource is Thing) when { resource.child };
@id("guarded") @source("t") @second("worker") @days("9") permit (principal, action == Action::"test.end", resource is Thing) when { resource.protected };
@id("senior") @source("t") permit (principal in Role::"senior", action == Action::"test.end", resource is Thing);`)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Seconded(); !slices.Equal(got, []Verb{"test.end"}) {
		t.Errorf("Seconded = %v", got)
	}
	ask := Ask{Actor: Actor{User: id.Derived[id.User]("u"), Roles: []string{"worker"}}, Verb: "test.end", On: Ref{Kind: "thing", ID: "x"}}
	for facts, want := range map[*Facts]string{
		{}:                             "",
		{Child: true}:                  "senior 3",
		{Protected: true}:              "worker 9",
		{Child: true, Protected: true}: "senior,worker 3",
	} {
		g, err := e.Decide(ask, *facts)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if s := g.Second(); s.Asked() {
			got = strings.Join(s.Roles, ",") + " " + string(rune('0'+s.Days))
		}
		if got != want {
			t.Errorf("%+v asks for %q, want %q", *facts, got, want)
		}
	}
}
