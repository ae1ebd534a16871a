// Package child is the desk of child protection: those who stand in for a child who
// may have been trafficked until somebody of her own does.
//
// It works under the Council of Europe Convention CETS 197 (Articles 10(3), 10(4)
// and 12), Directive 2011/36/EU (Articles 13, 14 and 16), the Convention on the
// Rights of the Child (Articles 3, 12 and 20) and the OSCE Ministerial Declaration
// of 2011 (¶13). See protection.md §1 (rule 3), §5.8 and §5.9.
//
// What must never happen here: an adult's path for somebody whose age is in doubt; a
// body looked at without her word; a guardian with an interest of their own; a
// decision about a child whom nobody heard; a search for a family that may have
// sold her; a child who comes of age with her guardian's word still speaking for her.
//
// Start at module.go.
package child
