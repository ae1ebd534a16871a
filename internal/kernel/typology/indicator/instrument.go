// Package indicator screens: it weighs answers about signs of exploitation by a
// published instrument and says what follows, and why.
//
// An Instrument is data: lists of indicators with strengths, the rule that makes
// a dimension positive, and the classes that positive dimensions lead to. The
// program knows no indicator by name.
//
// What must never happen: an unknown age screened by the adult list; a missing
// answer counted as no; a further yes that lowers a result; a result that closes
// or denies anything. A result is a reason to ask and to help, no verdict.
//
// Start at Load, then Instrument.Screen.
package indicator

import (
	"cmp"
	"slices"

	"lodestar/internal/kernel/evidence"
)

// Answer is what is known about one indicator. A missing answer and an answer
// outside this list count like NotAsked: as open, never as no.
type Answer string

// The answers.
const (
	Yes      Answer = "yes"
	No       Answer = "no"
	NotAsked Answer = "not_asked"
	Declined Answer = "declined" // the person does not want to say
	Unknown  Answer = "unknown"  // the person does not know
)

// AnswerValues lists the answers.
var AnswerValues = []Answer{Yes, No, NotAsked, Declined, Unknown}

// Answers gives the answer by the full code of the indicator ("D1.wages").
type Answers map[string]Answer

// Strength is how much one indicator weighs within its dimension.
type Strength string

// The strengths.
const (
	Strong Strength = "strong"
	Medium Strength = "medium"
	Weak   Strength = "weak"
)

// Outcome is what a screening says in one word, from the lowest to the highest.
// Its codes are the states of a completed screening.
type Outcome string

// The outcomes. NoneFound says that every question was asked and every answer
// was no; it closes nothing.
const (
	NoneFound      Outcome = "none_found"
	Insufficient   Outcome = "insufficient"
	SomeIndicators Outcome = "some_indicators"
	Indicated      Outcome = "indicated"
)

// Rank orders the outcomes: 0 for NoneFound up to 3 for Indicated, -1 for a word
// that is no outcome.
func (o Outcome) Rank() int {
	return slices.Index([]Outcome{NoneFound, Insufficient, SomeIndicators, Indicated}, o)
}

// Instrument is one list for one age group, in one version. Its fields are the
// keys of its file; whoever holds one only reads it.
type Instrument struct {
	Family       string            `json:"family"`       // common to the lists for adults and children
	ID           string            `json:"id"`           // one per list
	Version      int               `json:"version"`      // from 1; past results keep theirs
	Age          evidence.AgeClass `json:"age"`          // whom the list is for
	Exploitation string            `json:"exploitation"` // the form it screens for
	Source       Source            `json:"source"`
	QuickNote    string            `json:"quick_note"` // why these indicators make the short path
	Dimensions   []Dimension       `json:"dimensions"`
	Positive     []Clause          `json:"positive"` // any clause makes a dimension positive; the first that holds is named
	Classes      []Class           `json:"classes"`  // the first that holds applies; from the highest to none

	child *Instrument // the list for children of the same family and version
}

// Source says where an instrument comes from.
type Source struct {
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Year      int    `json:"year"`
	Reference string `json:"reference"`
	Note      string `json:"note"`
}

// Dimension is a group of indicators that are weighed together.
type Dimension struct {
	Code       string      `json:"code"`
	Text       Text        `json:"text,omitempty"`
	Indicators []Indicator `json:"indicators"`
}

// Indicator is one sign, asked or seen.
type Indicator struct {
	Code     string   `json:"code"` // within its dimension
	Strength Strength `json:"strength"`
	Quick    bool     `json:"quick"` // belongs to the short path
	Text     Text     `json:"text,omitempty"`
}

// Clause is a threshold on the number of yes answers of each strength within
// one dimension. Other counts medium and weak together.
type Clause struct {
	Code   string `json:"code"`
	Strong int    `json:"strong"`
	Medium int    `json:"medium"`
	Weak   int    `json:"weak"`
	Other  int    `json:"other"`
	Text   Text   `json:"text,omitempty"`
}

func (c Clause) holds(strong, medium, weak int) bool {
	return strong >= c.Strong && medium >= c.Medium && weak >= c.Weak && medium+weak >= c.Other
}

// Class is what a combination of positive dimensions is called. Every condition
// only ever asks for more, which is what makes the result monotone.
type Class struct {
	Code    string   `json:"code"`
	Outcome Outcome  `json:"outcome"`
	All     []string `json:"all"` // these dimensions are positive
	Any     []string `json:"any"` // at least one of these is
	Yes     []string `json:"yes"` // at least one yes among these dimensions and full codes
	Basis   string   `json:"basis"`
	Text    Text     `json:"text,omitempty"`
	Note    string   `json:"note"`
}

// Whether a class is given by the source or is a setting of this catalogue.
const (
	BySource  = "source"
	ByDefault = "default"
)

// Text is the wording of an instrument that the catalogue of messages does not
// word, by language (ISO 639); English stands in for a language that is missing.
type Text map[string]string

// In is the wording in a language, "" if there is none at all.
func (t Text) In(language string) string { return cmp.Or(t[language], t["en"]) }

// Full is the full code of an indicator of this dimension.
func (d Dimension) Full(i Indicator) string { return d.Code + "." + i.Code }

// Codes lists the full codes in the order of the list.
func (i *Instrument) Codes() []string { return i.codes(func(Indicator) bool { return true }) }

// Quick lists the full codes of the short path.
func (i *Instrument) Quick() []string { return i.codes(func(x Indicator) bool { return x.Quick }) }

func (i *Instrument) codes(keep func(Indicator) bool) (codes []string) {
	for _, d := range i.Dimensions {
		for _, x := range d.Indicators {
			if keep(x) {
				codes = append(codes, d.Full(x))
			}
		}
	}
	return codes
}

// Say is how the instrument itself words a dimension, an indicator (by its full
// code), a class or a clause; "" if the catalogue of messages words it.
func (i *Instrument) Say(language, code string) string {
	for _, d := range i.Dimensions {
		if d.Code == code {
			return d.Text.In(language)
		}
		for _, x := range d.Indicators {
			if d.Full(x) == code {
				return x.Text.In(language)
			}
		}
	}
	for _, c := range i.Classes {
		if c.Code == code {
			return c.Text.In(language)
		}
	}
	for _, c := range i.Positive {
		if c.Code == code {
			return c.Text.In(language)
		}
	}
	return ""
}

// For is the list that applies to a person of this age: the list for children
// unless the person is known to be adult (CETS 197 Art. 10(3)).
func (i *Instrument) For(age evidence.AgeClass) *Instrument {
	if i.child != nil && age.TreatedAsChild() {
		return i.child
	}
	return i
}

// Set is a set of loaded instruments.
type Set struct {
	instruments []*Instrument // by family, newest version first, adults before children
}

// All lists the instruments: by family, newest version first, the list for
// adults before the list for children.
func (s Set) All() []*Instrument { return slices.Clone(s.instruments) }

// Get finds the instrument that an earlier result names.
func (s Set) Get(id string, version int) (*Instrument, bool) {
	return s.find(func(i *Instrument) bool { return i.ID == id && i.Version == version })
}

// Latest is the newest list of a family for a person of this age.
func (s Set) Latest(family string, age evidence.AgeClass) (*Instrument, bool) {
	i, ok := s.find(func(i *Instrument) bool { return i.Family == family })
	if !ok {
		return nil, false
	}
	return i.For(age), true
}

func (s Set) find(is func(*Instrument) bool) (*Instrument, bool) {
	if n := slices.IndexFunc(s.instruments, is); n >= 0 {
		return s.instruments[n], true
	}
	return nil, false
}

func order(a, b *Instrument) int {
	return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(b.Version, a.Version), cmp.Compare(a.Age, b.Age))
}
