// Package act is the only two doors to data: Do, which changes, and Look, which
// reads. Each is one transaction, one reading of the clock, one actor, one grant
// and one line of the ledger. Start at Do.
package act

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Ground is what every act stands on. The node's assembly makes one.
type Ground struct {
	DB     *sqldb.DB
	Vault  *seal.Vault
	Policy *policy.Engine
	Queue  *jobs.Queue
	Clock  clock.Clock
	// Home is the node's State (ISO 3166 alpha-2): what is recorded remembers it.
	Home string
	Zone *time.Location // in which days are counted; nil: UTC
	Law  law.Law        // what the State has laid down; the zero Law: nothing
	// Facts loads what the policies may know of a record, by its kind.
	Facts map[string]FactsFunc
	// Who is the name of a user, as the node's directory knows them; nil: nobody is known.
	Who func(ctx context.Context, tx *sql.Tx, userID string) string
	// Heard lists, by event, the jobs that follow it.
	Heard map[Event][]string
	// Replays carries out, by verb, what was parked.
	Replays map[policy.Verb]Replay
}

// FactsFunc loads the facts of one record within the act's transaction. It gives
// fault.NotFound when there is no such record. now is the act's reading of the
// clock, for what depends on time (a consent's end).
type FactsFunc func(ctx context.Context, tx *sql.Tx, recordID string, now time.Time) (policy.Facts, error)

// Event is one of the six by which desks hear of one another.
type Event string

// The events (architecture §2).
const (
	SignalRecorded Event = "SignalRecorded"
	EntityResolved Event = "EntityResolved"
	LeadRaised     Event = "LeadRaised"
	CaseMoved      Event = "CaseMoved"
	ConsentChanged Event = "ConsentChanged"
	PeerAsked      Event = "PeerAsked"
)

// Act is one act in progress. It lives no longer than the function it is passed to.
type Act struct {
	ctx     context.Context
	ground  *Ground
	ring    *seal.Ring
	tx      *sql.Tx
	now     time.Time
	grant   policy.Grant
	facts   policy.Facts
	line    ledger.Line
	classes seal.Set
	later   map[later]bool
	erased  []ledger.Ref
	hushed  bool
	// approval are the policies by which the actor is the second pair of eyes.
	approval []string
}

// Ctx is the act's context.
func (a *Act) Ctx() context.Context { return a.ctx }

// Tx is the act's transaction, for the store of the package whose tables it reads.
func (a *Act) Tx() *sql.Tx { return a.tx }

// Now is the act's one reading of the clock.
func (a *Act) Now() time.Time { return a.now }

// Home is the node's State at this moment.
func (a *Act) Home() string { return a.ground.Home }

// Zone is where days are counted: a deadline is a day of the State, not of UTC.
func (a *Act) Zone() *time.Location {
	if a.ground.Zone == nil {
		return time.UTC
	}
	return a.ground.Zone
}

// Law is what the State has laid down, its days counted in the node's zone.
func (a *Act) Law() law.Law { return a.ground.Law.In(a.Zone()) }

// Actor is who acts.
func (a *Act) Actor() policy.Actor { return a.grant.Ask().Actor }

// Grant is the permission the act stands on.
func (a *Act) Grant() policy.Grant { return a.grant }

// May tells whether the actor might also do another verb on the same record, so
// that a page offers only what would be permitted. It grants nothing.
func (a *Act) May(verb policy.Verb) bool {
	ask := a.grant.Ask()
	ask.Verb = verb
	g, err := a.ground.Policy.Decide(ask, a.facts)
	return err == nil && g.OK()
}

// MayOn tells whether the actor might do a verb on another record, for the same
// purpose, so that a page leads nowhere that is shut. It grants nothing.
func (a *Act) MayOn(verb policy.Verb, kind, recordID string) bool {
	ask := a.grant.Ask()
	ask.Verb, ask.On = verb, ledger.Ref{Kind: kind, ID: recordID}
	facts, err := a.ground.facts(a.ctx, a.tx, ask, a.now)
	if err != nil {
		return false
	}
	g, err := a.ground.Policy.Decide(ask, facts)
	return err == nil && g.OK()
}

// Who is the name of a user as the directory knows them; "" if it does not.
func (a *Act) Who(userID string) string {
	if a.ground.Who == nil {
		return ""
	}
	return a.ground.Who(a.ctx, a.tx, userID)
}

// Touch adds a record to what the ledger line speaks of.
func (a *Act) Touch(kind, recordID string) {
	ref := ledger.Ref{Kind: kind, ID: recordID}
	for _, have := range a.line.On {
		if have == ref {
			return
		}
	}
	a.line.On = append(a.line.On, ref)
}

// Erase destroys what the ledger can tell about a record: the salts of its
// commitments. The lines stay and verify; about whom they were is gone. The act's
// own line does not name the record either.
func (a *Act) Erase(kind, recordID string) {
	a.erased = append(a.erased, ledger.Ref{Kind: kind, ID: recordID})
}

// Hush does something of which nobody is told: what is derived anew was told when
// it was derived first.
func (a *Act) Hush(do func() error) error {
	a.hushed = true
	defer func() { a.hushed = false }()
	return do()
}

// Emit tells every job that listens to the event, in this transaction.
func (a *Act) Emit(event Event, kind, recordID string) error {
	if a.hushed {
		return nil
	}
	for _, job := range a.ground.Heard[event] {
		if err := a.Later(job, kind, recordID, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// Later puts a job into the queue, in this transaction, to run at a time (the
// zero time: as soon as possible). One act puts the same job in once.
func (a *Act) Later(job, kind, recordID string, at time.Time) error {
	j := later{jobs.OnRecord{Job: job, On: ledger.Ref{Kind: kind, ID: recordID}}, at}
	if a.later[j] {
		return nil
	}
	a.later[j] = true
	return a.ground.Queue.Insert(a.ctx, a.tx, j.args, jobs.Opts{At: at})
}

// later is a job that an act has put in.
type later struct {
	args jobs.OnRecord
	at   time.Time
}

// Mint makes a new data subject.
func (a *Act) Mint() (id.Subject, error) { return a.ground.Vault.Mint(a.ctx) }

// Token is the keyed search token of a normalised word (see seal.Vault.Token).
func (a *Act) Token(domain, word string) []byte { return a.ground.Vault.Token(domain, word) }

// Seal seals a freshly received field for a row.
func Seal[T any](a *Act, subject id.Subject, place string, f seal.Field[T]) ([]byte, error) {
	return seal.Seal(a.ctx, a.ring, subject, place, f)
}

// Open opens a field, if the act's grant covers its class, and notes the class
// for the ledger line. Otherwise it gives fault.Withheld. The value of an erased
// subject is absent: fault.NotFound.
func Open[T any](a *Act, f seal.Field[T]) (T, error) {
	if !f.Present() {
		var none T
		return none, nil
	}
	if !a.grant.Opens(f.Class()) {
		var none T
		return none, fault.New(fault.Withheld, "act.Open", "policy.class_withheld", "class", f.Class().String())
	}
	a.classes = a.classes.With(f.Class())
	return seal.Open(a.ctx, a.ring, f)
}

// Shown is a value as a page may show it.
type Shown[T any] struct {
	Value    T
	Withheld bool // there is a value, and the grant does not cover its class
	Erased   bool // there was a value
}

// Show opens a field for display: what is withheld or erased is said, not failed.
func Show[T any](a *Act, f seal.Field[T]) (Shown[T], error) {
	v, err := Open(a, f)
	switch {
	case fault.Is(err, fault.Withheld):
		return Shown[T]{Withheld: true}, nil
	case fault.Is(err, fault.NotFound):
		return Shown[T]{Erased: true}, nil
	}
	return Shown[T]{Value: v}, err
}

// Do runs fn as one act that changes something: decided, done, and written in
// the ledger in one transaction, or not at all. It may run fn again when the
// engine asks for it, so fn has no effect outside the transaction. A refusal, by
// policy or by fn, is a line of the ledger too.
func Do[T any](ctx context.Context, g *Ground, ask policy.Ask, fn func(*Act) (T, error)) (T, error) {
	var out T
	err := g.DB.InTx(ctx, func(tx *sql.Tx) error {
		a, err := begin(ctx, g, tx, ask)
		if err != nil {
			return err
		}
		if err := a.alone(); err != nil {
			return err
		}
		if out, err = fn(a); err != nil {
			return err
		}
		return a.record(tx, ledger.Done)
	})
	if err != nil {
		var none T
		return none, refuse(ctx, g, ask, err)
	}
	return out, nil
}

// Look runs fn as one act that reads. fn sees one moment of the data; what it
// returns is handed out only after the reading stands in the ledger. Reading and
// ledger are two transactions, so that readers do not wait for the writer: if
// the process dies between them, nobody has seen anything.
func Look[T any](ctx context.Context, g *Ground, ask policy.Ask, fn func(*Act) (T, error)) (T, error) {
	var out T
	var a *Act
	err := g.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		if a, err = begin(ctx, g, tx, ask); err != nil {
			return err
		}
		if err := a.alone(); err != nil {
			return err
		}
		out, err = fn(a)
		return err
	})
	if err == nil {
		err = g.DB.InTx(ctx, func(tx *sql.Tx) error { return a.record(tx, ledger.Read) })
	}
	if err != nil {
		var none T
		return none, refuse(ctx, g, ask, err)
	}
	return out, nil
}

// Explain says in verdicts why the asker may or may not do the verb, and which
// classes of fields it opens. It opens nothing itself.
func Explain(ctx context.Context, g *Ground, ask policy.Ask) (verdicts []policy.Verdict, err error) {
	err = g.DB.InRead(ctx, func(tx *sql.Tx) error {
		facts, err := g.facts(ctx, tx, ask, g.Clock.Now())
		if err != nil {
			return err
		}
		verdicts = g.Policy.Explain(ask, facts)
		return nil
	})
	return verdicts, err
}

func begin(ctx context.Context, g *Ground, tx *sql.Tx, ask policy.Ask) (*Act, error) {
	now := g.Clock.Now()
	facts, err := g.facts(ctx, tx, ask, now)
	if err != nil {
		return nil, err
	}
	grant, err := g.Policy.Decide(ask, facts)
	if err != nil {
		return nil, err
	}
	return &Act{ctx: ctx, ground: g, ring: g.Vault.Ring(), tx: tx, now: now, grant: grant, facts: facts, line: lineOf(ask, now), later: map[later]bool{}}, nil
}

func (g *Ground) facts(ctx context.Context, tx *sql.Tx, ask policy.Ask, now time.Time) (policy.Facts, error) {
	if ask.On.ID == "" {
		return policy.Facts{Owner: ask.Actor.Organisation}, nil
	}
	load, ok := g.Facts[ask.On.Kind]
	if !ok {
		return policy.Facts{}, fault.New(fault.Internal, "act.facts", "fault.internal")
	}
	return load(ctx, tx, ask.On.ID, now)
}

func lineOf(ask policy.Ask, now time.Time) ledger.Line {
	line := ledger.Line{ID: id.New[id.Line](), At: now, Actor: ask.Actor.User.String(), Organisation: ask.Actor.Organisation.String(),
		Desk: ask.Verb.Desk(), Verb: string(ask.Verb), Purpose: string(ask.Purpose)}
	if ask.On.ID != "" {
		line.On = []ledger.Ref{ask.On}
	}
	return line
}

func (a *Act) record(tx *sql.Tx, outcome ledger.Outcome) error {
	a.line.Outcome = outcome
	a.line.Policies, a.line.Classes = slices.Concat(a.approval, a.grant.Policies()), nil
	for _, c := range seal.Sealable {
		if a.classes.Has(c) {
			a.line.Classes = append(a.line.Classes, c.String())
		}
	}
	line := a.line
	if len(a.erased) > 0 {
		places, err := ledger.Forget(a.ctx, tx, a.erased...)
		if err != nil {
			return fault.Wrap("act.record", err)
		}
		line.Erased = places
		line.On = slices.DeleteFunc(slices.Clone(line.On), func(r ledger.Ref) bool { return slices.Contains(a.erased, r) })
	}
	_, err := ledger.Append(a.ctx, tx, line)
	return fault.Wrap("act.record", err)
}

// refuse writes the refusal into the ledger and gives err back. Failures of the
// machine (Internal, Busy) are no refusals: they belong to the log.
func refuse(ctx context.Context, g *Ground, ask policy.Ask, err error) error {
	var outcome ledger.Outcome
	switch fault.KindOf(err) {
	case fault.Internal, fault.Busy:
		return err
	case fault.Withheld, fault.NotFound:
		outcome = ledger.Withheld
	default:
		outcome = ledger.Refused
	}
	// Who hangs up has still been refused.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	line := lineOf(ask, g.Clock.Now())
	line.Outcome = outcome
	werr := g.DB.InTx(ctx, func(tx *sql.Tx) error {
		_, err := ledger.Append(ctx, tx, line)
		return err
	})
	if werr != nil {
		return fault.Wrap("act.refuse", werr)
	}
	return err
}

// Destroy destroys a person's key set: the last step of forgetting, done by a
// job after the forgetting itself was committed and ledgered. It can be repeated.
func Destroy(ctx context.Context, g *Ground, subject id.Subject) error {
	if err := g.Vault.Destroy(ctx, subject); err != nil {
		return err
	}
	return g.DB.Scrub(ctx)
}
