package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

type drafted struct {
	Name string   `json:"name" doc:"Of the office."`
	Idle Duration `json:"idle" doc:"How long."`
	TLS  struct {
		Cert string `json:"cert" doc:"File."`
	} `json:"tls" doc:"Certificate."`
	Last string `json:"last" doc:"Nothing."`
}

func readText(t *testing.T, text string) (drafted, []Setting, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "node.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := drafted{Name: "default"}
	settings, err := Read(&got, file, "X", nil, nil)
	return got, settings, err
}

// Every subset of the settings may be uncommented, and is read as it stands.
func TestDraftIsRead(t *testing.T) {
	full := drafted{Name: `a // "b", } \`, Idle: Duration{time.Hour}, Last: "Ж,]"}
	full.TLS.Cert = "/x,y"
	keys := []string{"name", "idle", "tls.cert", "last"}
	for subset := range 1 << len(keys) {
		given := map[string]bool{}
		want := drafted{Name: "default"}
		for i, k := range keys {
			given[k] = subset&(1<<i) != 0
		}
		if given["name"] {
			want.Name = full.Name
		}
		if given["idle"] {
			want.Idle = full.Idle
		}
		if given["tls.cert"] {
			want.TLS = full.TLS
		}
		if given["last"] {
			want.Last = full.Last
		}
		got, settings, err := readText(t, string(Draft(full, func(k string) bool { return given[k] })))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v, %v", given, got, err)
		}
		for _, s := range settings {
			if (s.Origin == File) != given[s.Key] {
				t.Errorf("%v: %s is from %s", given, s.Key, s.Origin)
			}
		}
	}
	if text := string(Draft(full, func(string) bool { return false })); !strings.Contains(text, "// Of the office.\n  // \"name\":") {
		t.Errorf("no comments:\n%s", text)
	}
}

func TestFileRefuses(t *testing.T) {
	for _, bad := range []string{"", "// nothing", `{,}`, `{"name":"a",,}`, `{"name":"a"} // after`, `{"nam":"a"}`, `{"name":"a"}{}`, `{"name":"a", /* b */}`, "{\"name\":\"a\n//b\"}"} {
		if _, _, err := readText(t, bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add([]byte("{\n// a\n\"a\": \"b,}\", }"))
	f.Add([]byte(`{"a":[1,],"b":"\"",}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if json.Valid(b) && string(plain(append([]byte{}, b...))) != string(b) {
			t.Errorf("%q is JSON, and was changed", b)
		}
	})
}
