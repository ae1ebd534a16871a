package node

import (
	"context"
	"database/sql"
	"os"
	"strconv"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/ledger"
)

// Check is one line of the doctor.
type Check struct {
	Name  string `json:"name"` // its sentence is the message "doctor.<name>"
	State Health `json:"state"`
	Fix   string `json:"fix,omitempty"` // the command that mends it
	Value string `json:"value,omitempty"`

	Why error `json:"-"` // what is wrong and what to do; nil if nothing is
}

// Health is how a check ended.
type Health string

// The states of a check.
const (
	Well Health = "ok"
	Warn Health = "warn"
	Fail Health = "fail"
)

// Doctor looks at the node's parts and at the settings that nothing else would
// complain of before somebody needs them. It changes nothing.
func (n *Node) Doctor(ctx context.Context) []Check {
	parts := []Check{n.checkDatabase(ctx), n.checkMigrations()}
	if n.behind == 0 { // the others are read through tables that may not be there yet
		parts = append(parts, n.checkKeys(ctx), n.checkLedger(ctx), n.checkDerived(ctx), n.checkQueue(ctx), n.checkClock(ctx))
	}
	return append(parts, n.checkDisk(), n.checkZone(), n.checkLaw(), n.checkState(), n.checkLanguage(), n.checkListen(), n.checkProxies(), n.checkTLS())
}

func result(name string, state Health, value, fix string) Check {
	return Check{Name: name, State: state, Value: value, Fix: fix}
}

// because adds what is wrong and what to do.
func (c Check) because(why error) Check {
	c.Why = why
	return c
}

func (n *Node) checkDatabase(ctx context.Context) Check {
	if _, err := n.Ground.DB.Scalar(ctx, "SELECT 1"); err != nil {
		return result("database", Fail, string(n.Ground.DB.Engine), "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.database", "file", n.settings()))
	}
	return result("database", Well, string(n.Ground.DB.Engine), "")
}

func (n *Node) checkMigrations() Check {
	if n.behind > 0 {
		return result("migrations", Warn, strconv.Itoa(n.behind)+" to do", "lodestar migrate up").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.migrations"))
	}
	return result("migrations", Well, "", "")
}

func (n *Node) checkKeys(ctx context.Context) Check {
	if _, err := n.Ground.Vault.Keys(ctx); err != nil {
		return result("keys", Fail, "", "lodestar restore --help").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.keys"))
	}
	return result("keys", Well, "", "")
}

// checkLedger warns when the newest checkpoint is old while the log has grown.
func (n *Node) checkLedger(ctx context.Context) Check {
	keys, err := ledger.ParseKeys(n.Key.LogKey())
	if err != nil {
		return result("ledger", Fail, "", "lodestar ledger verify").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.ledger"))
	}
	err = n.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		_, err := ledger.Latest(ctx, tx, keys)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return result("ledger", Warn, "", "lodestar ledger checkpoint").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.ledger_unsigned"))
	case err != nil:
		return result("ledger", Fail, "", "lodestar ledger verify").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.ledger"))
	}
	return result("ledger", Well, "", "")
}

// checkDerived warns when an older program derived what stands there.
func (n *Node) checkDerived(ctx context.Context) Check {
	stale, err := n.Graph.Stale(ctx)
	switch {
	case err != nil:
		return result("derived", Fail, "", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.database", "file", n.settings()))
	case stale:
		return result("derived", Warn, "", "lodestar rebuild").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.derived"))
	}
	return result("derived", Well, "", "")
}

// checkQueue warns of jobs that failed at every attempt.
func (n *Node) checkQueue(ctx context.Context) Check {
	c, err := n.Ground.Queue.Pending(ctx)
	switch {
	case err != nil:
		return result("queue", Fail, "", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.database", "file", n.settings()))
	case c.GivenUp > 0:
		return result("queue", Warn, strconv.Itoa(c.GivenUp), "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.queue"))
	}
	return result("queue", Well, "", "")
}

// checkClock warns when the machine's clock stands before what was last
// recorded: deadlines would be reckoned wrongly.
func (n *Node) checkClock(ctx context.Context) Check {
	var newest time.Time
	err := n.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		head, err := evidence.Head(ctx, tx)
		if err != nil || head == 0 {
			return err
		}
		list, err := evidence.After(ctx, tx, head-1, 1)
		if len(list) == 1 {
			newest = list[0].Recorded
		}
		return err
	})
	if err != nil {
		return result("clock", Fail, "", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.database", "file", n.settings()))
	}
	if clock.System().Now().Before(newest.Add(-time.Minute)) {
		return result("clock", Warn, "", "timedatectl set-ntp true").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.clock"))
	}
	return result("clock", Well, "", "")
}

// checkDisk writes and removes a small file where the node keeps its data.
func (n *Node) checkDisk() Check {
	f, err := os.CreateTemp(n.Config.Dir, "doctor-*")
	if err != nil {
		return result("disk", Fail, "", shell("df", "-h", n.Config.Dir)).because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.disk", "dir", n.Config.Dir))
	}
	defer os.Remove(f.Name())
	_, werr := f.Write(make([]byte, 1<<20))
	if serr, cerr := f.Sync(), f.Close(); werr != nil || serr != nil || cerr != nil {
		return result("disk", Fail, "", shell("df", "-h", n.Config.Dir)).because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.disk", "dir", n.Config.Dir))
	}
	return result("disk", Well, "", "")
}
