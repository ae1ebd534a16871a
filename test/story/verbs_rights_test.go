package story

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
)

// rightsCommands are what lawyers and prosecutors do:
//
//	take CASE LAWYERS-CASE                the lawyer takes on the last referral of a case
//	begin CASE RIGHTS-CASE                rights beside a case of help
//	rights CASE WORDS…                    what its page shows; -WORD: not
//	rights-withheld CASE
//	mandate CASE, end-mandate CASE
//	compelled CASE OFFENCE CUSTODY [LINK]
//	justice CASE ORGANISATION PURPOSE yes|no [CLASSES]
//	no-more CASE                          she takes back every word that rests there
//	submit CASE N ORGANISATION|duty TEXT  the prosecutor is told
//	advance CASE N STATE [OUTCOME|REASONS]
//	advise CASE ROUTE DAY, pursue CASE N STATE [AMOUNT CURRENCY], pay CASE N AMOUNT CURRENCY
//	return CASE PENDING ASSESSMENT        "" for none
//	measure CASE CODE, breach CASE N WHAT
//	forget-rights CASE, close-rights CASE REASON
//	charge NAME OFFENCE CUSTODY           the prosecution records it
//	charges WORDS…                        what the prosecutor's page shows; -WORD: not
//	told WORDS…                           the last request that he was sent
//	same-answer NAME NAME                 he cannot tell two charges apart by anything he gets
func rightsCommands(add func(name string, least int, fn func(ts *testscript.TestScript, s *teller, args []string) error)) {
	add("take", 2, take)
	add("begin", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		c, err := s.node.Rights.Begin(ctx(ts), s.by, s.of(ts, a[0]))
		if err == nil {
			s.cases[a[1]] = c.ID
		}
		return err
	})
	add("rights", 2, seeRights)
	add("rights-withheld", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, there := s.node.Rights.See(ctx(ts), s.by, s.of(ts, a[0]))
		_, nowhere := s.node.Rights.See(ctx(ts), s.by, id.New[id.Case]())
		if fault.Status(fault.KindOf(there)) != 404 || fault.Status(fault.KindOf(nowhere)) != 404 {
			ts.Fatalf("seen: %v, absent: %v; want both to look like nothing", there, nowhere)
		}
		return nil
	})
	add("mandate", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Represent(ctx(ts), s.by, rights.RepresentIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Scope: []string{"non_punishment", "compensation"}, Since: s.clock.Now()})
		return err
	})
	add("end-mandate", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.EndMandate(ctx(ts), s.by, s.of(ts, a[0]), s.rightsVersion(ts, a[0]))
		return err
	})
	add("compelled", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Compelled(ctx(ts), s.by, rights.CompelledIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Offence: a[1], Month: "2026-09",
			Custody: a[2], Link: strings.Join(a[3:], " ")})
		return err
	})
	add("justice", 4, justice)
	add("no-more", 1, noMore)
	add("submit", 4, submit)
	add("advance", 3, advance)
	rightsClaims(add)
	rightsCharges(add)
}

func rightsClaims(add func(name string, least int, fn func(ts *testscript.TestScript, s *teller, args []string) error)) {
	add("advise", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		day, err := time.Parse(time.DateOnly, a[2])
		if err != nil {
			return err
		}
		_, err = s.node.Rights.Advise(ctx(ts), s.by, rights.AdviseIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Route: rights.Route(a[1]), Event: day})
		return err
	})
	add("pursue", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		in := rights.PursueIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Claim: numberOf(ts, a[1]), To: rights.ClaimState(a[2])}
		if len(a) > 4 {
			in.Amount = rights.Amount{Currency: a[4], Minor: numberOf(ts, a[3])}
		}
		_, err := s.node.Rights.Pursue(ctx(ts), s.by, in)
		return err
	})
	add("pay", 4, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Pay(ctx(ts), s.by, rights.PayIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Claim: numberOf(ts, a[1]), Amount: rights.Amount{Currency: a[3], Minor: numberOf(ts, a[2])}})
		return err
	})
	add("return", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		in := rights.ReturnIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Pending: a[1], Assessment: a[2], FollowUp: s.clock.Now().AddDate(0, 2, 0)}
		if v, err := s.node.Rights.See(ctx(ts), s.by, in.Case); err == nil {
			for _, c := range v.Consents {
				if c.Purpose == consent.Return && c.Live(s.clock.Now()) {
					in.Word = c.ID
				}
			}
		}
		_, err := s.node.Rights.Return(ctx(ts), s.by, in)
		return err
	})
	add("measure", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Protect(ctx(ts), s.by, rights.ProtectIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Code: a[1], Since: s.clock.Now()})
		return err
	})
	add("breach", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Breach(ctx(ts), s.by, rights.BreachIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Measure: numberOf(ts, a[1]), Done: a[2]})
		return err
	})
	add("forget-rights", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Rights.Forget(ctx(ts), s.by, s.of(ts, a[0]))
	})
	add("close-rights", 2, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Rights.Close(ctx(ts), s.by, s.of(ts, a[0]), s.rightsVersion(ts, a[0]), a[1])
		return err
	})
}

// take takes on the last referral of a case.
func take(ts *testscript.TestScript, s *teller, a []string) error {
	last := s.last(ts, a[0])
	c, err := s.node.Rights.Take(ctx(ts), s.by, last.ID, last.Version)
	if err == nil {
		s.cases[a[1]] = c.ID
	}
	return err
}

// rightsVersion is the version of a case of rights, as whoever may see it reads it.
func (s *teller) rightsVersion(ts *testscript.TestScript, name string) int64 {
	for _, p := range s.people {
		if v, err := s.node.Rights.See(ctx(ts), p, s.of(ts, name)); err == nil {
			return v.Case.Version
		}
	}
	return 0
}

func numberOf(ts *testscript.TestScript, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		ts.Fatalf("%q is no number", text)
	}
	return n
}

// holds compares what is shown, word by word; a word with "-" is not there.
func holds(ts *testscript.TestScript, said string, words []string) {
	for _, w := range words {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(said, word) == absent {
			ts.Fatalf("%q: %q", said, w)
		}
	}
}

// seeRights lists a case's page: "request:1:flagged", "claim:1:paid:asked=…" and so on.
// "mine" in the place of a name is the case that the actor's organisation moved last.
func seeRights(ts *testscript.TestScript, s *teller, a []string) error {
	if a[0] == "mine" {
		v, err := s.node.Rights.List(ctx(ts), s.by, rights.Page{Limit: 9})
		if err != nil {
			return err
		}
		if len(v.Cases) == 0 {
			holds(ts, "nothing", a[1:])
			return nil
		}
		s.cases["mine"] = v.Cases[0].ID
	}
	v, err := s.node.Rights.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	said := []string{v.Case.State, v.Alias.Value, v.Name.Value, v.Note.Value}
	for _, r := range v.Requests {
		said = append(said, fmt.Sprintf("request:%d:%s:%s:days=%d:silent=%t:%s", r.N, r.State, r.Outcome, r.Days(v.Now), !r.Silent.IsZero(), r.Why.Value))
	}
	for _, x := range v.Acts {
		said = append(said, fmt.Sprintf("act:%d:%s:%s:%s", x.N, x.Offence, x.Custody, x.How.Value))
	}
	for _, c := range v.Claims {
		limit := "not-configured"
		if c.Clock != nil {
			limit = c.Clock.Due.Format(time.DateOnly)
		}
		said = append(said, fmt.Sprintf("claim:%d:%s:%s:asked=%d:awarded=%d:paid=%d:limit=%s", c.N, c.Route, c.State, c.Asked, c.Awarded, c.Paid, limit))
	}
	for _, m := range v.Measures {
		said = append(said, fmt.Sprintf("measure:%s:breaches=%d", m.Code, len(m.Breaches)))
	}
	for _, t := range v.Tasks {
		said = append(said, fmt.Sprintf("task:%s:due=%t", t.Kind, !t.Due.After(s.clock.Now())))
	}
	for _, r := range v.Referrals {
		said = append(said, "referral:"+string(r.State)+":"+r.Reason)
	}
	said = append(said, fmt.Sprintf("returns=%d", len(v.Returns)))
	holds(ts, strings.Join(said, " | "), a[1:])
	return nil
}

// justice notes her word towards an organisation.
func justice(ts *testscript.TestScript, s *teller, a []string) error {
	in := rights.ConsentIn{Case: s.of(ts, a[0]), Recipient: orgOf(a[1]), Purpose: consent.Purpose(a[2]), Agreed: a[3] == "yes", SpokenBy: consent.Self,
		Classes: []string{"identity", "narrative"}, Until: s.clock.Now().AddDate(0, 6, 0)}
	if len(a) > 4 {
		in.Classes = strings.Split(a[4], ",")
	}
	_, err := s.node.Rights.Consent(ctx(ts), s.by, in)
	return err
}

func noMore(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Rights.See(ctx(ts), s.by, s.of(ts, a[0]))
	for _, c := range v.Consents {
		if c.Live(s.clock.Now()) && err == nil {
			_, err = s.node.Rights.Withdraw(ctx(ts), s.by, v.Case.ID, c.ID)
		}
	}
	return err
}

func submit(ts *testscript.TestScript, s *teller, a []string) error {
	in := rights.SubmitIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Request: numberOf(ts, a[1]), Recipient: orgOf(a[2]), Text: a[3]}
	if a[2] == "duty" {
		in.Recipient = orgOf("Prosecution")
	} else if v, err := s.node.Rights.See(ctx(ts), s.by, in.Case); err == nil {
		for _, c := range v.Consents { // one in force, or one that was
			if c.Purpose == consent.Justice && c.Recipient == in.Recipient && (in.Word.IsZero() || c.Live(s.clock.Now())) {
				in.Word = c.ID
			}
		}
		if in.Word.IsZero() {
			in.Word = id.New[id.Consent]()
		}
	}
	told, err := s.node.Rights.Submit(ctx(ts), s.by, in)
	if err == nil {
		s.told = told.ID
	}
	return err
}

func advance(ts *testscript.TestScript, s *teller, a []string) error {
	in := rights.AdvanceIn{Case: s.of(ts, a[0]), Version: s.rightsVersion(ts, a[0]), Request: numberOf(ts, a[1]), To: rights.RequestState(a[2])}
	if len(a) > 3 && in.To == rights.Refused {
		in.Reasons = a[3]
	} else if len(a) > 3 {
		in.Outcome = a[3]
	}
	_, err := s.node.Rights.Advance(ctx(ts), s.by, in)
	return err
}

var requests int
