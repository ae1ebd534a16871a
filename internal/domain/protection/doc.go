// Package protection is the desk of those who meet a person first and of those
// who help her afterwards: shelters, NGOs, hotlines, front-line officers and the
// services she is referred to.
//
// It works under the OSCE Ministerial Declaration of 2011 (¶9 to ¶13), the
// Council of Europe Convention CETS 197 (Articles 10 to 13) and Directive
// 2011/36/EU (Articles 11 to 14).
//
// What must never happen here: help that waits for a decision; a negative
// screening that closes anything; a disclosure without her live word; a child
// asked for an adult's consent.
//
// Start at module.go.
package protection
