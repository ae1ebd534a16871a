package node

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/standards"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/evidence/intake/table"
	"lodestar/internal/kernel/id"
)

type importFlags struct {
	as, mapping, rejects, dates string
	dry, values                 bool
}

const importHelp = `FILE is known by its content, whatever its name:

  XLSX        the first visible sheet, or the one that a mapping names; values only,
              no formulas, no macros
  CSV         UTF-8, with commas, semicolons or tabs
  JSON Lines  one signal a line, as the API takes it

Columns. The first row with anything in it is the header. Columns are those of the
Human Trafficking Case Data Standard 2.0 by their names (prs_Gender) or labels;
"lodestar import columns" lists them with their values. Besides these:

  observed    the day of the observation; each row needs one, or a mapping's constant
  ref         your own reference of the row; the same reference is the same signal.
              Without it the content of the row is its reference.

Dates. 1999-02-28, 1999-02, 1999 and 28.02.1999 are read as they are. 03/04/2023 is
rejected unless --dates says which comes first.

A mapping says what else is meant. It is a JSON file, and every part may be left out:

  {
    "sheet": "Cases 2023",
    "columns": {"First contact": "observed", "Sex": "prs_Gender", "Shoe size": ""},
    "values": {"prs_Gender": {"F": "Feminine", "M": "Masculine"}},
    "constants": {"observed": "2023-07-03", "handling": "H2"},
    "dates": "dmy",
    "unknown": "keep"
  }

"" leaves a column out; "unknown": "keep" keeps a value that is in no list as text in
the narrative instead of rejecting its row.

The same file twice changes nothing: rows that are there already are counted as such.
--dry-run says the same of each row as the import would, and records nothing. A file
with a header and no rows is refused (exit code 1); one of which every row is rejected
ends with exit code 3.`

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import FILE", Short: "Record the rows of a spreadsheet (XLSX, CSV) or of JSON Lines", Long: importHelp, Args: cobra.ExactArgs(1),
		Example: `  lodestar import cases.xlsx --as usr_… --dry-run --rejects rejects.csv
  lodestar import cases.csv --as usr_… --dates dmy --mapping mapping.json`,
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error { return p.importFile(c, n, args[0], f) }),
	}
	c.Flags().BoolVar(&f.dry, "dry-run", false, "say what would become of each row, record nothing")
	c.Flags().StringVar(&f.mapping, "mapping", "", "file that says which column is which field (JSON), see above")
	c.Flags().StringVar(&f.dates, "dates", "", "order of dates with slashes or dashes: dmy or mdy; goes before the mapping's")
	c.Flags().StringVar(&f.rejects, "rejects", "", "file for the rejected rows and why (CSV)")
	c.Flags().BoolVar(&f.values, "rejects-with-values", false, "also write what stood in rejected cells: personal data")
	undo := p.importUndo(&f)
	for _, x := range []*cobra.Command{c, undo} {
		x.Flags().StringVar(&f.as, "as", "", "the user for whose organisation it is recorded: usr_…")
		x.MarkFlagRequired("as")
	}
	c.AddCommand(undo, p.importColumns())
	return c
}

func (p *program) importUndo(f *importFlags) *cobra.Command {
	return &cobra.Command{
		Use: "undo IMPORT", Short: "Take a whole import back", Args: cobra.ExactArgs(1),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			imp, err := id.Parse[id.Import](args[0])
			if err != nil {
				return err
			}
			u, err := n.user(c.Context(), f.as)
			if err != nil {
				return err
			}
			tell, end := p.progress(c, "signals")
			count, err := n.undo(c.Context(), actorOf(u), imp, tell)
			if end(); err != nil {
				return err
			}
			return errors.Join(n.Drain(c.Context()), p.print(c, map[string]int{"retracted": count}, func(w io.Writer) { fmt.Fprintln(w, p.count("command.taken_back", count)) }))
		}),
	}
}

// importColumns needs no node: a file is made where the cases are.
func (p *program) importColumns() *cobra.Command {
	return &cobra.Command{
		Use: "columns", Short: "List the columns that a spreadsheet may have, and their values", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			sheet, err := standards.Spreadsheet(sub(catalog.HTCDS, "htcds"))
			if err != nil {
				return err
			}
			return p.print(c, sheet.Fields, func(w io.Writer) {
				for _, f := range sheet.Fields {
					fmt.Fprintf(w, "%s  %s (%s)\n", f.Name, f.Label, f.Kind)
					if len(f.Values) > 0 {
						fmt.Fprintln(w, "    "+strings.Join(f.Values, ", "))
					}
				}
			})
		},
	}
}

func (p *program) importFile(c *cobra.Command, n *Node, path string, f importFlags) (err error) {
	u, err := n.user(c.Context(), f.as)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fault.New(fault.Invalid, "import", "import.no_file").Because(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fault.Wrap("import", err)
	}
	tell, end := p.progress(c, "rows")
	defer end()
	in := intake.In{By: actorOf(u), File: table.File{ReaderAt: file, Size: info.Size()}, Dry: f.dry, Progress: func(rows int) { tell(int64(rows), 0) }}
	if in.Mapping, err = f.reading(); err != nil {
		return err
	}
	if f.rejects != "" {
		w, err := os.OpenFile(f.rejects, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return fault.New(fault.Invalid, "import", "import.no_file").Because(err)
		}
		defer w.Close()
		rejects := intake.NewRejects(w, p.say, f.values)
		in.Rejects = rejects.Add
		defer func() { err = errors.Join(err, rejects.Close()) }()
	}
	done, err := n.Imports.Import(c.Context(), in)
	if err != nil {
		return err
	}
	if !f.dry {
		if err := n.Drain(c.Context()); err != nil {
			return err
		}
	}
	if err := p.print(c, p.imported(done), func(w io.Writer) { p.printImported(w, path, done, f) }); err != nil {
		return err
	}
	if done.Rejected > 0 && done.Rejected == done.Rows {
		return errDegraded
	}
	return nil
}

// reading is how the file is to be read.
func (f importFlags) reading() (m intake.Mapping, err error) {
	if f.mapping != "" {
		file, err := os.Open(f.mapping)
		if err != nil {
			return m, fault.New(fault.Invalid, "import", "import.no_file").Because(err)
		}
		defer file.Close()
		if m, err = intake.ReadMapping(file); err != nil {
			return m, err
		}
	}
	switch order := intake.DateOrder(f.dates); order {
	case "":
	case intake.DayFirst, intake.MonthFirst:
		m.Dates = order
	default:
		return m, usageError{fault.New(fault.Invalid, "import", "command.dates")}
	}
	return m, nil
}

func (p *program) printImported(w io.Writer, path string, d intake.Imported, f importFlags) {
	for _, c := range d.Unread {
		fmt.Fprintln(w, p.tell("command.column_unread", "number", c.Number, "header", c.Header, "why", p.say(c.Note, nil)))
	}
	counts := []any{"rows", d.Rows, "recorded", d.Recorded, "again", d.Again, "rejected", d.Rejected}
	if f.dry {
		fmt.Fprintln(w, p.tell("command.would_import", counts...))
	} else {
		fmt.Fprintln(w, p.tell("command.imported", counts...))
	}
	if d.Noted > 0 {
		fmt.Fprintln(w, p.count("command.noted", d.Noted))
	}
	if d.Rejected > 0 && f.rejects == "" {
		words := append([]string{"import", path}, f.again()...)
		fmt.Fprintln(w, p.tell("command.why_rejected", "command", p.next(append(words, "--dry-run", "--rejects", "rejects.csv")...)))
	}
	switch {
	case d.Recorded == 0:
	case f.dry:
		fmt.Fprintln(w, p.tell("command.to_import", "command", p.next(append([]string{"import", path}, f.again()...)...)))
	default:
		fmt.Fprintln(w, p.tell("command.to_undo", "command", p.next("import", "undo", d.Import.String(), "--as", f.as)))
	}
}

// again are the flags with which the same file is read in the same way.
func (f importFlags) again() []string {
	words := []string{"--as", f.as}
	if f.mapping != "" {
		words = append(words, "--mapping", f.mapping)
	}
	if f.dates != "" {
		words = append(words, "--dates", f.dates)
	}
	return words
}
