package seal

import (
	"context"

	"lodestar/internal/kernel/id"
)

// Check tells whether a sealed box opens under its subject's key, in its place,
// and nothing of what is in it: a backup is verified without reading anybody.
// A subject whose key set is destroyed gives fault.NotFound.
func (v *Vault) Check(ctx context.Context, class Class, subject id.Subject, place string, box []byte) error {
	_, err := Open(ctx, v.Ring(), Stored[any](class, subject, place, box))
	return err
}
