package evidence

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// JobUndo goes on with taking an import back.
const JobUndo = "evidence.undo"

// undoPerAct is how many signals one act takes back: a large import is taken back
// in slices, so that nobody else waits long to write.
const undoPerAct = 100

// BeginImport opens an import of the actor's organisation.
func BeginImport(a *act.Act, format string) (id.Import, error) {
	imp := id.New[id.Import]()
	return imp, fault.Wrap("evidence.BeginImport", db.New(a.Tx()).InsertImport(a.Ctx(), db.InsertImportParams{
		ID: imp.String(), Organisation: a.Actor().Organisation.String(), Actor: a.Actor().User.String(),
		Format: format, StartedAt: clock.Micro(a.Now())}))
}

// Undone says how far an import has been taken back.
type Undone struct {
	Retracted int `json:"retracted"` // by this act
	Left      int `json:"left"`      // still standing; a job goes on with them
}

// UndoImport retracts the next signals of an import that still stand. While some
// are left, a job goes on; whoever has undone an import can add nothing to it.
func UndoImport(a *act.Act, imp id.Import) (Undone, error) {
	q := db.New(a.Tx())
	// The lock comes first: two acts on one import take back different signals.
	if _, err := q.LockHead(a.Ctx()); err != nil {
		return Undone{}, fault.Wrap("evidence.UndoImport", err)
	}
	if err := q.AskUndo(a.Ctx(), db.AskUndoParams{UndoneBy: a.Actor().User.String(), ID: imp.String()}); err != nil {
		return Undone{}, fault.Wrap("evidence.UndoImport", err)
	}
	rows, err := q.ImportSignals(a.Ctx(), db.ImportSignalsParams{Import: imp.String(), Limit: undoPerAct})
	if err != nil || len(rows) == 0 {
		return Undone{}, fault.Wrap("evidence.UndoImport", err)
	}
	signals := make([]id.Signal, len(rows))
	for i, r := range rows {
		signals[i] = id.Trusted[id.Signal](r)
	}
	if _, err := Retract(a, signals, "import_undone"); err != nil {
		return Undone{}, err
	}
	left, err := q.CountStanding(a.Ctx(), imp.String())
	if err != nil {
		return Undone{}, fault.Wrap("evidence.UndoImport", err)
	}
	out := Undone{Retracted: len(signals), Left: int(left)}
	if left == 0 {
		return out, nil
	}
	return out, a.Later(JobUndo, "import", imp.String(), time.Time{})
}

// Undo takes an import back, as far as one act goes: see UndoImport.
func (d Desk) Undo(ctx context.Context, by policy.Actor, imp id.Import) (Undone, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbUndo, "import", imp.String()), func(a *act.Act) (Undone, error) {
		return UndoImport(a, imp)
	})
}

// GoOn is the worker of JobUndo; by is the node.
func (d Desk) GoOn(ctx context.Context, by policy.Actor, on ledger.Ref) error {
	imp, err := id.Parse[id.Import](on.ID)
	if err != nil {
		return err
	}
	_, err = d.Undo(ctx, by, imp)
	return err
}

// addTo refuses what would be added to an import that is being taken back.
func addTo(a *act.Act, imp id.Import) error {
	if imp.IsZero() {
		return nil
	}
	q := db.New(a.Tx())
	if _, err := q.LockHead(a.Ctx()); err != nil {
		return fault.Wrap("evidence.addTo", err)
	}
	row, err := q.ImportRow(a.Ctx(), imp.String())
	if errors.Is(err, sql.ErrNoRows) || err == nil && row.Organisation != a.Actor().Organisation.String() {
		return fault.New(fault.NotFound, "evidence.addTo", "evidence.not_found")
	}
	if err == nil && row.UndoneBy != "" {
		return fault.New(fault.Conflict, "evidence.addTo", "evidence.import_undone")
	}
	return fault.Wrap("evidence.addTo", err)
}
