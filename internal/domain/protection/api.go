package protection

import (
	"context"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) operations() []rest.Operation {
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "screen", Method: http.MethodPost, Path: "/cases", Verb: string(Screen), Keyed: true, Status: http.StatusCreated}, d.screen),
		rest.Serves(rest.Operation{ID: "list-cases", Method: http.MethodGet, Path: "/cases", Verb: string(List)}, d.listCases),
		rest.Serves(rest.Operation{ID: "see-case", Method: http.MethodGet, Path: "/cases/{case}", Verb: string(See)}, d.seeCase),
		rest.Serves(rest.Operation{ID: "who-saw-case", Method: http.MethodGet, Path: "/cases/{case}/who", Verb: string(Who)}, d.whoSaw),
		rest.Serves(rest.Operation{ID: "give-consent", Method: http.MethodPost, Path: "/cases/{case}/consents", Verb: string(Consent), Keyed: true, Status: http.StatusCreated}, d.giveConsent),
		rest.Serves(rest.Operation{ID: "narrow-consent", Method: http.MethodPost, Path: "/cases/{case}/consents/{consent}/narrow", Verb: string(Narrow)}, d.narrowConsent),
		rest.Serves(rest.Operation{ID: "withdraw-consent", Method: http.MethodPost, Path: "/cases/{case}/consents/{consent}/withdraw", Verb: string(Withdraw)}, d.withdrawConsent),
		rest.Serves(rest.Operation{ID: "refer", Method: http.MethodPost, Path: "/cases/{case}/referrals", Verb: string(Refer), Keyed: true, Status: http.StatusCreated}, d.refer),
		rest.Serves(rest.Operation{ID: "close-case", Method: http.MethodPost, Path: "/cases/{case}/close", Verb: string(Close)}, d.closeCase),
		rest.Serves(rest.Operation{ID: "review-case", Method: http.MethodPost, Path: "/cases/{case}/review", Verb: string(Review)}, d.reviewCase),
		rest.Serves(rest.Operation{ID: "receive-referral", Method: http.MethodGet, Path: "/referrals/{referral}", Verb: string(Receive)}, d.receive),
		rest.Serves(rest.Operation{ID: "answer-referral", Method: http.MethodPost, Path: "/referrals/{referral}/answer", Verb: string(Answer), Keyed: true}, d.answer),
	}
}

// onReferral is who asks, about which referral.
func onReferral(ctx context.Context, text string) (by By, r id.Referral, err error) {
	if by, err = policy.ActorOf(ctx); err != nil {
		return by, r, err
	}
	r, err = id.Given[id.Referral](text)
	return by, r, err
}

type screenIn struct{ Body Intake }

func (d *Desk) screen(ctx context.Context, in *screenIn) (*screenOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	done, err := d.Screen(ctx, by, in.Body)
	if err != nil {
		return nil, err
	}
	return screenedOf(done), nil
}

type listIn struct{ rest.Paged }

func (d *Desk) listCases(ctx context.Context, in *listIn) (*rest.Page[caseRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var after sqldb.After
	if err := in.From(ctx, "cases", &after); err != nil {
		return nil, err
	}
	list, err := d.List(ctx, by, Page{After: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "cases", list, rowOfCase, func(c casework.Case) any { return afterCase(c) })
}

type seeCaseIn struct {
	rest.Purposed
	Case string `path:"case"`
}

func (d *Desk) seeCase(ctx context.Context, in *seeCaseIn) (*seeCaseOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.SeeFor(ctx, by, consent.Purpose(in.Purpose), c)
	if err != nil {
		return nil, err
	}
	return &seeCaseOut{ETag: rest.Tag(v.Case.Version), Body: caseOf(v)}, nil
}

type whoIn struct {
	rest.Purposed
	Case   string `path:"case"`
	Cursor string `query:"cursor" maxLength:"1000"`
}

func (d *Desk) whoSaw(ctx context.Context, in *whoIn) (*rest.Page[lineRow], error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	before, list := ledger.Newest, "who "+c.String()
	p := rest.Paged{Limit: whoLines - 1, Cursor: in.Cursor}
	if err := p.From(ctx, list, &before); err != nil {
		return nil, err
	}
	v, err := d.Who(ctx, by, consent.Purpose(in.Purpose), c, before)
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, p, list, v.Lines, rowOfLine, func(e Saw) any { return e.N })
}

type consentIn struct {
	Case string `path:"case"`
	Body word
}

func (d *Desk) giveConsent(ctx context.Context, in *consentIn) (*consentOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	w := in.Body
	given, err := d.Consent(ctx, by, ConsentIn{Case: c, Recipient: w.Recipient, Purpose: w.Purpose, Agreed: w.Agreed, Classes: w.Classes,
		Until: w.Until, SpokenBy: w.SpokenBy, Interpreter: w.Interpreter})
	return &consentOut{Location: rest.Root + "/cases/" + c.String(), Body: consentGiven{Consent: given}}, err
}

type narrowIn struct {
	Case    string `path:"case"`
	Consent string `path:"consent"`
	Body    narrower
}

func (d *Desk) narrowConsent(ctx context.Context, in *narrowIn) (*narrowOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	word, err := id.Given[id.Consent](in.Consent)
	if err != nil {
		return nil, err
	}
	out, err := d.Narrow(ctx, by, NarrowIn{Case: c, Consent: word, Classes: in.Body.Classes, Until: in.Body.Until})
	return &narrowOut{Body: narrowed{out.ID, out.State, out.Until}}, err
}

type withdrawIn struct {
	Case    string `path:"case"`
	Consent string `path:"consent"`
}

func (d *Desk) withdrawConsent(ctx context.Context, in *withdrawIn) (*withdrawOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	word, err := id.Given[id.Consent](in.Consent)
	if err != nil {
		return nil, err
	}
	out, err := d.Withdraw(ctx, by, c, word)
	if err != nil {
		return nil, err
	}
	return &withdrawOut{Body: withdrawnOf(out)}, nil
}

type referIn struct {
	rest.Match
	Case string `path:"case"`
	Body request
}

func (d *Desk) refer(ctx context.Context, in *referIn) (*referOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := d.Refer(ctx, by, ReferIn{Case: c, Version: version, Service: in.Body.Service, Consent: in.Body.Consent})
	return &referOut{Location: rest.Root + "/referrals/" + r.ID.String(), Body: rowOfReferral(r)}, err
}

type receiveIn struct {
	rest.Purposed
	Referral string `path:"referral"`
}

func (d *Desk) receive(ctx context.Context, in *receiveIn) (*receiveOut, error) {
	by, r, err := onReferral(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	if in.Purpose != string(consent.Assistance) {
		return nil, fault.New(fault.Invalid, string(Receive), "api.invalid").At("/header/"+rest.PurposeHeader, "api.for_assistance_only")
	}
	v, err := d.Receive(ctx, by, r)
	if err != nil {
		return nil, err
	}
	return &receiveOut{ETag: rest.Tag(v.Referral.Version), Body: receivedOf(v)}, nil
}

type answerIn struct {
	rest.Match
	Referral string `path:"referral"`
	Body     reply
}

func (d *Desk) answer(ctx context.Context, in *answerIn) (*answerOut, error) {
	by, r, err := onReferral(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	done, err := d.Answer(ctx, by, AnswerIn{Referral: r, Version: version, To: in.Body.To, Reason: in.Body.Reason})
	return &answerOut{Location: rest.Root + "/referrals/" + r.String(), ETag: rest.Tag(done.Version), Body: rowOfReferral(done)}, err
}
