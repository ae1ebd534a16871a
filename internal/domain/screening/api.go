package screening

import (
	"context"
	"net/http"
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology/indicator"
)

func (d *Desk) operations() []rest.Operation {
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "list-interviews", Method: http.MethodGet, Path: "/cases/{case}/interviews", Verb: string(See)}, d.interviews),
		rest.Serves(rest.Operation{ID: "hold-interview", Method: http.MethodPost, Path: "/cases/{case}/interviews", Verb: string(Hold), Keyed: true, Status: http.StatusCreated}, d.hold),
	}
}

type listIn struct {
	Case string `path:"case"`
}

type listOut struct{ Body interviewList }

type interviewList struct {
	Interviews []interviewRow `json:"interviews" nullable:"false" doc:"The latest first"`
}

type interviewRow struct {
	ID         id.Interview      `json:"id"`
	Family     string            `json:"family"`
	Instrument string            `json:"instrument"`
	Version    int               `json:"version"`
	Pass       Pass              `json:"pass"`
	At         time.Time         `json:"at"`
	Superseded bool              `json:"superseded"`
	Outcome    indicator.Outcome `json:"outcome,omitempty" doc:"A guide for interviewHeld and helping: it closes nothing"`
	Class      string            `json:"class,omitempty"`
	CanRise    bool              `json:"can_rise"`
}

func (d *Desk) interviews(ctx context.Context, in *listIn) (*listOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	v, err := d.See(ctx, by, c)
	return &listOut{Body: interviewList{rest.Rows(v.Held, func(h Held) interviewRow {
		return interviewRow{h.ID, h.Family, h.Instrument, h.Version, h.Pass, h.At, h.Superseded, h.Result.Outcome, h.Result.Class, h.Result.CanRise}
	})}}, err
}

type holdIn struct {
	Case string `path:"case"`
	Body interviewHeld
}

// interviewHeld is an interview as it was held.
type interviewHeld struct {
	Family  string            `json:"family"`
	Pass    Pass              `json:"pass" enum:"short,long"`
	Answers indicator.Answers `json:"answers" doc:"By full code; what is absent was not asked"`
}

type holdOut struct {
	Location string `header:"Location"`
	Body     interviewResult
}

type interviewResult struct {
	Instrument string            `json:"instrument"`
	Version    int               `json:"version"`
	Outcome    indicator.Outcome `json:"outcome"`
	Class      string            `json:"class,omitempty"`
	CanRise    bool              `json:"can_rise"`
	Missing    []string          `json:"missing" nullable:"false"`
}

func (d *Desk) hold(ctx context.Context, in *holdIn) (*holdOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	r, err := d.Interview(ctx, by, In{Case: c, Family: in.Body.Family, Pass: in.Body.Pass, Answers: in.Body.Answers})
	return &holdOut{Location: rest.Root + "/cases/" + c.String() + "/interviews", Body: interviewResult{r.Instrument, r.Version, r.Outcome, r.Class, r.CanRise, append([]string{}, r.Missing...)}}, err
}
