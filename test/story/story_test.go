// Package story runs the stories of testdata on both engines: named people, what
// they do, what they may see, and first of all what they may not.
//
// A story is a testscript. Its commands speak of people, never of tables:
//
//	person NAME ROLES ORGANISATION        somebody who works here
//	service NAME ORGANISATION NEED TAKES PLACES LANGUAGE…
//	route RULE ORGANISATION               where a rule's leads are brought
//	as NAME                               who acts from here on
//	screen CASE key=value…                a first contact
//	signal FILE                           signals as JSON Lines, of the actor's organisation
//	jobs                                  let the river flow
//	clock DURATION                        let time pass
//	see CASE WORDS…, see-not CASE WORDS…  what the case's page shows
//	withheld CASE                         it looks as if it did not exist
//	answer CASE STATE [REASON]            the service's answer to the last referral
//	receive CASE WORDS…                   what the recipient learns
//	agree CASE NEED                       she agrees to a service and is referred to it
//	withdraw CASE, forget CASE, close CASE REASON, reopen CASE, plan CASE NEED
//	parked CASE REASON|forget             closing or forgetting waits for a second pair of eyes
//	approve CASE, decline CASE REASON, take-back CASE: the last proposal about it
//	review CASE                           looked at, nothing changes
//	work WORDS…                           what My work shows: second, review:CASE:DAYS
//	says REF WORDS…                       what a signal says to its source; -WORD: not any more
//	found WORD, unfound WORD              what a search for it finds
//	lead RULE PERSONS                     the actor's queue holds such a lead
//	no-lead RULE
//	network HUB WORDS…                    what hangs together with a number or a name; -WORD: it does not say
//	open CASE RULE [ALIAS], dismiss RULE REASON
//	referral CASE STATE                   where the last referral stands
//	ledger VERB OUTCOME                   such a line exists
//	rebuild                               what is derived is derived identically
//	sound                                 the ledger verifies
package story

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
	"lodestar/internal/kernel/typology/indicator"
	"lodestar/internal/node"
)

// canary is the name nobody may find in a log.
const canary = "Canary"

func TestStories(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		files, err := filepath.Glob("testdata/*.txtar")
		if err != nil || len(files) == 0 {
			t.Fatalf("no stories: %v", err)
		}
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), ".txtar")
			t.Run(name, func(t *testing.T) {
				src := dbtest.SQLite(t)
				if strings.HasPrefix(source, "postgres") {
					src = dbtest.Postgres(t)
				}
				run(t, f, src)
			})
		}
	})
}

// teller is the state of one story.
type teller struct {
	node   *node.Node
	clock  *clock.Hand
	people map[string]policy.Actor
	by     policy.Actor
	cases  map[string]id.Case
	parked map[string]id.Proposal
	signal map[string]id.Signal
	log    *bytes.Buffer
}

type tellerKey struct{}

func run(t *testing.T, file, source string) {
	testscript.Run(t, testscript.Params{
		Files: []string{file},
		Setup: func(env *testscript.Env) error {
			s := &teller{clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), people: map[string]policy.Actor{}, cases: map[string]id.Case{}, parked: map[string]id.Proposal{}, signal: map[string]id.Signal{}, log: &bytes.Buffer{}}
			cfg := node.Defaults()
			cfg.State = "GB"
			cfg.Dir, cfg.Database = filepath.Join(env.WorkDir, "keys"), source
			if err := node.Init(cfg, "story.lodestar.invalid"); err != nil {
				return err
			}
			var err error
			s.node, err = node.Open(t.Context(), cfg, s.clock, slog.New(slog.NewJSONHandler(s.log, nil)))
			if err != nil {
				return err
			}
			env.Values[tellerKey{}] = s
			env.Defer(func() {
				s.node.Close()
				if strings.Contains(s.log.String(), canary) {
					t.Error("the canary's name stands in the log")
				}
			})
			return nil
		},
		Cmds: commands(),
	})
}

type command = func(ts *testscript.TestScript, neg bool, args []string)

func commands() map[string]command {
	cmds := map[string]command{}
	add := func(name string, least int, fn func(ts *testscript.TestScript, s *teller, args []string) error) {
		cmds[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if len(args) < least {
				ts.Fatalf("%s needs %d words", name, least)
			}
			err := fn(ts, ts.Value(tellerKey{}).(*teller), args)
			switch {
			case neg && err == nil:
				ts.Fatalf("%s succeeded and should have been refused", name)
			case neg:
				ts.Logf("refused: %s", fault.KindOf(err))
				if fault.KindOf(err) == fault.Internal {
					ts.Fatalf("not a refusal but a failure: %v", err)
				}
			case err != nil:
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
	add("person", 3, person)
	add("service", 6, service)
	add("route", 2, route)
	add("as", 1, as)
	add("screen", 1, screen)
	add("signal", 1, signal)
	add("jobs", 0, func(ts *testscript.TestScript, s *teller, _ []string) error {
		return s.node.Drain(ctx(ts))
	})
	add("clock", 1, func(_ *testscript.TestScript, s *teller, args []string) error {
		d, err := time.ParseDuration(args[0])
		s.clock.Move(d)
		return err
	})
	add("see", 2, see)
	add("see-not", 2, seeNot)
	add("withheld", 1, withheld)
	add("answer", 2, answer)
	add("receive", 1, receive)
	add("withdraw", 1, withdraw)
	add("agree", 2, agree)
	add("forget", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Protection.Forget(ctx(ts), s.by, s.of(ts, a[0]))
	})
	add("close", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Protection.Close(ctx(ts), s.by, protection.CloseIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Reason: a[1]})
		return err
	})
	add("parked", 2, parked)
	add("approve", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Protection.Approve(ctx(ts), s.by, s.proposal(ts, a[0]), "")
	})
	add("decline", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Protection.Decline(ctx(ts), s.by, s.proposal(ts, a[0]), a[1])
	})
	add("take-back", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Protection.TakeBack(ctx(ts), s.by, s.proposal(ts, a[0]), "")
	})
	add("review", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Protection.Review(ctx(ts), s.by, s.of(ts, a[0]), s.version(ts, a[0]))
		return err
	})
	add("work", 1, work)
	add("reopen", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Protection.Reopen(ctx(ts), s.by, s.of(ts, a[0]), s.version(ts, a[0]))
		return err
	})
	add("plan", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Protection.Plan(ctx(ts), s.by, protection.PlanIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Risk: casework.RiskModerate, Goals: a[1:], Due: s.clock.Now().AddDate(0, 0, 7)})
		return err
	})
	add("says", 2, says)
	add("found", 1, func(ts *testscript.TestScript, s *teller, a []string) error { return s.search(ts, a[0], true) })
	add("unfound", 1, func(ts *testscript.TestScript, s *teller, a []string) error { return s.search(ts, a[0], false) })
	add("lead", 2, lead)
	add("no-lead", 1, noLead)
	add("network", 2, network)
	add("open", 2, open)
	add("dismiss", 2, dismiss)
	add("referral", 2, referral)
	add("ledger", 2, ledgerHas)
	add("rebuild", 0, rebuild)
	add("sound", 0, sound)
	add("erased", 1, erased)
	return cmds
}

// of is a case by its name in the story; a story that names no case is wrong.
func (s *teller) of(ts *testscript.TestScript, name string) id.Case {
	c, ok := s.cases[name]
	if !ok {
		ts.Fatalf("no case here is called %s", name)
	}
	return c
}

// version is the version of a case, as whoever may see it reads it.
func (s *teller) version(ts *testscript.TestScript, name string) int64 {
	for _, p := range s.people {
		if v, err := s.node.Protection.See(ctx(ts), p, s.of(ts, name)); err == nil {
			return v.Case.Version
		}
	}
	ts.Fatalf("nobody sees the case %s", name)
	return 0
}

func orgOf(name string) id.Organisation { return id.Derived[id.Organisation]("story", name) }
func srvOf(name string) id.Service      { return id.Derived[id.Service]("story", name) }

func person(ts *testscript.TestScript, s *teller, a []string) error {
	s.people[a[0]] = policy.Actor{User: id.Derived[id.User]("story", a[0]), Organisation: orgOf(a[2]), Roles: strings.Split(a[1], ","), Name: a[0]}
	return s.put(ts, casework.Organisation{ID: orgOf(a[2]), Name: a[2], Kind: "ngo"}, nil)
}

func service(ts *testscript.TestScript, s *teller, a []string) error {
	places, err := strconv.Atoi(a[4])
	if err != nil {
		return err
	}
	return s.put(ts, casework.Organisation{ID: orgOf(a[1]), Name: a[1], Kind: "ngo"},
		&casework.Service{ID: srvOf(a[0]), Organisation: orgOf(a[1]), Name: a[0], Need: a[2], Takes: a[3], Places: places, Languages: a[5:]})
}

func as(_ *testscript.TestScript, s *teller, a []string) error {
	by, ok := s.people[a[0]]
	if !ok {
		return fmt.Errorf("nobody here is called %s", a[0])
	}
	s.by = by
	return nil
}

func screen(ts *testscript.TestScript, s *teller, a []string) error {
	in := protection.Intake{Danger: "no", Age: "adult", Language: "en", SpokenBy: consent.Self, Answers: indicator.Answers{}}
	for _, kv := range a[1:] {
		k, v, _ := strings.Cut(kv, "=")
		switch k {
		case "alias":
			in.Alias = v
		case "name":
			in.Name = v
		case "phone":
			in.Phone = v
		case "note":
			in.Note = v
		case "age":
			in.Age = strings.TrimSuffix(v, "unknown")
		case "danger":
			in.Danger = v
		case "recruiter":
			in.Recruiter = v
		case "recruiter-phone":
			in.RecPhone = v
		case "language":
			in.Language = v
		case "by":
			in.SpokenBy = consent.Speaker(v)
		case "needs":
			in.Needs = strings.Split(v, ",")
		case "yes":
			for _, code := range strings.Split(v, ",") {
				in.Answers[code] = indicator.Yes
			}
		case "agrees":
			in.Share = append(in.Share, share(v, true))
		case "refuses":
			in.Share = append(in.Share, share(v, false))
		default:
			return fmt.Errorf("screen knows no %s", k)
		}
	}
	done, err := s.node.Protection.Screen(ctx(ts), s.by, in)
	s.cases[a[0]] = done.Case.ID
	return err
}

// share reads "service" or "service:identity,contact".
func share(v string, agreed bool) protection.Share {
	name, classes, _ := strings.Cut(v, ":")
	s := protection.Share{Service: srvOf(name), Agreed: agreed}
	if classes != "" {
		s.Classes = strings.Split(classes, ",")
	}
	return s
}

func signal(ts *testscript.TestScript, s *teller, a []string) error {
	for line := range strings.SplitSeq(strings.TrimSpace(ts.ReadFile(a[0])), "\n") {
		in, err := evidence.ReadIncoming(strings.NewReader(line))
		if err != nil {
			return err
		}
		done, err := s.node.Evidence.Record(ctx(ts), s.by, in)
		if err != nil {
			return err
		}
		s.signal[in.Ref] = done.ID
	}
	return nil
}

func (s *teller) view(ts *testscript.TestScript, name string) (protection.CaseView, string, error) {
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, name))
	if err != nil {
		return v, "", err
	}
	text := strings.Join([]string{v.Case.State, v.Alias.Value, v.Name.Value, v.Phone.Value, v.Note.Value, string(v.Case.Risk)}, " | ")
	for _, t := range v.Tasks {
		text += " | task:" + t.Kind
	}
	for _, r := range v.Referrals {
		text += " | referral:" + string(r.State) + ":" + r.Reason
	}
	for _, c := range v.Consents {
		text += " | consent:" + string(c.State)
	}
	return v, text, nil
}

func see(ts *testscript.TestScript, s *teller, a []string) error {
	_, text, err := s.view(ts, a[0])
	for _, w := range a[1:] {
		if err == nil && !strings.Contains(text, w) {
			ts.Fatalf("%q is not in %q", w, text)
		}
	}
	return err
}

func seeNot(ts *testscript.TestScript, s *teller, a []string) error {
	_, text, err := s.view(ts, a[0])
	for _, w := range a[1:] {
		if strings.Contains(text, w) {
			ts.Fatalf("%q is in %q", w, text)
		}
	}
	return err
}

// parked: nothing changes, and the proposal stands on the case's page.
func parked(ts *testscript.TestScript, s *teller, a []string) error {
	in, err := protection.CloseIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0])}, error(nil)
	if a[1] == "forget" {
		err = s.node.Protection.Forget(ctx(ts), s.by, in.Case)
	} else {
		in.Reason = a[1]
		_, err = s.node.Protection.Close(ctx(ts), s.by, in)
	}
	if !fault.Is(err, fault.Parked) || fault.Status(fault.KindOf(err)) != 202 {
		ts.Fatalf("%s gave %v, not a proposal", a[1], err)
	}
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err == nil && (len(v.Proposed) != 1 || v.Case.State == "closed" || v.Proposed[0].In.Value.Reason != in.Reason) {
		ts.Fatalf("the case is %s, proposed %+v", v.Case.State, v.Proposed)
	}
	if err == nil {
		s.parked[a[0]] = v.Proposed[0].ID
	}
	return err
}

func (s *teller) proposal(ts *testscript.TestScript, name string) id.Proposal {
	p, ok := s.parked[name]
	if !ok {
		ts.Fatalf("nothing was parked about %s", name)
	}
	return p
}

// work compares what My work shows, word by word; a word with "-" is not there.
func work(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Protection.Work(ctx(ts), s.by, protection.WorkPage{})
	if err != nil {
		return err
	}
	names := map[id.Case]string{}
	for name, c := range s.cases {
		names[c] = name
	}
	words := []string{}
	for _, p := range v.Second {
		words = append(words, fmt.Sprintf("second:%s:mine=%t:may=%t", names[p.Case], p.Mine, p.May))
	}
	for _, r := range v.Reviews {
		words = append(words, fmt.Sprintf("review:%s:%d", names[r.Case], int(v.Now.Sub(r.Moved).Hours()/24)))
	}
	for _, w := range a {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(strings.Join(words, " "), word) == absent {
			ts.Fatalf("My work is %v: %q", words, w)
		}
	}
	return nil
}

// withheld: what is not open to somebody looks exactly like what is not there.
func withheld(ts *testscript.TestScript, s *teller, a []string) error {
	_, there := s.node.Protection.See(ctx(ts), s.by, s.of(ts, a[0]))
	_, nowhere := s.node.Protection.See(ctx(ts), s.by, id.New[id.Case]())
	if fault.Status(fault.KindOf(there)) != 404 || fault.Status(fault.KindOf(nowhere)) != 404 {
		ts.Fatalf("seen: %v, absent: %v; want both to look like nothing", there, nowhere)
	}
	return nil
}

func (s *teller) last(ts *testscript.TestScript, name string) casework.Referral {
	var out casework.Referral
	who := policy.Actor{}
	for _, p := range s.people {
		v, err := s.node.Protection.See(ctx(ts), p, s.of(ts, name))
		if err == nil && len(v.Referrals) > 0 {
			out, who = v.Referrals[len(v.Referrals)-1], p
		}
	}
	if who.User.IsZero() {
		ts.Fatalf("case %s has no referral", name)
	}
	return out
}

func answer(ts *testscript.TestScript, s *teller, a []string) error {
	last := s.last(ts, a[0])
	in := protection.AnswerIn{Referral: last.ID, Version: last.Version, To: casework.ReferralState(a[1])}
	if len(a) > 2 {
		in.Reason = a[2]
	}
	_, err := s.node.Protection.Answer(ctx(ts), s.by, in)
	return err
}

func receive(ts *testscript.TestScript, s *teller, a []string) error {
	got, err := s.node.Protection.Receive(ctx(ts), s.by, s.last(ts, a[0]).ID)
	if err != nil {
		return err
	}
	b, err := json.Marshal(got.Payload.Value)
	if err != nil {
		return err
	}
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(string(b), word) == absent {
			ts.Fatalf("payload %s: %q", b, w)
		}
	}
	return nil
}

// agree: she agrees that a service learns of her, and is referred to it.
func agree(ts *testscript.TestScript, s *teller, a []string) error {
	offer, err := s.node.Protection.Services(ctx(ts), s.by, []string{a[1]}, "en", evidence.Adult)
	if err != nil || len(offer[a[1]]) == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "story", "no service"))
	}
	to := offer[a[1]][0]
	word, err := s.node.Protection.Consent(ctx(ts), s.by, protection.ConsentIn{Case: s.of(ts, a[0]), Recipient: to.Organisation, Purpose: consent.Assistance,
		Agreed: true, Classes: []string{"identity"}, Until: s.clock.Now().Add(48 * time.Hour), SpokenBy: consent.Self})
	if err != nil {
		return err
	}
	_, err = s.node.Protection.Refer(ctx(ts), s.by, protection.ReferIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Service: to.ID, Consent: word})
	return err
}

func withdraw(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	for _, c := range v.Consents {
		if c.Live(s.clock.Now()) {
			_, err := s.node.Protection.Withdraw(ctx(ts), s.by, s.of(ts, a[0]), c.ID)
			return err
		}
	}
	return fault.New(fault.NotFound, "story", "no live consent")
}

func (s *teller) leads(ts *testscript.TestScript, rule string) ([]typology.Lead, error) {
	list, err := s.node.Leads.List(ctx(ts), s.by, consent.Identification, typology.LeadOpen, typology.After{}, 100)
	var out []typology.Lead
	for _, l := range list {
		if l.Rule == rule {
			out = append(out, l)
		}
	}
	return out, err
}

func lead(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if err != nil {
		return err
	}
	for _, l := range list {
		if strconv.Itoa(l.Persons) == a[1] {
			return nil
		}
	}
	ts.Fatalf("no lead %s with %s persons among %+v", a[0], a[1], list)
	return nil
}

// network draws what hangs together with a number or a name, and who stands behind
// it. Of each further word it must say something; of one after a dash, nothing.
func network(ts *testscript.TestScript, s *teller, a []string) error {
	purpose := consent.Identification
	if s.by.Has("investigator") {
		purpose = consent.Investigation
	}
	hits, err := s.node.Graph.Search(ctx(ts), s.by, purpose, a[0], 1)
	if err != nil || len(hits) == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "story", "graph.not_found"))
	}
	hub := hits[0].ID
	in := graph.ChartIn{Seeds: []id.Entity{hub}, Expanded: []graph.Expansion{{Entity: hub, Kind: evidence.Person}}}
	chart, err := s.node.Graph.Chart(ctx(ts), s.by, purpose, in)
	if err != nil {
		return err
	}
	for _, n := range chart.Nodes[1:] { // whoever is next to it, and whom they are next to
		in.Expanded = append(in.Expanded, graph.Expansion{Entity: n.ID, Kind: evidence.Person})
	}
	if chart, err = s.node.Graph.Chart(ctx(ts), s.by, purpose, in); err != nil {
		return err
	}
	persons, sources, text := 0, map[id.Organisation]bool{}, ""
	for _, n := range chart.Nodes {
		text += " | " + n.Label.Value
		if n.Kind == evidence.Person && n.Protected {
			persons++
		}
	}
	for _, e := range chart.Edges {
		for _, from := range e.Sources {
			sources[from.Organisation] = true
		}
	}
	page, err := s.node.Graph.See(ctx(ts), s.by, purpose, hub)
	if err != nil {
		return err
	}
	for _, f := range page.Fields {
		for _, v := range f.Values {
			text += " | " + v.Value
		}
	}
	text += fmt.Sprintf(" | persons:%d | sources:%d", persons, len(sources))
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(text, word) == absent {
			ts.Fatalf("the network is %q: %q", text, w)
		}
	}
	return nil
}

func noLead(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if len(list) > 0 {
		ts.Fatalf("there is a lead %s: %+v", a[0], list)
	}
	return err
}

func open(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[1])
	if err != nil || len(list) == 0 {
		return fmt.Errorf("no lead %s: %v", a[1], err)
	}
	c, err := s.node.Protection.Open(ctx(ts), s.by, protection.OpenIn{Lead: list[0].ID, Alias: strings.Join(a[2:], " "), Language: "en", Age: evidence.Adult})
	if err == nil {
		s.cases[a[0]] = c.ID
	}
	return err
}

func dismiss(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if err != nil || len(list) == 0 {
		return fmt.Errorf("no lead %s: %v", a[0], err)
	}
	_, err = s.node.Leads.Dismiss(ctx(ts), s.by, list[0].ID, a[1])
	return err
}

func referral(ts *testscript.TestScript, s *teller, a []string) error {
	if r := s.last(ts, a[0]); string(r.State) != a[1] {
		ts.Fatalf("the referral is %s %s, want %s", r.State, r.Reason, a[1])
	}
	return nil
}

func ledgerHas(ts *testscript.TestScript, s *teller, a []string) error {
	var list []ledger.Entry
	err := s.node.Ground.DB.InRead(ctx(ts), func(tx *sqlTx) (err error) {
		list, err = ledger.Recent(ctx(ts), tx, ledger.Filter{Verb: a[0], Outcome: ledger.Outcome(a[1])}, ledger.Newest, 1)
		return err
	})
	if err == nil && len(list) == 0 {
		ts.Fatalf("the ledger has no line %s %s", a[0], a[1])
	}
	return err
}

func rebuild(ts *testscript.TestScript, s *teller, _ []string) error {
	r, err := s.node.Graph.Rebuild(ctx(ts), true)
	if err == nil && !r.Same() {
		ts.Fatalf("what is derived is not what the evidence gives: %v", r)
	}
	return err
}

func sound(ts *testscript.TestScript, s *teller, _ []string) error {
	if _, err := s.node.Checkpoint(ctx(ts)); err != nil {
		return err
	}
	keys, err := ledger.ParseKeys(s.node.Key.LogKey(), s.node.Key.WitnessKey())
	if err != nil {
		return err
	}
	r, err := ledger.Verify(ctx(ts), s.node.Ground.DB, keys, nil)
	if err == nil && !r.Sound() {
		ts.Fatalf("the ledger is not sound: %+v", r.Findings)
	}
	return err
}

func (s *teller) put(ts *testscript.TestScript, o casework.Organisation, v *casework.Service) error {
	return s.node.Ground.DB.InTx(ctx(ts), func(tx *sqlTx) error {
		if err := casework.PutOrganisation(ctx(ts), tx, o); err != nil || v == nil {
			return err
		}
		return casework.PutService(ctx(ts), tx, *v)
	})
}

func route(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Ground.DB.InTx(ctx(ts), func(tx *sqlTx) error { return typology.Route(ctx(ts), tx, a[0], orgOf(a[1])) })
}
