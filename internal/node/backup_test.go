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
	"sync"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/casework"
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
