// Package architecture holds the plan of the house as tests: what may import
// what, what a file may do, how large things grow. ARCHITECTURE.md says nothing
// that is not held here or by another test.
package architecture

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// file is one Go file of the project.
type file struct {
	path  string // from the root, with slashes
	ast   *ast.File
	lines int
	gen   bool
	test  bool
}

func (f file) dir() string { return filepath.ToSlash(filepath.Dir(f.path)) }

func (f file) imports() []string {
	var out []string
	for _, i := range f.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

var fset = token.NewFileSet()

func files(t *testing.T) []file {
	t.Helper()
	var out []file
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "dist") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		a, err := parser.ParseFile(fset, path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		out = append(out, file{path: filepath.ToSlash(rel), ast: a, lines: strings.Count(string(src), "\n"), gen: ast.IsGenerated(a), test: strings.HasSuffix(path, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("found %d files: the walk is wrong", len(out))
	}
	return out
}

// kernel is the river: a package imports only those before it.
var kernel = []string{"id", "law", "seal", "ledger", "jobs", "consent", "policy", "act", "evidence", "graph", "typology", "casework", "module"}

func floor(path string) (name, rest string) {
	for _, f := range []string{"base", "kernel", "domain", "node"} {
		if r, ok := strings.CutPrefix(path, "lodestar/internal/"+f+"/"); ok {
			return f, r
		}
		if path == "lodestar/internal/"+f {
			return f, ""
		}
	}
	return "", path
}

func TestFloors(t *testing.T) {
	allowed := map[string][]string{"base": {"base"}, "kernel": {"base", "kernel"}, "domain": {"base", "kernel", "domain"}, "node": {"base", "kernel", "domain", "node"}}
	for _, f := range files(t) {
		from, rest := floor("lodestar/" + f.dir())
		if strings.HasPrefix(f.path, "wire/") {
			for _, imp := range f.imports() {
				if strings.Contains(strings.Split(imp, "/")[0], ".") || strings.HasPrefix(imp, "lodestar/") {
					t.Errorf("%s imports %s: wire imports only the standard library", f.path, imp)
				}
			}
		}
		if from == "" {
			continue
		}
		for _, imp := range f.imports() {
			to, torest := floor(imp)
			if to == "" {
				continue
			}
			if !slices.Contains(allowed[from], to) {
				t.Errorf("%s imports %s: %s does not know %s", f.path, imp, from, to)
			}
			here, there := strings.Split(rest, "/")[0], strings.Split(torest, "/")[0]
			if from == "domain" && to == "domain" && here != there {
				t.Errorf("%s imports %s: no desk imports another desk", f.path, imp)
			}
			if from == "kernel" && to == "kernel" && here != there && !f.test && slices.Index(kernel, there) >= slices.Index(kernel, here) {
				t.Errorf("%s imports %s: the river flows one way", f.path, imp)
			}
		}
	}
}

func TestOneWayToDoIt(t *testing.T) {
	// What only some packages may import, and from where.
	only := map[string][]string{
		"github.com/riverqueue/river":      {"internal/kernel/jobs"},
		"github.com/cedar-policy/cedar-go": {"internal/kernel/policy"},
		"github.com/tink-crypto/tink-go":   {"internal/kernel/seal", "internal/node"},
		"github.com/pressly/goose":         {"internal/base/sqldb"},
		"github.com/mattn/go-sqlite3":      {},
		"golang.org/x/text/feature/plural": {},
		"golang.org/x/mod/sumdb":           {"internal/kernel/ledger", "internal/node"},
		"github.com/go-webauthn/webauthn":  {"internal/base/signin"},
		"github.com/evanw/esbuild":         {"internal/base/page"},
		"html/template":                    {},
	}
	for _, f := range files(t) {
		for _, imp := range f.imports() {
			for lib, where := range only {
				if !strings.HasPrefix(imp, lib) {
					continue
				}
				if !slices.ContainsFunc(where, func(w string) bool { return strings.HasPrefix(f.path, w+"/") }) {
					t.Errorf("%s imports %s, which belongs to %v", f.path, imp, where)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	bags := []string{"pkg", "util", "utils", "common", "models", "helpers", "types", "manager", "service"}
	for _, f := range files(t) {
		if slices.Contains(bags, f.ast.Name.Name) || slices.Contains(bags, filepath.Base(f.dir())) {
			t.Errorf("%s: %s is no name here", f.path, f.ast.Name.Name)
		}
	}
}

func TestPackagesAreDocumented(t *testing.T) {
	documented, seen := map[string]bool{}, map[string]string{}
	for _, f := range files(t) {
		if f.test || f.gen {
			continue
		}
		seen[f.dir()] = f.path
		if f.ast.Doc != nil {
			documented[f.dir()] = true
		}
	}
	for dir, path := range seen {
		if !documented[dir] {
			t.Errorf("%s: the package says nothing of itself", path)
		}
	}
}

func TestSizes(t *testing.T) {
	desks := map[string]int{}
	for _, f := range files(t) {
		if f.gen {
			continue
		}
		if f.lines > 400 {
			t.Errorf("%s has %d lines; a file stays under 400", f.path, f.lines)
		}
		if rest, ok := strings.CutPrefix(f.path, "internal/domain/"); ok && !f.test {
			desks[strings.Split(rest, "/")[0]] += f.lines
		}
		if f.path == "cmd/lodestar/main.go" && f.lines > 60 {
			t.Errorf("main.go has %d lines, at most 60", f.lines)
		}
	}
	for desk, n := range desks {
		if n > 4000 {
			t.Errorf("desk %s has %d lines: two professions", desk, n)
		}
	}
	if b, err := os.ReadFile(root + "/ARCHITECTURE.md"); err != nil || strings.Count(string(b), "\n") > 200 {
		t.Errorf("ARCHITECTURE.md: %v, or more than 200 lines", err)
	}
}

// calls reports every call of pkg.name in the file.
func calls(f file, found func(pkg, name string, at token.Pos)) {
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				found(id.Name, x.Sel.Name, x.Pos())
			}
		}
		return true
	})
}

func TestWhatOnlySomeMayCall(t *testing.T) {
	type rule struct {
		pkg, name string
		where     []string
	}
	rules := []rule{
		{"time", "Now", []string{"internal/base/clock/"}},
		{"seal", "Open", []string{"internal/kernel/act/", "internal/kernel/seal/"}},
		{"seal", "Seal", []string{"internal/kernel/act/", "internal/kernel/seal/"}},
		{"seal", "OpenVault", []string{"internal/kernel/seal/", "internal/kernel/act/acttest/", "internal/node/"}},
		{"seal", "ReadVault", []string{"internal/kernel/seal/", "internal/node/"}},
		{"casework", "CaseByID", []string{"internal/kernel/casework/", "internal/node/", "internal/domain/protection/desk_second.go"}},
		{"os", "Exit", []string{"cmd/", "internal/base/page/gen/", "test/", "bench/"}},
	}
	for _, f := range files(t) {
		if f.test || strings.HasPrefix(f.path, "bench/") {
			continue
		}
		calls(f, func(pkg, name string, at token.Pos) {
			for _, r := range rules {
				if r.pkg == pkg && r.name == name && !slices.ContainsFunc(r.where, func(w string) bool { return strings.HasPrefix(f.path, w) }) {
					t.Errorf("%s: %s.%s is for %v", fset.Position(at), pkg, name, r.where)
				}
			}
		})
	}
}

func TestNoGoroutinesNoInit(t *testing.T) {
	for _, f := range files(t) {
		if f.test || f.gen {
			continue
		}
		inside := strings.HasPrefix(f.path, "internal/kernel/") || strings.HasPrefix(f.path, "internal/domain/")
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.GoStmt:
				if inside {
					t.Errorf("%s: no go statement in kernel and domain", fset.Position(x.Pos()))
				}
			case *ast.FuncDecl:
				if x.Recv == nil && x.Name.Name == "init" {
					t.Errorf("%s: no init()", fset.Position(x.Pos()))
				}
			}
			return true
		})
	}
}

// TestClassTags: where one field of a struct is classified, every field is: an
// unclassified field is secret, and a secret field is a mistake on a page.
func TestClassTags(t *testing.T) {
	n := 0
	for _, f := range files(t) {
		if f.test || f.gen {
			continue
		}
		ast.Inspect(f.ast, func(node ast.Node) bool {
			s, ok := node.(*ast.StructType)
			if !ok {
				return true
			}
			tagged, bare := 0, []string{}
			for _, field := range s.Fields.List {
				if field.Tag != nil && strings.Contains(field.Tag.Value, `class:"`) {
					tagged++
					continue
				}
				_, slice := field.Type.(*ast.ArrayType)
				for _, name := range field.Names {
					if name.IsExported() && !slice {
						bare = append(bare, name.Name)
					}
				}
			}
			if tagged > 0 {
				n++
				for _, b := range bare {
					t.Errorf("%s: field %s has no class", fset.Position(s.Pos()), b)
				}
			}
			return true
		})
	}
	if n == 0 {
		t.Error("no classified struct was found: the test looks in the wrong place")
	}
}

func sqlFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	filepath.WalkDir(root+"/internal", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".sql") {
			out = append(out, path)
		}
		return err
	})
	if len(out) == 0 {
		t.Fatal("no SQL found")
	}
	return out
}

// TestPortableSQL: one text for two engines.
func TestPortableSQL(t *testing.T) {
	forbidden := regexp.MustCompile(`(?i)\b(now\(\)|timestamptz|ilike|for update|jsonb|serial|any\(|array|uuid|varchar)\b|::`)
	for _, path := range sqlFiles(t) {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		s := bufio.NewScanner(f)
		for n := 1; s.Scan(); n++ {
			line, _, _ := strings.Cut(s.Text(), "--")
			if m := forbidden.FindString(line); m != "" {
				t.Errorf("%s:%d: %q is not portable", path, n, m)
			}
		}
		f.Close()
	}
}

// TestTableHasOneWriter: a package's SQL writes only tables with its own prefix
// (invariant 4).
func TestTableHasOneWriter(t *testing.T) {
	write := regexp.MustCompile(`(?is)\b(?:insert\s+into|update|delete\s+from|create\s+table(?:\s+if\s+not\s+exists)?|drop\s+table|alter\s+table)\s+"?([a-z_]+)`)
	for _, path := range sqlFiles(t) {
		slashed := filepath.ToSlash(path)
		dir := filepath.Dir(slashed)
		if filepath.Base(dir) == "migrate" {
			dir = filepath.Dir(dir)
		}
		prefix := filepath.Base(dir) + "_"
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`(?m)--.*$`).ReplaceAllString(string(b), "")
		text = regexp.MustCompile(`(?is)do\s+update\s+set`).ReplaceAllString(text, "")
		for _, m := range write.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], prefix) {
				t.Errorf("%s writes %s, whose prefix is not %s", slashed, m[1], prefix)
			}
		}
	}
}

// TestHtmxFence: only the page kit writes hx- attributes, styles and scripts.
func TestHtmxFence(t *testing.T) {
	bad := regexp.MustCompile(`\bhx-(on|boost|vals|headers)|\bjs:|\bon(click|load|error)=|\bstyle=|<script|<style`)
	outside := regexp.MustCompile(`\bhx-`)
	filepath.WalkDir(root+"/internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".templ") {
			return err
		}
		b, _ := os.ReadFile(path)
		kit := strings.Contains(filepath.ToSlash(path), "internal/base/page/") && !strings.Contains(path, "gallery")
		if m := bad.FindString(string(b)); m != "" && !(kit && m == "<script") {
			t.Errorf("%s: %q is behind the fence", path, m)
		}
		if !kit && outside.Match(b) {
			t.Errorf("%s: only the page kit writes hx- attributes", path)
		}
		return nil
	})
}
