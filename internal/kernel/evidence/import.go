package evidence

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// ImportState is how far an import is.
type ImportState string

// The states of an import.
const (
	ImportHeld    ImportState = "held"    // the file waits for a person's word
	ImportQueued  ImportState = "queued"  // the word was given
	ImportRunning ImportState = "running" // begun, and not ended
	ImportDone    ImportState = "done"
	ImportUndone  ImportState = "undone"  // taken back as a whole
	ImportStopped ImportState = "stopped" // given up before the end of its file; what was recorded stands
)

// Import is one delivery of many signals, which can be taken back as a whole.
type Import struct {
	ID           id.Import
	Organisation id.Organisation
	By           id.User
	Name         string // of By, as the directory knows them
	Format       string
	State        ImportState
	Started      time.Time
	Rows         int // read so far
	Total        int // of the file; 0: not counted beforehand
	Rejected     int
	Recorded     int
	Retracted    int // of those recorded
}

// Again is how many rows were there already.
func (i Import) Again() int { return max(i.Rows-i.Recorded-i.Rejected, 0) }

// Standing is how many of the recorded signals nobody took back.
func (i Import) Standing() int { return i.Recorded - i.Retracted }

// Row is one row of an import: a signal, or the reasons why it is none.
type Row struct {
	Number   int // in the file, from 1
	Incoming Incoming
	Reasons  []Reason
}

// RowsOf makes rows of signals.
func RowsOf(signals ...Incoming) []Row {
	rows := make([]Row, len(signals))
	for i, in := range signals {
		rows[i] = Row{Number: i + 1, Incoming: in}
	}
	return rows
}

// Reason is one reason why a row was rejected. It never holds what stood there.
type Reason struct {
	Column int         `json:"column,omitempty"` // from 1; 0 if no one column is meant
	Field  string      `json:"field,omitempty"`  // by its standard's name, or a JSON pointer
	Key    string      `json:"key"`              // message key of the sentence that says why
	Args   []fault.Arg `json:"args,omitempty"`
}

// Rejected is a row that was rejected.
type Rejected struct {
	Number  int
	Reasons []Reason
}

// Held is a file that waits for a person's word, with whatever it must be read by.
type Held struct {
	File    []byte
	Mapping json.RawMessage
}

// maxRejects is how many rejected rows of an import are kept for reading.
const maxRejects = 10_000

// reasonsOf are the reasons that a refusal gives.
func reasonsOf(err error) []Reason {
	var out []Reason
	for _, f := range fault.FieldsOf(err) {
		out = append(out, Reason{Field: f.Pointer, Key: f.Key, Args: f.Args})
	}
	if len(out) == 0 {
		key, args := fault.Say(err)
		out = append(out, Reason{Key: key, Args: args})
	}
	return out
}

// BeginImport opens an import of the actor's organisation.
func BeginImport(a *act.Act, format string, state ImportState) (id.Import, error) {
	imp := id.New[id.Import]()
	a.Touch("import", imp.String())
	return imp, fault.Wrap("evidence.BeginImport", db.New(a.Tx()).InsertImport(a.Ctx(), db.InsertImportParams{
		ID: imp.String(), Organisation: a.Actor().Organisation.String(), Actor: a.Actor().User.String(),
		Format: format, StartedAt: clock.Micro(a.Now()), State: string(state)}))
}

// ownImport is an import of the actor's organisation; another's is not there. What
// was recorded of it is not counted: every batch begins with this.
func ownImport(a *act.Act, imp id.Import) (Import, error) {
	row, err := db.New(a.Tx()).ImportRow(a.Ctx(), imp.String())
	if errors.Is(err, sql.ErrNoRows) || err == nil && row.Organisation != a.Actor().Organisation.String() {
		return Import{}, fault.New(fault.NotFound, "evidence.import", "evidence.not_found")
	}
	if err != nil {
		return Import{}, fault.Wrap("evidence.import", err)
	}
	return importFromRow(row, a.Who(row.Actor)), nil
}

// setState moves an import on from the state it was read in. Of several who decide
// at the same moment one does, and the others are told.
func setState(a *act.Act, imp id.Import, was, now ImportState, ended time.Time) error {
	p := db.SetImportParams{ID: imp.String(), State: string(now), Old: string(was)}
	if !ended.IsZero() {
		p.EndedAt = clock.Micro(ended)
	}
	return decided(db.New(a.Tx()).SetImport(a.Ctx(), p))
}

// decided refuses where somebody else came first.
func decided(rows int64, err error) error {
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "evidence.import", "import.already_taken")
	}
	return fault.Wrap("evidence.import", err)
}

// OrderedBy is who began an import, for the job that takes its file.
func OrderedBy(a *act.Act, imp id.Import) (id.User, error) {
	row, err := db.New(a.Tx()).ImportRow(a.Ctx(), imp.String())
	if errors.Is(err, sql.ErrNoRows) {
		return id.User{}, fault.New(fault.NotFound, "evidence.OrderedBy", "evidence.not_found")
	}
	return id.Trusted[id.User](row.Actor), fault.Wrap("evidence.OrderedBy", err)
}

func importFromRow(row db.EvidenceImport, name string) Import {
	return Import{ID: id.Trusted[id.Import](row.ID), Organisation: id.Trusted[id.Organisation](row.Organisation), By: id.Trusted[id.User](row.Actor),
		Format: row.Format, State: ImportState(row.State), Started: clock.FromMicro(row.StartedAt), Rows: int(row.Rows), Total: int(row.Total),
		Rejected: int(row.Rejected), Name: name}
}

// hold keeps a file, sealed under a key of its own, until it is taken or dropped.
func hold(a *act.Act, format string, h Held) (id.Import, error) {
	imp, err := BeginImport(a, format, ImportHeld)
	if err != nil {
		return imp, err
	}
	subject, err := a.Mint()
	if err != nil {
		return imp, err
	}
	box, err := act.Seal(a, subject, placeHeld(imp), seal.New(seal.Narrative, h))
	if err != nil {
		return imp, err
	}
	err = db.New(a.Tx()).InsertHeld(a.Ctx(), db.InsertHeldParams{Import: imp.String(), Subject: subject.String(), Body: box})
	if err != nil {
		return imp, fault.Wrap("evidence.hold", err)
	}
	return imp, a.Later(JobDrop, "import", imp.String(), a.Now().Add(HeldFor))
}

func held(a *act.Act, imp id.Import) (Held, error) {
	row, err := db.New(a.Tx()).Held(a.Ctx(), imp.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Held{}, fault.New(fault.NotFound, "evidence.held", "evidence.not_found")
	}
	if err != nil {
		return Held{}, fault.Wrap("evidence.held", err)
	}
	return act.Open(a, seal.Stored[Held](seal.Narrative, id.Trusted[id.Subject](row.Subject), placeHeld(imp), row.Body))
}

// release lets a held file go, and its key with it.
func release(a *act.Act, imp id.Import) error {
	q := db.New(a.Tx())
	row, err := q.Held(a.Ctx(), imp.String())
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = q.DropHeld(a.Ctx(), imp.String())
	}
	if err != nil {
		return fault.Wrap("evidence.release", err)
	}
	return a.Later(JobDestroy, "subject", row.Subject, time.Time{})
}

// count adds what a batch came to, and keeps why its rejected rows were.
func count(a *act.Act, i Import, read int, refused []Rejected) error {
	q := db.New(a.Tx())
	for n, r := range refused {
		if i.Rejected+n >= maxRejects {
			break
		}
		reasons, err := json.Marshal(r.Reasons)
		if err == nil {
			err = q.InsertReject(a.Ctx(), db.InsertRejectParams{Import: i.ID.String(), N: int64(r.Number), Reasons: string(reasons)})
		}
		if err != nil {
			return fault.Wrap("evidence.count", err)
		}
	}
	return fault.Wrap("evidence.count", q.CountRows(a.Ctx(), db.CountRowsParams{ID: i.ID.String(), Read: int64(read), Refused: int64(len(refused))}))
}

func rejects(a *act.Act, imp id.Import, limit int) ([]Rejected, error) {
	rows, err := db.New(a.Tx()).Rejects(a.Ctx(), db.RejectsParams{Import: imp.String(), Limit: int32(limit)})
	if err != nil {
		return nil, fault.Wrap("evidence.rejects", err)
	}
	out := make([]Rejected, len(rows))
	for i, r := range rows {
		out[i].Number = int(r.N)
		d := json.NewDecoder(bytes.NewReader([]byte(r.Reasons)))
		d.UseNumber() // a bound of a million stays one
		if err := d.Decode(&out[i].Reasons); err != nil {
			return nil, fault.Wrap("evidence.rejects", err)
		}
		for _, reason := range out[i].Reasons {
			whole(reason.Args)
		}
	}
	return out, nil
}

// whole makes numbers of what JSON brought back.
func whole(args []fault.Arg) {
	for i, a := range args {
		if n, ok := a.Value.(json.Number); ok {
			v, err := n.Int64()
			if args[i].Value = int(v); err != nil {
				args[i].Value = n.String()
			}
		}
	}
}

// undoPerAct is how many signals one act takes back: a large import is taken back
// in slices, so that nobody else waits long to write.
const undoPerAct = 100

// Undone says how far an import has been taken back.
type Undone struct {
	Retracted int `json:"retracted"` // by this act
	Left      int `json:"left"`      // still standing; a job goes on with them
}

// undoImport retracts the next signals of an import that still stand. While some
// are left, a job goes on; to an import that is taken back nothing can be added.
func undoImport(a *act.Act, imp id.Import, was ImportState) (Undone, error) {
	q := db.New(a.Tx())
	if err := setState(a, imp, was, ImportUndone, a.Now()); err != nil {
		return Undone{}, err
	}
	rows, err := q.ImportSignals(a.Ctx(), db.ImportSignalsParams{Import: imp.String(), Limit: undoPerAct})
	if err != nil || len(rows) == 0 {
		return Undone{}, fault.Wrap("evidence.undoImport", err)
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
		return Undone{}, fault.Wrap("evidence.undoImport", err)
	}
	out := Undone{Retracted: len(signals), Left: int(left)}
	if left == 0 {
		return out, nil
	}
	return out, a.Later(JobUndo, "import", imp.String(), time.Time{})
}

// running is an import to which a batch is added, or which ends; what was taken
// back meanwhile is refused. The lock comes first, which an undo holds as well, and
// no state follows on undone: nothing is added behind the back of an undo.
func running(a *act.Act, imp id.Import) (Import, error) {
	if _, err := db.New(a.Tx()).LockHead(a.Ctx()); err != nil {
		return Import{}, fault.Wrap("evidence.running", err)
	}
	i, err := ownImport(a, imp)
	switch {
	case err != nil:
		return i, err
	case i.State == ImportUndone:
		return i, fault.New(fault.Conflict, "evidence.running", "evidence.import_undone")
	case i.State != ImportRunning:
		return i, fault.New(fault.Conflict, "evidence.running", "import.already_taken")
	}
	return i, nil
}

func placeHeld(imp id.Import) string { return "evidence_held/body/" + imp.String() }
