// Package ledger is the node's memory of who did what: every act, every reading
// and every refusal is one line (invariant 6), written in the transaction of
// what it records, so that neither exists without the other.
//
// The lines are the leaves of a Merkle tree (RFC 6962, by sumdb/tlog) whose
// hashes stand beside them. A line names what it was about only by salted
// commitments; the openings of these live in a table of their own, and
// destroying them is erasure: the line still verifies and says nothing any more
// about whom. Signed checkpoints (C2SP tlog-checkpoint), countersigned by
// witnesses at other nodes, make a rewritten log visible from outside.
//
// Start at Line, then Append, Verify and Prove.
package ledger

import (
	"embed"
	"time"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/id"
)

// Ref is what a line is about: a noun and an id of it.
type Ref struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Outcome is how an act ended.
type Outcome string

// The outcomes.
const (
	Done     Outcome = "done"     // something was changed
	Read     Outcome = "read"     // something was shown
	Refused  Outcome = "refused"  // policy said no, and said so
	Withheld Outcome = "withheld" // policy said no, and it looked like "not found"
	Parked   Outcome = "parked"   // waits for a second pair of eyes
	Failed   Outcome = "failed"   // was allowed and did not succeed
)

// Line is one act, reading or refusal. Everything in it except On is a code or
// an opaque id in printable ASCII: a line cannot be made to carry a name.
type Line struct {
	ID           id.Line   `json:"id"`
	At           time.Time `json:"at"`                     // to the microsecond
	Actor        string    `json:"actor"`                  // a user's id, or "node:" and a job
	Proposer     string    `json:"proposer,omitempty"`     // who proposed it, if the actor was the second pair of eyes
	Organisation string    `json:"organisation,omitempty"` // for whom the actor acted
	Desk         string    `json:"desk,omitempty"`
	Verb         string    `json:"verb"` // "protection.refer"
	Purpose      string    `json:"purpose,omitempty"`
	Outcome      Outcome   `json:"outcome"`
	Policies     []string  `json:"policies,omitempty"` // those that decided
	Classes      []string  `json:"classes,omitempty"`  // classes of fields that were opened
	On           []Ref     `json:"on,omitempty"`       // what it was about
	Erased       []Place   `json:"erased,omitempty"`   // openings destroyed by this act, from Forget
}

// People are those who did it: one, or the second pair of eyes and the proposer.
func (l Line) People() []string {
	if l.Proposer == "" {
		return []string{l.Actor}
	}
	return []string{l.Actor, l.Proposer}
}

// Entry is a line as the ledger keeps it. On holds the refs whose openings
// still exist; Sealed counts those that cannot be opened any more.
type Entry struct {
	N int64 `json:"n"`
	Line
	Sealed int `json:"sealed,omitempty"`
}

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the ledger.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("ledger", files) }
