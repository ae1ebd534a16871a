// Package receipt is the person's own page: what is known of her here, who has seen
// it and why, what is shared with whom; and where she takes a word back, asks, and
// complains. She has no account. A receipt of sixteen digits, shown once, opens it.
//
// It works under Regulation (EU) 2016/679, Articles 7(3), 12 and 15; Council of Europe
// Convention CETS 197, Articles 11 and 12; protection.md §13.2: a log that the
// survivor can read.
//
// What must never happen here: an oracle that tells a right code from a wrong one
// before it is right; a code that is kept; a title, an address or a cookie that says
// why somebody was here; a line withheld from her without a recorded end.
//
// Start at module.go.
package receipt
