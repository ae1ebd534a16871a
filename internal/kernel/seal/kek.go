package seal

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"lodestar/internal/base/fault"
)

// KEK is the node's key-encryption key. A file holds it by default; an external
// key service gives the same tink.AEAD.
type KEK = tink.AEAD

// MakeKEKFile makes a new node key at path, readable by its owner only. It
// refuses to overwrite: a lost node key is the loss of everything sealed.
func MakeKEKFile(path string) error {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fault.Wrap("seal.MakeKEKFile", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fault.New(fault.Invalid, "seal.MakeKEKFile", "seal.cannot_write_key").Because(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New(fault.Conflict, "seal.MakeKEKFile", "seal.key_exists").Because(err)
	}
	err = insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(f))
	return fault.Wrap("seal.MakeKEKFile", errors.Join(err, f.Sync(), f.Close()))
}

// KEKFile reads the node key at path. A file that others may read is refused.
func KEKFile(path string) (KEK, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "seal.KEKFile", "seal.no_node_key").Because(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fault.New(fault.Invalid, "seal.KEKFile", "seal.key_readable_by_others")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "seal.KEKFile", "seal.no_node_key").Because(err)
	}
	defer f.Close()
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(f))
	if err != nil {
		return nil, fault.New(fault.Invalid, "seal.KEKFile", "seal.bad_node_key").Because(err)
	}
	return aead.New(h)
}
