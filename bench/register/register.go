// Package register invents a population register in which some people appear
// more than once, with the errors of real registers, and in which the truth is
// known. Linking is measured on it at any size.
//
// The register is made to be hard where life is: names follow a steep frequency
// curve, families share a surname and an address, towns share a postcode, some
// children are twins, people move house, marry, swap their names, lose their
// number or have it mistyped. Everybody in it is invented.
package register

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
)

// Header names the columns, as FEBRL's data sets do.
const Header = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id"

// Sizes of a register. Identity numbers stay unique up to the largest.
const (
	MinRecords = 10
	MaxRecords = 100_000_000
)

// Columns of a record after its rec_id.
const (
	given = iota
	surname
	number
	street
	building
	suburb
	postcode
	state
	born
	social
	columns
)

type record [columns]string

// Write writes a register of the given number of records as CSV. Seven in ten
// are people's first records, the others repeat one of them. The same seed gives
// the same register, byte for byte.
func Write(w io.Writer, records int, seed uint64) error {
	if records < MinRecords || records > MaxRecords {
		return fmt.Errorf("register: %d records, want %d to %d", records, MinRecords, MaxRecords)
	}
	out := bufio.NewWriterSize(w, 1<<16)
	fmt.Fprintln(out, Header)
	r := newRegister(records, seed)
	step, at := scatter(records), 0
	for range records {
		at = (at + step) % records
		if err := r.write(out, at); err != nil {
			return err
		}
	}
	return out.Flush()
}

// scatter is a step that visits each of n places once, far from in order.
func scatter(n int) int {
	step := int(float64(n) * 0.6180339887)
	for gcd(step, n) != 1 {
		step++
	}
	return step
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

type register struct {
	seed     uint64
	people   int
	givens   []string
	surnames []string
	streets  []string
	suburbs  []string
}

func newRegister(records int, seed uint64) *register {
	r := &register{seed: seed, people: records * 7 / 10}
	r.givens = r.words("given", 1500, 2, 3)
	r.surnames = r.words("surname", 20_000, 2, 4)
	r.streets = r.words("street", 3000, 2, 3)
	r.suburbs = r.words("suburb", places, 2, 4)
	return r
}

// draw is the source of everything about one thing: the same thing is drawn the
// same each time, so no one need be kept in memory.
func (r *register) draw(thing string, n int) *rand.Rand {
	h := r.seed
	for _, c := range thing {
		h = h*31 + uint64(c)
	}
	return rand.New(rand.NewPCG(h, uint64(n)))
}

func (r *register) write(out *bufio.Writer, at int) error {
	person, suffix := at, "org"
	rec := record{}
	if at < r.people {
		rec = r.person(person)
		r.blur(&rec, at, 0.2)
	} else {
		person, suffix = r.draw("repeats", at).IntN(r.people), fmt.Sprintf("dup-%d", at-r.people)
		rec = r.person(person)
		r.change(&rec, at)
		r.blur(&rec, at, 1)
	}
	fmt.Fprintf(out, "rec-%d-%s", person, suffix)
	for _, v := range rec {
		out.WriteString(", ")
		out.WriteString(v)
	}
	return out.WriteByte('\n')
}
