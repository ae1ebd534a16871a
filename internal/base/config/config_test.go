package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/fault"
)

type settings struct {
	Listen string   `json:"listen"`
	Idle   Duration `json:"idle"`
	Max    int      `json:"max"`
	TLS    struct {
		Cert string `json:"cert"`
		On   bool   `json:"on"`
	} `json:"tls"`
	Peers []string `json:"peers"`
}

func defaults() settings {
	return settings{Listen: "127.0.0.1:8443", Idle: Duration{15 * time.Minute}, Max: 3}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		env   []string
		flags map[string]string
	}{
		"unknown key in the file":        {file: `{"listn": ":80"}`},
		"unknown key in a part":          {file: `{"tls": {"crt": "x"}}`},
		"unknown key in the environment": {env: []string{"X_LISTN=:80"}},
		"unknown flag":                   {flags: map[string]string{"listn": ":80"}},
		"two documents":                  {file: `{} {}`},
		"wrong type":                     {file: `{"max": "many"}`},
		"not JSON":                       {file: `listen: ":80"`},
		"number that is none":            {env: []string{"X_MAX=many"}},
		"truth that is none":             {flags: map[string]string{"tls.on": "perhaps"}},
		"negative span":                  {file: `{"idle": "-1s"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := defaults()
			if _, err := Read(&s, write(t, c.file), "X", c.env, c.flags); !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
}

// Each mistake has a sentence of its own, which names the setting and where it was
// given; a value is not repeated, as it may be a password.
func TestRefusalNamesTheMistake(t *testing.T) {
	const noSuch, type_, below = "config.unknown_key", "config.wrong_type", "config.negative"
	for _, c := range []struct {
		file             string
		env              []string
		flags            map[string]string
		want, key, other string
	}{
		{`{"listn": ":80"}`, nil, nil, noSuch, "listn", "listen"},
		{`{"tls": {"crt": "x"}}`, nil, nil, noSuch, "tls.crt", "tls.cert"},
		{`{"cert": "x"}`, nil, nil, noSuch, "cert", "tls.cert"},
		{"", []string{"X_LISTN=secret"}, nil, noSuch, "listn", "listen"},
		{"", nil, map[string]string{"listn": "secret"}, noSuch, "listn", "listen"},
		{`{"max": "secret"}`, nil, nil, type_, "max", "config.type.number"},
		{`{"max": 1.5}`, nil, nil, type_, "max", "config.type.number"},
		{`{"listen": 80}`, nil, nil, type_, "listen", "config.type.text"},
		{`{"tls": "secret"}`, nil, nil, type_, "tls", "config.type.group"},
		{`{"tls": {"on": "yes"}}`, nil, nil, type_, "tls.on", "config.type.truth"},
		{`{"peers": ["a", 1]}`, nil, nil, type_, "peers", "config.type.list"},
		{`{"idle": "secret"}`, nil, nil, type_, "idle", "config.type.span"},
		{`{"idle": "-1s"}`, nil, nil, below, "idle", ""},
		{"", []string{"X_IDLE=-1s"}, nil, below, "idle", ""},
		{"", []string{"X_TLS_ON=secret"}, nil, type_, "tls.on", "config.type.truth"},
		{"{\n\"max\": 1,\n\"listen\": secret}", nil, nil, "config.bad_file", "", "3"},
		{"{} {}", nil, nil, "config.two_documents", "", ""},
	} {
		s := defaults()
		_, err := Read(&s, write(t, c.file), "X", c.env, c.flags)
		key, args := fault.Say(err)
		said := map[string]string{}
		for _, a := range args {
			said[a.Name] = fmt.Sprint(a.Value)
		}
		other := said["near"] + said["wanted"] + said["line"]
		if key != c.want || said["key"] != c.key || other != c.other || strings.Contains(fmt.Sprint(said), "secret") {
			t.Errorf("%s%v%v: %s %v", c.file, c.env, c.flags, key, said)
		}
	}
}

func TestReadOrderAndOrigin(t *testing.T) {
	s := defaults()
	file := write(t, `{"listen": "file:1", "max": 5, "tls": {"cert": "/c"}, "peers": ["a", "b"]}`)
	got, err := Read(&s, file, "X", []string{"X_LISTEN=env:1", "X_TLS_ON=true", "OTHER=1"}, map[string]string{"listen": "flag:1", "idle": "1m"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Listen != "flag:1" || s.Max != 5 || !s.TLS.On || s.TLS.Cert != "/c" || s.Idle.Duration != time.Minute || strings.Join(s.Peers, "") != "ab" {
		t.Fatalf("read %+v", s)
	}
	want := map[string]Origin{"listen": Flag, "max": File, "tls.cert": File, "tls.on": Environment, "idle": Flag, "peers": File}
	for _, x := range got {
		if want[x.Key] != x.Origin {
			t.Errorf("%s comes from %s, want %s", x.Key, x.Origin, want[x.Key])
		}
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	if text == "" {
		return ""
	}
	path := filepath.Join(t.TempDir(), "c.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func FuzzRead(f *testing.F) {
	f.Add(`{"listen": ":1", "tls": {"on": true}, "idle": "3s"}`)
	f.Add(`{"tls": null, "peers": [1]}`)
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s := defaults()
		Read(&s, path, "X", nil, nil)
	})
}
