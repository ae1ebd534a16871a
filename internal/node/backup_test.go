package node

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// copied makes a backup of the node and gives the two files.
func (c *course) copied(t *testing.T) (file, keys string) {
	t.Helper()
	dir := t.TempDir()
	file, keys = filepath.Join(dir, "rows"), filepath.Join(dir, "keys")
	if _, err := c.Backup(t.Context(), file, keys); err != nil {
		t.Fatal(err)
	}
	return file, keys
}

// restored loads a backup into an empty place and opens the node there.
func (c *course) restored(t *testing.T, file, keys, into string) *course {
	t.Helper()
	cfg := c.Config
	if _, err := Restore(t.Context(), cfg, c.hand, c.Log, file, keys, into); err != nil {
		t.Fatal(err)
	}
	cfg.Database = into
	if !isPostgres(into) {
		cfg.Database = filepath.Join(into, "node.db")
	}
	n := openCourse(t, cfg)
	n.hand.Move(c.hand.Now().Sub(courseStart))
	return n
}

func between(t *testing.T, f func(t *testing.T, source, into string)) {
	for from, source := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(from+" to sqlite", func(t *testing.T) { f(t, source(t), t.TempDir()) })
		t.Run(from+" to postgres", func(t *testing.T) { f(t, source(t), dbtest.Postgres(t)) })
	}
}

func TestBackupRestores(t *testing.T) {
	between(t, func(t *testing.T, source, into string) {
		c := newCourse(t, t.TempDir(), source)
		first := c.screen(t, canary, canaryPhone)
		for i := range 12 {
			if _, err := c.Evidence.Record(t.Context(), c.lena, incoming(i)); err != nil {
				t.Fatal(err)
			}
		}
		c.drain(t)
		second := c.screen(t, "Somebody Else", "") // its jobs are still waiting
		if err := c.Protection.KeepDraft(t.Context(), c.lena, c.intake("Draft", "")); err != nil {
			t.Fatal(err)
		}
		file, keys := c.copied(t)
		r := c.restored(t, file, keys, into)
		r.sound(t)
		v, err := r.Protection.See(t.Context(), r.lena, first.Case.ID)
		if err != nil || v.Name.Value != canary || v.Phone.Value != canaryPhone {
			t.Errorf("her case: %+v, %v", v.Name, err)
		}
		got, err := r.Protection.Receive(t.Context(), r.doctor, first.Referrals[0].ID)
		if err != nil || got.Payload.Value.Name != canary {
			t.Errorf("her referral: %+v, %v", got.Payload, err)
		}
		draft, err := r.Protection.Draft(t.Context(), r.lena)
		if err != nil || draft.Name != "Draft" {
			t.Errorf("the draft: %v, %v", draft.Name, err)
		}
		r.hand.Move(25 * time.Hour) // the jobs go on: nobody answered
		r.drain(t)
		v, err = r.Protection.See(t.Context(), r.lena, second.Case.ID)
		if err != nil || v.Referrals[0].State != casework.Expired {
			t.Errorf("her referral is %v, %v", v.Referrals, err)
		}
		if _, err := r.Evidence.Record(t.Context(), r.lena, incoming(99)); err != nil {
			t.Error(err)
		}
		r.drain(t)
		r.sound(t)
	})
}

// TestBackupWhileTheNodeWorks: the copies are of one moment.
func TestBackupWhileTheNodeWorks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		stop := make(chan struct{})
		var work sync.WaitGroup
		work.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				_, err := c.Evidence.Record(context.Background(), c.lena, incoming(i))
				if err == nil && i%7 == 0 {
					err = c.Drain(context.Background())
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
		for range 3 {
			file, keys := c.copied(t)
			passed(t, c.Config, file, keys)
		}
		close(stop)
		work.Wait()
	})
}

// passed verifies a backup and fails the test unless all is well.
func passed(t *testing.T, cfg Config, file, keys string) []Verified {
	t.Helper()
	list, err := VerifyBackup(t.Context(), cfg, system, Logger(io.Discard), file, keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		if v.State != Well {
			t.Errorf("%+v", v)
		}
	}
	return list
}

func TestRestoreRefuses(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	c.screen(t, canary, canaryPhone)
	oldFile, oldKeys := c.copied(t)
	c.screen(t, "Somebody Else", "")
	file, keys := c.copied(t)

	// Another node that has, by mistake, the same node key.
	dir := t.TempDir()
	other := newCourse(t, dir, dbtest.SQLite(t))
	for range 20 {
		other.screen(t, "Nobody", "")
	}
	_, alien := other.copied(t)
	kek, err := os.ReadFile(c.Config.kek())
	if err != nil {
		t.Fatal(err)
	}
	same := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(same, "node.key"), kek, 0o600), ledgerKey(same)); err != nil {
		t.Fatal(err)
	}
	twin := openCourse(t, courseConfig(same, dbtest.SQLite(t)))
	for range 20 {
		if _, err := twin.Evidence.Record(t.Context(), twin.lena, incoming(1)); err != nil {
			t.Fatal(err)
		}
	}
	_, twins := twin.copied(t)

	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut, changed := scratch(t, "cut"), scratch(t, "changed")
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	if err := errors.Join(os.WriteFile(cut, whole[:len(whole)/2], 0o600), os.WriteFile(changed, flipped, 0o600)); err != nil {
		t.Fatal(err)
	}
	full := t.TempDir()
	if _, err := Restore(t.Context(), c.Config, system, c.Log, file, keys, full); err != nil {
		t.Fatal(err)
	}
	fullPostgres := dbtest.Postgres(t)
	if _, err := Restore(t.Context(), c.Config, system, c.Log, file, keys, fullPostgres); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		file, keys, into string
		cfg              Config
		key              string
	}{
		"another node's key":      {file, keys, "", other.Config, "backup.wrong_node_key"},
		"another node's keys":     {file, alien, "", c.Config, "backup.wrong_node_key"},
		"a twin's keys":           {file, twins, "", c.Config, "backup.other_node"},
		"keys older than rows":    {file, oldKeys, "", c.Config, "backup.keys_older"},
		"the wrong way round":     {keys, file, "", c.Config, "backup.wrong_part"},
		"rows twice":              {file, file, "", c.Config, "backup.wrong_part"},
		"half a file":             {cut, keys, "", c.Config, "backup.damaged"},
		"a changed byte":          {changed, keys, "", c.Config, "backup.damaged"},
		"no such file":            {file + "x", keys, "", c.Config, "backup.cannot_read"},
		"over a database":         {file, keys, full, c.Config, "backup.target_not_empty"},
		"over a database, server": {oldFile, keys, fullPostgres, c.Config, "backup.target_not_empty"},
		"no node key at all":      {file, keys, "", courseConfig(t.TempDir(), ""), "seal.no_node_key"},
	} {
		into := x.into
		if into == "" {
			into = scratch(t, "new")
		}
		_, err := Restore(t.Context(), x.cfg, system, c.Log, x.file, x.keys, into)
		if key, _ := fault.Say(err); key != x.key {
			t.Errorf("%s: %v, want %s", name, err, x.key)
		}
		if _, err := os.Stat(into); x.into == "" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: something was written", name)
		}
		if x.into == "" {
			if _, err := VerifyBackup(t.Context(), x.cfg, system, c.Log, x.file, x.keys); err == nil {
				t.Errorf("%s: verified", name)
			}
		}
	}
	r := openCourse(t, courseConfig(c.Config.Dir, filepath.Join(full, "node.db")))
	r.sound(t) // what was there is as it was
	if _, err := c.Backup(t.Context(), file, scratch(t, "keys")); !fault.Is(err, fault.Conflict) {
		t.Errorf("a backup overwrote a file: %v", err)
	}
}

func ledgerKey(dir string) error {
	tmp, err := os.MkdirTemp(dir, "")
	if err != nil {
		return err
	}
	cfg := courseConfig(tmp, "")
	if err := Init(cfg, "twin.lodestar.invalid"); err != nil {
		return err
	}
	return os.Rename(cfg.ledgerKey(), filepath.Join(dir, "ledger.key"))
}

// TestVerifyFinds: what somebody did to the rows before they were copied.
func TestVerifyFinds(t *testing.T) {
	for name, x := range map[string]struct{ change, failed string }{
		"a line of the ledger":  {`UPDATE ledger_line SET actor = 'usr_somebody' WHERE n = 1`, "ledger"},
		"a derived entity":      {`UPDATE graph_entity SET mentions = 40 WHERE founder = (SELECT min(founder) FROM graph_entity)`, "rebuild"},
		"a sealed name":         {`UPDATE casework_person SET name = alias`, "sealed casework_person.name"},
		"a sealed referral":     {`UPDATE casework_referral SET payload = X'00010203'`, "sealed casework_referral.payload"},
		"a narrative, put in":   {`UPDATE evidence_signal SET narrative = X'41' WHERE seq = 1`, "sealed evidence_signal.narrative"},
		"nothing, and all well": {`SELECT 1`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
			c.screen(t, canary, canaryPhone)
			c.drain(t)
			err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), x.change)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			file, keys := c.copied(t)
			list, err := VerifyBackup(t.Context(), c.Config, system, c.Log, file, keys)
			if err != nil {
				t.Fatal(err)
			}
			var failed []string
			for _, v := range list {
				if v.State != Well {
					failed = append(failed, v.Name)
				}
				if namesCanary(v.Value) {
					t.Errorf("%+v names somebody", v)
				}
			}
			if x.failed == "" && len(failed) > 0 || x.failed != "" && !slices.Contains(failed, x.failed) {
				t.Errorf("failed: %q, want %q", failed, x.failed)
			}
		})
	}
}

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
	done := c.screen(t, canary, canaryPhone)
	_, err1 := c.Evidence.Record(t.Context(), c.lena, incoming(1))
	err2 := c.Protection.KeepDraft(t.Context(), c.lena, protection.Intake{Danger: "no", Language: "en"})
	_, err3 := c.Imports.Hold(t.Context(), c.lena, []byte("ref,observed,prs_FirstName\n1,2023-07-03,"+canary+"\n"), intake.Mapping{})
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Protection.Close(t.Context(), c.lena, protection.CloseIn{Case: done.Case.ID, Version: c.seen(t, done).Case.Version, Reason: "not_seen"}); !fault.Is(err, fault.Parked) {
		t.Fatal(err)
	}
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
