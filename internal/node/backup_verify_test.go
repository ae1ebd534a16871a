package node

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/disclosure"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/receipt"
	"lodestar/internal/domain/screening"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
	"lodestar/internal/kernel/seal"
)

// TestPassing: nobody is let in by a backup, and no kept answer survives in one.
func TestPassing(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	err := c.administer(t.Context(), func(a *act.Act) error {
		return signin.AddUser(a.Ctx(), a.Tx(), signin.User{ID: c.lena.User.String(), Name: "Lena", Organisation: c.lena.Organisation.String(), Roles: []string{"caseworker"}, Language: "en", Active: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		_, err1 := tx.ExecContext(t.Context(), `INSERT INTO signin_session (token_hash, user_id, data, born, seen) VALUES ('x', $1, X'00', 1, 1)`, c.lena.User.String())
		_, err2 := tx.ExecContext(t.Context(), `INSERT INTO rest_key (hash, print, answer, born) VALUES (X'00', X'00', X'00', 1)`)
		return errors.Join(err1, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	file, keys := c.copied(t)
	r := c.restored(t, file, keys, t.TempDir())
	for table, want := range map[string]int64{"signin_user": 1, "signin_session": 0, "rest_key": 0} {
		if n, err := r.Ground.DB.Scalar(t.Context(), "SELECT count(*) FROM "+table); err != nil || n != want {
			t.Errorf("%s has %d rows, %v; want %d", table, n, err, want)
		}
	}
}

// TestSealedColumns: every column of bytes is either sealed, and then verified, or
// known to hold nothing of anybody.
func TestSealedColumns(t *testing.T) {
	bare := []string{
		"evidence_signal.content", "graph_mention.keys", "graph_token.token", // keyed digests
		"ledger_line.body", "ledger_line.hashes", "ledger_opening.salt",
		"signin_code.hash", "signin_code.salt", "signin_invitation.code_hash", "signin_passkey.id", "signin_passkey.record", "signin_token.token_hash",
	}
	var want []string
	for _, s := range sealedColumns {
		want = append(want, s.name())
	}
	want = append(want, bare...)
	slices.Sort(want)
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	var have []string
	err := c.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
			WHERE m.type = 'table' AND c.type = 'BYTEA' AND m.name NOT LIKE 'river_%' ORDER BY 1`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			if table, _, _ := strings.Cut(name, "."); !slices.Contains(passing, table) {
				have = append(have, name)
			}
		}
		return rows.Err()
	})
	if err != nil || !slices.Equal(have, want) {
		t.Errorf("columns of bytes: %q\nknown: %q\n%v", have, want, err)
	}
	c.childSealed(t)
	done := c.screen(t, canary, canaryPhone)
	_, err1 := c.Evidence.Record(t.Context(), c.lena, incoming(1))
	err2 := c.Protection.KeepDraft(t.Context(), c.lena, protection.Intake{Danger: "no", Language: "en"})
	_, err3 := c.Imports.Hold(t.Context(), c.lena, []byte("ref,observed,prs_FirstName\n1,2023-07-03,"+canary+"\n"), intake.Mapping{})
	c.Ground.Law = northland(t)
	_, err4 := c.Disclosure.Disclose(t.Context(), c.lena, disclosure.In{Case: done.Case.ID, Version: c.seen(t, done).Case.Version, Recipient: c.elsewhere(t), Classes: []string{"identity"}, Reason: canary})
	_, err5 := c.Interviews.Interview(t.Context(), c.lena, screening.In{Case: done.Case.ID, Family: "ilo-ec-2009-labour", Pass: screening.Long})
	code, err6 := c.Receipts.Issue(t.Context(), c.lena, done.Case.ID)
	err7 := c.Receipts.Say(t.Context(), code, receipt.Question, canary)
	err8 := c.Receipts.Answer(t.Context(), c.lena, receipt.AnswerIn{Case: done.Case.ID, N: 1, Words: canary})
	if err := errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, c.determined(t, done.Case.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Protection.Close(t.Context(), c.lena, protection.CloseIn{Case: done.Case.ID, Version: c.seen(t, done).Case.Version, Reason: "not_seen"}); !fault.Is(err, fault.Parked) {
		t.Fatal(err)
	}
	c.rights(t, done.Case.ID)
	file, keys := c.copied(t)
	opened := 0
	for _, v := range passed(t, c.Config, file, keys) {
		if v.Value == "opens" {
			opened++
		}
	}
	if opened != len(sealedColumns) {
		t.Errorf("%d of %d columns were opened", opened, len(sealedColumns))
	}
}

// northland is the law of an invented State in which every period is set.
func northland(t *testing.T) law.Law {
	t.Helper()
	all, err := law.Load(catalog.States)
	if err != nil {
		t.Fatal(err)
	}
	return all["XN"]
}

// elsewhere is an organisation of the directory that is not Lena's.
func (c *course) elsewhere(t *testing.T) (out id.Organisation) {
	t.Helper()
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		out = id.New[id.Organisation]()
		return casework.PutOrganisation(t.Context(), tx, casework.Organisation{ID: out, Name: "Elsewhere", Kind: "police"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestKeysForRows: the key store has a key set for each subject, and says so when
// one is gone.
func TestKeysForRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		done := c.screen(t, canary, canaryPhone)
		if n, err := c.keyless(t.Context()); n != 0 || err != nil {
			t.Errorf("%d subjects without keys, %v", n, err)
		}
		var subject string
		err := c.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) error {
			return tx.QueryRowContext(t.Context(), `SELECT p.subject FROM casework_person p JOIN casework_case c ON c.person = p.id WHERE c.id = $1`, done.Case.ID.String()).Scan(&subject)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Ground.Vault.Destroy(t.Context(), id.Trusted[id.Subject](subject)); err != nil {
			t.Fatal(err)
		}
		if n, err := c.keyless(t.Context()); n != 1 || err != nil {
			t.Errorf("%d subjects without keys, %v; want one", n, err)
		}
		if err := c.Ground.Vault.Check(t.Context(), seal.Identity, id.Trusted[id.Subject](subject), "x", []byte("x")); !fault.Is(err, fault.NotFound) {
			t.Errorf("an erased subject: %v", err)
		}
	})
}

func TestBackupCommands(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, filepath.Join(dir, "node.db"))
	c.screen(t, canary, canaryPhone)
	c.drain(t)
	t.Setenv("TMPDIR", t.TempDir())
	out := t.TempDir()
	file, keys, into := filepath.Join(out, "rows"), filepath.Join(out, "keys"), filepath.Join(out, "new")
	for _, x := range []struct {
		code int
		args []string
	}{
		{exitUsage, []string{"restore", file, keys}},
		{exitUsage, []string{"restore", file, keys, "--verify", "--into", into}},
		{exitFailed, []string{"restore", file, keys, "--verify"}},
		{0, []string{"backup", file, keys}},
		{exitFailed, []string{"backup", file, keys}},
		{0, []string{"restore", file, keys, "--verify"}},
		{0, []string{"restore", file, keys, "--verify", "--json"}},
		{0, []string{"restore", file, keys, "--into", into}},
		{exitFailed, []string{"restore", file, keys, "--into", into}},
	} {
		var said bytes.Buffer
		if code := Main(append([]string{"--dir", dir}, x.args...), &said, &said); code != x.code {
			t.Errorf("%v: %d, want %d\n%s", x.args[0], code, x.code, said.String())
		}
		if namesCanary(said.String()) {
			t.Errorf("%v names the canary", x.args[0])
		}
	}
	list, err := os.ReadDir(into)
	if err != nil || len(list) == 0 {
		t.Errorf("%v, %v", list, err)
	}
	temporary, err := filepath.Glob(filepath.Join(os.TempDir(), "lodestar-verify-*"))
	if err != nil || len(temporary) > 0 {
		t.Errorf("left behind: %v, %v", temporary, err)
	}
}
