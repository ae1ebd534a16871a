package node

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lodestar/internal/base/config"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
)

func (p *program) init() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "init",
		Short: "Make the keys and the configuration of a new node",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			file := p.file
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				p.file = "" // it is about to be written
			}
			cfg, err := p.read()
			if err != nil {
				return err
			}
			in := bufio.NewReader(c.InOrStdin())
			if name == "" {
				if name, err = askFor(c, in, "Name of the node's ledger, like a web address without https://", "lodestar.example.org"); err != nil {
					return err
				}
			}
			if err := Init(cfg, name); err != nil {
				return err
			}
			n, err := Open(c.Context(), cfg, system, Logger(os.Stderr))
			if err != nil {
				return err
			}
			defer n.Close()
			if file, err = p.writeSettings(cfg, file); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Settings are in %s.\n", file)
			fmt.Fprintf(c.OutOrStdout(), "Keys and database are in %s.\n\nLedger key (give it to whoever checks the ledger):\n  %s\n\n"+
				"Back up %s on paper or in a safe, apart from the database: without it nothing sealed can be read.\n"+
				"Next: lodestar user add, then lodestar serve.\n", cfg.Dir, n.Key.LogKey(), cfg.kek())
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "name of the node's ledger")
	return c
}

// writeSettings writes the file of settings: those that were given as they are,
// all others commented out. A file that is there already stays as it is.
func (p *program) writeSettings(cfg Config, file string) (string, error) {
	beside := file == ""
	if beside {
		file = configFile(cfg.Dir)
	}
	given := map[string]bool{}
	for _, s := range p.settings {
		given[s.Key] = s.Origin != config.Default && (s.Key != "dir" || !beside) // what lies beside the keys can move with them
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return file, nil
	}
	if err == nil {
		_, err = f.Write(config.Draft(cfg, func(key string) bool { return given[key] }))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return file, fault.New(fault.Invalid, "node.writeSettings", "config.cannot_write", "file", file).Because(err)
	}
	return file, nil
}

func askFor(c *cobra.Command, in *bufio.Reader, question, byDefault string) (string, error) {
	fmt.Fprintf(c.ErrOrStderr(), "%s [%s]: ", question, byDefault)
	line, err := in.ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		return byDefault, nil
	}
	return line, nil
}

func (p *program) serve() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the node",
		Args:  cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			s, err := n.Serve(false)
			if err != nil {
				return err
			}
			return s.Run(c.Context(), func(a net.Addr) {
				fmt.Fprintf(c.OutOrStdout(), "Serving on %s; open %s\n", a, n.Config.origin())
			})
		}),
	}
}

func (p *program) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look at the node's parts and say what mends them",
		Args:  cobra.NoArgs,
		RunE: p.withNodeAsIs(func(c *cobra.Command, n *Node, _ []string) error {
			checks := n.Doctor(c.Context())
			err := p.print(c, p.checks(checks), func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, x := range checks {
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", x.State, x.Name, x.Value, x.Fix)
				}
				t.Flush()
			})
			for _, x := range checks {
				if x.State == Fail {
					return errDegraded
				}
			}
			return err
		}),
	}
}

func (p *program) migrate() *cobra.Command {
	c := &cobra.Command{Use: "migrate", Short: "The node's tables"}
	plan := func(c *cobra.Command, _ []string) error {
		cfg, err := p.read()
		if err != nil {
			return err
		}
		db, err := sqldb.Open(c.Context(), cfg.database(), "")
		if err != nil {
			return err
		}
		defer db.Close()
		steps, err := db.Plan(c.Context(), Migrations()...)
		if err != nil {
			return err
		}
		return p.print(c, steps, func(w io.Writer) {
			for _, s := range steps {
				state := "to do"
				if s.Applied {
					state = "done "
				}
				fmt.Fprintf(w, "%s  %s/%s\n", state, s.Set, filepath.Base(s.File))
			}
		})
	}
	c.AddCommand(
		&cobra.Command{Use: "status", Short: "Which migrations are applied", Args: cobra.NoArgs, RunE: plan},
		&cobra.Command{Use: "up", Short: "Apply what is missing", Args: cobra.NoArgs, RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), "The tables are up to date.")
			return nil
		})},
	)
	return c
}

func (p *program) config() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "The node's settings"}
	c.AddCommand(&cobra.Command{
		Use: "show", Short: "Every setting, its value and where it came from", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := p.read(); err != nil {
				return err
			}
			for i, s := range p.settings {
				if s.Key == "database" && strings.Contains(s.Value, "@") {
					p.settings[i].Value = "(hidden: may hold a password)"
				}
			}
			return p.print(c, p.settings, func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, s := range p.settings {
					fmt.Fprintf(t, "%s\t%s\t%s\n", s.Key, s.Value, s.Origin)
				}
				t.Flush()
			})
		},
	})
	return c
}

// Version is set by the release build.
var Version = "devel"

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Version of this program", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v := struct {
				Version string `json:"version"`
				Go      string `json:"go"`
				System  string `json:"system"`
				Modules int    `json:"modules"`
			}{Version, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, 0}
			if info, ok := debug.ReadBuildInfo(); ok {
				v.Modules = len(info.Deps)
			}
			return p.print(c, v, func(w io.Writer) { fmt.Fprintf(w, "lodestar %s, %s, %s\n", v.Version, v.Go, v.System) })
		},
	}
}

func (p *program) systemd() *cobra.Command {
	return &cobra.Command{
		Use: "systemd-unit", Short: "Print a systemd unit for this node", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			text, err := p.unit()
			if err != nil {
				return err
			}
			_, err = io.WriteString(c.OutOrStdout(), text)
			return err
		},
	}
}
