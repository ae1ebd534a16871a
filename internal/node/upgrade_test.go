package node

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// upTo is a set of migrations as it once was: those up to a number.
func upTo(t *testing.T, m sqldb.Migrations, last string) sqldb.Migrations {
	t.Helper()
	old := fstest.MapFS{}
	names, err := fs.Glob(m.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name[:4] <= last {
			body, err := fs.ReadFile(m.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			old[name] = &fstest.MapFile{Data: body}
		}
	}
	return sqldb.Migrations{Name: m.Name, Files: old}
}

// TestAnOlderDatabaseIsCarriedOver: cases that were open before there was a review
// clock get one and ask when they are due; imports that were taken before their
// state was kept have ended.
func TestAnOlderDatabaseIsCarriedOver(t *testing.T) {
	t.Parallel()
	const day = int64(86_400_000_000)
	dbtest.Each(t, func(t *testing.T, source string) {
		db := dbtest.Open(t, source, upTo(t, evidence.Migrations(), "0003"), upTo(t, casework.Migrations(), "0003"))
		do := func(query string, args ...any) {
			t.Helper()
			if _, err := db.Pool().ExecContext(t.Context(), query, args...); err != nil {
				t.Fatal(err)
			}
		}
		do(`INSERT INTO evidence_import (id, organisation, actor, format, started_at) VALUES ('i', 'o', 'u', 'jsonl', 7)`)
		do(`INSERT INTO evidence_signal (id, organisation, ref, revision, kind, observed, recorded, grade, handling, import, seq, coded, relations, subject, content, home)
			VALUES ('s', 'o', 'r', 1, 'referral', 1, 1, 'B2', '{}', 'i', 1, '{}', '[]', 'x', $1, '')`, []byte{1})
		do(`INSERT INTO casework_person (id, organisation, subject, safety, language, age, erased) VALUES ('p', 'o', 'x', 'safe', 'en', 'adult', FALSE)`)
		days := map[string]int64{"intake": 3, "planned": 14, "active": 30}
		for i, state := range []string{"intake", "planned", "active", "closed"} {
			do(`INSERT INTO casework_case (id, type, code, state, organisation, person, lead, signal, risk, opened_at, moved_at, version)
				VALUES ($1, 'protection', $1, $2, 'o', 'p', $3, '', 'unknown', 1, $4, 1)`, state, state, "lead-"+state, day*int64(i+1))
		}
		if err := db.Migrate(t.Context(), evidence.Migrations(), casework.Migrations()); err != nil {
			t.Fatal(err)
		}
		scalar := func(query string) int64 {
			t.Helper()
			n, err := db.Scalar(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := scalar(`SELECT count(*) FROM evidence_import WHERE state = 'done' AND rows = 1 AND ended_at = 7`); n != 1 {
			t.Error("the import has not ended")
		}
		for i, state := range []string{"intake", "planned", "active"} {
			due := day * (int64(i+1) + days[state])
			if n := scalar(fmt.Sprintf(`SELECT count(*) FROM casework_review WHERE "case" = '%s' AND organisation = 'o' AND due = %d AND asked_at > 0`, state, due)); n != 1 {
				t.Errorf("a case that is %s has no clock", state)
			}
		}
		if n := scalar(`SELECT count(*) FROM casework_review`); n != 3 {
			t.Errorf("%d clocks", n)
		}
		if n := scalar(`SELECT count(*) FROM casework_lead WHERE lead = 'lead-' || "case"`); n != 3 {
			t.Errorf("%d leads have an open case", n)
		}
	})
}

// TestAClosedCaseFreesItsLead: a case that was opened by mistake and closed keeps
// nobody from help. Of two open cases of one lead there is never more than one,
// however they came to be open.
func TestAClosedCaseFreesItsLead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		l := c.lead(t, 1)
		open := func() (casework.Case, error) {
			return c.Protection.Open(t.Context(), c.lena, protection.OpenIn{Lead: l.ID, Language: "en", Age: evidence.Adult})
		}
		taken := func(what string, err error) {
			t.Helper()
			if key, _ := fault.Say(err); !fault.Is(err, fault.Conflict) || key != "casework.lead_has_case" {
				t.Errorf("%s: %v", what, err)
			}
		}
		must := func(k casework.Case, err error) casework.Case {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		end := func(k casework.Case) casework.Case {
			t.Helper()
			return must(c.Protection.Close(t.Context(), c.lena, protection.CloseIn{Case: k.ID, Version: k.Version, Reason: "other"}))
		}
		junk := must(open())
		_, err := open()
		taken("opened beside an open one", err)
		junk = end(junk)
		second := must(open())
		_, err = c.Protection.Reopen(t.Context(), c.lena, junk.ID, junk.Version)
		taken("opened again beside an open one", err)
		second = must(c.Protection.Review(t.Context(), c.lena, second.ID, second.Version))
		end(second)
		for range 6 {
			reopened := func() error { _, err := c.Protection.Reopen(t.Context(), c.lena, junk.ID, junk.Version); return err }
			opened := func() error { _, err := open(); return err }
			done := 0
			for _, err := range atOnce(reopened, opened, opened) {
				if err == nil {
					done++
				} else {
					taken("at the same moment", err)
				}
			}
			var now string
			err := c.Ground.DB.Pool().QueryRowContext(t.Context(), `SELECT min(id) FROM casework_case WHERE lead = $1 AND state <> 'closed'`, l.ID.String()).Scan(&now)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := c.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM casework_case WHERE lead = $1 AND state <> 'closed'`, l.ID.String()); err != nil || n != 1 || done != 1 {
				t.Fatalf("%d are open, %d were told so, %v", n, done, err)
			}
			v, err := c.Protection.See(t.Context(), c.lena, id.Trusted[id.Case](now))
			if err != nil {
				t.Fatal(err)
			}
			if k := end(v.Case); k.ID == junk.ID {
				junk = k
			}
		}
		c.sound(t)
	})
}
