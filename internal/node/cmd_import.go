package node

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/evidence/intake/table"
	"lodestar/internal/kernel/id"
)

type importFlags struct {
	as, mapping, rejects string
	dry, values          bool
}

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import FILE", Short: "Record the rows of a spreadsheet (HTCDS) or of JSON Lines", Args: cobra.ExactArgs(1),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error { return p.importFile(c, n, args[0], f) }),
	}
	c.PersistentFlags().StringVar(&f.as, "as", "", "the user for whose organisation it is recorded")
	c.MarkPersistentFlagRequired("as")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "read and count, record nothing")
	c.Flags().StringVar(&f.mapping, "mapping", "", "file that says which column is which field (JSON)")
	c.Flags().StringVar(&f.rejects, "rejects", "", "file for the rejected rows and why (CSV)")
	c.Flags().BoolVar(&f.values, "rejects-with-values", false, "also write what stood in rejected cells: personal data")
	c.AddCommand(&cobra.Command{
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
	})
	return c
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
	if in.Mapping, err = readMapping(f.mapping); err != nil {
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

func readMapping(path string) (intake.Mapping, error) {
	if path == "" {
		return intake.Mapping{}, nil
	}
	m, err := os.Open(path)
	if err != nil {
		return intake.Mapping{}, fault.New(fault.Invalid, "import", "import.no_file").Because(err)
	}
	defer m.Close()
	return intake.ReadMapping(m)
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
	return words
}
