package demo

import "slices"

// traps says which were avoided.
func (t Truth) traps(f Found) []TrapScore {
	var out []TrapScore
	for _, trap := range t.Traps {
		times := 0
		switch trap.Kind {
		case SameName:
			times = joining(f.Leads, t.members(trap.Networks[0]), t.members(trap.Networks[1]))
		case SharedHome:
			times = within(f.Leads, trap.Signals)
		case NonPunishment:
			if slices.Contains(f.Suspects, trap.Person) {
				times = 1
			}
		}
		out = append(out, TrapScore{trap.Kind, trap.Key, times == 0, times})
	}
	for _, family := range t.Families {
		times := within(f.Leads, family)
		out = append(out, TrapScore{Family, family[0], times == 0, times})
	}
	return out
}

func (t Truth) members(key string) []string {
	for _, n := range t.Networks {
		if n.Key == key {
			return n.Signals
		}
	}
	return nil
}

// joining counts the leads that hold signals of both networks.
func joining(leads []Lead, a, b []string) (n int) {
	for _, l := range leads {
		if shared(l.Signals, a) > 0 && shared(l.Signals, b) > 0 {
			n++
		}
	}
	return n
}

// within counts the leads of which half or more are signals of the group.
func within(leads []Lead, group []string) (n int) {
	for _, l := range leads {
		if 2*shared(l.Signals, group) >= len(unique(l.Signals)) {
			n++
		}
	}
	return n
}

func shared(signals, group []string) (n int) {
	for _, ref := range unique(signals) {
		if slices.Contains(group, ref) {
			n++
		}
	}
	return n
}
