package policy

import (
	"maps"

	"github.com/cedar-policy/cedar-go"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/seal"
)

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
		named, all, err := verbsOf(p)
		if err != nil {
			return fault.Wrap("policy.index", err)
		}
		for _, action := range e.actions(named, all) {
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

// actions are those that a scope can match. The group "open" holds the classes.
func (e *Engine) actions(named []Verb, all bool) []string {
	if all {
		return []string{""}
	}
	var out []string
	for _, v := range named {
		switch _, known := e.speaks[string(v)]; {
		case v == "open":
			out = append(out, "open")
			for _, c := range seal.Sealable {
				out = append(out, "open."+c.String())
			}
		case known:
			out = append(out, string(v))
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
