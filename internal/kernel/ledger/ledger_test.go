package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
)

var noon = time.Date(2031, 5, 4, 12, 0, 0, 123456000, time.UTC)

// lineOn is line i of a test log, about refs.
func lineOn(i int, refs ...Ref) Line {
	return Line{
		ID: id.New[id.Line](), At: noon.Add(time.Duration(i) * time.Second), Actor: "usr_ana", Organisation: "org_shelter",
		Desk: "protection", Verb: "protection.refer", Purpose: "assistance", Outcome: Done,
		Policies: []string{"refer-with-consent"}, Classes: []string{"identity", "contact"}, On: refs,
	}
}

func person(i int) Ref { return Ref{Kind: "person", ID: fmt.Sprintf("per_%d", i)} }

func inTx(t testing.TB, store *sqldb.DB, f func(ctx context.Context, tx *sql.Tx) error) {
	t.Helper()
	if err := store.InTx(context.Background(), func(tx *sql.Tx) error { return f(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func appendLines(t testing.TB, store *sqldb.DB, lines ...Line) {
	t.Helper()
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		for _, l := range lines {
			if _, err := Append(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

func makeKey(t testing.TB, name string) *Key {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.key")
	if err := MakeKeyFile(path, name); err != nil {
		t.Fatal(err)
	}
	k, err := KeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func parseKeys(t testing.TB, texts ...string) note.Verifiers {
	t.Helper()
	keys, err := ParseKeys(texts...)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func verify(t testing.TB, store *sqldb.DB, keys note.Verifiers) Report {
	t.Helper()
	r, err := Verify(context.Background(), store, keys, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAppendRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		for name, spoil := range map[string]func(*Line){
			"no id":            func(l *Line) { l.ID = id.Line{} },
			"no time":          func(l *Line) { l.At = time.Time{} },
			"no actor":         func(l *Line) { l.Actor = "" },
			"no verb":          func(l *Line) { l.Verb = "" },
			"unknown outcome":  func(l *Line) { l.Outcome = "maybe" },
			"a name as actor":  func(l *Line) { l.Actor = "Ana Müller" },
			"quote in purpose": func(l *Line) { l.Purpose = `to "help"` },
			"newline in verb":  func(l *Line) { l.Verb = "a\nb" },
			"essay as purpose": func(l *Line) { l.Purpose = strings.Repeat("x", maxCode+1) },
			"ref without kind": func(l *Line) { l.On = []Ref{{ID: "x"}} },
			"ref without id":   func(l *Line) { l.On = []Ref{{Kind: "person"}} },
			"zero byte in ref": func(l *Line) { l.On = []Ref{{Kind: "person", ID: "a\x00b"}} },
			"ref not UTF-8":    func(l *Line) { l.On = []Ref{{Kind: "person", ID: "\xff"}} },
			"too many refs":    func(l *Line) { l.On = make([]Ref, maxRefs+1) },
		} {
			l := lineOn(0, person(1))
			spoil(&l)
			err := store.InTx(t.Context(), func(tx *sql.Tx) error {
				_, err := Append(t.Context(), tx, l)
				return err
			})
			var f *fault.Error
			if !errors.As(err, &f) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if r := verify(t, store, parseKeys(t)); r.Lines != 0 || !r.Sound() {
			t.Errorf("refused lines left %+v", r)
		}
	})
}

func TestRolledBackActLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		appendLines(t, store, lineOn(0, person(1)))
		before := verify(t, store, parseKeys(t))
		errNo := errors.New("no")
		for range 3 {
			err := store.InTx(t.Context(), func(tx *sql.Tx) error {
				if n, err := Append(t.Context(), tx, lineOn(1, person(2))); n != 1 || err != nil {
					t.Fatalf("Append = %d, %v", n, err)
				}
				return errNo
			})
			if !errors.Is(err, errNo) {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, verify(t, store, parseKeys(t))); diff != "" {
			t.Errorf("a rolled-back act changed the ledger:\n%s", diff)
		}
		appendLines(t, store, lineOn(1, person(2)))
		if r := verify(t, store, parseKeys(t)); r.Lines != 2 || r.Openings != 2 || !r.Sound() {
			t.Errorf("after it: %+v", r)
		}
	})
}

// TestConcurrentProcesses appends through several pools, as several processes
// on one PostgreSQL do; on SQLite they queue for the one writer.
func TestConcurrentProcesses(t *testing.T) {
	const processes, workers, each = 3, 3, 15
	dbtest.Each(t, func(t *testing.T, source string) {
		stores := make([]*sqldb.DB, processes)
		for i := range stores {
			stores[i] = dbtest.Open(t, source, Migrations())
		}
		var wg sync.WaitGroup
		for _, store := range stores {
			for w := range workers {
				wg.Go(func() {
					for i := range each {
						err := store.InTx(context.Background(), func(tx *sql.Tx) error {
							_, err := Append(context.Background(), tx, lineOn(i, person(w), person(i)))
							if err == nil && i%5 == 4 {
								return errRollback
							}
							return err
						})
						if err != nil && !errors.Is(err, errRollback) {
							t.Error(err)
						}
					}
				})
			}
		}
		wg.Wait()
		r := verify(t, stores[0], parseKeys(t))
		if want := int64(processes * workers * each * 4 / 5); r.Lines != want || !r.Sound() {
			t.Errorf("%d lines of %d, findings %v", r.Lines, want, r.Findings)
		}
	})
}

var errRollback = errors.New("rolled back")

func TestWhoSawThis(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		var lines []Line
		for i := range 20 {
			l := lineOn(i, person(i%4), Ref{"case", fmt.Sprint(i)}, person(i%4))
			if i%2 == 1 {
				l.Actor, l.Outcome, l.Verb = "usr_bo", Read, "protection.read"
			}
			lines = append(lines, l)
		}
		appendLines(t, store, lines...)
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			first, err := ForRef(ctx, tx, person(1), Newest, 3)
			if err != nil {
				return err
			}
			rest, err := ForRef(ctx, tx, person(1), first[2].N, 10)
			if err != nil {
				return err
			}
			if got := numbers(append(first, rest...)); !cmp.Equal(got, []int64{17, 13, 9, 5, 1}) {
				t.Errorf("ForRef = %v", got)
			}
			want := lines[17]
			want.On = want.On[:2] // named twice, kept once
			if diff := cmp.Diff(Entry{N: 17, Line: want}, first[0], cmp.Comparer(func(a, b id.Line) bool { return a == b })); diff != "" {
				t.Errorf("entry:\n%s", diff)
			}
			bo, err := ForActor(ctx, tx, "usr_bo", 6, 10)
			if err != nil {
				return err
			}
			if got := numbers(bo); !cmp.Equal(got, []int64{5, 3, 1}) {
				t.Errorf("ForActor = %v", got)
			}
			read, err := Recent(ctx, tx, Filter{Outcome: Read, Verb: "protection.read", Organisation: "org_shelter", Purpose: "assistance"}, Newest, 2)
			if err != nil {
				return err
			}
			if got := numbers(read); !cmp.Equal(got, []int64{19, 17}) {
				t.Errorf("Recent = %v", got)
			}
			none, err := Recent(ctx, tx, Filter{Purpose: "research"}, Newest, 2)
			if len(none) != 0 || err != nil {
				t.Errorf("Recent for another purpose = %v, %v", none, err)
			}
			one, err := Lookup(ctx, tx, lines[7].ID)
			if err != nil || one.N != 7 {
				t.Errorf("Lookup = %d, %v", one.N, err)
			}
			if _, err := Lookup(ctx, tx, id.New[id.Line]()); !fault.Is(err, fault.NotFound) {
				t.Errorf("Lookup of nothing: %v", err)
			}
			size, err := Size(ctx, tx)
			if size != 20 {
				t.Errorf("Size = %d", size)
			}
			return err
		})
	})
}

func numbers(entries []Entry) (out []int64) {
	for _, e := range entries {
		out = append(out, e.N)
	}
	return out
}

func TestForgetLeavesAVerifyingLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		for i := range 9 {
			appendLines(t, store, lineOn(i, person(i%3), Ref{"case", "c"}))
		}
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			gone, err := Forget(ctx, tx, person(1), Ref{"person", "never there"})
			if err != nil {
				return err
			}
			l := lineOn(9)
			l.Verb, l.Erased = "protection.withdraw", gone
			_, err = Append(ctx, tx, l)
			return err
		})
		if r := verify(t, store, parseKeys(t)); r.Erased != 3 || r.Openings != 15 || !r.Sound() {
			t.Errorf("%+v", r)
		}
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			about, err := ForRef(ctx, tx, person(1), Newest, 10)
			if len(about) != 0 || err != nil {
				t.Errorf("still known to be about her: %v, %v", about, err)
			}
			rest, err := ForRef(ctx, tx, Ref{"case", "c"}, Newest, 10)
			if len(rest) != 9 || rest[1].Sealed != 1 || !cmp.Equal(rest[1].On, []Ref{{"case", "c"}}) {
				t.Errorf("the other ref: %+v", rest)
			}
			return err
		})
		// Erasing without saying so, and bringing back what was erased (an old
		// backup), are both found.
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			_, err := Forget(ctx, tx, person(2))
			return err
		})
		want := []Finding{}
		for _, row := range []string{"2/0", "5/0", "8/0"} {
			want = append(want, Finding{"ledger_opening", row, "missing, and no readable line erased it"})
		}
		if diff := cmp.Diff(want, verify(t, store, parseKeys(t)).Findings); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRestoredOpeningIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		appendLines(t, store, lineOn(0, person(1)))
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, `CREATE TABLE backup AS SELECT * FROM ledger_opening`); err != nil {
				return err
			}
			gone, err := Forget(ctx, tx, person(1))
			if err != nil {
				return err
			}
			l := lineOn(1)
			l.Erased = gone
			if _, err = Append(ctx, tx, l); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO ledger_opening SELECT * FROM backup`)
			return err
		})
		want := []Finding{{"ledger_opening", "0/0", "is there although line 1 erased it"}}
		if diff := cmp.Diff(want, verify(t, store, parseKeys(t)).Findings); diff != "" {
			t.Error(diff)
		}
	})
}

// TestLeafIsCanonical draws lines: each decodes to what was encoded, and no
// other bytes decode to it.
func TestLeafIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.StringMatching(`[a-zA-Z0-9_.:/@ *~$=-]{1,20}`)
		codes := rapid.SliceOfN(code, 0, 3)
		l := Line{
			ID: id.New[id.Line](), At: noon.Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "us")) * time.Microsecond),
			Actor: code.Draw(t, "actor"), Verb: code.Draw(t, "verb"), Purpose: code.Draw(t, "purpose"), Outcome: Withheld,
			Policies: codes.Draw(t, "policies"), Classes: codes.Draw(t, "classes"),
		}
		_, _, on := sealRefs([]Ref{{"person", rapid.StringN(1, 20, 100).Draw(t, "ref")}})
		n := rapid.Int64Range(0, 1<<50).Draw(t, "n")
		leaf, err := encode(n, l, on)
		if err != nil {
			t.Fatal(err)
		}
		gotN, got, gotOn, err := decode(leaf)
		if err != nil || gotN != n || got.Actor != l.Actor || !got.At.Equal(l.At) || len(gotOn) != 1 || gotOn[0] != on[0] {
			t.Fatalf("decode(%s) = %d, %+v, %v", leaf, gotN, got, err)
		}
		if _, _, _, err := decode(append([]byte(" "), leaf...)); err == nil {
			t.Fatal("took a leaf with white space")
		}
	})
}
