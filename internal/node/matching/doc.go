// Package matching links files of people and measures the result against the
// truth the files hold. It is what lies behind "lodestar eval linkage": an
// operator runs it on the State's own data to see how far the machine may be
// trusted there, and where to set its thresholds.
//
// Files have the columns of the FEBRL data sets; rec_id tells which records are
// of one person. The truth is used to measure and never to learn. Files may be
// hostile: what cannot be read is refused with the row and the reason, and no
// value is ever repeated in an error. Start at Run.
package matching
