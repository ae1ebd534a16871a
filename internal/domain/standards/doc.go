// Package standards brings case data in by the standards that the field has agreed
// on, so that no organisation types again what it keeps already: HTCDS, the Human
// Trafficking Case Data Standard (IOM). Nobody works here: its readers stand behind
// the import of files. A value that a standard does not list is never guessed into
// one that it does, and what cannot be read says so. Start at htcds.go.
package standards
