// Command generated writes sqlc.sum: digests of the SQL from which code was
// generated and of that code. sqlc itself takes minutes to build; the test beside
// this command says in milliseconds when one changed without the other. Run it
// through `make generate`, after sqlc.
package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const sums = "test/generated/sqlc.sum"

func main() {
	text, err := digests(".")
	if err == nil {
		err = os.WriteFile(sums, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generated:", err)
		os.Exit(1)
	}
}

// digests has one line for each package with generated queries: the digest of its
// SQL and of its generated code, in the order of their names.
func digests(root string) (string, error) {
	dirs := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "queries.sql" {
			dirs[filepath.Dir(path)] = true
		}
		return err
	})
	if err != nil {
		return "", err
	}
	var lines []string
	for dir := range dirs {
		sql, err := digest(filepath.Join(dir, "queries.sql"), filepath.Join(dir, "migrate", "*.sql"))
		if err != nil {
			return "", err
		}
		code, err := digest(filepath.Join(dir, "db", "*.go"))
		if err != nil {
			return "", err
		}
		name, err := filepath.Rel(root, dir)
		if err != nil {
			return "", err
		}
		lines = append(lines, fmt.Sprintf("%s %s %s", filepath.ToSlash(name), sql, code))
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n") + "\n", nil
}

func digest(patterns ...string) (string, error) {
	h := sha256.New()
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil {
			return "", err
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %d\n", filepath.Base(f), len(b))
			h.Write(b)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:12]), nil
}
