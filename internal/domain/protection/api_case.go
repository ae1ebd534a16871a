package protection

import (
	"context"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
)

type closeIn struct {
	rest.Match
	Case string `path:"case"`
	Body closure
}

// closure says why a case ends.
type closure struct {
	Reason string `json:"reason" enum:"finished,not_seen,repatriated,transferred,death,other"`
}

type movedOut struct {
	ETag string `header:"ETag"`
	Body caseRow
}

func (d *Desk) closeCase(ctx context.Context, in *closeIn) (*movedOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	done, err := d.Close(ctx, by, CloseIn{Case: c, Version: version, Reason: in.Body.Reason})
	return &movedOut{ETag: rest.Tag(done.Version), Body: rowOfCase(done)}, err
}

type reviewIn struct {
	rest.Match
	Case string `path:"case"`
}

func (d *Desk) reviewCase(ctx context.Context, in *reviewIn) (*movedOut, error) {
	by, c, err := casework.OnCase(ctx, in.Case)
	if err != nil {
		return nil, err
	}
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	done, err := d.Review(ctx, by, c, version)
	return &movedOut{ETag: rest.Tag(done.Version), Body: rowOfCase(done)}, err
}
