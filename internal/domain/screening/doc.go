// Package screening is the desk of those who ask: the interview with a whole list of
// signs, in a case that is open, in a short pass or a long one.
//
// It works under protection.md §7: published instruments, versioned as data; Council
// of Europe Convention CETS 197, Article 10(3): an unknown age takes the list for
// children; Directive 2011/36/EU, Article 11(4)(a): early detection.
//
// The first contact is a signal of the protection desk and flows into the river. An
// interview in a case is not one more: its answers tell of her life, they stay with
// the case, sealed under her key, and nobody is told of her a second time
// (Regulation (EU) 2016/679, Article 5(1)(c)).
//
// What must never happen here: a result that closes anything, blocks help or is shown
// as "not a victim"; an answer that was not given counted as no; an earlier answer
// that a later interview overwrites.
//
// Start at module.go.
package screening
