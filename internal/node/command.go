package node

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"lodestar/internal/base/config"
	"lodestar/internal/base/fault"
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
	lang     string // --lang
	listen   string // --listen, of serve
	language string // of the configuration
	settings []config.Setting
	speech   speech
}

// Main runs the command line and gives the exit code.
func Main(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	if errors.Is(err, errDegraded) {
		return exitDegraded
	}
	// A flag after the mistake was not read: a program that asks for JSON gets it.
	p.json = p.json || slices.Contains(args, "--json")
	var misuse usageError
	var f *fault.Error
	if errors.As(err, &misuse) || !errors.As(err, &f) && misused(err) {
		p.complain(errOut, p.misuse(err, c.CommandPath()))
		return exitUsage
	}
	p.complain(errOut, p.told(err))
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

// Unwrap gives the sentence.
func (u usageError) Unwrap() error { return u.error }

const rootHelp = `What each sector sees, connected and brought to whoever can act.

Exit codes:

  0  done
  1  failed: standard error says why and what to do
  2  the command line cannot be understood; nothing was done
  3  done, and something is amiss: doctor found a part broken, ledger verify,
     restore --verify or rebuild found a difference, import rejected every row

With --json standard output holds JSON and nothing else. Standard error then holds
JSON too: how far a long work is, one object a second, and at the end
{"error": {"code", "key", "message"}} if it failed. Codes and keys are stable.`

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "lodestar",
		Short:             "What each sector sees, connected and brought to whoever can act",
		Long:              rootHelp,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return p.checkLanguage() },
	}
	f := root.PersistentFlags()
	f.StringVar(&p.file, "config", "", "configuration file; without it node.json in the directory, if it is there")
	f.StringVar(&p.database, "database", "", "SQLite file or postgres:// URL")
	f.StringVar(&p.dir, "dir", "", "directory of keys and data")
	f.BoolVar(&p.json, "json", false, "print JSON")
	f.StringVar(&p.lang, "lang", "", "language of the sentences: en, fr, de, it, ru or es")
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
	if p.listen != "" {
		flags["listen"] = p.listen
	}
	var environ []string
	for _, kv := range os.Environ() {
		// The variables of the tests are not settings of a node.
		if !strings.HasPrefix(kv, "LODESTAR_TEST_") {
			environ = append(environ, kv)
		}
	}
	file, err := p.settingsFile(environ, cfg.Dir)
	if err != nil {
		return cfg, err
	}
	p.settings, err = config.Read(&cfg, file, "LODESTAR", environ, flags)
	p.language = cfg.Language
	return cfg, err
}

// settingsFile is --config, or the node.json that init left in the directory.
func (p *program) settingsFile(environ []string, dir string) (string, error) {
	if p.file != "" {
		return p.file, nil
	}
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, "LODESTAR_DIR="); ok {
			dir = v
		}
	}
	if p.dir != "" {
		dir = p.dir
	}
	file := configFile(dir)
	_, err := os.Stat(file)
	switch {
	case err == nil:
		return file, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	}
	// A file of settings that cannot be read must not be a silent default.
	return "", fault.New(fault.Invalid, "node.settings", "config.no_file", "file", file).Because(err)
}

// open opens the node that the configuration names.
func (p *program) open(ctx context.Context) (*Node, error) {
	cfg, err := p.read()
	if err != nil {
		return nil, err
	}
	n, err := Open(ctx, cfg, system, Logger(os.Stderr))
	if err != nil {
		return nil, err
	}
	n.Settings = p.file
	return n, nil
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
