package graph

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// world is a node of tests: two sources, an analyst of the whole node, one of the
// first source only.
type world struct {
	t       testing.TB
	keys    *sqldb.DB
	ground  *act.Ground
	graph   *Graph
	hand    *clock.Hand
	source  policy.Actor
	other   policy.Actor
	analyst policy.Actor
	local   policy.Actor
	refs    int
}

func actor(name, role string, org id.Organisation) policy.Actor {
	return policy.Actor{User: id.Derived[id.User](name), Organisation: org, Roles: []string{role}}
}

func newWorld(t testing.TB, source string) *world {
	t.Helper()
	ctx := t.Context()
	keys, err := sqldb.Open(ctx, source, "keys")
	ok(t, err)
	t.Cleanup(func() { keys.Close() })
	kekPath := filepath.Join(t.TempDir(), "node.key")
	ok(t, seal.MakeKEKFile(kekPath))
	kek, err := seal.KEKFile(kekPath)
	ok(t, err)
	w := &world{t: t, keys: keys, hand: clock.At(time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)), ground: &act.Ground{}}
	w.ground.DB = dbtest.Open(t, source, ledger.Migrations(), evidence.Migrations(), Migrations())
	w.ground.Vault, err = seal.OpenVault(ctx, keys, kek)
	ok(t, err)
	verbs := map[policy.Verb]string{}
	for _, set := range []map[policy.Verb]string{Verbs, evidence.Verbs} {
		for v, kind := range set {
			verbs[v] = kind
		}
	}
	w.ground.Policy, err = policy.Load(os.DirFS("testdata/policy"), verbs)
	ok(t, err)
	w.ground.Clock = w.hand
	w.ground.Facts = map[string]act.FactsFunc{"entity": EntityFacts, "mention": MentionFacts, "import": evidence.ImportFacts}
	a, b := id.Derived[id.Organisation]("police"), id.Derived[id.Organisation]("shelter")
	w.source, w.other = actor("anna", "responder", a), actor("boris", "responder", b)
	w.analyst, w.local = actor("clara", "analyst", a), actor("dora", "local", a)
	self := policy.Actor{User: id.Derived[id.User]("node"), Organisation: id.Derived[id.Organisation]("node"), Roles: []string{"node"}}
	w.graph, err = New(w.ground, self, Derived{})
	ok(t, err)
	w.ground.Home = "GB"
	return w
}

// close gives the connections back before the test ends.
func (w *world) close() {
	ok(w.t, w.keys.Close())
	ok(w.t, w.ground.DB.Close())
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// signal is an Incoming in short.
func signal(mentions []evidence.IncomingMention, relations ...evidence.IncomingLink) evidence.Incoming {
	return evidence.Incoming{Kind: "referral", Observed: "2025-02-03", Grade: "B2", Mentions: mentions, Relations: relations}
}

func person(role evidence.Role, born string, names ...string) evidence.IncomingMention {
	return evidence.IncomingMention{Kind: "person", Role: string(role), Age: "adult", Details: evidence.Details{Names: names, Born: born}}
}

func thing(kind evidence.MentionKind, of int, value string) evidence.IncomingMention {
	return evidence.IncomingMention{Kind: string(kind), Of: of, Details: evidence.Details{Value: value}}
}

func mentions(m ...evidence.IncomingMention) []evidence.IncomingMention { return m }

// record records a signal from a source and gives it as it stands.
func (w *world) record(by policy.Actor, in evidence.Incoming) evidence.Signal {
	w.t.Helper()
	w.refs++
	in.Ref = fmt.Sprintf("r%d", w.refs)
	w.hand.Move(time.Minute)
	done, err := evidence.Desk{Ground: w.ground}.Record(w.t.Context(), by, in)
	ok(w.t, err)
	return w.get(done.ID)
}

func (w *world) get(s id.Signal) (out evidence.Signal) {
	w.t.Helper()
	ask := w.graph.ask(w.graph.Self, VerbResolve, consent.Resolution, id.Entity{})
	out, err := act.Look(w.t.Context(), w.ground, ask, func(a *act.Act) (evidence.Signal, error) { return evidence.Get(a, s) })
	ok(w.t, err)
	return out
}

func (w *world) resolve() {
	w.t.Helper()
	ok(w.t, w.graph.Resolve(w.t.Context()))
}

// entity is the entity of mention n of a signal.
func (w *world) entity(s evidence.Signal, n int) (e id.Entity) {
	w.t.Helper()
	ok(w.t, w.ground.DB.InRead(w.t.Context(), func(tx *sql.Tx) (err error) {
		e, err = EntityOf(w.t.Context(), tx, s.Mentions[n-1].ID)
		return err
	}))
	return e
}

// retract takes signals back.
func (w *world) retract(signals ...id.Signal) {
	w.t.Helper()
	ask := w.graph.ask(w.source, evidence.VerbRecord, consent.Identification, id.Entity{})
	ask.On = ledger.Ref{Kind: "signal"}
	_, err := act.Do(w.t.Context(), w.ground, ask, func(a *act.Act) (id.Signal, error) { return evidence.Retract(a, signals, "mistaken") })
	ok(w.t, err)
}

// forget blanks mentions of a signal and forgets what was derived from them.
func (w *world) forget(s evidence.Signal, numbers ...int) {
	w.t.Helper()
	ask := w.graph.ask(w.source, evidence.VerbRecord, consent.Identification, id.Entity{})
	ask.On = ledger.Ref{Kind: "signal"}
	_, err := act.Do(w.t.Context(), w.ground, ask, func(a *act.Act) (struct{}, error) {
		var gone []evidence.Mention
		for _, n := range numbers {
			gone = append(gone, s.Mentions[n-1])
		}
		if err := evidence.Blank(a, s, false, gone); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, Forget(a, gone)
	})
	ok(w.t, err)
}

// rebuilds fails the test unless a rebuild gives what is there.
func (w *world) rebuilds() {
	w.t.Helper()
	r, err := w.graph.Rebuild(w.t.Context(), true)
	ok(w.t, err)
	if !r.Same() {
		w.t.Fatalf("rebuild: %s", r)
	}
}

func (w *world) scalar(query string, args ...any) int64 {
	w.t.Helper()
	n, err := w.ground.DB.Scalar(w.t.Context(), query, args...)
	ok(w.t, err)
	return n
}

func (w *world) hub(e id.Entity) (h Hub, err error) {
	w.t.Helper()
	err = w.ground.DB.InRead(w.t.Context(), func(tx *sql.Tx) (err error) {
		h, err = HubOf(w.t.Context(), tx, e)
		return err
	})
	return h, err
}

func seeds(e ...id.Entity) []id.Entity { return e }

func ids(list ...evidence.Mention) []id.Mention {
	out := make([]id.Mention, len(list))
	for i, m := range list {
		out[i] = m.ID
	}
	return out
}
