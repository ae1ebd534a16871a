package evidence

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Get is one signal, its personal fields still sealed.
func Get(a *act.Act, signal id.Signal) (Signal, error) {
	row, err := db.New(a.Tx()).Signal(a.Ctx(), signal.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Signal{}, fault.New(fault.NotFound, "evidence.Get", "evidence.not_found")
	}
	if err != nil {
		return Signal{}, fault.Wrap("evidence.Get", err)
	}
	return load(a.Ctx(), a.Tx(), row)
}

// After lists up to limit signals recorded after seq, in order: what is derived
// is derived in this order, and in no other.
func After(ctx context.Context, tx *sql.Tx, seq int64, limit int) ([]Signal, error) {
	rows, err := db.New(tx).SignalsAfter(ctx, db.SignalsAfterParams{Seq: seq, Limit: int32(limit)})
	if err != nil {
		return nil, fault.Wrap("evidence.After", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	mentions, err := db.New(tx).MentionsBetween(ctx, db.MentionsBetweenParams{First: rows[0].Seq, Last: rows[len(rows)-1].Seq})
	if err != nil {
		return nil, fault.Wrap("evidence.After", err)
	}
	return withMentions(rows, mentions)
}

// Of lists up to limit signals of one organisation recorded before seq, newest
// first; seq 0 starts at the newest.
func Of(a *act.Act, organisation id.Organisation, seq int64, limit int) ([]Signal, error) {
	if seq == 0 {
		seq = 1 << 62
	}
	rows, err := db.New(a.Tx()).SignalsOfBefore(a.Ctx(), db.SignalsOfBeforeParams{Seq: seq, Organisation: organisation.String(), Limit: int32(limit)})
	if err != nil {
		return nil, fault.Wrap("evidence.Of", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	mentions, err := db.New(a.Tx()).MentionsOfSource(a.Ctx(), db.MentionsOfSourceParams{Organisation: organisation.String(), First: rows[len(rows)-1].Seq, Last: rows[0].Seq})
	if err != nil {
		return nil, fault.Wrap("evidence.Of", err)
	}
	return withMentions(rows, mentions)
}

// Head is the seq of the newest signal.
func Head(ctx context.Context, tx *sql.Tx) (int64, error) {
	seq, err := db.New(tx).Head(ctx)
	return seq, fault.Wrap("evidence.Head", err)
}

// RetractedBy lists the signals that a retraction took back.
func RetractedBy(ctx context.Context, tx *sql.Tx, retraction id.Signal) ([]id.Signal, error) {
	rows, err := db.New(tx).RetractedBy(ctx, retraction.String())
	if err != nil {
		return nil, fault.Wrap("evidence.RetractedBy", err)
	}
	out := make([]id.Signal, len(rows))
	for i, r := range rows {
		out[i] = id.Trusted[id.Signal](r)
	}
	return out, nil
}

// Retracted tells whether a signal was taken back.
func Retracted(a *act.Act, signal id.Signal) (bool, error) {
	_, err := db.New(a.Tx()).RetractedSignal(a.Ctx(), signal.String())
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, fault.Wrap("evidence.Retracted", err)
}

// MentionByID is one mention, its details still sealed.
func MentionByID(ctx context.Context, tx *sql.Tx, mention id.Mention) (Mention, error) {
	row, err := db.New(tx).Mention(ctx, mention.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Mention{}, fault.New(fault.NotFound, "evidence.MentionByID", "evidence.not_found")
	}
	if err != nil {
		return Mention{}, fault.Wrap("evidence.MentionByID", err)
	}
	return mentionFromRow(row), nil
}

// Mentioning is the signal that a mention stands in, its personal fields still
// sealed.
func Mentioning(a *act.Act, mention id.Mention) (Signal, error) {
	row, err := db.New(a.Tx()).SignalOfMention(a.Ctx(), mention.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Signal{}, fault.New(fault.NotFound, "evidence.Mentioning", "evidence.not_found")
	}
	if err != nil {
		return Signal{}, fault.Wrap("evidence.Mentioning", err)
	}
	return load(a.Ctx(), a.Tx(), row)
}

// withMentions makes signals of rows and of all their mentions, in the same order.
func withMentions(rows []db.EvidenceSignal, mentions []db.EvidenceMention) ([]Signal, error) {
	of := map[string][]db.EvidenceMention{}
	for _, m := range mentions {
		of[m.Signal] = append(of[m.Signal], m)
	}
	out := make([]Signal, len(rows))
	for i, row := range rows {
		s, err := fromRow(row, of[row.ID])
		if err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}

func load(ctx context.Context, tx *sql.Tx, row db.EvidenceSignal) (Signal, error) {
	mentions, err := db.New(tx).MentionsOf(ctx, row.ID)
	if err != nil {
		return Signal{}, fault.Wrap("evidence.load", err)
	}
	return fromRow(row, mentions)
}

func fromRow(row db.EvidenceSignal, mentions []db.EvidenceMention) (Signal, error) {
	s := Signal{
		ID: id.Trusted[id.Signal](row.ID), Organisation: id.Trusted[id.Organisation](row.Organisation), Kind: row.Kind,
		Observed: clock.FromMicro(row.Observed), Recorded: clock.FromMicro(row.Recorded), Grade: Grade(row.Grade),
		Import: id.Trusted[id.Import](row.Import), Seq: row.Seq, Home: row.Home, Subject: id.Trusted[id.Subject](row.Subject),
	}
	s.Narrative = seal.Stored[string](seal.Narrative, s.Subject, placeNarrative(s.ID), row.Narrative)
	s.Ref = seal.Stored[string](seal.Identity, s.Subject, placeNamed(s.ID), row.Named)
	err := errors.Join(json.Unmarshal([]byte(row.Handling), &s.Handling), json.Unmarshal([]byte(row.Coded), &s.Coded), json.Unmarshal([]byte(row.Relations), &s.Relations))
	for _, m := range mentions {
		s.Mentions = append(s.Mentions, mentionFromRow(m))
	}
	return s, fault.Wrap("evidence.load", err)
}

func mentionFromRow(row db.EvidenceMention) Mention {
	m := Mention{ID: id.Trusted[id.Mention](row.ID), Kind: MentionKind(row.Kind), Role: Role(row.Role), Age: AgeClass(row.Age),
		Of: int(row.Of), Subject: id.Trusted[id.Subject](row.Subject)}
	m.Details = seal.Stored[Details](m.Kind.Class(), m.Subject, placeDetails(m.ID), row.Details)
	return m
}

func placeNarrative(s id.Signal) string { return "evidence_signal/narrative/" + s.String() }
func placeNamed(s id.Signal) string     { return "evidence_signal/named/" + s.String() }
func placeDetails(m id.Mention) string  { return "evidence_mention/details/" + m.String() }
