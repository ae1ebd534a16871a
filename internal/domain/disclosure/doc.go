// Package disclosure is the desk of those who must tell without being able to ask:
// where a life is at risk and the law names a duty, what averts the danger is told
// to who can avert it.
//
// It works under protection.md §1, rule 6, and §6: no disclosure without her live
// word or a named duty; Regulation (EU) 2016/679, Articles 6(1)(d) and 9(2)(c):
// vital interests; Article 14: she is told.
//
// What must never happen here: a disclosure under a duty that the law of the State
// does not have; one that nobody looks at afterwards; one that she never learns of.
//
// Start at module.go.
package disclosure
