package htcds

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/evidence/intake/table"
)

func open(t testing.TB, data []byte, m intake.Mapping) *intake.Batch {
	t.Helper()
	r, err := Reader(files(t))
	if err != nil {
		t.Fatal(err)
	}
	b, err := intake.Open(table.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))},
		intake.Terms{Mapping: m, Keyed: func(row []byte) string { return fmt.Sprintf("row-%x", len(row)) }}, r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rows(t testing.TB, b *intake.Batch) (rows []intake.Row) {
	t.Helper()
	for row, err := range b.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// one reads a single row, given as header and cell in turn.
func one(t testing.TB, m intake.Mapping, cells ...string) intake.Row {
	t.Helper()
	var head, row []string
	for i := 0; i < len(cells); i += 2 {
		head = append(head, cells[i])
		row = append(row, `"`+strings.ReplaceAll(cells[i+1], `"`, `""`)+`"`)
	}
	all := rows(t, open(t, []byte(strings.Join(head, ",")+"\n"+strings.Join(row, ",")+"\n"), m))
	if len(all) != 1 {
		t.Fatalf("%d rows", len(all))
	}
	return all[0]
}

func reasons(r intake.Row) (s string) {
	for _, x := range r.Reasons {
		s += x.Field + ":" + x.Code() + " "
	}
	return strings.TrimSpace(s)
}

func TestRowsThatAreRejected(t *testing.T) {
	for _, c := range []struct{ field, value, want string }{
		{"prs_Gender", "Woman", "prs_Gender:unknown_code"},
		{"prs_Gender", "Feminine;Masculine", "prs_Gender:unknown_code"},
		{"vic_MethodsOfControl", "DebtBondage;Bribes", "vic_MethodsOfControl:unknown_code"},
		{"vic_MethodsOfControl", ";", "vic_MethodsOfControl:unknown_code"},
		{"prs_Citizenship", "Atlantis", "prs_Citizenship:unknown_code"},
		{"prs_Citizenship", "XX", "prs_Citizenship:unknown_code"},
		{"prs_Citizenship", "150", "prs_Citizenship:unknown_code"},
		{"prs_MailingCountry", "Nowhere", "prs_MailingCountry:unknown_code"},
		{"hte_Country", "Nowhere", "hte_Country:unknown_code"},
		{"prs_PrimaryLanguage", "Romanian", "prs_PrimaryLanguage:unknown_code"},
		{"prs_PrimaryLanguage", "qqq1", "prs_PrimaryLanguage:unknown_code"},
		{"con_Consent", "maybe", "con_Consent:unknown_code"},
		{"prs_NumberOfChildren", "many", "prs_NumberOfChildren:unknown_code"},
		{"prs_NumberOfChildren", "-1", "prs_NumberOfChildren:unknown_code"},
		{"vic_AgeWhenTrafficked", "1990", "vic_AgeWhenTrafficked:unknown_code"},
		{"prs_Birthdate", "31.02.1999", "prs_Birthdate:bad_date"},
		{"prs_Birthdate", "02/03/1999", "prs_Birthdate:bad_date"},
		{"prs_Birthdate", "36219", "prs_Birthdate:bad_date"},
		{"prs_Birthdate", "1066", "prs_Birthdate:bad_date"},
		{"prs_Birthdate", "2024-01-02", "prs_Birthdate:born_later"},
		{"prs_Birthdate", "2025", "prs_Birthdate:born_later"},
		{"spl_PlannedEndDate", "soon", "spl_PlannedEndDate:bad_date"},
		{"prs_MobilePhone", "4.47701E+11", "prs_MobilePhone:damaged_number"},
		{"prs_IdentityNumber", "1,23457e+15", "prs_IdentityNumber:damaged_number"},
		{"prs_FirstName", strings.Repeat("ы", 501), "prs_FirstName:text_too_long"},
		{"prs_Email", strings.Repeat("x", 501), "prs_Email:text_too_long"},
		{"cco_CaseComment", strings.Repeat("word ", 4000), "/narrative:text_too_long"},
	} {
		r := one(t, intake.Mapping{}, "ref", "1", "observed", "2024-01-01", c.field, c.value)
		if got := reasons(r); got != c.want {
			t.Errorf("%s %.20q: %s, want %s", c.field, c.value, got, c.want)
		}
		if strings.HasPrefix(c.want, "/") {
			continue
		}
		kept := one(t, intake.Mapping{Unknown: intake.Keep}, "ref", "1", "observed", "2024-01-01", c.field, c.value)
		if len(kept.Reasons) > 0 || !strings.Contains(kept.Incoming.Narrative, c.value) || kept.Incoming.Coded[c.field] != "" {
			t.Errorf("%s %.20q is not kept: %s, %q", c.field, c.value, reasons(kept), kept.Incoming.Narrative)
		}
	}
	if got := reasons(one(t, intake.Mapping{}, "ref", "1", "prs_FirstName", "Ana")); got != "observed:needs_observed" {
		t.Errorf("without a day: %s", got)
	}
}

// What stands in a field for telephones and is none is kept as text, and said; it
// connects nobody with whoever else has "none" for a number.
func TestNoPhoneIsKeptAsText(t *testing.T) {
	r := one(t, intake.Mapping{}, "ref", "1", "observed", "2024-01-01", "prs_MobilePhone", "ask at the café; 07700 900123; نه دارم")
	if len(r.Reasons) > 0 || len(r.Notes) != 2 || r.Notes[0].Key != "import.no_phone" || r.Notes[0].Field != "prs_MobilePhone" {
		t.Fatalf("%+v %+v", r.Reasons, r.Notes)
	}
	for _, kept := range []string{"ask at the café", "نه دارم"} {
		if !strings.Contains(r.Incoming.Narrative, kept) {
			t.Errorf("%q is lost: %q", kept, r.Incoming.Narrative)
		}
	}
	phones := 0
	for _, m := range r.Incoming.Mentions {
		if m.Kind == string(evidence.Phone) {
			phones++
		}
	}
	if phones != 1 {
		t.Errorf("%d telephones", phones)
	}
}

func TestSampleFile(t *testing.T) {
	data, err := os.ReadFile("testdata/cases_semicolon.csv")
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, data, intake.Mapping{Columns: intake.Pairs{"Case ID": "ref"}})
	if last := b.Columns[len(b.Columns)-1]; last.Field != "" || last.Note != "import.column_unknown" || b.Reader != "htcds-2.0" {
		t.Errorf("the last column is %+v", last)
	}
	all := rows(t, b)
	got, err := json.MarshalIndent([]evidence.Incoming{all[0].Incoming, all[1].Incoming}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/cases_semicolon.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Error(diff)
	}
	const third = "prs_Gender:unknown_code prs_Citizenship:unknown_code vic_MethodsOfControl:unknown_code con_Consent:unknown_code prs_Birthdate:bad_date prs_MobilePhone:damaged_number"
	if len(all) != 3 || reasons(all[2]) != third || all[2].Number != 5 {
		t.Errorf("row %d: %s", all[2].Number, reasons(all[2]))
	}
}

func TestWorkbookGivesTheSameSignal(t *testing.T) {
	head := []any{"ref", "prs_FirstName", "Birthdate", "prs_MobilePhone", "con_Consent", "prs_NumberOfChildren", "cas_IncomingReferralDate"}
	cells := []any{"1", "Zoë", time.Date(1999, 2, 28, 0, 0, 0, 0, time.UTC), 37360123456, true, 2, time.Date(2023, 9, 14, 8, 30, 0, 0, time.UTC)}
	x := excelize.NewFile()
	for i, row := range [][]any{head, cells} {
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var book bytes.Buffer
	if err := x.Write(&book); err != nil {
		t.Fatal(err)
	}
	sheet := rows(t, open(t, book.Bytes(), intake.Mapping{}))
	if len(sheet) != 1 || len(sheet[0].Reasons) > 0 {
		t.Fatalf("%+v", sheet)
	}
	text := one(t, intake.Mapping{}, "ref", "1", "prs_FirstName", "Zoë", "Birthdate", "28.02.1999", "prs_MobilePhone", "37360123456", "con_Consent", "TRUE",
		"prs_NumberOfChildren", "2", "cas_IncomingReferralDate", "2023-09-14")
	if diff := cmp.Diff(text, sheet[0], cmp.AllowUnexported(intake.Rejection{})); diff != "" {
		t.Error(diff)
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		born, day string
		want      evidence.AgeClass
	}{
		{"2006-01-01", "2024-01-01", evidence.Adult}, {"2006-01-02", "2024-01-01", evidence.Child},
		{"2004-02-29", "2022-02-28", evidence.Child}, {"2004-02-29", "2022-03-01", evidence.Adult},
		{"2005", "2024-01-01", evidence.Adult}, {"2006", "2024-01-01", evidence.AgeUnknown}, {"2006", "2023-12-31", evidence.Child},
		{"2005", "2023-12-31", evidence.Adult}, {"2005", "2023-12-30", evidence.AgeUnknown}, {"2006-05", "2024-05-15", evidence.AgeUnknown}, {"2006-05", "2024-05-31", evidence.Adult},
	} {
		if got := ageOn(c.born, c.day); got != c.want {
			t.Errorf("born %s, on %s: %q, want %q", c.born, c.day, got, c.want)
		}
	}
}

// What is personal is never a code, and a presumed victim stays one whatever an
// organisation's status says of her.
func TestNothingPersonalIsCoded(t *testing.T) {
	const canary = "Canary"
	s := vocabulary(t)
	cells := []string{"ref", "1", "observed", "2024-01-01", "prs_Birthdate", "1999-02-28", "vic_TraffickingStatus", "NotAVictimOfTrafficking"}
	for _, name := range s.order {
		switch s.fields[name].kind {
		case text, long, lookup, coordinate:
			cells = append(cells, name, canary+name)
		}
	}
	r := one(t, intake.Mapping{}, cells...)
	if len(r.Reasons) > 0 {
		t.Fatal(reasons(r))
	}
	for k, v := range r.Incoming.Coded {
		if strings.Contains(v, canary) || strings.Contains(v, "1999") {
			t.Errorf("%s is coded as %s", k, v)
		}
	}
	sealed, err := json.Marshal(r.Incoming)
	if err != nil {
		t.Fatal(err)
	}
	for i := 8; i < len(cells); i += 2 {
		if !bytes.Contains(sealed, []byte(cells[i+1])) {
			t.Errorf("%s is lost", cells[i])
		}
	}
	if m := r.Incoming.Mentions[0]; m.Role != string(evidence.PresumedVictim) || m.Age != string(evidence.Adult) || r.Incoming.Coded["vic_TraffickingStatus"] == "" {
		t.Errorf("she is %+v", m)
	}
}

func links(in evidence.Incoming) (s string) {
	for _, r := range in.Relations {
		s += fmt.Sprintf("%d %s %d; ", r.From, r.Kind, r.To)
	}
	return s
}

func TestPerpetrator(t *testing.T) {
	for _, c := range []struct {
		roles, role, links string
	}{
		{"RecruiterOrIntermediary", "recruiter", "1 recruited_by 2; "},
		{"Transporter;BrokerTravelAgent;Exploiter", "recruiter", "1 transported_by 2; 1 controlled_by 2; 1 recruited_by 2; "},
		{"Harboured Individual", "controller", "1 controlled_by 2; "},
		{"Smuggler, Other", "transporter", "1 transported_by 2; "},
		{"TravellingPartner", "suspect", ""},
		{"Abuser", "suspect", ""},
	} {
		r := one(t, intake.Mapping{}, "ref", "1", "observed", "2024-01-01", "per_RoleInProcess", c.roles)
		if len(r.Reasons) > 0 || len(r.Incoming.Mentions) != 2 || r.Incoming.Mentions[1].Role != c.role || r.Incoming.Mentions[1].Names != nil || links(r.Incoming) != c.links {
			t.Errorf("%s: %s %+v %s", c.roles, reasons(r), r.Incoming.Mentions, links(r.Incoming))
		}
	}
	r := one(t, intake.Mapping{}, "ref", "1", "observed", "2024-01-01", "per_Organisation", "Invented Travel")
	if links(r.Incoming) != "2 works_for 3; " {
		t.Error(links(r.Incoming))
	}
}

func TestPlacesAndOrganisations(t *testing.T) {
	day := []string{"ref", "1", "observed", "2024-01-01"}
	for _, c := range []struct {
		cells       []string
		kinds, link string
	}{
		{[]string{"org_Name", "Invented Shelter", "org_Phone", "+41 31 000001;+41 31 000002", "org_ShippingCity", "Bern"}, "organisation phone phone place", "1 uses 2; 1 uses 3; 1 held_at 4; "},
		{[]string{"org_Phone", "+41 31 000001"}, "phone", ""},
		{[]string{"prs_MailingCountry", "CH"}, "person", ""},
		{[]string{"prs_MailingState", "Vaud", "prs_HomePhone", "+41 31 000001"}, "person phone place", "1 uses 2; 1 held_at 3; "},
		{[]string{"hte_Type", "Exploitation", "hte_City", "Bern", "hte_Country", "CHE"}, "person place", "1 held_at 2; "},
		{[]string{"hte_Type", "Transit", "hte_City", "Bern"}, "person place", ""},
		{[]string{"hte_Country", "CHE"}, "person", ""},
		{[]string{"vic_LocationOfExploitation", "Invented Farm", "vic_LocationOfRecruitment", "Invented Agency"}, "person organisation organisation", "1 held_at 3; "},
		{[]string{"cas_ReferringOrganisation", "Invented NGO"}, "person organisation", ""},
	} {
		r := one(t, intake.Mapping{}, append(day, c.cells...)...)
		var kinds []string
		for _, m := range r.Incoming.Mentions {
			kinds = append(kinds, m.Kind)
		}
		if got := strings.Join(kinds, " "); got != c.kinds || links(r.Incoming) != c.link || len(r.Reasons) > 0 {
			t.Errorf("%v: %s, %s %s", c.cells, got, links(r.Incoming), reasons(r))
		}
	}
}

func TestDaysAreSealedAndMonthsCoded(t *testing.T) {
	r := one(t, intake.Mapping{}, "ref", "1", "hte_Date", "14.09.2023", "spl_PlannedEndDate", "2024")
	if in := r.Incoming; in.Observed != "2023-09-14" || in.Coded["hte_Date"] != "2023-09" || in.Coded["spl_PlannedEndDate"] != "2024" || in.Narrative != "Date: 2023-09-14" {
		t.Errorf("%+v %s", in, reasons(r))
	}
}

func TestLanguagesAndTicks(t *testing.T) {
	for in, want := range map[string]string{"en": "eng", "RON": "ron", "rum": "ron", "ger": "deu", "und": "", "english": "", "": "", "e": ""} {
		if got, ok := tongueOf(in); got != want || ok != (want != "") {
			t.Errorf("%q is %q", in, got)
		}
	}
	for in, want := range map[string]string{"WAHR": "true", "faux": "false", "ЛОЖЬ": "false", "1": "true", "x": ""} {
		if got, _ := tickOf(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}

func FuzzRow(f *testing.F) {
	r, err := Reader(files(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("prs_Birthdate", "1999-02", "vic_MethodsOfControl", "DebtBondage Movement", true)
	f.Add("hte_City", "Bern", "hte_Type", "Exploitation", false)
	f.Add("per_RoleInProcess", "Other;Smuggler", "org_Phone", ";;\n;", true)
	f.Add("prs_Citizenship", "Moldova, Republic of;UA", "prs_PrimaryLanguage", "qaa", false)
	f.Fuzz(func(t *testing.T, h1, v1, h2, v2 string, keep bool) {
		m := intake.Mapping{Constants: intake.Pairs{"observed": "2024-01-01"}}
		if keep {
			m.Unknown = intake.Keep
		}
		quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
		data := []byte("ref," + quote(h1) + "," + quote(h2) + "\n1," + quote(v1) + "," + quote(v2) + "\n")
		b, err := intake.Open(table.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}, intake.Terms{Mapping: m}, r)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for row, err := range b.Rows(context.Background()) {
			if err != nil {
				if !fault.Is(err, fault.Invalid) {
					t.Fatal(err)
				}
				return
			}
			for _, x := range row.Reasons {
				if strings.HasPrefix(x.Field, "/mentions") || strings.HasPrefix(x.Field, "/relations") || x.Field == "/coded" || x.Field == "/observed" {
					t.Fatalf("a reason without its column: %+v", x)
				}
			}
		}
	})
}
