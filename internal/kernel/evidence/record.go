package evidence

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/db"
	"lodestar/internal/kernel/id"
)

// Kinds of signals that the node itself records: what people decide about
// evidence enters at the top of the river, like everything else.
const (
	KindRetraction = "retraction" // takes signals back
	KindVerdict    = "verdict"    // a person's word on two mentions, or on a lead
	KindModel      = "model"      // weights of resolution, learned and adopted
)

// KindDirectory is the kind of a signal that says where a public body, a shelter
// or another known helper is. What it lists is no network to any rule, so only
// those who keep the directory may record it.
const KindDirectory = "directory"

// Recorded says what became of one signal of a batch.
type Recorded struct {
	ID    id.Signal
	Again bool // it was already there, unchanged: nothing was written
}

// Record writes a signal, from the actor's organisation, and tells whoever
// derives from it. The same Ref with the same content is recorded once; with
// other content it is refused (fault.Conflict): a source that was wrong retracts
// and sends again, so that both stay on record.
func Record(a *act.Act, in Incoming, imported id.Import) (Recorded, error) {
	s, r, err := examine(a, in)
	if err != nil {
		return Recorded{}, err
	}
	s.Import = imported
	return record(a, s, r)
}

// examine is what recording a signal begins with: whether it can be taken at all,
// what its source calls it, and what it says.
func examine(a *act.Act, in Incoming) (Signal, revision, error) {
	s, err := in.Signal()
	if err != nil {
		return s, revision{}, err
	}
	if s.Kind == KindDirectory && !a.May(VerbDirectory) {
		return s, revision{}, fault.New(fault.Denied, "evidence.Record", "evidence.directory_reserved")
	}
	content, err := digest(a, in)
	return s, revision{key: key(a, a.Actor().Organisation, strings.TrimSpace(in.Ref)), content: content}, err
}

// key is a keyed digest of a source's own reference.
func key(a *act.Act, source id.Organisation, ref string) string {
	return hex.EncodeToString(a.Token("ref", source.String()+"/"+ref))
}

// Named is the signal of this reference of a source, as it was last recorded;
// fault.NotFound if there is none.
func Named(a *act.Act, source id.Organisation, ref string) (id.Signal, error) {
	last, err := db.New(a.Tx()).LastRevision(a.Ctx(), db.LastRevisionParams{Organisation: source.String(), Ref: key(a, source, ref)})
	if errors.Is(err, sql.ErrNoRows) {
		return id.Signal{}, fault.New(fault.NotFound, "evidence.Named", "evidence.not_found")
	}
	return id.Trusted[id.Signal](last.ID), fault.Wrap("evidence.Named", err)
}

func record(a *act.Act, s Signal, r revision) (Recorded, error) {
	q := db.New(a.Tx())
	s.Organisation, s.Recorded, s.Home = a.Actor().Organisation, a.Now(), a.Home()
	// The head's row lock comes first: of two deliveries of the same signal at
	// the same moment the second one sees the first.
	if _, err := q.LockHead(a.Ctx()); err != nil {
		return Recorded{}, fault.Wrap("evidence.Record", err)
	}
	there, err := r.after(a)
	if err != nil || there.Again {
		return there, err
	}
	if s.Seq, err = q.NextSeq(a.Ctx()); err != nil {
		return Recorded{}, fault.Wrap("evidence.Record", err)
	}
	s.ID = id.New[id.Signal]()
	if err := insert(a, &s, r); err != nil {
		return Recorded{}, err
	}
	a.Touch("signal", s.ID.String())
	return Recorded{ID: s.ID}, a.Emit(act.SignalRecorded, "evidence", "")
}

// RecordOwn writes one of the node's own kinds of signals (verdict, model): Ref
// and content follow from the act, so each is recorded.
func RecordOwn(a *act.Act, kind string, coded map[string]string) (id.Signal, error) {
	ref := kind + "/" + id.New[id.Line]().String()
	s := Signal{Kind: kind, Observed: a.Now(), Grade: "A1", Handling: Handling{Code: "H3"}, Coded: coded}
	done, err := record(a, s, revision{key: key(a, a.Actor().Organisation, ref), content: a.Token("content", ref)})
	return done.ID, err
}

// Retract takes signals back. They stay on record; what was derived from them
// is derived anew without them. What was taken back already is refused
// (fault.Conflict): the lock of the recording lets the second one see the first.
func Retract(a *act.Act, signals []id.Signal, reason string) (id.Signal, error) {
	by, err := RecordOwn(a, KindRetraction, map[string]string{"reason": reason})
	if err != nil {
		return id.Signal{}, err
	}
	for _, s := range signals {
		n, err := db.New(a.Tx()).InsertRetracted(a.Ctx(), db.InsertRetractedParams{Signal: s.String(), By: by.String()})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "evidence.Retract", "evidence.already_retracted")
		}
		if err != nil {
			return id.Signal{}, fault.Wrap("evidence.Retract", err)
		}
		a.Touch("signal", s.String())
	}
	return by, nil
}

// revision is one recording of what a source calls by one reference.
type revision struct {
	key     string
	n       int64
	content []byte
}

// after numbers the revision after what stands under its reference, or says that
// it is there already; other content in its place is refused (fault.Conflict).
func (r *revision) after(a *act.Act) (Recorded, error) {
	last, err := db.New(a.Tx()).LastRevision(a.Ctx(), db.LastRevisionParams{Organisation: a.Actor().Organisation.String(), Ref: r.key})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		r.n = 1
	case err != nil:
		return Recorded{}, fault.Wrap("evidence.Record", err)
	case last.RetractedBy.Valid:
		r.n = last.Revision + 1
	case string(last.Content) == string(r.content):
		return Recorded{ID: id.Trusted[id.Signal](last.ID), Again: true}, nil
	default:
		return Recorded{}, changed()
	}
	return Recorded{}, nil
}

func changed() error { return fault.New(fault.Conflict, "evidence.Record", "evidence.changed") }

func insert(a *act.Act, s *Signal, r revision) error {
	q := db.New(a.Tx())
	var err error
	if s.Subject, err = a.Mint(); err != nil {
		return err
	}
	narrative, err := act.Seal(a, s.Subject, placeNarrative(s.ID), s.Narrative)
	if err != nil {
		return err
	}
	named, err := act.Seal(a, s.Subject, placeNamed(s.ID), s.Ref)
	if err != nil {
		return err
	}
	handling, coded, relations, err := encode(*s)
	if err != nil {
		return err
	}
	err = q.InsertSignal(a.Ctx(), db.InsertSignalParams{
		ID: s.ID.String(), Organisation: s.Organisation.String(), Ref: r.key, Revision: r.n, Kind: s.Kind,
		Observed: clock.Micro(s.Observed), Recorded: clock.Micro(s.Recorded), Grade: string(s.Grade), Handling: handling,
		Import: s.Import.String(), Seq: s.Seq, Coded: coded, Relations: relations,
		Subject: s.Subject.String(), Narrative: narrative, Content: r.content, Named: named, Home: s.Home,
	})
	if err != nil {
		return fault.Wrap("evidence.Record", err)
	}
	if err := subjects(a, s); err != nil {
		return err
	}
	for i, m := range s.Mentions {
		m.ID = id.New[id.Mention]()
		box, err := act.Seal(a, m.Subject, placeDetails(m.ID), m.Details)
		if err != nil {
			return err
		}
		err = q.InsertMention(a.Ctx(), db.InsertMentionParams{ID: m.ID.String(), Signal: s.ID.String(), N: int64(i + 1), Kind: string(m.Kind),
			Role: string(m.Role), Age: string(m.Age), Of: int64(m.Of), Subject: m.Subject.String(), Details: box})
		if err != nil {
			return fault.Wrap("evidence.Record", err)
		}
	}
	return nil
}

// subjects gives each person mention a key set of its own, and every other
// mention the key of the person it belongs to, so that erasing a person erases
// her phone and her address with her.
func subjects(a *act.Act, s *Signal) (err error) {
	for i := range s.Mentions {
		if s.Mentions[i].Kind == Person {
			if s.Mentions[i].Subject, err = a.Mint(); err != nil {
				return err
			}
		}
	}
	for i := range s.Mentions {
		m := &s.Mentions[i]
		switch {
		case m.Kind == Person:
		case m.Of > 0:
			m.Subject = s.Mentions[m.Of-1].Subject
		default:
			m.Subject = s.Subject
		}
	}
	return nil
}

// Blank erases what a subject's signals say in sealed words: the rows stay as
// stubs (invariant 1). The key sets are destroyed by the caller's job.
func Blank(a *act.Act, s Signal, whole bool, mentions []Mention) error {
	q := db.New(a.Tx())
	if whole {
		if err := q.BlankSignal(a.Ctx(), s.ID.String()); err != nil {
			return fault.Wrap("evidence.Blank", err)
		}
	}
	for _, m := range mentions {
		if err := q.BlankMention(a.Ctx(), m.ID.String()); err != nil {
			return fault.Wrap("evidence.Blank", err)
		}
	}
	a.Touch("signal", s.ID.String())
	return nil
}

// digest is a keyed digest of what was sent: a plain one would let whoever reads
// the database guess at names.
func digest(a *act.Act, in Incoming) ([]byte, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, fault.Wrap("evidence.digest", err)
	}
	return a.Token("content", string(b)), nil
}

func encode(s Signal) (handling, coded, relations string, err error) {
	if s.Coded == nil {
		s.Coded = map[string]string{}
	}
	h, err1 := json.Marshal(s.Handling)
	c, err2 := json.Marshal(s.Coded)
	r, err3 := json.Marshal(s.Relations)
	return string(h), string(c), string(r), fault.Wrap("evidence.encode", errors.Join(err1, err2, err3))
}
