package signin

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/sqldb"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this package.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("signin", files) }

// Config is what a Door needs to know.
type Config struct {
	DB    *sqldb.DB
	Clock clock.Clock

	// Key keys the hashes of network addresses in the limiter's table. It has at
	// least 16 bytes, is the same in all processes of a node and lives outside
	// its database. Changing it forgets the running limits and nothing else.
	Key []byte

	// Origin is how browsers name this node: "https://node.example". Its host is
	// the relying party of all passkeys; changing it makes them useless. It must
	// be a name: browsers make no passkeys for bare addresses.
	Origin string

	// Title names the node in the browser's passkey dialogue.
	Title string

	Idle     time.Duration // a session ends after so long without a request; zero means 30 minutes
	Lifetime time.Duration // and at the latest after so long; zero means 12 hours

	OIDC *OIDC // the organisation's provider; nil means none
	Demo bool  // persona links work

	// Fail writes the answer when a session cannot be read or kept. Nil writes
	// the bare status.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Door lets users in and out. Make one with Open.
type Door struct {
	cfg      Config
	secure   bool
	sessions *scs.SessionManager
	passkeys *webauthn.WebAuthn
	provider *provider
	limiter  *Limiter
	hashing  chan struct{} // bounds the memory that Argon2id takes at once
	persona  []byte        // the key of persona links; nil outside a demonstration
}

// Open checks the configuration. The tables must have been migrated.
func Open(cfg Config) (*Door, error) {
	origin, err := url.Parse(cfg.Origin)
	if err != nil || origin.Host == "" || cfg.Origin != origin.Scheme+"://"+origin.Host {
		return nil, fault.New(fault.Invalid, "signin.Open", "signin.bad_origin")
	}
	if len(cfg.Key) < 16 {
		return nil, fault.New(fault.Invalid, "signin.Open", "signin.short_key")
	}
	if cfg.Idle == 0 {
		cfg.Idle = 30 * time.Minute
	}
	if cfg.Lifetime == 0 {
		cfg.Lifetime = 12 * time.Hour
	}
	if cfg.Fail == nil {
		cfg.Fail = func(w http.ResponseWriter, _ *http.Request, err error) {
			w.WriteHeader(fault.Status(fault.KindOf(err)))
		}
	}
	d := &Door{
		cfg:     cfg,
		secure:  origin.Scheme == "https",
		limiter: NewLimiter(cfg.DB, cfg.Clock, cfg.Key),
		hashing: make(chan struct{}, 2),
	}
	if d.passkeys, err = webauthn.New(&webauthn.Config{
		RPID:          origin.Hostname(),
		RPDisplayName: cfg.Title,
		RPOrigins:     []string{cfg.Origin},
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey:        protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification:   protocol.VerificationRequired,
		},
		AttestationPreference: protocol.PreferNoAttestation,
		// Some password managers report more than they were asked; nothing here reads it.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	}); err != nil {
		return nil, fault.New(fault.Invalid, "signin.Open", "signin.bad_origin").Because(err)
	}
	if d.provider, err = newProvider(cfg); err != nil {
		return nil, err
	}
	if cfg.Demo {
		d.persona = make([]byte, 32)
		rand.Read(d.persona)
	}
	d.sessions = d.newSessions(origin.Port())
	return d, nil
}

// Limiter is the door's limiter, for whoever else must count requests across
// processes.
func (d *Door) Limiter() *Limiter { return d.limiter }

// Tidy deletes what has expired and tells how many rows it was. It is for an
// hourly job; nothing depends on it but the size of the tables.
func (d *Door) Tidy(ctx context.Context) (n int64, err error) {
	now := clock.Micro(d.cfg.Clock.Now())
	err = d.cfg.DB.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		n = 0
		sessions, err := q.DeleteOldSessions(ctx, db.DeleteOldSessionsParams{
			BornBefore: now - d.cfg.Lifetime.Microseconds(),
			SeenBefore: now - d.cfg.Idle.Microseconds(),
		})
		if err != nil {
			return err
		}
		n = sessions
		for _, old := range []func(context.Context, int64) (int64, error){
			q.DeleteOldInvitations, q.DeleteOldCeremonies, q.DeleteOldLimits, q.DeleteOldTokens,
		} {
			rows, err := old(ctx, now)
			if err != nil {
				return err
			}
			n += rows
		}
		return nil
	})
	return n, fault.Wrap("signin.Tidy", err)
}
