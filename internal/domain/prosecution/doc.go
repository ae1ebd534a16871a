// Package prosecution is the desk of those who charge: prosecutors, and the police
// where they charge. They record for their own organisation who is charged or
// detained, and read what a person wants them to know.
//
// It works under the OSCE Ministerial Declaration of 2011 (¶10), the Council of
// Europe Convention CETS 197 (Article 26), and Directive 2011/36/EU (Article 8).
//
// What must never happen here: an answer, a list, a line or a delay by which a
// prosecutor learns that somebody whom he charges is helped somewhere (protection.md
// §14, P20); a name compared with what another organisation keeps for itself; a name
// that is kept after the charge is over. See docs/decisions/0009.
//
// Start at module.go.
package prosecution
