package seal

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
)

const canary = "Canary Ptaszyńska"

func TestFieldNeverShowsItself(t *testing.T) {
	type row struct {
		Name Field[string]
		Ptr  *Field[string]
	}
	f := New(Identity, canary)
	r := row{Name: f, Ptr: &f}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "field", f, "row", r)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "field", f, "row", r)
	js, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{"log": log.String(), "json": string(js)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		shown[verb] = fmt.Sprintf(verb, f) + fmt.Sprintf(verb, r) + fmt.Sprintf(verb, &f)
	}
	for how, text := range shown {
		if strings.Contains(text, "Canary") || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows the value: %s", how, text)
		}
	}
	if err := gob.NewEncoder(&log).Encode(f); err == nil {
		t.Error("gob encoded a field")
	}
}

func TestUnclassifiedIsSecret(t *testing.T) {
	if c := (Field[string]{}).Class(); c != Secret {
		t.Errorf("absent field has class %v", c)
	}
	if c := ParseClass("indentity"); c != Secret {
		t.Errorf("a misspelt class is %v", c)
	}
	var zero Set
	if zero.Has(Secret) || Of(Identity).Has(Secret) {
		t.Error("a set holds secret without being told so")
	}
}

func TestVault(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		ctx := t.Context()
		v, kekPath, store := open(t, source)
		hers, other := mint(t, v), mint(t, v)
		box, err := Seal(ctx, v.Ring(), hers, "case/name/1", New(Identity, canary))
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]Field[string]{
			"another subject": Stored[string](Identity, other, "case/name/1", box),
			"another row":     Stored[string](Identity, hers, "case/name/2", box),
			"another class":   Stored[string](Public, hers, "case/name/1", box),
			"a changed byte":  Stored[string](Identity, hers, "case/name/1", flip(box)),
			"no such subject": Stored[string](Identity, id.New[id.Subject](), "case/name/1", box),
		} {
			if got, err := Open(ctx, v.Ring(), f); err == nil {
				t.Errorf("%s: opened as %q", name, got)
			}
		}
		mine := Stored[string](Identity, hers, "case/name/1", box)
		if got, err := Open(ctx, v.Ring(), mine); err != nil || got != canary {
			t.Fatalf("Open = %q, %v", got, err)
		}
		// A second process with the same node key reads the same.
		kek, err := KEKFile(kekPath)
		if err != nil {
			t.Fatal(err)
		}
		v2, err := OpenVault(ctx, store, kek)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Open(ctx, v2.Ring(), mine); err != nil || got != canary {
			t.Fatalf("second process: %q, %v", got, err)
		}
		if !bytes.Equal(v.Token("name", "anna"), v2.Token("name", "anna")) || bytes.Equal(v.Token("name", "anna"), v.Token("phone", "anna")) {
			t.Error("search tokens differ between processes or agree between domains")
		}
		if err := v.Destroy(ctx, hers); err != nil {
			t.Fatal(err)
		}
		if got, err := Open(ctx, v.Ring(), mine); !fault.Is(err, fault.NotFound) {
			t.Errorf("after erasure: %q, %v", got, err)
		}
		// Another node key opens nothing.
		alien := filepath.Join(t.TempDir(), "other.key")
		if err := MakeKEKFile(alien); err != nil {
			t.Fatal(err)
		}
		kek, err = KEKFile(alien)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenVault(ctx, store, kek); !fault.Is(err, fault.Invalid) {
			t.Errorf("vault opened with another node key: %v", err)
		}
	})
}

func TestKEKFileRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.key")
	if _, err := KEKFile(path); !fault.Is(err, fault.Invalid) {
		t.Errorf("missing file: %v", err)
	}
	if err := MakeKEKFile(path); err != nil {
		t.Fatal(err)
	}
	if err := MakeKEKFile(path); !fault.Is(err, fault.Conflict) {
		t.Errorf("overwrote a node key: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := KEKFile(path); !fault.Is(err, fault.Invalid) {
		t.Errorf("took a key that others may read: %v", err)
	}
}

func open(t *testing.T, source string) (*Vault, string, *sqldb.DB) {
	t.Helper()
	store, err := sqldb.Open(t.Context(), source, "keys")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	path := filepath.Join(t.TempDir(), "node.key")
	if err := MakeKEKFile(path); err != nil {
		t.Fatal(err)
	}
	kek, err := KEKFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := OpenVault(t.Context(), store, kek)
	if err != nil {
		t.Fatal(err)
	}
	return v, path, store
}

func mint(t *testing.T, v *Vault) id.Subject {
	t.Helper()
	s, err := v.Mint(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func flip(b []byte) []byte {
	c := bytes.Clone(b)
	c[len(c)-1] ^= 1
	return c
}
