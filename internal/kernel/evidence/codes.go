package evidence

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"lodestar/catalog"
)

// codeList says what a field of Coded may hold.
type codeList struct {
	Form    string   `json:"form"`              // list, answer, country, language, month, number
	Several bool     `json:"several,omitempty"` // joined by semicolons
	Values  []string `json:"values,omitempty"`  // of a list
}

// lists are the code lists of the catalogue, by field.
var lists = sync.OnceValue(func() map[string]codeList {
	var file struct {
		Note  string              `json:"note"`
		Lists map[string]codeList `json:"lists"`
	}
	body, err := catalog.Codes.ReadFile("codes/codes.json")
	if err == nil {
		err = json.Unmarshal(body, &file)
	}
	if err != nil {
		panic(err) // the file is embedded, and a test reads it
	}
	return file.Lists
})

// Code tells whether a value is a code of its field: a word of a list, a country
// (ISO 3166), a language (ISO 639), a date to the month or a small number. Only
// codes may be counted, and only they are kept in the clear.
func Code(field, value string) bool {
	list, ok := lists()[field]
	if !ok {
		return false
	}
	values := []string{value}
	if list.Several {
		values = strings.Split(value, ";")
	}
	return !slices.ContainsFunc(values, func(v string) bool { return !list.holds(v) })
}

var (
	month = regexp.MustCompile(`^\d{4}(-\d{2})?$`)
	lower = regexp.MustCompile(`^[a-z]{2,3}$`)
	upper = regexp.MustCompile(`^[A-Z]{2}$`)
)

// answers are what may be answered to a question of a screening.
var answers = []string{"yes", "no", "not_asked", "declined", "unknown"}

// maxNumber is the highest number that is a code: an age, a number of children.
const maxNumber = 130

func (l codeList) holds(v string) bool {
	switch l.Form {
	case "list":
		return slices.Contains(l.Values, v)
	case "answer":
		return slices.Contains(answers, v)
	case "country":
		region, err := language.ParseRegion(v)
		return upper.MatchString(v) && (v == "ZZ" || err == nil && region.IsCountry())
	case "language":
		_, err := language.ParseBase(v)
		return lower.MatchString(v) && err == nil
	case "month":
		return month.MatchString(v)
	case "number":
		n, err := strconv.Atoi(v)
		return err == nil && n >= 0 && n <= maxNumber && strconv.Itoa(n) == v
	}
	return false
}

// sift parts codes from everything else: free text in a coded field may name
// somebody, so it goes where it is sealed, line by line.
func sift(coded map[string]string) (codes map[string]string, rest []string) {
	for _, field := range slices.Sorted(maps.Keys(coded)) {
		value := coded[field]
		switch {
		case Code(field, value):
			if codes == nil {
				codes = map[string]string{}
			}
			codes[field] = value
		case value != "":
			rest = append(rest, field+": "+value)
		}
	}
	return codes, rest
}
