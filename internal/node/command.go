package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"lodestar/catalog"
	"lodestar/internal/base/config"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
)

// Exit codes: 0 ok, 1 failed, 2 usage, 3 degraded.
const (
	exitFailed   = 1
	exitUsage    = 2
	exitDegraded = 3
)

// errDegraded ends a command that did its work and found something amiss.
var errDegraded = errors.New("degraded")

// program is what all commands share.
type program struct {
	file     string // --config
	database string // --database
	dir      string // --dir
	json     bool   // --json
	settings []config.Setting
}

// Main runs the command line and gives the exit code.
func Main(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDegraded):
		return exitDegraded
	}
	var usage usageError
	var f *fault.Error
	if errors.As(err, &usage) || !errors.As(err, &f) && misused(err) {
		fmt.Fprintln(errOut, "lodestar:", err)
		return exitUsage
	}
	fmt.Fprintf(errOut, "lodestar: %s [%s]\n", say(err), fault.KindOf(err))
	return exitFailed
}

// misused tells the errors of the command line itself, which cobra gives as bare
// text.
func misused(err error) bool {
	for _, begins := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag"} {
		if strings.HasPrefix(err.Error(), begins) {
			return true
		}
	}
	return false
}

// usageError is a command line that cannot be understood.
type usageError struct{ error }

// say is what a fault says, in English, as the pages say it; an operator also
// gets the cause.
func say(err error) string {
	key, args := fault.Say(err)
	book, berr := i18n.Load(nil, catalog.Messages)
	if berr != nil {
		return err.Error()
	}
	english := i18n.With(context.Background(), book.Match("en"))
	text := i18n.T(english, key, pairs(args)...)
	for _, f := range fault.FieldsOf(err) {
		text += "\n  " + f.Pointer + ": " + i18n.T(english, f.Key, pairs(f.Args)...)
	}
	var f *fault.Error
	if errors.As(err, &f) && f.Unwrap() != nil {
		text += " (" + f.Unwrap().Error() + ")"
	} else if f == nil {
		text = err.Error()
	}
	return text
}

func pairs(args []fault.Arg) []any {
	kv := make([]any, 0, 2*len(args))
	for _, a := range args {
		kv = append(kv, a.Name, a.Value)
	}
	return kv
}

func newRoot() *cobra.Command {
	p := &program{}
	root := &cobra.Command{
		Use:           "lodestar",
		Short:         "What each sector sees, connected and brought to whoever can act",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&p.file, "config", "", "configuration file (JSON)")
	f.StringVar(&p.database, "database", "", "SQLite file or postgres:// URL")
	f.StringVar(&p.dir, "dir", "", "directory of keys and data")
	f.BoolVar(&p.json, "json", false, "print JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(p.demo(), p.init(), p.serve(), p.doctor(), p.migrate(), p.importCommand(), p.trace(), p.explain(), p.rebuild(), p.learn(),
		p.ledger(), p.backup(), p.restore(), p.user(), p.eval(), p.config(), p.version(), p.systemd())
	return root
}

// read reads the configuration: defaults, file, environment, flags.
func (p *program) read() (Config, error) {
	cfg := Defaults()
	flags := map[string]string{}
	if p.database != "" {
		flags["database"] = p.database
	}
	if p.dir != "" {
		flags["dir"] = p.dir
	}
	var environ []string
	for _, kv := range os.Environ() {
		// The variables of the tests are not settings of a node.
		if !strings.HasPrefix(kv, "LODESTAR_TEST_") {
			environ = append(environ, kv)
		}
	}
	var err error
	p.settings, err = config.Read(&cfg, p.file, "LODESTAR", environ, flags)
	return cfg, err
}

// open opens the node that the configuration names.
func (p *program) open(ctx context.Context) (*Node, error) {
	cfg, err := p.read()
	if err != nil {
		return nil, err
	}
	return Open(ctx, cfg, system, Logger(os.Stderr))
}

// Logger writes JSON lines for machines, to a terminal and to a file alike.
func Logger(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// print writes v as JSON if asked, and otherwise what text writes.
func (p *program) print(c *cobra.Command, v any, text func(io.Writer)) error {
	if !p.json {
		text(c.OutOrStdout())
		return nil
	}
	e := json.NewEncoder(c.OutOrStdout())
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// withNode is a command that needs an open node.
func (p *program) withNode(run func(c *cobra.Command, n *Node, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		n, err := p.open(c.Context())
		if err != nil {
			return err
		}
		defer n.Close()
		return run(c, n, args)
	}
}
