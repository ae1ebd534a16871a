// Package identification is the desk of the competent authority, which decides
// whether somebody is a victim of trafficking, and of those who refer people to it.
//
// It works under CETS 197, Articles 10 (identification), 13 (recovery and reflection
// period) and 14 (residence permit), and protection.md §4 and §5.2 to §5.4. What
// the law of the State sets, it takes from kernel/law; what nobody has entered it
// leaves unset and says so.
//
// What must never happen here: a referral of an adult without her word; a child
// asked for the word of an adult; a name in a notification; a decision without the
// standard by which it was made; a protected period shorter than the law; a removal
// prepared while identification is open; help that waits for a decision.
//
// Start at module.go.
package identification
