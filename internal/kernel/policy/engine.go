package policy

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/seal"
)

// Engine holds the validated policies.
type Engine struct {
	policies cedar.PolicyMap
	notes    map[string]Note
	// speaks lists, by action, the policies whose scope can match it; "" those
	// of every action. The rest cannot change the answer and need not be asked.
	speaks  map[string]cedar.PolicyMap
	seconds map[Verb]bool // verbs for which some policy asks for a second person
}

// Note is what a policy says of itself.
type Note struct {
	ID     string `json:"id"`
	Effect string `json:"effect"` // permit or forbid
	Source string `json:"source"` // paragraph or article
	Text   string `json:"text"`   // the Cedar text, for those who read the law itself
	scope  Scope
	second Second
}

// MessageKey is the key of the policy's sentence in the catalogue of messages.
func (n Note) MessageKey() string { return "policy." + n.ID }

// Load reads every *.cedar file of dir and validates it against the schema that
// follows from the verbs. It refuses a policy without @id and @source, and a
// misspelt attribute, verb, role or kind (fault.Invalid names the policy), and an
// obligation that nobody could meet.
func Load(dir fs.FS, verbs map[Verb]string) (*Engine, error) {
	e := &Engine{policies: cedar.PolicyMap{}, notes: map[string]Note{}}
	names, err := fs.Glob(dir, "*.cedar")
	if err != nil || len(names) == 0 {
		return nil, fault.New(fault.Invalid, "policy.Load", "policy.none_found").Because(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fault.Wrap("policy.Load", err)
		}
		set, err := cedar.NewPolicySetFromBytes(name, text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "policy.Load", "policy.unreadable", "file", path.Base(name)).Because(err)
		}
		for _, p := range set.All() {
			if err := e.add(p); err != nil {
				return nil, err
			}
		}
	}
	if err := check(schemaOf(verbs), e.policies); err != nil {
		return nil, fault.New(fault.Invalid, "policy.Load", "policy.invalid").Because(err)
	}
	if err := e.checkSeconds(); err != nil {
		return nil, err
	}
	return e, e.index(verbs)
}

func (e *Engine) add(p *cedar.Policy) error {
	a := p.Annotations()
	n := Note{ID: string(a["id"]), Source: string(a["source"]), Text: string(p.MarshalCedar()), Effect: "permit", scope: Scope(a["scope"])}
	if p.Effect() == cedar.Forbid {
		n.Effect = "forbid"
	}
	_, twice := e.notes[n.ID]
	var ok bool
	if n.second, ok = readSecond(a); !ok {
		return fault.New(fault.Invalid, "policy.Load", "policy.bad_second", "policy", n.ID)
	}
	for name := range a {
		known := slices.Contains(annotations, string(name))
		if !known || n.scope != "" && n.scope != ScopeOrganisation && n.scope != ScopeNode {
			return fault.New(fault.Invalid, "policy.Load", "policy.unknown_annotation", "policy", n.ID)
		}
	}
	if n.ID == "" || n.Source == "" || twice {
		return fault.New(fault.Invalid, "policy.Load", "policy.needs_id_and_source", "policy", n.ID)
	}
	e.policies[cedar.PolicyID(n.ID)] = p
	e.notes[n.ID] = n
	return nil
}

// annotations are those that are followed; another would be an order to nobody.
var annotations = []string{"id", "source", "scope", "second", "days"}

// Notes lists the policies by id.
func (e *Engine) Notes() []Note {
	out := make([]Note, 0, len(e.notes))
	for _, n := range e.notes {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Note) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Decide answers the ask: a Grant, or a refusal. A refusal of somebody who may
// not even know that the record is there is fault.Withheld; of somebody who may
// see it but not do this, fault.Denied.
func (e *Engine) Decide(ask Ask, facts Facts) (Grant, error) {
	q := pose(ask, facts)
	verdict := e.authorize(q, string(ask.Verb))
	if !verdict.Allowed {
		kind := fault.Withheld
		if e.authorize(q, "see").Allowed {
			kind = fault.Denied
		}
		return Grant{}, fault.New(kind, string(ask.Verb), "policy.refused")
	}
	g := Grant{ask: ask, ok: true, scope: ScopeOrganisation}
	for _, n := range verdict.By {
		g.policies = append(g.policies, n.ID)
		if n.scope == ScopeNode {
			g.scope = n.scope
		}
		g.second = g.second.and(n.second)
	}
	for _, c := range seal.Sealable {
		v := e.authorize(q, "open."+c.String())
		if !v.Allowed {
			continue
		}
		g.classes = g.classes.With(c)
		for _, n := range v.By {
			if !slices.Contains(g.policies, n.ID) {
				g.policies = append(g.policies, n.ID)
			}
		}
	}
	return g, nil
}

// Verdict is one answer with the policies that made it. By is empty when nothing
// permitted and nothing forbade: the default is no.
type Verdict struct {
	Action  string `json:"action"`
	Allowed bool   `json:"allowed"`
	By      []Note `json:"by"`
}

// Explain says, for the verb and for every class of fields, what is decided and
// by which policies. It decides exactly as Decide does and opens nothing.
func (e *Engine) Explain(ask Ask, facts Facts) []Verdict {
	q := pose(ask, facts)
	out := []Verdict{e.authorize(q, string(ask.Verb))}
	for i := len(seal.Sealable) - 1; i >= 0; i-- {
		out = append(out, e.authorize(q, "open."+seal.Sealable[i].String()))
	}
	return out
}

// question is an ask in Cedar's terms: it is posed once and answered for the
// verb and for each class of fields.
type question struct {
	ask      Ask
	entities cedar.EntityMap
	user     cedar.EntityUID
	record   cedar.EntityUID
}

// Get finds an entity of the question for Cedar. The classes' actions belong to
// the group "open": a policy that names the group speaks of all of them.
func (q question) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	if uid.Type == "Action" && strings.HasPrefix(string(uid.ID), "open.") {
		return cedar.Entity{UID: uid, Parents: openGroup}, true
	}
	entity, ok := q.entities[uid]
	return entity, ok
}

var openGroup = cedar.NewEntityUIDSet(cedar.NewEntityUID("Action", "open"))

func (e *Engine) authorize(q question, action string) Verdict {
	class, _ := strings.CutPrefix(action, "open.")
	decision, diag := cedar.Authorize(e.speaking(action), q, cedar.Request{
		Principal: q.user,
		Action:    cedar.NewEntityUID("Action", cedar.String(action)),
		Resource:  q.record,
		Context: cedar.NewRecord(cedar.RecordMap{
			"purpose": cedar.String(q.ask.Purpose), "verb": cedar.String(q.ask.Verb),
			"class": cedar.String(class), "collection": cedar.Boolean(q.ask.On.ID == "")}),
	})
	// A policy that cannot be evaluated might have forbidden: then the answer is no.
	v := Verdict{Action: action, Allowed: decision == cedar.Allow && len(diag.Errors) == 0}
	for _, r := range diag.Reasons {
		v.By = append(v.By, e.notes[string(r.PolicyID)])
	}
	slices.SortFunc(v.By, func(a, b Note) int { return strings.Compare(a.ID, b.ID) })
	return v
}

func pose(ask Ask, facts Facts) question {
	q := question{
		ask:    ask,
		user:   cedar.NewEntityUID("User", cedar.String(ask.Actor.User.String())),
		record: cedar.NewEntityUID(cedar.EntityType(entityType(ask.On.Kind)), cedar.String(ask.On.ID)),
	}
	org := organisation(ask.Actor.Organisation.String())
	parents := []cedar.EntityUID{org}
	for _, r := range ask.Actor.Roles {
		parents = append(parents, cedar.NewEntityUID("Role", cedar.String(r)))
	}
	recipients := make([]cedar.Value, len(facts.Recipients))
	for i, r := range facts.Recipients {
		recipients[i] = organisation(r.String())
	}
	appointed := make([]cedar.Value, len(facts.Appointed))
	for i, u := range facts.Appointed {
		appointed[i] = cedar.NewEntityUID("User", cedar.String(u.String()))
	}
	consents := make([]cedar.Value, len(facts.Consents))
	for i, c := range facts.Consents {
		consents[i] = cedar.NewRecord(cedar.RecordMap{
			"purpose": cedar.String(c.Purpose), "recipient": organisation(c.Recipient.String()), "class": cedar.String(c.Class.String())})
	}
	q.entities = cedar.EntityMap{
		q.user: {UID: q.user, Parents: cedar.NewEntityUIDSet(parents...), Attributes: cedar.NewRecord(cedar.RecordMap{"organisation": org})},
		q.record: {UID: q.record, Attributes: cedar.NewRecord(cedar.RecordMap{
			"owner":      organisation(facts.Owner.String()),
			"recipients": cedar.NewSet(recipients...),
			"appointed":  cedar.NewSet(appointed...),
			"child":      cedar.Boolean(facts.Child),
			"protected":  cedar.Boolean(facts.Protected),
			"reported":   cedar.Boolean(facts.Reported),
			"state":      cedar.String(facts.State),
			"consents":   cedar.NewSet(consents...),
		})},
	}
	return q
}

func organisation(id string) cedar.EntityUID {
	return cedar.NewEntityUID("Organisation", cedar.String(id))
}

// entityType is the Cedar type of a kind of record: "case" → "Case".
func entityType(kind string) string {
	if kind == "" {
		return "Node"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// schemaOf writes the Cedar schema that follows from the verbs: the record types
// are the kinds the verbs work on, the actions are the verbs, the classes and
// "see". So a policy that names what does not exist does not load.
func schemaOf(verbs map[Verb]string) string {
	kinds := map[string]bool{}
	actions := map[string]string{}
	for v, kind := range verbs {
		kinds[entityType(kind)] = true
		actions[string(v)] = entityType(kind)
	}
	all := sorted(kinds)
	for _, c := range seal.Sealable {
		actions["open."+c.String()] = "[" + strings.Join(all, ", ") + "]"
	}
	actions["see"] = "[" + strings.Join(all, ", ") + "]"
	var b strings.Builder
	b.WriteString("type Consent = { purpose: String, recipient: Organisation, class: String };\n" +
		"type Context = { purpose: String, verb: String, class: String, collection: Bool };\n" +
		"entity Role; entity Organisation;\n" +
		"entity User in [Role, Organisation] { organisation: Organisation };\n")
	for _, k := range all {
		fmt.Fprintf(&b, "entity %s { owner: Organisation, recipients: Set<Organisation>, appointed: Set<User>, child: Bool, protected: Bool, reported: Bool, state: String, consents: Set<Consent> };\n", k)
	}
	b.WriteString("action open;\n")
	for _, a := range sorted(actions) {
		group := ""
		if strings.HasPrefix(a, "open.") {
			group = " in [open]"
		}
		fmt.Fprintf(&b, "action %q%s appliesTo { principal: User, resource: %s, context: Context };\n", a, group, actions[a])
	}
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
