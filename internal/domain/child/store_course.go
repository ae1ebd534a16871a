package child

import (
	"errors"
	"strconv"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/child/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

func insertAssessment(a *act.Act, w ward, x Assessment) error {
	have, err := assessmentsOf(a, w)
	x.N = int64(len(have)) + 1
	wishes, err1 := w.seal(a, "assessment/wishes", x.N, x.Wishes)
	reasons, err2 := w.seal(a, "assessment/reasons", x.N, x.Reasons)
	if err := errors.Join(err, err1, err2); err != nil {
		return err
	}
	return fault.Wrap("child.insertAssessment", db.New(a.Tx()).InsertAssessment(a.Ctx(), db.InsertAssessmentParams{Case: w.Case.ID.String(), N: x.N, Action: x.Action,
		InInterest: x.InInterest, Heard: x.Heard, Unheard: x.Unheard, Wishes: wishes, Reasons: reasons, Actor: x.Actor.String(), At: clock.Micro(x.At)}))
}

func assessmentsOf(a *act.Act, w ward) ([]Assessment, error) {
	rows, err := db.New(a.Tx()).AssessmentsOf(a.Ctx(), w.Case.ID.String())
	out := make([]Assessment, len(rows))
	for i, r := range rows {
		out[i] = Assessment{N: r.N, Action: r.Action, InInterest: r.InInterest, Heard: r.Heard, Unheard: r.Unheard, Actor: userOf(r.Actor), At: at(r.At),
			Wishes: w.stored(seal.Narrative, "assessment/wishes", r.N, r.Wishes), Reasons: w.stored(seal.Narrative, "assessment/reasons", r.N, r.Reasons)}
	}
	return out, fault.Wrap("child.assessmentsOf", err)
}

// putDetermination keeps a determination. Its texts are there with the decision, and
// are written once.
func putDetermination(a *act.Act, w ward, d Determination) error {
	wishes, err1 := w.seal(a, "determination/wishes", d.N, d.Wishes)
	options, err2 := w.seal(a, "determination/options", d.N, d.Options)
	reasons, err3 := w.seal(a, "determination/reasons", d.N, d.Reasons)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return fault.Wrap("child.putDetermination", db.New(a.Tx()).PutDetermination(a.Ctx(), db.PutDeterminationParams{Case: w.Case.ID.String(), N: d.N, State: string(d.State),
		Question: d.Question, Outcome: d.Outcome, Heard: d.Heard, Unheard: d.Unheard, Wishes: wishes, Options: options, Reasons: reasons,
		TriggeredAt: clock.Micro(d.Triggered), DecidedAt: clock.Stored(d.At)}))
}

// determinationsOf lists the determinations, each with who took which part.
func determinationsOf(a *act.Act, w ward) ([]Determination, error) {
	q := db.New(a.Tx())
	rows, err := q.DeterminationsOf(a.Ctx(), w.Case.ID.String())
	if err != nil {
		return nil, fault.Wrap("child.determinationsOf", err)
	}
	out := make([]Determination, len(rows))
	for i, r := range rows {
		out[i] = Determination{N: r.N, State: DeterminationState(r.State), Question: r.Question, Outcome: r.Outcome, Heard: r.Heard, Unheard: r.Unheard,
			Wishes: w.stored(seal.Narrative, "determination/wishes", r.N, r.Wishes), Options: w.stored(seal.Narrative, "determination/options", r.N, r.Options),
			Reasons: w.stored(seal.Narrative, "determination/reasons", r.N, r.Reasons), Triggered: at(r.TriggeredAt), At: at(r.DecidedAt)}
	}
	parts, err := q.PartsOf(a.Ctx(), w.Case.ID.String())
	for _, p := range parts {
		d := &out[p.Determination-1]
		d.Parts = append(d.Parts, Part{Collected: p.Part == "information", Actor: userOf(p.Actor), At: at(p.At),
			Note: w.stored(seal.Narrative, partColumn(p.Determination), p.N, p.Note)})
	}
	return out, fault.Wrap("child.determinationsOf", err)
}

func partColumn(determination int64) string {
	return "part/note/" + strconv.FormatInt(determination, 10)
}

func insertPart(a *act.Act, w ward, d Determination, p Part) error {
	n := int64(len(d.Parts)) + 1
	note, err := w.seal(a, partColumn(d.N), n, p.Note)
	if err != nil {
		return err
	}
	part := "panel"
	if p.Collected {
		part = "information"
	}
	return fault.Wrap("child.insertPart", db.New(a.Tx()).InsertPart(a.Ctx(), db.InsertPartParams{Case: w.Case.ID.String(), Determination: d.N, N: n, Part: part,
		Actor: p.Actor.String(), Note: note, At: clock.Micro(p.At)}))
}

func putCare(a *act.Act, c id.Case, x Care) error {
	return fault.Wrap("child.putCare", db.New(a.Tx()).PutCare(a.Ctx(), db.PutCareParams{Case: c.String(), N: x.N, Kind: x.Kind, Provider: x.Provider.String(),
		FromAt: clock.Micro(x.From), ReviewAt: clock.Micro(x.Review), UntilAt: clock.Stored(x.Until)}))
}

func careOf(a *act.Act, c id.Case) ([]Care, error) {
	rows, err := db.New(a.Tx()).CareOf(a.Ctx(), c.String())
	out := make([]Care, len(rows))
	for i, r := range rows {
		out[i] = Care{N: r.N, Kind: r.Kind, Provider: organisationOf(r.Provider), From: at(r.FromAt), Review: at(r.ReviewAt), Until: at(r.UntilAt)}
	}
	return out, fault.Wrap("child.careOf", err)
}

func insertSearch(a *act.Act, w ward, s Search) error {
	have, err := searchesOf(a, w.Case.ID)
	if err != nil {
		return err
	}
	return fault.Wrap("child.insertSearch", db.New(a.Tx()).InsertTracing(a.Ctx(), db.InsertTracingParams{Case: w.Case.ID.String(), N: int64(len(have)) + 1,
		Assessment: s.Assessment, Consent: s.Word.String(), Actor: s.Actor.String(), At: clock.Micro(s.At)}))
}

func searchesOf(a *act.Act, c id.Case) ([]Search, error) {
	rows, err := db.New(a.Tx()).TracingsOf(a.Ctx(), c.String())
	out := make([]Search, len(rows))
	for i, r := range rows {
		out[i] = Search{N: r.N, Assessment: r.Assessment, Word: wordOf(r.Consent), Actor: userOf(r.Actor), At: at(r.At)}
	}
	return out, fault.Wrap("child.searchesOf", err)
}

func insertMissing(a *act.Act, w ward, m Missing) error {
	note, err := w.seal(a, "missing/note", m.N, m.Note)
	if err != nil {
		return err
	}
	return fault.Wrap("child.insertMissing", db.New(a.Tx()).InsertMissing(a.Ctx(), db.InsertMissingParams{Case: w.Case.ID.String(), N: m.N,
		LastSeen: clock.Micro(m.LastSeen), Note: note}))
}

func moveMissing(a *act.Act, w ward, m Missing) error {
	return fault.Wrap("child.moveMissing", db.New(a.Tx()).MoveMissing(a.Ctx(), db.MoveMissingParams{ReportedAt: clock.Stored(m.Reported), FoundAt: clock.Stored(m.Found),
		Case: w.Case.ID.String(), N: m.N}))
}

func tellMissing(a *act.Act, w ward, m Missing) error {
	talk, err := w.seal(a, "missing/talk", m.N, m.Talk)
	if err != nil {
		return err
	}
	return fault.Wrap("child.tellMissing", db.New(a.Tx()).TellMissing(a.Ctx(), db.TellMissingParams{TalkedAt: clock.Stored(m.Talked), Talk: talk, Case: w.Case.ID.String(), N: m.N}))
}

func missingOf(a *act.Act, w ward) ([]Missing, error) {
	rows, err := db.New(a.Tx()).MissingOf(a.Ctx(), w.Case.ID.String())
	out := make([]Missing, len(rows))
	for i, r := range rows {
		out[i] = Missing{N: r.N, LastSeen: at(r.LastSeen), Reported: at(r.ReportedAt), Found: at(r.FoundAt), Talked: at(r.TalkedAt),
			Note: w.stored(seal.Narrative, "missing/note", r.N, r.Note), Talk: w.stored(seal.Narrative, "missing/talk", r.N, r.Talk)}
	}
	return out, fault.Wrap("child.missingOf", err)
}

func insertEntry(a *act.Act, w ward, e Entry) error {
	have, err := entriesOf(a, w)
	if err != nil {
		return err
	}
	e.N = int64(len(have)) + 1
	note, err := w.seal(a, "entry/note", e.N, e.Note)
	if err != nil {
		return err
	}
	return fault.Wrap("child.insertEntry", db.New(a.Tx()).InsertEntry(a.Ctx(), db.InsertEntryParams{Case: w.Case.ID.String(), N: e.N, Area: e.Area, Status: e.Status,
		Note: note, At: clock.Micro(e.At)}))
}

func entriesOf(a *act.Act, w ward) ([]Entry, error) {
	rows, err := db.New(a.Tx()).EntriesOf(a.Ctx(), w.Case.ID.String())
	out := make([]Entry, len(rows))
	for i, r := range rows {
		out[i] = Entry{N: r.N, Area: r.Area, Status: r.Status, At: at(r.At), Note: w.stored(seal.Health, "entry/note", r.N, r.Note)}
	}
	return out, fault.Wrap("child.entriesOf", err)
}
