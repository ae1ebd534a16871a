package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lodestar/catalog"
)

// forms are the plural forms each official language needs, no more and no fewer.
var forms = map[string][]string{
	"en": {"one", "other"},
	"de": {"one", "other"},
	"fr": {"many", "one", "other"},
	"it": {"many", "one", "other"},
	"es": {"many", "one", "other"},
	"ru": {"few", "many", "one", "other"},
}

// catalogue is key → plural form → text; a text without forms has the form "".
type catalogue map[string]map[string]string

// merge reads one message file into c and reports what is wrong with it.
func (c catalogue) merge(file string, data []byte) (faults []string) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return []string{file + ": is no JSON object"}
	}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return append(faults, fmt.Sprintf("%s: %v", file, err))
		}
		key := token.(string)
		if _, dup := c[key]; dup {
			faults = append(faults, file+": "+key+" is defined twice")
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return append(faults, fmt.Sprintf("%s: %s: %v", file, key, err))
		}
		var plain string
		plural := map[string]string{}
		if json.Unmarshal(raw, &plain) == nil {
			plural[""] = plain
		} else if err := json.Unmarshal(raw, &plural); err != nil {
			faults = append(faults, fmt.Sprintf("%s: %s: %v", file, key, err))
		}
		c[key] = plural
	}
	return faults
}

// read gathers all files of the official languages.
func read(t *testing.T, fsys fs.FS) map[string]catalogue {
	t.Helper()
	all := map[string]catalogue{}
	for _, lang := range Official {
		all[lang] = catalogue{}
	}
	names, err := fs.Glob(fsys, "messages/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no message files: %v", err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			t.Fatal(err)
		}
		c, ok := all[languageOf(name)]
		if !ok {
			t.Errorf("%s is in no official language", name)
			continue
		}
		for _, fault := range c.merge(name, data) {
			t.Error(fault)
		}
	}
	return all
}

// incomplete lists every key that is not in all languages with exactly their
// plural forms, the same places to fill, and text.
func incomplete(all map[string]catalogue) (faults []string) {
	keys := map[string]bool{}
	for _, c := range all {
		for key := range c {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		_, plain := all["en"][key][""]
		for _, lang := range Official {
			texts, ok := all[lang][key]
			want := forms[lang]
			if plain {
				want = []string{""}
			}
			got := slices.Sorted(maps.Keys(texts))
			switch {
			case !ok:
				faults = append(faults, key+": missing in "+lang)
			case !slices.Equal(got, want):
				faults = append(faults, fmt.Sprintf("%s: %s has the forms %q, needs %q", key, lang, got, want))
			default:
				faults = append(faults, unlike(key, lang, texts, all["en"][key])...)
			}
		}
	}
	return faults
}

var place = regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)

func places(text string) string {
	found := place.FindAllString(text, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

// unlike compares the places to fill with those of the English text.
func unlike(key, lang string, texts, english map[string]string) (faults []string) {
	var want string
	for _, form := range []string{"", "other"} {
		want += places(english[form])
	}
	for form, text := range texts {
		if strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text {
			faults = append(faults, fmt.Sprintf("%s: %s %s is empty or padded", key, lang, form))
		}
		if got := places(text); got != want {
			faults = append(faults, fmt.Sprintf("%s: %s %s fills %q, English fills %q", key, lang, form, got, want))
		}
	}
	return faults
}

func TestCataloguesAreComplete(t *testing.T) {
	for _, fault := range incomplete(read(t, catalog.Messages)) {
		t.Error(fault)
	}
}

// The check itself must be able to fail.
func TestIncompleteCataloguesAreReported(t *testing.T) {
	full := func() map[string]catalogue {
		all := map[string]catalogue{}
		for _, lang := range Official {
			all[lang] = catalogue{"a": {"": "{{.x}} {n}"}, "n": {}}
			for _, form := range forms[lang] {
				all[lang]["n"][form] = "{{.count}}"
			}
		}
		return all
	}
	if got := incomplete(full()); got != nil {
		t.Fatalf("a complete set is reported: %v", got)
	}
	spoil := map[string]func(map[string]catalogue){
		"missing key":  func(all map[string]catalogue) { delete(all["it"], "a") },
		"missing form": func(all map[string]catalogue) { delete(all["ru"]["n"], "few") },
		"extra form":   func(all map[string]catalogue) { all["de"]["n"]["many"] = "{{.count}}" },
		"lost place":   func(all map[string]catalogue) { all["es"]["a"][""] = "{{.x}}" },
		"empty":        func(all map[string]catalogue) { all["fr"]["a"][""] = " " },
		"no English":   func(all map[string]catalogue) { delete(all["en"], "n") },
	}
	for name, f := range spoil {
		all := full()
		f(all)
		if incomplete(all) == nil {
			t.Errorf("%s is not reported", name)
		}
	}
	c := catalogue{}
	if got := c.merge("x", []byte(`{"a":"1","a":"2"}`)); len(got) != 1 {
		t.Errorf("a key defined twice: %v", got)
	}
	if got := c.merge("x", []byte(`{"b":3}`)); len(got) != 1 {
		t.Errorf("a number as text: %v", got)
	}
	if got := c.merge("x", []byte(`[]`)); len(got) != 1 {
		t.Errorf("a list: %v", got)
	}
}

// uses finds the literal message keys of Go and templ sources.
var uses = []*regexp.Regexp{
	regexp.MustCompile(`\bi18n\.[TN]\(\s*[^,()]+(?:\(\))?,\s*"([^"]*)"`),
	regexp.MustCompile(`\bfault\.New\(\s*[^,]+,\s*[^,]+,\s*"([^"]*)"`),
	regexp.MustCompile(`\bp\.(?:tell|count)\(\s*"([^"]*)"`),
	regexp.MustCompile(`\.At\(\s*[^,\n]+,\s*"([a-z_]+\.[^"]*)"`),
}

func TestEveryKeyInTheSourcesExists(t *testing.T) {
	english := read(t, catalog.Messages)["en"]
	used := 0
	err := filepath.WalkDir("../../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !source(path) {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, re := range uses {
			for _, m := range re.FindAllSubmatch(data, -1) {
				used++
				if !known(english, string(m[1])) {
					t.Errorf("%s uses the key %q, which no catalogue has", path, m[1])
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if used < 50 {
		t.Errorf("found only %d uses of keys; the search has gone blind", used)
	}
}

// known tells whether the catalogue has the key, or, for a key that the source
// completes ("task." + state), any that begins so.
func known(c catalogue, key string) bool {
	if !strings.HasSuffix(key, ".") {
		_, ok := c[key]
		return ok
	}
	for k := range c {
		if strings.HasPrefix(k, key) {
			return true
		}
	}
	return false
}

// source tells hand-written production sources: tests may invent keys, and what
// templ generates repeats its source.
func source(path string) bool {
	switch {
	case strings.HasSuffix(path, ".templ"):
		return true
	case strings.HasSuffix(path, "_test.go"), strings.HasSuffix(path, "_templ.go"):
		return false
	}
	return strings.HasSuffix(path, ".go")
}
