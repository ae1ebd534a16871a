package protection

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/features"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology/indicator"
)

// Intake is what a first responder notes of a first contact, from the question
// whether anybody is in danger to the question whether we may share. It is the
// form, the API's body and, sealed, the draft.
type Intake struct {
	Danger      string            `json:"danger"`          // yes, no, unknown
	Alias       string            `json:"alias,omitempty"` // her own word for herself
	Name        string            `json:"name,omitempty"`  // only if she gives it
	Age         string            `json:"age,omitempty"`   // adult, child; empty: not sure
	Language    string            `json:"language"`        // ISO 639
	Phone       string            `json:"phone,omitempty"`
	Safety      casework.Safety   `json:"safety,omitempty"`    // of the phone
	Recruiter   string            `json:"recruiter,omitempty"` // a name, as she says it
	RecPhone    string            `json:"recruiter_phone,omitempty"`
	Place       string            `json:"place,omitempty"`   // where she was kept or worked
	Answers     indicator.Answers `json:"answers,omitempty"` // by indicator code
	Needs       []string          `json:"needs,omitempty"`
	Note        string            `json:"note,omitempty"`
	Share       []Share           `json:"share,omitempty"`
	SpokenBy    consent.Speaker   `json:"spoken_by,omitempty"`
	Interpreter bool              `json:"interpreter,omitempty"`
}

// Share is her answer to one question: may this service know of you, for help?
type Share struct {
	Service id.Service `json:"service"`
	Agreed  bool       `json:"agreed"`
	Classes []string   `json:"classes,omitempty"` // identity, contact, narrative; all three if empty
}

// Bounds of an intake.
const (
	maxShort = 200
	maxNote  = 15_000
)

// Check says everything that is wrong with the intake.
func (in Intake) Check() error {
	v := fault.New(fault.Invalid, string(Screen), "protection.intake_invalid")
	if !slices.Contains([]string{"yes", "no", "unknown"}, in.Danger) {
		v.At("/danger", "protection.say_danger")
	}
	if in.Age != "" && in.Age != string(evidence.Adult) && in.Age != string(evidence.Child) {
		v.At("/age", "protection.say_age")
	}
	if !language(in.Language) {
		v.At("/language", "protection.say_language")
	}
	for pointer, s := range map[string]string{"/alias": in.Alias, "/name": in.Name, "/phone": in.Phone,
		"/recruiter": in.Recruiter, "/recruiter_phone": in.RecPhone, "/place": in.Place} {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxShort || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
			v.At(pointer, "protection.too_long", "max", maxShort)
		}
	}
	sayPhone(v, "/phone", in.Phone)
	sayPhone(v, "/recruiter_phone", in.RecPhone)
	if !utf8.ValidString(in.Note) || utf8.RuneCountInString(in.Note) > maxNote {
		v.At("/note", "protection.too_long", "max", maxNote)
	}
	if in.Safety != "" && !slices.Contains(casework.Safeties, in.Safety) {
		v.At("/safety", "protection.say_safety")
	}
	for _, need := range in.Needs {
		if !slices.Contains(casework.Needs, need) {
			v.At("/needs", "protection.unknown_need")
			break
		}
	}
	for _, s := range in.Share {
		if s.Agreed && s.classes() == 0 {
			v.At("/share", "protection.unknown_class")
			break
		}
	}
	return v.OrNil()
}

// age is the age class; what is not said to be adult is not assumed to be.
// sayPhone refuses what nobody could dial: it would connect her with whoever else
// has "none" for a number.
func sayPhone(v *fault.Error, pointer, phone string) {
	if phone != "" && !features.Dialable(phone) {
		v.At(pointer, "protection.say_phone")
	}
}

func (in Intake) age() evidence.AgeClass { return evidence.AgeClass(in.Age) }

// speaker is who gave the word: for a child never the child alone.
func (in Intake) speaker() consent.Speaker {
	if in.SpokenBy == "" {
		return consent.Self
	}
	return in.SpokenBy
}

func (s Share) classes() seal.Set {
	if len(s.Classes) == 0 {
		return seal.Of(seal.Identity, seal.Contact, seal.Narrative)
	}
	return classesOf(s.Classes)
}

// classesOf reads the groups of fields that can be shared; nothing, or anything
// else among them, is no scope at all.
func classesOf(codes []string) (set seal.Set) {
	for _, c := range codes {
		class := seal.ParseClass(c)
		if class != seal.Identity && class != seal.Contact && class != seal.Narrative {
			return 0
		}
		set = set.With(class)
	}
	return set
}

// language tells whether s looks like an ISO 639 code of two or three letters.
func language(s string) bool {
	if len(s) < 2 || len(s) > 3 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}
