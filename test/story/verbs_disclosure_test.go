package story

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/catalog"
	"lodestar/internal/domain/disclosure"
	"lodestar/internal/kernel/law"
)

func lawOf(_ *testscript.TestScript, s *teller, a []string) error {
	all, err := law.Load(catalog.States)
	if err != nil {
		return err
	}
	l, known := all[a[0]]
	if !known {
		return fmt.Errorf("no law %s", a[0])
	}
	s.node.Ground.Law = l
	return nil
}

func disclose(ts *testscript.TestScript, s *teller, a []string) error {
	in := disclosure.In{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Recipient: orgOf(a[1]), Classes: strings.Split(a[2], ","), Reason: "CanaryReason: he is on his way to her"}
	if len(a) > 3 {
		days, err := strconv.Atoi(a[3])
		if err != nil {
			return err
		}
		in.TellBy = s.clock.Now().AddDate(0, 0, days)
	}
	_, err := s.node.Disclosure.Disclose(ctx(ts), s.by, in)
	return err
}

// lastDisclosure is the last one of a case, as whoever may see it reads it.
func (s *teller) lastDisclosure(ts *testscript.TestScript, name string) disclosure.Shown {
	for _, p := range s.people {
		if v, err := s.node.Disclosure.See(ctx(ts), p, s.of(ts, name)); err == nil && len(v.List) > 0 {
			return v.List[len(v.List)-1]
		}
	}
	ts.Fatalf("nothing was disclosed in %s", name)
	return disclosure.Shown{}
}

func secondLook(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Disclosure.Review(ctx(ts), s.by, disclosure.ReviewIn{Case: s.of(ts, a[0]), Referral: s.lastDisclosure(ts, a[0]).Referral, Verdict: disclosure.Verdict(a[1])})
}

func tellHer(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Disclosure.Tell(ctx(ts), s.by, s.of(ts, a[0]), s.lastDisclosure(ts, a[0]).Referral)
}

// disclosed: the page of the case's disclosures, as the actor sees it.
func disclosed(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Disclosure.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	var words []string
	for _, d := range v.List {
		words = append(words, d.Recipient, "state:"+string(d.State), "duty:"+d.Duty.Code, "verdict:"+string(d.Verdict), "told:"+strconv.FormatBool(!d.Told.IsZero()), d.Why.Value)
	}
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(strings.Join(words, " "), word) == absent {
			ts.Fatalf("disclosed are %v: %q", words, w)
		}
	}
	return nil
}
