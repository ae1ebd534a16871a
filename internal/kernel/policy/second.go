package policy

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"lodestar/internal/base/fault"
)

// Second is the obligation of a second pair of eyes: the act takes effect only
// when another user who has every one of these roles agrees within so many days.
// The zero Second asks for nobody.
type Second struct {
	Roles []string
	Days  int
}

// Asked tells whether a second pair of eyes is needed.
func (s Second) Asked() bool { return len(s.Roles) > 0 }

// and joins the obligations of two policies that both permit: the stricter holds.
func (s Second) and(t Second) Second {
	if !s.Asked() || !t.Asked() {
		if t.Asked() {
			return t
		}
		return s
	}
	roles := append(slices.Clone(s.Roles), t.Roles...)
	slices.Sort(roles)
	return Second{Roles: slices.Compact(roles), Days: min(s.Days, t.Days)}
}

// longestWait is how many days a proposal can wait at most.
const longestWait = 90

// readSecond reads @second("role") and @days("7") of a policy.
func readSecond(a cedar.Annotations) (s Second, ok bool) {
	role, asked := a["second"]
	days, timed := a["days"]
	if !asked && !timed {
		return s, true
	}
	n, err := strconv.Atoi(string(days))
	if role == "" || err != nil || n < 1 || n > longestWait {
		return s, false
	}
	return Second{Roles: []string{string(role)}, Days: n}, true
}

// verbsOf lists the actions that a policy names. all is true if it speaks of every
// one, or in a form that is not known here: it might forbid.
func verbsOf(p *cedar.Policy) (verbs []Verb, all bool, err error) {
	type entity struct {
		ID string `json:"id"`
	}
	var scope struct {
		Action struct {
			Op       string   `json:"op"`
			Entity   *entity  `json:"entity"`
			Entities []entity `json:"entities"`
		} `json:"action"`
	}
	text, err := p.MarshalJSON()
	if err == nil {
		err = json.Unmarshal(text, &scope)
	}
	if scope.Action.Entity != nil {
		scope.Action.Entities = append(scope.Action.Entities, *scope.Action.Entity)
	}
	for _, e := range scope.Action.Entities {
		verbs = append(verbs, Verb(e.ID))
	}
	return verbs, scope.Action.Op != "==" && scope.Action.Op != "in", err
}

// checkSeconds refuses an obligation that could not be met: one on a policy that
// forbids, that names no verb or a class of fields, or that asks for a role to
// which no policy permits the verb.
func (e *Engine) checkSeconds() error {
	e.seconds = map[Verb]bool{}
	for id, n := range e.notes {
		if !n.second.Asked() {
			continue
		}
		bad := fault.New(fault.Invalid, "policy.Load", "policy.bad_second", "policy", id)
		verbs, all, err := verbsOf(e.policies[cedar.PolicyID(id)])
		if err != nil || all || len(verbs) == 0 || n.Effect != "permit" {
			return bad.Because(err)
		}
		for _, v := range verbs {
			if v == "see" || v == "open" || strings.HasPrefix(string(v), "open.") || !e.permits(n.second.Roles[0], v) {
				return bad
			}
			e.seconds[v] = true
		}
	}
	return nil
}

// permits tells whether some policy could permit the verb to the role.
func (e *Engine) permits(role string, v Verb) bool {
	for id, n := range e.notes {
		verbs, all, err := verbsOf(e.policies[cedar.PolicyID(id)])
		if err == nil && n.Effect == "permit" && (all || slices.Contains(verbs, v)) && strings.Contains(n.Text, `Role::"`+role+`"`) {
			return true
		}
	}
	return false
}

// Seconded lists the verbs for which some policy asks for a second pair of eyes.
func (e *Engine) Seconded() []Verb { return slices.Sorted(maps.Keys(e.seconds)) }
