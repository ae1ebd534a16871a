package identification

import (
	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/identification/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
)

// insertNotification adds a notification for its authority, and notes at the sender
// that the duty is done in its case. Nothing leads from the one to the other.
func insertNotification(a *act.Act, c id.Case, n Notification) error {
	q := db.New(a.Tx())
	added, err := q.InsertNotified(a.Ctx(), c.String())
	if err == nil && added == 0 {
		return fault.New(fault.Conflict, string(Notify), "identification.already_notified")
	}
	if err != nil {
		return fault.Wrap("identification.insertNotification", err)
	}
	return fault.Wrap("identification.insertNotification", q.InsertNotification(a.Ctx(), db.InsertNotificationParams{
		ID: id.New[id.Line]().String(), Authority: n.Authority.String(), Month: n.Month, Form: n.Form, Kind: n.Kind}))
}

func notified(a *act.Act, c id.Case) (bool, error) {
	n, err := db.New(a.Tx()).Notified(a.Ctx(), c.String())
	return n > 0, fault.Wrap("identification.notified", err)
}

// notifications counts what was notified to an authority, the latest month first.
func notifications(a *act.Act, authority id.Organisation, limit int) (out []Counted, err error) {
	list, err := db.New(a.Tx()).NotificationsOf(a.Ctx(), db.NotificationsOfParams{Authority: authority.String(), Limit: int32(limit)})
	for _, r := range list {
		out = append(out, Counted{r.Month, r.Form, r.Kind, int(r.N)})
	}
	return out, fault.Wrap("identification.notifications", err)
}

func insertGrant(a *act.Act, c id.Case, g Grant) error {
	have, err := grantsOf(a, c)
	if err != nil {
		return err
	}
	return fault.Wrap("identification.insertGrant", db.New(a.Tx()).InsertResidence(a.Ctx(), db.InsertResidenceParams{Case: c.String(), N: int64(len(have)) + 1,
		Ground: string(g.Ground), UntilAt: clock.Micro(g.Until), Decider: g.By.String(), At: clock.Micro(g.At)}))
}

// grantsOf lists the permits of a case, oldest first.
func grantsOf(a *act.Act, c id.Case) (out []Grant, err error) {
	list, err := db.New(a.Tx()).ResidencesOf(a.Ctx(), c.String())
	for _, r := range list {
		out = append(out, Grant{Ground(r.Ground), clock.FromMicro(r.UntilAt), id.Trusted[id.User](r.Decider), clock.FromMicro(r.At)})
	}
	return out, fault.Wrap("identification.grantsOf", err)
}

func insertFlag(a *act.Act, c id.Case, kind string) error {
	return changed(db.New(a.Tx()).InsertFlag(a.Ctx(), db.InsertFlagParams{Case: c.String(), Kind: kind, Actor: a.Actor().User.String(), At: clock.Micro(a.Now())}))
}

func flagsOf(a *act.Act, c id.Case) (out []Flagged, err error) {
	list, err := db.New(a.Tx()).FlagsOf(a.Ctx(), c.String())
	for _, r := range list {
		out = append(out, Flagged{r.Kind, id.Trusted[id.User](r.Actor), clock.FromMicro(r.At)})
	}
	return out, fault.Wrap("identification.flagsOf", err)
}

// dropFlags takes back what was prepared against her.
func dropFlags(a *act.Act, c id.Case) error {
	return fault.Wrap("identification.dropFlags", db.New(a.Tx()).DropFlags(a.Ctx(), c.String()))
}
