package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/names"
)

// evalNames is "lodestar eval names": it compares labelled pairs of names and says
// how often the comparison was right.
func evalNames() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "names FILE",
		Short: "Measure how well two spellings of one name are told from two names",
		Long: `Compares the pairs of names of a CSV file and sets the outcome against its labels.

The columns are name1, name2, schema (Person, Company, Organization, LegalEntity,
Vessel, Address) and is_match (true or false), in any order; others are left aside.
A file with a row that cannot be read is refused, and the row is named.
FILE may be - for the standard input.`,
		Example: "  lodestar eval names pairs.csv --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			report, err := measureNames(c.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			if !asJSON {
				return printNames(c.OutOrStdout(), report)
			}
			out := json.NewEncoder(c.OutOrStdout())
			out.SetIndent("", "  ")
			return out.Encode(report)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func measureNames(stdin io.Reader, path string) (names.Report, error) {
	if path == "-" {
		return names.Evaluate(stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		kind := fault.Invalid
		if errors.Is(err, os.ErrNotExist) {
			kind = fault.NotFound
		}
		return names.Report{}, fault.New(kind, "node.evalNames", "names.pairs.open", "file", path).Because(err)
	}
	defer f.Close()
	return names.Evaluate(f)
}

func printNames(w io.Writer, r names.Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "pairs\t%d\n", r.N)
	fmt.Fprintf(t, "precision\t%.3f\n", r.Precision)
	fmt.Fprintf(t, "recall\t%.3f\n", r.Recall)
	fmt.Fprintf(t, "F1\t%.3f\n", r.F1)
	fmt.Fprintf(t, "called a match, rightly\t%d\n", r.TP)
	fmt.Fprintf(t, "called a match, wrongly\t%d\n", r.FP)
	fmt.Fprintf(t, "missed\t%d\n", r.FN)
	fmt.Fprintf(t, "kept apart, rightly\t%d\n", r.TN)
	fmt.Fprintf(t, "threshold\t%.2f\n", r.Threshold)
	fmt.Fprintf(t, "time per pair\t%.1f µs\n", r.NanosPerPair/1000)
	return t.Flush()
}
