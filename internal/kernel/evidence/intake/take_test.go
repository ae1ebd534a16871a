package intake_test

import (
	"context"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/act/acttest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

const policies = `
@id("all") @source("test")
permit (principal in Role::"responder", action, resource) when { resource.owner == principal.organisation };
@id("node") @source("test")
permit (principal in Role::"node", action == Action::"evidence.drop", resource);
`

var node = policy.Actor{User: id.Derived[id.User]("node"), Organisation: id.Derived[id.Organisation]("node"), Roles: []string{"node"}}

func importer(t *testing.T, source string) (intake.Importer, *act.Ground) {
	var m intake.Importer
	idle := func(context.Context, ledger.Ref) error { return nil }
	g, _ := acttest.Ground(t, source, policies, evidence.Verbs, []sqldb.Migrations{evidence.Migrations()},
		jobs.Record("test.heard", idle), jobs.Record(evidence.JobTake, idle), jobs.Record(evidence.JobDrop, idle), jobs.Record(evidence.JobStop, idle),
		jobs.Record(evidence.JobDestroy, func(ctx context.Context, on ledger.Ref) error { return m.Evidence.Destroy(ctx, on) }))
	g.Facts["signal"], g.Facts["import"] = evidence.Facts, evidence.ImportFacts
	m.Evidence = evidence.Desk{Ground: g}
	return m, g
}

func by(org string, roles ...string) policy.Actor {
	return policy.Actor{User: id.Derived[id.User](org), Organisation: id.Derived[id.Organisation](org), Roles: roles}
}

const two = `{"ref":"1","kind":"referral","observed":"2023-07-03","mentions":[{"kind":"person","role":"worker","names":["Анна Канарейка"]}]}
{"ref":"2","kind":"referral","observed":"never","mentions":[]}
{"ref":"1","kind":"referral","observed":"2023-07-03","mentions":[{"kind":"person","role":"worker","names":["Анна Канарейка"]}]}
`

func TestHeldFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		if _, err := m.Hold(ctx, me, []byte("<html>"), intake.Mapping{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("what is no table was held: %v", err)
		}
		if _, err := m.Hold(ctx, by("a", "analyst"), []byte(two), intake.Mapping{}); err == nil {
			t.Error("somebody without the right holds a file")
		}
		imp, err := m.Hold(ctx, me, []byte(two), intake.Mapping{Dates: intake.DayFirst})
		if err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"a stranger tries it":      tried(m.Try(ctx, by("b", "responder"), imp, 1)),
			"a stranger orders it":     m.Evidence.Order(ctx, by("b", "responder"), imp),
			"a stranger drops it":      m.Evidence.Drop(ctx, by("b", "responder"), imp),
			"it is taken unordered":    m.TakeHeld(ctx, me, imp),
			"it is undone before that": undone(m.Evidence.Undo(ctx, me, imp)),
		} {
			if err == nil {
				t.Errorf("%s", what)
			}
		}
		out, err := m.Try(ctx, me, imp, 1)
		if err != nil || out.Rows != 3 || out.Recorded != 1 || out.Again != 1 || out.Rejected != 1 || len(out.Rejects) != 1 || out.Rejects[0].Reasons[0].Key != "evidence.bad_date" {
			t.Fatalf("tried: %+v %v", out, err)
		}
		if n := scalar(t, g, "SELECT count(*) FROM evidence_signal"); n != 0 {
			t.Errorf("trying recorded %d signals", n)
		}
		if err := m.Evidence.Order(ctx, me, imp); err != nil {
			t.Fatal(err)
		}
		if err := m.Evidence.Order(ctx, me, imp); !fault.Is(err, fault.Conflict) {
			t.Errorf("ordered twice: %v", err)
		}
		for range 2 { // interrupted after the last batch, and begun again
			if err := m.TakeHeld(ctx, me, imp); err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
		}
		v, err := m.Evidence.SeeImport(ctx, me, imp, 10)
		if err != nil || v.State != evidence.ImportDone || v.Recorded != 1 || v.Again() != 1 || v.Rejected != 1 || v.Rows != 3 || v.Total != 3 || !v.Undo {
			t.Errorf("%+v, %v", v, err)
		}
		if len(v.Rejects) != 1 || v.Rejects[0].Number != 2 {
			t.Errorf("rejects: %+v", v.Rejects)
		}
		if _, err := m.Evidence.SeeImport(ctx, by("b", "responder"), imp, 10); !fault.Is(err, fault.Withheld) {
			t.Errorf("a stranger sees it: %v", err)
		}
		if n := scalar(t, g, "SELECT count(*) FROM evidence_held"); n != 0 {
			t.Error("the file was kept")
		}
		if n, err := m.Evidence.Undo(ctx, me, imp); n.Retracted != 1 || err != nil {
			t.Errorf("undo: %+v %v", n, err)
		}
		list, err := m.Evidence.Imports(ctx, me, sqldb.After{}, 10)
		if err != nil || len(list) != 1 || list[0].State != evidence.ImportUndone || list[0].Retracted != 1 {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := m.Evidence.Imports(ctx, by("b", "responder"), sqldb.After{}, 10); err != nil || len(list) != 0 {
			t.Errorf("a stranger's list: %+v %v", list, err)
		}
	})
}

// A file with nothing below its header is refused before anything is held or begun.
func TestHeaderWithoutRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		m.Readers = []intake.Reader{{Name: "test", Find: func(h string) (string, string) {
			if h == "name" {
				return h, ""
			}
			return "", "import.column_unknown"
		}}}
		for _, text := range []string{"ref,observed,name", "ref,observed,name\n", "\n;;\nref;observed;name\n;;\n \n"} {
			for what, err := range map[string]error{
				"held":     held(m.Hold(t.Context(), by("a", "responder"), []byte(text), intake.Mapping{})),
				"imported": imported(m.Import(t.Context(), intake.In{By: by("a", "responder"), File: intake.BytesFile([]byte(text))})),
			} {
				if key, _ := fault.Say(err); err == nil || key != "import.no_rows" {
					t.Errorf("%q was %s: %v", text, what, err)
				}
			}
		}
		if n := scalar(t, g, "SELECT count(*) FROM evidence_import"); n != 0 {
			t.Errorf("%d imports were begun", n)
		}
	})
}

func held(_ id.Import, err error) error           { return err }
func imported(_ intake.Imported, err error) error { return err }

// A dry run says of each row what the real one would, whatever was there before.
func TestDryRunTellsTheTruth(t *testing.T) {
	const changed = `{"ref":"1","kind":"referral","observed":"2023-07-04","mentions":[]}` + "\n"
	const third = `{"ref":"3","kind":"referral","observed":"2023-07-03","mentions":[{"kind":"person","role":"worker"}]}` + "\n"
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		ctx := t.Context()
		import_ := func(org, text string, dry bool) intake.Imported {
			t.Helper()
			out, err := m.Import(ctx, intake.In{By: by(org, "responder"), File: intake.BytesFile([]byte(text)), Dry: dry})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if _, err := m.Import(ctx, intake.In{By: by("a", "analyst"), File: intake.BytesFile([]byte(two)), Dry: true}); !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Withheld) {
			t.Errorf("who may not import may ask what is there: %v", err)
		}
		var first id.Import
		for _, step := range []struct{ name, org, text string }{
			{"nothing is there", "a", two}, {"all is there", "a", two}, {"another source", "b", two},
			{"one changed, one new, one new again", "a", changed + third + third}, {"changed within the file", "c", third + strings.Replace(third, "07-03", "07-05", 1)},
			{"more than one batch", "d", strings.Repeat(third, 1001)},
		} {
			before := scalar(t, g, "SELECT count(*) FROM evidence_signal")
			dry := import_(step.org, step.text, true)
			if n := scalar(t, g, "SELECT count(*) FROM evidence_signal"); n != before || !dry.Import.IsZero() {
				t.Errorf("%s: a dry run recorded", step.name)
			}
			real := import_(step.org, step.text, false)
			if dry.Rows != real.Rows || dry.Recorded != real.Recorded || dry.Again != real.Again || dry.Rejected != real.Rejected {
				t.Errorf("%s: foretold %+v, became %+v", step.name, dry, real)
			}
			if first.IsZero() {
				first = real.Import
			}
		}
		if _, err := m.Evidence.Undo(ctx, by("a", "responder"), first); err != nil {
			t.Fatal(err)
		}
		if dry := import_("a", two, true); dry.Recorded != 1 || dry.Again != 1 || dry.Rejected != 1 {
			t.Errorf("after it was taken back: %+v", dry)
		}
	})
}

// An import that was interrupted goes on, and its counts are those of the file.
func TestInterruptedImport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, _ := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		imp, err := m.Hold(ctx, me, []byte(two), intake.Mapping{})
		if err == nil {
			err = m.Evidence.Order(ctx, me, imp)
		}
		if err == nil {
			err = m.Evidence.Start(ctx, me, imp, 3)
		}
		if err != nil {
			t.Fatal(err)
		}
		in, err := evidence.ReadIncoming(strings.NewReader(strings.Split(two, "\n")[0]))
		if err != nil {
			t.Fatal(err)
		}
		bad := evidence.Row{Number: 2, Reasons: []evidence.Reason{{Key: "import.too_many_rows", Args: []fault.Arg{{Name: "max", Value: 1_000_000}}}}}
		if _, err := m.Evidence.Take(ctx, me, imp, append(evidence.RowsOf(in), bad)); err != nil {
			t.Fatal(err)
		}
		v, err := m.Evidence.SeeImport(ctx, me, imp, 10)
		if err != nil || v.State != evidence.ImportRunning || v.Rows != 2 || v.Rejects[0].Reasons[0].Args[0].Value != 1_000_000 {
			t.Errorf("in the middle: %+v %v", v, err)
		}
		if err := m.TakeHeld(ctx, me, imp); err != nil {
			t.Fatal(err)
		}
		v, err = m.Evidence.SeeImport(ctx, me, imp, 10)
		if err != nil || v.Rows != 3 || v.Recorded != 1 || v.Again() != 1 || v.Rejected != 1 || len(v.Rejects) != 1 {
			t.Errorf("at the end: %+v %v", v, err)
		}
		if _, err := m.Evidence.Take(ctx, me, imp, evidence.RowsOf(in)); !fault.Is(err, fault.Conflict) {
			t.Errorf("a row after the end: %v", err)
		}
	})
}

func tried(_ intake.Trial, err error) error     { return err }
func undone(_ evidence.Undone, err error) error { return err }

func scalar(t *testing.T, g *act.Ground, query string) int64 {
	t.Helper()
	n, err := g.DB.Scalar(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
