// Package graph connects what signals mention: persons, organisations, places
// and the things that are known by a number. Mentions of one and the same become
// one entity, relations become links between entities.
//
// All of it is derived (invariant 2): a function of the signals in the order of
// their seq, among them the node's own: what people say about two mentions
// (verdict), what a source takes back (retraction), new weights (model). So the
// tables can be wiped and made anew, and the only way to change them is a signal.
//
// How two mentions become one:
//
//	keys      a mention bears keyed digests of its name, dates, numbers (keys.go);
//	          mentions that share a key are neighbours. Nothing is compared with
//	          more than a few of the newest neighbours of each key.
//	pairs     neighbours are opened and weighed by the model of Fellegi and Sunter
//	          (package linkage): the same, doubtful, or nothing (compare.go,
//	          weights.go). One telephone number is one thing, without weighing.
//	entities  what the pairs connect, as far as people did not say "different" and
//	          no signal names the two side by side; what people say comes before
//	          what the machine thinks (forest.go).
//
// A name alone connects nobody, unless names have been counted and it is rare:
// what is doubtful waits in a queue for a person.
// Nothing is lost by a wrong connection: taking the verdict back, or the signal,
// restores what was before, and every pair keeps the parts of its score.
//
// Nationality, ethnicity and sex are not among the keys, the fields or the facts.
//
// Start at Graph, then resolve.go.
package graph
