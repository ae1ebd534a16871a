package signin

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/go-cmp/cmp"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/sqldb/dbtest"
)

var update = flag.String("passkeys", "", "write new passkey fixtures under this version; the old ones stay, people have them in their pockets")

// fixture is a passkey as it was stored, and one answer that it gave.
type fixture struct {
	Record  json.RawMessage `json:"record"`
	Session json.RawMessage `json:"session"`
	Answer  json.RawMessage `json:"answer"`
}

// TestStoredPasskeys signs in with every passkey that was ever stored (one as
// the library wrote it before it told attestation type and format apart).
// An upgrade of the library that fails here would lock people out: it has
// happened elsewhere when the backup flags began to be checked.
func TestStoredPasskeys(t *testing.T) {
	if *update != "" {
		writeFixtures(t, *update)
	}
	files, err := filepath.Glob("testdata/passkey/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("fixtures: %v, %v", files, err)
	}
	for _, file := range files {
		dbtest.Each(t, func(t *testing.T, source string) {
			n := newNode(t, source)
			f := readFixture(t, file)
			session, stored := n.store(f)
			answer, err := protocol.ParseCredentialRequestResponseBytes(stored)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // what the first sign-in wrote back serves the second
				if id, err := n.verify(t.Context(), session, answer); err != nil || id != anna {
					t.Fatalf("%s: %q, %v", file, id, err)
				}
			}
			h, err := n.holder(t.Context(), anna)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(t, f.Record), plain(t, h.rows[0].Record)); diff != "" {
				t.Errorf("%s: the record lost something:\n%s", file, diff)
			}
		})
	}
}

// hook is a clock that does something else before it is read.
type hook struct {
	clock.Clock
	before func()
}

func (h hook) Now() time.Time { h.before(); return h.Clock.Now() }

// What happens between the reading of a passkey and its use is noticed, and a
// database that cannot be read is not taken for a wrong passkey.
func TestPasskeyMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		session, stored := n.store(readFixture(t, "testdata/passkey/v0.18-synced.json"))
		answer, err := protocol.ParseCredentialRequestResponseBytes(stored)
		if err != nil {
			t.Fatal(err)
		}
		away, cancel := context.WithCancel(t.Context())
		cancel()
		if id, err := n.verify(away, session, answer); id != "" || err == nil || fault.Is(err, fault.Unknown) {
			t.Errorf("unreadable: %q, %v", id, err)
		}
		n.cfg.Clock = hook{n.clock, func() {
			n.tx(func(ctx context.Context, tx *sql.Tx) error { return RemovePasskey(ctx, tx, anna, answer.RawID) })
		}}
		if id, err := n.verify(t.Context(), session, answer); id != "" || !fault.Is(err, fault.Unknown) {
			t.Errorf("removed meanwhile: %q, %v", id, err)
		}
	})
}

// plain is a record without the two members whose meaning changed between
// versions of the library: what was the format used to be called the type.
func plain(t *testing.T, record []byte) map[string]any {
	var m map[string]any
	decode(t, record, &m)
	delete(m, "attestationType")
	delete(m, "attestationFormat")
	return m
}

func writeFixtures(t *testing.T, version string) {
	for name, flags := range map[string]byte{"device-bound": flagUP | flagUV, "synced": flagUP | flagUV | flagBE | flagBS} {
		n := newNode(t, dbtest.SQLite(t))
		key := newAuthenticator()
		key.flags = flags
		n.browser().register(n.invite(anna), key)
		h, err := n.holder(t.Context(), anna)
		if err != nil {
			t.Fatal(err)
		}
		options, session, err := n.passkeys.BeginDiscoverableLogin()
		if err != nil {
			t.Fatal(err)
		}
		f := fixture{h.rows[0].Record, []byte(marshal(t, session)), []byte(key.get(t, marshal(t, options)))}
		text, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile("testdata/passkey/"+version+"-"+name+".json", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.Write(append(text, '\n'))
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func readFixture(t testing.TB, file string) (f fixture) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	decode(t, text, &f)
	return f
}

// store gives anna the passkey of a fixture.
func (n *node) store(f fixture) (session webauthn.SessionData, answer []byte) {
	n.t.Helper()
	var credential webauthn.Credential
	decode(n.t, f.Record, &credential)
	decode(n.t, f.Session, &session)
	n.tx(func(ctx context.Context, tx *sql.Tx) error {
		return db.New(tx).InsertPasskey(ctx, db.InsertPasskeyParams{ID: credential.ID, UserID: anna, Record: f.Record, Born: clock.Micro(start)})
	})
	return session, f.Answer
}

func decode(t testing.TB, text []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}
