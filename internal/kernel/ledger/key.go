package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"lodestar/internal/base/fault"
)

// Algorithm bytes of keys in the C2SP signed-note format.
const (
	algEd25519     = 1 // signs this node's log
	algCosignature = 4 // signs as a witness (C2SP tlog-cosignature)
)

// Key is what a node signs with: its own log, and as a witness the logs of
// others. The two are different Ed25519 keys under the same name, the node's.
type Key struct {
	name    string
	log     note.Signer
	logPub  ed25519.PublicKey
	witness ed25519.PrivateKey
}

// MakeKeyFile makes new keys for the node of this name at path, readable by its
// owner only. It refuses to overwrite: other nodes know the log by its key. The
// name is the origin of the log, a URL without scheme such as
// "lodestar.example.org"; it holds neither white space nor "+".
func MakeKeyFile(path, name string) error {
	const op = "ledger.MakeKeyFile"
	log, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if _, err := note.NewSigner(log); err != nil {
		return fault.New(fault.Invalid, op, "ledger.bad_node_name").Because(err)
	}
	pub, witness, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fault.New(fault.Invalid, op, "ledger.cannot_write_key").Because(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New(fault.Conflict, op, "ledger.key_exists").Because(err)
	}
	_, err = fmt.Fprintf(f, "%s\nPRIVATE+KEY+%s\n", log, keyText(name, pub, witness.Seed()))
	return fault.Wrap(op, errors.Join(err, f.Sync(), f.Close()))
}

// KeyFile reads the keys at path. A file that others may read is refused.
func KeyFile(path string) (*Key, error) {
	const op = "ledger.KeyFile"
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, op, "ledger.no_key").Because(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, op, "ledger.key_readable_by_others")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, op, "ledger.no_key").Because(err)
	}
	k, ok := parseKey(string(text))
	if !ok {
		return nil, fault.New(fault.Invalid, op, "ledger.bad_key")
	}
	return k, nil
}

func parseKey(text string) (*Key, bool) {
	lines := strings.Split(text, "\n")
	if len(lines) != 3 || lines[2] != "" {
		return nil, false
	}
	log, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, false
	}
	name, alg, logSeed, ok := parseKeyText(strings.TrimPrefix(lines[0], "PRIVATE+KEY+"))
	if !ok || alg != algEd25519 {
		return nil, false
	}
	second, alg, seed, ok := parseKeyText(strings.TrimPrefix(lines[1], "PRIVATE+KEY+"))
	if !ok || alg != algCosignature || second != name {
		return nil, false
	}
	witness := ed25519.NewKeyFromSeed(seed)
	k := &Key{name: name, log: log, logPub: publicOf(logSeed), witness: witness}
	return k, lines[1] == "PRIVATE+KEY+"+keyText(name, publicOf(seed), seed)
}

func publicOf(seed []byte) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

// Name is the node's name, which is the origin of its log.
func (k *Key) Name() string { return k.name }

// LogKey is the public key of the log as text, for whoever checks its proofs.
func (k *Key) LogKey() string {
	text, err := note.NewEd25519VerifierKey(k.name, k.logPub)
	if err != nil {
		panic(err) // the length was checked when the key was read
	}
	return text
}

// WitnessKey is the public key of the node's countersignatures as text.
func (k *Key) WitnessKey() string {
	pub := k.witness.Public().(ed25519.PublicKey)
	return keyText(k.name, pub, pub)
}

// keyText writes a cosignature key: name, key id, base 64 of algorithm and data.
func keyText(name string, pub ed25519.PublicKey, data []byte) string {
	return fmt.Sprintf("%s+%08x+%s", name, cosignatureID(name, pub),
		base64.StdEncoding.EncodeToString(append([]byte{algCosignature}, data...)))
}

// cosignatureID is the key id of C2SP tlog-cosignature, "Format".
func cosignatureID(name string, pub ed25519.PublicKey) uint32 {
	h := sha256.Sum256(append([]byte(name+"\n"+string(rune(algCosignature))), pub...))
	return binary.BigEndian.Uint32(h[:])
}

func parseKeyText(text string) (name string, alg byte, data []byte, ok bool) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return "", 0, nil, false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize {
		return "", 0, nil, false
	}
	return parts[0], raw[0], raw[1:], true
}

// ParseKeys reads public keys of logs and of witnesses. Signatures are checked
// against exactly these.
func ParseKeys(texts ...string) (note.Verifiers, error) {
	list := make([]note.Verifier, len(texts))
	for i, text := range texts {
		v, err := parseVerifier(text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "ledger.ParseKeys", "ledger.bad_public_key").Because(err)
		}
		list[i] = v
	}
	return note.VerifierList(list...), nil
}

func parseVerifier(text string) (note.Verifier, error) {
	name, alg, pub, ok := parseKeyText(text)
	if !ok || alg != algCosignature {
		return note.NewVerifier(text)
	}
	id := cosignatureID(name, pub)
	if text != keyText(name, pub, pub) {
		return nil, fault.New(fault.Invalid, "ledger.ParseKeys", "ledger.bad_public_key")
	}
	return cosignatureVerifier{name: name, id: id, pub: pub}, nil
}

// cosigner signs as a witness at a moment (C2SP tlog-cosignature, "Ed25519
// signed message"): eight bytes of POSIX time, then the signature.
type cosigner struct {
	key *Key
	at  time.Time
}

func (c cosigner) Name() string { return c.key.name }

func (c cosigner) KeyHash() uint32 {
	return cosignatureID(c.key.name, c.key.witness.Public().(ed25519.PublicKey))
}

func (c cosigner) Sign(msg []byte) ([]byte, error) {
	t := uint64(c.at.Unix())
	return append(binary.BigEndian.AppendUint64(nil, t), ed25519.Sign(c.key.witness, cosigned(t, msg))...), nil
}

type cosignatureVerifier struct {
	name string
	id   uint32
	pub  ed25519.PublicKey
}

func (v cosignatureVerifier) Name() string    { return v.name }
func (v cosignatureVerifier) KeyHash() uint32 { return v.id }

func (v cosignatureVerifier) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	return ed25519.Verify(v.pub, cosigned(binary.BigEndian.Uint64(sig), msg), sig[8:])
}

func cosigned(t uint64, msg []byte) []byte {
	return append([]byte("cosignature/v1\ntime "+strconv.FormatUint(t, 10)+"\n"), msg...)
}
