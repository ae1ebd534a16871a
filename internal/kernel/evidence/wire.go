package evidence

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/seal"
)

// Incoming is a signal as a source sends it: one JSON object, one line of JSON
// Lines, one row of a mapped spreadsheet. Signal makes a valid Signal of it or
// says everything that is wrong with it.
type Incoming struct {
	Ref       string            `json:"ref" doc:"The source's own reference; the same ref is the same signal"`
	Kind      string            `json:"kind"`
	Observed  string            `json:"observed" doc:"YYYY-MM-DD or RFC 3339"`
	Grade     string            `json:"grade,omitempty" doc:"Source A, B, C, X and information 1 to 4; X4 if absent"`
	Handling  Handling          `json:"handling,omitempty"`
	Coded     map[string]string `json:"coded,omitempty" doc:"Codes of the lists in the catalogue; what is none of them is kept sealed, with the narrative"`
	Narrative string            `json:"narrative,omitempty"`
	Mentions  []IncomingMention `json:"mentions"`
	Relations []IncomingLink    `json:"relations,omitempty"`
}

// IncomingMention is a mention as a source sends it.
type IncomingMention struct {
	Kind string `json:"kind"`
	Role string `json:"role,omitempty"`
	Age  string `json:"age,omitempty" doc:"adult, child, or empty for unknown"`
	Of   int    `json:"of,omitempty" doc:"1-based index of the person mention whose data this is"`
	Details
}

// IncomingLink is a relation as a source sends it; from and to are 1-based
// indexes of mentions.
type IncomingLink struct {
	From int    `json:"from"`
	To   int    `json:"to"`
	Kind string `json:"kind"`
}

// Bounds of one signal: what exceeds them is refused, with the field named.
const (
	maxText      = 500    // characters of a name, number or address line
	maxNarrative = 15_000 // characters, as in the referral form of protection.md §3.6
	maxMentions  = 200
	maxRelations = 400
	maxCoded     = 100
	MaxSignal    = 1 << 20 // bytes of one encoded signal
)

// ReadIncoming decodes one signal and refuses unknown fields, trailing data and
// more than MaxSignal bytes.
func ReadIncoming(r io.Reader) (Incoming, error) {
	var in Incoming
	limited := &io.LimitedReader{R: r, N: MaxSignal + 1}
	d := json.NewDecoder(limited)
	d.DisallowUnknownFields()
	bad := fault.New(fault.Invalid, "evidence.ReadIncoming", "evidence.unreadable")
	if err := d.Decode(&in); err != nil {
		if limited.N <= 0 {
			return Incoming{}, fault.New(fault.Invalid, "evidence.ReadIncoming", "evidence.too_large", "bytes", MaxSignal)
		}
		return Incoming{}, bad // without the cause: it may quote what was sent
	}
	if _, err := d.Token(); err != io.EOF {
		return Incoming{}, bad
	}
	return in, nil
}

// Signal checks the whole of in and makes the signal, not yet recorded: ids,
// subjects, sequence and times of recording are given by Record.
func (in Incoming) Signal() (Signal, error) {
	v := fault.New(fault.Invalid, "evidence.Signal", "evidence.invalid")
	codes, rest := sift(in.Coded)
	ref := strings.TrimSpace(in.Ref)
	s := Signal{
		Ref: seal.Text(seal.Identity, ref), Kind: in.Kind, Grade: Grade(in.Grade), Handling: in.Handling, Coded: codes,
		Narrative: seal.Text(seal.Narrative, strings.TrimSpace(strings.Join(append([]string{strings.TrimSpace(in.Narrative)}, rest...), "\n\n"))),
	}
	if ref == "" || !plain(ref, 200) {
		v.At("/ref", "evidence.needs_ref")
	}
	switch {
	case !code(s.Kind):
		v.At("/kind", "evidence.needs_kind")
	case s.Kind == KindVerdict || s.Kind == KindRetraction || s.Kind == KindModel:
		// The node's own word: it is given by its verbs, never sent from outside.
		v.At("/kind", "evidence.reserved_kind")
	}
	var err error
	if s.Observed, err = when(in.Observed); err != nil {
		v.At("/observed", "evidence.bad_date")
	}
	if s.Grade == "" {
		s.Grade = "X4"
	}
	if len(s.Grade) != 2 || !strings.ContainsRune("ABCX", rune(s.Grade[0])) || !strings.ContainsRune("1234", rune(s.Grade[1])) {
		v.At("/grade", "evidence.bad_grade")
	}
	if s.Handling.Code == "" {
		s.Handling.Code = "H3"
	}
	if !slices.Contains([]string{"H0", "H1", "H2", "H3"}, s.Handling.Code) {
		v.At("/handling", "evidence.bad_handling")
	}
	if utf8.RuneCountInString(in.Narrative) > maxNarrative || !utf8.ValidString(in.Narrative) {
		v.At("/narrative", "evidence.text_too_long", "max", maxNarrative)
	}
	if len(in.Coded) > maxCoded {
		v.At("/coded", "evidence.too_many", "max", maxCoded)
	}
	for k, val := range in.Coded {
		if !plain(k, 100) || !plain(val, maxText) {
			v.At("/coded", "evidence.bad_code")
			break
		}
	}
	in.mentions(&s, v)
	in.relations(&s, v)
	return s, v.OrNil()
}

func (in Incoming) mentions(s *Signal, v *fault.Error) {
	if len(in.Mentions) > maxMentions {
		v.At("/mentions", "evidence.too_many", "max", maxMentions)
		return
	}
	for i, m := range in.Mentions {
		at := pointer("/mentions", i)
		kind, role, age := MentionKind(m.Kind), Role(m.Role), AgeClass(m.Age)
		if !slices.Contains(Kinds, kind) {
			v.At(at+"/kind", "evidence.unknown_kind")
		}
		if role != "" && !slices.Contains(Roles, role) {
			v.At(at+"/role", "evidence.unknown_role")
		}
		if kind == Person && role == "" {
			v.At(at+"/role", "evidence.person_needs_role")
		}
		if age != AgeUnknown && age != Adult && age != Child {
			v.At(at+"/age", "evidence.unknown_age_class")
		}
		if m.Of < 0 || m.Of > len(in.Mentions) || m.Of == i+1 || (m.Of > 0 && MentionKind(in.Mentions[m.Of-1].Kind) != Person) {
			v.At(at+"/of", "evidence.bad_reference")
		}
		if key := m.Details.fault(kind); key != "" {
			v.At(at, key)
		}
		s.Mentions = append(s.Mentions, Mention{Kind: kind, Role: role, Age: age, Of: m.Of, Details: seal.New(kind.Class(), m.Details)})
	}
}

func (in Incoming) relations(s *Signal, v *fault.Error) {
	if len(in.Relations) > maxRelations {
		v.At("/relations", "evidence.too_many", "max", maxRelations)
		return
	}
	n := len(in.Mentions)
	for i, r := range in.Relations {
		at := pointer("/relations", i)
		if r.From < 1 || r.From > n || r.To < 1 || r.To > n || r.From == r.To {
			v.At(at, "evidence.bad_reference")
		}
		if !slices.Contains(Relations, RelationKind(r.Kind)) {
			v.At(at+"/kind", "evidence.unknown_relation")
		}
		s.Relations = append(s.Relations, Relation{From: r.From, To: r.To, Kind: RelationKind(r.Kind)})
	}
}

// fault says what is wrong with the details of a mention of this kind, or "".
// A person may have no name at all: an anonymous case is a case (hard rule 1 of
// protection.md §1).
func (d Details) fault(kind MentionKind) string {
	for _, s := range append([]string{d.Born, d.Value, d.Type, d.Line, d.Town, d.Postcode, d.Country}, d.Names...) {
		if !plain(s, maxText) {
			return "evidence.text_too_long"
		}
	}
	if len(d.Names) > 20 {
		return "evidence.too_many_names"
	}
	if d.Born != "" {
		if _, err := BornRange(d.Born); err != nil {
			return "evidence.bad_birth_date"
		}
	}
	switch kind {
	case Phone, Email, Account, Document, Vehicle, Handle, Advert:
		if strings.TrimSpace(d.Value) == "" {
			return "evidence.needs_value"
		}
	case Organisation:
		if len(d.Names) == 0 {
			return "evidence.needs_name"
		}
	case Place:
		if d.Line == "" && d.Town == "" && d.Postcode == "" {
			return "evidence.needs_address"
		}
	}
	return ""
}

// BornRange reads a birth date of year, month or day precision and gives its
// precision in characters: 4, 7 or 10.
func BornRange(s string) (precision int, err error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if len(s) != len(layout) {
			continue
		}
		t, err := time.Parse(layout, s)
		if err == nil && t.Year() >= 1880 && t.Year() <= 2200 {
			return len(layout), nil
		}
	}
	return 0, fault.New(fault.Invalid, "evidence.BornRange", "evidence.bad_birth_date")
}

func when(s string) (time.Time, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		t, err = time.Parse(time.RFC3339, s)
	}
	if err != nil || t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}, fault.New(fault.Invalid, "evidence.when", "evidence.bad_date")
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// plain tells whether s is short, valid text without control characters.
func plain(s string, max int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= max && strings.IndexFunc(s, unicode.IsControl) < 0
}

// code tells whether s is a code word: lower-case ASCII letters, digits, _ and -.
func code(s string) bool {
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.'
	}
	return s != "" && len(s) <= 60 && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0
}

func pointer(base string, i int) string {
	return base + "/" + strconv.Itoa(i)
}
