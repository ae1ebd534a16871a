package identification

import (
	"context"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) operations() []rest.Operation {
	post := func(name, path string, v Verb, status int) rest.Operation {
		return rest.Operation{ID: name, Method: http.MethodPost, Path: path, Verb: string(v), Keyed: status == http.StatusCreated, Status: status}
	}
	get := func(name, path string, v Verb) rest.Operation {
		return rest.Operation{ID: name, Method: http.MethodGet, Path: path, Verb: string(v)}
	}
	const one = "/determinations/{case}"
	out := []rest.Operation{
		rest.Serves(get("see-law", "/law", Law), d.seeLaw),
		rest.Serves(get("see-nrm-referrals", "/cases/{case}/nrm-referrals", Prepare), d.seeSent),
		rest.Serves(post("note-nrm-word", "/cases/{case}/nrm-words", Ask, http.StatusCreated), d.noteWord),
		rest.Serves(post("refer-to-authority", "/cases/{case}/nrm-referrals", Refer, http.StatusCreated), d.referToAuthority),
		rest.Serves(post("notify-authority", "/cases/{case}/nrm-notification", Notify, 0), d.notifyAuthority),
		rest.Serves(get("list-determinations", "/determinations", List), d.listDeterminations),
		rest.Serves(post("accept-nrm-referral", "/referrals/{referral}/accept", Accept, http.StatusCreated), d.acceptReferral),
		rest.Serves(get("see-determination", one, See), d.seeDetermination),
		rest.Serves(post("confirm-determination", one+"/confirm", Confirm, 0), d.decideBy(d.Confirm)),
		rest.Serves(post("reject-determination", one+"/reject", Reject, 0), d.decideBy(d.Reject)),
		rest.Serves(post("reopen-determination", one+"/reopen", Reopen, 0), d.decideBy(d.Reopen)),
		rest.Serves(post("uphold-determination", one+"/uphold", Uphold, 0), d.decideBy(d.Uphold)),
		rest.Serves(post("extend-protected-period", one+"/period/extend", Extend, 0), d.changePeriod(d.Extend)),
		rest.Serves(post("end-protected-period", one+"/period/end", EndPeriod, 0), d.changePeriod(d.EndPeriod)),
		rest.Serves(post("finish-determination-task", one+"/tasks/{task}/finish", Finish, 0), d.finishTask),
		rest.Serves(post("flag-removal", one+"/flags", Flag, 0), d.flagRemoval),
		rest.Serves(post("grant-residence", one+"/residence", Residence, 0), d.grantResidence),
		rest.Serves(post("forget-determination", one+"/forget", Forget, 0), d.forgetDetermination),
	}
	for _, m := range d.moves() {
		out = append(out, rest.Serves(post(m.name+"-determination", one+"/"+m.name, m.verb, 0), d.moveBy(m.do)))
	}
	return out
}

func (d *Desk) seeLaw(ctx context.Context, _ *struct{}) (*lawOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	v, err := d.Law(ctx, by)
	return &lawOut{Body: answerLaw(v)}, err
}

type caseIn struct {
	Case string `path:"case"`
}

func (d *Desk) seeSent(ctx context.Context, in *caseIn) (*sentOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.Prepare(ctx, by, c)
	return &sentOut{ETag: rest.Tag(v.Case.Version), Body: answerSent(v)}, err
}

type wordIn struct {
	Case string `path:"case"`
	Body nrmWord
}

func (d *Desk) noteWord(ctx context.Context, in *wordIn) (*wordOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	b := in.Body
	given, err := d.Ask(ctx, by, AskIn{Case: c, Authority: b.Authority, Agreed: b.Agreed, Classes: b.Classes, Until: b.Until, Interpreter: b.Interpreter})
	return &wordOut{Location: rest.Root + "/cases/" + c.String() + "/nrm-referrals", Body: nrmWordNoted{given}}, err
}

type referIn struct {
	rest.Match
	Case string `path:"case"`
	Body nrmReferral
}

func (d *Desk) referToAuthority(ctx context.Context, in *referIn) (*referOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := d.Refer(ctx, by, ReferIn{Case: c, Version: version, Word: in.Body.Consent, Authority: in.Body.Authority})
	return &referOut{Location: rest.Root + "/cases/" + c.String() + "/nrm-referrals", Body: nrmReferred{r.ID, r.State, r.Duty}}, err
}

type notifyIn struct {
	rest.Match
	Case string `path:"case"`
	Body nrmNotice
}

func (d *Desk) notifyAuthority(ctx context.Context, in *notifyIn) (*struct{}, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, d.Notify(ctx, by, NotifyIn{Case: c, Version: version, Authority: in.Body.Authority, Form: in.Body.Form})
}

type listIn struct{ rest.Paged }

func (d *Desk) listDeterminations(ctx context.Context, in *listIn) (*listOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var after sqldb.After
	if err := in.From(ctx, "determinations", &after); err != nil {
		return nil, err
	}
	q, err := d.List(ctx, by, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return answerQueue(ctx, in.Paged, q)
}

type acceptIn struct {
	rest.Match
	Referral string `path:"referral"`
}

func (d *Desk) acceptReferral(ctx context.Context, in *acceptIn) (*acceptOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	r, err := id.Parse[id.Referral](in.Referral)
	if err != nil {
		return nil, fault.New(fault.NotFound, "identification.id", "fault.not_found")
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	c, err := d.Accept(ctx, by, r, version)
	return &acceptOut{Location: rest.Root + "/determinations/" + c.ID.String(), ETag: rest.Tag(c.Version), Body: rowOf(c)}, err
}

type seeIn struct {
	Case string `path:"case"`
}

func (d *Desk) seeDetermination(ctx context.Context, in *seeIn) (*seeOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.See(ctx, by, c)
	return &seeOut{ETag: rest.Tag(v.Case.Version), Body: answerView(v)}, err
}

type moveIn struct {
	rest.Match
	Case string `path:"case"`
}

func (d *Desk) moveBy(do mover) rest.Handler[moveIn, movedOut] {
	return func(ctx context.Context, in *moveIn) (*movedOut, error) {
		by, c, err := casework.OnCase(ctx, in.Case)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		moved, err := do(ctx, by, c, version)
		return movedOf(moved), err
	}
}

type decideIn struct {
	rest.Match
	Case string `path:"case"`
	Body decisionReasons
}

func (d *Desk) decideBy(do func(context.Context, By, DecideIn) (casework.Case, error)) rest.Handler[decideIn, movedOut] {
	return func(ctx context.Context, in *decideIn) (*movedOut, error) {
		by, c, err := casework.OnCase(ctx, in.Case)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		moved, err := do(ctx, by, DecideIn{Case: c, Version: version, Reasons: in.Body.Reasons})
		return movedOf(moved), err
	}
}

type periodIn struct {
	rest.Match
	Case string `path:"case"`
	Body periodChange
}

func (d *Desk) changePeriod(do func(context.Context, By, PeriodIn) error) rest.Handler[periodIn, struct{}] {
	return func(ctx context.Context, in *periodIn) (*struct{}, error) {
		by, c, err := casework.OnCase(ctx, in.Case)
		if err != nil {
			return nil, err
		}
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		b := in.Body
		return nil, do(ctx, by, PeriodIn{Case: c, Version: version, End: b.End, Until: b.Until, Reasons: b.Reasons, Source: b.Source})
	}
}

type taskIn struct {
	rest.Match
	Case string `path:"case"`
	Task string `path:"task"`
}

func (d *Desk) finishTask(ctx context.Context, in *taskIn) (*struct{}, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	task, err := id.Parse[id.Task](in.Task)
	if err != nil {
		return nil, fault.New(fault.NotFound, "identification.id", "fault.not_found")
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, d.Finish(ctx, by, c, version, task)
}

type flagIn struct {
	rest.Match
	Case string `path:"case"`
	Body removalFlag
}

func (d *Desk) flagRemoval(ctx context.Context, in *flagIn) (*struct{}, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, d.Flag(ctx, by, FlagIn{Case: c, Version: version, Kind: in.Body.Kind})
}

type residenceIn struct {
	rest.Match
	Case string `path:"case"`
	Body residencePermit
}

func (d *Desk) grantResidence(ctx context.Context, in *residenceIn) (*struct{}, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, d.Residence(ctx, by, ResidenceIn{Case: c, Version: version, Ground: in.Body.Ground, Until: in.Body.Until})
}

func (d *Desk) forgetDetermination(ctx context.Context, in *moveIn) (*struct{}, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return nil, d.Forget(ctx, by, c, version)
}
