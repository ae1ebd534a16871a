package node

import (
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lodestar/bench/register"
	"lodestar/internal/base/fault"
	"lodestar/internal/node/matching"
)

// evalLinkage is "lodestar eval linkage": it links one file of people in itself,
// or two across, and says how much of the truth in the files it found.
func evalLinkage() *cobra.Command {
	var (
		options  matching.Options
		asJSON   bool
		generate int
		seed     uint64
	)
	c := &cobra.Command{
		Use:   "linkage FILE [FILE]",
		Short: "Measure how well records of one person are found, on data with known truth",
		Long: `Links the records of one file among each other, or of two files across, without
being told which belong together, and compares what it found with the truth.

Files are CSV with the columns of FEBRL: rec_id (rec-N-org or rec-N-dup-M, N being
the person), given_name, surname, street_number, address_1, address_2, suburb,
postcode, state, date_of_birth (YYYYMMDD), soc_sec_id. Any but rec_id may lack, and
other columns are left aside.`,
		Example: `  lodestar eval linkage people.csv
  lodestar eval linkage police.csv shelter.csv --without soc_sec_id
  lodestar eval linkage --generate 1000000 --json`,
		Args: func(c *cobra.Command, files []string) error {
			if generate > 0 {
				return cobra.NoArgs(c, files)
			}
			return cobra.RangeArgs(1, 2)(c, files)
		},
		RunE: func(c *cobra.Command, paths []string) error {
			report, err := measureLinkage(c, options, paths, generate, seed)
			if err != nil {
				return err
			}
			if !asJSON {
				return report.Print(c.OutOrStdout())
			}
			out := json.NewEncoder(c.OutOrStdout())
			out.SetIndent("", "  ")
			return out.Encode(report)
		},
	}
	f := c.Flags()
	f.BoolVar(&asJSON, "json", false, "print one JSON object, with the model learned")
	f.StringSliceVar(&options.Fields, "fields", nil, "compare only these fields")
	f.StringSliceVar(&options.Without, "without", nil, "do not compare these fields")
	f.Float64Var(&options.Same, "same", 0, "probability from which two records are linked (default as learned, 0.9)")
	f.Float64Var(&options.Doubt, "doubt", 0, "probability from which a person is asked (default as learned, 0.05)")
	f.IntVar(&generate, "generate", 0, "instead of a file, invent a register of so many records")
	f.Uint64Var(&seed, "seed", 1, "the register to invent")
	return c
}

func measureLinkage(c *cobra.Command, o matching.Options, paths []string, generate int, seed uint64) (matching.Report, error) {
	if generate > 0 {
		if generate < register.MinRecords || generate > register.MaxRecords {
			return matching.Report{}, fault.New(fault.Invalid, "node.evalLinkage", "linkage.generate", "least", register.MinRecords, "most", register.MaxRecords)
		}
		invented, w := io.Pipe()
		defer invented.Close()
		go func() { w.CloseWithError(register.Write(w, generate, seed)) }()
		return matching.Run(c.Context(), o, matching.Input{Name: "generated", Reader: invented})
	}
	var inputs []matching.Input
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			kind := fault.Invalid
			if errors.Is(err, os.ErrNotExist) {
				kind = fault.NotFound
			}
			return matching.Report{}, fault.New(kind, "node.evalLinkage", "linkage.open", "file", path).Because(err)
		}
		defer f.Close()
		inputs = append(inputs, matching.Input{Name: path, Reader: f})
	}
	return matching.Run(c.Context(), o, inputs...)
}
