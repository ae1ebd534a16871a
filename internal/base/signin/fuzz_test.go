package signin

import (
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"

	"lodestar/internal/base/sqldb/dbtest"
)

func FuzzReadCode(f *testing.F) {
	for _, s := range []string{"", "7K3M-9Q0X-2F8C-4D1E-5A6B", " oil0 OIL1 ", "ü", "7k3m9q0x2f8c4d1e5a6bz", strings.Repeat("-", 100), "U"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, ok := readCode(text, 20)
		if !ok {
			return
		}
		if len(code) != 20 || strings.Trim(code, alphabet) != "" {
			t.Fatalf("readCode(%q) = %q", text, code)
		}
		if again, ok := readCode(printed(code), 20); !ok || again != code {
			t.Fatalf("%q is printed as %q and read as %q", code, printed(code), again)
		}
	})
}

func FuzzPersona(f *testing.F) {
	d := Door{persona: []byte("key")}
	good, err := d.PersonaToken(anna)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", ".", good, good + "A", good[:len(good)-1], anna + ".", boris + good[len(anna):]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if user, ok := d.personaOf(token); ok && user != anna {
			t.Fatalf("%q signs %q in", token, user)
		}
	})
}

// FuzzAnswer gives anything at all as the answer to a ceremony: only a signature
// of the passkey signs in.
func FuzzAnswer(f *testing.F) {
	n := newNode(f, dbtest.SQLite(f))
	session, stored := n.store(readFixture(f, "testdata/passkey/v0.18-synced.json"))
	good := string(stored)
	f.Add([]byte(good))
	f.Add([]byte("{}"))
	f.Add([]byte(strings.Replace(good, `"userHandle"`, `"userhandle"`, 1)))
	f.Add([]byte(strings.Replace(good, "public-key", "public", 1)))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, err := protocol.ParseCredentialRequestResponseBytes(body)
		if err != nil {
			return
		}
		id, err := n.verify(t.Context(), session, answer)
		if err == nil && (id != anna || !strings.Contains(good, b64(answer.Response.Signature))) {
			t.Fatalf("signed %q in", id)
		}
	})
}
