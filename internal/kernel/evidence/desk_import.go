package evidence

import (
	"context"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// The jobs of imports. JobTake is worked by the node, which knows the users.
const (
	JobTake    = "evidence.take"
	JobDrop    = "evidence.drop"
	JobStop    = "evidence.stop" // lets the file go of an import that came to no end
	JobDestroy = "evidence.destroy_key"
	JobUndo    = "evidence.undo" // goes on with taking an import back
)

// HeldFor is how long a file waits for a person's word. Nobody keeps a list of
// people for later (Regulation (EU) 2016/679, Article 5(1)(e)).
const HeldFor = 24 * time.Hour

// Begin opens an import.
func (d Desk) Begin(ctx context.Context, by policy.Actor, format string) (id.Import, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbImport, "signal", ""), func(a *act.Act) (id.Import, error) {
		return BeginImport(a, format, ImportRunning)
	})
}

// Hold keeps a file for a person to look at what would become of it, and to say
// whether it shall be taken.
func (d Desk) Hold(ctx context.Context, by policy.Actor, format string, h Held) (id.Import, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbImport, "signal", ""), func(a *act.Act) (id.Import, error) {
		return hold(a, format, h)
	})
}

// Held opens a file that waits.
func (d Desk) Held(ctx context.Context, by policy.Actor, imp id.Import) (Held, error) {
	return act.Look(ctx, d.Ground, ask(by, VerbHeld, "import", imp.String()), func(a *act.Act) (Held, error) {
		return held(a, imp)
	})
}

// Order gives the word that a held file is taken. Giving it twice is refused
// (fault.Conflict).
func (d Desk) Order(ctx context.Context, by policy.Actor, imp id.Import) error {
	_, err := act.Do(ctx, d.Ground, ask(by, VerbHeld, "import", imp.String()), func(a *act.Act) (struct{}, error) {
		i, err := ownImport(a, imp)
		if err != nil {
			return struct{}{}, err
		}
		if i.State != ImportHeld {
			return struct{}{}, fault.New(fault.Conflict, "evidence.Order", "import.already_taken")
		}
		if err := setState(a, imp, i.State, ImportQueued, time.Time{}); err != nil {
			return struct{}{}, err
		}
		if err := a.Later(JobStop, "import", imp.String(), a.Now().Add(HeldFor)); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, a.Later(JobTake, "import", imp.String(), time.Time{})
	})
	return err
}

// Start begins, or begins again after an interruption, to take a file of total
// rows. What was recorded before the interruption is found to be there already.
func (d Desk) Start(ctx context.Context, by policy.Actor, imp id.Import, total int) error {
	_, err := act.Do(ctx, d.Ground, ask(by, VerbHeld, "import", imp.String()), func(a *act.Act) (struct{}, error) {
		i, err := ownImport(a, imp)
		if err != nil {
			return struct{}{}, err
		}
		if i.State != ImportQueued && i.State != ImportRunning {
			return struct{}{}, fault.New(fault.Conflict, "evidence.Start", "import.already_taken")
		}
		q := db.New(a.Tx())
		if err := decided(q.StartImport(a.Ctx(), db.StartImportParams{ID: imp.String(), Total: int64(total), Old: string(i.State)})); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, fault.Wrap("evidence.Start", q.DropRejects(a.Ctx(), imp.String()))
	})
	return err
}

// Drop throws a held file away. One that was ordered is needed, and is left: a
// person is told so (fault.Conflict); the job whose time is over has nothing to do.
func (d Desk) Drop(ctx context.Context, by policy.Actor, imp id.Import) error {
	_, err := act.Do(ctx, d.Ground, ask(by, VerbDrop, "import", imp.String()), func(a *act.Act) (struct{}, error) {
		q := db.New(a.Tx())
		row, err := q.ImportRow(a.Ctx(), imp.String())
		if err != nil {
			return struct{}{}, fault.Wrap("evidence.Drop", err)
		}
		if ImportState(row.State) != ImportHeld {
			if row.Organisation != a.Actor().Organisation.String() {
				return struct{}{}, nil
			}
			return struct{}{}, fault.New(fault.Conflict, "evidence.Drop", "import.already_taken")
		}
		if err := release(a, imp); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, decided(q.DropImport(a.Ctx(), imp.String()))
	})
	return err
}

// Stop ends an ordered import that comes to no end: whoever gave the word is
// blocked, or every attempt failed. Its file is let go (Regulation (EU) 2016/679,
// Article 5(1)(e)); what was recorded stands, and can be taken back.
func (d Desk) Stop(ctx context.Context, by policy.Actor, imp id.Import) error {
	_, err := act.Do(ctx, d.Ground, ask(by, VerbDrop, "import", imp.String()), func(a *act.Act) (struct{}, error) {
		row, err := db.New(a.Tx()).ImportRow(a.Ctx(), imp.String())
		if err != nil {
			return struct{}{}, fault.Wrap("evidence.Stop", err)
		}
		was := ImportState(row.State)
		if was != ImportQueued && was != ImportRunning {
			return struct{}{}, nil // it came to an end
		}
		if err := setState(a, imp, was, ImportStopped, a.Now()); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, release(a, imp)
	})
	return err
}

// Taken says what became of one row of a batch.
type Taken struct {
	Recorded
	Fault error // why it was not taken
}

// Take records a batch of an import in one act. A row that cannot be taken says
// why and does not hold up the others; a failure of the machine rolls all back.
func (d Desk) Take(ctx context.Context, by policy.Actor, imp id.Import, batch []Row) ([]Taken, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbImport, "signal", ""), func(a *act.Act) ([]Taken, error) {
		var i Import
		var err error
		if !imp.IsZero() {
			if i, err = running(a, imp); err != nil {
				return nil, err
			}
		}
		out, refused, err := each(batch, func(in Incoming) (Recorded, error) { return Record(a, in, imp) })
		if err != nil || imp.IsZero() {
			return out, err
		}
		return out, count(a, i, len(batch), refused)
	})
}

// End says that an import has been read to its end, and lets its file go. What
// was taken back meanwhile stays taken back (fault.Conflict).
func (d Desk) End(ctx context.Context, by policy.Actor, imp id.Import) error {
	_, err := act.Do(ctx, d.Ground, ask(by, VerbImport, "signal", ""), func(a *act.Act) (struct{}, error) {
		i, err := running(a, imp)
		if err != nil {
			return struct{}{}, err
		}
		a.Touch("import", imp.String())
		if err := setState(a, imp, i.State, ImportDone, a.Now()); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, release(a, imp)
	})
	return err
}

// Undo takes an import back, as far as one act goes: see undoImport.
func (d Desk) Undo(ctx context.Context, by policy.Actor, imp id.Import) (Undone, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbUndo, "import", imp.String()), func(a *act.Act) (Undone, error) {
		q := db.New(a.Tx())
		// The lock comes first: two acts on one import take back different signals.
		if _, err := q.LockHead(a.Ctx()); err != nil {
			return Undone{}, fault.Wrap("evidence.Undo", err)
		}
		row, err := q.ImportRow(a.Ctx(), imp.String())
		if err != nil {
			return Undone{}, fault.Wrap("evidence.Undo", err)
		}
		if s := ImportState(row.State); s == ImportHeld || s == ImportQueued {
			return Undone{}, fault.New(fault.Conflict, "evidence.Undo", "import.not_taken")
		}
		if err := release(a, imp); err != nil {
			return Undone{}, err
		}
		return undoImport(a, imp, ImportState(row.State))
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

// Imports lists the imports of the actor's organisation after a place in the list,
// newest first.
func (d Desk) Imports(ctx context.Context, by policy.Actor, after sqldb.After, limit int) ([]Import, error) {
	return act.Look(ctx, d.Ground, ask(by, VerbImports, "import", ""), func(a *act.Act) ([]Import, error) {
		at, last := after.Falling()
		rows, err := db.New(a.Tx()).ImportsAfter(a.Ctx(), db.ImportsAfterParams{Organisation: by.Organisation.String(), At: at, Last: last, Most: int32(limit)})
		if err != nil {
			return nil, fault.Wrap("evidence.Imports", err)
		}
		out, names := make([]Import, len(rows)), map[string]string{}
		for i, row := range rows {
			imp := row.EvidenceImport
			a.Touch("import", imp.ID)
			if _, known := names[imp.Actor]; !known {
				names[imp.Actor] = a.Who(imp.Actor)
			}
			out[i] = importFromRow(imp, names[imp.Actor])
			out[i].Recorded, out[i].Retracted = int(row.Recorded), int(row.Retracted)
		}
		return out, nil
	})
}

// ImportView is an import with why its rows were rejected.
type ImportView struct {
	Import
	Rejects []Rejected
	Undo    bool // the reader may take it back
}

// SeeImport shows one import, with up to limit rejected rows.
func (d Desk) SeeImport(ctx context.Context, by policy.Actor, imp id.Import, limit int) (ImportView, error) {
	return act.Look(ctx, d.Ground, ask(by, VerbImports, "import", imp.String()), func(a *act.Act) (v ImportView, err error) {
		if v.Import, err = ownImport(a, imp); err != nil {
			return v, err
		}
		n, err := db.New(a.Tx()).CountImport(a.Ctx(), imp.String())
		if err != nil {
			return v, fault.Wrap("evidence.SeeImport", err)
		}
		v.Recorded, v.Retracted = int(n.Recorded), int(n.Retracted)
		v.Undo = a.May(VerbUndo)
		v.Rejects, err = rejects(a, imp, limit)
		return v, err
	})
}

// Destroy destroys the key of a file that was let go.
func (d Desk) Destroy(ctx context.Context, on ledger.Ref) error {
	return act.Destroy(ctx, d.Ground, id.Trusted[id.Subject](on.ID))
}
