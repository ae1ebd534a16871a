package casework

import (
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/id"
)

// Delay is a recorded decision that the person is shown something later, because it
// would endanger her now. It always has an end (Regulation (EU) 2016/679, Article 23).
type Delay struct {
	Verbs        string          `class:"public"` // what verbs that begin so did
	Organisation id.Organisation `class:"public"` // and what this organisation did
	By           id.User         `class:"public"`
	At           time.Time       `class:"coded"` // from then on
	Until        time.Time       `class:"coded"`
}

// Covers tells whether something that was done falls under the delay.
func (d Delay) Covers(verb, organisation string, at time.Time) bool {
	return !at.Before(d.At) && (verb != "" && strings.HasPrefix(verb, d.Verbs) || organisation == d.Organisation.String())
}

// DelayShowing records that the person of a case is shown later what verbs that begin
// so, and an organisation, do from now on.
func DelayShowing(a *act.Act, c id.Case, verbs string, organisation id.Organisation, until time.Time) error {
	have, err := DelaysOf(a, c)
	if err != nil {
		return err
	}
	return fault.Wrap("casework.DelayShowing", db.New(a.Tx()).InsertDelay(a.Ctx(), db.InsertDelayParams{Case: c.String(), N: int64(len(have) + 1), Verbs: verbs,
		Organisation: organisation.String(), ByUser: a.Actor().User.String(), At: clock.Micro(a.Now()), Until: clock.Micro(until)}))
}

// EndDelays ends what delays showing a person what an organisation did.
func EndDelays(a *act.Act, c id.Case, organisation id.Organisation) error {
	return fault.Wrap("casework.EndDelays", db.New(a.Tx()).EndDelays(a.Ctx(), db.EndDelaysParams{Case: c.String(), Organisation: organisation.String(), Now: clock.Micro(a.Now())}))
}

// DelaysOf lists the delays of a case, those that have ended too.
func DelaysOf(a *act.Act, c id.Case) ([]Delay, error) {
	rows, err := db.New(a.Tx()).DelaysOfCase(a.Ctx(), c.String())
	out := make([]Delay, len(rows))
	for i, r := range rows {
		out[i] = Delay{Verbs: r.Verbs, Organisation: id.Trusted[id.Organisation](r.Organisation), By: id.Trusted[id.User](r.ByUser), At: clock.FromMicro(r.At), Until: clock.FromMicro(r.Until)}
	}
	return out, fault.Wrap("casework.DelaysOf", err)
}
