package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is committed must be what the generator makes of the sources now.
func TestOutputIsFresh(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(root, []string{"internal"})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 10 {
		t.Fatalf("only %d files were made", len(files))
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./internal/base/page", name)
		}
	}
}

// A changed script of others must not be bundled.
func TestChangedVendoredScriptIsRefused(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(dir string) error{
		"is not the file": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "hx-csp.js"), []byte("alert(1)"), 0o644)
		},
		"hidden.js is not": func(dir string) error { return os.WriteFile(filepath.Join(dir, "hidden.js"), nil, 0o644) },
		"missing":          func(dir string) error { return os.Remove(filepath.Join(dir, "htmx.js")) },
		"VENDOR.json":      func(dir string) error { return os.WriteFile(filepath.Join(dir, "VENDOR.json"), []byte("{"), 0o644) },
	} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, pageDir, "vendor_js"))); err != nil {
			t.Fatal(err)
		}
		if err := checkVendored(dir); err != nil {
			t.Fatal(err)
		}
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		if err := checkVendored(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
