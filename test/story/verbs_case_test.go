package story

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology/indicator"
)

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

func (s *teller) view(ts *testscript.TestScript, name string) (protection.CaseView, string, error) {
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, name))
	if err != nil {
		return v, "", err
	}
	text := strings.Join([]string{v.Case.State, v.Alias.Value, v.Name.Value, v.Phone.Value, v.Note.Value, string(v.Case.Risk)}, " | ")
	for _, t := range v.Tasks {
		text += " | task:" + t.Kind
		if t.Done {
			text += ":done"
		}
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
	for _, k := range v.Clocks {
		words = append(words, fmt.Sprintf("clock:%s:%s", k.Rule.Name, names[k.Case]))
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

// narrow: from now on her last live word covers only these classes.
func narrow(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Protection.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	for _, c := range v.Consents {
		if c.Live(s.clock.Now()) {
			_, err := s.node.Protection.Narrow(ctx(ts), s.by, protection.NarrowIn{Case: s.of(ts, a[0]), Consent: c.ID, Classes: strings.Split(a[1], ",")})
			return err
		}
	}
	return fault.New(fault.NotFound, "story", "no live consent")
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

func referral(ts *testscript.TestScript, s *teller, a []string) error {
	if r := s.last(ts, a[0]); string(r.State) != a[1] {
		ts.Fatalf("the referral is %s %s, want %s", r.State, r.Reason, a[1])
	}
	return nil
}
