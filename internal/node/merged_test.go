package node

import (
	"regexp"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// reference is what tells one refusal from another in the log.
var reference = regexp.MustCompile(`#[0-9a-f]{16}`)

// entityIn is the entity of mention n of a signal.
func (c *course) entityIn(t *testing.T, s id.Signal, n int) (e id.Entity) {
	t.Helper()
	ask := policy.Ask{Actor: Self, Verb: graph.VerbResolve, On: ledger.Ref{Kind: "entity"}, Purpose: consent.Resolution}
	e, err := act.Look(t.Context(), c.Ground, ask, func(a *act.Act) (id.Entity, error) {
		s, err := evidence.Get(a, s)
		if err != nil {
			return id.Entity{}, err
		}
		return graph.EntityOf(a.Ctx(), a.Tx(), s.Mentions[n-1].ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// two records two signals that each name one person in a part, and gives their
// entities.
func (c *course) two(t *testing.T, role evidence.Role, names ...string) (out [2]id.Entity) {
	t.Helper()
	var signals [2]id.Signal
	for i, name := range names {
		in := evidence.Incoming{Ref: name, Kind: "referral", Observed: "2026-11-20", Mentions: []evidence.IncomingMention{
			{Kind: "person", Role: string(role), Age: "adult", Details: evidence.Details{Names: []string{name}}}}}
		done, err := c.Evidence.Record(t.Context(), c.lena, in)
		if err != nil {
			t.Fatal(err)
		}
		signals[i] = done.ID
	}
	c.drain(t)
	for i, s := range signals {
		out[i] = c.entityIn(t, s, 1)
	}
	return out
}

// TestOldNameOfAnEntity: who kept the id of an entity that was merged comes to the
// one it is part of, on pages and in the API, if she may see that; whoever may not
// learns nothing, not even that there was something.
func TestOldNameOfAnEntity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		suspects := a.two(t, evidence.Recruiter, "Ivan Petrov", "Vanya Petroff")
		hidden := a.two(t, evidence.PresumedVictim, canary, "Canary Bird")
		for _, pair := range [][2]id.Entity{suspects, hidden} {
			if _, err := a.Graph.Merge(t.Context(), a.lena, pair[0], pair[1], "the_same"); err != nil {
				t.Fatal(err)
			}
		}
		a.drain(t)
		see := func(who string, e id.Entity) answerOfEntity {
			w := a.ask(who, "GET "+v1+"/entities/"+e.String(), nil, rest.PurposeHeader, "investigation")
			return answered[answerOfEntity](t, w, 200)
		}
		if got := see("rafa", suspects[0]); got.Entity.ID != suspects[0].String() || got.Merged != "" {
			t.Errorf("the one that stays: %+v", got)
		}
		if got := see("rafa", suspects[1]); got.Entity.ID != suspects[0].String() || got.Merged != suspects[0].String() || got.Entity.Mentions != 2 {
			t.Errorf("the one that was merged: %+v", got)
		}
		body := func(who string, e id.Entity) string {
			w := a.ask(who, "GET "+v1+"/entities/"+e.String(), nil, rest.PurposeHeader, "investigation")
			refusedWith(t, who+" asks", w, fault.NotFound)
			return reference.ReplaceAllString(w.Body.String(), "")
		}
		nothing := id.New[id.Entity]()
		for _, e := range append(hidden[:], suspects[1]) {
			for _, who := range []string{"rafa", "curious"} {
				if who == "rafa" && e == suspects[1] {
					continue // he may
				}
				if got, want := body(who, e), body(who, nothing); got != want {
					t.Errorf("%s is told %s, and of nothing %s", who, got, want)
				}
			}
		}
		a.sound(t)
	})
}

type answerOfEntity struct {
	Entity struct {
		ID       string
		Mentions int
	}
	Merged string `json:"merged_into"`
}

// TestOldPageOfAnEntity: a bookmark leads on, and says that it did.
func TestOldPageOfAnEntity(t *testing.T) {
	c, _, enter := served(t)
	pair := c.two(t, evidence.Recruiter, "Ivan Petrov", "Vanya Petroff")
	lena := enter(c.lena)
	const note = "has been found to be this one"
	if text := lena.get("/entities/"+pair[1].String(), 200); strings.Contains(text, note) {
		t.Error("an entity of its own says that it was merged")
	}
	if _, err := c.Graph.Merge(t.Context(), c.lena, pair[0], pair[1], "the_same"); err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	if text := lena.get("/entities/"+pair[1].String(), 200); !strings.Contains(text, note) || !strings.Contains(text, pair[0].Short()) {
		t.Error("the old page does not lead to the new one, or does not say so")
	}
	if text := lena.get("/entities/"+strings.ToUpper(pair[0].String()), 200); strings.Contains(text, note) {
		t.Error("the same id in capital letters is taken for an old one")
	}
	enter(c.doctor).get("/entities/"+pair[1].String(), 404)
}

// TestInvestigatorReadsNotWhereSheIs: what may be hers, because nobody said whose
// it is, looks to an investigation like nothing; the recruiter's number stays.
func TestInvestigatorReadsNotWhereSheIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		in := incoming(1) // a presumed victim, a recruiter, and his number
		in.Mentions = append(in.Mentions,
			evidence.IncomingMention{Kind: "place", Details: evidence.Details{Line: "12 Canary Street", Town: "Leeds"}},
			evidence.IncomingMention{Kind: "phone", Details: evidence.Details{Value: canaryPhone}})
		done, err := a.Evidence.Record(t.Context(), a.lena, in)
		if err != nil {
			t.Fatal(err)
		}
		a.drain(t)
		look := func(e id.Entity) (int, string) {
			w := a.ask("rafa", "GET "+v1+"/entities/"+e.String(), nil, rest.PurposeHeader, "investigation")
			return w.Code, reference.ReplaceAllString(w.Body.String(), "")
		}
		if code, text := look(a.entityIn(t, done.ID, 3)); code != 200 || !strings.Contains(text, in.Mentions[2].Value) {
			t.Errorf("the recruiter's number: %d %s", code, text)
		}
		code, nothing := look(id.New[id.Entity]())
		for _, n := range []int{1, 4, 5} {
			if got, text := look(a.entityIn(t, done.ID, n)); got != code || code != 404 || text != nothing {
				t.Errorf("mention %d: %d %s", n, got, text)
			}
		}
		for text, want := range map[string]int{canaryPhone: 0, "12 Canary Street": 0, in.Mentions[2].Value: 1} {
			w := a.ask("rafa", "POST "+v1+"/entities/search", map[string]string{"text": text}, rest.PurposeHeader, "investigation")
			if found := answered[struct{ Items []any }](t, w, 200); len(found.Items) != want {
				t.Errorf("a search finds %d, want %d", len(found.Items), want)
			}
		}
		// Those who were told still find her number.
		w := a.ask("lena", "POST "+v1+"/entities/search", map[string]string{"text": canaryPhone}, rest.PurposeHeader, "identification")
		if found := answered[struct{ Items []any }](t, w, 200); len(found.Items) != 1 {
			t.Errorf("her own organisation finds %d", len(found.Items))
		}
	})
}
