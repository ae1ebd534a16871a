package rights

import (
	"regexp"
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// CompelledAct is an offence that she was compelled to commit (OSCE declaration,
// ¶10; CETS 197, Article 26; Directive 2011/36/EU, Article 8).
type CompelledAct struct {
	N       int64              `class:"public"`
	Offence string             `class:"coded"`
	Month   string             `class:"coded"` // YYYY-MM; empty: not known
	Custody string             `class:"coded"`
	Link    seal.Field[string] `class:"narrative"` // to the exploitation
	Made    time.Time          `class:"coded"`

	How act.Shown[string] `class:"narrative"` // Link, as the page may show it
}

// Offences are the codes of typical compelled acts (protection.md §9).
var Offences = []string{"false_documents", "cannabis", "drugs_supply", "theft", "fraud", "immigration", "prostitution", "begging", "violence", "other"}

// CustodyStates are the codes of whether she is locked up.
var CustodyStates = []string{"free", "detained", "remanded", "serving", "unknown"}

var monthForm = regexp.MustCompile(`^(|[12][0-9]{3}-(0[1-9]|1[0-2]))$`)

// checkAct says what is wrong with the codes of an act or a charge.
func checkAct(v *fault.Error, offence, month string, custody string) {
	if !slices.Contains(Offences, offence) {
		v.At("/offence", "rights.say_offence")
	}
	if !monthForm.MatchString(month) {
		v.At("/month", "rights.say_month")
	}
	if !slices.Contains(CustodyStates, custody) {
		v.At("/custody", "rights.say_custody")
	}
}

// RequestState is where a request for non-punishment stands (protection.md §5.10).
type RequestState string

// The states of a request.
const (
	Flagged        RequestState = "flagged"
	LawyerAssigned RequestState = "lawyer_assigned"
	Submitted      RequestState = "submitted"
	Stayed         RequestState = "stayed"
	Granted        RequestState = "granted"
	Refused        RequestState = "refused"
	Reviewed       RequestState = "reviewed"
)

// requestMoves are the moves of a request. A lawyer is assigned by a mandate, and a
// request is submitted by Submit: nobody only says so.
var requestMoves = map[RequestState][]RequestState{
	Flagged:        {LawyerAssigned},
	LawyerAssigned: {Submitted},
	Submitted:      {Stayed, Granted, Refused},
	Stayed:         {Granted, Refused},
	Refused:        {Reviewed},
}

// outcomes are those with which a state is reached.
var outcomes = map[RequestState][]string{
	Granted:  {"no_charge", "discontinued", "acquitted", "quashed"},
	Reviewed: {"upheld", "overturned"},
}

// Request is a NonPunishmentRequest.
type Request struct {
	N       int64              `class:"public"`
	Act     int64              `class:"public"`
	Accuser id.Organisation    `class:"public"` // whose charge raised it by itself; zero: somebody entered the act
	State   RequestState       `class:"coded"`
	Outcome string             `class:"coded"`
	Reasons seal.Field[string] `class:"narrative"`
	Flagged time.Time          `class:"coded"`
	Decided time.Time          `class:"coded"` // zero: not yet
	Word    id.Consent         `class:"public"`
	Told    id.Referral        `class:"public"` // zero: the prosecutor was not told
	Silent  time.Time          `class:"coded"`  // zero: not; else since when nothing further is told

	Why act.Shown[string] `class:"narrative"`
}

// Next lists what somebody can say has become of the request.
func (r Request) Next() []RequestState {
	return slices.DeleteFunc(slices.Clone(requestMoves[r.State]), func(s RequestState) bool { return s == LawyerAssigned || s == Submitted })
}

// Sendable tells whether a prosecutor can be told of the request now: a first time,
// or anew after her word was taken back.
func (r Request) Sendable() bool {
	return r.State == LawyerAssigned || (r.State == Submitted || r.State == Stayed) && !r.Silent.IsZero()
}

// Days are the calendar days from the flag to the decision, or until now while
// there is none (protection.md §9, the metric).
func (r Request) Days(now time.Time) int {
	until := now
	if !r.Decided.IsZero() {
		until = r.Decided.In(now.Location())
	}
	return days(r.Flagged.In(now.Location()), until)
}

// days counts the midnights between two moments.
func days(from, until time.Time) int {
	day := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400
	}
	return int(day(until) - day(from))
}

// AdvanceIn is what became of a request.
type AdvanceIn struct {
	Case    id.Case
	Version int64
	Request int64
	To      RequestState
	Outcome string
	Reasons string // of a refusal: it must give them
}

func (in AdvanceIn) check(r Request) error {
	if in.To == "" {
		return fault.New(fault.Invalid, string(Advance), "rights.invalid").At("/to", "rights.say_state")
	}
	if !slices.Contains(r.Next(), in.To) {
		return fault.New(fault.Conflict, string(Advance), "rights.not_from_here")
	}
	v := fault.New(fault.Invalid, string(Advance), "rights.invalid")
	if codes := outcomes[in.To]; len(codes) > 0 && !slices.Contains(codes, in.Outcome) || len(codes) == 0 && in.Outcome != "" {
		v.At("/outcome", "rights.say_outcome")
	}
	if in.To == Refused && in.Reasons == "" {
		v.At("/reasons", "rights.say_reasons")
	}
	tooLong(v, "/reasons", in.Reasons)
	return v.OrNil()
}
