package signin

import (
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
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
)

// invitationLength is 28 characters of 5 bits: 140 random bits.
const invitationLength = 28

// Invite makes the code with which a user registers the first passkey: once, and
// before until. It takes the place of every earlier one. The code is returned
// here and nowhere else; only its hash is kept.
func Invite(ctx context.Context, tx *sql.Tx, user string, until time.Time) (code string, err error) {
	if _, err := FindUser(ctx, tx, user); err != nil {
		return "", err
	}
	q := db.New(tx)
	if err := q.DeleteInvitationsOf(ctx, user); err != nil {
		return "", fault.Wrap("signin.Invite", err)
	}
	code = randomCode(invitationLength)
	err = q.InsertInvitation(ctx, db.InsertInvitationParams{CodeHash: hashOf(code), UserID: user, Until: clock.Micro(until)})
	return printed(code), fault.Wrap("signin.Invite", err)
}

// registration is what a registration under way remembers.
type registration struct {
	User       string
	Invitation []byte // hash of the invitation's code; nil: the user was signed in
	Session    *webauthn.SessionData
}

// BeginRegistration takes {"code": "…"} of an invitation, or nothing from a user
// who has just signed in, and answers with the options for
// navigator.credentials.create.
func (d *Door) BeginRegistration(w http.ResponseWriter, r *http.Request) error {
	body, err := readJSON(w, r)
	if err != nil {
		return err
	}
	var in struct{ Code string }
	if err := json.Unmarshal(body, &in); err != nil {
		return badRequest("signin.BeginRegistration", err)
	}
	reg, err := d.registrant(r, in.Code)
	if err != nil {
		return err
	}
	h, err := d.holder(r.Context(), reg.User)
	if fault.Is(err, fault.NotFound) {
		return noInvitation(err)
	}
	if err != nil {
		return err
	}
	options, session, err := d.passkeys.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()),
		webauthn.WithExtensions(webauthn.WithExtensionCredProps()))
	if err != nil {
		return fault.Wrap("signin.BeginRegistration", err)
	}
	reg.Session = session
	if err := d.begin(w, r, kindRegister, reg); err != nil {
		return err
	}
	return writeJSON(w, options)
}

// registrant tells for whom the browser may register a passkey.
func (d *Door) registrant(r *http.Request, code string) (registration, error) {
	if code != "" {
		return d.invited(r, code)
	}
	s, ok := r.Context().Value(signedKey{}).(signed)
	if !ok {
		return registration{}, refused("signin.registrant", errors.New("neither invited nor signed in"))
	}
	return registration{User: s.user.ID}, d.Fresh(r.Context())
}

// FinishRegistration takes the new credential, keeps it, uses the invitation up
// and signs the user in.
func (d *Door) FinishRegistration(w http.ResponseWriter, r *http.Request) error {
	var reg registration
	if err := d.take(w, r, kindRegister, &reg); err != nil {
		return err
	}
	if u, ok := Signed(r.Context()); reg.Invitation == nil && (!ok || u.ID != reg.User) {
		return refused("signin.FinishRegistration", errors.New("signed out meanwhile"))
	}
	body, err := readJSON(w, r)
	if err != nil {
		return err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(body)
	if err != nil {
		return refused("signin.FinishRegistration", err)
	}
	credential, err := d.passkeys.CreateCredential(&holder{User: User{ID: reg.User}}, *reg.Session, answer)
	if err != nil {
		return refused("signin.FinishRegistration", err)
	}
	if rk := credential.Extensions.RK; rk != nil && !*rk {
		return refused("signin.FinishRegistration", errors.New("credential is not discoverable"))
	}
	if err := d.keep(r.Context(), reg, credential); err != nil {
		return err
	}
	if err := d.signIn(r.Context(), reg.User, "registration"); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (d *Door) keep(ctx context.Context, reg registration, credential *webauthn.Credential) error {
	record, err := json.Marshal(credential)
	if err != nil {
		return fault.Wrap("signin.keep", err)
	}
	now := clock.Micro(d.cfg.Clock.Now())
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		if _, err := activeUser(ctx, tx, reg.User); err != nil {
			return err
		}
		if reg.Invitation != nil {
			n, err := q.TakeInvitation(ctx, db.TakeInvitationParams{CodeHash: reg.Invitation, Now: now})
			if err != nil {
				return err
			}
			if n == 0 {
				return noInvitation(errors.New("used meanwhile"))
			}
		}
		return q.InsertPasskey(ctx, db.InsertPasskeyParams{ID: credential.ID, UserID: reg.User, Record: record, Born: now})
	})
	if fault.Is(err, fault.NotFound) || sqldb.IsDuplicate(err) { // §7.1: a credential id belongs to one user
		return refused("signin.keep", err)
	}
	return fault.Wrap("signin.keep", err)
}

// invited finds the user whose invitation the code is, without using it up: that
// happens when the passkey is there.
func (d *Door) invited(r *http.Request, text string) (registration, error) {
	if err := d.limit(r, "invitation "+web.Network(r), 20, 15*time.Minute); err != nil {
		return registration{}, err
	}
	code, ok := readCode(text, invitationLength)
	if !ok {
		return registration{}, noInvitation(errors.New("malformed"))
	}
	reg := registration{Invitation: hashOf(code)}
	err := d.cfg.DB.InRead(r.Context(), func(tx *sql.Tx) (err error) {
		reg.User, err = db.New(tx).Invitation(r.Context(), db.InvitationParams{
			CodeHash: reg.Invitation, Now: clock.Micro(d.cfg.Clock.Now()),
		})
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return registration{}, noInvitation(err)
	}
	return reg, fault.Wrap("signin.invited", err)
}

func noInvitation(why error) error {
	return fault.New(fault.Unknown, "signin.invited", "signin.invitation_refused").Because(why)
}
