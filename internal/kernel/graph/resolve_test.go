package graph

import (
	"fmt"
	"sync"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

func TestResolveNeedsPermission(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	w.graph.Self = w.source // not the node
	if err := w.graph.Resolve(t.Context()); !fault.Is(err, fault.Withheld) {
		t.Errorf("resolved by a responder: %v", err)
	}
	if n := w.scalar("SELECT count(*) FROM graph_mention"); n != 0 {
		t.Errorf("%d mentions after a refusal", n)
	}
	if n := w.scalar("SELECT count(*) FROM ledger_line WHERE verb = 'graph.resolve' AND outcome = 'withheld'"); n != 1 {
		t.Errorf("%d lines of the refusal", n)
	}
}

func TestNumbersConnect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var phones []id.Entity
		for _, v := range []string{"+44 7911 123456", "07911-123456", "0044 (0)7911 123 456", "٠٧٩١١١٢٣٤٥٦", "7911 123456"} {
			s := w.record(w.source, signal(mentions(person(evidence.PresumedVictim, "", "Maria Ionescu"), thing(evidence.Phone, 0, v))))
			w.resolve()
			phones = append(phones, w.entity(s, 2))
		}
		other := w.record(w.source, signal(mentions(thing(evidence.Phone, 0, "07911 123457"), thing(evidence.Phone, 0, "+447911123456"))))
		w.resolve()
		for _, e := range append(phones, w.entity(other, 2)) {
			if e != phones[0] {
				t.Errorf("one number is %v and %v", phones[0], e)
			}
		}
		if w.entity(other, 1) == phones[0] {
			t.Error("two numbers are one entity")
		}
		w.rebuilds()
	})
}

// TestScriptsConnect: one recruiter, named in six scripts and known by a number
// that is written differently each time, is one.
func TestScriptsConnect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var recruiters []id.Entity
		for _, seen := range [][2]string{
			{"Giorgi Beridze", "+995 599 12 34 56"}, {"გიორგი ბერიძე", "00995599123456"}, {"Георгий Беридзе", "8 10 995 599 123456"},
			{"Γκιόργκι Μπερίντζε", "+995-599-123456"}, {"Գիորգի Բերիձե", "+995599123456"}, {"غيورغي بيريدزه", "٠٠٩٩٥٥٩٩١٢٣٤٥٦"},
		} {
			phone := thing(evidence.Phone, 2, seen[1])
			if seen[1][0] == '8' {
				phone.Country = "RU"
			}
			s := w.record(w.source, signal(mentions(person(evidence.PresumedVictim, "", fmt.Sprintf("Olena %d", len(recruiters))), person(evidence.Recruiter, "", seen[0]), phone),
				evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.RecruitedBy)}))
			w.resolve()
			recruiters = append(recruiters, w.entity(s, 2))
		}
		for i, e := range recruiters {
			if e != recruiters[0] {
				t.Errorf("spelling %d is another person", i)
			}
		}
		if n := w.scalar("SELECT count(*) FROM graph_link WHERE kind = 'recruited_by' AND to_entity = (SELECT founder FROM graph_entity WHERE entity = $1)", recruiters[0].String()); n != 6 {
			t.Errorf("%d of 6 links lead to the recruiter", n)
		}
		w.rebuilds()
	})
}

// TestNamesAloneAreDoubtful: two people of one name are two, and a person decides;
// a birth date or a number decides without her.
func TestNamesAloneAreDoubtful(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		first := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"))))
		for _, c := range []struct {
			name  string
			other []evidence.IncomingMention
			same  bool
			asked int64
		}{
			{"the name alone", mentions(person(evidence.Recruiter, "", "Иван Петров")), false, 1},
			{"the name and another birth date", mentions(person(evidence.Recruiter, "1988-11-23", "Ivan Petrov")), false, 1},
			{"one word of the name", mentions(person(evidence.Recruiter, "1971-05-02", "Petrov")), false, 1},
			{"the name and the birth date", mentions(person(evidence.Recruiter, "1971-05-02", "Petrov Ivan")), true, 1},
			{"the birth date alone", mentions(person(evidence.Recruiter, "1971-05-02", "Anna Weber")), false, 1},
		} {
			s := w.record(w.source, signal(c.other))
			w.resolve()
			if same := w.entity(s, 1) == w.entity(first, 1); same != c.same {
				t.Errorf("%s: same = %v", c.name, same)
			}
		}
		if n := w.scalar("SELECT count(*) FROM graph_pair WHERE asked"); n == 0 {
			t.Error("nobody is asked")
		}
	})
}

// TestRareNamesConnect: once words have been counted, a rare name of three words
// is enough, and a common one is not.
func TestRareNamesConnect(t *testing.T) {
	w, err := readWeights(initialWeights(t))
	ok(t, err)
	w.person = 100_000
	rare, common := []key{wordKey("natnael"), wordKey("kidane"), wordKey("ghebremedhin")}, []key{wordKey("ivan"), wordKey("ivanov"), wordKey("ivanovich")}
	for i, k := range common {
		w.words[k.token] = []float64{3000, 2000, 1500}[i]
	}
	levels := levelsOf(t, `["exact","missing","missing","missing","missing","missing"]`)
	if o := w.outcome(evidence.Person, levels, rare, rare); o.state != stateSame {
		t.Errorf("a rare name: %v", o)
	}
	if o := w.outcome(evidence.Person, levels, common, common); o.state == stateSame {
		t.Errorf("a common name: %v", o)
	}
	w.person = 0
	if o := w.outcome(evidence.Person, levels, rare, rare); o.state != stateDoubt {
		t.Errorf("a rare name at a node that cannot know: %v", o)
	}
}

// TestRelativesStayApart: two of one signal are two, whatever they share; so who
// is said to be the other's relative does not become her.
func TestRelativesStayApart(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	family := func(one, other, bornOne, bornOther string) evidence.Signal {
		return w.record(w.source, signal(mentions(person(evidence.PresumedVictim, bornOne, one), person(evidence.Relative, bornOther, other),
			thing(evidence.Phone, 1, "07700900001"), evidence.IncomingMention{Kind: "place", Of: 1, Details: evidence.Details{Line: "12 High Street", Town: "Leeds"}}),
			evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.RelativeOf)}))
	}
	a := family("Hiwa Sarkawt Shwan", "Rizgar Sarkawt Shwan", "2008-01-10", "2005-09-09")
	b := family("Rizgar Sarkawt Shwan", "Hiwa Sarkawt Shwan", "2005-09-09", "2008-01-10")
	w.resolve()
	if w.entity(a, 1) != w.entity(b, 2) || w.entity(a, 2) != w.entity(b, 1) {
		t.Error("the brothers were not found again")
	}
	if w.entity(a, 1) == w.entity(b, 1) {
		t.Error("two brothers are one")
	}
	w.rebuilds()
}

func TestOrganisationsAndPlacesConnect(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	firm := func(name, line, town, postcode string) evidence.Signal {
		return w.record(w.source, signal(mentions(
			evidence.IncomingMention{Kind: "organisation", Role: "employer", Details: evidence.Details{Names: []string{name}}},
			evidence.IncomingMention{Kind: "place", Details: evidence.Details{Line: line, Town: town, Postcode: postcode}}),
			evidence.IncomingLink{From: 1, To: 2, Kind: string(evidence.HeldAt)}))
	}
	a := firm("Sonnenhof Agrar GmbH", "Bahnhofstraße 7", "Köln", "50667")
	b := firm("Sonnenhof Agrar G.m.b.H.", "Bahnhofstr. 7", "Koeln", "50667")
	c := firm("Sonnenhof Agrar GmbH", "Bahnhofstraße 9", "Köln", "50667")
	d := firm("Mondhof Bau GmbH", "Bahnhofstraße 7", "Köln", "50667")
	w.resolve()
	if w.entity(a, 1) != w.entity(b, 1) || w.entity(a, 2) != w.entity(b, 2) || w.entity(a, 2) != w.entity(d, 2) {
		t.Error("one firm, or one house, is two")
	}
	if w.entity(a, 2) == w.entity(c, 2) || w.entity(a, 1) == w.entity(d, 1) {
		t.Error("two houses, or two firms of one house, are one")
	}
	w.rebuilds()
}

// TestErasedBeforeResolved: whose words are gone before they were read is an
// entity of which nothing is known.
func TestErasedBeforeResolved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"))))
		b := w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"))))
		ok(t, act.Destroy(t.Context(), w.ground, b.Mentions[0].Subject))
		w.resolve()
		if w.entity(a, 1) == w.entity(b, 1) {
			t.Error("somebody erased was recognised")
		}
		if n := w.scalar("SELECT count(*) FROM graph_mention WHERE blank"); n != 1 {
			t.Errorf("%d mentions are blank", n)
		}
		w.rebuilds()
	})
}

// TestResolveTogether: several processes at one work do it once.
func TestResolveTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		for i := range 250 {
			w.record(w.source, signal(mentions(person(evidence.Recruiter, fmt.Sprintf("19%02d-05-02", i%50), "Ivan Petrov"), thing(evidence.Phone, 1, fmt.Sprintf("077009%05d", i%20)))))
		}
		var all sync.WaitGroup
		for range 3 {
			all.Add(1)
			go func() {
				defer all.Done()
				if err := w.graph.Resolve(t.Context()); err != nil {
					t.Error(err)
				}
			}()
		}
		all.Wait()
		if n := w.scalar("SELECT count(*) FROM graph_mention"); n != 500 {
			t.Errorf("%d of 500 mentions", n)
		}
		if n := w.scalar("SELECT count(*) FROM graph_entity WHERE kind = 'phone'"); n != 20 {
			t.Errorf("%d of 20 telephones", n)
		}
		w.rebuilds()
	})
}

// TestDerivedFollows: what else is derived hears of every signal in order, with
// the entities it changed, also those that are gone.
func TestDerivedFollows(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	heard := map[string][]id.Entity{}
	var order []string
	w.graph.then.Signal = func(a *act.Act, s evidence.Signal, touched []id.Entity) error {
		heard[s.ID.String()] = touched
		order = append(order, s.Kind)
		return nil
	}
	a := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	b := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	w.resolve()
	was := w.entity(b, 1)
	v, err := w.graph.Judge(t.Context(), w.analyst, a.Mentions[0].ID, b.Mentions[0].ID, Same, "met_him")
	ok(t, err)
	w.resolve()
	if got := heard[v.String()]; len(got) != 2 || got[0] != w.entity(a, 1) || got[1] != was {
		t.Errorf("the verdict touched %v, want %v and %v, which is gone", got, w.entity(a, 1), was)
	}
	w.retract(b.ID)
	w.resolve()
	if want := []string{"referral", "referral", "verdict", "retraction"}; fmt.Sprint(order) != fmt.Sprint(want) {
		t.Errorf("heard %v, want %v", order, want)
	}
}

// TestActFailsMidway: what an act had in hand when it failed is not used by the
// next try.
func TestActFailsMidway(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for range 3 {
		w.record(w.source, signal(mentions(person(evidence.Recruiter, "1971-05-02", "Ivan Petrov"), thing(evidence.Phone, 1, "07700900001"))))
	}
	d := newDeck()
	try := func() error {
		ask := w.graph.ask(w.graph.Self, VerbResolve, consent.Resolution, id.Entity{})
		_, err := act.Do(t.Context(), w.ground, ask, func(a *act.Act) (struct{}, error) { return struct{}{}, w.graph.follow(a, d) })
		return err
	}
	w.graph.then.Signal = func(_ *act.Act, s evidence.Signal, _ []id.Entity) error {
		if s.Seq == 3 {
			return fault.New(fault.Busy, "test", "fault.busy")
		}
		return nil
	}
	if err := try(); !fault.Is(err, fault.Busy) {
		t.Fatalf("did not fail: %v", err)
	}
	if n := w.scalar("SELECT count(*) FROM graph_mention"); n != 0 {
		t.Errorf("%d mentions of an act that failed", n)
	}
	w.graph.then.Signal = nil
	ok(t, try())
	w.rebuilds()
}
