package typology

import (
	"encoding/json"
	"io"
	"io/fs"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// Network is one network rule: the same hub (a phone, an address, a recruiter)
// behind Min or more unrelated persons within Window days. It is a pure function
// of facts and parameters.
type Network struct {
	Name   string                 `json:"name"`
	Kinds  []evidence.MentionKind `json:"kinds"`
	Roles  []evidence.Role        `json:"roles,omitempty"` // of a person hub
	Min    int                    `json:"min"`
	Window int                    `json:"window"`
	// Version is that of the parameter file: it stands on every finding.
	Version string `json:"-"`
}

// LoadNetwork reads the network rules of a parameter file, strictly.
func LoadNetwork(dir fs.FS, name string) ([]Network, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, fault.Wrap("typology.LoadNetwork", err)
	}
	defer f.Close()
	var file struct {
		Note    string    `json:"note"`
		Version string    `json:"version"`
		Rules   []Network `json:"rules"`
	}
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	bad := fault.New(fault.Invalid, "typology.LoadNetwork", "typology.bad_parameters", "file", name)
	if err := d.Decode(&file); err != nil {
		return nil, bad.Because(err)
	}
	if _, err := d.Token(); err != io.EOF || len(file.Rules) == 0 {
		return nil, bad
	}
	seen := map[string]bool{}
	for i := range file.Rules {
		r := &file.Rules[i]
		r.Version = file.Version
		if r.Name == "" || seen[r.Name] || len(r.Kinds) == 0 || r.Min < 2 || r.Window < 1 || r.Version == "" {
			return nil, bad
		}
		seen[r.Name] = true
		for _, k := range r.Kinds {
			if !slices.Contains(evidence.Kinds, k) {
				return nil, bad
			}
		}
		for _, role := range r.Roles {
			// A role that the law protects is never what a rule looks for.
			if !slices.Contains(evidence.Roles, role) || role.Protected() {
				return nil, bad
			}
		}
	}
	return file.Rules, nil
}

// Hub is what the rule looks at.
type Hub struct {
	Entity    id.Entity
	Kind      evidence.MentionKind
	Roles     []evidence.Role
	Protected bool // somebody whom the law protects
}

// Sighting is one protected person seen with the hub in one signal.
type Sighting struct {
	Person       id.Entity
	Signal       id.Signal
	Organisation id.Organisation
	Observed     time.Time
	Anonymous    bool // no name, number or birth date: cannot be told apart
	Child        bool
}

// Facts are all that a network rule may know. Nationality, ethnicity and sex are
// not in them.
type Facts struct {
	Hub       Hub
	Sightings []Sighting
	Relatives [][2]id.Entity // persons who are said to be relatives
}

// Outcome of a rule.
type Outcome string

// The outcomes. There is no negative: what a rule did not find is not said of
// anybody.
const (
	Quiet         Outcome = ""
	Fired         Outcome = "fired"
	Protect       Outcome = "protect"        // the hub herself is protected: help, not suspicion
	NotAssessable Outcome = "not_assessable" // data is missing that could decide
)

// Reasons say why, in ids and codes.
type Reasons struct {
	Rule      string      `json:"rule"`
	Kind      string      `json:"kind"`
	Persons   int         `json:"persons"`   // unrelated, within the window
	Sources   int         `json:"sources"`   // organisations that saw it independently
	Days      int         `json:"days"`      // from the first to the last sighting of the window
	Children  int         `json:"children"`  // among the persons
	Anonymous int         `json:"anonymous"` // seen, but cannot be told apart
	Relatives int         `json:"relatives"` // persons left out of the count as relatives of one counted
	Signals   []id.Signal `json:"signals"`
	Missing   []string    `json:"missing,omitempty"`
	Mention   id.Mention  `json:"mention,omitzero"` // whose answers they are, of a screening
	Fired     []string    `json:"fired,omitempty"`  // indicators answered yes, of a screening
	List      string      `json:"list,omitempty"`   // the instrument of the screening
}

// Applies tells whether the rule looks at such a hub at all.
func (n Network) Applies(h Hub) bool {
	if !slices.Contains(n.Kinds, h.Kind) {
		return false
	}
	if h.Kind != evidence.Person || len(n.Roles) == 0 {
		return h.Kind != evidence.Person
	}
	return slices.ContainsFunc(h.Roles, func(r evidence.Role) bool { return slices.Contains(n.Roles, r) })
}

// Fire decides. A hub whom the law protects never becomes a suspect by a rule:
// the outcome is Protect (declaration ¶10; CETS 197 Art. 26).
func (n Network) Fire(f Facts) (Outcome, Reasons) {
	r := Reasons{Rule: n.Name, Kind: string(f.Hub.Kind)}
	var named []Sighting
	anonymous := map[id.Entity]bool{}
	for _, s := range f.Sightings {
		switch {
		case s.Person == f.Hub.Entity: // the hub is not behind herself
		case s.Anonymous:
			anonymous[s.Person] = true
		default:
			named = append(named, s)
		}
	}
	r.Anonymous = len(anonymous)
	best := n.densest(named, family(f.Relatives))
	best.into(&r)
	switch {
	case r.Persons >= n.Min && f.Hub.Protected:
		return Protect, r
	case r.Persons >= n.Min:
		return Fired, r
	case r.Persons+r.Anonymous >= n.Min:
		r.Missing = []string{"identity"}
		return NotAssessable, r
	}
	return Quiet, r
}

// window is the sightings of one stretch of Window days.
type window struct {
	sightings []Sighting
	families  map[id.Entity][]id.Entity
}

// densest finds the stretch with the most unrelated persons; the earliest of
// equals, so that the answer does not depend on the order of arrival.
func (n Network) densest(s []Sighting, kin map[id.Entity]id.Entity) window {
	slices.SortFunc(s, func(a, b Sighting) int {
		if c := a.Observed.Compare(b.Observed); c != 0 {
			return c
		}
		return slices.Compare([]byte(a.Signal.String()), []byte(b.Signal.String()))
	})
	// The stretch slides: each sighting enters once and leaves once, however many
	// there are.
	within, from, to, most := map[id.Entity]int{}, 0, 0, 0
	first, last := 0, 0
	for ; from < len(s); from++ {
		for end := s[from].Observed.AddDate(0, 0, n.Window); to < len(s) && s[to].Observed.Before(end); to++ {
			within[head(kin, s[to].Person)]++
		}
		if len(within) > most {
			most, first, last = len(within), from, to
		}
		h := head(kin, s[from].Person)
		if within[h]--; within[h] == 0 {
			delete(within, h)
		}
	}
	best := window{sightings: s[first:last], families: map[id.Entity][]id.Entity{}}
	for _, x := range best.sightings {
		h := head(kin, x.Person)
		if !slices.Contains(best.families[h], x.Person) {
			best.families[h] = append(best.families[h], x.Person)
		}
	}
	return best
}

func (w window) into(r *Reasons) {
	r.Persons = len(w.families)
	sources, children := map[id.Organisation]bool{}, map[id.Entity]bool{}
	for _, members := range w.families {
		r.Relatives += len(members) - 1
	}
	for _, s := range w.sightings {
		sources[s.Organisation] = true
		if s.Child {
			children[s.Person] = true
		}
		if !slices.Contains(r.Signals, s.Signal) {
			r.Signals = append(r.Signals, s.Signal)
		}
	}
	r.Sources, r.Children = len(sources), len(children)
	if len(w.sightings) > 0 {
		span := w.sightings[len(w.sightings)-1].Observed.Sub(w.sightings[0].Observed)
		r.Days = int(span.Hours() / 24)
	}
}

// family joins persons who are said to be relatives, directly or through others.
func family(pairs [][2]id.Entity) map[id.Entity]id.Entity {
	kin := map[id.Entity]id.Entity{}
	for _, p := range pairs {
		a, b := head(kin, p[0]), head(kin, p[1])
		if a.String() > b.String() {
			a, b = b, a
		}
		kin[b] = a
	}
	for p := range kin {
		kin[p] = head(kin, p)
	}
	return kin
}

func head(kin map[id.Entity]id.Entity, p id.Entity) id.Entity {
	for {
		next, ok := kin[p]
		if !ok || next == p {
			return p
		}
		p = next
	}
}
