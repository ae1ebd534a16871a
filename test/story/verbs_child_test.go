package story

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/child"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// childVerbs are the commands of the desk of child protection. A child's case is
// called by the name that "child-open" or "child-take" gives it.
func childVerbs() map[string]verb {
	return map[string]verb{
		"child-open": childOpen, "child-take": childTake, "children": children,
		"child": childCase, "child-withheld": childWithheld,
		"age":          does(func(a []string) child.AgeIn { return child.AgeIn{Kind: child.AgeKind(a[0]), Source: a[1]} }, (*child.Desk).NoteAge),
		"age-medical":  ageMedical,
		"reopen-child": does(func(a []string) child.AgeIn { return child.AgeIn{Kind: child.AgeKind(a[0]), Source: a[1]} }, (*child.Desk).Reopen),
		"born":         does(func(a []string) child.BirthIn { return child.BirthIn{Year: number(a[0]), Month: number(a[1])} }, (*child.Desk).NoteBirth),
		"notify":       bare((*child.Desk).Notify),
		"request":      bare((*child.Desk).Request),
		"appoint": does(func(a []string) child.AppointIn {
			return child.AppointIn{Guardian: id.Derived[id.User]("story", a[0]), Custody: a[1], Related: a[2]}
		}, (*child.Desk).Appoint),
		"end-guardian": does(func(a []string) child.GuardianEndIn {
			return child.GuardianEndIn{Reason: a[0], Replace: len(a) > 1 && a[1] == "replace"}
		}, (*child.Desk).EndGuardian),
		"assess": does(func(a []string) child.InterestIn {
			return child.InterestIn{Action: a[0], InInterest: a[1], Reasons: "CanaryReasons", Hearing: hearing(a[2:])}
		}, (*child.Desk).Assess),
		"trigger": does(func(a []string) child.TriggerIn { return child.TriggerIn{Question: a[0]} }, (*child.Desk).Trigger),
		"collect": does(func(a []string) child.CollectIn { return child.CollectIn{N: int64(number(a[0])), Note: "CanaryFound"} }, (*child.Desk).Collect),
		"sit":     does(func(a []string) child.SitIn { return child.SitIn{N: int64(number(a[0]))} }, (*child.Desk).Sit),
		"decide": does(func(a []string) child.BestInterestsIn {
			return child.BestInterestsIn{N: int64(number(a[0])), Outcome: a[1], Options: "CanaryOptions", Reasons: "CanaryReasons", Hearing: hearing(a[2:])}
		}, (*child.Desk).Decide),
		"care":         care,
		"end-care":     bare((*child.Desk).EndCare),
		"trace-family": traceFamily,
		"missing":      missing,
		"reported":     bare((*child.Desk).Report),
		"back":         bare((*child.Desk).Found),
		"talked":       does(func(a []string) child.TalkIn { return child.TalkIn{Talk: a[0]} }, (*child.Desk).Talk),
		"life":         does(func(a []string) child.EntryIn { return child.EntryIn{Area: a[0], Status: a[1], Note: "CanaryLife"} }, (*child.Desk).NoteLife),
		"refer-under":  referUnder,
		"speak":        speak, "child-withdraw": childWithdraw, "reconsent": reconsent,
		"close-child":  does(func(a []string) child.EndingIn { return child.EndingIn{Reason: a[0]} }, (*child.Desk).Close),
		"review-child": bare((*child.Desk).Review),
		"forget-child": func(ts *testscript.TestScript, s *teller, a []string) error {
			return s.node.Child.Forget(ctx(ts), s.by, s.of(ts, a[0]))
		},
	}
}

type verb = func(ts *testscript.TestScript, s *teller, args []string) error

// does is a command that changes a child's case: its name, and what the verb is told.
func does[In any](in func([]string) In, do func(*child.Desk, context.Context, child.By, child.On, In) (casework.Case, error)) verb {
	return func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := do(s.node.Child, ctx(ts), s.by, s.on(ts, a[0]), in(append(a[1:], "", "", ""))) // what a story leaves out is empty
		return err
	}
}

func bare(do func(*child.Desk, context.Context, child.By, child.On) (casework.Case, error)) verb {
	return func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := do(s.node.Child, ctx(ts), s.by, s.on(ts, a[0]))
		return err
	}
}

// on is a child's case as whoever may see it reads it.
func (s *teller) on(ts *testscript.TestScript, name string) child.On {
	for _, p := range s.people {
		if v, err := s.node.Child.See(ctx(ts), p, s.of(ts, name)); err == nil {
			return child.On{Case: v.Case.ID, Version: v.Case.Version}
		}
	}
	ts.Fatalf("nobody sees the child's case %s", name)
	return child.On{}
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// hearing reads "heard:talk", "unheard:danger" or nothing.
func hearing(a []string) (h child.Hearing) {
	for _, w := range a {
		how, code, _ := strings.Cut(w, ":")
		if how == "heard" {
			h.Heard, h.Wishes = code, "CanaryWishes"
		}
		if how == "unheard" {
			h.Unheard = code
		}
	}
	return h
}

func childOpen(ts *testscript.TestScript, s *teller, a []string) error {
	c, err := s.node.Child.Open(ctx(ts), s.by, child.On{Case: s.of(ts, a[1]), Version: s.version(ts, a[1])})
	if err == nil {
		s.cases[a[0]] = c.ID
	}
	return err
}

// childTake: the last referral of a case is taken on.
func childTake(ts *testscript.TestScript, s *teller, a []string) error {
	r := s.last(ts, a[1])
	c, err := s.node.Child.TakeOn(ctx(ts), s.by, child.TakeOnIn{Referral: r.ID, Version: r.Version})
	if err == nil {
		s.cases[a[0]] = c.ID
	}
	return err
}

// children: the list shows exactly these children, by their names in the story.
func children(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Child.List(ctx(ts), s.by, child.Page{Limit: 50})
	var got []string
	for _, r := range v.Cases {
		for name, c := range s.cases {
			if c == r.ID {
				got = append(got, name)
			}
		}
	}
	slices.Sort(got)
	if want := slices.Sorted(slices.Values(a)); err == nil && !slices.Equal(got, want) {
		ts.Fatalf("the list is %v, want %v", got, want)
	}
	return err
}

// childCase compares what a child's page shows, word by word; a word with "-" is not there.
func childCase(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Child.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	words := []string{"state:" + v.Case.State, "age:" + string(v.Effective), "risk:" + string(v.Case.Risk), v.Alias.Value, v.Name.Value, v.Month.Value}
	for _, g := range v.Guardians {
		words = append(words, "guardian:"+string(g.State))
	}
	for _, x := range v.Ages {
		words = append(words, "said:"+string(x.Kind))
	}
	for _, x := range v.Weighed {
		words = append(words, "assessed:"+x.Action, x.Wish.Value, x.Why.Value)
	}
	for _, x := range v.Decisions {
		words = append(words, "determination:"+string(x.State), x.Choice.Value, x.Wish.Value)
		for _, f := range x.Found {
			words = append(words, f.Value)
		}
	}
	for _, c := range v.Care {
		words = append(words, fmt.Sprintf("care:%s:%t", c.Kind, c.Lasts()))
	}
	for _, m := range v.Missing {
		words = append(words, fmt.Sprintf("gone:%t", m.Found.IsZero()), m.How.Value, m.Told.Value)
	}
	for _, e := range v.Entries {
		words = append(words, "life:"+e.Status, e.Said.Value)
	}
	for _, k := range v.Clocks {
		words = append(words, fmt.Sprintf("clock:%s:%s:%d", k.Rule.Name, clockState(k, v.Now), int(k.Due.Sub(k.Started).Hours())))
	}
	for _, rule := range v.Unset {
		words = append(words, "unset:"+rule)
	}
	for _, c := range v.Words {
		live := "ended"
		if c.Live(v.Now) {
			live = "live"
		}
		words = append(words, "word:"+string(c.SpokenBy)+":"+live)
	}
	for _, can := range v.Can {
		words = append(words, "can:"+string(can))
	}
	text := strings.Join(words, " ")
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(text, word) == absent {
			ts.Fatalf("the child's page says %q: %q", text, w)
		}
	}
	return nil
}

func clockState(k casework.Clock, now time.Time) string {
	switch {
	case k.Late(now):
		return "late"
	case k.Runs() && !k.Warned.IsZero():
		return "warns"
	case k.Runs():
		return "runs"
	}
	return "met"
}

// childWithheld: what is not open to somebody looks exactly like what is not there.
func childWithheld(ts *testscript.TestScript, s *teller, a []string) error {
	_, there := s.node.Child.See(ctx(ts), s.by, s.of(ts, a[0]))
	_, nowhere := s.node.Child.See(ctx(ts), s.by, id.New[id.Case]())
	if fault.Status(fault.KindOf(there)) != 404 || fault.Status(fault.KindOf(nowhere)) != 404 {
		ts.Fatalf("seen: %v, absent: %v; want both to look like nothing", there, nowhere)
	}
	return nil
}

// live is the last word in force about a child, by purpose.
func (s *teller) live(ts *testscript.TestScript, name string, purpose consent.Purpose) id.Consent {
	for _, p := range s.people {
		v, err := s.node.Child.See(ctx(ts), p, s.of(ts, name))
		if err != nil {
			continue
		}
		for _, c := range slices.Backward(v.Words) {
			if c.Live(s.clock.Now()) && c.Purpose == purpose {
				return c.ID
			}
		}
		break
	}
	return id.Consent{}
}

func ageMedical(ts *testscript.TestScript, s *teller, a []string) error {
	_, err := s.node.Child.NoteAge(ctx(ts), s.by, s.on(ts, a[0]), child.AgeIn{Kind: child.AgeKind(a[1]), Source: child.ByMedical, Word: s.live(ts, a[0], consent.Identification)})
	return err
}

func care(ts *testscript.TestScript, s *teller, a []string) error {
	_, err := s.node.Child.Arrange(ctx(ts), s.by, s.on(ts, a[0]), child.CareIn{Kind: a[1], Provider: orgOf(a[2]), From: s.clock.Now(), Review: s.clock.Now().AddDate(0, 1, 0)})
	return err
}

func traceFamily(ts *testscript.TestScript, s *teller, a []string) error {
	_, err := s.node.Child.Trace(ctx(ts), s.by, s.on(ts, a[0]), child.TraceIn{Assessment: int64(number(a[1])), Word: s.live(ts, a[0], consent.Assistance)})
	return err
}

// missing: last seen so long ago.
func missing(ts *testscript.TestScript, s *teller, a []string) error {
	ago, err := time.ParseDuration(a[1])
	if err != nil {
		return err
	}
	_, err = s.node.Child.ReportMissing(ctx(ts), s.by, s.on(ts, a[0]), child.MissingIn{LastSeen: s.clock.Now().Add(-ago), Note: "CanaryCoat"})
	return err
}

// speak: CASE RECIPIENT PURPOSE yes|no SPEAKER.
func speak(ts *testscript.TestScript, s *teller, a []string) error {
	_, err := s.node.Child.Speak(ctx(ts), s.by, s.of(ts, a[0]), child.SpeakIn{Recipient: orgOf(a[1]), Purpose: consent.Purpose(a[2]), Agreed: a[3] == "yes",
		Classes: []string{"identity"}, Until: s.clock.Now().AddDate(0, 0, 200), SpokenBy: consent.Speaker(a[4])})
	return err
}

func childWithdraw(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Child.Withdraw(ctx(ts), s.by, s.of(ts, a[0]), s.live(ts, a[0], consent.Assistance))
}

// reconsent: CASE all|none.
func reconsent(ts *testscript.TestScript, s *teller, a []string) error {
	in := child.ReconsentIn{}
	if a[1] == "all" {
		v, err := s.node.Child.See(ctx(ts), s.by, s.of(ts, a[0]))
		if err != nil {
			return err
		}
		for _, c := range v.Words {
			in.Keep = append(in.Keep, c.ID)
		}
	}
	_, err := s.node.Child.Reconsent(ctx(ts), s.by, s.on(ts, a[0]), in)
	return err
}

// guardians are the story's people who have the role.
func (s *teller) guardians(context.Context, *sql.Tx) (out []policy.Actor, err error) {
	for _, p := range s.people {
		if p.Has("guardian") {
			out = append(out, p)
		}
	}
	return out, nil
}

// referUnder: a child is referred to the first service of a need under the word that
// is in force for it.
func referUnder(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	offer, err := s.node.Protection.Services(ctx(ts), s.by, []string{a[1]}, "en", v.Person.Age)
	if err != nil || len(offer[a[1]]) == 0 {
		return fmt.Errorf("no service for %s: %v", a[1], err)
	}
	to := offer[a[1]][0]
	for _, c := range v.Consents {
		if c.Live(s.clock.Now()) && c.Recipient == to.Organisation {
			_, err := s.node.Protection.Refer(ctx(ts), s.by, protection.ReferIn{Case: v.Case.ID, Version: v.Case.Version, Service: to.ID, Consent: c.ID})
			return err
		}
	}
	return fault.New(fault.NotFound, "story", "consent.not_found")
}
