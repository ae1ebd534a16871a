package architecture

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/i18n"
)

// sentences are the keys of all messages, by language.
func sentences(t *testing.T) map[string]map[string]bool {
	t.Helper()
	all := map[string]map[string]bool{}
	for _, lang := range i18n.Official {
		all[lang] = map[string]bool{}
	}
	names, err := fs.Glob(catalog.Messages, "messages/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no messages: %v", err)
	}
	for _, name := range names {
		body, err := fs.ReadFile(catalog.Messages, name)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]json.RawMessage
		if err := json.Unmarshal(body, &texts); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		parts := strings.Split(name, ".")
		for key := range texts {
			all[parts[len(parts)-2]][key] = true
		}
	}
	return all
}

// keyed is a text that looks like the key of a message.
var keyed = regexp.MustCompile(`^[a-z][a-z_]*(\.[a-z0-9_]+)+$`)

// passedOn are the files in which a fault's key is a variable, because a check
// elsewhere in the file says what is wrong: every text there that looks like a key
// must be one.
var passedOn = []string{"internal/kernel/evidence/wire.go", "internal/node/matching/read.go", "internal/node/eval_names.go", "internal/base/names/evaluate.go"}

// keysOf gives the keys of the faults that a file makes, and where a key is none
// that can be read.
func keysOf(f file) (keys map[string]token.Pos, unread []token.Pos) {
	keys = map[string]token.Pos{}
	operations := map[ast.Node]bool{}
	passes := slices.Contains(passedOn, f.path)
	take := func(at ast.Expr) bool {
		lit, ok := at.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return false
		}
		key, err := strconv.Unquote(lit.Value)
		if err == nil {
			keys[key] = lit.Pos()
		}
		return err == nil
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && passes && !operations[n] && keyed.MatchString(strings.Trim(lit.Value, `"`)) {
			take(lit)
		}
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		on, _ := sel.X.(*ast.Ident)
		switch {
		case on != nil && on.Name == "fault" && sel.Sel.Name == "New" && len(call.Args) > 2:
			operations[call.Args[1]] = true
			if !take(call.Args[2]) && !passes {
				unread = append(unread, call.Args[2].Pos())
			}
		case sel.Sel.Name == "At" && len(call.Args) > 1:
			take(call.Args[1])
		}
		return true
	})
	return keys, unread
}

// TestEveryFaultHasItsSentence: whatever is refused anywhere is refused in words,
// in each of the six languages.
func TestEveryFaultHasItsSentence(t *testing.T) {
	all := sentences(t)
	missing := func(key string) (langs []string) {
		for _, lang := range i18n.Official {
			if !all[lang][key] {
				langs = append(langs, lang)
			}
		}
		return langs
	}
	found := 0
	for _, f := range files(t) {
		if f.test || !strings.HasPrefix(f.path, "internal/") && !strings.HasPrefix(f.path, "cmd/") {
			continue
		}
		keys, unread := keysOf(f)
		for _, at := range unread {
			if f.path != "internal/node/cmd_river.go" { // the sentence of a policy: see below
				t.Errorf("%s: the key of a fault is a text, so that this test can look it up", fset.Position(at))
			}
		}
		for key, at := range keys {
			found++
			if langs := missing(key); len(langs) > 0 {
				t.Errorf("%s: %q has no sentence in %v", fset.Position(at), key, langs)
			}
		}
	}
	for _, id := range policies(t) {
		if langs := missing("policy." + id); len(langs) > 0 {
			t.Errorf("the policy %q has no sentence in %v", id, langs)
		}
	}
	if found < 200 {
		t.Errorf("found %d keys: the test looks in the wrong place", found)
	}
}

// policies are the ids of the policies of the catalogue.
func policies(t *testing.T) (ids []string) {
	t.Helper()
	names, err := fs.Glob(catalog.Policies, "policy/*.cedar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no policies: %v", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(catalog.Policies, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`@id\("([^"]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			ids = append(ids, m[1])
		}
	}
	return ids
}
