package node

import (
	"slices"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// left gives which mentions of a signal still say something, by number, whether
// its narrative does, and how many of its key sets are left.
func (c *course) left(t *testing.T, s id.Signal) (mentions []int, narrative bool, keys int64) {
	t.Helper()
	v, err := c.Evidence.See(t.Context(), c.lena, consent.Identification, s)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range v.Mentions {
		if m.Details.Present() {
			mentions = append(mentions, i+1)
		}
	}
	subjects := []id.Subject{v.Signal.Subject}
	for _, m := range v.Mentions {
		if !slices.Contains(subjects, m.Subject) {
			subjects = append(subjects, m.Subject)
		}
	}
	for _, s := range subjects {
		n, err := c.keys.Scalar(t.Context(), "SELECT count(*) FROM seal_key WHERE subject = $1", s.String())
		if err != nil {
			t.Fatal(err)
		}
		keys += n
	}
	return mentions, v.Narrative.Value != "", keys
}

// TestForgetOwnSignal: of a screening of several mentions and several subjects
// only what is hers, and what her key or the signal's own seals, says nothing any
// more; the recruiter and what is his still do.
func TestForgetOwnSignal(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*protection.Intake)
		want  []int
	}{
		"recruiter named":                {func(*protection.Intake) {}, []int{3, 4}},
		"only the recruiter's number":    {func(in *protection.Intake) { in.Recruiter = "" }, []int{3, 4}},
		"nothing of hers but her name":   {func(in *protection.Intake) { in.Phone, in.Place = "", "" }, []int{2, 3}},
		"neither name nor number of his": {func(in *protection.Intake) { in.Recruiter, in.RecPhone = "", "" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, source string) {
				c := newCourse(t, t.TempDir(), source)
				in := c.intake(canary, canaryPhone)
				in.Place = "12 Canary Street"
				test.spoil(&in)
				done, err := c.Protection.Screen(t.Context(), c.lena, in)
				if err != nil {
					t.Fatal(err)
				}
				other := c.screen(t, "Somebody Else", "+447700900222")
				c.drain(t)
				before, _, all := c.left(t, done.Signal)
				if err := c.Protection.Forget(t.Context(), c.lena, done.Case.ID); err != nil {
					t.Fatal(err)
				}
				c.drain(t)
				mentions, narrative, keys := c.left(t, done.Signal)
				if !slices.Equal(mentions, test.want) || narrative || slices.Equal(before, mentions) {
					t.Errorf("mentions %v say something, narrative %v; want %v", mentions, narrative, test.want)
				}
				if wanted := all - 2; keys != wanted { // hers, and the signal's own
					t.Errorf("%d of %d key sets are left, want %d", keys, all, wanted)
				}
				if others, _, _ := c.left(t, other.Signal); !slices.Equal(others, []int{1, 2, 3, 4}) {
					t.Errorf("of somebody else's signal are left %v", others)
				}
				c.sound(t)
			})
		})
	}
}

// raid is a signal of another source about two workers and the man both name.
func raid() evidence.Incoming {
	person := func(role evidence.Role, name string) evidence.IncomingMention {
		return evidence.IncomingMention{Kind: "person", Role: string(role), Age: "adult", Details: evidence.Details{Names: []string{name}}}
	}
	thing := func(kind evidence.MentionKind, of int, value string) evidence.IncomingMention {
		return evidence.IncomingMention{Kind: string(kind), Of: of, Details: evidence.Details{Value: value}}
	}
	in := evidence.Incoming{Ref: "raid-1", Kind: "inspection", Observed: "2026-11-20", Narrative: "Was met by " + canary, Coded: map[string]string{}, Mentions: []evidence.IncomingMention{
		person(evidence.Witness, "Olena Shevchenko"), thing(evidence.Phone, 1, "+447700900177"),
		person(evidence.Worker, canary), thing(evidence.Phone, 3, canaryPhone),
		person(evidence.Recruiter, "Viktor Somebody"), thing(evidence.Phone, 5, "+447700900166"),
		thing(evidence.Email, 0, "canary@example.org"),
	}}
	for _, code := range []string{"D1.job_location_employer", "D1.wages", "D4.excessive_hours", "D4.low_or_no_pay", "D5.documents_confiscated", "D5.debt_bondage"} {
		in.Coded["ilo."+code] = "yes"
	}
	return in
}

// openLead opens a case from the lead of help on a hub of a kind that lena's
// organisation has.
func (c *course) openLead(t *testing.T, kind evidence.MentionKind) id.Case {
	t.Helper()
	list, err := c.Leads.List(t.Context(), c.lena, consent.Identification, typology.LeadOpen, typology.After{}, 10)
	i := slices.IndexFunc(list, func(l typology.Lead) bool { return l.Reasons.Kind == string(kind) })
	if err != nil || i < 0 {
		t.Fatalf("leads: %+v, %v", list, err)
	}
	opened, err := c.Protection.Open(t.Context(), c.lena, protection.OpenIn{Lead: list[i].ID, Alias: canary, Language: "en", Age: evidence.Adult})
	if err != nil {
		t.Fatal(err)
	}
	return opened.ID
}

// TestForgetLeadSignal: a case that was opened from a lead is about somebody in a
// signal; forgetting her blanks her there too, also if the signal was taken back
// meanwhile and the lead is gone.
func TestForgetLeadSignal(t *testing.T) {
	for _, retracted := range []bool{false, true} {
		dbtest.Each(t, func(t *testing.T, source string) {
			c := newCourse(t, t.TempDir(), source)
			imp, err := c.Evidence.Begin(t.Context(), c.lena, "jsonl")
			if err != nil {
				t.Fatal(err)
			}
			done, err := c.Evidence.Take(t.Context(), c.lena, imp, evidence.RowsOf(raid()))
			if err != nil || done[0].Fault != nil {
				t.Fatal(err, done)
			}
			c.drain(t)
			her := c.openLead(t, evidence.Person)
			if retracted {
				if _, err := c.Evidence.Undo(t.Context(), c.lena, imp); err != nil {
					t.Fatal(err)
				}
				c.drain(t)
			}
			if mentions, _, keys := c.left(t, done[0].ID); len(mentions) != 7 || keys != 4 {
				t.Fatalf("before: %v, %d keys", mentions, keys)
			}
			stranger := c.lena
			stranger.Organisation, stranger.Roles = id.Derived[id.Organisation]("elsewhere"), []string{"caseworker"}
			for _, by := range []policy.Actor{stranger, c.doctor} {
				if err := c.Protection.Forget(t.Context(), by, her); err == nil {
					t.Errorf("%s forgot her", by.Name)
				}
			}
			c.forgetReported(t, her)
			c.drain(t)
			mentions, narrative, keys := c.left(t, done[0].ID)
			if !slices.Equal(mentions, []int{1, 2, 5, 6}) || narrative || keys != 2 {
				t.Errorf("retracted %v: mentions %v say something, narrative %v, %d keys", retracted, mentions, narrative, keys)
			}
			if again, err := c.Evidence.Record(t.Context(), c.lena, raid()); err != nil || !retracted && !again.Again {
				t.Errorf("sent again: %+v, %v", again, err)
			}
			c.drain(t)
			c.sound(t)
		})
	}
}

// forgetReported forgets somebody whom a lead brought: one asks for it, and
// another of the organisation agrees.
func (c *course) forgetReported(t *testing.T, her id.Case) {
	t.Helper()
	if err := c.Protection.Forget(t.Context(), c.lena, her); !fault.Is(err, fault.Parked) {
		t.Fatalf("one person alone erases what was reported: %v", err)
	}
	v, err := c.Protection.See(t.Context(), c.lena, her)
	if err != nil || len(v.Proposed) != 1 || slices.ContainsFunc(v.Consents, func(w consent.Consent) bool { return w.Live(v.Now) }) {
		t.Fatalf("proposed %+v, words %+v, %v", v.Proposed, v.Consents, err)
	}
	second := c.person(t, "Second", c.lena.Organisation, "caseworker")
	if err := c.Protection.Approve(t.Context(), second, v.Proposed[0].ID, ""); err != nil {
		t.Fatal(err)
	}
}

// TestForgetWhoWasAccused: a lead of help about somebody whom others accused is
// about her as one whom the law protects: what she said of herself goes, what
// others said of their recruiter stays theirs.
func TestForgetWhoWasAccused(t *testing.T) {
	for _, hub := range []evidence.MentionKind{evidence.Person, evidence.Document} {
		dbtest.Each(t, func(t *testing.T, source string) { forgetAccused(t, source, hub) })
	}
}

func forgetAccused(t *testing.T, source string, hub evidence.MentionKind) {
	c := newCourse(t, t.TempDir(), source)
	passport := evidence.IncomingMention{Kind: "document", Of: 2, Details: evidence.Details{Type: "passport", Value: "MK1234567", Country: "MK"}}
	signals := make([]id.Signal, 4)
	for i := range signals {
		in := incoming(i)
		in.Mentions[1].Names, in.Mentions[1].Born = []string{"Irina Volkova"}, "1990-03-08"
		in.Mentions[2] = passport
		if i == 3 {
			in.Mentions, in.Relations = slices.Clone(in.Mentions[1:]), nil
			in.Mentions[0].Role, in.Mentions[1].Of = string(evidence.PresumedVictim), 1
		}
		done, err := c.Evidence.Record(t.Context(), c.lena, in)
		if err != nil {
			t.Fatal(err)
		}
		signals[i] = done.ID
	}
	c.drain(t)
	her := c.openLead(t, hub)
	c.forgetReported(t, her)
	c.drain(t)
	for i, s := range signals {
		want := []int{1, 2, 3}
		if i == 3 {
			want = nil
		}
		if mentions, _, _ := c.left(t, s); !slices.Equal(mentions, want) {
			t.Errorf("signal %d: %v say something, want %v", i, mentions, want)
		}
	}
	c.sound(t)
}
