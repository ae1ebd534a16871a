package htcds

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lodestar/catalog"
	"lodestar/internal/kernel/evidence/intake"
)

func files(t testing.TB) fs.FS {
	t.Helper()
	sub, err := fs.Sub(catalog.HTCDS, "htcds")
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func vocabulary(t testing.TB) *standard {
	t.Helper()
	s, err := load(files(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDamagedCatalogueIsRefused(t *testing.T) {
	for name, change := range map[string]func(m fstest.MapFS){
		"no field sheet":         func(m fstest.MapFS) { delete(m, "fields_2.0.csv") },
		"no countries":           func(m fstest.MapFS) { delete(m, "countries_2.0.csv") },
		"no further spellings":   func(m fstest.MapFS) { delete(m, "reading.json") },
		"broken quotes":          replace("fields_2.0.csv", `"Feminine`, `"Femi"nine`),
		"a value without label":  replace("fields_2.0.csv", "Single\nMarried", "Single Married"),
		"a field misnamed":       replace("fields_2.0.csv", "prs_Gender,", "prs_Sex,"),
		"ragged countries":       replace("countries_2.0.csv", "AF,", "AF,,"),
		"an unknown key":         replace("reading.json", `"columns"`, `"colums"`),
		"an alias for no value":  replace("reading.json", `"Unaquainted"`, `"Unacquaintd"`),
		"full name of no field":  replace("reading.json", `"org_Name"`, `"org_Nam"`),
		"an alias for no header": replace("reading.json", `"instanceID": "ref"`, `"instanceID": ""`),
	} {
		m := fstest.MapFS{}
		for _, n := range []string{"fields_2.0.csv", "countries_2.0.csv", "reading.json"} {
			data, err := fs.ReadFile(files(t), n)
			if err != nil {
				t.Fatal(err)
			}
			m[n] = &fstest.MapFile{Data: data}
		}
		change(m)
		if _, err := Reader(m); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func replace(file, old, new string) func(fstest.MapFS) {
	return func(m fstest.MapFS) {
		data := string(m[file].Data)
		if !strings.Contains(data, old) {
			panic(file + " does not contain " + old)
		}
		m[file] = &fstest.MapFile{Data: []byte(strings.Replace(data, old, new, 1))}
	}
}

// The counts by which an import of the standard is known to be whole.
func TestCountsOfTheStandard(t *testing.T) {
	s := vocabulary(t)
	count := map[string]int{}
	for _, name := range s.order {
		f := s.fields[name]
		count["rows"]++
		count[f.section]++
		for key, is := range map[string]bool{"live": !f.deprecated, "core": f.core, "live core": f.core && !f.deprecated} {
			if is {
				count[key]++
			}
		}
	}
	want := map[string]int{
		"rows": 84, "live": 81, "core": 40, "live core": 38,
		"Organization": 10, "Person": 25, "Person - Victim Context": 16, "Person - Perpetrator Context": 3, "Case": 3, "Referral Details": 10,
		"Case Comment": 1, "Historic Trafficking Events": 10, "Support Plan": 5, "Consent": 1,
	}
	if !maps.Equal(count, want) {
		t.Errorf("got  %v\nwant %v", count, want)
	}
	if len(s.countries) < 249 {
		t.Errorf("%d countries", len(s.countries))
	}
}

func TestCodeLists(t *testing.T) {
	s := vocabulary(t)
	for name, want := range map[string]int{
		"org_Type": 9, "prs_Gender": 6, "prs_MaritalStatus": 6, "prs_HighestLevelOfEducation": 9, "vic_TraffickingStatus": 3,
		"vic_TraffickingStatusDecisionMakingOrg": 5, "vic_RelationshipToTrafficker": 3, "vic_MethodOfRecruitment": 10, "vic_MethodsOfControl": 18,
		"vic_TypeOfExploitation": 11, "vic_TypeOfSexExploitation": 4, "vic_RecruitmentWebsitesAndApps": 15, "vic_ExploitationWebsitesAndApps": 15,
		"vic_ForcedLabourIndustry": 21, "vic_Vulnerabilities": 12, "per_RoleInProcess": 15, "cas_Status": 4, "cas_ReasonForIncomingReferral": 3,
		"cas_ReasonForOutgoingReferral": 3, "hte_Type": 3, "spl_Type": 9,
	} {
		f := s.fields[name]
		if len(f.values) != want || f.kind != code {
			t.Errorf("%s has %d values, want %d", name, len(f.values), want)
		}
		for _, v := range f.values {
			for _, written := range []string{v.name, v.label, strings.ToUpper(v.label), strings.ToLower(v.name)} {
				if got, ok := s.word(f)(written); !ok || got != v.name {
					t.Errorf("%s: %q is read as %q", name, written, got)
				}
			}
		}
	}
	n := 0
	for _, f := range s.fields {
		if f.kind == code {
			n++
		}
	}
	if n != 21 {
		t.Errorf("%d fields have a list", n)
	}
	for _, x := range []struct{ field, written, want string }{
		{"vic_RelationshipToTrafficker", "unacquainted", "Unaquainted"}, {"vic_RelationshipToTrafficker", "Unaquainted", "Unaquainted"},
		{"vic_MethodsOfControl", "Restricts movement", "RestrictsMovement"}, {"vic_MethodsOfControl", "Necessities", "WithholdsNecessities"},
	} {
		if got, _ := s.word(s.fields[x.field])(x.written); got != x.want {
			t.Errorf("%s is %s", x.written, got)
		}
	}
}

func TestKindsOfFields(t *testing.T) {
	s := vocabulary(t)
	for name, want := range map[string]kind{
		"prs_Citizenship": country, "prs_MailingCountry": country, "org_ShippingCountry": country, "hte_Country": country, "prs_PrimaryLanguage": tongue,
		"org_ShippingState": text, "prs_Birthdate": date, "prs_NumberOfChildren": number, "prs_MailingLongitude": coordinate, "hte_Latitude": coordinate,
		"con_Consent": tick, "per_Organisation": lookup, "vic_LocationOfExploitation": lookup, "cas_CaseOwner": text, "cco_CaseComment": long,
	} {
		if got := s.fields[name].kind; got != want {
			t.Errorf("%s is of kind %d, want %d", name, got, want)
		}
	}
	for name := range mentioned {
		if f, ok := s.fields[name]; !ok || f.kind != text {
			t.Errorf("%s is no text field", name)
		}
	}
	for word := range parts {
		if _, ok := s.word(s.fields["per_RoleInProcess"])(word); !ok {
			t.Errorf("%s is no role of the standard", word)
		}
	}
}

// Every field is found by its full name, in any case, by the spelling of the
// form, and behind a path of groups.
func TestHeaders(t *testing.T) {
	s := vocabulary(t)
	for name := range s.fields {
		for _, h := range []string{name, strings.ToUpper(name), strings.ReplaceAll(name, "_", " "), "data/group/" + name} {
			if got, note := s.find(h); got != name {
				t.Errorf("%s finds %q %s", h, got, note)
			}
		}
	}
	form, err := os.ReadFile("testdata/form_headers.txt")
	if err != nil {
		t.Fatal(err)
	}
	headers := strings.Fields(string(form))
	for _, h := range headers {
		if name, _ := s.find(h); intake.Fold(name) != intake.Fold(h) {
			t.Errorf("the form's %s finds %q", h, name)
		}
	}
	if len(headers) != 31 || !slices.Contains(headers, "vic_Methods_of_Control") {
		t.Errorf("%d headers of the form", len(headers))
	}
	for header, want := range map[string]string{
		"First Name": "prs_FirstName", "firstname": "prs_FirstName", "Mailing Zip/Postal Code": "prs_MailingPostalCode", "TRAFFICKING  STATUS": "vic_TraffickingStatus",
		"_uuid": "ref", "meta/instanceID": "ref", "_submission_time": "observed",
		"Name": "", "Phone": "", "Status": "", "Type": "", "Country": "", "City": "", "Title": "", "Longitude": "", "Organisation Name": "", "Organisation": "", "": "", "Age": "",
	} {
		if got, note := s.find(header); got != want || (got == "") == (note == "") {
			t.Errorf("%q finds %q %q, want %q", header, got, note, want)
		}
	}
}
