package node

import (
	"context"
	"database/sql"
	"encoding/hex"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/node/backup"
)

// BackedUp is what Backup wrote.
type BackedUp struct {
	Node  backup.Counted `json:"node"`
	Keys  backup.Counted `json:"keys"`
	Lines int64          `json:"lines"` // of the ledger
}

// passing is what a backup leaves out. A session or a ceremony restored would let
// somebody in who was signed out since. Answers kept for a client that asks again
// are sealed under a key of the node, which outlives the person whom they may be
// about.
var passing = []string{"rest_key", "signin_ceremony", "signin_limit", "signin_session"}

func nodeStore(db *sqldb.DB) backup.Store {
	return backup.Store{DB: db, Sets: Migrations(), Jobs: true, Passing: passing}
}

func keyStore(db *sqldb.DB) backup.Store {
	return backup.Store{DB: db, Sets: []sqldb.Migrations{seal.Migrations()}}
}

// Backup copies the node's database into file and its key store into keysFile,
// each as it was at one moment, while the node goes on working. The keys are
// copied second: a key set is stored before its first use, so every row of the
// first copy finds its key in the second, unless it was erased in between. That a
// backup was made is a line of the ledger, and in the backup.
func (n *Node) Backup(ctx context.Context, file, keysFile string) (out BackedUp, err error) {
	kek, err := seal.KEKFile(n.Config.kek())
	if err != nil {
		return out, err
	}
	err = n.administer(ctx, func(a *act.Act) error {
		a.Touch("backup", id.New[id.Line]().String())
		return nil
	})
	if err != nil {
		return out, err
	}
	m := backup.Manifest{Node: n.lineage(), Made: n.Ground.Clock.Now()}
	db := n.Ground.DB
	if m.Schema, err = nodeStore(db).Schema(ctx); err != nil {
		return out, err
	}
	err = db.InRead(ctx, func(tx *sql.Tx) error {
		if m.Lines, err = lines(ctx, tx); err != nil {
			return err
		}
		return backup.Create(file, backup.Node, kek, func(e *backup.Encoder) (err error) {
			out.Node, err = nodeStore(db).Dump(ctx, tx, m, e)
			return err
		})
	})
	if err != nil {
		return out, err
	}
	out.Lines = m.Lines
	if m.Schema, err = keyStore(n.keys).Schema(ctx); err != nil {
		return out, err
	}
	return out, n.keys.InRead(ctx, func(tx *sql.Tx) error {
		return backup.Create(keysFile, backup.Keys, kek, func(e *backup.Encoder) (err error) {
			out.Keys, err = keyStore(n.keys).Dump(ctx, tx, m, e)
			return err
		})
	})
}

// lineage is the same in every backup of one node, and says nothing of it: it
// follows from the key of its search tokens.
func (n *Node) lineage() string {
	return hex.EncodeToString(n.Ground.Vault.Token("backup", "lineage"))
}

// lines is the number of lines of the ledger that tx sees.
func lines(ctx context.Context, tx *sql.Tx) (int64, error) {
	list, err := ledger.Recent(ctx, tx, ledger.Filter{}, ledger.Newest, 1)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0].N + 1, nil
}

// files are the two files of a backup, read whole once: whatever is wrong with
// them is known before anything is written anywhere.
type files struct {
	kek        seal.KEK
	node, keys string // paths
	of, keysOf backup.Manifest
	rows       backup.Counted
}

// inspect reads the two files and refuses what does not go together. The keys may
// be newer than the rows, and should be: whoever was erased since stays erased.
// They may not be older, or another node's.
func inspect(kek seal.KEK, file, keysFile string) (f files, err error) {
	f = files{kek: kek, node: file, keys: keysFile}
	err = backup.Open(file, backup.Node, kek, func(d *backup.Decoder) (err error) {
		f.of, f.rows, err = backup.Inspect(d)
		return err
	})
	if err != nil {
		return f, err
	}
	err = backup.Open(keysFile, backup.Keys, kek, func(d *backup.Decoder) (err error) {
		f.keysOf, _, err = backup.Inspect(d)
		return err
	})
	if err != nil {
		return f, err
	}
	if f.of.Node != f.keysOf.Node {
		return f, fault.New(fault.Conflict, "node.inspect", "backup.other_node")
	}
	if f.keysOf.Lines < f.of.Lines {
		return f, fault.New(fault.Conflict, "node.inspect", "backup.keys_older")
	}
	if err := nodeStore(nil).Known(f.of); err != nil {
		return f, err
	}
	return f, keyStore(nil).Known(f.keysOf)
}

// fill loads the two files into the two empty databases of source.
func (f files) fill(ctx context.Context, source string) error {
	db, err := sqldb.Open(ctx, source, "")
	if err != nil {
		return err
	}
	defer db.Close()
	keys, err := sqldb.Open(ctx, source, "keys")
	if err != nil {
		return err
	}
	defer keys.Close()
	for _, s := range []backup.Store{nodeStore(db), keyStore(keys)} {
		if err := s.Empty(ctx); err != nil {
			return err
		}
	}
	if err := load(ctx, nodeStore(db), f.of, f.node, backup.Node, f.kek); err != nil {
		return err
	}
	return load(ctx, keyStore(keys), f.keysOf, f.keys, backup.Keys, f.kek)
}

func load(ctx context.Context, s backup.Store, m backup.Manifest, path string, part backup.Part, kek seal.KEK) error {
	if err := s.Prepare(ctx, m); err != nil {
		return err
	}
	err := s.DB.InTx(ctx, func(tx *sql.Tx) error {
		return backup.Open(path, part, kek, func(d *backup.Decoder) error {
			_, err := s.Load(ctx, tx, d)
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.Finish(ctx)
}
