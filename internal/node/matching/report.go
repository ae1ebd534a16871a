package matching

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"lodestar/internal/kernel/graph/linkage"
)

// Report is what was found, how well and how fast. Pairs are pairs of records of
// one person.
type Report struct {
	N       int      `json:"n"` // records
	Files   int      `json:"files"`
	Fields  []string `json:"fields"`
	Ignored []string `json:"ignored"` // columns not compared

	Pairs         float64 `json:"pairs"` // of all records that may be linked
	PairsCompared int     `json:"pairs_compared"`
	TruePairs     int     `json:"true_pairs"`
	FoundPairs    int     `json:"found_pairs"`
	CorrectPairs  int     `json:"correct_pairs"`
	Doubtful      int     `json:"doubtful_pairs"` // left to a person to decide

	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`

	Seconds
	Cores       int            `json:"cores"`
	MemoryBytes uint64         `json:"memory_bytes"` // taken from the system, at most
	Model       *linkage.Model `json:"model"`
}

// Seconds is the time each step took.
type Seconds struct {
	Total float64 `json:"seconds"`
	Read  float64 `json:"seconds_read"`
	Block float64 `json:"seconds_block"`
	Learn float64 `json:"seconds_learn"`
	Link  float64 `json:"seconds_link"`
}

// truth says for each record whose it is, and how many records are of the first
// of two files; −1 if there is one file.
type truth struct {
	person []int
	first  int
}

// measure compares the people found with the people there are. Where nothing was
// found nothing is wrong: precision is 1. Where there is nothing to find, recall
// is 1.
func (r *Report) measure(known truth, found []uint32) {
	records := make([]uint32, len(found))
	for i := range records {
		records[i] = uint32(i)
	}
	byTruth := func(x, y uint32) int { return cmp.Compare(known.person[x], known.person[y]) }
	byFound := func(x, y uint32) int { return cmp.Compare(found[x], found[y]) }
	r.TruePairs = known.pairs(records, byTruth)
	r.FoundPairs = known.pairs(records, byFound)
	r.CorrectPairs = known.pairs(records, func(x, y uint32) int { return cmp.Or(byFound(x, y), byTruth(x, y)) })
	r.Precision = ratio(r.CorrectPairs, r.FoundPairs)
	r.Recall = ratio(r.CorrectPairs, r.TruePairs)
	r.F1 = ratio(2*r.CorrectPairs, r.FoundPairs+r.TruePairs)
}

// ratio is part of whole; the whole of nothing is 1.
func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// pairs is the number of pairs that may be linked within the groups of records
// that compare as equal. It sorts the records.
func (t truth) pairs(records []uint32, compare func(x, y uint32) int) (n int) {
	slices.SortFunc(records, compare)
	for start := 0; start < len(records); {
		end, first := start, 0
		for end < len(records) && compare(records[start], records[end]) == 0 {
			if int(records[end]) < t.first {
				first++
			}
			end++
		}
		if size := end - start; t.first < 0 {
			n += size * (size - 1) / 2
		} else {
			n += first * (size - first)
		}
		start = end
	}
	return n
}

// Print writes the report for a person to read.
func (r Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(t, name+"\t"+format+"\n", args...) }
	row("records", "%d in %d file(s)", r.N, r.Files)
	row("fields", "%s", strings.Join(r.Fields, ", "))
	if len(r.Ignored) > 0 {
		row("not compared", "%s", strings.Join(r.Ignored, ", "))
	}
	row("pairs", "%.0f possible, %d compared", r.Pairs, r.PairsCompared)
	row("pairs of one person", "%d true, %d found, %d of these correct", r.TruePairs, r.FoundPairs, r.CorrectPairs)
	row("precision", "%.5f", r.Precision)
	row("recall", "%.5f", r.Recall)
	row("F1", "%.5f", r.F1)
	row("left to a person", "%d pairs (probability %g to %g)", r.Doubtful, r.Model.Doubt, r.Model.Same)
	s := r.Seconds
	row("seconds", "%.2f (read %.2f, block %.2f, learn %.2f, link %.2f)", s.Total, s.Read, s.Block, s.Learn, s.Link)
	row("on", "%d cores, %d MiB", r.Cores, r.MemoryBytes>>20)
	fmt.Fprintln(t)
	r.weights(t)
	return t.Flush()
}

// weights is the table of what was learned, in bits.
func (r Report) weights(w io.Writer) {
	columns := []linkage.Level{linkage.Exact, linkage.High, linkage.Medium, linkage.Low, linkage.Differ}
	fmt.Fprint(w, "bits for agreeing")
	for _, l := range columns {
		fmt.Fprint(w, "\t", l)
	}
	fmt.Fprintln(w)
	scale := r.Model.Scale()
	for i, f := range r.Model.Fields {
		fmt.Fprint(w, f.Name)
		for _, l := range columns {
			fmt.Fprintf(w, "\t%+.1f", scale.Weight(i, l))
		}
		fmt.Fprintln(w)
	}
}
