package demo

import (
	"strings"

	"lodestar/internal/kernel/evidence"
)

const notSpecified = "Not specified or unknown"

// form is a form of exploitation.
type form struct {
	word string // of the publication
	code string // vic_TypeOfExploitation of HTCDS 2.0; forced criminality, which it lacks, is ours
	// indicators of the ILO that are likely to be answered yes, in percent.
	// There is no list for sexual exploitation yet: those are of the labour
	// list, which asks of clients, money and movement too.
	indicators []likely
}

type likely struct {
	code    string
	percent int
}

// forms in the order in which the publication joins them.
var forms = []form{
	{"Sexual", "SexualExploitation", []likely{
		{"D1.job_location_employer", 35}, {"D1.conditions", 30}, {"D1.travel_recruitment", 15}, {"D1.marriage_adoption", 5},
		{"D2.debt_bondage", 25}, {"D2.violence_victim", 20}, {"D2.threat_inform_family", 15},
		{"D3.emotional_dependency", 35}, {"D3.economic", 35},
		{"D5.forced_tasks_clients", 60}, {"D5.violence_victim", 25}, {"D5.threats_violence", 30},
		{"D5.isolation_surveillance", 30}, {"D5.wages_withheld", 30}, {"D5.strong_influence", 25}, {"D6.dependency", 30},
	}},
	{"Labour", "ForcedLabour", []likely{
		{"D1.wages", 40}, {"D1.conditions", 35}, {"D1.job_location_employer", 20}, {"D1.contract", 15}, {"D1.housing", 20},
		{"D2.debt_bondage", 25}, {"D2.documents_confiscated", 10},
		{"D3.economic", 50}, {"D3.lack_education_language", 30}, {"D3.illegal_status", 25},
		{"D4.excessive_hours", 55}, {"D4.low_or_no_pay", 60}, {"D4.bad_living", 40}, {"D4.wage_manipulation", 25},
		{"D4.hazardous", 15}, {"D4.no_social_protection", 30},
		{"D5.wages_withheld", 40}, {"D5.documents_confiscated", 20}, {"D5.debt_bondage", 25}, {"D5.threat_denounce", 20},
		{"D5.isolation_surveillance", 15}, {"D6.dependency", 35}, {"D6.unknown_area", 20},
	}},
	{"Domestic", "Servitude", []likely{
		{"D1.wages", 30}, {"D1.education", 20}, {"D2.documents_confiscated", 25}, {"D3.authority_relationship", 30}, {"D3.economic", 40},
		{"D4.excessive_hours", 60}, {"D4.low_or_no_pay", 60}, {"D4.very_bad_conditions", 20},
		{"D5.documents_confiscated", 45}, {"D5.isolation_surveillance", 50}, {"D5.wages_withheld", 40},
		{"D6.dependency", 45}, {"D6.authority_relationship", 25},
	}},
	{"Organ Harvesting", "OrganRemoval", []likely{
		{"D1.conditions", 50}, {"D3.economic", 60}, {"D3.lack_information", 50}, {"D5.strong_influence", 30},
	}},
	{"Criminal", "ForcedCriminality", []likely{
		{"D1.job_location_employer", 20}, {"D2.debt_bondage", 40}, {"D2.threats_violence", 30},
		{"D3.difficult_family", 25}, {"D3.exploiter_control", 20}, {"D3.illegal_status", 25}, {"D4.low_or_no_pay", 30},
		{"D5.forced_illicit", 80}, {"D5.threats_violence", 40}, {"D5.debt_bondage", 35}, {"D5.isolation_surveillance", 30},
		{"D5.strong_influence", 20}, {"D6.dependency", 25}, {"D6.personal_characteristics", 15},
	}},
}

// unspecified are the indicators of a referral without a form of exploitation.
var unspecified = []likely{{"D3.past_difficulties", 20}, {"D3.economic", 15}, {"D6.dependency", 15}}

// genders are prs_Gender of HTCDS 2.0; the publication's "Other" is not explained
// and is kept apart from "Unknown".
var genders = map[string]string{
	"Male": "Masculine", "Female": "Feminine", "Other": "NonConforming", "Unknown": "NonSpecifiedUnknown",
}

var ages = map[string]evidence.AgeClass{
	"Adult (18 or over)": evidence.Adult, "Child (17 or under)": evidence.Child, notSpecified: evidence.AgeUnknown,
}

// formsOf is the set of forms of a cell, as bits of their index.
func formsOf(exploitation string) (set uint8) {
	for i, f := range forms {
		if strings.Contains(exploitation, f.word) {
			set |= 1 << i
		}
	}
	return set
}

// coded are the facts of a referral that may be counted. Several values are
// joined by semicolons; ZZ is an unknown second citizenship. What is not known
// is absent, save age and citizenship, whose absence the publication counts.
func coded(d draw, c *Cell, nations []nation, tongue *language) map[string]string {
	age := ages[c.Age]
	facts := map[string]string{
		"first_responder_type": kindsOf[c.ResponderType],
		"age_at_exploitation":  string(age),
		"prs_Gender":           genders[c.Gender],
		"prs_Citizenship":      nations[0].code,
		"prs_PrimaryLanguage":  tongue.code,
	}
	if age == evidence.AgeUnknown {
		facts["age_at_exploitation"] = "unknown"
	}
	if len(nations) == 2 {
		facts["prs_Citizenship"] += ";" + nations[1].code
	}
	set := formsOf(c.Exploitation)
	if set == 0 {
		yes(d, facts, unspecified)
		return facts
	}
	var codes []string
	for i, f := range forms {
		if set&(1<<i) != 0 {
			codes = append(codes, f.code)
			yes(d, facts, f.indicators)
		}
	}
	if age == evidence.Child {
		yes(d, facts, []likely{{"D4.no_education", 30}})
	}
	facts["vic_TypeOfExploitation"] = strings.Join(codes, ";")
	return facts
}

// yes answers some of the indicators; what was not asked stays unanswered.
func yes(d draw, facts map[string]string, list []likely) {
	for _, l := range list {
		if d.percent(l.percent) {
			facts["ilo."+l.code] = "yes"
		}
	}
}

// narrative is one or two sentences, or nothing.
func (st *stock) narrative(d draw, c *Cell) string {
	var parts []string
	for _, f := range forms {
		key, _, _ := strings.Cut(f.word, " ")
		if strings.Contains(c.Exploitation, f.word) && d.percent(70) {
			parts = append(parts, one(d, st.narratives[key]))
		}
	}
	if d.percent(60) {
		parts = append(parts, one(d, st.narratives["Any"]))
	}
	return strings.Join(parts, " ")
}
