package casework

import (
	"context"
	"database/sql"
	"slices"

	"lodestar/internal/kernel/id"
)

// CompetentAuthority is the kind of an organisation that decides whether somebody
// is a victim (CETS 197, Article 10): the directory names it so.
const CompetentAuthority = "competent_authority"

// Authorities lists the competent authorities of the directory, by name.
func Authorities(ctx context.Context, tx *sql.Tx) ([]Organisation, error) {
	all, err := Organisations(ctx, tx)
	return slices.DeleteFunc(all, func(o Organisation) bool { return o.Kind != CompetentAuthority }), err
}

// KindOf is the kind of an organisation; "" if it has left the directory.
func KindOf(ctx context.Context, tx *sql.Tx, organisation id.Organisation) (string, error) {
	all, err := Organisations(ctx, tx)
	for _, o := range all {
		if o.ID == organisation {
			return o.Kind, err
		}
	}
	return "", err
}
