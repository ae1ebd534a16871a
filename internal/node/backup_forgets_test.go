package node

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
)

// TestWithdrawnStaysUndelivered: rows copied before she took her word back, with
// the keys as they are now, deliver nothing of her.
func TestWithdrawnStaysUndelivered(t *testing.T) {
	between(t, func(t *testing.T, source, into string) {
		c := newCourse(t, t.TempDir(), source)
		done := c.screen(t, canary, canaryPhone)
		kept := c.screen(t, "Somebody Else", "")
		c.drain(t)
		old, _ := c.copied(t)
		v, err := c.Protection.See(t.Context(), c.lena, done.Case.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range v.Consents {
			if _, err := c.Protection.Withdraw(t.Context(), c.lena, done.Case.ID, word.ID); err != nil {
				t.Fatal(err)
			}
		}
		c.drain(t)
		_, keys := c.copied(t)
		r := c.restored(t, old, keys, into)
		got, err := r.Protection.Receive(t.Context(), r.doctor, done.Referrals[0].ID)
		if err != nil || !got.Payload.Erased || got.Payload.Value != (casework.Payload{}) {
			t.Errorf("what she withdrew is delivered: %+v, %v", got.Payload, err)
		}
		if got, err := r.Protection.Receive(t.Context(), r.doctor, kept.Referrals[0].ID); err != nil || got.Payload.Value == (casework.Payload{}) {
			t.Errorf("what another agreed to is lost: %+v, %v", got.Payload, err)
		}
	})
}

// TestForgottenStaysForgotten: rows copied before somebody was forgotten, with the
// keys as they are now, tell nothing of her.
func TestForgottenStaysForgotten(t *testing.T) {
	between(t, func(t *testing.T, source, into string) {
		c := newCourse(t, t.TempDir(), source)
		done := c.screen(t, canary, canaryPhone)
		other := c.screen(t, "Somebody Else", "")
		c.drain(t)
		if hits, err := c.Graph.Search(t.Context(), c.lena, consent.Identification, canary, 10); err != nil || len(hits) == 0 {
			t.Fatalf("before: %v, %v", hits, err)
		}
		old, _ := c.copied(t)
		if err := c.Protection.Forget(t.Context(), c.lena, done.Case.ID); err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		_, keys := c.copied(t)

		list := passed(t, c.Config, old, keys)
		if i := slices.IndexFunc(list, func(v Verified) bool { return v.Name == "erased since" }); i < 0 || strings.HasPrefix(list[i].Value, "0 ") {
			t.Errorf("not said: %+v", list)
		}
		r := c.restored(t, old, keys, into)
		r.sound(t)
		v, err := r.Protection.See(t.Context(), r.lena, done.Case.ID)
		if err != nil || !v.Name.Erased || v.Name.Value+v.Alias.Value+v.Phone.Value+v.Note.Value != "" {
			t.Errorf("her case: %+v %+v, %v", v.Name, v.Note, err)
		}
		got, err := r.Protection.Receive(t.Context(), r.doctor, done.Referrals[0].ID)
		if err != nil || !got.Payload.Erased {
			t.Errorf("her referral: %+v, %v", got.Payload, err)
		}
		signal, err := r.Evidence.See(t.Context(), r.lena, consent.Identification, done.Signal)
		if err != nil || !signal.Mentions[0].Shown.Erased {
			t.Errorf("her signal: %+v, %v", signal.Mentions, err)
		}
		if hits, err := r.Graph.Search(t.Context(), r.lena, consent.Identification, canary, 10); err != nil || len(hits) > 0 {
			t.Errorf("found by her name: %v, %v", hits, err)
		}
		if v, err := r.Protection.See(t.Context(), r.lena, other.Case.ID); err != nil || v.Name.Value != "Somebody Else" {
			t.Errorf("somebody else was lost: %+v, %v", v.Name, err)
		}
		nowhere(t, r.Ground.DB, r.keys)
		for _, dir := range []string{into, filepath.Dir(old), filepath.Dir(keys), filepath.Dir(source)} {
			if !isPostgres(dir) && !strings.HasPrefix(dir, "postgres:") {
				inNoFile(t, dir)
			}
		}
	})
}

// nowhere searches every cell of the databases for the canary.
func nowhere(t *testing.T, dbs ...*sqldb.DB) {
	t.Helper()
	for _, db := range dbs {
		tables, err := db.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = db.InRead(t.Context(), func(tx *sql.Tx) error {
			for _, table := range tables {
				if err := search(t, tx, table); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func search(t *testing.T, tx *sql.Tx, table string) error {
	rows, err := tx.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, cell := range cells {
			if namesCanary(string(cell)) {
				t.Errorf("the canary stands in %s.%s", table, columns[i])
			}
		}
	}
	return rows.Err()
}

// inNoFile searches the bytes of every file below dir, and their names.
func inNoFile(t *testing.T, dir string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		if namesCanary(string(b)) || namesCanary(d.Name()) {
			t.Errorf("the canary stands in %s", path)
		}
		return err
	})
	if err != nil || n == 0 {
		t.Errorf("%d files in %s, %v", n, dir, err)
	}
}
