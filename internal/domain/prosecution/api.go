package prosecution

import (
	"context"
	"net/http"
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) operations() []rest.Operation {
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "charge", Method: http.MethodPost, Path: "/charges", Verb: string(Charge), Keyed: true, Status: http.StatusCreated}, d.charge),
		rest.Serves(rest.Operation{ID: "list-charges", Method: http.MethodGet, Path: "/charges", Verb: string(List)}, d.listCharges),
		rest.Serves(rest.Operation{ID: "receive-request", Method: http.MethodGet, Path: "/told/{referral}", Verb: string(Receive)}, d.receive),
	}
}

type listIn struct{ rest.Paged }

type chargeIn struct{ Body ChargeIn }

// charge answers with what was sent, and nothing else: no id, and no sign of what the
// node makes of it. Where it can be read is the list, of which it is one.
func (d *Desk) charge(ctx context.Context, in *chargeIn) (*chargeOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	x, err := d.Charge(ctx, by, in.Body)
	return &chargeOut{Location: rest.Root + "/charges", Body: recorded{x.Offence, x.Month, x.Custody}}, err
}

func (d *Desk) listCharges(ctx context.Context, in *listIn) (*rest.Page[chargeRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	p := Page{Limit: in.Limit + 1}
	if err := in.From(ctx, "charges", &p.After); err != nil {
		return nil, err
	}
	v, err := d.List(ctx, by, p)
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "charges", v.Charges, rowOfCharge, func(x Accusation) any { return afterCharge(x) })
}

type toldReq struct {
	Referral string `path:"referral"`
}

func (d *Desk) receive(ctx context.Context, in *toldReq) (*toldOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	r, err := id.Given[id.Referral](in.Referral)
	if err != nil {
		return nil, err
	}
	v, err := d.Receive(ctx, by, r)
	if err != nil {
		return nil, err
	}
	return &toldOut{ETag: rest.Tag(v.Referral.Version), Body: toldOf(v)}, nil
}

// ownName is a name as far as the reader may see it.
type ownName struct {
	Value    string `json:"value,omitempty"`
	Withheld bool   `json:"withheld,omitempty"`
	Erased   bool   `json:"erased,omitempty"`
}

type chargeOut struct {
	Location string `header:"Location"`
	Body     recorded
}

// recorded is a charge as it was sent.
type recorded struct {
	Offence string `json:"offence"`
	Month   string `json:"month,omitempty"`
	Custody string `json:"custody"`
}

type chargeRow struct {
	ID      id.Charge `json:"id"`
	Name    ownName   `json:"name"`
	Offence string    `json:"offence"`
	Month   string    `json:"month,omitempty"`
	Custody string    `json:"custody"`
	Made    time.Time `json:"made"`
	Ended   time.Time `json:"ended,omitzero"`
}

func rowOfCharge(x Accusation) chargeRow {
	return chargeRow{x.ID, ownName(x.Who), x.Offence, x.Month, x.Custody, x.Made, x.Ended}
}

type toldOut struct {
	ETag string `header:"ETag"`
	Body toldBodyOut
}

// toldBodyOut is a request as a prosecutor reads it: exactly what she agreed to.
type toldBodyOut struct {
	Referral id.Referral            `json:"referral"`
	State    casework.ReferralState `json:"state"`
	From     string                 `json:"from"`
	Person   *casework.Payload      `json:"person,omitempty"`
	Expires  time.Time              `json:"expires"`
}

func toldOf(v Told) toldBodyOut {
	out := toldBodyOut{Referral: v.Referral.ID, State: v.Referral.State, From: v.From, Expires: v.Referral.Expires}
	if !v.Payload.Withheld && !v.Payload.Erased {
		out.Person = &v.Payload.Value
	}
	return out
}
