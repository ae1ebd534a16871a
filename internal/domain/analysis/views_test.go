package analysis

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/i18n"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
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

// TestCodesAreSaidInWords: in each of the six languages a code of a signal, a
// grading, a handling and a part somebody played are words.
func TestCodesAreSaidInWords(t *testing.T) {
	body, err := catalog.Codes.ReadFile("codes/codes.json")
	if err != nil {
		t.Fatal(err)
	}
	var codes struct {
		Lists map[string]struct {
			Values []string `json:"values"`
		} `json:"lists"`
	}
	if err := json.Unmarshal(body, &codes); err != nil || len(codes.Lists) < 50 {
		t.Fatalf("%d codes, %v", len(codes.Lists), err)
	}
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range book.Locales() {
		ctx := i18n.With(t.Context(), l)
		said := map[string]string{}
		for key, list := range codes.Lists {
			said[key] = codeName(ctx, key)
			for _, v := range list.Values {
				if slices.Contains(named.values, v) {
					said[key+" "+v] = codeValue(ctx, key, v)
				}
			}
		}
		for _, g := range []string{"A1", "B2", "C3", "X4"} {
			said["grade "+g] = strings.TrimSuffix(gradeWords(ctx, evidence.Grade(g)), "("+g+")")
		}
		for _, h := range []string{"H0", "H1", "H2", "H3"} {
			said["handling "+h] = strings.TrimSuffix(handling(ctx, evidence.Handling{Code: h}), "("+h+")")
		}
		for _, r := range evidence.Roles {
			said["role "+string(r)] = roleName(ctx, r)
		}
		said["kind"], said["no reference"] = kindName(ctx, "case_record"), reference(ctx, strings.Repeat("0f", 32))
		for what, words := range said {
			if words == "" || strings.ContainsAny(words, "⟦_") {
				t.Errorf("%s: %s is said as %q", l.Lang, what, words)
			}
		}
	}
}

func TestWhatACodeHolds(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(t.Context(), book.Match("en"))
	for _, c := range []struct{ key, value, want string }{
		{"danger", "no", "No"}, {"hte_Date", "2023-07", "July 2023"}, {"hte_Date", "2023", "2023"}, {"language", "ro", "Romanian"}, {"language", "xx", "xx"},
		{"vic_MethodsOfControl", "DebtBondage;Other", "Debt bondage, Other"}, {"prs_Citizenship", "GB;RO", "GB, RO"}, {"vic_RecruitmentWebsitesAndApps", "FacebookMessenger", "FacebookMessenger"},
		{"prs_NumberOfChildren", "2", "2"}, {"hte_Date", "<b>", "<b>"},
	} {
		if got := codeValue(ctx, c.key, c.value); got != c.want {
			t.Errorf("%s %s is said as %q, want %q", c.key, c.value, got, c.want)
		}
	}
	for ref, want := range map[string]string{"FR-2023-17": "FR-2023-17", "screening/sig_fyncffpjcx40v4978m7rh": "None: the source gave none", "deadbeef": "deadbeef", "a/b": "a/b"} {
		if got := reference(ctx, ref); got != want {
			t.Errorf("%q is said as %q", ref, got)
		}
	}
}

// What the page of imports shows as a sample can be imported as it stands.
func TestSamplesAreGood(t *testing.T) {
	if m, err := intake.ReadMapping(strings.NewReader(sampleMapping)); err != nil || len(m.Columns) != 3 || m.Dates != intake.DayFirst {
		t.Errorf("the mapping: %+v, %v", m, err)
	}
	in, err := evidence.ReadIncoming(strings.NewReader(strings.ReplaceAll(sampleLine, "\n", "")))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := in.Signal(); err != nil || len(s.Mentions) != 2 {
		t.Errorf("the line: %+v, %v", s, err)
	}
}

// A telephone of somebody whom the law protects is a telephone.
func TestAThingOfAProtectedPersonIsCalledWhatItIs(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(t.Context(), book.Match("en"))
	for kind, want := range map[evidence.MentionKind]string{evidence.Phone: "Telephone concerning a protected person ", evidence.Person: "Protected person "} {
		if got := name(ctx, graph.Entity{Kind: kind, Protected: true}); !strings.HasPrefix(got, want) {
			t.Errorf("%s is called %q", kind, got)
		}
	}
}
