package demo

import "slices"

// Found is what a machine found; signals are named by their Ref.
type Found struct {
	Leads    []Lead     `json:"leads"`
	Persons  [][]string `json:"persons"`  // per presumed victim with several signals: those signals
	Suspects []string   `json:"suspects"` // signals whose own presumed victim was named a suspect
}

// Lead is what a network rule raised: the signals it holds together.
type Lead struct {
	Kind    Kind     `json:"kind"`
	Signals []string `json:"signals"`
}

// Report compares found with planted.
type Report struct {
	Kinds      []KindScore `json:"kinds"` // each kind, then "all"
	Duplicates PairScore   `json:"duplicates"`
	Missed     []Miss      `json:"missed"`
	False      []Lead      `json:"false"` // leads that hold no planted network
	Traps      []TrapScore `json:"traps"`
}

// KindScore counts planted networks of a kind and leads of that kind. Recall is
// of networks, Coverage of their signals, Precision of leads.
type KindScore struct {
	Kind      Kind    `json:"kind"`
	Planted   int     `json:"planted"`
	Found     int     `json:"found"`
	Recall    float64 `json:"recall"`
	Coverage  float64 `json:"coverage"`
	Leads     int     `json:"leads"`
	True      int     `json:"true"`
	Precision float64 `json:"precision"`
	signals   int
	covered   int
}

// PairScore counts pairs of signals about one presumed victim.
type PairScore struct {
	Planted   int     `json:"planted"`
	Found     int     `json:"found"`
	True      int     `json:"true"`
	Recall    float64 `json:"recall"`
	Precision float64 `json:"precision"`
}

// Miss is a planted network that no lead shows.
type Miss struct {
	Kind    Kind   `json:"kind"`
	Key     string `json:"key"`
	Planted int    `json:"planted"`
	Covered int    `json:"covered"` // of its signals, in leads that are too mixed or too small
}

// TrapScore says whether a trap was avoided, and if not by how many leads or
// persons the machine fell into it.
type TrapScore struct {
	Kind  TrapKind `json:"kind"`
	Key   string   `json:"key"`
	Held  bool     `json:"held"`
	Times int      `json:"times"`
}

// all is the kind of the row of sums.
const all Kind = "all"

// Score compares what was found with what was planted.
//
// A lead is true if at least two thirds of its signals belong to one planted
// network, or to those who name one compelled person. A network is found if true
// leads of any kind together hold at least half of its signals: that a recruiter
// was found by the telephone is as good. What happens to be shared without having
// been planted counts as false.
func (t Truth) Score(f Found) Report {
	r := Report{Duplicates: t.pairs(f.Persons), Missed: []Miss{}, False: []Lead{}}
	owner := t.owners()
	held := map[string]map[string]bool{} // per network: its signals in true leads
	touched := map[string]map[string]bool{}
	leads, truths := map[Kind]int{}, map[Kind]int{}
	for _, l := range f.Leads {
		key, share := majority(l.Signals, owner)
		leads[l.Kind]++
		collect(touched, l.Signals, owner, "")
		if key == "" || 3*share < 2*len(unique(l.Signals)) {
			r.False = append(r.False, l)
			continue
		}
		truths[l.Kind]++
		collect(held, l.Signals, owner, key)
	}
	for _, kind := range t.kinds(f) {
		r.Kinds = append(r.Kinds, KindScore{Kind: kind, Leads: leads[kind], True: truths[kind]})
	}
	for _, n := range t.Networks {
		row := &r.Kinds[slices.IndexFunc(r.Kinds, func(k KindScore) bool { return k.Kind == n.Kind })]
		row.Planted++
		row.signals += len(n.Signals)
		row.covered += len(held[n.Key])
		if 2*len(held[n.Key]) >= len(n.Signals) {
			row.Found++
			continue
		}
		r.Missed = append(r.Missed, Miss{n.Kind, n.Key, len(n.Signals), len(touched[n.Key])})
	}
	r.Kinds = sums(r.Kinds)
	r.Traps = t.traps(f)
	return r
}

// owners tells for each signal the network, or the group around a compelled
// person, to which it belongs.
func (t Truth) owners() map[string]string {
	owner := map[string]string{}
	for _, n := range t.Networks {
		for _, ref := range n.Signals {
			owner[ref] = n.Key
		}
	}
	for _, trap := range t.Traps {
		if trap.Kind == NonPunishment {
			for _, ref := range trap.Signals {
				owner[ref] = trap.Key
			}
		}
	}
	return owner
}

// majority is the group to which most of the signals belong, and how many do.
func majority(signals []string, owner map[string]string) (key string, share int) {
	count := map[string]int{}
	for _, ref := range unique(signals) {
		if k := owner[ref]; k != "" {
			count[k]++
			if count[k] > share {
				key, share = k, count[k]
			}
		}
	}
	return key, share
}

// collect adds the signals to the sets of their groups, or of one group only.
func collect(sets map[string]map[string]bool, signals []string, owner map[string]string, only string) {
	for _, ref := range signals {
		key := owner[ref]
		if key == "" || only != "" && key != only {
			continue
		}
		if sets[key] == nil {
			sets[key] = map[string]bool{}
		}
		sets[key][ref] = true
	}
}

// kinds are the planted kinds and then those that only leads have.
func (t Truth) kinds(f Found) []Kind {
	out := slices.Clone(Kinds)
	for _, l := range f.Leads {
		if !slices.Contains(out, l.Kind) {
			out = append(out, l.Kind)
		}
	}
	return out
}

// sums works out the ratios and adds the row of sums.
func sums(rows []KindScore) []KindScore {
	total := KindScore{Kind: all}
	for _, k := range rows {
		total.Planted += k.Planted
		total.Found += k.Found
		total.Leads += k.Leads
		total.True += k.True
		total.signals += k.signals
		total.covered += k.covered
	}
	rows = append(rows, total)
	for i := range rows {
		k := &rows[i]
		k.Recall, k.Coverage, k.Precision = ratio(k.Found, k.Planted), ratio(k.covered, k.signals), ratio(k.True, k.Leads)
	}
	return rows
}

// pairs compares the pairs of signals that were taken for one person.
func (t Truth) pairs(found [][]string) PairScore {
	planted := pairsOf(t.Duplicates)
	score := PairScore{Planted: len(planted)}
	for pair := range pairsOf(found) {
		score.Found++
		if planted[pair] {
			score.True++
		}
	}
	score.Recall, score.Precision = ratio(score.True, score.Planted), ratio(score.True, score.Found)
	return score
}

func pairsOf(groups [][]string) map[[2]string]bool {
	pairs := map[[2]string]bool{}
	for _, g := range groups {
		g = unique(g)
		for i, a := range g {
			for _, b := range g[i+1:] {
				pairs[[2]string{a, b}] = true
			}
		}
	}
	return pairs
}

// unique are the signals sorted, each once.
func unique(signals []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(signals)))
}

// ratio of nothing is 0.
func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
