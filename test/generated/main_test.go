package main

import (
	"os"
	"strings"
	"testing"
)

// TestGeneratedQueriesAreFresh: SQL and generated code change together.
func TestGeneratedQueriesAreFresh(t *testing.T) {
	want, err := os.ReadFile("sqlc.sum")
	if err != nil {
		t.Fatal(err)
	}
	got, err := digests("../..")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(got, "\n") < 5 {
		t.Fatalf("found only %q: the walk is wrong", got)
	}
	if got != string(want) {
		t.Errorf("queries.sql, a migration or generated code changed; run make generate\nwant\n%s\ngot\n%s", want, got)
	}
}
