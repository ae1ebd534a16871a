// Package analysis is the desk of those who look at what was recorded and what
// the machine connected: signals, leads, entities, links, and the doubtful pairs
// that wait for a person's word.
//
// It works under the OSCE Ministerial Declaration of 2011, ¶6 (agencies act
// together), Directive (EU) 2016/680 (Articles 10 and 29) and Regulation (EU)
// 2016/679, Article 22 (no decision by the machine alone).
//
// What must never happen here: a person whom the law protects named as a suspect;
// a name shown because two records look alike; nationality, ethnicity or sex as a
// reason.
//
// Start at module.go.
package analysis
