package names

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
)

// Report is how Compare fares on labelled pairs of names.
type Report struct {
	N         int     `json:"n"`
	Precision float64 `json:"precision"` // of the pairs called a match, the share that is one; 0 if none was called
	Recall    float64 `json:"recall"`    // of the pairs that are a match, the share that was called; 0 if there are none
	F1        float64 `json:"f1"`        // harmonic mean of the two
	TP        int     `json:"tp"`
	FP        int     `json:"fp"`
	FN        int     `json:"fn"`
	TN        int     `json:"tn"`
	Threshold float64 `json:"threshold"`

	Seconds        float64 `json:"seconds"`          // reading both names and comparing them, all pairs
	NanosPerPair   float64 `json:"ns_per_pair"`      // the same for one pair
	PairsPerSecond float64 `json:"pairs_per_second"` // the same turned round
}

// longestField bounds one field of a file of pairs, in bytes.
const longestField = 4096

// evalPair is one row of a file of pairs.
type evalPair struct {
	a, b  string
	kind  Kind
	match bool
}

// Evaluate reads labelled pairs of names as CSV and compares them. The columns
// name1, name2, schema and is_match (true or false) may stand in any order among
// others. A file that is not exactly that is refused with a fault.Invalid whose
// argument "row" is the line of the file, counted from 1; rows are never skipped.
func Evaluate(r io.Reader) (Report, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	at, err := header(in)
	if err != nil {
		return Report{}, err
	}
	Load()
	report := Report{Threshold: Threshold}
	var spent time.Duration
	batch := make([]evalPair, 0, 1024)
	for more := true; more; {
		batch, more, err = nextPairs(in, at, batch[:0])
		if err != nil {
			return Report{}, err
		}
		spent += clock.Elapsed(func() { report.count(batch) })
	}
	if report.N == 0 {
		return Report{}, refuse("names.pairs.empty", 1, "no pairs")
	}
	report.sum(spent)
	return report, nil
}

// columns are the fields of a row that are read, in the order of their names.
var columns = [...]string{"name1", "name2", "schema", "is_match"}

// header finds the columns.
func header(in *csv.Reader) (at [len(columns)]int, err error) {
	row, err := in.Read()
	if errors.Is(err, io.EOF) {
		return at, refuse("names.pairs.empty", 1, "empty file")
	}
	if err != nil {
		return at, malformed(err)
	}
	head := slices.Clone(row)
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	for i, column := range columns {
		if at[i] = slices.Index(head, column); at[i] < 0 {
			return at, refuse("names.pairs.column", 1, "no column "+column)
		}
		if slices.Index(head[at[i]+1:], column) >= 0 {
			return at, refuse("names.pairs.column", 1, "column "+column+" twice")
		}
	}
	return at, nil
}

// nextPairs fills the batch; more is false at the end of the file.
func nextPairs(in *csv.Reader, at [len(columns)]int, batch []evalPair) (_ []evalPair, more bool, err error) {
	for len(batch) < cap(batch) {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return batch, false, nil
		}
		if err != nil {
			return nil, false, malformed(err)
		}
		pair, err := readPair(in, row, at)
		if err != nil {
			return nil, false, err
		}
		batch = append(batch, pair)
	}
	return batch, true, nil
}

func readPair(in *csv.Reader, row []string, at [len(columns)]int) (evalPair, error) {
	line, _ := in.FieldPos(0)
	for i, column := range columns {
		switch value := row[at[i]]; {
		case len(value) > longestField:
			return evalPair{}, refuse("names.pairs.long", line, column+" is too long")
		case !utf8.ValidString(value):
			return evalPair{}, refuse("names.pairs.encoding", line, column+" is not UTF-8")
		case i < 2 && strings.TrimSpace(value) == "":
			return evalPair{}, refuse("names.pairs.blank", line, column+" is empty")
		}
	}
	pair := evalPair{a: row[at[0]], b: row[at[1]], kind: KindOf(row[at[2]])}
	switch strings.ToLower(strings.TrimSpace(row[at[3]])) {
	case "true":
		pair.match = true
	case "false":
	default:
		return evalPair{}, refuse("names.pairs.label", line, "is_match is neither true nor false")
	}
	return pair, nil
}

func (r *Report) count(pairs []evalPair) {
	for i := range pairs {
		p := &pairs[i]
		a, b := Parse(p.a, p.kind), Parse(p.b, p.kind)
		r.N++
		switch said := Compare(&a, &b).Match; {
		case said && p.match:
			r.TP++
		case said:
			r.FP++
		case p.match:
			r.FN++
		default:
			r.TN++
		}
	}
}

func (r *Report) sum(spent time.Duration) {
	r.Precision = ratio(r.TP, r.TP+r.FP)
	r.Recall = ratio(r.TP, r.TP+r.FN)
	r.F1 = ratio(2*r.TP, 2*r.TP+r.FP+r.FN)
	r.Seconds = spent.Seconds()
	r.NanosPerPair = float64(spent.Nanoseconds()) / float64(r.N)
	if spent > 0 {
		r.PairsPerSecond = float64(r.N) / r.Seconds
	}
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// malformed turns an error of the CSV reader into a refusal; an error of the
// source itself (a disk, a closed pipe) stays what it is.
func malformed(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return refuse("names.pairs.csv", bad.Line, bad.Err.Error())
	}
	return fault.Wrap("names.Evaluate", err)
}

func refuse(key string, line int, what string) error {
	return fault.New(fault.Invalid, "names.Evaluate", key, "row", line).Because(fmt.Errorf("row %d: %s", line, what))
}
