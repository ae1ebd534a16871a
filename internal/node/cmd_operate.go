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
				if name, err = askFor(c, in, p.tell("command.ask_name"), "lodestar.example.org"); err != nil {
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
			return p.begun(c, n, file)
		},
	}
	c.Flags().StringVar(&name, "name", "", "name of the node's ledger")
	return c
}

// begun says what init made, and what comes next. The settings that it was given
// stand in the file: what comes next needs only to find that.
func (p *program) begun(c *cobra.Command, n *Node, file string) error {
	if p.database = ""; file != configFile(n.Config.Dir) {
		p.file = file
	}
	out := map[string]string{"settings": file, "dir": n.Config.Dir, "ledger_key": n.Key.LogKey(), "node_key": n.Config.kek()}
	return p.print(c, out, func(w io.Writer) {
		fmt.Fprintln(w, p.tell("command.settings_in", "file", file))
		fmt.Fprintln(w, p.tell("command.data_in", "dir", n.Config.Dir))
		fmt.Fprintf(w, "\n%s\n  %s\n\n", p.tell("command.ledger_key"), n.Key.LogKey())
		fmt.Fprintln(w, p.tell("command.keep_key", "file", n.Config.kek()))
		p.sayNext(w, "user", "add", "NAME", "--organisation", "ORGANISATION", "--role", "administrator")
		p.sayNext(w, "serve")
	})
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
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the node",
		Args:  cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			if err := n.Config.listenable(); err != nil {
				return err
			}
			if _, err := n.Config.TLS.load(); err != nil {
				return err
			}
			s, err := n.Serve(false)
			if err != nil {
				return err
			}
			return s.Run(c.Context(), func(a net.Addr) {
				p.print(c, map[string]string{"address": a.String(), "origin": n.Config.origin()}, func(w io.Writer) {
					fmt.Fprintln(w, p.tell("command.serving", "address", a.String(), "origin", n.Config.origin()))
				})
			})
		}),
	}
	c.Flags().StringVar(&p.listen, "listen", "", "address and port of the pages, such as 127.0.0.1:8080 or :8443 for all addresses")
	return c
}

func (p *program) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Look at the node's parts and say what mends them",
		Args:  cobra.NoArgs,
		RunE: p.withNodeAsIs(func(c *cobra.Command, n *Node, _ []string) error {
			checks := n.Doctor(c.Context())
			said := p.checks(checks)
			err := p.print(c, said, func(w io.Writer) { p.printChecks(w, said) })
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
				state := p.tell("command.to_do")
				if s.Applied {
					state = p.tell("command.applied")
				}
				fmt.Fprintf(w, "%-9s  %s/%s\n", state, s.Set, filepath.Base(s.File))
			}
		})
	}
	c.AddCommand(
		&cobra.Command{Use: "status", Short: "Which migrations are applied", Args: cobra.NoArgs, RunE: plan},
		&cobra.Command{Use: "up", Short: "Apply what is missing", Args: cobra.NoArgs, RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			return p.print(c, map[string]bool{"up_to_date": true}, func(w io.Writer) { fmt.Fprintln(w, p.tell("command.tables_done")) })
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
			return p.print(c, map[string]string{"unit": text}, func(w io.Writer) { io.WriteString(w, text) })
		},
	}
}
