package node

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

func (p *program) ledger() *cobra.Command {
	c := &cobra.Command{Use: "ledger", Short: "The node's memory of who did what"}
	c.AddCommand(p.ledgerVerify(), p.ledgerProve(), p.ledgerCheck(), p.ledgerCheckpoint())
	return c
}

func (p *program) ledgerVerify() *cobra.Command {
	var more []string
	c := &cobra.Command{
		Use: "verify", Short: "Recompute the whole ledger and name every row that does not agree", Args: cobra.NoArgs,
		RunE: p.looking(func(c *cobra.Command, n *Node, _ []string) error {
			keys, err := ledger.ParseKeys(append([]string{n.Key.LogKey(), n.Key.WitnessKey()}, more...)...)
			if err != nil {
				return err
			}
			tell, end := p.progress(c, "lines")
			r, err := ledger.Verify(c.Context(), n.Ground.DB, keys, tell)
			end()
			if err != nil {
				return err
			}
			err = p.print(c, r, func(w io.Writer) {
				fmt.Fprintln(w, p.tell("command.ledger_counts", "lines", r.Lines, "root", r.Root.String(), "checkpoints", r.Checkpoints, "signed", r.Signed, "openings", r.Openings, "erased", r.Erased))
				for _, f := range r.Findings {
					fmt.Fprintln(w, p.tell("command.ledger_changed", "table", f.Table, "row", f.Row, "what", f.What))
				}
				if r.Sound() {
					fmt.Fprintln(w, p.tell("command.ledger_sound"))
				}
			})
			if err == nil && !r.Sound() {
				return errDegraded
			}
			return err
		}),
	}
	c.Flags().StringSliceVar(&more, "key", nil, "keys of witnesses, and keys this node had before")
	return c
}

func (p *program) ledgerProve() *cobra.Command {
	return &cobra.Command{
		Use: "prove LINE [KIND/ID …]", Short: "Write the proof that a line is in the ledger; it opens only the records you name", Args: cobra.MinimumNArgs(1),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			line, err := id.Parse[id.Line](args[0])
			if err != nil {
				return err
			}
			var open []ledger.Ref
			for _, a := range args[1:] {
				open = append(open, parseRef(a))
			}
			var proof ledger.Proof
			err = n.Ground.DB.InTx(c.Context(), func(tx *sql.Tx) error {
				if _, err := ledger.Sign(c.Context(), tx, n.Key); err != nil {
					return err
				}
				proof, err = ledger.Prove(c.Context(), tx, line, open...)
				return err
			})
			if err != nil {
				return err
			}
			e := json.NewEncoder(c.OutOrStdout())
			e.SetIndent("", "  ")
			return e.Encode(proof)
		}),
	}
}

// ledgerCheck needs no node: whoever was given a proof checks it with the key
// that the node published.
func (p *program) ledgerCheck() *cobra.Command {
	var key string
	c := &cobra.Command{
		Use: "check PROOF", Short: "Check a proof, without any database", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			doc, err := os.ReadFile(args[0])
			if err != nil {
				return fault.New(fault.Invalid, "ledger.check", "import.no_file").Because(err)
			}
			proven, err := ledger.CheckProof(doc, key)
			if err != nil {
				return err
			}
			return p.print(c, proven, func(w io.Writer) {
				fmt.Fprintln(w, p.tell("command.proven", "line", proven.N, "verb", proven.Verb, "outcome", p.tell("outcome."+string(proven.Outcome)), "actor", proven.Actor, "time", proven.At.Format(time.DateTime)))
			})
		},
	}
	c.Flags().StringVar(&key, "key", "", "the ledger's key, as init printed it")
	c.MarkFlagRequired("key")
	return c
}

func (p *program) ledgerCheckpoint() *cobra.Command {
	return &cobra.Command{
		Use: "checkpoint", Short: "Sign the ledger as it stands", Args: cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			cp, err := n.Checkpoint(c.Context())
			if err != nil {
				return err
			}
			return p.print(c, cp, func(w io.Writer) { fmt.Fprint(w, cp.Note) })
		}),
	}
}
