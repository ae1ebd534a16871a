package intake_test

import (
	"strings"
	"sync"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// A file about which nobody gives a word is thrown away, and one that was taken
// in is not lost by it.
func TestHeldFileIsDropped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		imp, err := m.Hold(ctx, me, []byte(two), intake.Mapping{})
		if err != nil {
			t.Fatal(err)
		}
		keys := scalar(t, g, "SELECT count(*) FROM evidence_held")
		if err := m.Evidence.Drop(ctx, node, imp); err != nil {
			t.Fatal(err)
		}
		if keys != 1 || scalar(t, g, "SELECT count(*) FROM evidence_held") != 0 || scalar(t, g, "SELECT count(*) FROM evidence_import") != 0 {
			t.Error("something is left of it")
		}
		if _, err := m.Try(ctx, me, imp, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("after that: %v", err)
		}
		out, err := m.Import(ctx, intake.In{By: me, File: intake.BytesFile([]byte(two))})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Evidence.Drop(ctx, node, out.Import); err != nil {
			t.Fatal(err)
		}
		if v, err := m.Evidence.SeeImport(ctx, me, out.Import, 1); err != nil || v.Standing() != 1 {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// ordered holds a file and gives the word about it.
func ordered(t *testing.T, m intake.Importer, me policy.Actor, file string) id.Import {
	t.Helper()
	imp, err := m.Hold(t.Context(), me, []byte(file), intake.Mapping{})
	if err == nil {
		err = m.Evidence.Order(t.Context(), me, imp)
	}
	if err != nil {
		t.Fatal(err)
	}
	return imp
}

// A file that was ordered is not thrown away: who tries is told, the job whose
// time is over leaves it, and it is taken in.
func TestOrderedFileIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		imp := ordered(t, m, me, two)
		if err := m.Evidence.Drop(ctx, me, imp); !fault.Is(err, fault.Conflict) {
			t.Errorf("dropped after the word: %v", err)
		}
		if err := m.Evidence.Drop(ctx, node, imp); err != nil {
			t.Error(err)
		}
		if n := scalar(t, g, "SELECT count(*) FROM evidence_held"); n != 1 {
			t.Fatal("the file is gone")
		}
		if err := m.TakeHeld(ctx, me, imp); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{"dropped": m.Evidence.Drop(ctx, me, imp), "ended again": m.Evidence.End(ctx, me, imp)} {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s after it was taken: %v", what, err)
			}
		}
		if err := m.Evidence.Stop(ctx, node, imp); err != nil {
			t.Error(err)
		}
		if v, err := m.Evidence.SeeImport(ctx, me, imp, 1); err != nil || v.State != evidence.ImportDone {
			t.Errorf("%+v %v", v, err)
		}
	})
}

// An ordered import that comes to no end is given up: its file goes, what was
// recorded stands, nothing is added, and it can be taken back.
func TestImportGivenUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, g := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		for _, begun := range []bool{false, true} {
			imp := ordered(t, m, me, two)
			in, err := evidence.ReadIncoming(strings.NewReader(strings.Split(two, "\n")[0]))
			if begun && err == nil {
				err = m.Evidence.Start(ctx, me, imp, 3)
			}
			if begun && err == nil {
				_, err = m.Evidence.Take(ctx, me, imp, evidence.RowsOf(in))
			}
			if err == nil {
				err = m.Evidence.Stop(ctx, node, imp)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, late := m.Evidence.Take(ctx, me, imp, evidence.RowsOf(in))
			for what, err := range map[string]error{"begun": m.Evidence.Start(ctx, me, imp, 3), "added to": late, "ended": m.Evidence.End(ctx, me, imp), "ordered": m.Evidence.Order(ctx, me, imp)} {
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("%s after it was given up: %v", what, err)
				}
			}
			v, err := m.Evidence.SeeImport(ctx, me, imp, 1)
			if n := scalar(t, g, "SELECT count(*) FROM evidence_held"); n != 0 || err != nil || v.State != evidence.ImportStopped {
				t.Errorf("%d files, %+v %v", n, v, err)
			}
			if u, err := m.Evidence.Undo(ctx, me, imp); err != nil || u.Retracted != v.Recorded || begun != (v.Recorded == 1) {
				t.Errorf("taken back: %+v of %+v, %v", u, v, err)
			}
		}
	})
}

// Of several who decide about one import at the same moment one does, and what
// is taken back stays so.
func TestDecidedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		m, _ := importer(t, source)
		ctx, me := t.Context(), by("a", "responder")
		for range 12 {
			imp, err := m.Hold(ctx, me, []byte(two), intake.Mapping{})
			if err != nil {
				t.Fatal(err)
			}
			order := func() error { return m.Evidence.Order(ctx, me, imp) }
			drop := func() error { return m.Evidence.Drop(ctx, me, imp) }
			if done, errs := together(order, order, drop, order); done != 1 {
				t.Errorf("%d decisions held: %v", done, errs)
			}
			imp = ordered(t, m, me, two)
			if err := m.Evidence.Start(ctx, me, imp, 3); err != nil {
				t.Fatal(err)
			}
			start := func() error { return m.Evidence.Start(ctx, me, imp, 3) }
			if _, errs := together(start, func() error { _, err := m.Evidence.Undo(ctx, me, imp); return err }, start); errs[1] != nil {
				t.Fatal(errs[1])
			}
			if v, err := m.Evidence.SeeImport(ctx, me, imp, 1); err != nil || v.State != evidence.ImportUndone {
				t.Errorf("taken back, and then %s %v", v.State, err)
			}
		}
	})
}

// together does things at the same moment, and counts what was done.
func together(do ...func() error) (done int, errs []error) {
	errs = make([]error, len(do))
	begin, wait := make(chan struct{}), sync.WaitGroup{}
	for i, f := range do {
		wait.Go(func() { <-begin; errs[i] = f() })
	}
	close(begin)
	wait.Wait()
	for _, err := range errs {
		if err == nil {
			done++
		}
	}
	return done, errs
}
