package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/identification"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
)

// identificationVerbs are the commands of the authority and of those who refer.
func identificationVerbs(add func(string, int, func(*testscript.TestScript, *teller, []string) error)) {
	add("nrm-ask", 3, nrmAsk)
	add("nrm-refer", 2, nrmRefer)
	add("agree-for", 3, agreeFor)
	add("nrm-notify", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		return s.node.Identification.Notify(ctx(ts), s.by, identification.NotifyIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Authority: orgOf(a[1]), Form: a[2]})
	})
	add("nrm-sent", 2, nrmSent)
	add("take-on", 2, takeOn)
	add("determine", 2, determine)
	add("determination", 2, determination)
	add("queue", 1, queue)
	add("standard", 2, standard)
	add("unset", 1, unset)
	add("no-trace", 1, noTrace)
}

// nrmAsk: nrm-ask CASE AUTHORITY no | CLASS,… [DAYS]
func nrmAsk(ts *testscript.TestScript, s *teller, a []string) error {
	in := identification.AskIn{Case: s.of(ts, a[0]), Authority: orgOf(a[1]), Agreed: a[2] != "no", Until: s.clock.Now().AddDate(0, 3, 0)}
	if in.Agreed {
		in.Classes = strings.Split(a[2], ",")
	}
	_, err := s.node.Identification.Ask(ctx(ts), s.by, in)
	return err
}

// nrmRefer: nrm-refer CASE AUTHORITY: by her word to it, and by one for another purpose
// if there is no other.
func nrmRefer(ts *testscript.TestScript, s *teller, a []string) error {
	in := identification.ReferIn{Case: s.of(ts, a[0]), Version: s.version(ts, a[0]), Authority: orgOf(a[1])}
	for _, p := range s.people {
		if v, err := s.node.Protection.See(ctx(ts), p, in.Case); err == nil {
			for _, w := range v.Consents {
				if w.Recipient == in.Authority && (in.Word.IsZero() || w.Purpose == consent.NRM) {
					in.Word = w.ID
				}
			}
		}
	}
	_, err := s.node.Identification.Refer(ctx(ts), s.by, in)
	return err
}

// has looks for words in a text, and for -WORD that it is not there.
func has(ts *testscript.TestScript, text string, want []string) {
	for _, w := range want {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(text, word) == absent {
			ts.Fatalf("%q: %q", text, w)
		}
	}
}

// nrmSent: what the page of the referral shows whoever referred her.
func nrmSent(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Identification.Prepare(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("child:%v bound:%v notified:%v", v.Child, v.Bound, v.Notified)
	for _, r := range v.Sent {
		text += fmt.Sprintf(" to:%s:%s:%s", r.Authority, r.State, r.Duty)
		for _, o := range r.Outcomes {
			text += fmt.Sprintf(" %s:%s", o.Stage, o.Outcome)
		}
	}
	has(ts, text, a[1:])
	return nil
}

// takeOn: take-on CASE DETERMINATION: the last referral of a case becomes a
// determination, which the story calls by a name of its own.
func takeOn(ts *testscript.TestScript, s *teller, a []string) error {
	for _, p := range s.people {
		v, err := s.node.Identification.Prepare(ctx(ts), p, s.of(ts, a[0]))
		if err != nil || len(v.Sent) == 0 {
			continue
		}
		r := v.Sent[len(v.Sent)-1]
		c, err := s.node.Identification.Accept(ctx(ts), s.by, r.ID, r.Version)
		if err == nil {
			s.cases[a[1]] = c.ID
		}
		return err
	}
	ts.Fatalf("nothing was sent in %s", a[0])
	return nil
}

// seen is a determination as whoever may see it reads it.
func (s *teller) seen(ts *testscript.TestScript, name string) (v identification.View) {
	for _, p := range s.people {
		if v, err := s.node.Identification.See(ctx(ts), p, s.of(ts, name)); err == nil {
			return v
		}
	}
	ts.Fatalf("nobody sees the determination %s", name)
	return v
}

// determine: determine DETERMINATION VERB [WORD]
func determine(ts *testscript.TestScript, s *teller, a []string) error {
	d, v := s.node.Identification, s.seen(ts, a[0])
	c, version, word := v.Case.ID, v.Case.Version, strings.Join(a[2:], " ")
	days := func() time.Time {
		n, err := strconv.Atoi(a[len(a)-1])
		ts.Check(err)
		return s.clock.Now().AddDate(0, 0, n)
	}
	in := identification.DecideIn{Case: c, Version: version, Reasons: word}
	switch a[1] {
	case "confirm", "reject", "reopen", "uphold":
		do := map[string]func(context.Context, identification.By, identification.DecideIn) (casework.Case, error){
			"confirm": d.Confirm, "reject": d.Reject, "reopen": d.Reopen, "uphold": d.Uphold}[a[1]]
		_, err := do(ctx(ts), s.by, in)
		return waits(err)
	case "approve":
		return d.Approve(ctx(ts), s.by, v.Proposed[0].ID, "")
	case "decline":
		return d.Decline(ctx(ts), s.by, v.Proposed[0].ID, word)
	case "inquire", "inform", "suspend", "resume", "reconsider", "withdraw", "review":
		do := map[string]func(context.Context, identification.By, id.Case, int64) (casework.Case, error){
			"inquire": d.Inquire, "inform": d.Inform, "suspend": d.Suspend, "resume": d.Resume, "reconsider": d.Reconsider, "withdraw": d.Withdraw, "review": d.Review}[a[1]]
		_, err := do(ctx(ts), s.by, c, version)
		return err
	case "finish":
		return d.Finish(ctx(ts), s.by, c, version, v.Tasks[0].ID)
	case "end":
		return d.EndPeriod(ctx(ts), s.by, identification.PeriodIn{Case: c, Version: version, End: identification.End(a[2]), Reasons: "CanaryEnd", Source: "Act, section 9"})
	case "extend":
		return d.Extend(ctx(ts), s.by, identification.PeriodIn{Case: c, Version: version, Until: days(), Reasons: "CanaryLonger", Source: "Act, section 8"})
	case "flag":
		return d.Flag(ctx(ts), s.by, identification.FlagIn{Case: c, Version: version, Kind: a[2]})
	case "residence":
		return d.Residence(ctx(ts), s.by, identification.ResidenceIn{Case: c, Version: version, Ground: identification.Ground(a[2]), Until: days()})
	case "forget":
		return waits(d.Forget(ctx(ts), s.by, c, version))
	}
	return fmt.Errorf("determine knows no %s", a[1])
}

// waits tells that what is proposed to a second person is no refusal.
func waits(err error) error {
	if fault.Is(err, fault.Parked) {
		return nil
	}
	return err
}

// name is who a user is in the story.
func (s *teller) name(u id.User) string {
	for name, p := range s.people {
		if p.User == u {
			return name
		}
	}
	return ""
}

// noTrace: what was notified says nothing by which the person of a case could be
// found: not the case, not who met her, not the day.
func noTrace(ts *testscript.TestScript, s *teller, a []string) error {
	c := s.of(ts, a[0])
	return s.node.Ground.DB.InRead(ctx(ts), func(tx *sqlTx) error {
		row, err := casework.CaseByID(ctx(ts), tx, c)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx(ts), "SELECT id, authority, month, form, kind FROM identification_notification")
		if err != nil {
			return err
		}
		defer rows.Close()
		n := 0
		for ; rows.Next(); n++ {
			cells := make([]string, 5)
			if err := rows.Scan(&cells[0], &cells[1], &cells[2], &cells[3], &cells[4]); err != nil {
				return err
			}
			has(ts, strings.Join(cells, " "), []string{"-" + c.String(), "-" + row.Person.String(), "-" + row.Organisation.String(), "-" + row.Code, "-Canary", "-" + s.clock.Now().Format("2006-01-02")})
		}
		if n == 0 {
			ts.Fatalf("nothing was notified")
		}
		return rows.Err()
	})
}

// determination: what the page of a determination shows the actor.
func determination(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Identification.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("state:%s | %s | %s | %s | %s | age:%s | from:%s | duty:%s", v.Case.State, v.Alias.Value, v.Name.Value, v.Phone.Value, v.Note.Value, v.Person.Age, v.From, v.Duty)
	for _, d := range v.Decisions {
		text += fmt.Sprintf(" | %s:%s by %q because %s, decided by %s", d.Stage, d.Outcome, d.Standard.ID, d.Why.Value, s.name(d.Decider)+"+"+s.name(d.Second))
	}
	for _, k := range v.Clocks {
		end := "still"
		if !k.Due.IsZero() {
			end = k.Due.Add(-time.Second).In(v.Now.Location()).Format("2006-01-02")
		}
		text += fmt.Sprintf(" | clock:%s:%s:runs=%v:missed=%v", k.Rule.Name, end, k.Runs(), !k.Missed.IsZero())
	}
	if !v.Period.Started.IsZero() {
		text += fmt.Sprintf(" | period:%s:%q:extended=%v %s", v.Period.Until.Add(-time.Second).In(v.Now.Location()).Format("2006-01-02"), v.Period.End, v.Period.Extended, v.Why.Value)
	}
	for _, t := range v.Tasks {
		text += " | task:" + t.Kind
	}
	for _, g := range v.Grants {
		text += " | residence:" + string(g.Ground)
	}
	for _, f := range v.Flags {
		text += " | flag:" + f.Kind
	}
	for _, name := range v.Unset {
		text += " | unset:" + name
	}
	has(ts, text, a[1:])
	return nil
}

// queue: what waits for the actor's authority.
func queue(ts *testscript.TestScript, s *teller, a []string) error {
	q, err := s.node.Identification.List(ctx(ts), s.by, sqldb.After{}, 50)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("waiting:%d cases:%d", len(q.Waiting), len(q.Cases))
	for _, w := range q.Waiting {
		text += " from:" + w.From
	}
	for _, n := range q.Notified {
		text += fmt.Sprintf(" %s:%s:%s:%d", n.Month, n.Form, n.Kind, n.N)
	}
	for _, k := range q.Clocks {
		text += " clock:" + k.Rule.Name
	}
	has(ts, text, a)
	return nil
}

// standard: standard STAGE ID: the State decides by another standard from here on.
func standard(_ *testscript.TestScript, s *teller, a []string) error {
	text := fmt.Sprintf(`{"state":"XN","zone":"Europe/Vienna","standards":[{"id":%q,"stage":%q,"wording":"Another test.","source":"Another act"}]}`, a[1], a[0])
	l, err := law.Read([]byte(text))
	s.node.Ground.Law = l
	return err
}

// unset: the periods that nobody has entered, as the page of the law says.
func unset(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Identification.Law(ctx(ts), s.by)
	if err == nil {
		has(ts, strings.Join(v.Missing, " ")+" "+strconv.Itoa(len(v.Rules)), a)
	}
	return err
}

// agreeFor: agree-for CASE ORGANISATION PURPOSE: her word, for another purpose too.
func agreeFor(ts *testscript.TestScript, s *teller, a []string) error {
	_, err := s.node.Protection.Consent(ctx(ts), s.by, protection.ConsentIn{Case: s.of(ts, a[0]), Recipient: orgOf(a[1]), Purpose: consent.Purpose(a[2]), Agreed: true,
		Classes: []string{"identity"}, Until: s.clock.Now().AddDate(0, 3, 0), SpokenBy: consent.Self})
	return err
}
