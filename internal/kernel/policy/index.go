package policy

import (
	"encoding/json"
	"maps"

	"github.com/cedar-policy/cedar-go"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/seal"
)

// actionScope is the action of a policy in Cedar's JSON form: "All", "==" with
// an entity, or "in" with one or several.
type actionScope struct {
	Action struct {
		Op       string   `json:"op"`
		Entity   entity   `json:"entity"`
		Entities []entity `json:"entities"`
	} `json:"action"`
}

type entity struct {
	ID string `json:"id"`
}

// index sorts the policies by the actions they can speak of. A page asks of many
// verbs whether they would be permitted, and most policies speak of one.
func (e *Engine) index(verbs map[Verb]string) error {
	e.speaks = map[string]cedar.PolicyMap{"": {}, "see": {}, "open": {}}
	for v := range verbs {
		e.speaks[string(v)] = cedar.PolicyMap{}
	}
	for _, c := range seal.Sealable {
		e.speaks["open."+c.String()] = cedar.PolicyMap{}
	}
	for name, p := range e.policies {
		text, err := p.MarshalJSON()
		var s actionScope
		if err == nil {
			err = json.Unmarshal(text, &s)
		}
		if err != nil {
			return fault.Wrap("policy.index", err)
		}
		for _, action := range e.actions(s) {
			e.speaks[action][name] = p
		}
	}
	for action, list := range e.speaks {
		if action != "" {
			maps.Copy(list, e.speaks[""])
		}
	}
	return nil
}

// actions are those that the scope can match. The group "open" holds the classes.
// A form of scope that is not known here is asked always: it might forbid.
func (e *Engine) actions(s actionScope) []string {
	if s.Action.Op != "==" && s.Action.Op != "in" {
		return []string{""}
	}
	var out []string
	for _, named := range append(s.Action.Entities, s.Action.Entity) {
		switch _, known := e.speaks[named.ID]; {
		case named.ID == "open":
			out = append(out, "open")
			for _, c := range seal.Sealable {
				out = append(out, "open."+c.String())
			}
		case known && named.ID != "":
			out = append(out, named.ID)
		}
	}
	return out
}

// speaking gives the policies to ask about an action. An unheard-of action is
// spoken of by those of every action only, as Cedar itself would find.
func (e *Engine) speaking(action string) cedar.PolicyMap {
	if list, ok := e.speaks[action]; ok && action != "" {
		return list
	}
	return e.speaks[""]
}
