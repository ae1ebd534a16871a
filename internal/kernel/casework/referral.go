package casework

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Referral asks a service to take somebody on. Its payload holds exactly what
// she agreed to let the recipient know, and nothing else.
type Referral struct {
	ID           id.Referral         `class:"public"`
	Case         id.Case             `class:"public"`
	Person       id.Person           `class:"public"`
	Organisation id.Organisation     `class:"public"`
	Recipient    id.Organisation     `class:"public"`
	Service      id.Service          `class:"public"`
	Need         string              `class:"coded"`
	Consent      id.Consent          `class:"public"`
	Duty         string              `class:"coded"` // of the law, in the place of consent; "" if none
	State        ReferralState       `class:"coded"`
	Reason       string              `class:"coded"`
	Payload      seal.Field[Payload] `class:"identity"`
	subject      id.Subject          // under whose key the payload is sealed; zero: the person's
	Sent         time.Time           `class:"coded"`
	Expires      time.Time           `class:"coded"`
	Delivered    time.Time           `class:"coded"`
	Answered     time.Time           `class:"coded"`
	Version      int64               `class:"public"`
}

// Payload is what a recipient gets: the fields the consent covers.
type Payload struct {
	Alias    string `json:"alias,omitempty"`
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Safety   Safety `json:"safety,omitempty"`
	Note     string `json:"note,omitempty"`
	Language string `json:"language,omitempty"`
	Age      string `json:"age,omitempty"`
}

// ReferralState is where a referral stands (protection.md §5.6).
type ReferralState string

// The states of a referral.
const (
	Sent         ReferralState = "sent"
	Accepted     ReferralState = "accepted"
	Declined     ReferralState = "declined"
	InService    ReferralState = "in_service"
	Completed    ReferralState = "completed"
	NotDelivered ReferralState = "not_delivered"
	Expired      ReferralState = "expired"
	Revoked      ReferralState = "revoked"
)

var referralMoves = map[ReferralState][]ReferralState{
	Sent:      {Accepted, Declined, Expired, Revoked},
	Accepted:  {InService, Completed, NotDelivered, Revoked},
	InService: {Completed, NotDelivered, Revoked},
}

// Open tells whether the referral can still move.
func (s ReferralState) Open() bool { return len(referralMoves[s]) > 0 }

// Next lists the states a referral can move to.
func (s ReferralState) Next() []ReferralState { return referralMoves[s] }

// within drops every field whose class the consent does not cover. How old she is
// goes with who she is, in which language to speak with her, with how to reach
// her: nothing goes by itself (Regulation (EU) 2016/679, Article 5(1)(c)).
func (p Payload) within(classes seal.Set) Payload {
	if !classes.Has(seal.Identity) {
		p.Alias, p.Name, p.Age = "", "", ""
	}
	if !classes.Has(seal.Contact) {
		p.Phone, p.Safety, p.Language = "", "", ""
	}
	if !classes.Has(seal.Narrative) {
		p.Note = ""
	}
	return p
}

// person is who was told of.
func (p Payload) person() Person {
	return Person{Alias: seal.Text(seal.Identity, p.Alias), Name: seal.Text(seal.Identity, p.Name), Phone: seal.Text(seal.Contact, p.Phone),
		Safety: cmp.Or(p.Safety, NotKnown), Language: p.Language, Age: evidence.AgeClass(p.Age)}
}

// Within is what a recipient would get under a set of classes: the preview before
// sending is made by the same code as the sending.
func Within(p Payload, classes seal.Set) Payload { return p.within(classes) }

// Answer moves a referral. reason is a code; a decline needs one.
func Answer(a *act.Act, r Referral, to ReferralState, reason string) (Referral, error) {
	if !slices.Contains(r.State.Next(), to) {
		return Referral{}, fault.New(fault.Conflict, "casework.Answer", "casework.referral_not_from_here", "state", string(r.State))
	}
	if (to == Declined || to == NotDelivered) && reason == "" {
		return Referral{}, fault.New(fault.Invalid, "casework.Answer", "casework.invalid").At("/reason", "casework.needs_reason")
	}
	// Whatever happens to a referral locks the word it rests on first: a withdrawal
	// waits for an answer that came before it, and is refused by none.
	if err := r.lock(a); err != nil {
		return Referral{}, err
	}
	q := db.New(a.Tx())
	n, err := q.MoveReferral(a.Ctx(), db.MoveReferralParams{State: string(to), Reason: reason, AnsweredAt: clock.Micro(a.Now()), ID: r.ID.String(), Version: r.Version})
	if err != nil {
		return Referral{}, fault.Wrap("casework.Answer", err)
	}
	if n == 0 {
		return Referral{}, fault.New(fault.Stale, "casework.Answer", "casework.changed_meanwhile")
	}
	if to == Revoked || to == Declined || to == Expired {
		// Nothing that was not taken up stays with the recipient.
		if err := purge(a, r); err != nil {
			return Referral{}, err
		}
	}
	if to == Revoked {
		if err := tellTaker(a, r); err != nil {
			return Referral{}, err
		}
	}
	r.State, r.Reason, r.Answered, r.Version = to, reason, a.Now(), r.Version+1
	a.Touch("referral", r.ID.String())
	return r, nil
}

// purge takes a payload away, here and by its key in every copy.
func purge(a *act.Act, r Referral) error {
	if err := db.New(a.Tx()).PurgeReferral(a.Ctx(), r.ID.String()); err != nil {
		return fault.Wrap("casework.purge", err)
	}
	if r.subject.IsZero() {
		return nil
	}
	return a.Later(evidence.JobDestroy, "subject", r.subject.String(), a.Now())
}

// RevokeUnder revokes every open referral that rests on a consent, at once, and
// purges what was not taken up (P3 of protection.md §14).
func RevokeUnder(a *act.Act, c id.Consent, reason string) ([]Referral, error) {
	rows, err := db.New(a.Tx()).ReferralsOfConsent(a.Ctx(), c.String())
	if err != nil {
		return nil, fault.Wrap("casework.RevokeUnder", err)
	}
	var out []Referral
	for _, row := range rows {
		r := referralFromRow(row)
		if !r.State.Open() {
			if r.State == Completed || r.State == NotDelivered { // what was told is told no longer
				if err := errors.Join(tellTaker(a, r), purge(a, r)); err != nil {
					return nil, err
				}
			}
			continue
		}
		r, err := Answer(a, r, Revoked, reason)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// ReferralByID is one referral, its payload still sealed.
func ReferralByID(ctx context.Context, tx *sql.Tx, r id.Referral) (Referral, error) {
	row, err := db.New(tx).ReferralRow(ctx, r.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Referral{}, fault.New(fault.NotFound, "casework.ReferralByID", "casework.not_found")
	}
	if err != nil {
		return Referral{}, fault.Wrap("casework.ReferralByID", err)
	}
	p, err := PersonByID(ctx, tx, id.Trusted[id.Person](row.Person))
	if err != nil {
		return Referral{}, err
	}
	out := referralFromRow(row)
	subject := out.subject
	if subject.IsZero() {
		subject = p.Subject
	}
	out.Payload = seal.Stored[Payload](seal.Identity, subject, placePayload(out.ID), row.Payload)
	return out, nil
}

// ReferralsOf lists a case's referrals, oldest first, payloads left out.
func ReferralsOf(a *act.Act, c id.Case) ([]Referral, error) {
	rows, err := db.New(a.Tx()).ReferralsOfCase(a.Ctx(), c.String())
	return referrals(rows, err)
}

// NeedNRM is the need of a referral to the competent authority, NeedJustice that of
// one to a prosecutor: not a service but a decision, and no entry of the directory.
const (
	NeedNRM     = "nrm"
	NeedJustice = "justice"
)

// Inbox lists what was sent to an organisation and is still open, the earliest
// first, payloads left out: what is asked of it as a service, or as the competent
// authority.
func Inbox(a *act.Act, recipient id.Organisation, authority bool, after sqldb.After, limit int) ([]Referral, error) {
	if authority {
		return AskedToDecide(a, recipient, NeedNRM, after, limit)
	}
	return AskedToDecide(a, recipient, "", after, limit)
}

// AskedToDecide is Inbox for one kind of decision, by its need; "" for services.
func AskedToDecide(a *act.Act, recipient id.Organisation, need string, after sqldb.After, limit int) ([]Referral, error) {
	at, row := after.Rising()
	rows, err := db.New(a.Tx()).Inbox(a.Ctx(), db.InboxParams{Recipient: recipient.String(), SentAt: at, ID: row, Limit: int32(limit), Authority: need})
	return referrals(rows, err)
}

// Outbox lists what an organisation sent since a time and what became of it, the
// latest first.
func Outbox(a *act.Act, organisation id.Organisation, since time.Time, after sqldb.After, limit int) ([]Referral, error) {
	at, row := after.Falling()
	rows, err := db.New(a.Tx()).Outbox(a.Ctx(), db.OutboxParams{Organisation: organisation.String(), Since: clock.Micro(since), Before: at, ID: row, Most: int32(limit)})
	return referrals(rows, err)
}

// ReferralFacts are what the policies may know of a referral. Its recipient is
// bound to the consent or the duty: without one that stands, it is nobody's but
// the sender's.
func ReferralFacts(ctx context.Context, tx *sql.Tx, recordID string, now time.Time) (policy.Facts, error) {
	rid, err := id.Parse[id.Referral](recordID)
	if err != nil {
		return policy.Facts{}, fault.New(fault.NotFound, "casework.ReferralFacts", "casework.not_found")
	}
	r, err := ReferralByID(ctx, tx, rid)
	if err != nil {
		return policy.Facts{}, err
	}
	stands, err := r.stands(ctx, tx, now)
	if err != nil {
		return policy.Facts{}, err
	}
	f := policy.Facts{Owner: r.Organisation, State: string(r.State), Protected: true}
	if stands {
		f.Recipients = []id.Organisation{r.Recipient}
	}
	return personFacts(ctx, tx, r.Person, f, now)
}

func referrals(rows []db.CaseworkReferral, err error) ([]Referral, error) {
	if err != nil {
		return nil, fault.Wrap("casework.referrals", err)
	}
	out := make([]Referral, len(rows))
	for i, r := range rows {
		out[i] = referralFromRow(r)
	}
	return out, nil
}

func referralFromRow(r db.CaseworkReferral) Referral {
	out := Referral{ID: id.Trusted[id.Referral](r.ID), Case: id.Trusted[id.Case](r.Case), Person: id.Trusted[id.Person](r.Person),
		Organisation: id.Trusted[id.Organisation](r.Organisation), Recipient: id.Trusted[id.Organisation](r.Recipient),
		Service: id.Trusted[id.Service](r.Service), Need: r.Need, Duty: r.Duty, State: ReferralState(r.State),
		Reason: r.Reason, Sent: clock.FromMicro(r.SentAt), Expires: clock.FromMicro(r.ExpiresAt), Version: r.Version}
	if r.Consent != "" {
		out.Consent = id.Trusted[id.Consent](r.Consent)
	}
	if r.Subject != "" {
		out.subject = id.Trusted[id.Subject](r.Subject)
	}
	if r.DeliveredAt > 0 {
		out.Delivered = clock.FromMicro(r.DeliveredAt)
	}
	if r.AnsweredAt > 0 {
		out.Answered = clock.FromMicro(r.AnsweredAt)
	}
	return out
}

func placePayload(r id.Referral) string { return "casework_referral/payload/" + r.String() }
