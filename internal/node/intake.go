package node

import (
	"context"
	"encoding/hex"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// takeTime bounds one attempt at a held file; the next goes on where it ended.
const takeTime = 30 * time.Minute

// keyed makes the reference of a row that names none: a digest under the node's
// index key, so that nobody who sees it can test a guess.
func (n *Node) keyed(row []byte) string {
	return hex.EncodeToString(n.Ground.Vault.Token("import", string(row)))
}

// takeKind is the job that takes a held file. It acts as whoever gave the word,
// with the roles they have when it runs.
func (n *Node) takeKind() jobs.Kind {
	k := jobs.Record(evidence.JobTake, func(ctx context.Context, on ledger.Ref) error {
		imp, err := id.Parse[id.Import](on.ID)
		if err != nil {
			return err
		}
		var u signin.User
		err = n.administer(ctx, func(a *act.Act) error {
			by, err := evidence.OrderedBy(a, imp)
			if err == nil {
				u, err = signin.FindUser(a.Ctx(), a.Tx(), by.String())
			}
			return err
		})
		if err != nil {
			return err
		}
		if !u.Active {
			return n.stop(ctx, on) // blocked meanwhile: nobody waits for what does not come
		}
		err = n.Imports.TakeHeld(ctx, actorOf(u), imp)
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Withheld) {
			return nil // taken, taken back or thrown away meanwhile
		}
		return err
	})
	k.Timeout = takeTime
	return k
}

// drop throws away a file that nobody gave a word about.
func (n *Node) drop(ctx context.Context, on ledger.Ref) error {
	imp, err := id.Parse[id.Import](on.ID)
	if err != nil {
		return err
	}
	err = n.Evidence.Drop(ctx, Self, imp)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// stop ends an ordered import that came to no end.
func (n *Node) stop(ctx context.Context, on ledger.Ref) error {
	imp, err := id.Parse[id.Import](on.ID)
	if err != nil {
		return err
	}
	err = n.Evidence.Stop(ctx, Self, imp)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// undo takes an import back, slice by slice. Whoever is interrupted need not come
// back: a job goes on.
func (n *Node) undo(ctx context.Context, by policy.Actor, imp id.Import, tell func(done, total int64)) (count int, err error) {
	for {
		u, err := n.Evidence.Undo(ctx, by, imp)
		if err != nil {
			return count, err
		}
		count += u.Retracted
		tell(int64(count), int64(count+u.Left))
		if u.Left == 0 {
			return count, nil
		}
	}
}
