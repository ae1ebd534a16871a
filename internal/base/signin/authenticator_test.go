package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// The flags of authenticator data (WebAuthn Level 3 §6.1).
const (
	flagUP = 1 << 0
	flagUV = 1 << 2
	flagBE = 1 << 3
	flagBS = 1 << 4
	flagAT = 1 << 6
)

// authenticator is a passkey in software: P-256, attestation "none". Its fields
// may be set to what an honest one would never say.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	counter uint32
	flags   byte
	origin  string
	rpID    string
	extra   map[string]any // client extension results
}

func newAuthenticator() *authenticator {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	id := make([]byte, 16)
	rand.Read(id)
	return &authenticator{key: key, id: id, flags: flagUP | flagUV | flagBE | flagBS, origin: origin, rpID: "node.example"}
}

type options struct {
	PublicKey struct {
		Challenge              string
		User                   struct{ ID string }
		RPID                   string `json:"rpId"`
		UserVerification       string
		AllowCredentials       []any
		ExcludeCredentials     []struct{ ID string }
		AuthenticatorSelection struct {
			ResidentKey, UserVerification string
		}
	}
}

func readOptions(t testing.TB, text string) options {
	t.Helper()
	var o options
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatalf("options: %v in %s", err, text)
	}
	return o
}

// create answers navigator.credentials.create.
func (a *authenticator) create(t testing.TB, text string) string {
	t.Helper()
	o := readOptions(t, text)
	var err error
	if a.handle, err = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID); err != nil {
		t.Fatal(err)
	}
	point, err := a.key.PublicKey.Bytes() // 4 | X | Y
	if err != nil {
		t.Fatal(err)
	}
	cose := cbor(t, map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	data := a.data(flagAT)
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	return a.credential(t, map[string]any{
		"clientDataJSON":    b64(a.client(t, "webauthn.create", o.PublicKey.Challenge)),
		"attestationObject": b64(cbor(t, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
		"transports":        []string{"internal", "hybrid"},
	})
}

// get answers navigator.credentials.get.
func (a *authenticator) get(t testing.TB, text string) string {
	t.Helper()
	o := readOptions(t, text)
	client := a.client(t, "webauthn.get", o.PublicKey.Challenge)
	data := a.data(0)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.credential(t, map[string]any{
		"clientDataJSON":    b64(client),
		"authenticatorData": b64(data),
		"signature":         b64(signature),
		"userHandle":        b64(a.handle),
	})
}

func (a *authenticator) data(flags byte) []byte {
	hash := sha256.Sum256([]byte(a.rpID))
	return binary.BigEndian.AppendUint32(append(hash[:], a.flags|flags), a.counter)
}

func (a *authenticator) client(t testing.TB, ceremony, challenge string) []byte {
	return []byte(marshal(t, map[string]any{"type": ceremony, "challenge": challenge, "origin": a.origin, "crossOrigin": false}))
}

func (a *authenticator) credential(t testing.TB, response map[string]any) string {
	extra := a.extra
	if extra == nil {
		extra = map[string]any{}
	}
	return marshal(t, map[string]any{
		"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "authenticatorAttachment": "platform",
		"response": response, "clientExtensionResults": extra,
	})
}

func cbor(t testing.TB, v any) []byte {
	t.Helper()
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
