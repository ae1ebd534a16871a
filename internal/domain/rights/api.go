package rights

import (
	"context"
	"net/http"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) operations() []rest.Operation {
	op := func(name, method, path string, v Verb) rest.Operation {
		return rest.Operation{ID: name, Method: method, Path: path, Verb: string(v)}
	}
	// What adds something that no version guards is sent with a key, so that a lost
	// answer does not add it twice.
	keyed := func(name, path string, v Verb) rest.Operation {
		return rest.Operation{ID: name, Method: http.MethodPost, Path: path, Verb: string(v), Keyed: true, Status: http.StatusCreated}
	}
	post := http.MethodPost
	return []rest.Operation{
		rest.Serves(op("list-rights", http.MethodGet, "/rights", List), d.listCases),
		rest.Serves(op("see-rights", http.MethodGet, "/rights/{case}", See), d.seeCase),
		rest.Serves(keyed("take-on-rights", "/referrals/{referral}/rights", Take), d.take),
		rest.Serves(keyed("begin-rights", "/cases/{case}/rights", Begin), d.begin),
		rest.Serves(op("represent", post, "/rights/{case}/mandates", Represent), moves(d.represent)),
		rest.Serves(op("record-compelled-act", post, "/rights/{case}/acts", Compelled), moves(d.compelled)),
		rest.Serves(op("set-custody", post, "/rights/{case}/custody", Custody), moves(d.custody)),
		rest.Serves(op("submit-request", post, "/rights/{case}/requests/submit", Submit), moves(d.submit)),
		rest.Serves(op("advance-request", post, "/rights/{case}/requests/advance", Advance), moves(d.advance)),
		rest.Serves(op("advise-claim", post, "/rights/{case}/claims", Advise), moves(d.advise)),
		rest.Serves(op("pursue-claim", post, "/rights/{case}/claims/pursue", Pursue), moves(d.pursue)),
		rest.Serves(op("record-payment", post, "/rights/{case}/payments", Pay), moves(d.pay)),
		rest.Serves(op("plan-return", post, "/rights/{case}/returns", Return), moves(d.planReturn)),
		rest.Serves(op("record-measure", post, "/rights/{case}/measures", Protect), moves(d.protect)),
		rest.Serves(op("record-breach", post, "/rights/{case}/breaches", Breach), moves(d.breach)),
		rest.Serves(op("close-rights", post, "/rights/{case}/close", Close), moves(d.closeCase)),
		rest.Serves(keyed("give-word", "/rights/{case}/consents", Consent), d.giveWord),
		rest.Serves(op("withdraw-word", post, "/rights/{case}/consents/{consent}/withdraw", Withdraw), d.withdrawWord),
	}
}

// moveIn is a move of a case, read at a version.
type moveIn[T any] struct {
	rest.Match
	Case string `path:"case"`
	Body T
}

type movedOut struct {
	ETag string `header:"ETag"`
	Body rightsRow
}

// openedOut is a case that was opened.
type openedOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     rightsRow
}

func openedOf(c casework.Case) *openedOut {
	return &openedOut{Location: placeOf(c.ID), ETag: rest.Tag(c.Version), Body: rowOfCase(c)}
}

func placeOf(c id.Case) string { return rest.Root + "/rights/" + c.String() }

// made is what a move works on.
type made struct {
	by      By
	c       id.Case
	version int64
}

// moves serves a move: who asks, on which case, at which version.
func moves[T any](do func(context.Context, made, T) (casework.Case, error)) rest.Handler[moveIn[T], movedOut] {
	return func(ctx context.Context, in *moveIn[T]) (*movedOut, error) {
		by, err := policy.ActorOf(ctx)
		if err != nil {
			return nil, err
		}
		c, err := id.Given[id.Case](in.Case)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		done, err := do(ctx, made{by, c, version}, in.Body)
		return &movedOut{ETag: rest.Tag(done.Version), Body: rowOfCase(done)}, err
	}
}

type listIn struct{ rest.Paged }

func (d *Desk) listCases(ctx context.Context, in *listIn) (*rest.Page[rightsRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	p := Page{Limit: in.Limit + 1}
	if err := in.From(ctx, "rights", &p.After); err != nil {
		return nil, err
	}
	v, err := d.List(ctx, by, p)
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "rights", v.Cases, rowOfCase, func(c casework.Case) any { return afterCase(c) })
}

type seeIn struct {
	Case string `path:"case"`
}

func (d *Desk) seeCase(ctx context.Context, in *seeIn) (*seeOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := id.Given[id.Case](in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.See(ctx, by, c)
	if err != nil {
		return nil, err
	}
	return &seeOut{ETag: rest.Tag(v.Case.Version), Body: answerOf(v)}, nil
}

type takeIn struct {
	rest.Match
	Referral string `path:"referral"`
}

func (d *Desk) take(ctx context.Context, in *takeIn) (*openedOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	r, err := id.Given[id.Referral](in.Referral)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	done, err := d.Take(ctx, by, r, version)
	return openedOf(done), err
}

func (d *Desk) begin(ctx context.Context, in *seeIn) (*openedOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := id.Given[id.Case](in.Case)
	if err != nil {
		return nil, err
	}
	done, err := d.Begin(ctx, by, c)
	return openedOf(done), err
}

type giveIn struct {
	Case string `path:"case"`
	Body giveWord
}

func (d *Desk) giveWord(ctx context.Context, in *giveIn) (*wordOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := id.Given[id.Case](in.Case)
	if err != nil {
		return nil, err
	}
	w := in.Body
	given, err := d.Consent(ctx, by, ConsentIn{Case: c, Recipient: w.Recipient, Purpose: w.Purpose, Agreed: w.Agreed, Classes: w.Classes, Until: w.Until,
		SpokenBy: w.SpokenBy, Interpreter: w.Interpreter})
	return &wordOut{Location: placeOf(c), Body: wordGiven{given}}, err
}

type withdrawIn struct {
	Case    string `path:"case"`
	Consent string `path:"consent"`
}

func (d *Desk) withdrawWord(ctx context.Context, in *withdrawIn) (*revokedOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	c, err := id.Given[id.Case](in.Case)
	if err != nil {
		return nil, err
	}
	given, err := id.Given[id.Consent](in.Consent)
	if err != nil {
		return nil, err
	}
	list, err := d.Withdraw(ctx, by, c, given)
	return &revokedOut{Body: revoked{rest.Rows(list, func(r casework.Referral) id.Referral { return r.ID })}}, err
}
