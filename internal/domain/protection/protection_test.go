package protection

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/kernel/evidence"
)

func TestCaseTypeHolds(t *testing.T) {
	if err := Case.Check([]Verb{CloseUnseen}); err != nil {
		t.Error(err)
	}
	if err := Case.Check(nil); err == nil || !strings.Contains(err.Error(), "second pair of eyes") {
		t.Errorf("a case could end without the person and without a second pair of eyes: %v", err)
	}
	for _, r := range slices.Concat(ClosureReasons, UnseenReasons) {
		if strings.Contains(r, "victim") || strings.Contains(r, "negative") {
			t.Errorf("%q closes a case: a negative screening never does (protection.md §1, rule 4)", r)
		}
	}
}

func TestIntakeRefuses(t *testing.T) {
	for pointer, in := range map[string]Intake{
		"/danger":          {Danger: "", Language: "en"},
		"/age":             {Danger: "no", Language: "en", Age: "17"},
		"/language":        {Danger: "no", Language: "<script>"},
		"/alias":           {Danger: "no", Language: "en", Alias: strings.Repeat("ж", 201)},
		"/name":            {Danger: "no", Language: "en", Name: "a\x00b"},
		"/note":            {Danger: "no", Language: "en", Note: strings.Repeat("x", 15_001)},
		"/phone":           {Danger: "no", Language: "en", Phone: "none"},
		"/safety":          {Danger: "no", Language: "en", Safety: "perhaps"},
		"/recruiter_phone": {Danger: "no", Language: "en", RecPhone: "12"},
		"/needs":           {Danger: "no", Language: "en", Needs: []string{"spaceship"}},
		"/share":           {Danger: "no", Language: "en", Share: []Share{{Agreed: true, Classes: []string{"secret"}}}},
	} {
		err := in.Check()
		found := false
		for _, f := range fault.FieldsOf(err) {
			found = found || f.Pointer == pointer
		}
		if !found {
			t.Errorf("%s was not refused: %v", pointer, err)
		}
	}
	if err := (Intake{Danger: "unknown", Language: "ti"}).Check(); err != nil {
		t.Errorf("a person of whom nothing is known was refused: %v", err)
	}
}

// TestSignalOfAnIntakeIsValid: whatever a form lets through, evidence takes.
func TestSignalOfAnIntakeIsValid(t *testing.T) {
	for _, in := range []Intake{
		{Danger: "no", Language: "en"},
		{Danger: "yes", Language: "ka", Name: "ნინო", Phone: "+995 555 123456", Recruiter: "Виктор", RecPhone: "077001", Place: "улица", Age: "child"},
		{Danger: "no", Language: "en", RecPhone: "07700900461"},
	} {
		sig := in.incoming(evidenceTime)
		if _, err := sig.Signal(); err != nil {
			t.Errorf("%+v: %v", in, err)
		}
		for _, m := range sig.Mentions {
			if m.Kind == string(evidence.Person) && m.Role == string(evidence.Suspect) {
				t.Error("an intake named a suspect")
			}
		}
	}
}

var evidenceTime = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// TestWhatWaitsHasWords: whatever can wait for a second pair of eyes is said in
// words on the page where it waits.
func TestWhatWaitsHasWords(t *testing.T) {
	book, err := i18n.Load(nil, catalog.Messages)
	if err != nil {
		t.Fatal(err)
	}
	ctx := i18n.With(t.Context(), book.Match("en"))
	for verb := range Module(&Desk{}).Replays {
		if key := "second.do." + string(verb); i18n.T(ctx, key) == key || strings.Contains(i18n.T(ctx, key), "second.do") {
			t.Errorf("%s has no words", key)
		}
	}
}
