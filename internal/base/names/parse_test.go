package names

import (
	"strings"
	"testing"
)

// words is how a name was read: each word with the first letter of its role.
func readAs(p *Parsed) string {
	codes := map[role]string{proper: "", initial: ".", patronymic: "+", particle: "~", bound: "-", trade: "*", numeral: "#"}
	var forms []string
	for _, f := range p.forms {
		var out []string
		for _, t := range f.tokens {
			out = append(out, t.text+codes[t.role])
		}
		forms = append(forms, strings.Join(out, " "))
	}
	return strings.Join(forms, " / ")
}

func TestParsePerson(t *testing.T) {
	for name, want := range map[string]string{
		"":                             "",
		" . , - ' ":                    "",
		"\u202eputin\u202c":            "putin",
		"Smith, John Q.":               "smith john q.",
		"J.-C. Juncker":                "j. c. juncker",
		"Dr. Dr. h.c. Angela Merkel":   "h. c. angela merkel",
		"Makhlouf, Dr. Rami":           "makhlouf rami",
		"Stephen King":                 "stephen king",
		"General":                      "general",
		"Martin Luther King Jr.":       "martin luther king",
		"Ludwig van Beethoven":         "ludwig van~ beethoven",
		"Usama bin Ladin":              "usama bin~ ladin",
		"De La Cruz":                   "de~ la~ cruz",
		"De La":                        "de~ la",
		"Abdulaziz al-Saud":            "abd- aziz al~ saud",
		"Abd al-Aziz":                  "abd- al~ aziz",
		"Abdullah":                     "abdullah",
		"عبد الله":                     "abdullah",
		"عبد العزيز":                   "abd- al~ aziz",
		"Saif al-Din":                  "saifuddin",
		"Saifeddine":                   "saifuddin",
		"Vladimir Vladimirovich Putin": "vladimir vladimirovich+ putin",
		"Slobodan Milošević":           "slobodan milosevic",
		"Оксана Петрівна Коваль":              "oksana petrivna+ koval",
		"Heydar Alirza oglu Aliyev":           "heydar alirza oglu~ aliyev",
		"Kim Jong Un":                         "kim jong un",
		"김정은":                                 "kim jeongeun",
		"Shoigu Shoigu Sergey":                "shoigu sergey",
		"Ig0r Sech1n":                         "igor sechin",
		"Vlаdimir Рutin":                      "vladimir putin", // Cyrillic а and Р
		"O'Neil d’Arcy":                       "oneil darcy",
		"Osama bin Laden a.k.a. Abu Abdallah": "osama bin~ laden / abu- abdallah",
	} {
		p := Parse(name, Person)
		if got := readAs(&p); got != want {
			t.Errorf("Parse(%s) = %s, want %s", name, got, want)
		}
		if p.Empty() != (want == "") {
			t.Errorf("Parse(%s).Empty() = %v", name, p.Empty())
		}
	}
}

func TestParseOrganisation(t *testing.T) {
	for _, c := range []struct {
		name, want string
		form       legal
	}{
		{"Siemens Aktiengesellschaft", "siemens", stock},
		{"SiemensAG", "siemens", stock},
		{"Siemens Aktiengeselschaft", "siemens", stock},
		{"ООО \"Ромашка\"", "romashka", limited},
		{"Общество с ограниченной ответственностью Ромашка", "romashka", limited},
		{"Müller GmbH & Co. KG", "mueller", partnership},
		{"Fiat S.p.A.", "fiat", stock},
		{"FABERLIC Sp. z o.o.", "faberlic", limited},
		{"Grupo Bowne S.A. de C.V.", "grupo* bowne", stock},
		{"Joint Stock Compny Gazprom", "gazprom", stock},
		{"As Roma Club", "roma club*", stock},
		{"Bank", "bank", 0},
		{"The Company", "the~ company", 0},
		{"Brigade Forty 4", "brigade forty#", 0},
		{"KKR Asian Fund IV L.P.", "kkr asian fund* iv#", partnership},
		{"Fund No. 1", "fund 1#", 0},
		{"People’s Liberation Army", "peoples liberation army", 0},
		{"Al-Qa'ida/Islamic Army", "al~ qaida / islamic army*", 0},
		{"12/14 Bau", "12# 14# bau", 0},
		{"A.B.C. Company", "abc", company},
		{"Bank of China", "bank* of~ china", 0},
	} {
		p := Parse(c.name, Organisation)
		if got := readAs(&p); got != c.want {
			t.Errorf("Parse(%s) = %s, want %s", c.name, got, c.want)
		}
		if p.forms[0].legal != c.form {
			t.Errorf("Parse(%s) has the legal form %b, want %b", c.name, p.forms[0].legal, c.form)
		}
	}
}

func TestParseVessel(t *testing.T) {
	for name, want := range map[string]string{
		"M/V Ocean Star": "ocean star", "OCEAN STAR (Tanker)": "ocean star", "Yacht": "yacht", "MV Tanker": "tanker", "Star II": "star ii#",
	} {
		p := Parse(name, Vessel)
		if got := readAs(&p); got != want {
			t.Errorf("Parse(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestParseIsBounded(t *testing.T) {
	for _, name := range []string{
		strings.Repeat("a ", 1<<20), strings.Repeat("a", 1<<20), strings.Repeat("مح ", 1<<18), strings.Repeat("a/", 1<<12),
		strings.Repeat("abcd/", 1<<12), strings.Repeat("x aka ", 1<<12), strings.Repeat("joint ", 1<<16),
	} {
		for kind := Person; kind <= Address; kind++ {
			p := Parse(name, kind)
			if len(p.forms) > mostForms {
				t.Errorf("%.10s…: %d forms", name, len(p.forms))
			}
			for _, f := range p.forms {
				if len(f.tokens) > longestForm {
					t.Errorf("%.10s…: %d words", name, len(f.tokens))
				}
			}
			Compare(&p, &p)
		}
	}
}

func TestKeys(t *testing.T) {
	for name, want := range map[string]string{
		"Sasha Ivanova":         "SS AVNV ~alexander ~alexandra",
		"Alexander J. de Souza": "ALKSNDR SJ ~alexander",
		"Юлия":                  "JL ~julia",
		"":                      "",
	} {
		p := Parse(name, Person)
		if got := strings.Join(p.Keys(), " "); got != want {
			t.Errorf("Keys(%s) = %s, want %s", name, got, want)
		}
	}
	bank := Parse("Deutsche Bank AG", Organisation)
	if got := strings.Join(bank.Skeletons(), " "); got != "DTSC" && got != "DCH" && got != "DC" {
		t.Errorf("Skeletons(Deutsche Bank AG) = %s, want that of Deutsche alone", got)
	}
}

func TestKindOf(t *testing.T) {
	for schema, want := range map[string]Kind{
		"Person": Person, " person ": Person, "Company": Organisation, "LegalEntity": Organisation, "": Organisation,
		"Vessel": Vessel, "Address": Address, "Thing": Organisation,
	} {
		if got := KindOf(schema); got != want {
			t.Errorf("KindOf(%q) = %d, want %d", schema, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Dr. Abd al-Rahman ibn Khaldun", "عبد الرحمن", uint8(0))
	f.Add("ООО \"Ромашка\" № 5", "A/S Foo/Bar GmbH & Co. KG", uint8(1))
	f.Add("M/V Ocean Star II", "ocean-star 2", uint8(2))
	f.Add("ул. Ленина, д. 5", "5 Lenin St\xff", uint8(3))
	f.Fuzz(func(t *testing.T, a, b string, kind uint8) {
		k := Kind(kind % 4)
		pa, pb := Parse(a, k), Parse(b, k)
		score, parts := Explain(&pa, &pb)
		if score != Compare(&pa, &pb) || score.Value < 0 || score.Value > 1 || score.Match != (score.Value >= Threshold) {
			t.Errorf("Compare(%q, %q) = %+v", a, b, score)
		}
		if score.Match && len(parts) == 0 {
			t.Errorf("Compare(%q, %q) matches without a reason", a, b)
		}
		pa.Keys()
	})
}
