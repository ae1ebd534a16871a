// Package story runs the stories of testdata on both engines: named people, what
// they do, what they may see, and first of all what they may not.
//
// A story is a testscript. Its commands speak of people, never of tables:
//
//	person NAME ROLES ORGANISATION        somebody who works here
//	service NAME ORGANISATION NEED TAKES PLACES LANGUAGE…
//	route RULE ORGANISATION               where a rule's leads are brought
//	law CODE                              the law of the State from here on
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
//	narrow CASE CLASS,…, withdraw CASE, forget CASE, close CASE REASON, reopen CASE, plan CASE NEED
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
//	interview CASE PASS yes=CODE,… no=CODE,…   all: every other code; interviewed CASE WORDS…
//	receipt CASE                          she is given one; my CASE WORDS…, my-withdraw CASE, my-say CASE KIND WORDS…
//	reply CASE N WORDS…, guess CODE
//	disclose CASE ORGANISATION CLASS,… [DAYS]   an emergency; DAYS: telling her waits
//	second-look CASE right|wrong, tell-her CASE, disclosed CASE WORDS…
//	nrm-ask CASE AUTHORITY no|CLASS,…, nrm-refer CASE AUTHORITY, nrm-notify CASE AUTHORITY FORM, nrm-sent CASE WORDS…
//	agree-for CASE ORGANISATION PURPOSE   her word, for a purpose
//	take-on CASE DETERMINATION            the authority accepts the last referral of a case
//	determine DETERMINATION VERB [WORD]   what somebody decides; determination DETERMINATION WORDS…
//	queue WORDS…                          what waits for the authority
//	no-trace CASE                         nothing that was notified leads to her
//	standard STAGE ID, unset WORDS…       the State decides by another standard; what nobody has entered
//	ledger VERB OUTCOME                   such a line exists
//	rebuild                               what is derived is derived identically
//	sound                                 the ledger verifies
//
// What lawyers and prosecutors do stands at rightsCommands.
//
//	child-open CHILD CASE, child-take CHILD CASE: child protection from a case of help, or its last referral
//	child CHILD WORDS…                    what the child's page shows; -WORD: it does not
//	children CHILD…                       exactly these are in the list
//	age, born, appoint, assess, decide, missing, reconsent …: see verbs_child_test.go
package story

import (
	"bytes"
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
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
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
	codes  map[string]string
	signal map[string]id.Signal
	told   id.Referral // the last request that a prosecutor was sent
	log    *bytes.Buffer
}

type tellerKey struct{}

func run(t *testing.T, file, source string) {
	testscript.Run(t, testscript.Params{
		Files: []string{file},
		Setup: func(env *testscript.Env) error {
			s := &teller{clock: clock.At(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)), people: map[string]policy.Actor{}, cases: map[string]id.Case{}, parked: map[string]id.Proposal{}, codes: map[string]string{}, signal: map[string]id.Signal{}, log: &bytes.Buffer{}}
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
			s.node.Child.Guardians = s.guardians
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
		if cmds[name] != nil {
			panic("two commands are called " + name)
		}
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
	add("narrow", 2, narrow)
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
	add("law", 1, lawOf)
	add("receipt", 1, receiptOf)
	add("my", 1, my)
	add("my-withdraw", 1, myWithdraw)
	add("my-say", 2, mySay)
	add("reply", 3, reply)
	add("guess", 1, guess)
	add("interview", 2, interview)
	add("interviewed", 2, interviewed)
	add("disclose", 3, disclose)
	add("second-look", 2, secondLook)
	add("tell-her", 1, tellHer)
	add("disclosed", 2, disclosed)
	rightsCommands(add)
	for name, fn := range childVerbs() {
		add(name, 0, fn)
	}
	identificationVerbs(add)
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
	kind := "ngo"
	if s.people[a[0]].Has("decider") {
		kind = casework.CompetentAuthority
	}
	return s.put(ts, casework.Organisation{ID: orgOf(a[2]), Name: a[2], Kind: kind}, nil)
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

func (s *teller) put(ts *testscript.TestScript, o casework.Organisation, v *casework.Service) error {
	return s.node.Ground.DB.InTx(ctx(ts), func(tx *sqlTx) error {
		if err := casework.PutOrganisation(ctx(ts), tx, o); err != nil || v == nil {
			return err
		}
		return casework.PutService(ctx(ts), tx, *v)
	})
}
