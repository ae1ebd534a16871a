package disclosure

import (
	"context"
	"net/http"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

func (d *Desk) operations() []rest.Operation {
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "disclose-in-emergency", Method: http.MethodPost, Path: "/cases/{case}/disclosures", Verb: string(Disclose), Keyed: true, Status: http.StatusCreated}, d.disclose),
		rest.Serves(rest.Operation{ID: "list-disclosures", Method: http.MethodGet, Path: "/cases/{case}/disclosures", Verb: string(See)}, d.list),
		rest.Serves(rest.Operation{ID: "review-disclosure", Method: http.MethodPost, Path: "/cases/{case}/disclosures/{referral}/review", Verb: string(Review)}, d.review),
		rest.Serves(rest.Operation{ID: "tell-disclosure", Method: http.MethodPost, Path: "/cases/{case}/disclosures/{referral}/told", Verb: string(Tell)}, d.tell),
	}
}

func onReferral(ctx context.Context, text, of string) (by By, c id.Case, r id.Referral, err error) {
	if by, c, err = casework.OnCase(ctx, text); err != nil {
		return by, c, r, err
	}
	if r, err = id.Parse[id.Referral](of); err != nil {
		err = fault.New(fault.NotFound, "disclosure.id", "fault.not_found")
	}
	return by, c, r, err
}

type discloseIn struct {
	rest.Match
	Case string `path:"case"`
	Body emergency
}

// emergency is a disclosure as somebody wants it.
type emergency struct {
	Recipient id.Organisation `json:"recipient"`
	Classes   []string        `json:"classes" doc:"Of identity, contact and narrative: no more than averts the danger"`
	Reason    string          `json:"reason"`
	TellBy    time.Time       `json:"tell_by,omitempty" doc:"Only if telling her at once endangers her: when the delay ends"`
}

type discloseOut struct {
	Location string `header:"Location"`
	Body     emergencyTold
}

type emergencyTold struct {
	Referral id.Referral `json:"referral"`
	Duty     string      `json:"duty"`
	Source   string      `json:"source"`
}

func (d *Desk) disclose(ctx context.Context, in *discloseIn) (*discloseOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	e, err := d.Disclose(ctx, by, In{Case: c, Version: version, Recipient: in.Body.Recipient, Classes: in.Body.Classes, Reason: in.Body.Reason, TellBy: in.Body.TellBy})
	return &discloseOut{Location: rest.Root + "/cases/" + c.String() + "/disclosures", Body: emergencyTold{e.Referral, e.Duty.Code, e.Duty.Source}}, err
}

type listIn struct {
	Case string `path:"case"`
}

type listOut struct{ Body disclosureList }

type disclosureList struct {
	Disclosures []disclosureRow `json:"disclosures" nullable:"false"`
}

// disclosureRow is one disclosure; its reason stays on the page.
type disclosureRow struct {
	Referral  id.Referral            `json:"referral"`
	Recipient string                 `json:"recipient"`
	State     casework.ReferralState `json:"state"`
	Duty      string                 `json:"duty"`
	Source    string                 `json:"source"`
	At        time.Time              `json:"at"`
	Verdict   Verdict                `json:"verdict,omitempty"`
	TellBy    time.Time              `json:"tell_by,omitzero"`
	Told      time.Time              `json:"told,omitzero"`
}

func (d *Desk) list(ctx context.Context, in *listIn) (*listOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.See(ctx, by, c)
	return &listOut{Body: disclosureList{rest.Rows(v.List, func(s Shown) disclosureRow {
		return disclosureRow{s.Referral, s.Recipient, s.State, s.Duty.Code, s.Duty.Source, s.At, s.Verdict, s.TellBy, s.Told}
	})}}, err
}

type reviewIn struct {
	Case     string `path:"case"`
	Referral string `path:"referral"`
	Body     struct {
		Verdict Verdict `json:"verdict" enum:"right,wrong"`
	}
}

func (d *Desk) review(ctx context.Context, in *reviewIn) (*struct{}, error) {
	by, c, r, err := onReferral(ctx, in.Case, in.Referral)
	if err != nil {
		return nil, err
	}
	return nil, d.Review(ctx, by, ReviewIn{Case: c, Referral: r, Verdict: in.Body.Verdict})
}

type tellIn struct {
	Case     string `path:"case"`
	Referral string `path:"referral"`
}

func (d *Desk) tell(ctx context.Context, in *tellIn) (*struct{}, error) {
	by, c, r, err := onReferral(ctx, in.Case, in.Referral)
	if err != nil {
		return nil, err
	}
	return nil, d.Tell(ctx, by, c, r)
}
