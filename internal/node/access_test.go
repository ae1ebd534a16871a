package node

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/analysis"
	"lodestar/internal/domain/child"
	"lodestar/internal/domain/disclosure"
	"lodestar/internal/domain/identification"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/receipt"
	"lodestar/internal/domain/rights"
	"lodestar/internal/domain/screening"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

var update = flag.Bool("update", false, "write the golden files anew")

// relations are how an asker's organisation can stand to a record.
var relations = []struct {
	name  string
	id    string
	facts func(mine, other id.Organisation) policy.Facts
}{
	{"all", "", func(mine, _ id.Organisation) policy.Facts { return policy.Facts{Owner: mine} }},
	{"own", "x", func(mine, _ id.Organisation) policy.Facts {
		return policy.Facts{Owner: mine, Recipients: []id.Organisation{mine}, Protected: true}
	}},
	{"brought", "x", func(mine, other id.Organisation) policy.Facts {
		return policy.Facts{Owner: other, Recipients: []id.Organisation{mine}, Protected: true}
	}},
	{"stranger", "x", func(_, other id.Organisation) policy.Facts {
		return policy.Facts{Owner: other, Recipients: []id.Organisation{other}, Protected: true}
	}},
	{"child", "x", func(mine, _ id.Organisation) policy.Facts { // printed where it differs from own
		return policy.Facts{Owner: mine, Recipients: []id.Organisation{mine}, Protected: true, Child: true}
	}},
	{"appointed", "x", func(_, other id.Organisation) policy.Facts {
		return policy.Facts{Owner: other, Recipients: []id.Organisation{other}, Appointed: []id.User{id.Derived[id.User]("u")}, Protected: true, Child: true}
	}},
	{"consented", "x", func(mine, other id.Organisation) policy.Facts {
		f := policy.Facts{Owner: other, Recipients: []id.Organisation{other}, Protected: true}
		for _, p := range consent.Purposes {
			f.Consents = append(f.Consents, policy.Consented{Purpose: p, Recipient: mine, Class: seal.Identity})
		}
		return f
	}},
	{"unprotected", "x", func(_, other id.Organisation) policy.Facts {
		return policy.Facts{Owner: other, Recipients: []id.Organisation{other}}
	}},
}

func engine(t *testing.T) (*policy.Engine, map[policy.Verb]string) {
	t.Helper()
	n := &Node{Protection: &protection.Desk{}, Disclosure: &disclosure.Desk{}, Interviews: &screening.Desk{}, Receipts: &receipt.Desk{}, Analysis: &analysis.Desk{}, Rights: &rights.Desk{}, Prosecution: &prosecution.Desk{}, Child: &child.Desk{}, Identification: &identification.Desk{}}
	verbs := map[policy.Verb]string{}
	for _, m := range n.list() {
		for v, kind := range m.Verbs {
			verbs[v] = kind
		}
	}
	e, err := policy.Load(sub(catalog.Policies, "policy"), verbs)
	if err != nil {
		t.Fatal(err)
	}
	return e, verbs
}

// TestAccessGolden asks the real policies about every verb × role × relation ×
// purpose. A change of the file in a review shows who will now see what.
func TestAccessGolden(t *testing.T) {
	e, verbs := engine(t)
	mine, other := id.Derived[id.Organisation]("mine"), id.Derived[id.Organisation]("other")
	var b strings.Builder
	names := make([]string, 0, len(verbs))
	for v := range verbs {
		names = append(names, string(v))
	}
	slices.Sort(names)
	for _, verb := range names {
		fmt.Fprintf(&b, "%s on %s\n", verb, verbs[policy.Verb(verb)])
		for _, role := range append(slices.Clone(Roles), "node") {
			var own map[string][]string
			for _, rel := range relations {
				answers := map[string][]string{}
				for _, purpose := range consent.Purposes {
					ask := policy.Ask{Actor: policy.Actor{User: id.Derived[id.User]("u"), Organisation: mine, Roles: []string{role}},
						Verb: policy.Verb(verb), On: ledger.Ref{Kind: verbs[policy.Verb(verb)], ID: rel.id}, Purpose: purpose}
					a := answer(e, ask, rel.facts(mine, other))
					answers[a] = append(answers[a], string(purpose))
				}
				if len(answers["withheld"]) == len(consent.Purposes) {
					continue // the default: what is not permitted is not even there
				}
				if rel.name == "own" {
					own = answers
				}
				if rel.name == "child" && reflect.DeepEqual(answers, own) {
					continue
				}
				for _, a := range sortedKeys(answers) {
					fmt.Fprintf(&b, "    %-13s %-11s %-36s %s\n", role, rel.name, a, strings.Join(answers[a], " "))
				}
			}
		}
	}
	golden(t, "testdata/access.golden", b.String())
}

func answer(e *policy.Engine, ask policy.Ask, facts policy.Facts) string {
	g, err := e.Decide(ask, facts)
	switch {
	case fault.Is(err, fault.Withheld):
		return "withheld"
	case err != nil:
		return "deny"
	}
	opens := []string{}
	for _, c := range seal.Sealable {
		if g.Opens(c) {
			opens = append(opens, c.String()[:2])
		}
	}
	how := "allow "
	if s := g.Second(); s.Asked() {
		how = "parked for " + strings.Join(s.Roles, "+") + " "
	}
	return strings.TrimSpace(how + strings.Join(opens, "+"))
}

// TestNobodyWithoutRole: who has no role may do nothing, whatever the relation.
func TestNobodyWithoutRole(t *testing.T) {
	e, verbs := engine(t)
	mine, other := id.Derived[id.Organisation]("mine"), id.Derived[id.Organisation]("other")
	for v, kind := range verbs {
		for _, rel := range relations {
			for _, p := range consent.Purposes {
				ask := policy.Ask{Actor: policy.Actor{Organisation: mine}, Verb: v, On: ledger.Ref{Kind: kind, ID: rel.id}, Purpose: p}
				if g, err := e.Decide(ask, rel.facts(mine, other)); err == nil || g.OK() {
					t.Errorf("%s on %s (%s, %s) was permitted to somebody without a role", v, kind, rel.name, p)
				}
			}
		}
	}
}

// TestNeverInvestigatesTheProtected: declaration ¶10. No role opens a field of a
// protected person for an investigation without her word.
func TestNeverInvestigatesTheProtected(t *testing.T) {
	e, verbs := engine(t)
	mine, other := id.Derived[id.Organisation]("mine"), id.Derived[id.Organisation]("other")
	n := 0
	for v, kind := range verbs {
		for _, role := range Roles {
			for _, rel := range relations {
				facts := rel.facts(mine, other)
				if !facts.Protected || len(facts.Consents) > 0 {
					continue
				}
				ask := policy.Ask{Actor: policy.Actor{Organisation: mine, Roles: []string{role}}, Verb: v, On: ledger.Ref{Kind: kind, ID: rel.id}, Purpose: consent.Investigation}
				g, err := e.Decide(ask, facts)
				if err != nil {
					continue
				}
				n++
				for _, c := range seal.Sealable {
					if g.Opens(c) {
						t.Errorf("%s: %s opens %s of a protected person for an investigation", v, role, c)
					}
				}
			}
		}
	}
	if n == 0 {
		t.Error("no verb was permitted for an investigation: the test asks the wrong question")
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the policies say; run go test ./internal/node -run Golden -update and read the difference\n%s", path, difference(string(want), got))
	}
}

func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n-%s\n+%s", i+1, w[i], g[i])
		}
	}
	return "one is longer"
}

func sortedKeys(m map[string][]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
