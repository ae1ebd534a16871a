package evidence

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// The verbs of evidence.
const (
	VerbRecord policy.Verb = "evidence.record"
	VerbImport policy.Verb = "evidence.import"
	VerbUndo   policy.Verb = "evidence.undo"
	// VerbImports lists imports, and shows one with why its rows were rejected.
	VerbImports policy.Verb = "evidence.imports"
	// VerbHeld opens a file that waits for a person's word, and gives that word.
	VerbHeld policy.Verb = "evidence.held"
	VerbDrop policy.Verb = "evidence.drop"
	VerbSee  policy.Verb = "evidence.see"
	// VerbCodes is asked besides VerbSee for what was coded of a person.
	VerbCodes policy.Verb = "evidence.codes"
	VerbList  policy.Verb = "evidence.list"
	// VerbDirectory is asked besides VerbRecord or VerbImport for what lists helpers.
	VerbDirectory policy.Verb = "evidence.directory"
)

// Verbs lists them with the kind of record each works on.
var Verbs = map[policy.Verb]string{VerbRecord: "signal", VerbImport: "signal", VerbUndo: "import", VerbImports: "import", VerbHeld: "import", VerbDrop: "import", VerbSee: "signal", VerbCodes: "signal", VerbList: "signal", VerbDirectory: "signal"}

// Desk is the front door to signals.
type Desk struct{ Ground *act.Ground }

// Record records one signal of the actor's organisation.
func (d Desk) Record(ctx context.Context, by policy.Actor, in Incoming) (Recorded, error) {
	return act.Do(ctx, d.Ground, ask(by, VerbRecord, "signal", ""), func(a *act.Act) (Recorded, error) {
		return Record(a, in, id.Import{})
	})
}

// MentionView is a mention as a page may show it.
type MentionView struct {
	Mention
	Shown act.Shown[Details]
}

// View is a signal as a page may show it.
type View struct {
	Signal    Signal // Coded is empty where Shut
	Shut      bool   // what was coded of her is not for the reader
	Ref       act.Shown[string]
	Narrative act.Shown[string]
	Mentions  []MentionView
	Retracted bool
}

// See shows one signal; what the grant does not open is said to be withheld.
func (d Desk) See(ctx context.Context, by policy.Actor, purpose policy.Purpose, signal id.Signal) (View, error) {
	q := ask(by, VerbSee, "signal", signal.String())
	q.Purpose = purpose
	return act.Look(ctx, d.Ground, q, func(a *act.Act) (v View, err error) {
		if v.Signal, err = Get(a, signal); err != nil {
			return v, err
		}
		// Codes tell of one person what she lived through: whoever was not told it by
		// her reads counts, not codes (CETS 197, Article 11).
		if v.Shut = !a.May(VerbCodes); v.Shut {
			v.Signal.Coded = nil
		}
		if v.Ref, err = act.Show(a, v.Signal.Ref); err != nil {
			return v, err
		}
		if v.Narrative, err = act.Show(a, v.Signal.Narrative); err != nil {
			return v, err
		}
		for _, m := range v.Signal.Mentions {
			shown, err := act.Show(a, m.Details)
			if err != nil {
				return v, err
			}
			v.Mentions = append(v.Mentions, MentionView{m, shown})
		}
		_, err = db.New(a.Tx()).RetractedSignal(a.Ctx(), signal.String())
		v.Retracted = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return v, fault.Wrap("evidence.See", err)
	})
}

// List lists the signals of the actor's organisation, newest first, without
// opening anything. seq 0 starts at the newest.
func (d Desk) List(ctx context.Context, by policy.Actor, seq int64, limit int) ([]Signal, error) {
	return act.Look(ctx, d.Ground, ask(by, VerbList, "signal", ""), func(a *act.Act) ([]Signal, error) {
		list, err := Of(a, by.Organisation, seq, limit)
		for _, s := range list {
			a.Touch("signal", s.ID.String())
		}
		return list, err
	})
}

// Facts are what the policies may know of a signal.
func Facts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	row, err := db.New(tx).Signal(ctx, recordID)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.Facts{}, fault.New(fault.NotFound, "evidence.Facts", "evidence.not_found")
	}
	if err != nil {
		return policy.Facts{}, fault.Wrap("evidence.Facts", err)
	}
	f := policy.Facts{Owner: id.Trusted[id.Organisation](row.Organisation)}
	mentions, err := db.New(tx).MentionsOf(ctx, recordID)
	for _, m := range mentions {
		if MentionKind(m.Kind) == Person && Role(m.Role).Protected() {
			f.Protected = true
			f.Child = f.Child || AgeClass(m.Age).TreatedAsChild()
		}
	}
	return f, fault.Wrap("evidence.Facts", err)
}

// ImportFacts are what the policies may know of an import.
func ImportFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	row, err := db.New(tx).ImportRow(ctx, recordID)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.Facts{}, fault.New(fault.NotFound, "evidence.ImportFacts", "evidence.not_found")
	}
	return policy.Facts{Owner: id.Trusted[id.Organisation](row.Organisation), State: row.State}, fault.Wrap("evidence.ImportFacts", err)
}

func ask(by policy.Actor, verb policy.Verb, kind, recordID string) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: kind, ID: recordID}, Purpose: consent.Identification}
}
