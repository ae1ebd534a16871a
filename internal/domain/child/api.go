package child

import (
	"context"
	"net/http"

	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) operations() []rest.Operation {
	created := func(name, path string, verb Verb) rest.Operation {
		return rest.Operation{ID: name, Method: http.MethodPost, Path: path, Verb: string(verb), Keyed: true, Status: http.StatusCreated}
	}
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "list-children", Method: http.MethodGet, Path: "/children", Verb: string(List)}, d.listChildren),
		rest.Serves(rest.Operation{ID: "see-child", Method: http.MethodGet, Path: "/children/{case}", Verb: string(See)}, d.seeChild),
		rest.Serves(created("open-child", "/cases/{case}/child", Open), d.openChild),
		rest.Serves(created("take-on-child", "/referrals/{referral}/child", TakeOn), d.takeOnChild),
		rest.Serves(created("speak-for-child", "/children/{case}/consents", Speak), d.speakFor),
		rest.Serves(rest.Operation{ID: "withdraw-for-child", Method: http.MethodPost, Path: "/children/{case}/consents/{consent}/withdraw", Verb: string(Withdraw)}, d.withdrawFor),
		changes(d, "note-age", "age", NoteAge, (*Desk).NoteAge),
		changes(d, "note-birth", "birth", NoteBirth, (*Desk).NoteBirth),
		changes(d, "notify-child-authority", "notify", Notify, bare((*Desk).Notify)),
		changes(d, "request-guardian", "guardian/request", Request, bare((*Desk).Request)),
		changes(d, "appoint-guardian", "guardian/appoint", Appoint, (*Desk).Appoint),
		changes(d, "end-guardian", "guardian/end", EndGuardian, (*Desk).EndGuardian),
		changes(d, "assess-interests", "assess", Assess, (*Desk).Assess),
		changes(d, "trigger-determination", "determinations", Trigger, (*Desk).Trigger),
		changes(d, "collect-for-determination", "determinations/collect", Collect, (*Desk).Collect),
		changes(d, "sit-on-panel", "determinations/sit", Sit, (*Desk).Sit),
		changes(d, "decide-determination", "determinations/decide", Decide, (*Desk).Decide),
		changes(d, "arrange-care", "care", Arrange, (*Desk).Arrange),
		changes(d, "end-care", "care/end", EndCare, bare((*Desk).EndCare)),
		changes(d, "trace-family", "trace", Trace, (*Desk).Trace),
		changes(d, "note-missing", "missing", ReportMissing, (*Desk).ReportMissing),
		changes(d, "report-missing", "missing/report", Report, bare((*Desk).Report)),
		changes(d, "note-found", "missing/found", Found, bare((*Desk).Found)),
		changes(d, "note-return-talk", "missing/talk", Talk, (*Desk).Talk),
		changes(d, "note-life", "life", NoteLife, (*Desk).NoteLife),
		changes(d, "reconsent-child", "reconsent", Reconsent, (*Desk).Reconsent),
		changes(d, "close-child", "close", Close, (*Desk).Close),
		changes(d, "reopen-child", "reopen", Reopen, (*Desk).Reopen),
		changes(d, "review-child", "review", Review, bare((*Desk).Review)),
	}
}

// onChild is a change to a child's case, decided on what was read.
type onChild[In any] struct {
	rest.Match
	Case string `path:"case"`
	Body In
}

// nothing is the body of a change about which there is nothing to say.
type nothing struct{}

func bare(verb func(*Desk, context.Context, By, On) (casework.Case, error)) func(*Desk, context.Context, By, On, nothing) (casework.Case, error) {
	return func(d *Desk, ctx context.Context, by By, on On, _ nothing) (casework.Case, error) {
		return verb(d, ctx, by, on)
	}
}

// changes is the operation of a verb that changes a child's case.
func changes[In any](d *Desk, name, path string, verb Verb, do func(*Desk, context.Context, By, On, In) (casework.Case, error)) rest.Operation {
	op := rest.Operation{ID: name, Method: http.MethodPost, Path: "/children/{case}/" + path, Verb: string(verb)}
	return rest.Serves(op, func(ctx context.Context, in *onChild[In]) (*childOut, error) {
		by, c, err := casework.OnCase(ctx, in.Case)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		done, err := do(d, ctx, by, On{Case: c, Version: version}, in.Body)
		return &childOut{ETag: rest.Tag(done.Version), Body: rowOfChild(done)}, err
	})
}

type listChildrenIn struct{ rest.Paged }

func (d *Desk) listChildren(ctx context.Context, in *listChildrenIn) (*rest.Page[childRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var after sqldb.After
	if err := in.From(ctx, "children", &after); err != nil {
		return nil, err
	}
	v, err := d.List(ctx, by, Page{After: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "children", v.Cases, func(r Row) childRow { return rowOfChild(r.Case) }, func(r Row) any { return afterRow(r) })
}

type seeChildIn struct {
	rest.Purposed
	Case string `path:"case"`
}

func (d *Desk) seeChild(ctx context.Context, in *seeChildIn) (*seeChildOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.SeeFor(ctx, by, consent.Purpose(in.Purpose), c)
	if err != nil {
		return nil, err
	}
	return &seeChildOut{ETag: rest.Tag(v.Case.Version), Body: answerOf(v)}, nil
}

type openChildIn struct {
	rest.Match
	Case string `path:"case"`
}

func (d *Desk) openChild(ctx context.Context, in *openChildIn) (*madeOut, error) {
	by, help, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := d.Open(ctx, by, On{Case: help, Version: version})
	return madeOf(c), err
}

type takeOnChildIn struct {
	rest.Match
	Referral string `path:"referral"`
}

func (d *Desk) takeOnChild(ctx context.Context, in *takeOnChildIn) (*madeOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	referral, err := id.Given[id.Referral](in.Referral)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := d.TakeOn(ctx, by, TakeOnIn{Referral: referral, Version: version})
	return madeOf(c), err
}

type speakIn struct {
	Case string `path:"case"`
	Body SpeakIn
}

func (d *Desk) speakFor(ctx context.Context, in *speakIn) (*spokenOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	given, err := d.Speak(ctx, by, c, in.Body)
	return &spokenOut{Location: rest.Root + "/children/" + c.String(), Body: spoken{Consent: given}}, err
}

type withdrawIn struct {
	Case    string `path:"case"`
	Consent string `path:"consent"`
}

type withdrawnOut struct{}

func (d *Desk) withdrawFor(ctx context.Context, in *withdrawIn) (*withdrawnOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	word, err := id.Given[id.Consent](in.Consent)
	if err != nil {
		return nil, err
	}
	return &withdrawnOut{}, d.Withdraw(ctx, by, c, word)
}
