package seal

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal/db"
)

// Ring is the Vault as one act uses it, in one goroutine. Unwrapped key sets are
// kept by the Vault from act to act; a Ring asks the store whether any was
// destroyed since, at its first use and again after every trusted uses. So a key
// set that was destroyed, by whatever process, opens and seals nothing in an act
// that begins later, and at most trusted values more in one that was under way.
type Ring struct {
	vault *Vault
	uses  int
}

// trusted bounds the uses of a Ring between two questions to the store.
const trusted = 256

// Ring is the Vault for one act.
func (v *Vault) Ring() *Ring { return &Ring{vault: v} }

func (r *Ring) aead(ctx context.Context, subject id.Subject) (tink.AEAD, error) {
	if r.uses%trusted == 0 {
		if err := r.vault.look(ctx); err != nil {
			return nil, err
		}
	}
	r.uses++
	return r.vault.aead(ctx, subject)
}

// look drops what was unwrapped before the last destruction.
func (v *Vault) look(ctx context.Context) error {
	var epoch int64
	err := v.store.InRead(ctx, func(tx *sql.Tx) (err error) {
		epoch, err = db.New(tx).Epoch(ctx)
		return err
	})
	if err != nil {
		return fault.Wrap("seal.look", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.advance(epoch)
	return nil
}

// advance begins a new epoch, if it is one. v.mu is held.
func (v *Vault) advance(epoch int64) {
	if epoch > v.epoch {
		v.epoch = epoch
		clear(v.opened)
	}
}

func (v *Vault) aead(ctx context.Context, subject id.Subject) (tink.AEAD, error) {
	v.mu.Lock()
	a, ok := v.opened[subject]
	v.mu.Unlock()
	if ok {
		return a, nil
	}
	var epoch int64
	var wrapped []byte
	err := v.store.InRead(ctx, func(tx *sql.Tx) (err error) {
		q := db.New(tx)
		if epoch, err = q.Epoch(ctx); err != nil {
			return err
		}
		wrapped, err = q.Key(ctx, subject.String())
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "seal.Open", "seal.erased")
	}
	if err != nil {
		return nil, fault.Wrap("seal.Open", err)
	}
	h, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), v.kek, []byte(subject.String()))
	if err != nil {
		return nil, fault.New(fault.Internal, "seal.Open", "seal.wrong_node_key").Because(err)
	}
	if a, err = aead.New(h); err != nil {
		return nil, fault.Wrap("seal.Open", err)
	}
	v.keep(epoch, subject, a)
	return a, nil
}

// keep keeps a key set that was read in an epoch, unless another has begun: it may
// be destroyed already.
func (v *Vault) keep(epoch int64, subject id.Subject, a tink.AEAD) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.advance(epoch)
	if epoch < v.epoch {
		return
	}
	if len(v.opened) >= keepOpened {
		for s := range v.opened { // any one: the map's order is random enough
			delete(v.opened, s)
			break
		}
	}
	v.opened[subject] = a
}
