package node

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Open opens a node: database, keys (which must exist; Init makes them), tables,
// policies, desks. It serves nothing yet and works no jobs.
func Open(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger) (*Node, error) {
	return open(ctx, cfg, c, log, (*Node).bringUpToDate)
}

// OpenAsIs opens a node to look at it: its tables stay as they are. If they are
// behind, Doctor says so and looks at the rest, and current refuses.
func OpenAsIs(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger) (*Node, error) {
	if source := cfg.database(); !isPostgres(source) {
		if _, err := os.Stat(strings.TrimPrefix(source, "sqlite:")); errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.Invalid, "node.OpenAsIs", "database.cannot_open").Because(err)
		}
	}
	return open(ctx, cfg, c, log, (*Node).asItIs)
}

func open(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger, tables func(*Node, context.Context, seal.KEK) error) (_ *Node, err error) {
	n := &Node{Config: cfg, Log: log}
	defer func() {
		if err != nil {
			n.Close()
		}
	}()
	kek, err := seal.KEKFile(cfg.kek())
	if err != nil {
		return nil, err
	}
	if n.Key, err = ledger.KeyFile(cfg.ledgerKey()); err != nil {
		return nil, err
	}
	n.Ground = &act.Ground{Clock: c, Home: cfg.State, Facts: map[string]act.FactsFunc{}, Heard: map[act.Event][]string{}, Replays: map[policy.Verb]act.Replay{}}
	if n.Ground.Law, err = cfg.law(); err != nil {
		return nil, err
	}
	if n.Ground.Zone, err = cfg.zone(n.Ground.Law); err != nil {
		return nil, err
	}
	if n.Ground.DB, err = sqldb.Open(ctx, cfg.database(), ""); err != nil {
		return nil, err
	}
	if n.keys, err = sqldb.Open(ctx, cfg.database(), "keys"); err != nil {
		return nil, err
	}
	if err = tables(n, ctx, kek); err != nil {
		return nil, err
	}
	return n, n.assemble()
}

func (n *Node) bringUpToDate(ctx context.Context, kek seal.KEK) (err error) {
	if n.Ground.Vault, err = seal.OpenVault(ctx, n.keys, kek); err != nil {
		return err
	}
	if err = n.Ground.DB.Migrate(ctx, Migrations()...); err != nil {
		return err
	}
	if err = evidence.FillHome(ctx, n.Ground.DB, n.Config.State); err != nil {
		return err
	}
	return jobs.Migrate(ctx, n.Ground.DB)
}

func (n *Node) asItIs(ctx context.Context, kek seal.KEK) (err error) {
	if n.behind, err = jobs.Behind(ctx, n.Ground.DB); err != nil {
		return err
	}
	steps, err := n.Ground.DB.Plan(ctx, Migrations()...)
	if err != nil {
		return err
	}
	keys, err := n.keys.Plan(ctx, seal.Migrations())
	if err != nil {
		return err
	}
	for _, s := range append(steps, keys...) {
		if !s.Applied {
			n.behind++
		}
	}
	if n.behind == 0 {
		n.Ground.Vault, err = seal.ReadVault(ctx, n.keys, kek)
	}
	return err
}

// current refuses while there are migrations to do.
func (n *Node) current() error {
	if n.behind > 0 {
		return fault.New(fault.Conflict, "node.current", "node.not_migrated", "count", n.behind)
	}
	return nil
}

// withNodeAsIs is a command that looks at a node and leaves its tables alone.
func (p *program) withNodeAsIs(run func(c *cobra.Command, n *Node, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		cfg, err := p.read()
		if err != nil {
			return err
		}
		n, err := OpenAsIs(c.Context(), cfg, system, Logger(os.Stderr))
		if err != nil {
			return err
		}
		defer n.Close()
		n.Settings = p.file
		return run(c, n, args)
	}
}

// looking is such a command that needs the tables up to date.
func (p *program) looking(run func(c *cobra.Command, n *Node, args []string) error) func(*cobra.Command, []string) error {
	return p.withNodeAsIs(func(c *cobra.Command, n *Node, args []string) error {
		if err := n.current(); err != nil {
			return err
		}
		return run(c, n, args)
	})
}
