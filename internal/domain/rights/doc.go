// Package rights is the desk of lawyers and legal-aid organisations, and of those
// who help a person to her rights where there is no lawyer.
//
// It works under the OSCE Ministerial Declaration of 2011 (¶9 and ¶10), the Council
// of Europe Convention CETS 197 (Articles 12, 15, 16, 26 and 28) and Directive
// 2011/36/EU (Articles 8, 12 and 17).
//
// What must never happen here: a prosecutor who is told anything of her without her
// word or a duty (protection.md §14, P2 and P20); help that waits for any of this
// (P4); a remedy that counts as done and was not paid; a return that is a removal by
// another name.
//
// Start at module.go.
package rights
