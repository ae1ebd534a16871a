package node

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
)

// Restored is what Restore wrote.
type Restored struct {
	Rows int64 `json:"rows"`
	Jobs int64 `json:"jobs"`
	// Erased are data subjects of the rows whose keys are no longer among the
	// keys: erased after the rows were copied. What follows from their names was
	// derived anew without them.
	Erased int64 `json:"erased"`
}

// Restore loads a backup into an empty place: a directory, or the URL of a
// PostgreSQL database. The node's keys are those of cfg.
func Restore(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger, file, keysFile, into string) (out Restored, err error) {
	f, err := opened(cfg, file, keysFile)
	if err != nil {
		return out, err
	}
	if isPostgres(into) {
		cfg.Database = into
		err = f.fill(ctx, into)
	} else {
		cfg.Database = filepath.Join(into, "node.db")
		err = f.fillDir(ctx, into)
	}
	if err != nil {
		return out, err
	}
	n, err := Open(ctx, cfg, c, log)
	if err != nil {
		return out, err
	}
	defer n.Close()
	out = Restored{Rows: f.rows.Rows, Jobs: f.rows.Jobs}
	out.Erased, err = n.forgotten(ctx)
	return out, err
}

func opened(cfg Config, file, keysFile string) (files, error) {
	kek, err := seal.KEKFile(cfg.kek())
	if err != nil {
		return files{}, err
	}
	return inspect(kek, file, keysFile)
}

func isPostgres(into string) bool {
	return strings.HasPrefix(into, "postgres://") || strings.HasPrefix(into, "postgresql://")
}

// fillDir loads the files into a directory that holds no database yet. What a
// failure leaves half-made is removed, so that it can be tried again.
func (f files) fillDir(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "node.fillDir", "node.cannot_make_dir").Because(err)
	}
	there, err := filepath.Glob(filepath.Join(dir, "node*.db*"))
	if err != nil || len(there) > 0 {
		return fault.New(fault.Conflict, "node.fillDir", "backup.target_not_empty")
	}
	err = f.fill(ctx, filepath.Join(dir, "node.db"))
	if err == nil {
		return nil
	}
	made, _ := filepath.Glob(filepath.Join(dir, "node*.db*"))
	for _, path := range made {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// forgotten counts the subjects of rows whose keys are gone, and if there are any
// derives anew what the old rows still told of them: their search tokens.
func (n *Node) forgotten(ctx context.Context) (int64, error) {
	gone, err := n.keyless(ctx)
	if err != nil || gone == 0 {
		return gone, err
	}
	_, err = n.Graph.Rebuild(ctx, false)
	return gone, err
}

// Verified is one thing that VerifyBackup looked at.
type Verified struct {
	Name  string `json:"name"`
	State Health `json:"state"`
	Value string `json:"value,omitempty"`
}

// VerifyBackup restores a backup into a temporary directory, looks whether the
// node could live from it, and leaves nothing behind. What makes the files
// unusable is an error; what is amiss in them is a Verified that failed.
func VerifyBackup(ctx context.Context, cfg Config, c clock.Clock, log *slog.Logger, file, keysFile string) (out []Verified, err error) {
	f, err := opened(cfg, file, keysFile)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lodestar-verify-")
	if err != nil {
		return nil, fault.New(fault.Busy, "node.VerifyBackup", "backup.cannot_write").Because(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg.Database = filepath.Join(dir, "node.db")
	if err := f.fill(ctx, cfg.Database); err != nil {
		return nil, err
	}
	n, err := Open(ctx, cfg, c, log)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	out = []Verified{
		{"files", Well, strconv.FormatInt(f.rows.Rows, 10) + " rows, " + strconv.FormatInt(f.rows.Jobs, 10) + " jobs"},
		{"schema", Well, strconv.Itoa(len(f.of.Schema)+len(f.keysOf.Schema)) + " sets"},
	}
	for _, look := range []func(context.Context) ([]Verified, error){n.verifyLedger, n.verifyDerived, n.verifySealed} {
		more, err := look(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func (n *Node) verifyLedger(ctx context.Context) ([]Verified, error) {
	keys, err := ledger.ParseKeys(n.Key.LogKey(), n.Key.WitnessKey())
	if err != nil {
		return nil, err
	}
	r, err := ledger.Verify(ctx, n.Ground.DB, keys, nil)
	if err != nil {
		return nil, err
	}
	v := Verified{"ledger", Well, strconv.FormatInt(r.Lines, 10) + " lines"}
	if !r.Sound() {
		v.State, v.Value = Fail, r.Findings[0].Table+" "+r.Findings[0].Row+": "+r.Findings[0].What
	}
	return []Verified{v}, nil
}

// verifyDerived looks whether evidence gives what was derived from it. If
// somebody was erased since, it gives less, and that is said.
func (n *Node) verifyDerived(ctx context.Context) ([]Verified, error) {
	gone, err := n.forgotten(ctx)
	if err != nil {
		return nil, err
	}
	r, err := n.Graph.Rebuild(ctx, true)
	if err != nil {
		return nil, err
	}
	v := Verified{"rebuild", Well, strconv.FormatInt(r.Signals, 10) + " signals"}
	if !r.Same() {
		v.State, v.Value = Fail, r.Table+" "+r.Row
	}
	erased := Verified{"erased since", Well, strconv.FormatInt(gone, 10) + " subjects"}
	return []Verified{erased, v}, nil
}
