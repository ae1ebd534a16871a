package node

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
)

func (p *program) backup() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE KEYSFILE", Short: "Copy the node's database and its key store into two encrypted files",
		Long: `The node may go on working. Both files are encrypted for the node's key, which is in neither.

Keep the two apart. KEYSFILE needs a short retention, a few days: whoever restores an old copy of the keys undoes every erasure since. Old copies of FILE together with the newest KEYSFILE do not.`,
		Args: cobra.ExactArgs(2),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			done, err := n.Backup(c.Context(), args[0], args[1])
			if err != nil {
				return err
			}
			return p.print(c, done, func(w io.Writer) {
				fmt.Fprintln(w, p.tell("command.backed_up", "rows", done.Node.Rows, "tables", done.Node.Tables, "jobs", done.Node.Jobs, "lines", done.Lines, "keys", done.Keys.Rows))
				p.sayNext(w, "restore", "--verify", args[0], args[1])
			})
		}),
	}
}

func (p *program) restore() *cobra.Command {
	var verify bool
	var into string
	c := &cobra.Command{
		Use: "restore FILE KEYSFILE (--verify | --into DIR | --into postgres://…)", Short: "Check a backup, or load it into an empty place",
		Long: `--verify loads the backup into a temporary directory (of TMPDIR), checks its tables, its ledger, what is derived and its sealed fields, and removes it again. Use the node's own configuration: what is derived depends on its State.

--into loads it, whichever engine it came from. The node's keys, node.key and ledger.key, are read from --dir: put them there from where you keep them.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if verify == (into != "") {
				return usageError{fault.New(fault.Invalid, "command", "command.verify_or_into")}
			}
			if verify {
				return p.verifyBackup(c, args[0], args[1])
			}
			cfg, err := p.read()
			if err != nil {
				return err
			}
			done, err := Restore(c.Context(), cfg, system, Logger(os.Stderr), args[0], args[1], into)
			if err != nil {
				return err
			}
			return p.print(c, done, func(w io.Writer) {
				fmt.Fprintln(w, p.tell("command.restored", "rows", done.Rows, "jobs", done.Jobs, "erased", done.Erased))
				if p.database = into; !isPostgres(into) {
					p.database = filepath.Join(into, "node.db")
				}
				p.sayNext(w, "doctor")
			})
		},
	}
	c.Flags().BoolVar(&verify, "verify", false, "check, and write nothing that stays")
	c.Flags().StringVar(&into, "into", "", "an empty directory or PostgreSQL database")
	return c
}

func (p *program) verifyBackup(c *cobra.Command, file, keysFile string) error {
	cfg, err := p.read()
	if err != nil {
		return err
	}
	list, err := VerifyBackup(c.Context(), cfg, system, Logger(os.Stderr), file, keysFile)
	if err != nil {
		return err
	}
	err = p.print(c, list, func(w io.Writer) {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, v := range list {
			fmt.Fprintf(t, "%s\t%s\t%s\n", v.State, v.Name, v.Value)
		}
		t.Flush()
	})
	for _, v := range list {
		if v.State == Fail {
			return errDegraded
		}
	}
	return err
}
