package indicator

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

type vectors struct {
	Step1 []struct {
		Strengths string
		Positive  bool
	}
	Lists []struct {
		Age       evidence.AgeClass
		Dimension string
		Yes       []string
		Strengths string
		Positive  bool
	}
	Step2 []struct {
		Age     evidence.AgeClass
		Yes     []string
		Rest    Answer
		Class   string
		Outcome Outcome
	}
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Step1) < 11 || len(v.Lists) < 12 || len(v.Step2) < 20 {
		t.Fatalf("only %d, %d and %d vectors", len(v.Step1), len(v.Lists), len(v.Step2))
	}
	return v
}

func tally(strengths string) (strong, medium, weak int) {
	return strings.Count(strengths, "S"), strings.Count(strengths, "M"), strings.Count(strengths, "W")
}

func TestVectorsOfStep1(t *testing.T) {
	v := readVectors(t)
	for _, age := range []evidence.AgeClass{evidence.Adult, evidence.Child} {
		for _, c := range v.Step1 {
			s, m, w := tally(c.Strengths)
			got := slices.ContainsFunc(list(t, age).Positive, func(x Clause) bool { return x.holds(s, m, w) })
			if got != c.Positive {
				t.Errorf("%s list: {%s} is positive: %v", age, c.Strengths, got)
			}
		}
	}
}

func TestVectorsOfTheLists(t *testing.T) {
	for _, c := range readVectors(t).Lists {
		answers := Answers{}
		for _, code := range c.Yes {
			answers[c.Dimension+"."+code] = Yes
		}
		r := list(t, evidence.Adult).Screen(answers, c.Age)
		n := slices.IndexFunc(r.Dimensions, func(f Finding) bool { return f.Dimension == c.Dimension })
		got := r.Dimensions[n]
		s, m, w := tally(c.Strengths)
		if got.Strong != s || got.Medium != m || got.Weak != w || got.Positive != c.Positive || got.Positive != (got.Clause != "") {
			t.Errorf("%q %s %v: %+v, want {%s} positive %v", c.Age, c.Dimension, c.Yes, got, c.Strengths, c.Positive)
		}
		if len(r.Unweighted) != strings.Count(c.Strengths, "-") {
			t.Errorf("%q %s: unweighted answers %v", c.Age, c.Dimension, r.Unweighted)
		}
	}
}

func TestVectorsOfStep2(t *testing.T) {
	reached := map[string]bool{}
	for _, c := range readVectors(t).Step2 {
		i := list(t, c.Age)
		answers := Answers{}
		for _, code := range i.Codes() {
			answers[code] = c.Rest
		}
		for _, code := range c.Yes {
			answers[code] = Yes
		}
		if err := i.Check(answers); err != nil {
			t.Fatalf("%v: %v", c.Yes, fault.FieldsOf(err))
		}
		r := i.Screen(answers, c.Age)
		if r.Class != c.Class || r.Outcome != c.Outcome {
			t.Errorf("%q %v, rest %s: %s (%s), want %s (%s)", c.Age, c.Yes, c.Rest, r.Outcome, r.Class, c.Outcome, c.Class)
		}
		reached[i.ID+" "+r.Class] = true
	}
	for _, i := range shipped(t).All() {
		for _, c := range i.Classes {
			if i.Age == evidence.Adult && !reached[i.ID+" "+c.Code] {
				t.Errorf("%s: no vector reaches %s", i.ID, c.Code)
			}
		}
	}
}

func TestCountsOfTheLists(t *testing.T) {
	adult, child := list(t, evidence.Adult), list(t, evidence.Child)
	if a, c := len(adult.Codes()), len(child.Codes()); a != 67 || c != 65 {
		t.Errorf("adult list has %d indicators, child list %d", a, c)
	}
	var sizes []int
	weights := map[string]Strength{}
	for _, d := range adult.Dimensions {
		sizes = append(sizes, len(d.Indicators))
		for _, x := range d.Indicators {
			weights[d.Full(x)] = x.Strength
		}
	}
	if !slices.Equal(sizes, []int{10, 10, 16, 9, 15, 7}) {
		t.Errorf("adult dimensions hold %v", sizes)
	}
	for _, d := range child.Dimensions {
		for _, x := range d.Indicators {
			if x.Strength == Weak {
				t.Errorf("the child list has no weak tier, but %s is weak", d.Full(x))
			}
		}
	}
	for _, x := range []string{"documents_confiscated", "debt_bondage", "isolation_surveillance"} {
		if weights["D2."+x] != Medium || weights["D5."+x] != Strong {
			t.Errorf("%s does not rise from recruitment to destination", x)
		}
	}
}

// The short path alone can reach the clearest class in both lists, and can never
// end in none found.
func TestQuickPath(t *testing.T) {
	adult, child := list(t, evidence.Adult), list(t, evidence.Child)
	if q := adult.Quick(); len(q) != 8 || !slices.Equal(q, child.Quick()) {
		t.Fatalf("short path: %v and %v", q, child.Quick())
	}
	for _, age := range []evidence.AgeClass{evidence.Adult, evidence.Child, evidence.AgeUnknown} {
		yes, no := Answers{}, Answers{}
		for _, code := range adult.Quick() {
			yes[code], no[code] = Yes, No
		}
		if r := adult.Screen(yes, age); r.Class != "trafficking_forced_labour" {
			t.Errorf("%q: eight times yes gives %s", age, r.Class)
		}
		if r := adult.Screen(no, age); r.Outcome != Insufficient || !r.CanRise || r.Class != "" {
			t.Errorf("%q: eight times no gives %s", age, r.Outcome)
		}
	}
}

func TestCheckRefusesWhatIsNotAsked(t *testing.T) {
	i := list(t, evidence.Adult)
	for _, bad := range []Answers{{"D1.wage": Yes}, {"wages": Yes}, {"D1": Yes}, {"": No}, {"D1.wages": "maybe"}, {"D1.wages": ""}} {
		if err := i.Check(bad); !fault.Is(err, fault.Invalid) || len(fault.FieldsOf(err)) != 1 {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := i.Check(Answers{"D3.false_info_law": Yes, "D1.wages": Declined}); err != nil {
		t.Error(err)
	}
}

func drawAnswers(t *rapid.T, i *Instrument) Answers {
	codes := append(i.Codes(), "D3.false_info_law", "D4.no_social_protection", "D9.other")
	return rapid.MapOfN(rapid.SampledFrom(codes), rapid.SampledFrom(append(AnswerValues, "", "perhaps")), 0, len(codes)).Draw(t, "answers")
}

var drawAge = rapid.SampledFrom([]evidence.AgeClass{evidence.Adult, evidence.Child, evidence.AgeUnknown})

func class(i *Instrument, r Result) int {
	return slices.IndexFunc(i.Classes, func(c Class) bool { return c.Code == r.Class })
}

func TestAFurtherYesNeverLowers(t *testing.T) {
	adult := list(t, evidence.Adult)
	rapid.Check(t, func(t *rapid.T) {
		age := drawAge.Draw(t, "age")
		before := drawAnswers(t, adult)
		after := Answers{}
		for k, v := range before {
			after[k] = v
		}
		after[rapid.SampledFrom(adult.Codes()).Draw(t, "new")] = Yes
		a, b := adult.Screen(before, age), adult.Screen(after, age)
		if b.Outcome.Rank() < a.Outcome.Rank() {
			t.Fatalf("outcome fell from %s to %s", a.Outcome, b.Outcome)
		}
		if i := adult.For(age); a.Class != "" && class(i, b) > class(i, a) {
			t.Fatalf("class fell from %s to %s", a.Class, b.Class)
		}
		for n, f := range a.Dimensions {
			if f.Positive && !b.Dimensions[n].Positive {
				t.Fatalf("%s is no longer positive", f.Dimension)
			}
		}
	})
}

// Whatever a missing answer would have been, the outcome that stands is not
// above it; and none found is said only if no missing answer could change it.
func TestMissingIsNotNo(t *testing.T) {
	adult := list(t, evidence.Adult)
	rapid.Check(t, func(t *rapid.T) {
		age := drawAge.Draw(t, "age")
		answers := drawAnswers(t, adult)
		r := adult.Screen(answers, age)
		if r.Outcome == NoneFound && len(r.Missing) > 0 {
			t.Fatalf("none found, with %d answers missing", len(r.Missing))
		}
		filled := Answers{}
		for _, code := range adult.For(age).Codes() {
			if a := answers[code]; slices.Contains(r.Missing, code) == (a == Yes || a == No) {
				t.Fatalf("%s is answered %q; missing: %v", code, a, r.Missing)
			}
			filled[code] = answers[code]
			if slices.Contains(r.Missing, code) {
				filled[code] = rapid.SampledFrom([]Answer{Yes, No}).Draw(t, code)
			}
		}
		full := adult.Screen(filled, age)
		if i := adult.For(age); r.Class != "" && class(i, full) > class(i, r) {
			t.Fatalf("%s stood above what the full answers give: %s", r.Class, full.Class)
		}
		if !r.CanRise && (full.Outcome != r.Outcome || full.Class != r.Class) {
			t.Fatalf("%s was said to be final, and became %s", r.Class, full.Class)
		}
		for code := range answers {
			if a := answers[code]; a != Yes && a != No {
				delete(answers, code)
			}
		}
		if diff := cmp.Diff(r, adult.Screen(answers, age)); diff != "" {
			t.Fatalf("not asked, declined and unknown differ from an absent answer:\n%s", diff)
		}
	})
}

func TestUnknownAgeIsScreenedAsChild(t *testing.T) {
	adult, child := list(t, evidence.Adult), list(t, evidence.Child)
	rapid.Check(t, func(t *rapid.T) {
		answers := drawAnswers(t, adult)
		want := child.Screen(answers, evidence.Child)
		for _, unsure := range []evidence.AgeClass{evidence.AgeUnknown, "claimed", "17"} {
			got := adult.Screen(answers, unsure)
			got.Explanation = slices.DeleteFunc(got.Explanation, func(r Reason) bool { return r.Key == "indicator.why.age_unknown" })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("age %q:\n%s", unsure, diff)
			}
		}
	})
}

// Go walks maps in another order each time, so equal results over many runs mean
// that the order of answers plays no part.
func TestOrderPlaysNoPart(t *testing.T) {
	adult := list(t, evidence.Adult)
	rapid.Check(t, func(t *rapid.T) {
		age := drawAge.Draw(t, "age")
		answers := drawAnswers(t, adult)
		codes := make([]string, 0, len(answers))
		for code := range answers {
			codes = append(codes, code)
		}
		again := Answers{}
		for _, code := range rapid.Permutation(codes).Draw(t, "order") {
			again[code] = answers[code]
		}
		if diff := cmp.Diff(adult.Screen(answers, age), adult.Screen(again, age)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Every result names the list, the clauses and the answers that fired, and says
// that it decides nothing.
func TestEveryResultExplainsItself(t *testing.T) {
	adult := list(t, evidence.Adult)
	texts := english(t)
	rapid.Check(t, func(t *rapid.T) {
		age := drawAge.Draw(t, "age")
		answers := drawAnswers(t, adult)
		r := adult.Screen(answers, age)
		if i := adult.For(age); r.Instrument != i.ID || r.Version != i.Version || r.Age != i.Age {
			t.Fatalf("result names %s version %d", r.Instrument, r.Version)
		}
		var said []string
		for _, line := range r.Explanation {
			said = append(said, line.About+" "+line.Key)
			if texts[line.Key] == "" || line.About != "" && texts[line.About] == "" {
				t.Fatalf("no text for %s %s", line.About, line.Key)
			}
		}
		for _, f := range r.Dimensions {
			if f.Positive && !slices.Contains(said, Key(f.Dimension)+" indicator.clause."+f.Clause) {
				t.Fatalf("%s fired unexplained", f.Dimension)
			}
			if f.Strong+f.Medium+f.Weak != len(f.Fired) {
				t.Fatalf("%s counts other answers than it names: %+v", f.Dimension, f)
			}
			for _, code := range f.Fired {
				if answers[code] != Yes {
					t.Fatalf("%s fired without a yes", code)
				}
			}
		}
		if r.CanRise && !slices.Contains(said, " indicator.why.missing") {
			t.Fatal("missing answers are not mentioned")
		}
		if said[len(said)-1] != " indicator.why.no_verdict" {
			t.Fatal("the result does not say that it decides nothing")
		}
	})
}

func english(t *testing.T) map[string]string {
	t.Helper()
	b, err := fs.ReadFile(catalog.Messages, "messages/indicator.en.json")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(b, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestEveryCodeHasText(t *testing.T) {
	texts := english(t)
	for _, i := range shipped(t).All() {
		keys := []string{"indicator.list." + i.ID}
		for _, d := range i.Dimensions {
			keys = append(keys, Key(d.Code))
		}
		for _, code := range i.Codes() {
			keys = append(keys, Key(code))
		}
		for _, c := range i.Positive {
			keys = append(keys, "indicator.clause."+c.Code)
		}
		for _, c := range i.Classes {
			keys = append(keys, "indicator.class."+c.Code, "indicator.outcome."+string(c.Outcome))
		}
		for _, a := range AnswerValues {
			keys = append(keys, "indicator.answer."+string(a))
		}
		for _, key := range keys {
			if texts[key] == "" {
				t.Errorf("%s: no text for %s", i.ID, key)
			}
		}
	}
}
