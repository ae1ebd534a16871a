package child

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// AgeKind is what somebody says about an age (protection.md §5.8).
type AgeKind string

// The kinds. Nothing said at all is unknown.
const (
	ClaimedChild    AgeKind = "claimed_child"
	ClaimedAdult    AgeKind = "claimed_adult"
	Disputed        AgeKind = "disputed"
	DeterminedChild AgeKind = "determined_child"
	DeterminedAdult AgeKind = "determined_adult"
)

// AgeKinds lists them.
var AgeKinds = []AgeKind{ClaimedChild, ClaimedAdult, Disputed, DeterminedChild, DeterminedAdult}

func (k AgeKind) determines() bool { return k == DeterminedChild || k == DeterminedAdult }

func (k AgeKind) doubts() bool { return k == ClaimedChild || k == Disputed }

// Who can say something about an age. ByMedical is the one for which a body is
// looked at; ByBirthdate is the calendar's, and no person's to give.
const (
	ByHerself   = "herself"
	ByDocument  = "document"
	ByAuthority = "authority"
	ByMedical   = "medical"
	ByFamily    = "family"
	ByWorker    = "worker"
	ByBirthdate = "birthdate"
)

// AgeSources lists those that somebody can give.
var AgeSources = []string{ByHerself, ByDocument, ByAuthority, ByMedical, ByFamily, ByWorker}

// AgeWord is one claim about an age, or one piece of evidence. It is never changed.
type AgeWord struct {
	N      int64              `class:"public"`
	Kind   AgeKind            `class:"coded"`
	Source string             `class:"coded"`
	Word   id.Consent         `class:"public"` // under which a body was looked at
	Note   seal.Field[string] `class:"health"`
	Actor  id.User            `class:"public"`
	At     time.Time          `class:"coded"`
}

// Effective is as what a person is to be treated, from all that was said in the
// order in which it was said: a child, unless nobody doubts that she is not
// (CETS 197, Article 10(3)). A determination settles what was said before it; doubt
// that comes after it counts again. A person who says herself that she is an adult
// is one only where nothing speaks against it.
func Effective(words []AgeKind) evidence.AgeClass {
	from := 0
	for i, k := range words {
		if k.determines() {
			from = i
		}
	}
	since := words[from:]
	if len(since) == 0 || slices.Contains(since, DeterminedChild) || slices.ContainsFunc(since, AgeKind.doubts) {
		return evidence.Child
	}
	return evidence.Adult
}

func kindsOf(words []AgeWord) []AgeKind {
	out := make([]AgeKind, len(words))
	for i, w := range words {
		out[i] = w.Kind
	}
	return out
}

// AgeIn is a claim or evidence as somebody notes it.
type AgeIn struct {
	Kind   AgeKind    `json:"kind" enum:"claimed_child,claimed_adult,disputed,determined_child,determined_adult"`
	Source string     `json:"source" enum:"herself,document,authority,medical,family,worker"`
	Word   id.Consent `json:"consent,omitzero" doc:"Her live word for identification, without which no body is looked at"`
	Note   string     `json:"note,omitempty" maxLength:"15000"`
}

// determiners are by what an age can be determined: never by her word, nor by that of
// those around her. That she is an adult, she alone can claim (CETS 197, Article 10(3)).
var determiners = []string{ByDocument, ByAuthority, ByMedical}

func (in AgeIn) check() error {
	v := fault.New(fault.Invalid, string(NoteAge), "child.invalid")
	if !slices.Contains(AgeKinds, in.Kind) {
		v.At("/kind", "child.say_age_kind")
	}
	if !slices.Contains(AgeSources, in.Source) || in.Kind.determines() && !slices.Contains(determiners, in.Source) || in.Kind == ClaimedAdult && in.Source != ByHerself {
		v.At("/source", "child.say_age_source")
	}
	tooLong(v, "/note", in.Note)
	return v.OrNil()
}
