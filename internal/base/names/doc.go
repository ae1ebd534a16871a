// Package names reads, romanises and compares the names of people, of
// organisations, of ships and of places, whatever script they are written in.
//
// One name is written in many ways: by a consulate, by a clerk who heard it on
// the telephone, by the person herself. The package answers three questions.
//
//   - How would a passport spell it? Romanise follows ICAO Doc 9303 part 3 §6,
//     then the national rule, then the scholarly one, with a table of its own
//     for each script and language.
//   - What does it sound like? Sound and Skeleton bring the spellings together,
//     so that an index finds a name that was written differently.
//   - Are two names the same name? Parse reads a name once, Compare weighs two
//     parsed names and can say why.
//
// A match says that two names may be two spellings of one name. It never says
// that two people are one person: many people share a name.
//
// Nothing here is learned from pairs of names. The tables in data/ are lists of
// languages: titles, diminutives, legal forms, numerals. An operator measures
// them on the State's own pairs with Evaluate.
//
// Start at parse.go and compare.go.
package names
