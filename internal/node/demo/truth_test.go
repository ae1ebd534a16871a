package demo

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/kernel/evidence"
)

// byRef finds referrals by reference.
func byRef(p *Population) map[string]Referral {
	out := map[string]Referral{}
	for _, r := range p.Referrals {
		out[r.Signal.Ref] = r
	}
	return out
}

// inOneOnly checks that planted groups exist and that no referral is in two.
func inOneOnly(t *testing.T, p *Population, seen map[string]bool, key string, group []string) {
	t.Helper()
	all := byRef(p)
	for _, ref := range group {
		if _, ok := all[ref]; !ok {
			t.Errorf("%s: no signal %q", key, ref)
		}
		if seen[ref] {
			t.Errorf("%s: %s is planted twice", key, ref)
		}
		seen[ref] = true
	}
}

func TestTruthIsInTheSignals(t *testing.T) {
	for seed := range uint64(4) {
		p := generate(t, seed)
		seen, all := map[string]bool{}, byRef(p)
		kinds := map[Kind]int{}
		for _, n := range p.Truth.Networks {
			inOneOnly(t, p, seen, n.Key, n.Signals)
			kinds[n.Kind]++
			from := map[string]bool{}
			for _, ref := range n.Signals {
				from[all[ref].Organisation] = true
				if all[ref].Planted != n.Key {
					t.Errorf("%s is marked %q, not %q", ref, all[ref].Planted, n.Key)
				}
			}
			if len(n.Signals) < 3 || len(n.Signals) > 40 || len(from) < 3 {
				t.Errorf("%s: %d signals from %d responders", n.Key, len(n.Signals), len(from))
			}
			if len(n.Spellings) < 2 {
				t.Errorf("%s is always written alike: %v", n.Key, n.Spellings)
			}
		}
		if len(p.Truth.Networks) != 36 || len(kinds) != len(Kinds) {
			t.Errorf("%d networks of %d kinds", len(p.Truth.Networks), len(kinds))
		}
		for _, d := range p.Truth.Duplicates {
			inOneOnly(t, p, seen, "duplicate", d)
			if all[d[0]].Organisation == all[d[1]].Organisation || all[d[0]].Signal.Coded["prs_Citizenship"] != all[d[1]].Signal.Coded["prs_Citizenship"] {
				t.Errorf("%v are not one person of two responders", d)
			}
		}
		for _, f := range p.Truth.Families {
			inOneOnly(t, p, seen, "family", f)
		}
		for _, trap := range p.Truth.Traps {
			inOneOnly(t, p, seen, trap.Key, trap.Signals)
		}
		if len(p.Truth.Duplicates) != duplicatePairs || len(p.Truth.Families) != families || len(p.Truth.Traps) != 2+compelled+1 {
			t.Error("something was not planted")
		}
	}
}

// canon brings a number back to one form, by simpler means than a resolver has.
func canon(m evidence.IncomingMention) string {
	v := strings.ToUpper(m.Value)
	switch evidence.MentionKind(m.Kind) {
	case evidence.Phone:
		v = regexp.MustCompile(`\(0\)|\D`).ReplaceAllString(v, "")
		return m.Kind + v[max(0, len(v)-9):]
	case evidence.Account:
		v = strings.TrimPrefix(v, "IBAN")
	case evidence.Handle:
		v = v[strings.LastIndexByte(v, '/')+1:]
	case evidence.Vehicle, evidence.Document:
	default:
		return ""
	}
	return m.Kind + regexp.MustCompile(`[^A-Z0-9]`).ReplaceAllString(v, "")
}

// What is shared was planted: nothing else occurs in two referrals, and the
// members of a network do share one thing.
func TestNothingIsSharedByChance(t *testing.T) {
	p := generate(t, 2)
	where := map[string][]string{} // canonical value → keys of what is planted there
	refs := map[string][]string{}
	for _, r := range p.Referrals {
		for _, m := range r.Signal.Mentions {
			c := canon(m)
			if c == "" || slices.Contains(refs[c], r.Signal.Ref) {
				continue
			}
			refs[c] = append(refs[c], r.Signal.Ref)
			where[c] = append(where[c], r.Planted)
		}
	}
	for c, keys := range where {
		if len(keys) > 1 && (keys[0] == "" || len(slices.Compact(slices.Clone(keys))) > 1) {
			t.Errorf("%s occurs in %v", c, keys)
		}
	}
	for _, n := range p.Truth.Networks {
		if !slices.Contains([]Kind{Phone, Account, Vehicle, Handle}, n.Kind) {
			continue
		}
		if !slices.ContainsFunc(slices.Collect(func(yield func([]string) bool) {
			for _, group := range refs {
				if !yield(group) {
					return
				}
			}
		}), func(group []string) bool { return slices.Equal(group, n.Signals) }) {
			t.Errorf("the members of %s do not share one %s", n.Key, n.Kind)
		}
	}
}

// Each member of a person's network names that person.
func TestPeopleBehindNetworks(t *testing.T) {
	p := generate(t, 5)
	all := byRef(p)
	relation := map[Kind]evidence.RelationKind{Recruiter: evidence.RecruitedBy, Controller: evidence.ControlledBy, DocumentHolder: evidence.DocumentHeld}
	scripts := 0
	for _, n := range p.Truth.Networks {
		for _, s := range n.Spellings {
			if regexp.MustCompile(`\p{Cyrillic}|\p{Georgian}|\p{Armenian}|\p{Greek}|\p{Arabic}`).MatchString(s) {
				scripts++
			}
		}
		want, ok := relation[n.Kind]
		if !ok {
			continue
		}
		for _, ref := range n.Signals {
			in := all[ref].Signal
			if !slices.ContainsFunc(in.Relations, func(l evidence.IncomingLink) bool {
				return l.From == 1 && l.Kind == string(want) && slices.Contains(n.Spellings, in.Mentions[l.To-1].Names[0])
			}) {
				t.Errorf("%s does not name the %s of %s", ref, n.Kind, n.Key)
			}
		}
	}
	if scripts < 5 {
		t.Errorf("only %d spellings in another script", scripts)
	}
}

func TestTheCompelledPersonIsPresumedVictim(t *testing.T) {
	p := generate(t, 6)
	all := byRef(p)
	for _, trap := range p.Truth.Traps {
		if trap.Kind != NonPunishment {
			continue
		}
		own := ""
		for _, m := range all[trap.Person].Signal.Mentions {
			if m.Kind == string(evidence.Phone) && m.Of == 1 {
				own = canon(m)
			}
		}
		for _, ref := range trap.Signals[1:] {
			named := slices.ContainsFunc(all[ref].Signal.Mentions, func(m evidence.IncomingMention) bool {
				return m.Kind == string(evidence.Phone) && m.Of > 1 && canon(m) == own && all[ref].Signal.Mentions[m.Of-1].Role == string(evidence.Recruiter)
			})
			if own == "" || !named {
				t.Errorf("%s: %s does not name her as recruiter under her telephone", trap.Key, ref)
			}
		}
	}
}

// Whatever could belong to somebody is of a kind that belongs to nobody.
func TestNothingBelongsToARealPerson(t *testing.T) {
	phones := regexp.MustCompile(`^(44(7700900|1632960|2079460|11[3-8]4960|1[2-6]14960|1914980|2896496|2920180)\d{3}|33(19900|26191|35301|46571|53649|63998)\d{4}|999\d{9})$`)
	postcode := regexp.MustCompile(`^$|^[QVX][A-J]\d ?\d[A-Z]{2}$`)
	plate := regexp.MustCompile(`^VEHICLE[JTU][A-Z]\d{2}[A-Z]{3}$`)
	check := func(m evidence.IncomingMention) bool {
		switch evidence.MentionKind(m.Kind) {
		case evidence.Phone:
			v := regexp.MustCompile(`\(0\)|[^\d+]`).ReplaceAllString(m.Value, "")
			v = regexp.MustCompile(`^0([1-9])`).ReplaceAllString(v, "44$1")
			return phones.MatchString(strings.TrimPrefix(strings.TrimPrefix(v, "+"), "00"))
		case evidence.Place:
			return postcode.MatchString(strings.ToUpper(m.Postcode))
		case evidence.Vehicle:
			return plate.MatchString(strings.ToUpper(canon(m)))
		case evidence.Account:
			return strings.Contains(canon(m), "DEMO")
		case evidence.Document:
			return strings.HasPrefix(canon(m), "documentZZ")
		case evidence.Email, evidence.Advert:
			return false
		}
		return true
	}
	for _, r := range generate(t, 9).Referrals {
		for _, m := range r.Signal.Mentions {
			if !check(m) {
				t.Errorf("%s: %s %+v", r.Signal.Ref, m.Kind, m.Details)
			}
			for _, name := range m.Names {
				if strings.Contains(r.Signal.Narrative, name) {
					t.Errorf("%s tells a name", r.Signal.Ref)
				}
			}
		}
	}
}

func TestAccountsHaveTrueCheckNumbers(t *testing.T) {
	d := newDraw(1, 1)
	for range 200 {
		iban, rest := account(d), 0
		for _, c := range iban[4:] + iban[:4] {
			if c >= 'A' {
				rest = (rest*100 + int(c-'A') + 10) % 97
			} else {
				rest = (rest*10 + int(c-'0')) % 97
			}
		}
		if rest != 1 || len(iban) != 22 {
			t.Errorf("%s leaves %d", iban, rest)
		}
	}
}

func TestNumbersAreGivenOnce(t *testing.T) {
	seen := map[phone]bool{}
	for i := range 200_000 {
		n := number(i)
		if seen[n] {
			t.Fatalf("%s was given twice", n.plain())
		}
		seen[n] = true
	}
	for i := range keptMobiles {
		if seen[mobile(i)] {
			t.Fatalf("%s is kept for what is planted", mobile(i).plain())
		}
	}
}
