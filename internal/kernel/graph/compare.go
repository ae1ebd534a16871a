package graph

import (
	"slices"

	"lodestar/internal/base/names"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/features"
	"lodestar/internal/kernel/graph/linkage"
)

// The fields that are compared, by kind of mention. A field of things shared says
// whether two mentions have one of them in common: the same number is stronger
// than any name. Rarity says how rare the name is on which they agree.
var (
	personFields = []linkage.Field{
		{Name: "name", Kind: linkage.Name}, {Name: "rarity", Kind: linkage.Code}, {Name: "born", Kind: linkage.Date}, {Name: "document", Kind: linkage.Identifier},
		{Name: "contact", Kind: linkage.Identifier}, {Name: "place", Kind: linkage.Text},
	}
	organisationFields = []linkage.Field{
		{Name: "name", Kind: linkage.Name}, {Name: "document", Kind: linkage.Identifier},
		{Name: "contact", Kind: linkage.Identifier}, {Name: "place", Kind: linkage.Text},
	}
	placeFields = []linkage.Field{
		{Name: "street", Kind: linkage.Text}, {Name: "number", Kind: linkage.Number},
		{Name: "town", Kind: linkage.Text}, {Name: "postcode", Kind: linkage.Number},
	}
)

// Places of fields among those of a person.
const (
	fieldName   = 0
	fieldRarity = 1
)

func fieldsOf(kind evidence.MentionKind) []linkage.Field {
	switch kind {
	case evidence.Person:
		return personFields
	case evidence.Organisation:
		return organisationFields
	case evidence.Place:
		return placeFields
	}
	return nil
}

// isThing tells whether a mention is known by its number alone.
func isThing(kind evidence.MentionKind) bool { return fieldsOf(kind) == nil }

// compare says how well two mentions of one kind agree, field by field; nil where
// they may not be one: two of one signal are two, by the word of its source, and
// so are places in two States. How rare a name is depends on what has been
// counted, so that it is left to the weights.
func compare(a, b *card) []linkage.Level {
	if a.kind != b.kind || seqOf(a.place) == seqOf(b.place) {
		return nil
	}
	switch a.kind {
	case evidence.Person:
		return []linkage.Level{compareNames(a, b), linkage.Missing, features.CompareBorn(a.born, b.born), compareDocuments(a, b),
			compareShared(a, b, byContact), compareShared(a, b, byAddress)}
	case evidence.Organisation:
		return []linkage.Level{compareNames(a, b), compareDocuments(a, b), compareShared(a, b, byContact), compareShared(a, b, byAddress)}
	case evidence.Place:
		return comparePlaces(&a.address, &b.address)
	}
	return nil
}

// compareNames compares each name of one with each of the other; the best counts.
// One word is not a person's name: it never agrees by more than Low.
func compareNames(a, b *card) linkage.Level {
	best := linkage.Missing
	for i := range a.names {
		for j := range b.names {
			x, y := &a.names[i], &b.names[j]
			l := levelOf(names.Compare(&x.Parsed, &y.Parsed).Value)
			if a.kind == evidence.Person && min(x.words, y.words) < 2 {
				l = min(l, linkage.Low)
			}
			best = max(best, l)
		}
	}
	return best
}

// levelOf puts the value of two names into a level. From names.Threshold on they
// are one name; what sounds the same is as good as written the same.
func levelOf(value float64) linkage.Level {
	switch {
	case value >= 0.97:
		return linkage.Exact
	case value >= 0.9:
		return linkage.High
	case value >= names.Threshold:
		return linkage.Medium
	case value >= 0.65:
		return linkage.Low
	}
	return linkage.Differ
}

// compareDocuments: numbers contradict one another only where they are of
// documents of one sort and State.
func compareDocuments(a, b *card) linkage.Level {
	if common, _ := share(a.keys, b.keys, byDocument); common {
		return linkage.Exact
	}
	if common, _ := share(a.keys, b.keys, byNumber); common {
		return linkage.High
	}
	if common, _ := share(a.keys, b.keys, ofSort); common {
		return linkage.Differ
	}
	return linkage.Missing
}

func compareShared(a, b *card, s keySort) linkage.Level {
	switch common, both := share(a.keys, b.keys, s); {
	case common:
		return linkage.Exact
	case both:
		return linkage.Differ
	}
	return linkage.Missing
}

func comparePlaces(a, b *features.Address) []linkage.Level {
	if a.Country != "" && b.Country != "" && a.Country != b.Country {
		return nil
	}
	return []linkage.Level{
		compareWords(a.Words, b.Words),
		compareNumbers(a.Numbers, b.Numbers),
		compareWords(a.Town, b.Town),
		comparePostcodes(a.Postcode, b.Postcode),
	}
}

func compareWords(a, b string) linkage.Level {
	if a == "" || b == "" {
		return linkage.Missing
	}
	switch jw := names.JaroWinkler(a, b); {
	case a == b:
		return linkage.Exact
	case jw >= 0.92:
		return linkage.High
	case jw >= 0.85:
		return linkage.Medium
	case jw >= 0.75:
		return linkage.Low
	}
	return linkage.Differ
}

// compareNumbers: a flat or floor that one of them leaves out is no contradiction.
func compareNumbers(a, b []string) linkage.Level {
	if len(a) == 0 || len(b) == 0 {
		return linkage.Missing
	}
	if len(b) < len(a) {
		a, b = b, a
	}
	common := 0
	for _, n := range a {
		if slices.Contains(b, n) {
			common++
		}
	}
	switch {
	case common == len(b):
		return linkage.Exact
	case common == len(a):
		return linkage.High
	case common > 0:
		return linkage.Low
	}
	return linkage.Differ
}

// comparePostcodes: several States write a shorter code for a larger area.
func comparePostcodes(a, b string) linkage.Level {
	if len(b) < len(a) {
		a, b = b, a
	}
	switch {
	case a == "":
		return linkage.Missing
	case a == b:
		return linkage.Exact
	case len(a) >= 3 && b[:len(a)] == a:
		return linkage.Medium
	}
	return linkage.Differ
}
