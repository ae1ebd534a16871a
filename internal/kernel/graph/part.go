package graph

import (
	"slices"
	"strings"

	"lodestar/internal/kernel/evidence"
)

// What is noted of a thing, instead of a role, where a signal does not say whose
// it is.
const (
	// beside: it stands beside somebody whom the law protects, and may be hers: the
	// shelter's address, her new number (CETS 197, Article 11).
	beside = "beside"
	// others: it is said to be of somebody else, by how it is used.
	others = "others"
	// aid: a directory lists it among those who help. It sorts before the roles.
	aid = "aid"
)

// playing is the part a mention plays: whose a thing is decides who may see it
// (EntityFacts), so it takes the role and age of that person along.
type playing struct{ role, age string }

func partOf(s evidence.Signal, m evidence.Mention) playing {
	p := told(s, m)
	if s.Kind == evidence.KindDirectory && (m.Kind == evidence.Place || m.Kind == evidence.Organisation || m.Kind == evidence.Phone) {
		p.role = strings.TrimSpace(aid + " " + p.role)
	}
	return p
}

// told is the part that a signal itself gives a mention.
func told(s evidence.Signal, m evidence.Mention) playing {
	switch {
	case m.Of > 0:
		return playing{string(s.Mentions[m.Of-1].Role), string(s.Mentions[m.Of-1].Age)}
	case m.Role != "" || !own(m.Kind) && m.Kind != evidence.Place:
		return playing{string(m.Role), string(m.Age)}
	case ofOthers(s, m):
		return playing{role: others}
	}
	p := playing{}
	for _, o := range s.Mentions {
		if o.Kind == evidence.Person && o.Role.Protected() {
			if p.role = beside; p.age != string(evidence.Child) {
				p.age = string(evidence.Adult)
			}
			if o.Age.TreatedAsChild() {
				p.age = string(evidence.Child)
			}
		}
	}
	return p
}

// ofOthers tells whether a signal says of a thing how those who exploit use it,
// and not that she whom the law protects uses it as well.
func ofOthers(s evidence.Signal, thing evidence.Mention) (found bool) {
	for _, l := range s.Relations {
		if s.Mentions[l.To-1].ID != thing.ID {
			continue
		}
		switch from := s.Mentions[l.From-1]; l.Kind {
		case evidence.Uses, evidence.HeldAt:
			if from.Role.Protected() {
				return false
			}
			found = found || from.Role != ""
		case evidence.RecruitedBy, evidence.ControlledBy, evidence.EmployedBy, evidence.TransportedBy, evidence.DocumentHeld, evidence.PaysTo:
			found = true
		}
	}
	return found
}

// protected tells whether one of the roles is one that the law protects, or might
// be, as long as nothing says whose it is.
func protected(roles string) bool {
	list := strings.Fields(roles)
	return slices.ContainsFunc(list, func(r string) bool { return evidence.Role(r).Protected() }) ||
		slices.Contains(list, beside) && !accused(roles)
}

// accused tells whether somebody of these roles was named one of those who
// exploit, or a thing is said to be one's.
func accused(roles string) bool {
	return slices.ContainsFunc(strings.Fields(roles), func(r string) bool { return r != beside && r != aid && !evidence.Role(r).Protected() })
}

// rolesOf are the roles without what else is noted of a thing.
func rolesOf(roles string) (out []evidence.Role) {
	for _, r := range strings.Fields(roles) {
		if r != beside && r != others && r != aid {
			out = append(out, evidence.Role(r))
		}
	}
	return out
}

// roleOf is the role in the part of one mention.
func roleOf(part string) evidence.Role {
	if roles := rolesOf(part); len(roles) > 0 {
		return roles[0]
	}
	return ""
}
