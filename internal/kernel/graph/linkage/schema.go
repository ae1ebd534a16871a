package linkage

import (
	"fmt"
	"slices"
)

// unit is what is compared in one go: a field, or two that may be exchanged.
type unit struct {
	field, other int // other is −1 for a field alone
	comparator
}

// Compare says how well two records agree, field by field, each record's values
// being in the order of the fields. Values are expected in one spelling (case
// folded, outer space cut); an empty one is missing.
func (s Schema) Compare(a, b []string) ([]Level, error) {
	units, err := s.units()
	if err != nil {
		return nil, err
	}
	if len(a) != len(s.Fields) || len(b) != len(s.Fields) {
		return nil, fmt.Errorf("linkage: %d and %d values for %d fields", len(a), len(b), len(s.Fields))
	}
	agreed := make([]Level, len(s.Fields))
	for _, u := range units {
		if u.other < 0 {
			agreed[u.field] = u.compare(a[u.field], b[u.field])
			continue
		}
		agreed[u.field], agreed[u.other] = u.crosswise(a[u.field], a[u.other], b[u.field], b[u.other])
	}
	return agreed, nil
}

// cheapest is the order in which kinds are compared, so that a pair that cannot
// succeed is given up early.
var cheapest = []Kind{Date, Identifier, Number, Code, Name, Text}

// units lists what to compare, the cheapest first.
func (s Schema) units() ([]unit, error) {
	place, err := s.places()
	if err != nil {
		return nil, err
	}
	var units []unit
	for i, f := range s.Fields {
		switch other := place[f.Swap]; {
		case f.Swap == "":
			units = append(units, unit{i, -1, f.Kind.comparator()})
		case i < other:
			units = append(units, unit{i, other, f.Kind.comparator()})
		}
	}
	rank := func(u unit) int { return slices.Index(cheapest, s.Fields[u.field].Kind) }
	slices.SortStableFunc(units, func(a, b unit) int { return rank(a) - rank(b) })
	return units, nil
}

// places finds the fields by name and checks that all that is named exists.
func (s Schema) places() (map[string]int, error) {
	place := make(map[string]int)
	for i, f := range s.Fields {
		if _, twice := place[f.Name]; twice || f.Name == "" {
			return nil, fmt.Errorf("linkage: field %d is unnamed or named twice", i+1)
		}
		if f.Kind.comparator() == nil {
			return nil, fmt.Errorf("linkage: field %q has no kind %q", f.Name, f.Kind)
		}
		place[f.Name] = i
	}
	for i, f := range s.Fields {
		if f.Swap == "" {
			continue
		}
		other, known := place[f.Swap]
		if !known || other == i || s.Fields[other].Swap != f.Name || s.Fields[other].Kind != f.Kind {
			return nil, fmt.Errorf("linkage: fields %q and %q cannot be exchanged", f.Name, f.Swap)
		}
	}
	var named []string
	for _, b := range s.Bonds {
		named = append(named, b.Fields...)
	}
	for _, c := range s.Changes {
		named = append(named, c.Fields...)
	}
	for _, name := range named {
		if _, known := place[name]; !known {
			return nil, fmt.Errorf("linkage: a bond or change names %q, which is no field", name)
		}
	}
	return place, nil
}

// Select is the schema of the named fields alone. Swaps, bonds and changes keep
// what is left of them; a bond or change of fewer than two fields, or of the same
// fields as an earlier one, says nothing and is dropped.
func (s Schema) Select(names []string) Schema {
	var some Schema
	for _, f := range s.Fields {
		if slices.Contains(names, f.Name) {
			if !slices.Contains(names, f.Swap) {
				f.Swap = ""
			}
			some.Fields = append(some.Fields, f)
		}
	}
	left := func(fields []string) []string {
		return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !slices.Contains(names, f) })
	}
	for _, b := range s.Bonds {
		b.Fields = left(b.Fields)
		same := func(o Bond) bool { return slices.Equal(o.Fields, b.Fields) }
		if len(b.Fields) > 1 && !slices.ContainsFunc(some.Bonds, same) {
			some.Bonds = append(some.Bonds, b)
		}
	}
	for _, c := range s.Changes {
		c.Fields = left(c.Fields)
		same := func(o Change) bool { return slices.Equal(o.Fields, c.Fields) }
		if len(c.Fields) > 1 && !slices.ContainsFunc(some.Changes, same) {
			some.Changes = append(some.Changes, c)
		}
	}
	return some
}
