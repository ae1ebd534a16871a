package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
)

// imported is a table with two good rows and one that is rejected for two reasons.
const importedTable = "ref,observed,prs_FirstName,prs_Gender,Shoe size\n" +
	"R-1,2023-07-03," + canary + ",Feminine,38\nR-2,2023-07-04,,Masculine,\nR-3,03/04/2023," + canary + ",unsure,\n"

// upload sends a form with files.
func (b *browser) upload(path string, status int, files map[string]string, fields ...string) string {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		w.WriteField(fields[i], fields[i+1])
	}
	for field, text := range files {
		f, err := w.CreateFormFile(field, canary+".csv")
		if err != nil {
			b.t.Fatal(err)
		}
		f.Write([]byte(text))
	}
	w.Close()
	res, err := b.client.Post(b.origin+path, w.FormDataContentType(), &body)
	return b.did(res, err, status)
}

func TestImportPages(t *testing.T) {
	c, log, enter := served(t)
	doctor := enter(c.doctor)
	doctor.get("/imports", 404) // a service imports nothing, and is not told that others do
	doctor.get("/imports/new", 404)
	doctor.upload("/imports/new", 404, map[string]string{"file": importedTable})

	lena := enter(c.lena)
	if !strings.Contains(lena.get("/imports", 200), "Nothing has been imported yet") {
		t.Error("the empty list says nothing")
	}
	for what, files := range map[string]map[string]string{
		"Choose a file.":                             nil,
		"This file is empty.":                        {"file": ""},
		"The mapping cannot be used with":            {"file": importedTable, "mapping": ""},
		"This is a web page":                         {"file": "<html>"},
		"No column was recognised. Say in a mapping": {"file": "a,b\n1,2\n"},
		"The mapping cannot be used":                 {"file": importedTable, "mapping": "{"},
		"larger than 16 MB":                          {"file": strings.Repeat("x", 17<<20)},
	} {
		if text := lena.upload("/imports/new", 422, files); !strings.Contains(text, what) {
			t.Errorf("%q is not said:\n%s", what, text)
		}
	}
	text := lena.upload("/imports/new", 200, map[string]string{"file": importedTable}, "dates", "none", "unknown", "reject")
	for _, want := range []string{"Nothing of this file is recorded yet", "This value is not in the list of the field.", "This date cannot be read without doubt", "Not read: Not recognised", "Take it in"} {
		if !strings.Contains(text, want) {
			t.Errorf("the trial does not say %q", want)
		}
	}
	if n := c.scalar(t, `SELECT count(*) FROM evidence_signal`); n != 0 {
		t.Errorf("the trial recorded %d signals", n)
	}
	imp := strings.TrimSuffix(mustLink(t, lena, regexp.MustCompile(`^/imports/imp_[^/]+/take$`)), "/take")
	doctor.get(imp, 404)
	doctor.post(imp+"/take", 404)
	lena.get(imp+"/undo", 200) // leads back: there is nothing to undo
	if text := lena.post(imp+"/take", 200); !strings.Contains(text, "being taken in") {
		t.Errorf("no progress:\n%s", text)
	}
	lena.post(imp+"/take", 409)
	c.drain(t)
	if text := lena.get(imp, 200); !strings.Contains(text, "Undo this import") || !strings.Contains(text, "Lena") {
		t.Errorf("the result:\n%s", text)
	}
	file := lena.get(imp+"/rejected.csv?lang=fr", 200)
	if !strings.Contains(file, "Cette valeur") || !strings.Contains(file, "import.unknown_code") || strings.Contains(file, "unsure") || namesCanary(file) {
		t.Errorf("the rejected rows, in French:\n%s", file)
	}
	again := lena.upload("/imports/new", 200, map[string]string{"file": importedTable}, "dates", "none", "unknown", "reject")
	if !regexp.MustCompile(`Would be recorded\s*0\s*Were there already\s*2`).MatchString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(again, " ")) || strings.Contains(again, "Take it in") {
		t.Errorf("a file that is there already looks new:\n%s", again)
	}
	doctor.get(imp+"/rejected.csv", 404)
	doctor.post(imp+"/undo", 404)
	if !strings.Contains(lena.get(imp+"/undo", 200), "2 signals of this import will be taken back.") {
		t.Error("the confirmation does not say how many")
	}
	if !strings.Contains(lena.post(imp+"/undo", 200), "2 signals were taken back.") {
		t.Error("the result of undoing is not said")
	}
	c.drain(t)
	for _, where := range append(lena.urls, log.String(), c.log.String()) {
		if namesCanary(where) {
			t.Errorf("the canary is named: %q", where)
		}
	}
}

// Who gave the word is blocked before the job runs: the import does not wait for
// ever. Its page says how it stands and does not call again.
func TestImportOfABlockedUser(t *testing.T) {
	c, _, enter := served(t)
	lena, colleague := enter(c.lena), enter(c.person(t, "Mara", c.lena.Organisation, "responder"))
	lena.upload("/imports/new", 200, map[string]string{"file": importedTable})
	imp := strings.TrimSuffix(mustLink(t, lena, regexp.MustCompile(`^/imports/imp_[^/]+/take$`)), "/take")
	lena.post(imp+"/take", 200)
	if text := colleague.post(imp+"/drop", 409); !strings.Contains(text, "already decided about") {
		t.Errorf("dropping what was ordered:\n%s", text)
	}
	err := c.administer(t.Context(), func(a *act.Act) error {
		u, err := signin.FindUser(a.Ctx(), a.Tx(), c.lena.User.String())
		u.Active = false
		return errors.Join(err, signin.ChangeUser(a.Ctx(), a.Tx(), u))
	})
	if err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	text := colleague.get(imp, 200)
	if !strings.Contains(text, "Interrupted") || !strings.Contains(text, "This import was interrupted.") || strings.Contains(text, `http-equiv="refresh"`) {
		t.Errorf("the page says:\n%s", text)
	}
	if n := c.scalar(t, `SELECT count(*) FROM evidence_held`); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}

// An ordered import of which every attempt fails is given up after a day.
func TestImportThatNeverEnds(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	c.enrol(t)
	imp, err := c.Imports.Hold(t.Context(), c.lena, []byte(importedTable), intake.Mapping{})
	if err == nil {
		err = c.Evidence.Order(t.Context(), c.lena, imp)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Ground.DB.Pool().ExecContext(t.Context(), `UPDATE evidence_held SET body = $1 WHERE import = $2`, []byte("spoilt"), imp.String()); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		v, err := c.Evidence.SeeImport(t.Context(), c.lena, imp, 1)
		return fmt.Sprint(v.State, err)
	}
	c.Drain(t.Context())
	if s := state(); s != "queued<nil>" {
		t.Errorf("after the first attempt: %s", s)
	}
	c.hand.Move(evidence.HeldFor + 1)
	c.Drain(t.Context())
	if s := state(); s != "stopped<nil>" {
		t.Errorf("after a day: %s", s)
	}
}

// A file that is thrown away leaves nothing, and its key is gone.
func TestHeldFileThrownAway(t *testing.T) {
	c, _, enter := served(t)
	lena := enter(c.lena)
	lena.upload("/imports/new", 200, map[string]string{"file": importedTable})
	imp := strings.TrimSuffix(mustLink(t, lena, regexp.MustCompile(`^/imports/imp_[^/]+/drop$`)), "/drop")
	lena.post(imp+"/drop", 200)
	lena.get(imp, 404)
	lena.upload("/imports/new", 200, map[string]string{"file": importedTable})
	c.hand.Move(evidence.HeldFor + 1)
	c.drain(t)
	if n := c.scalar(t, `SELECT count(*) FROM evidence_held`) + c.scalar(t, `SELECT count(*) FROM evidence_import`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func (c *course) scalar(t *testing.T, query string) int64 {
	t.Helper()
	n, err := c.Ground.DB.Scalar(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The example that the help gives is a mapping that is read, and what it says of
// dates holds.
func TestImportHelp(t *testing.T) {
	from, to := strings.Index(importHelp, "  {\n"), strings.Index(importHelp, "\n  }")
	m, err := intake.ReadMapping(strings.NewReader(importHelp[from : to+4]))
	if err != nil || m.Sheet == "" || m.Dates != intake.DayFirst || m.Unknown != intake.Keep || m.Values["prs_Gender"]["F"] != "Feminine" {
		t.Fatalf("%+v %v", m, err)
	}
	dir := t.TempDir()
	c := newCourse(t, dir, "")
	c.enrol(t)
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cases := file("c.csv", "ref,First contact,Sex,Shoe size\nR-1,03/04/2023,F,38\nR-2,04/13/2023,M,39\n")
	mapping := file("m.json", strings.Replace(importHelp[from:to+4], `"sheet": "Cases 2023",`, "", 1))
	for _, x := range []struct {
		code int
		want string
		args []string
	}{
		{0, "Would be recorded: 1; there already: 0; would be rejected: 1", []string{cases, "--mapping", mapping}},
		{0, "Would be recorded: 1; there already: 0; would be rejected: 1", []string{cases, "--mapping", mapping, "--dates", "dmy"}},
		{0, "Would be recorded: 2; there already: 0; would be rejected: 0", []string{cases, "--mapping", mapping, "--dates", "mdy"}},
		{0, "--dates mdy --dir " + dir, []string{cases, "--mapping", mapping, "--dates", "mdy"}},
		{exitUsage, "dmy (the day first) or mdy", []string{cases, "--dates", "ymd"}},
		{exitFailed, "a header and no row below it", []string{file("h.csv", "ref,observed,prs_Gender\n\n,,\n")}},
		{exitFailed, "opens in row 2 is not closed there", []string{file("q.csv", "ref,observed,prs_Gender\nR-1,2023-07-03,\"Feminine\nR-2,2023-07-03,Masculine\n")}},
		{exitDegraded, "would be rejected: 1", []string{file("x.csv", "ref,observed,prs_Gender\nR-1,03/04/2023,Feminine\n")}},
	} {
		out, said := run(t, x.code, append([]string{"import", "--dir", dir, "--as", c.lena.User.String(), "--dry-run"}, x.args...)...)
		if !strings.Contains(out+said, x.want) {
			t.Errorf("%v: %q is not said:\n%s%s", x.args, x.want, out, said)
		}
	}
	if out, _ := run(t, 0, "import", "columns"); !strings.Contains(out, "prs_Gender  ") || !strings.Contains(out, "    Feminine, Masculine") {
		t.Errorf("the columns are not listed:\n%s", out)
	}
}

// The command takes the same path, and says what was wrong in the language asked
// for, with the keys.
func TestImportCommand(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, "")
	c.enrol(t)
	table, rejects := filepath.Join(dir, "table.csv"), filepath.Join(dir, "rejects.csv")
	if err := os.WriteFile(table, []byte(importedTable), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(code int, args ...string) (out, errOut string) {
		t.Helper()
		var o, e bytes.Buffer
		if got := Main(append([]string{"--dir", dir}, args...), &o, &e); got != code {
			t.Errorf("%v: %d, want %d\n%s%s", args, got, code, o.String(), e.String())
		}
		return o.String(), e.String()
	}
	out, _ := run(0, "import", table, "--as", c.lena.User.String(), "--rejects", rejects, "--lang", "de", "--json")
	var done struct {
		Recorded, Rejected int
		Unread             []struct{ Key, Sentence string }
	}
	if err := json.Unmarshal([]byte(out), &done); err != nil || done.Recorded != 2 || done.Rejected != 1 || len(done.Unread) != 1 || done.Unread[0].Sentence != "Nicht erkannt" || done.Unread[0].Key != "import.column_unknown" {
		t.Errorf("%s: %v", out, err)
	}
	file, err := os.ReadFile(rejects)
	if err != nil || !strings.Contains(string(file), "import.bad_date") || !strings.Contains(string(file), "Dieses Datum") {
		t.Errorf("%s %v", file, err)
	}
	out, _ = run(0, "import", table, "--as", c.lena.User.String(), "--dry-run")
	for _, want := range []string{"Would be recorded: 0; there already: 2; would be rejected: 1", "--rejects rejects.csv --dir " + dir} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	signals, err := c.Evidence.List(t.Context(), c.lena, 0, 1)
	if err != nil || len(signals) != 1 {
		t.Fatalf("%v %v", signals, err)
	}
	out, _ = run(0, "trace", signals[0].ID.String())
	_, prove, _ := strings.Cut(out, "To prove the last line: lodestar ")
	if words := strings.Fields(prove); len(words) < 3 || strings.Count(out, words[2]) != 2 {
		t.Errorf("the trace names no line that can be proven:\n%s", out)
	} else if out, _ = run(0, words...); !strings.Contains(out, words[2]) && !strings.Contains(out, "proof") {
		t.Errorf("%v gives\n%s", words, out)
	}
	if list, err := c.Evidence.Imports(t.Context(), c.lena, sqldb.After{}, 10); err != nil || len(list) != 1 || list[0].Recorded != 2 || list[0].State != evidence.ImportDone {
		t.Errorf("the page does not list it: %+v %v", list, err)
	}
	for _, x := range []struct {
		code int
		want string
		args []string
	}{
		{exitFailed, "import.no_file", []string{"import", "nowhere", "--as", c.lena.User.String()}},
		{exitUsage, "usage", []string{"import"}},
		{exitUsage, "usage", []string{"version", "--lang", "tlh"}},
		{exitUsage, "usage", []string{"nothing"}},
	} {
		_, said := run(x.code, append(x.args, "--json")...)
		var e struct{ Error told }
		if err := json.Unmarshal([]byte(said), &e); err != nil || e.Error.Message == "" || e.Error.Code != x.want && e.Error.Key != x.want {
			t.Errorf("%v says %s: %v", x.args, said, err)
		}
	}
	if _, said := run(exitFailed, "import", "nowhere", "--as", c.lena.User.String(), "--lang", "ru"); !strings.Contains(said, "Файл не открывается") {
		t.Errorf("not in Russian: %s", said)
	}
}
