// Command gen makes what the interface is served from: Go code of the *.templ
// files and the bundles in dist. Its output is committed; its test says when the
// output is stale.
//
// It compiles the templ files of all packages below internal; arguments name
// folders, relative to the module, to compile only those.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(folders []string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if len(folders) == 0 {
		folders = []string{"internal"}
	}
	files, err := generate(root, folders)
	if err != nil {
		return err
	}
	for name, data := range files {
		if old, err := os.ReadFile(filepath.Join(root, name)); err == nil && string(old) == string(data) {
			continue
		}
		if err := os.WriteFile(filepath.Join(root, name), data, 0o644); err != nil {
			return err
		}
		fmt.Println(name)
	}
	return nil
}

// moduleRoot is the nearest folder above that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working folder")
		}
		dir = parent
	}
}
