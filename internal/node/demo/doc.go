// Package demo invents the people of the demonstration.
//
// Generate replays the third quarter of 2023 of the United Kingdom's referral
// mechanism: each of the 4,138 people that the Home Office counted becomes one
// invented referral, so that every cell of the published joint distribution
// (first responder × exploitation × age × gender × nationality) comes out exact.
// Among them lie planted networks, families, people referred twice and a few
// traps, each written differently by every responder. The Truth says where they
// lie, and Truth.Score compares it with what was found.
//
// Scale makes the same kind of referral without end, for measurements.
//
// Nobody here exists. Telephone numbers come from the ranges that regulators keep
// for drama, postcodes and number plates from areas that were never issued, bank
// codes and towns are made up. Citizenship, gender and language are coded for
// counting only; no rule may read them.
//
// The same seed gives the same output, to the byte. Start at Generate.
package demo
