package node

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
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
				fmt.Fprintf(w, "%d rows of %d tables, %d waiting jobs, %d lines of the ledger; %d rows of keys\n",
					done.Node.Rows, done.Node.Tables, done.Node.Jobs, done.Lines, done.Keys.Rows)
				fmt.Fprintln(w, "Next: lodestar restore --verify with the same two files.")
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
				return usageError{errors.New("give either --verify or --into")}
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
				fmt.Fprintf(w, "%d rows and %d waiting jobs restored; %d data subjects were erased since and stay erased\n", done.Rows, done.Jobs, done.Erased)
				fmt.Fprintln(w, "Next: lodestar doctor, with --database naming what was restored.")
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
