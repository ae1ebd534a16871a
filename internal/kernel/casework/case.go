package casework

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Case is one course of help, or of inquiry, over time.
type Case struct {
	ID           id.Case            `class:"public"`
	Type         string             `class:"public"`
	Code         string             `class:"public"` // said aloud instead of a name
	State        string             `class:"coded"`
	Organisation id.Organisation    `class:"public"`
	Person       id.Person          `class:"public"`
	Lead         id.Lead            `class:"public"`
	Signal       id.Signal          `class:"public"`
	Referral     id.Referral        `class:"public"` // by which she came to this organisation; zero: otherwise
	Risk         Risk               `class:"coded"`
	Note         seal.Field[string] `class:"narrative"`
	Opened       time.Time          `class:"coded"`
	Moved        time.Time          `class:"public"`
	Version      int64              `class:"public"`
}

// Risk is how soon somebody must act.
type Risk string

// The risks.
const (
	RiskUnknown  Risk = "unknown"
	RiskLow      Risk = "low"
	RiskModerate Risk = "moderate"
	RiskHigh     Risk = "high"
	RiskNow      Risk = "now" // in danger at this moment
)

// Step is one move that was made.
type Step struct {
	Verb         policy.Verb
	From, To     string
	Reason       string
	Actor        id.User
	Organisation id.Organisation
	At           time.Time
}

// Open opens a case of type t for a person of the actor's organisation. The note
// is sealed under her key.
func Open(a *act.Act, t Type, p Person, c Case, verb policy.Verb) (Case, error) {
	c.ID, c.Type, c.State, c.Person = id.New[id.Case](), t.Name, t.Start, p.ID
	c.Organisation, c.Opened, c.Moved, c.Version = p.Organisation, a.Now(), a.Now(), 1
	if c.Risk == "" {
		c.Risk = RiskUnknown
	}
	note, err := act.Seal(a, p.Subject, placeNote(c.ID), c.Note)
	if err != nil {
		return Case{}, err
	}
	if c, err = insert(a, c, note); err != nil {
		return Case{}, err
	}
	if err := step(a, t, c, verb, "", ""); err != nil {
		return Case{}, err
	}
	a.Touch("case", c.ID.String())
	return c, a.Emit(act.CaseMoved, "case", c.ID.String())
}

// insert gives the case a code that no case has, and keeps it.
func insert(a *act.Act, c Case, note []byte) (Case, error) {
	q := db.New(a.Tx())
	for range 20 {
		c.Code = newCode(a.Now())
		n, err := q.InsertCase(a.Ctx(), db.InsertCaseParams{
			ID: c.ID.String(), Type: c.Type, Code: c.Code, State: c.State, Organisation: c.Organisation.String(), Person: c.Person.String(),
			Lead: c.Lead.String(), Signal: c.Signal.String(), Risk: string(c.Risk), Note: note, OpenedAt: clock.Micro(c.Opened), MovedAt: clock.Micro(c.Moved)})
		if err != nil {
			return Case{}, fault.Wrap("casework.insert", err)
		}
		if n == 1 {
			return c, nil
		}
	}
	return Case{}, fault.New(fault.Busy, "casework.insert", "database.busy")
}

// MoveBy moves a case by a verb of its type, if what the move needs is there. It
// gives fault.Stale if somebody else moved it since the actor read it.
func MoveBy(a *act.Act, t Type, c Case, verb policy.Verb, with With) (Case, error) {
	move, err := t.Next(c.State, verb)
	if err != nil {
		return Case{}, err
	}
	if err := move.met(a, c, with); err != nil {
		return Case{}, err
	}
	n, err := db.New(a.Tx()).MoveCase(a.Ctx(), db.MoveCaseParams{State: move.To, MovedAt: clock.Micro(a.Now()), ID: c.ID.String(), Version: c.Version})
	if err != nil {
		return Case{}, fault.Wrap("casework.MoveBy", err)
	}
	if n == 0 {
		return Case{}, fault.New(fault.Stale, string(verb), "casework.changed_meanwhile")
	}
	from := c.State
	c.State, c.Moved, c.Version = move.To, a.Now(), c.Version+1
	if err := step(a, t, c, verb, from, with.Reason); err != nil {
		return Case{}, err
	}
	return c, a.Emit(act.CaseMoved, "case", c.ID.String())
}

// step writes down how the case came to where it now stands, and winds its clock.
func step(a *act.Act, t Type, c Case, verb policy.Verb, from, reason string) error {
	err := db.New(a.Tx()).InsertMove(a.Ctx(), db.InsertMoveParams{
		Case: c.ID.String(), N: c.Version, Verb: string(verb), FromState: from, ToState: c.State, Reason: reason,
		Actor: a.Actor().User.String(), Organisation: a.Actor().Organisation.String(), At: clock.Micro(a.Now())})
	if err != nil {
		return fault.Wrap("casework.step", err)
	}
	if err := claim(a, t, c, from); err != nil {
		return err
	}
	return wind(a, t, c)
}

// claim holds the lead of a case for as long as the case is open; it moved from a
// state, or from none. Of two cases of one lead, opened or opened again at the same
// moment, the second is refused.
func claim(a *act.Act, t Type, c Case, from string) error {
	was, _ := t.state(from)
	is, _ := t.state(c.State)
	if c.Lead.IsZero() || was.Open == is.Open {
		return nil
	}
	q := db.New(a.Tx())
	if !is.Open {
		return fault.Wrap("casework.claim", q.LeaveLead(a.Ctx(), db.LeaveLeadParams{Lead: c.Lead.String(), Case: c.ID.String()}))
	}
	n, err := q.ClaimLead(a.Ctx(), db.ClaimLeadParams{Lead: c.Lead.String(), Case: c.ID.String()})
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "casework.claim", "casework.lead_has_case")
	}
	return fault.Wrap("casework.claim", err)
}

// SetRisk notes how soon somebody must act.
func SetRisk(a *act.Act, c id.Case, r Risk) error {
	return fault.Wrap("casework.SetRisk", db.New(a.Tx()).SetRisk(a.Ctx(), db.SetRiskParams{Risk: string(r), ID: c.String()}))
}

// CaseByID is one case, its note still sealed.
func CaseByID(ctx context.Context, tx *sql.Tx, c id.Case) (Case, error) {
	r, err := db.New(tx).CaseRow(ctx, c.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Case{}, fault.New(fault.NotFound, "casework.CaseByID", "casework.not_found")
	}
	if err != nil {
		return Case{}, fault.Wrap("casework.CaseByID", err)
	}
	p, err := PersonByID(ctx, tx, id.Trusted[id.Person](r.Person))
	if err != nil {
		return Case{}, err
	}
	out := caseFromRow(r)
	out.Note = seal.Stored[string](seal.Narrative, p.Subject, placeNote(out.ID), r.Note)
	return out, nil
}

// CaseOf is one case of a type, its note still sealed. A case of another type is
// not there: the policies of one desk say nothing about the cases of another.
func CaseOf(a *act.Act, t Type, c id.Case) (Case, error) {
	row, err := CaseByID(a.Ctx(), a.Tx(), c)
	if err == nil && row.Type != t.Name {
		return Case{}, fault.New(fault.NotFound, "casework.CaseOf", "casework.not_found")
	}
	return row, err
}

// CaseAndPerson is CaseOf with whose case it is; both stand in the act's line.
func CaseAndPerson(a *act.Act, t Type, c id.Case) (Case, Person, error) {
	row, err := CaseOf(a, t, c)
	if err != nil {
		return row, Person{}, err
	}
	a.Touch("case", c.String())
	a.Touch("person", row.Person.String())
	p, err := PersonByID(a.Ctx(), a.Tx(), row.Person)
	return row, p, err
}

// Current is CaseOf, refused if the case changed since version was read.
func Current(a *act.Act, t Type, c id.Case, version int64) (Case, error) {
	now, err := CaseOf(a, t, c)
	if err != nil {
		return now, err
	}
	return now, UpToDate(version, now.Version)
}

// UpToDate refuses a change of what was read in another version, or of which nobody
// says in which. Her own word alone needs none.
func UpToDate(read, now int64) error {
	switch {
	case read < 1:
		return fault.New(fault.Stale, "casework.UpToDate", "casework.no_version")
	case read != now:
		return fault.New(fault.Stale, "casework.UpToDate", "casework.changed_meanwhile")
	}
	return nil
}

// OnCase is who asks, about which case, where an address names it.
func OnCase(ctx context.Context, text string) (by policy.Actor, c id.Case, err error) {
	if by, err = policy.ActorOf(ctx); err != nil {
		return by, c, err
	}
	c, err = id.Given[id.Case](text)
	return by, c, err
}

// CaseOfLead is the open case of a lead, or the zero id.
func CaseOfLead(ctx context.Context, tx *sql.Tx, lead id.Lead) (id.Case, error) {
	s, err := db.New(tx).CaseByLead(ctx, lead.String())
	if errors.Is(err, sql.ErrNoRows) {
		return id.Case{}, nil
	}
	return id.Trusted[id.Case](s), fault.Wrap("casework.CaseOfLead", err)
}

// CasesFrom lists the cases that a signal or a lead led to, for the trace.
func CasesFrom(ctx context.Context, tx *sql.Tx, signal id.Signal, leads []id.Lead) ([]id.Case, error) {
	q := db.New(tx)
	rows, err := q.CasesOfSignal(ctx, signal.String())
	for _, l := range leads {
		more, lerr := q.CasesOfLead(ctx, l.String())
		rows, err = append(rows, more...), errors.Join(err, lerr)
	}
	var out []id.Case
	for _, r := range rows {
		if c := id.Trusted[id.Case](r); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out, fault.Wrap("casework.CasesFrom", err)
}

// Cases lists up to limit cases of a type and an organisation, the last moved
// first. Notes stay sealed shut.
func Cases(a *act.Act, t Type, organisation id.Organisation, after sqldb.After, limit int) ([]Case, error) {
	at, row := after.Falling()
	rows, err := db.New(a.Tx()).CasesOf(a.Ctx(), db.CasesOfParams{Organisation: organisation.String(), MovedAt: at, ID: row, Type: t.Name, Limit: int32(limit)})
	if err != nil {
		return nil, fault.Wrap("casework.Cases", err)
	}
	out := make([]Case, len(rows))
	for i, r := range rows {
		out[i] = caseFromRow(r)
	}
	return out, nil
}

// Hold keeps others from changing what hangs on a case until the act ends, for what
// may be there once only: two that look at the same moment do not both find nothing.
func Hold(a *act.Act, c id.Case) error {
	return fault.Wrap("casework.Hold", db.New(a.Tx()).HoldCase(a.Ctx(), c.String()))
}

// CasesOfPerson lists the cases of one type that are about a person.
func CasesOfPerson(a *act.Act, t Type, person id.Person) (out []Case, err error) {
	rows, err := db.New(a.Tx()).CasesOfPerson(a.Ctx(), person.String())
	for _, r := range rows {
		if r.Type == t.Name {
			out = append(out, caseFromRow(r))
		}
	}
	return out, fault.Wrap("casework.CasesOfPerson", err)
}

// Course lists the moves of a case, oldest first.
func Course(a *act.Act, c id.Case) ([]Step, error) {
	rows, err := db.New(a.Tx()).Moves(a.Ctx(), c.String())
	if err != nil {
		return nil, fault.Wrap("casework.Course", err)
	}
	out := make([]Step, len(rows))
	for i, r := range rows {
		out[i] = Step{Verb: policy.Verb(r.Verb), From: r.FromState, To: r.ToState, Reason: r.Reason,
			Actor: id.Trusted[id.User](r.Actor), Organisation: id.Trusted[id.Organisation](r.Organisation), At: clock.FromMicro(r.At)}
	}
	return out, nil
}

// ForgetCases blanks the notes of a person's cases and what was sent of her, and
// gives the cases.
func ForgetCases(a *act.Act, person id.Person) ([]id.Case, error) {
	q := db.New(a.Tx())
	rows, err := q.CasesOfPerson(a.Ctx(), person.String())
	if err != nil {
		return nil, fault.Wrap("casework.ForgetCases", err)
	}
	var out []id.Case
	for _, r := range rows {
		if err := q.BlankCase(a.Ctx(), r.ID); err != nil {
			return nil, fault.Wrap("casework.ForgetCases", err)
		}
		a.Touch("case", r.ID)
		out = append(out, id.Trusted[id.Case](r.ID))
		sent, err := ReferralsOf(a, out[len(out)-1])
		if err != nil {
			return nil, err
		}
		for _, s := range sent {
			if err := forgetSent(a, s); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Facts are what the policies may know of a case: whose it is, to whom a live
// referral brought it, and the person's live words.
func Facts(ctx context.Context, tx *sql.Tx, recordID string, now time.Time) (policy.Facts, error) {
	c, err := id.Parse[id.Case](recordID)
	if err != nil {
		return policy.Facts{}, fault.New(fault.NotFound, "casework.Facts", "casework.not_found")
	}
	row, err := CaseByID(ctx, tx, c)
	if err != nil {
		return policy.Facts{}, err
	}
	return personFacts(ctx, tx, row.Person, policy.Facts{Owner: row.Organisation, State: row.State, Protected: true, Reported: !row.Lead.IsZero()}, now)
}

// FactsOf gives what the policies may know of the cases of one type, for a kind of
// record of its own: a case of another type is not there.
func FactsOf(t Type) act.FactsFunc {
	return func(ctx context.Context, tx *sql.Tx, recordID string, now time.Time) (policy.Facts, error) {
		row, err := db.New(tx).CaseRow(ctx, recordID)
		if errors.Is(err, sql.ErrNoRows) || err == nil && row.Type != t.Name {
			return policy.Facts{}, fault.New(fault.NotFound, "casework.FactsOf", "casework.not_found")
		}
		if err != nil {
			return policy.Facts{}, fault.Wrap("casework.FactsOf", err)
		}
		return Facts(ctx, tx, recordID, now)
	}
}

func personFacts(ctx context.Context, tx *sql.Tx, person id.Person, f policy.Facts, now time.Time) (policy.Facts, error) {
	p, err := PersonByID(ctx, tx, person)
	if err != nil {
		return policy.Facts{}, err
	}
	words, err := consent.Of(ctx, tx, person)
	if err != nil {
		return policy.Facts{}, err
	}
	f.Child, f.Subject = p.Age.TreatedAsChild(), p.Subject
	f.Consents = policy.Live(words, now)
	return f, nil
}

func caseFromRow(r db.CaseworkCase) Case {
	var from id.Referral
	if r.Referral != "" {
		from = id.Trusted[id.Referral](r.Referral)
	}
	return Case{Referral: from, ID: id.Trusted[id.Case](r.ID), Type: r.Type, Code: r.Code, State: r.State, Organisation: id.Trusted[id.Organisation](r.Organisation),
		Person: id.Trusted[id.Person](r.Person), Lead: id.Trusted[id.Lead](r.Lead), Signal: id.Trusted[id.Signal](r.Signal), Risk: Risk(r.Risk),
		Opened: clock.FromMicro(r.OpenedAt), Moved: clock.FromMicro(r.MovedAt), Version: r.Version}
}

// newCode makes a case code: the year and seven random digits, never a serial
// number, which would tell how many came before.
func newCode(now time.Time) string {
	var b [8]byte
	rand.Read(b[:])
	return fmt.Sprintf("%d-%07d", now.Year(), binary.BigEndian.Uint64(b[:])%10_000_000)
}

func placeNote(c id.Case) string { return "casework_case/note/" + c.String() }
