package casework

import (
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/id"
)

// KeepSources notes as whom a case's person was mentioned in the signals that
// her lead was raised from. The lead is derived and may go; her right to be
// forgotten there does not (Regulation (EU) 2016/679, Article 17).
func KeepSources(a *act.Act, c id.Case, mentions []id.Mention) error {
	for _, m := range mentions {
		if err := db.New(a.Tx()).InsertSource(a.Ctx(), db.InsertSourceParams{Case: c.String(), Mention: m.String()}); err != nil {
			return fault.Wrap("casework.KeepSources", err)
		}
	}
	return nil
}

// SourcesOf lists the mentions that KeepSources noted.
func SourcesOf(a *act.Act, c id.Case) ([]id.Mention, error) {
	rows, err := db.New(a.Tx()).SourcesOfCase(a.Ctx(), c.String())
	out := make([]id.Mention, len(rows))
	for i, m := range rows {
		out[i] = id.Trusted[id.Mention](m)
	}
	return out, fault.Wrap("casework.SourcesOf", err)
}
