// Package linkage decides whether two records describe one person, and says why.
//
// It follows Fellegi and Sunter: each field compared adds evidence for or
// against, counted in bits, and the sum is the odds that the two are the same
// person. The weights are learned from the records themselves, without a single
// pair being labelled (Learn). A missing value is no evidence. A better agreement
// never lowers a score. Two thresholds part the pairs into the same, the doubtful,
// on which a person decides, and the different.
//
// Two assumptions of the textbook are false of people and are mended here. Members
// of a household agree on surname and address without being one person: a Bond
// takes back what such shared values seemed to prove. A person who moves house
// changes every part of the address at once: a Change gives back what that seemed
// to disprove. Both are learned too.
//
// The package is pure: no database, no clock, no goroutine. A single pair is
// compared with Schema.Compare and weighed with Model.Score; whole files with
// NewBuilder, Block, Learn and Link, in turn or on several cores by the Runner.
//
// Matching uses a person's names, birth date, address and identifiers, nothing
// else. Sex, nationality, ethnicity and religion do not identify a person, and a
// machine that weighs them invites their use as grounds for suspicion.
package linkage
