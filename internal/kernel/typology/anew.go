package typology

import (
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/typology/db"
)

// Anew notes the open leads before everything is derived anew. Afterwards it tells
// of the leads that were not open before, or are another rule's now: nobody is
// told a second time.
func (d *Deriver) Anew(a *act.Act) (tell func() error, err error) {
	q := db.New(a.Tx())
	before, err := q.OpenLeads(a.Ctx())
	if err != nil {
		return nil, fault.Wrap("typology.Anew", err)
	}
	known := make(map[db.OpenLeadsRow]bool, len(before))
	for _, l := range before {
		known[l] = true
	}
	return func() error {
		now, err := q.OpenLeads(a.Ctx())
		if err != nil {
			return fault.Wrap("typology.Anew", err)
		}
		for _, l := range now {
			if known[l] {
				continue
			}
			if err := a.Emit(act.LeadRaised, "lead", l.ID); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
