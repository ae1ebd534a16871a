package indicator

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

const (
	adultFile = "indicators/ilo-ec-2009-labour-adult.json"
	childFile = "indicators/ilo-ec-2009-labour-child.json"
	family    = "ilo-ec-2009-labour"
)

func shipped(t testing.TB) Set {
	t.Helper()
	s, err := Load(catalog.Indicators)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func list(t testing.TB, age evidence.AgeClass) *Instrument {
	t.Helper()
	i, ok := shipped(t).Latest(family, age)
	if !ok {
		t.Fatal("the labour lists are not in the catalogue")
	}
	return i
}

func source(t testing.TB, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(catalog.Indicators, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// files is the shipped catalogue with one replacement in the list for adults.
func files(t testing.TB, old, new string) fstest.MapFS {
	t.Helper()
	adult := source(t, adultFile)
	if old != "" && !bytes.Contains(adult, []byte(old)) {
		t.Fatalf("the list does not contain %s", old)
	}
	return fstest.MapFS{
		"a.json": {Data: bytes.Replace(adult, []byte(old), []byte(new), 1)},
		"c.json": {Data: source(t, childFile)},
	}
}

func TestLoadRefusesAndNamesFileAndField(t *testing.T) {
	const last = `{"code": "none", "outcome": "none_found", "basis": "source"`
	for _, c := range []struct{ name, old, new, says string }{
		{"unknown key", `"version": 1,`, `"version": 1, "weight": 3,`, `weight`},
		{"unknown key within", `"code": "wages",`, `"code": "wages", "stength": "weak",`, `stength`},
		{"wrong type", `"version": 1`, `"version": "one"`, `version`},
		{"no version", `"version": 1`, `"version": 0`, `version`},
		{"bad id", `"id": "ilo`, `"id": "../ilo`, `id`},
		{"bad family", `"family": "ilo-ec`, `"family": "ilo ec`, `family`},
		{"bad exploitation", `"exploitation": "labour"`, `"exploitation": ""`, `exploitation`},
		{"bad age", `"age": "adult"`, `"age": "grown"`, `age`},
		{"unknown age", `"age": "adult"`, `"age": ""`, `age`},
		{"no source", `"year": 2009`, `"year": 0`, `source`},
		{"quick without a reason", `"quick_note": "`, `"quick_note": "", "quick_note_": "`, `quick_note_`},
		{"double dimension", `"code": "D2"`, `"code": "D1"`, `dimensions[1].code`},
		{"double indicator", `"code": "conditions"`, `"code": "wages"`, `dimensions[0].indicators[2].code`},
		{"bad indicator", `"code": "conditions"`, `"code": "D1.conditions"`, `dimensions[0].indicators[2].code`},
		{"bad strength", `"code": "wages", "strength": "medium"`, `"code": "wages", "strength": "middling"`, `dimensions[0].indicators[1].strength`},
		{"no strength", `"code": "wages", "strength": "medium"`, `"code": "wages"`, `dimensions[0].indicators[1].strength`},
		{"clause without threshold", `{"code": "two_strong", "strong": 2}`, `{"code": "two_strong"}`, `positive[0]`},
		{"negative threshold", `{"code": "two_strong", "strong": 2}`, `{"code": "two_strong", "strong": 2, "weak": -1}`, `positive[0]`},
		{"double clause", `"code": "three_medium"`, `"code": "two_strong"`, `positive[2].code`},
		{"outcome that data may not give", `"outcome": "none_found"`, `"outcome": "insufficient"`, `outcome`},
		{"unknown dimension in a class", `"all": ["D4", "D5"]`, `"all": ["D4", "D9"]`, `classes[0]`},
		{"unknown answer in a class", `"yes": ["D1"`, `"yes": ["D1.wage"`, `D1.wage`},
		{"class below a lower one", `"code": "labour_rights", "outcome": "some_indicators"`, `"code": "labour_rights", "outcome": "indicated"`, `classes[5].outcome`},
		{"class without basis", `"basis": "default"`, `"basis": "hearsay"`, `classes[1]`},
		{"conditions on the last class", last, last + `, "all": ["D1"]`, `classes[8]`},
		{"none before the last", `"code": "single_signs", "outcome": "some_indicators"`, `"code": "single_signs", "outcome": "none_found"`, `classes[7]`},
		{"a yes that is lost", `"yes": ["D1", "D2", "D3", "D4", "D5", "D6"]`, `"yes": ["D1", "D2", "D3", "D4", "D5"]`, `classes`},
		{"two documents", "\n}\n", "\n}\n{}", `more than one`},
		{"cut off", `"classes": [`, `"classes": `, `a.json`},
		{"child twin of another version", `"version": 1`, `"version": 2`, `no list for children`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(files(t, c.old, c.new))
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("not refused as invalid: %v", err)
			}
			if s := err.Error(); !strings.Contains(s, c.says) || !strings.Contains(s, "a.json") && !strings.Contains(s, family) {
				t.Errorf("%q does not name the file and %q", s, c.says)
			}
		})
	}
}

func TestLoadRefusesWholeSets(t *testing.T) {
	good := files(t, "", "")
	for name, set := range map[string]fstest.MapFS{
		"the same id twice":           {"a.json": good["a.json"], "b.json": good["a.json"], "c.json": good["c.json"]},
		"adults without children":     {"a.json": good["a.json"]},
		"two lists for one age group": {"a.json": good["a.json"], "c.json": good["c.json"], "d.json": {Data: bytes.Replace(good["a.json"].Data, []byte(`-adult"`), []byte(`-other"`), 1)}},
		"more than a mebibyte":        {"a.json": {Data: append(bytes.Repeat([]byte(" "), maxFile), good["c.json"].Data...)}},
		"no JSON":                     {"a.json": {Data: []byte("\x00")}},
		"empty":                       {"a.json": {}},
	} {
		if _, err := Load(set); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestLoadKeepsVersionsApart(t *testing.T) {
	next := func(b []byte) *fstest.MapFile {
		return &fstest.MapFile{Data: bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 2`), 1)}
	}
	set := files(t, "", "")
	set["a2.json"], set["c2.json"] = next(set["a.json"].Data), next(set["c.json"].Data)
	s, err := Load(set)
	if err != nil {
		t.Fatal(err)
	}
	for age, want := range map[evidence.AgeClass]string{evidence.Adult: family + "-adult", evidence.Child: family + "-child", evidence.AgeUnknown: family + "-child"} {
		i, ok := s.Latest(family, age)
		if !ok || i.Version != 2 || i.ID != want {
			t.Errorf("latest for %q is %s version %d", age, i.ID, i.Version)
		}
	}
	old, ok := s.Get(family+"-adult", 1)
	if !ok || old.For(evidence.Child).Version != 1 {
		t.Error("an old result's list is not found with its own twin")
	}
	if _, ok := s.Get(family+"-adult", 3); ok {
		t.Error("a version that does not exist is found")
	}
	if _, ok := s.Latest("nothing", evidence.Adult); ok || len(s.All()) != 4 {
		t.Error("the set holds what was not loaded")
	}
}

func FuzzLoad(f *testing.F) {
	adult, child := source(f, adultFile), source(f, childFile)
	f.Add(child)
	f.Add(adult)
	f.Add([]byte(`{"family":"x","id":"x","version":1,"age":"child"}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Load(fstest.MapFS{"x.json": {Data: data}})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("refused with another kind: %v", err)
			}
			return
		}
		for _, i := range s.All() {
			all := Answers{}
			for _, code := range i.Codes() {
				all[code] = Yes
			}
			low, high := i.Screen(nil, evidence.Child), i.Screen(all, evidence.Child)
			if low.Outcome.Rank() > high.Outcome.Rank() || high.Outcome == Insufficient {
				t.Fatalf("%s: nothing gives %s, everything %s", i.ID, low.Outcome, high.Outcome)
			}
		}
	})
}
