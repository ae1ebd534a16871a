package signin

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
)

// Passkey is one of a user's passkeys, for a list from which it can be removed.
type Passkey struct {
	ID     []byte
	Born   time.Time
	Used   time.Time // zero: never
	Synced bool      // the authenticator has copied it to other devices
}

// holder is a user as the library sees it. Its handle is the user's id, which is
// random and says nothing about the person.
type holder struct {
	User
	rows        []db.SigninPasskey
	credentials []webauthn.Credential // in the order of rows
}

func (h *holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h *holder) WebAuthnName() string                       { return h.Name }
func (h *holder) WebAuthnDisplayName() string                { return h.Name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// BeginPasskey answers with the options for navigator.credentials.get. They name
// no credential, so they say nothing about who has one.
func (d *Door) BeginPasskey(w http.ResponseWriter, r *http.Request) error {
	options, session, err := d.passkeys.BeginDiscoverableLogin()
	if err != nil {
		return fault.Wrap("signin.BeginPasskey", err)
	}
	if err := d.begin(w, r, kindSignIn, session); err != nil {
		return err
	}
	return writeJSON(w, options)
}

// FinishPasskey takes the credential that the browser gave and signs its user in.
func (d *Door) FinishPasskey(w http.ResponseWriter, r *http.Request) error {
	var session webauthn.SessionData
	if err := d.take(w, r, kindSignIn, &session); err != nil {
		return err
	}
	body, err := readJSON(w, r)
	if err != nil {
		return err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(body)
	if err != nil {
		return refused("signin.FinishPasskey", err)
	}
	id, err := d.verify(r.Context(), session, answer)
	if err != nil {
		return err
	}
	if err := d.signIn(r.Context(), id, "passkey"); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// verify checks the answer to a sign-in ceremony (WebAuthn Level 3 §7.2) and
// keeps what it changes of the credential.
func (d *Door) verify(ctx context.Context, session webauthn.SessionData, answer *protocol.ParsedCredentialAssertionData) (id string, err error) {
	var h *holder
	var unread error
	find := func(_, handle []byte) (webauthn.User, error) {
		h, unread = d.holder(ctx, string(handle))
		return h, unread
	}
	_, credential, err := d.passkeys.ValidatePasskeyLogin(find, session, answer)
	switch {
	case unread != nil && !fault.Is(unread, fault.NotFound):
		return "", unread
	case err != nil:
		return "", refused("signin.verify", err)
	}
	if credential.Authenticator.CloneWarning {
		// §6.1.1: the counter did not grow; somebody else may hold a copy.
		return "", refused("signin.verify", errors.New("signature counter did not grow"))
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return "", fault.Wrap("signin.verify", err)
	}
	now := clock.Micro(d.cfg.Clock.Now())
	var kept int64
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) (err error) {
		kept, err = db.New(tx).UsePasskey(ctx, db.UsePasskeyParams{
			ID: credential.ID, Before: h.record(credential.ID), After: record, Used: now,
		})
		return err
	})
	if err != nil {
		return "", fault.Wrap("signin.verify", err)
	}
	if kept == 0 {
		return "", refused("signin.verify", errors.New("passkey was used or removed meanwhile"))
	}
	return h.ID, nil
}

// Passkeys lists a user's passkeys, the oldest first.
func Passkeys(ctx context.Context, tx *sql.Tx, user string) ([]Passkey, error) {
	h := holder{}
	if err := h.load(ctx, tx, user); err != nil {
		return nil, err
	}
	list := make([]Passkey, len(h.rows))
	for i, row := range h.rows {
		list[i] = Passkey{ID: row.ID, Born: clock.FromMicro(row.Born), Synced: h.credentials[i].Flags.BackupState}
		if row.Used != 0 {
			list[i].Used = clock.FromMicro(row.Used)
		}
	}
	return list, nil
}

// RemovePasskey removes one passkey of a user; it ends no session.
func RemovePasskey(ctx context.Context, tx *sql.Tx, user string, passkey []byte) error {
	n, err := db.New(tx).DeletePasskey(ctx, db.DeletePasskeyParams{ID: passkey, UserID: user})
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "signin.RemovePasskey", "signin.no_such_passkey")
	}
	return fault.Wrap("signin.RemovePasskey", err)
}

// holder finds an active user with the passkeys.
func (d *Door) holder(ctx context.Context, id string) (*holder, error) {
	var h holder
	err := d.cfg.DB.InRead(ctx, func(tx *sql.Tx) (err error) {
		if h.User, err = activeUser(ctx, tx, id); err != nil {
			return err
		}
		return h.load(ctx, tx, id)
	})
	return &h, err
}

func (h *holder) load(ctx context.Context, tx *sql.Tx, id string) (err error) {
	if h.rows, err = db.New(tx).PasskeysOf(ctx, id); err != nil {
		return fault.Wrap("signin.passkeys", err)
	}
	h.credentials = make([]webauthn.Credential, len(h.rows))
	for i, row := range h.rows {
		if err := json.Unmarshal(row.Record, &h.credentials[i]); err != nil {
			return fault.Wrap("signin.passkeys", err)
		}
	}
	return nil
}

func (h *holder) record(id []byte) []byte {
	for _, row := range h.rows {
		if bytes.Equal(row.ID, id) {
			return row.Record
		}
	}
	return nil
}
