package seal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal/db"
)

// Vault holds the key sets. Only package act and the assembly of the node have
// one (architecture test): whoever holds the Vault can read everything.
type Vault struct {
	store *sqldb.DB
	kek   tink.AEAD
	index []byte // HMAC key of the search tokens

	mu     sync.Mutex
	minted []id.Subject             // made ahead, not yet anybody's
	opened map[id.Subject]tink.AEAD // unwrapped in this epoch (see Ring)
	epoch  int64                    // of the key store, as last seen
}

const (
	// mintAhead subjects are made in one transaction of the key store, so that
	// an act never waits for it: their keys are durable before their first use.
	mintAhead = 64
	// keepOpened bounds the memory of unwrapped key sets (about 2 KB each).
	keepOpened = 8192
)

// OpenVault opens the key store: its tables are migrated and the node's index
// key is made at the first start. kek wraps every key and is the only secret
// outside the store; it may be a file's or an external key service's.
func OpenVault(ctx context.Context, store *sqldb.DB, kek tink.AEAD) (*Vault, error) {
	if err := store.Migrate(ctx, Migrations()); err != nil {
		return nil, err
	}
	fresh := make([]byte, 32)
	rand.Read(fresh)
	wrapped, err := kek.Encrypt(fresh, []byte("index"))
	if err != nil {
		return nil, fault.New(fault.Busy, "seal.OpenVault", "seal.no_key_service").Because(err)
	}
	err = store.InTx(ctx, func(tx *sql.Tx) error {
		return db.New(tx).InsertNodeKey(ctx, db.InsertNodeKeyParams{Name: "index", Wrapped: wrapped})
	})
	if err != nil {
		return nil, fault.Wrap("seal.OpenVault", err)
	}
	return ReadVault(ctx, store, kek)
}

// ReadVault opens a key store that is there and up to date, and changes nothing.
func ReadVault(ctx context.Context, store *sqldb.DB, kek tink.AEAD) (*Vault, error) {
	v := &Vault{store: store, kek: kek, opened: make(map[id.Subject]tink.AEAD)}
	err := store.InRead(ctx, func(tx *sql.Tx) error {
		kept, err := db.New(tx).NodeKey(ctx, "index")
		if err != nil {
			return err
		}
		v.index, err = kek.Decrypt(kept, []byte("index"))
		if err != nil {
			return fault.New(fault.Invalid, "seal.OpenVault", "seal.wrong_node_key").Because(err)
		}
		return nil
	})
	if err != nil {
		return nil, fault.Wrap("seal.OpenVault", err)
	}
	return v, nil
}

// Mint gives a new data subject, whose key set is already safely stored.
func (v *Vault) Mint(ctx context.Context) (id.Subject, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.minted) == 0 {
		if err := v.mint(ctx); err != nil {
			return id.Subject{}, err
		}
	}
	s := v.minted[len(v.minted)-1]
	v.minted = v.minted[:len(v.minted)-1]
	return s, nil
}

func (v *Vault) mint(ctx context.Context) error {
	subjects := make([]id.Subject, mintAhead)
	params := make([]db.InsertKeyParams, mintAhead)
	for i := range subjects {
		subjects[i] = id.New[id.Subject]()
		h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return fault.Wrap("seal.Mint", err)
		}
		var b bytes.Buffer
		if err := h.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), v.kek, []byte(subjects[i].String())); err != nil {
			return fault.New(fault.Busy, "seal.Mint", "seal.no_key_service").Because(err)
		}
		params[i] = db.InsertKeyParams{Subject: subjects[i].String(), Wrapped: b.Bytes()}
	}
	err := v.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		for _, p := range params {
			if err := q.InsertKey(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fault.Wrap("seal.Mint", err)
	}
	v.minted = subjects
	return nil
}

// Destroy destroys the key sets of the subjects: what was sealed under them is
// gone, in the database and in every backup of it. It can be repeated.
func (v *Vault) Destroy(ctx context.Context, subjects ...id.Subject) error {
	var epoch int64
	err := v.store.InTx(ctx, func(tx *sql.Tx) error {
		epoch = 0
		q, gone := db.New(tx), int64(0)
		for _, s := range subjects {
			n, err := q.DeleteKey(ctx, s.String())
			if err != nil {
				return err
			}
			gone += n
		}
		if gone == 0 {
			return nil
		}
		var err error
		epoch, err = q.RaiseEpoch(ctx)
		return err
	})
	if err != nil {
		return fault.Wrap("seal.Destroy", err)
	}
	v.mu.Lock()
	v.advance(epoch)
	v.mu.Unlock()
	return v.store.Scrub(ctx)
}

// Seal encrypts a freshly received field for a subject and a place
// ("table/column/row"). An absent field seals to nil.
func Seal[T any](ctx context.Context, r *Ring, subject id.Subject, place string, f Field[T]) ([]byte, error) {
	if f.v == nil {
		return nil, nil
	}
	if f.v.fresh == nil {
		return nil, fault.New(fault.Internal, "seal.Seal", "seal.already_sealed")
	}
	plain, err := json.Marshal(f.v.fresh)
	if err != nil {
		return nil, fault.New(fault.Invalid, "seal.Seal", "seal.not_encodable")
	}
	a, err := r.aead(ctx, subject)
	if err != nil {
		return nil, err
	}
	box, err := a.Encrypt(plain, associated(f.v.class, subject, place))
	return box, fault.Wrap("seal.Seal", err)
}

// Open decrypts a field. A subject whose key set is destroyed gives
// fault.NotFound: there is nothing any more.
func Open[T any](ctx context.Context, r *Ring, f Field[T]) (T, error) {
	var out T
	if f.v == nil {
		return out, nil
	}
	if f.v.fresh != nil {
		return *f.v.fresh, nil
	}
	a, err := r.aead(ctx, f.v.subject)
	if err != nil {
		return out, err
	}
	plain, err := a.Decrypt(f.v.box, associated(f.v.class, f.v.subject, f.v.place))
	if err != nil {
		return out, fault.New(fault.Internal, "seal.Open", "seal.tampered")
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, fault.New(fault.Internal, "seal.Open", "seal.tampered")
	}
	return out, nil
}

// Token is the search token of a normalised word: HMAC-SHA-256 under the node's
// index key, cut to 16 bytes. domain ("name", "phone") keeps the words of one
// kind of field apart from those of another.
func (v *Vault) Token(domain, word string) []byte {
	h := hmac.New(sha256.New, v.index)
	h.Write([]byte(domain))
	h.Write([]byte{0})
	h.Write([]byte(word))
	return h.Sum(nil)[:16]
}

// Keys counts the key sets in the store, for the doctor.
func (v *Vault) Keys(ctx context.Context) (n int64, err error) {
	err = v.store.InRead(ctx, func(tx *sql.Tx) error {
		n, err = db.New(tx).CountKeys(ctx)
		return err
	})
	return n, fault.Wrap("seal.Keys", err)
}

func associated(class Class, subject id.Subject, place string) []byte {
	return []byte(class.String() + "|" + subject.String() + "|" + place)
}
