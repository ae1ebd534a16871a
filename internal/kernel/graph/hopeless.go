package graph

import (
	"slices"

	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/linkage"
)

// hopeless tells, by the keys alone, that the weights make nothing of a pair
// whatever else its mentions say. To open a mention costs more than all the rest
// of its resolution, and most neighbours share no more than a street or a common
// name. What is only likely to come to nothing is opened.
func (r *resolver) hopeless(a, b *card) bool {
	var fields [][]linkage.Level
	switch a.kind {
	case evidence.Person:
		fields = possiblePersons(a, b)
	case evidence.Place:
		fields = possiblePlaces(a, b)
	}
	return fields != nil && !r.comesToSomething(a, b, fields, nil)
}

// comesToSomething tries every way in which the fields may agree.
func (r *resolver) comesToSomething(a, b *card, fields [][]linkage.Level, chosen []linkage.Level) bool {
	if len(chosen) == len(fields) {
		return weighSince(r.models, a.kind, chosen, a, b).state != ""
	}
	return slices.ContainsFunc(fields[len(chosen)], func(l linkage.Level) bool {
		return r.comesToSomething(a, b, fields, append(slices.Clone(chosen), l))
	})
}

// anyLevel is a field of which the keys say nothing, the likeliest first.
var anyLevel = []linkage.Level{linkage.Exact, linkage.High, linkage.Medium, linkage.Low, linkage.Missing, linkage.Differ}

// possiblePersons are the levels that two persons may agree by, as compare has
// them. Whoever has a name and a year of birth has a key of both.
func possiblePersons(a, b *card) [][]linkage.Level {
	born := anyLevel
	_, named := share(a.keys, b.keys, byWord)
	commonWords, _ := share(a.keys, b.keys, byWords)
	sameYear, years := share(a.keys, b.keys, byWordsYear)
	_, days := share(a.keys, b.keys, byWordBirth)
	switch {
	case named && !years:
		born = []linkage.Level{linkage.Missing}
	case commonWords && !sameYear && !days:
		born = []linkage.Level{linkage.Low, linkage.Differ}
	}
	return [][]linkage.Level{anyLevel, {linkage.Missing}, born, {compareDocuments(a, b)},
		{compareShared(a, b, byContact)}, {compareShared(a, b, byAddress)}}
}

// possiblePlaces are the levels of two places in one street; nil if the keys do
// not say that they are.
func possiblePlaces(a, b *card) [][]linkage.Level {
	street, _ := share(a.keys, b.keys, byStreetTown)
	house, houses := share(a.keys, b.keys, byStreetHouse)
	if !street || house {
		return nil
	}
	number := []linkage.Level{linkage.Missing}
	if houses {
		number = []linkage.Level{linkage.Differ}
	}
	return [][]linkage.Level{anyLevel, number, {linkage.Exact}, anyLevel}
}
