package demo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// everything is what a machine without a fault would find.
func everything(t Truth) Found {
	f := Found{Persons: t.Duplicates}
	for _, n := range t.Networks {
		f.Leads = append(f.Leads, Lead{n.Kind, n.Signals})
	}
	return f
}

// small is a truth to reckon by hand.
func small() Truth {
	return Truth{
		Networks: []Network{
			{Kind: Recruiter, Key: "recruiter-1", Signals: []string{"a1", "a2", "a3", "a4"}},
			{Kind: Recruiter, Key: "recruiter-2", Signals: []string{"b1", "b2", "b3"}},
			{Kind: Phone, Key: "phone-1", Signals: []string{"c1", "c2", "c3"}},
		},
		Duplicates: [][]string{{"d1", "d2"}, {"d3", "d4"}},
		Families:   [][]string{{"f1", "f2", "f3"}},
		Traps: []Trap{
			{Kind: SameName, Key: "namesakes", Networks: []string{"recruiter-1", "recruiter-2"}},
			{Kind: SharedHome, Key: "hostel", Signals: []string{"h1", "h2", "h3", "h4"}},
			{Kind: NonPunishment, Key: "compelled", Signals: []string{"p0", "p1", "p2", "p3"}, Person: "p0"},
		},
	}
}

func row(r Report, kind Kind) KindScore {
	return r.Kinds[slices.IndexFunc(r.Kinds, func(k KindScore) bool { return k.Kind == kind })]
}

func fallen(r Report) (keys []string) {
	for _, t := range r.Traps {
		if !t.Held {
			keys = append(keys, fmt.Sprintf("%s×%d", t.Kind, t.Times))
		}
	}
	return keys
}

func TestScoreOfNothing(t *testing.T) {
	r := small().Score(Found{})
	if k := row(r, all); k.Planted != 3 || k.Found != 0 || k.Recall != 0 || k.Precision != 0 || len(r.Missed) != 3 {
		t.Errorf("%+v", r)
	}
	if len(fallen(r)) != 0 {
		t.Errorf("who finds nothing falls into no trap: %v", fallen(r))
	}
}

func TestScoreOfEverything(t *testing.T) {
	for _, truth := range []Truth{small(), generate(t, 1).Truth} {
		r := truth.Score(everything(truth))
		for _, k := range r.Kinds {
			if k.Planted > 0 && (k.Recall != 1 || k.Precision != 1 || k.Coverage != 1) {
				t.Errorf("%+v", k)
			}
		}
		if r.Duplicates.Recall != 1 || r.Duplicates.Precision != 1 || len(r.Missed)+len(r.False)+len(fallen(r)) != 0 {
			t.Errorf("%+v", r)
		}
	}
}

func TestScoreOfEveryMistake(t *testing.T) {
	r := small().Score(Found{
		Leads: []Lead{
			{Recruiter, []string{"a1", "a2", "a3", "b1"}},       // true, but joins namesakes
			{Recruiter, []string{"b1", "b2", "x", "y"}},         // too mixed
			{Phone, []string{"f1", "f2", "f3"}},                 // a family
			{Address, []string{"h1", "h2", "h3", "x", "h3"}},    // the hostel; a repeated signal counts once
			{Phone, []string{"a4", "a1", "a2"}},                 // the recruiter again, by the telephone
			{Recruiter, []string{"p1", "p2", "p3"}},             // those whom the compelled woman recruited
			{"advert", []string{"z1", "z2", "z3"}},              // a kind that was not planted
			{Vehicle, []string{"c1", "x1", "x2", "x3", "hhh1"}}, // mostly strangers
		},
		Persons:  [][]string{{"d1", "d2", "d5"}, {"d4", "d3"}},
		Suspects: []string{"p0", "a1"},
	})
	want := []KindScore{
		{Kind: Recruiter, Planted: 2, Found: 1, Recall: 0.5, Coverage: 4.0 / 7, Leads: 3, True: 2, Precision: 2.0 / 3},
		{Kind: Phone, Planted: 1, Leads: 2, True: 1, Precision: 0.5},
		{Kind: Address, Leads: 1}, {Kind: Vehicle, Leads: 1}, {Kind: "advert", Leads: 1},
		{Kind: all, Planted: 3, Found: 1, Recall: 1.0 / 3, Coverage: 0.4, Leads: 8, True: 3, Precision: 0.375},
	}
	for _, w := range want {
		if diff := cmp.Diff(w, row(r, w.Kind), cmpopts.IgnoreUnexported(KindScore{}), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]Miss{{Recruiter, "recruiter-2", 3, 2}, {Phone, "phone-1", 3, 1}}, r.Missed); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(PairScore{Planted: 2, Found: 4, True: 2, Recall: 1, Precision: 0.5}, r.Duplicates); diff != "" {
		t.Error(diff)
	}
	if got := strings.Join(fallen(r), " "); got != "same_name×1 shared_home×1 non_punishment×1 family×1" {
		t.Error(got)
	}
	if len(r.False) != 5 {
		t.Errorf("%d false leads", len(r.False))
	}
}

func TestReportAsTableAndJSON(t *testing.T) {
	truth := small()
	r := truth.Score(Found{Leads: []Lead{{Phone, []string{"f1", "f2", "f3", "f4", "f5"}}}})
	var b strings.Builder
	if err := r.Print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"recruiter", "precision", "missed  recruiter-1 (0 of 4", "false   phone: f1, f2, f3, f4, …", "family: 0 of 1 avoided f1"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back, cmpopts.IgnoreUnexported(KindScore{})); diff != "" {
		t.Error(diff)
	}
}
