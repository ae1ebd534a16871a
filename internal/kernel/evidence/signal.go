// Package evidence keeps what was observed: signals, never updated, never
// deleted, except by a desk's forget, which leaves a ledgered stub.
//
// A signal is one observation by one source at one time. It mentions persons and
// things, and says how they stand to one another. Everything after it in the
// river is derived from it or decided about it. Start at Signal.
package evidence

import (
	"time"

	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Signal is one observation. Coded holds codes of standards (HTCDS, ILO
// indicators) that may be counted, and nothing else: see Incoming.Signal. What
// could name somebody is sealed.
type Signal struct {
	ID           id.Signal          `class:"public"`
	Organisation id.Organisation    `class:"public"`   // the source
	Ref          seal.Field[string] `class:"identity"` // the source's own reference, which may name somebody: the same Ref is the same signal
	Kind         string             `class:"public"`   // "referral", "screening", "inspection", "verdict", …
	Observed     time.Time          `class:"coded"`
	Recorded     time.Time          `class:"public"` // the act's clock
	Grade        Grade              `class:"public"`
	Handling     Handling           `class:"public"`
	Import       id.Import          `class:"public"` // the import it came with, if any
	Seq          int64              `class:"public"` // place in the order of recording, from 1
	Home         string             `class:"public"` // the node's State when it was recorded: national numbers are read as this State's
	Coded        map[string]string  `class:"coded"`
	Subject      id.Subject         `class:"public"` // key of what belongs to no mentioned person
	Narrative    seal.Field[string] `class:"narrative"`
	Mentions     []Mention
	Relations    []Relation
}

// Mention is one person or thing that a signal speaks of.
type Mention struct {
	ID      id.Mention          `class:"public"`
	Kind    MentionKind         `class:"public"`
	Role    Role                `class:"public"`
	Age     AgeClass            `class:"coded"`  // persons only
	Of      int                 `class:"public"` // 1-based index of the person mention whose data this is; 0: the signal's own
	Subject id.Subject          `class:"public"`
	Details seal.Field[Details] `class:"kind"` // given by the kind: see MentionKind.Class
}

// Details is what a mention says, as it was said. Which fields are used depends
// on the kind: Names and Born for persons; Names for organisations; Value for
// phone, e-mail, account, document, vehicle, handle and advertisement (the number
// or address itself); Line, Town, Postcode, Country for places; Country also for
// documents and vehicles (ISO 3166 alpha-2).
type Details struct {
	Names    []string `json:"names,omitempty"`
	Born     string   `json:"born,omitempty"` // YYYY, YYYY-MM or YYYY-MM-DD
	Value    string   `json:"value,omitempty"`
	Type     string   `json:"type,omitempty"` // of a document or handle: passport, telegram
	Line     string   `json:"line,omitempty"`
	Town     string   `json:"town,omitempty"`
	Postcode string   `json:"postcode,omitempty"`
	Country  string   `json:"country,omitempty"`
}

// MentionKind is what sort of thing is mentioned.
type MentionKind string

// The kinds.
const (
	Person       MentionKind = "person"
	Organisation MentionKind = "organisation"
	Place        MentionKind = "place"
	Phone        MentionKind = "phone"
	Email        MentionKind = "email"
	Account      MentionKind = "account"
	Document     MentionKind = "document"
	Vehicle      MentionKind = "vehicle"
	Handle       MentionKind = "handle"
	Advert       MentionKind = "advert"
)

// Kinds lists them.
var Kinds = []MentionKind{Person, Organisation, Place, Phone, Email, Account, Document, Vehicle, Handle, Advert}

// Class is the class of a mention's details.
func (k MentionKind) Class() seal.Class {
	switch k {
	case Person, Document, Vehicle:
		return seal.Identity
	case Place:
		return seal.Location
	case Phone, Email, Handle, Advert:
		return seal.Contact
	case Account:
		return seal.Account
	case Organisation:
		return seal.Identity
	}
	return seal.Secret
}

// Role is the part that a person, or an organisation, plays in the observation.
// It is the reporter's word and no judgment: before judgment a person may be a
// suspect, never more (architecture §7).
type Role string

// The roles. A thing has the empty role.
const (
	PresumedVictim Role = "presumed_victim" // CETS 197 Art. 10: reasonable grounds, or help asked for
	Worker         Role = "worker"          // found at work in conditions that raise a question
	Relative       Role = "relative"
	Witness        Role = "witness"
	Recruiter      Role = "recruiter"
	Employer       Role = "employer"
	Controller     Role = "controller" // holds documents, money or movement
	Transporter    Role = "transporter"
	Suspect        Role = "suspect"
)

// Roles lists them.
var Roles = []Role{PresumedVictim, Worker, Relative, Witness, Recruiter, Employer, Controller, Transporter, Suspect}

// Protected tells whether the role is one whom the law protects: such a person
// is never named a suspect by the machine, whatever else is mentioned of them
// (declaration ¶10: not penalised for acts they were compelled to commit).
func (r Role) Protected() bool {
	return r == PresumedVictim || r == Worker || r == Relative || r == Witness
}

// AgeClass is adult, child or unknown; unknown is treated as child.
type AgeClass string

// The age classes.
const (
	AgeUnknown AgeClass = ""
	Adult      AgeClass = "adult"
	Child      AgeClass = "child"
)

// TreatedAsChild says whether the child path applies (CETS 197 Art. 10(3)).
func (a AgeClass) TreatedAsChild() bool { return a != Adult }

// Relation says how two mentions of one signal stand to one another.
type Relation struct {
	From, To int          `class:"public"` // 1-based indexes into Mentions
	Kind     RelationKind `class:"public"`
}

// RelationKind is the kind of a relation, read from From to To.
type RelationKind string

// The relations.
const (
	RecruitedBy   RelationKind = "recruited_by"
	ControlledBy  RelationKind = "controlled_by"
	EmployedBy    RelationKind = "employed_by"
	TransportedBy RelationKind = "transported_by"
	RelativeOf    RelationKind = "relative_of"
	Uses          RelationKind = "uses"             // a phone, e-mail, account, vehicle, handle
	HeldAt        RelationKind = "held_at"          // lives, works or is kept at a place
	DocumentHeld  RelationKind = "document_held_by" // whose papers → who keeps them
	PaysTo        RelationKind = "pays_to"
	AdvertisedIn  RelationKind = "advertised_in"
	WorksFor      RelationKind = "works_for"
)

// Relations lists them.
var Relations = []RelationKind{RecruitedBy, ControlledBy, EmployedBy, TransportedBy, RelativeOf, Uses, HeldAt, DocumentHeld, PaysTo, AdvertisedIn, WorksFor}

// Grade is the 4×4 grading: source A, B, C or X, information 1 to 4 ("B2").
// Source: Europol Regulation Art. 29; Council documents 6243/18, 6261/18.
type Grade string

// Handling is the handling code H0 to H3, with the two caveats that victims'
// services need. Source: Council documents 6243/18, 6261/18.
type Handling struct {
	Code          string `json:"code"`
	NotToOrigin   bool   `json:"not_to_origin,omitempty"`  // NOT_TO_ORIGIN_COUNTRY
	NoImmigration bool   `json:"no_immigration,omitempty"` // NO_IMMIGRATION_USE
}
