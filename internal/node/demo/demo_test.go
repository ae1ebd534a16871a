package demo

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/kernel/evidence"
)

func generate(t testing.TB, seed uint64) *Population {
	t.Helper()
	p, err := Generate(seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b, other := encode(t, generate(t, 7)), encode(t, generate(t, 7)), encode(t, generate(t, 8))
	if !bytes.Equal(a, b) {
		t.Error("the same seed gave two outputs")
	}
	if bytes.Equal(a, other) {
		t.Error("two seeds gave the same output")
	}
}

// cellKey is a cell as a referral codes it.
type cellKey struct{ org, kind, exploitation, age, gender, citizenship string }

func TestCountsComeOutExactlyCellByCell(t *testing.T) {
	cells, err := Counts()
	if err != nil {
		t.Fatal(err)
	}
	st, err := load()
	if err != nil {
		t.Fatal(err)
	}
	want, people := map[cellKey]int{}, 0
	for i := range cells {
		c := &cells[i]
		nations, err := st.nationality(c.Nationality)
		if err != nil {
			t.Fatal(err)
		}
		facts := coded(newDraw(0, 0), c, nations, st.languages[0])
		key := cellKey{codeOf(c.Responder), facts["first_responder_type"], facts["vic_TypeOfExploitation"], facts["age_at_exploitation"], facts["prs_Gender"], facts["prs_Citizenship"]}
		if want[key] != 0 {
			t.Errorf("two cells have one code: %+v", key)
		}
		want[key] = c.People
		people += c.People
	}
	if len(cells) != 1618 || people != 4138 {
		t.Fatalf("%d cells, %d people", len(cells), people)
	}
	got := map[cellKey]int{}
	for _, r := range generate(t, 1).Referrals {
		f := r.Signal.Coded
		got[cellKey{r.Organisation, f["first_responder_type"], f["vic_TypeOfExploitation"], f["age_at_exploitation"], f["prs_Gender"], f["prs_Citizenship"]}]++
	}
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%+v: %d people, counted %d", key, got[key], n)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d cells came out, %d went in", len(got), len(want))
	}
}

func TestEverySignalIsValidAndInOrder(t *testing.T) {
	seen, last, nameless := map[string]bool{}, "", 0
	p := generate(t, 3)
	for _, r := range p.Referrals {
		s, err := r.Signal.Signal()
		if err != nil {
			t.Fatalf("%s: %v %+v", r.Signal.Ref, err, err)
		}
		if len(s.Coded) != len(r.Signal.Coded) {
			t.Fatalf("%s: not all of %v are codes", r.Signal.Ref, r.Signal.Coded)
		}
		if seen[r.Signal.Ref] {
			t.Errorf("two signals have the reference %s", r.Signal.Ref)
		}
		seen[r.Signal.Ref] = true
		if r.Signal.Observed < last || r.Signal.Observed < "2023-07-01" || r.Signal.Observed > "2023-09-30" {
			t.Errorf("%s on %s after %s", r.Signal.Ref, r.Signal.Observed, last)
		}
		last = r.Signal.Observed
		victim := r.Signal.Mentions[0]
		if victim.Role != string(evidence.PresumedVictim) {
			t.Errorf("%s is about a %s", r.Signal.Ref, victim.Role)
		}
		if len(victim.Names) == 0 {
			nameless++
		}
		agesAgree(t, r.Signal)
	}
	if nameless < 100 || nameless > 700 {
		t.Errorf("%d referrals are anonymous: no minority", nameless)
	}
	for _, in := range Directory() {
		if _, err := in.Signal(); err != nil {
			t.Errorf("%s: %v", in.Ref, err)
		}
	}
}

// agesAgree: the birth date as written, which may err by some months, agrees
// with the age class.
func agesAgree(t *testing.T, in evidence.Incoming) {
	t.Helper()
	victim := in.Mentions[0]
	code := map[string]string{"adult": "adult", "child": "child", "unknown": ""}[in.Coded["age_at_exploitation"]]
	if victim.Age != code {
		t.Errorf("%s: age %q, coded %q", in.Ref, victim.Age, code)
	}
	if len(victim.Born) < 4 {
		return
	}
	year := victim.Born[:4]
	switch evidence.AgeClass(victim.Age) {
	case evidence.Child:
		if year < "2005" {
			t.Errorf("%s: a child born in %s", in.Ref, year)
		}
	case evidence.Adult:
		if year > "2005" {
			t.Errorf("%s: an adult born in %s", in.Ref, year)
		}
	}
}

func TestIndicatorsAreOfTheList(t *testing.T) {
	known := map[string]string{
		"D1": "job_location_employer wages conditions contract housing documents_status travel_recruitment family_reunification marriage_adoption education",
		"D2": "violence_victim threats_violence abduction_sale debt_bondage documents_confiscated isolation_surveillance threat_denounce threat_inform_family violence_family money_withheld",
		"D3": "difficult_family illegal_status lack_education_language lack_information exploiter_control economic false_info_migration family_situation personal_situation emotional_dependency authority_relationship past_difficulties travel_organisation false_info_law cultural_beliefs general_context",
		"D4": "excessive_hours low_or_no_pay wage_manipulation bad_living very_bad_conditions hazardous laws_contract_ignored no_social_protection no_education",
		"D5": "documents_confiscated debt_bondage isolation_surveillance violence_victim threats_violence forced_illicit forced_tasks_clients strong_influence act_against_peers lie_to_others threat_denounce threat_worse_conditions violence_family wages_withheld threat_inform_family",
		"D6": "dependency unknown_area economic family_situation authority_relationship past_difficulties personal_characteristics",
	}
	count := 0
	for _, r := range generate(t, 1).Referrals {
		for key := range r.Signal.Coded {
			code, ok := strings.CutPrefix(key, "ilo.")
			if !ok {
				continue
			}
			count++
			dimension, name, _ := strings.Cut(code, ".")
			if !slices.Contains(strings.Fields(known[dimension]), name) {
				t.Fatalf("%s is no indicator", key)
			}
		}
	}
	if count < 10_000 {
		t.Errorf("only %d answers", count)
	}
}

func TestNationalities(t *testing.T) {
	st, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"UK": "GB", "Congolese Drc ": "CD", "Congolese Drc UK": "CD GB", "Central African Zimbabwean": "CF ZW",
		"Sudanese South Sudanese": "SD SS", "Citizen of Guinea Bissau Portuguese": "GW PT", "Australian UKrainian": "AU UA",
		"Unknown UK": "ZZ GB", "Citizen of the Dominican Republic": "DO", "Dominican UK": "DM GB",
	} {
		nations, err := st.nationality(text)
		if err != nil {
			t.Error(err)
			continue
		}
		var codes []string
		for _, n := range nations {
			codes = append(codes, n.code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "Ruritanian", "UK Ruritanian", "UKish"} {
		if _, err := st.nationality(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestOrganisations(t *testing.T) {
	p := generate(t, 1)
	kinds, codes := map[string]int{}, map[string]bool{}
	for _, o := range p.Organisations {
		if codes[o.Code] || strings.Trim(o.Code, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("code %q is not unique or not plain", o.Code)
		}
		codes[o.Code] = true
		if !o.Invented {
			kinds[o.Kind]++
		}
	}
	if got := kinds["police"] + kinds["government_agency"] + kinds["local_authority"] + kinds["ngo"]; got != 64 || kinds["ngo"] != 10 {
		t.Errorf("responders: %v", kinds)
	}
	roles := map[string]bool{}
	for _, persona := range Personas() {
		if !codes[persona.Organisation] {
			t.Errorf("%s works for nobody: %s", persona.Code, persona.Organisation)
		}
		for _, r := range persona.Roles {
			roles[r] = true
		}
	}
	if len(Personas()) != 16 || len(roles) != 11 {
		t.Errorf("%d personas with %d roles", len(Personas()), len(roles))
	}
	for _, s := range Services() {
		if !codes[s.Organisation] || len(s.Takes) == 0 || len(s.Languages) == 0 || s.Organisation == NorthShelter && s.Kind == "shelter" && s.Town != "" {
			t.Errorf("service %+v", s)
		}
	}
}

func TestScaleStreams(t *testing.T) {
	const n, linked = 20_000, 10
	seq, err := Scale(5, n, linked)
	if err != nil {
		t.Fatal(err)
	}
	nets, count, hit, phones := map[string]int{}, 0, 0, map[string]bool{}
	for r := range seq {
		if _, err := r.Signal.Signal(); err != nil {
			t.Fatal(err)
		}
		if phones[r.Signal.Ref] {
			t.Fatalf("two signals have the reference %s", r.Signal.Ref)
		}
		phones[r.Signal.Ref] = true
		if count++; r.Planted != "" {
			nets[r.Planted]++
			hit++
		}
	}
	if count != n || hit < n*8/100 || hit > n*12/100 {
		t.Errorf("%d signals, %d of them linked", count, hit)
	}
	if mean := float64(hit) / float64(len(nets)); mean < 6 || mean > 10 {
		t.Errorf("networks of %.1f on average", mean)
	}
	for range seq {
		break // a consumer may stop
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		generate(b, 1)
	}
}

func BenchmarkScale(b *testing.B) {
	seq, err := Scale(1, b.N, 10)
	if err != nil {
		b.Fatal(err)
	}
	made := 0
	for range seq {
		made++
	}
	if made != b.N {
		b.Fatalf("%d signals of %d", made, b.N)
	}
}
