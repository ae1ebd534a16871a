package node

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/i18n"
	"lodestar/internal/kernel/id"
)

func run(t *testing.T, code int, args ...string) (out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	if got := Main(args, &o, &e); got != code {
		t.Errorf("%v: %d, want %d\n%s%s", args, got, code, o.String(), e.String())
	}
	return o.String(), e.String()
}

// What init was given stands in the file it leaves, and the other commands read it.
func TestInitWritesSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	data := filepath.Join(t.TempDir(), "rows.db")
	run(t, 0, "init", "--dir", dir, "--database", data, "--name", "x.lodestar.invalid")
	file := configFile(dir)
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), `// "listen": "127.0.0.1:8080"`) || !strings.Contains(string(text), "\n  \"database\": ") {
		t.Fatalf("%s %v", text, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v: it may hold a password", info.Mode(), err)
	}
	out, _ := run(t, 0, "config", "show", "--dir", dir, "--json")
	var list []struct{ Key, Value, Origin string }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Key == "database" && (s.Value != data || s.Origin != "file") || s.Key == "listen" && s.Origin != "default" {
			t.Errorf("%+v", s)
		}
	}
	changed := strings.Replace(string(text), `// "language": ""`, `"language": "de"`, 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, said := run(t, exitFailed, "explain", "--dir", dir, "u", "protection.se", "case"); !strings.Contains(said, "Dieses Verb gibt es nicht") || !strings.Contains(said, "protection.see") {
		t.Errorf("not in the configured language: %s", said)
	}
	if err := os.WriteFile(file, []byte(`{"listn": "x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, exitFailed, "doctor", "--dir", dir) // a misspelt setting is not a silent default
}

func TestUnitObeysDir(t *testing.T) {
	for dir, want := range map[string][]string{
		"":                     {"serve --dir /var/lib/lodestar\n", "DynamicUser=yes\nStateDirectory=lodestar\n", "ProtectHome=yes"},
		"/var/lib/a/b":         {"--dir /var/lib/a/b\n", "StateDirectory=a/b\n"},
		"/srv/x":               {"--dir /srv/x\n", "User=lodestar\nReadWritePaths=/srv/x\n"},
		"/home/a/node":         {"ProtectHome=no"},
		`/srv/a $b 100% "c" \`: {`--dir "/srv/a $$b 100%% \"c\" \\"` + "\n", `ReadWritePaths="/srv/a $b 100%% \"c\" \\"` + "\n"},
	} {
		args := []string{"systemd-unit"}
		if dir != "" {
			args = append(args, "--dir", dir)
		}
		out, _ := run(t, 0, args...)
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%q: no %q in\n%s", dir, w, out)
			}
		}
		if strings.Contains(out, "@") && !strings.Contains(out, "@system-service") || strings.Contains(out, "@EXEC") {
			t.Errorf("%q: a hole is left in\n%s", dir, out)
		}
	}
	run(t, exitUsage, "systemd-unit", "--dir", "/srv/a\nExecStartPre=/bin/evil")
}

// What a command says comes next can be copied and run: it names the same node,
// and repeats no password.
func TestHintsAreTrue(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's a node")
	out, _ := run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid")
	quoted := "'" + strings.ReplaceAll(dir, "'", `'\''`) + "'"
	if !strings.Contains(out, "lodestar serve --dir "+quoted+"\n") {
		t.Errorf("no serve for %s in\n%s", quoted, out)
	}
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	out, _ = run(t, 0, "backup", a, b, "--dir", dir)
	_, hint, _ := strings.Cut(out, "Next: lodestar ")
	run(t, 0, unquote(t, hint)...)
	into := filepath.Join(t.TempDir(), "into")
	out, _ = run(t, 0, "restore", a, b, "--dir", dir, "--into", into)
	_, hint, _ = strings.Cut(out, "Next: lodestar ")
	if words := unquote(t, hint); !slices.Contains(words, filepath.Join(into, "node.db")) {
		t.Errorf("not what was restored: %v", words)
	} else {
		run(t, 0, words...)
	}
	if _, said := run(t, exitFailed, "user", "block", id.New[id.User]().String(), "--dir", dir); !strings.Contains(said, "Next: lodestar user list --dir "+quoted+"\n") {
		t.Errorf("an unknown user: %s", said)
	}
	p := &program{database: "postgres://a:secret@host/db", dir: dir, file: "/x y"}
	if hint := p.next("doctor"); strings.Contains(hint, "secret") || !strings.Contains(hint, "--config '/x y'") || !strings.Contains(hint, "--database postgres://…") {
		t.Error(hint)
	}
}

// unquote reads the words of a printed command as a shell does.
func unquote(t *testing.T, line string) (words []string) {
	t.Helper()
	line, _, _ = strings.Cut(line, "\n")
	out, err := exec.Command("sh", "-c", "printf '%s\\n' "+line).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// A mistaken id is answered with what was expected and what the given looks like,
// in the reader's language, and is not repeated: it may be a name.
func TestMistakenIDs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid")
	line := id.New[id.Line]().String()
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"trace", line}, "signal (sig_…). What was given begins like that of: ledger line"},
		{[]string{"trace", "sig_123", "--lang", "de"}, "Meldung (sig_…). Die angegebene hat 7 Zeichen statt 25"},
		{[]string{"ledger", "prove", "17"}, "ledger line (lin_…). What was given is no reference"},
		{[]string{"import", "undo", canary, "--as", "usr_1"}, "import (imp_…). What was given is no reference"},
		{[]string{"import", "x", "--as", line}, "user (usr_…). What was given begins like that of: ledger line"},
		{[]string{"user", "block", canary}, "user (usr_…)"},
		{[]string{"user", "token", line[:24] + "!", "--until", "2999-01-01"}, "user (usr_…)"},
		{[]string{"explain", canary, "protection.see", "case"}, "user (usr_…)"},
	} {
		if _, said := run(t, exitFailed, append(x.args, "--dir", dir)...); !strings.Contains(said, x.want) || namesCanary(said) {
			t.Errorf("%v: %s", x.args, said)
		}
	}
}

// Whoever adds a user is told which roles and kinds there are, and of a user who is
// there already.
func TestUserAdd(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid")
	add := func(code int, more ...string) string {
		t.Helper()
		out, said := run(t, code, append([]string{"user", "add", "--dir", dir, "--organisation", "North Shelter"}, more...)...)
		return out + said
	}
	for want, said := range map[string]string{
		"no role called boss. The roles are: responder, caseworker,":                  add(exitUsage, "A", "--role", "caseworker,boss"),
		"no kind of organisation called guild. The kinds are: police,":                add(exitUsage, "A", "--role", "analyst", "--kind", "guild"),
		"Roles: responder, caseworker, provider":                                      add(0, "--help"),
		"Kinds of organisations: police, government_agency, local_authority, ngo, sh": add(0, "--help"),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	first := regexp.MustCompile(`usr_\w+`).FindString(add(0, "Лена  Петрова", "--role", "analyst"))
	if said := add(exitFailed, "лена Петрова ", "--role", "caseworker", "--lang", "fr"); !strings.Contains(said, "a déjà un utilisateur de ce nom, "+first) || strings.Contains(said, "Петрова") {
		t.Errorf("a second user of the name: %s", said)
	}
	add(0, "Лена Б. Петрова", "--role", "caseworker")
	if out, _ := run(t, 0, "user", "add", "Лена Петрова", "--dir", dir, "--organisation", "Elsewhere", "--kind", "police", "--role", "caseworker", "--json"); !json.Valid([]byte(out)) {
		t.Error(out)
	}
}

// With --json every command prints JSON and nothing else, and so does standard error.
func TestOnlyJSON(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	isJSON := func(args []string, what, text string) {
		t.Helper()
		d := json.NewDecoder(strings.NewReader(text))
		for {
			var v any
			if err := d.Decode(&v); err == io.EOF {
				return
			} else if err != nil {
				t.Errorf("%v: %s is not only JSON: %s", args, what, text)
				return
			}
		}
	}
	out, _ := run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid", "--json")
	if !json.Valid([]byte(out)) {
		t.Errorf("init: %s", out)
	}
	out, _ = run(t, 0, "user", "add", "Lena", "--organisation", "North", "--role", "caseworker", "--dir", dir, "--json")
	user := regexp.MustCompile(`usr_\w+`).FindString(out)
	lines := filepath.Join(dir, "l.jsonl")
	if err := os.WriteFile(lines, []byte(`{"ref":"1","kind":"referral","observed":"2023-07-03","mentions":[{"kind":"person","role":"worker"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ = run(t, 0, "import", lines, "--as", user, "--dir", dir, "--json")
	imp := regexp.MustCompile(`imp_\w+`).FindString(out)
	for _, x := range []struct { // in this order: a backup that is there is not overwritten
		code  int
		lines []string
	}{
		{0, []string{"import " + lines + " --dry-run --as " + user, "import columns", "import undo " + imp + " --as " + user, "doctor", "migrate status", "migrate up", "config show",
			"version", "systemd-unit", "ledger checkpoint", "ledger verify", "rebuild --check", "user list", "user token " + user + " --until 2999-01-01", "user token " + user + " --revoke",
			"explain " + user + " protection.see case", "backup " + a + " " + b, "restore --verify " + a + " " + b, "restore " + a + " " + b + " --into " + filepath.Join(t.TempDir(), "r"), "user block " + user}},
		{exitFailed, []string{"trace x", "serve --listen x", "import nowhere --as " + user, "backup " + a + " " + b}},
		{exitUsage, []string{"import", "nonsense", "doctor --nope", "user token " + user + " --until never"}},
	} {
		for _, line := range x.lines {
			args := append(strings.Fields(line), "--dir", dir, "--json")
			out, said := run(t, x.code, args...)
			isJSON(args, "standard output", out)
			isJSON(args, "standard error", said)
			if x.code == 0 && out == "" || x.code != 0 && !strings.Contains(said, `"error"`) {
				t.Errorf("%v says nothing", args)
			}
		}
	}
}

// In each language every sentence is there, with all that it names.
func TestCommandsInEachLanguage(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, "")
	c.enrol(t)
	table := filepath.Join(dir, "table.csv")
	if err := os.WriteFile(table, []byte(importedTable), 0o600); err != nil {
		t.Fatal(err)
	}
	as := c.lena.User.String()
	english := map[string]string{}
	for _, lang := range i18n.Official {
		out, _ := run(t, 0, "import", table, "--as", as, "--dir", dir, "--lang", lang)
		imp := regexp.MustCompile(`imp_\w+`).FindString(out)
		signals, err := c.Evidence.List(t.Context(), c.lena, 0, 1)
		if err != nil || len(signals) != 1 {
			t.Fatal(signals, err)
		}
		said := map[string]string{"import": out}
		for name, line := range map[string]string{
			"dry": "import " + table + " --dry-run --as " + as, "trace": "trace " + signals[0].ID.String(), "undo": "import undo " + imp + " --as " + as,
			"verify": "ledger verify", "rebuild": "rebuild --check", "migrate": "migrate status", "up": "migrate up", "doctor": "doctor",
			"explain": "explain " + as + " protection.see case", "add": "user add N" + lang + " --organisation O --role analyst",
			"token": "user token " + as + " --until 2999-01-01", "revoke": "user token " + as + " --revoke",
			"backup": "backup " + filepath.Join(dir, "a"+lang) + " " + filepath.Join(dir, "b"+lang),
		} {
			said[name], _ = run(t, 0, append(strings.Fields(line), "--dir", dir, "--lang", lang)...)
		}
		for name, text := range said {
			if strings.Contains(text, "⟦") || text == "" {
				t.Errorf("%s in %s: %s", name, lang, text)
			}
			first, _, _ := strings.Cut(text, "\n")
			if lang == "en" {
				english[name] = first
			} else if first == english[name] && name != "migrate" {
				t.Errorf("%s in %s begins in English: %s", name, lang, first)
			}
		}
	}
}

// A file with many rejected rows has many sentences; the messages are read once.
func TestMessagesAreReadOnce(t *testing.T) {
	p := &program{lang: "ru"}
	if said := p.say("import.no_file", nil); !strings.Contains(said, "Файл не открывается") {
		t.Errorf("not in Russian: %s", said)
	}
	if n := testing.AllocsPerRun(20, func() { p.say("import.no_file", nil) }); n > 500 {
		t.Errorf("a sentence takes %.0f allocations", n)
	}
}
