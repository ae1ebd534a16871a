package evidence_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/act/acttest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

const policies = `
@id("all") @source("test")
permit (principal in Role::"responder", action, resource) when { resource.owner == principal.organisation };
`

func desk(t *testing.T, source string) (evidence.Desk, *act.Ground) {
	g, _ := acttest.Ground(t, source, policies, evidence.Verbs, []sqldb.Migrations{evidence.Migrations()},
		jobs.Record("test.heard", idle), jobs.Record(evidence.JobUndo, idle), jobs.Record(evidence.JobDestroy, idle))
	g.Facts["signal"], g.Facts["import"] = evidence.Facts, evidence.ImportFacts
	g.Heard[act.SignalRecorded] = []string{"test.heard"}
	return evidence.Desk{Ground: g}, g
}

func idle(context.Context, ledger.Ref) error { return nil }

func by(org string) policy.Actor {
	return policy.Actor{User: id.Derived[id.User](org), Organisation: id.Derived[id.Organisation](org), Roles: []string{"responder"}}
}

func incoming(ref, name string) evidence.Incoming {
	m := evidence.IncomingMention{Kind: "person", Role: "presumed_victim"}
	m.Names = []string{name}
	return evidence.Incoming{Ref: ref, Kind: "referral", Observed: "2023-07-03", Mentions: []evidence.IncomingMention{m}, Narrative: "what happened"}
}

func TestSignalRefuses(t *testing.T) {
	long := strings.Repeat("я", 501)
	good := func() evidence.Incoming { return incoming("R-1", "Anna") }
	for pointer, spoil := range map[string]func(*evidence.Incoming){
		"/ref":              func(in *evidence.Incoming) { in.Ref = " " },
		"/kind":             func(in *evidence.Incoming) { in.Kind = "Два слова" },
		"/observed":         func(in *evidence.Incoming) { in.Observed = "03/07/2023" },
		"/grade":            func(in *evidence.Incoming) { in.Grade = "Ж9" },
		"/handling":         func(in *evidence.Incoming) { in.Handling.Code = "H9" },
		"/narrative":        func(in *evidence.Incoming) { in.Narrative = strings.Repeat("x", 15_001) },
		"/coded":            func(in *evidence.Incoming) { in.Coded = map[string]string{"k": long} },
		"/mentions/0/kind":  func(in *evidence.Incoming) { in.Mentions[0].Kind = "spaceship" },
		"/mentions/0/role":  func(in *evidence.Incoming) { in.Mentions[0].Role = "" },
		"/mentions/0/age":   func(in *evidence.Incoming) { in.Mentions[0].Age = "17" },
		"/mentions/0/of":    func(in *evidence.Incoming) { in.Mentions[0].Of = 7 },
		"/mentions/0":       func(in *evidence.Incoming) { in.Mentions[0].Names = []string{"a\x00b"} },
		"/relations/0":      func(in *evidence.Incoming) { in.Relations = []evidence.IncomingLink{{From: 1, To: 1, Kind: "uses"}} },
		"/relations/0/kind": func(in *evidence.Incoming) { in.Relations = []evidence.IncomingLink{{From: 1, To: 2, Kind: "loves"}} },
		"/mentions":         func(in *evidence.Incoming) { in.Mentions = make([]evidence.IncomingMention, 201) },
	} {
		in := good()
		spoil(&in)
		_, err := in.Signal()
		found := false
		for _, f := range fault.FieldsOf(err) {
			found = found || f.Pointer == pointer
		}
		if !found {
			t.Errorf("%s was not refused: %v", pointer, err)
		}
	}
	// A person may have no name at all (protection.md §1, hard rule 1).
	in := good()
	in.Mentions[0].Names = nil
	if _, err := in.Signal(); err != nil {
		t.Errorf("an anonymous person was refused: %v", err)
	}
}

func TestRecordTwiceChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d, g := desk(t, source)
		ctx := t.Context()
		first, err := d.Record(ctx, by("a"), incoming("R-1", "Anna"))
		if err != nil || first.Again {
			t.Fatalf("first: %+v, %v", first, err)
		}
		again, err := d.Record(ctx, by("a"), incoming("R-1", "Anna"))
		if err != nil || !again.Again || again.ID != first.ID {
			t.Errorf("again: %+v, %v", again, err)
		}
		if _, err := d.Record(ctx, by("a"), incoming("R-1", "Annabel")); !fault.Is(err, fault.Conflict) {
			t.Errorf("other content under the same reference: %v", err)
		}
		if got, err := d.Record(ctx, by("b"), incoming("R-1", "Anna")); err != nil || got.Again {
			t.Errorf("another source's own reference: %+v, %v", got, err)
		}
		if n := count(t, g, "SELECT count(*) FROM evidence_signal"); n != 2 {
			t.Errorf("%d signals", n)
		}
	})
}

func TestOthersSeeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d, _ := desk(t, source)
		ctx := t.Context()
		s, err := d.Record(ctx, by("a"), incoming("R-1", "Anna"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.See(ctx, by("b"), consent.Identification, s.ID); !fault.Is(err, fault.Withheld) {
			t.Errorf("another organisation: %v", err)
		}
		v, err := d.See(ctx, by("a"), consent.Identification, s.ID)
		if err != nil || v.Narrative.Value != "what happened" || v.Mentions[0].Shown.Value.Names[0] != "Anna" {
			t.Errorf("own signal: %+v, %v", v, err)
		}
	})
}

func TestImportUndoAndAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d, g := desk(t, source)
		ctx := t.Context()
		batch := []evidence.Incoming{incoming("R-1", "Anna"), incoming("R-2", "Bela"), {Ref: "bad"}, incoming("R-1", "Anna")}
		load := func() (id.Import, []evidence.Taken) {
			imp, err := d.Begin(ctx, by("a"), "jsonl")
			if err != nil {
				t.Fatal(err)
			}
			taken, err := d.Take(ctx, by("a"), imp, evidence.RowsOf(batch...))
			if err != nil {
				t.Fatal(err)
			}
			return imp, taken
		}
		imp, taken := load()
		if taken[0].Fault != nil || taken[1].Fault != nil || !fault.Is(taken[2].Fault, fault.Invalid) || !taken[3].Again {
			t.Fatalf("taken: %+v", taken)
		}
		if _, again := load(); !again[0].Again || !again[1].Again {
			t.Errorf("the same file twice: %+v", again)
		}
		if _, err := d.Undo(ctx, by("b"), imp); !fault.Is(err, fault.Withheld) {
			t.Errorf("somebody else undid an import: %v", err)
		}
		if n, err := d.Undo(ctx, by("a"), imp); err != nil || n != (evidence.Undone{Retracted: 2}) {
			t.Errorf("undo: %+v, %v", n, err)
		}
		if n, err := d.Undo(ctx, by("a"), imp); err != nil || n != (evidence.Undone{}) {
			t.Errorf("undo twice: %+v, %v", n, err)
		}
		v, err := d.See(ctx, by("a"), consent.Identification, taken[0].ID)
		if err != nil || !v.Retracted {
			t.Errorf("after undo: %+v, %v", v.Retracted, err)
		}
		if _, after := load(); after[0].Again || after[0].Fault != nil {
			t.Errorf("after undo the file can be imported again: %+v", after[0])
		}
		if n := count(t, g, "SELECT count(*) FROM evidence_signal"); n != 5 { // 2, the retraction, 2
			t.Errorf("%d signals", n)
		}
	})
}

// TestUndoneStaysUndone: an import that is being taken back does not end as one
// that was taken; what still stands of it is taken back as well.
func TestUndoneStaysUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d, g := desk(t, source)
		ctx := t.Context()
		imp, err := d.Begin(ctx, by("a"), "jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for from := 0; from < 150; from += 50 {
			var batch []evidence.Incoming
			for n := range 50 {
				batch = append(batch, incoming(fmt.Sprint("R-", from+n), "Anna"))
			}
			if _, err := d.Take(ctx, by("a"), imp, evidence.RowsOf(batch...)); err != nil {
				t.Fatal(err)
			}
		}
		if u, err := d.Undo(ctx, by("a"), imp); err != nil || u.Left == 0 {
			t.Fatalf("the first slice: %+v, %v", u, err)
		}
		if err := d.End(ctx, by("a"), imp); !fault.Is(err, fault.Conflict) {
			t.Errorf("ended: %v", err)
		}
		if n := count(t, g, "SELECT count(*) FROM evidence_import WHERE state = 'undone'"); n != 1 {
			t.Error("it is not taken back any more")
		}
		if u, err := d.Undo(ctx, by("a"), imp); err != nil || u.Left != 0 {
			t.Errorf("the rest: %+v, %v", u, err)
		}
	})
}

// TestNothingIsInTheClear: what names somebody in a reference or in a coded field
// stands nowhere in the clear, is shown to its source, is known again, and goes
// with the signal's key.
func TestNothingIsInTheClear(t *testing.T) {
	const name = "Canary Doe 12.3.1999"
	dbtest.Each(t, func(t *testing.T, source string) {
		d, g := desk(t, source)
		ctx := t.Context()
		in := incoming(name, "Anna")
		in.Coded = map[string]string{"prs_Gender": "Feminine", "prs_Citizenship": "RO;GE", "hte_Date": "2026-11", "ilo.D1.wages": "yes", "language": "ro", "vic_Age": "",
			"remark": name, "prs_PrimaryLanguage": name, "cas_Status": "Active, " + name, "ilo." + name: "yes", "ilo.D1.contract": name, "cas_IncomingReferralDate": "2026-11-25"}
		done, err := d.Record(ctx, by("a"), in)
		if err != nil {
			t.Fatal(err)
		}
		for what, query := range map[string]string{"ref": "SELECT count(*) FROM evidence_signal WHERE ref LIKE '%Canary%' OR coded LIKE '%Canary%'",
			"a day": "SELECT count(*) FROM evidence_signal WHERE coded LIKE '%2026-11-25%'"} {
			if n := count(t, g, query); n != 0 {
				t.Errorf("%s stands in the clear", what)
			}
		}
		if n := count(t, g, "SELECT count(*) FROM evidence_signal WHERE named IS NOT NULL"); n != 1 {
			t.Error("the reference is not kept for whoever sent it")
		}
		v, err := d.See(ctx, by("a"), consent.Identification, done.ID)
		if err != nil || v.Ref.Value != name {
			t.Errorf("reference %+v, %v", v.Ref, err)
		}
		want := map[string]string{"prs_Gender": "Feminine", "prs_Citizenship": "RO;GE", "hte_Date": "2026-11", "ilo.D1.wages": "yes", "language": "ro"}
		if !maps.Equal(v.Signal.Coded, want) {
			t.Errorf("coded: %v", v.Signal.Coded)
		}
		for _, line := range []string{"what happened", "remark: " + name, "prs_PrimaryLanguage: " + name, "ilo." + name + ": yes", "cas_IncomingReferralDate: 2026-11-25"} {
			if !strings.Contains(v.Narrative.Value, line) {
				t.Errorf("%q is lost: %q", line, v.Narrative.Value)
			}
		}
		again, err := d.Record(ctx, by("a"), in)
		if err != nil || !again.Again || again.ID != done.ID {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		in.Coded["remark"] = "Somebody else"
		if _, err := d.Record(ctx, by("a"), in); !fault.Is(err, fault.Conflict) {
			t.Errorf("other content: %v", err)
		}
		named(t, g, name, done.ID)
	})
}

// named holds that a signal is found by its reference only as its source.
func named(t *testing.T, g *act.Ground, ref string, want id.Signal) {
	t.Helper()
	ask := policy.Ask{Actor: by("a"), Verb: evidence.VerbList, On: ledger.Ref{Kind: "signal"}, Purpose: consent.Identification}
	for org, found := range map[string]bool{"a": true, "b": false} {
		got, err := act.Look(t.Context(), g, ask, func(a *act.Act) (id.Signal, error) { return evidence.Named(a, by(org).Organisation, ref) })
		if found && (err != nil || got != want) || !found && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v, %v", org, got, err)
		}
	}
	_, err := act.Do(t.Context(), g, ask, func(a *act.Act) (struct{}, error) {
		s, err := evidence.Get(a, want)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, evidence.Blank(a, s, true, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, g, "SELECT count(*) FROM evidence_signal WHERE named IS NOT NULL OR narrative IS NOT NULL"); n != 0 {
		t.Error("the reference outlives what is forgotten")
	}
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		field, value string
		want         bool
	}{
		{"prs_Citizenship", "RO", true}, {"prs_Citizenship", "RO;ZZ", true}, {"prs_Citizenship", "ro", false}, {"prs_Citizenship", "XX1", false}, {"prs_Citizenship", "RO;", false},
		{"prs_Citizenship", "RO;Jane", false}, {"hte_Date", "2026-11", true}, {"hte_Date", "2026", true}, {"hte_Date", "2026-11-01", false}, {"hte_Date", "Anna", false},
		{"language", "ti", true}, {"language", "тиг", false}, {"language", "english", false}, {"danger", "yes", true}, {"danger", "Yes", false},
		{"unknown", "yes", false}, {"", "", false}, {"prs_Gender", "", false}, {"prs_Gender", "Feminine;Masculine", false}, {"prs_Gender", "Анна", false},
		{"prs_Gender", strings.Repeat("x", 1<<16), false},
	} {
		if got := evidence.Code(c.field, c.value); got != c.want {
			t.Errorf("%s %q: %v", c.field, c.value, got)
		}
	}
}

func TestOrderOfSeqIsOrderOfVisibility(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		d, g := desk(t, source)
		done := make(chan error)
		const writers, each = 4, 10
		for w := range writers {
			go func() {
				for i := range each {
					if _, err := d.Record(context.Background(), by("a"), incoming(fmt.Sprintf("R-%d-%d", w, i), "Anna")); err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		seen := int64(0)
		for left := writers; left > 0; {
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
				left--
			default:
			}
			err := g.DB.InRead(t.Context(), func(tx *sql.Tx) error {
				list, err := evidence.After(t.Context(), tx, seen, 100)
				for _, s := range list {
					if s.Seq != seen+1 {
						t.Errorf("after %d came %d: one was not yet visible", seen, s.Seq)
					}
					seen = s.Seq
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := count(t, g, "SELECT count(*) FROM evidence_signal"); n != writers*each {
			t.Errorf("%d signals", n)
		}
	})
}

func count(t *testing.T, g *act.Ground, query string) int64 {
	t.Helper()
	n, err := g.DB.Scalar(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func FuzzReadIncoming(f *testing.F) {
	f.Add(`{"ref":"R","kind":"referral","observed":"2023-07-03","mentions":[{"kind":"person","role":"worker","names":["Ж"],"born":"1990-02"}]}`)
	f.Add(`{"mentions":[{"kind":"phone","of":9}],"relations":[{"from":-1,"to":99}]}`)
	f.Add(strings.Repeat(`{"coded":`, 500))
	f.Fuzz(func(t *testing.T, text string) {
		in, err := evidence.ReadIncoming(strings.NewReader(text))
		if err != nil {
			return
		}
		in.Signal()
	})
}
