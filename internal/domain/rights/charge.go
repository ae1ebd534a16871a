package rights

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/rights/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Accusation is what a prosecutor recorded, for the prosecution alone, of somebody
// who is charged or detained. It names no case, and no case is to be seen from it.
type Accusation struct {
	ID           id.Charge          `class:"public"`
	Organisation id.Organisation    `class:"public"`
	Subject      id.Subject         `class:"public"`
	Name         seal.Field[string] `class:"identity"`
	Offence      string             `class:"coded"`
	Month        string             `class:"coded"`
	Custody      CustodyState       `class:"coded"`
	Made         time.Time          `class:"coded"`
	Ended        time.Time          `class:"coded"` // zero: it stands

	Who act.Shown[string] `class:"identity"`
}

// ChargeIn is a charge as the prosecution states it.
type ChargeIn struct {
	Name    string       `json:"name"`
	Offence string       `json:"offence"`
	Month   string       `json:"month,omitempty" doc:"YYYY-MM"`
	Custody CustodyState `json:"custody" enum:"free,detained,remanded,serving,unknown"`
}

func (in ChargeIn) check() error {
	v := fault.New(fault.Invalid, string(Charge), "rights.invalid")
	if len(words(in.Name)) == 0 || len(in.Name) > 800 {
		v.At("/name", "rights.say_name")
	}
	checkAct(v, in.Offence, in.Month, in.Custody)
	return v.OrNil()
}

// chargeFacts are what the policies may know of a charge: whose record it is.
func chargeFacts(ctx context.Context, tx *sql.Tx, recordID string, _ time.Time) (policy.Facts, error) {
	row, err := db.New(tx).ChargeRow(ctx, recordID)
	if err != nil {
		return policy.Facts{}, absent(err, "rights.chargeFacts")
	}
	return policy.Facts{Owner: id.Trusted[id.Organisation](row.Organisation), Protected: true}, nil
}

// words are the words of a name without regard to their order, case and marks
// between them: registers write the family name first as often as last.
func words(name string) (out []string) {
	for w := range strings.FieldsSeq(name) {
		if f := intake.Fold(w); f != "" {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

func sameName(a, b string) bool {
	wa := words(a)
	return len(wa) > 0 && slices.Equal(wa, words(b))
}
