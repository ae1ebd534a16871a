package analysis

import (
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/i18n"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
)

// The words of two names stand side by side across scripts, and nothing is said of
// names that are withheld.
func TestWordsOfTwoNames(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(t.Context(), book.Match("en"))
	side := func(names ...string) graph.Side {
		return graph.Side{Details: act.Shown[evidence.Details]{Value: evidence.Details{Names: names}}}
	}
	words, any := wordsTable(ctx, graph.Doubt{Kind: evidence.Person, A: side("Li", "Виктор Остапенко"), B: side("Viktor Ostapenko Maria")})
	var b strings.Builder
	for _, r := range words.Rows {
		for _, cell := range r {
			if err := cell.Render(ctx, &b); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !any || len(words.Rows) != 3 || strings.Count(b.String(), "Only one has it") != 1 || strings.Contains(b.String(), "⟦") {
		t.Errorf("%v, %d rows: %s", any, len(words.Rows), b.String())
	}
	if _, any := wordsTable(ctx, graph.Doubt{Kind: evidence.Person, A: side(), B: side("Viktor Ostapenko")}); any {
		t.Error("words of a name that is not there")
	}
}
