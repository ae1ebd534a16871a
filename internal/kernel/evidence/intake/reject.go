package intake

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

// Sentence says why in the reader's language.
type Sentence func(key string, args []fault.Arg) string

// Rejects writes the file of rejected rows: one CSV line per reason, with the
// number of the row, the column, the field, the reason in one word and in a
// sentence, and the sentence's key. What stood in the cell is personal, and is written only if Values
// is asked for by somebody who may have the file itself.
//
// Spreadsheet programs run cells that begin like a formula (OWASP, CSV
// injection). Such a beginning is disarmed with an apostrophe, also after a
// separator within a cell, where a program set to another separator would begin a
// new one.
type Rejects struct {
	w      *csv.Writer
	say    Sentence
	values bool
	begun  bool
}

// NewRejects starts the file. Values asks for a last column with what stood there.
func NewRejects(w io.Writer, say Sentence, values bool) *Rejects {
	return &Rejects{w: csv.NewWriter(w), say: say, values: values}
}

// Add writes the reasons of one row; a row without reasons writes nothing.
func (r *Rejects) Add(row Row) error {
	if !r.begun {
		r.begun = true
		if err := r.write("row", "column", "field", "reason", "sentence", "key", "value"); err != nil {
			return err
		}
	}
	for _, why := range row.Reasons {
		column := ""
		if why.Column > 0 {
			column = strconv.Itoa(why.Column)
		}
		if err := r.write(strconv.Itoa(row.Number), column, why.Field, why.Code(), r.say(why.Key, why.Args), why.Key, why.held); err != nil {
			return err
		}
	}
	return nil
}

// Kept adds a row whose reasons were kept without what stood there.
func (r *Rejects) Kept(row evidence.Rejected) error {
	out := Row{Number: row.Number}
	for _, why := range row.Reasons {
		out.Reasons = append(out.Reasons, Rejection{Column: why.Column, Field: why.Field, Key: why.Key, Args: why.Args})
	}
	return r.Add(out)
}

// Close writes out what is left. A file without rejected rows stays empty.
func (r *Rejects) Close() error {
	r.w.Flush()
	return fault.Wrap("intake.Rejects", r.w.Error())
}

func (r *Rejects) write(cells ...string) error {
	if !r.values {
		cells = cells[:len(cells)-1]
	}
	for i := range cells {
		cells[i] = disarm(cells[i])
	}
	return fault.Wrap("intake.Rejects", r.w.Write(cells))
}

// Code is the reason in one word, for programs: the last part of its key.
func (r Rejection) Code() string { return r.Key[strings.LastIndexByte(r.Key, '.')+1:] }

func disarm(s string) string {
	var b strings.Builder
	begins := true
	for _, r := range s {
		if begins && strings.ContainsRune("=+-@\t\r＝＋－＠", r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		begins = strings.ContainsRune(",;\t|\r\n\"' ", r)
	}
	return b.String()
}
