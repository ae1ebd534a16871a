package casework

import (
	"database/sql"
	"errors"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// SaveDraft keeps what the actor has filled in so far in a form, sealed under a
// key of its own, so that an interrupted form resumes.
func SaveDraft[T any](a *act.Act, form string, body T) error {
	owner := a.Actor().User.String()
	subject, err := draftSubject(a, owner, form)
	if err != nil {
		return err
	}
	box, err := act.Seal(a, subject, placeDraft(owner, form), seal.New(seal.Narrative, body))
	if err != nil {
		return err
	}
	return fault.Wrap("casework.SaveDraft", db.New(a.Tx()).SaveDraft(a.Ctx(), db.SaveDraftParams{
		Owner: owner, Form: form, Subject: subject.String(), Body: box, UpdatedAt: clock.Micro(a.Now())}))
}

// draftSubject is the key of the draft that is there already, or a new one.
func draftSubject(a *act.Act, owner, form string) (id.Subject, error) {
	r, err := db.New(a.Tx()).Draft(a.Ctx(), db.DraftParams{Owner: owner, Form: form})
	if errors.Is(err, sql.ErrNoRows) {
		return a.Mint()
	}
	return id.Trusted[id.Subject](r.Subject), fault.Wrap("casework.SaveDraft", err)
}

// Draft is what the actor has filled in so far; the zero T if nothing.
func Draft[T any](a *act.Act, form string) (T, error) {
	var none T
	owner := a.Actor().User.String()
	r, err := db.New(a.Tx()).Draft(a.Ctx(), db.DraftParams{Owner: owner, Form: form})
	if errors.Is(err, sql.ErrNoRows) {
		return none, nil
	}
	if err != nil {
		return none, fault.Wrap("casework.Draft", err)
	}
	return act.Open(a, seal.Stored[T](seal.Narrative, id.Trusted[id.Subject](r.Subject), placeDraft(owner, form), r.Body))
}

// DropDraft throws the draft away.
func DropDraft(a *act.Act, form string) error {
	return fault.Wrap("casework.DropDraft", db.New(a.Tx()).DropDraft(a.Ctx(), db.DropDraftParams{Owner: a.Actor().User.String(), Form: form}))
}

func placeDraft(owner, form string) string { return "casework_draft/body/" + owner + "/" + form }
