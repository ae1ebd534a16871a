package analysis

import (
	"bytes"
	"context"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// Bounds of a batch.
const (
	batchLines = 1000
	batchBytes = 16 << 20
)

func (d *Desk) operations() []rest.Operation {
	return []rest.Operation{
		rest.Serves(rest.Operation{ID: "record-signal", Method: http.MethodPost, Path: "/signals", Verb: string(evidence.VerbRecord), Keyed: true, Status: http.StatusCreated}, d.recordSignal),
		rest.Serves(rest.Operation{ID: "record-signals", Method: http.MethodPost, Path: "/signals/batch", Verb: string(evidence.VerbImport), Keyed: true, Body: batchBytes}, d.recordSignals),
		rest.Serves(rest.Operation{ID: "list-signals", Method: http.MethodGet, Path: "/signals", Verb: string(evidence.VerbList)}, d.listSignals),
		rest.Serves(rest.Operation{ID: "see-signal", Method: http.MethodGet, Path: "/signals/{signal}", Verb: string(evidence.VerbSee)}, d.seeSignal),
		rest.Serves(rest.Operation{ID: "list-leads", Method: http.MethodGet, Path: "/leads", Verb: string(typology.List)}, d.listLeads),
		rest.Serves(rest.Operation{ID: "see-lead", Method: http.MethodGet, Path: "/leads/{lead}", Verb: string(typology.See)}, d.seeLead),
		rest.Serves(rest.Operation{ID: "dismiss-lead", Method: http.MethodPost, Path: "/leads/{lead}/dismiss", Verb: string(typology.Dismiss), Keyed: true}, d.dismissLead),
		rest.Serves(rest.Operation{ID: "search-entities", Method: http.MethodPost, Path: "/entities/search", Verb: string(graph.VerbSearch)}, d.searchEntities),
		rest.Serves(rest.Operation{ID: "see-entity", Method: http.MethodGet, Path: "/entities/{entity}", Verb: string(graph.VerbSee)}, d.seeEntity),
	}
}

type signalIn struct{ Body evidence.Incoming }

func (d *Desk) recordSignal(ctx context.Context, in *signalIn) (*recordedOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	done, err := d.Evidence.Record(ctx, by, in.Body)
	if err != nil {
		return nil, err
	}
	out := &recordedOut{Status: http.StatusCreated, Location: rest.Root + "/signals/" + done.ID.String(), Body: recordedSignal{Signal: done.ID, Again: done.Again}}
	if done.Again {
		out.Status = http.StatusOK
	}
	return out, nil
}

type batchIn struct {
	RawBody []byte `contentType:"application/jsonl" doc:"One signal per line, at most 1,000"`
}

func (d *Desk) recordSignals(ctx context.Context, in *batchIn) (*batchOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	lines, good, err := readBatch(in.RawBody)
	if err != nil || good == 0 {
		return batchAnswer(ctx, id.Import{}, lines, nil), err
	}
	imp, err := d.Evidence.Begin(ctx, by, "jsonl")
	if err != nil {
		return nil, err
	}
	rows := make([]evidence.Row, len(lines))
	for i, l := range lines {
		rows[i] = l.row
	}
	taken, err := d.Evidence.Take(ctx, by, imp, rows)
	if err != nil {
		return nil, err
	}
	return batchAnswer(ctx, imp, lines, taken), d.Evidence.End(ctx, by, imp)
}

// readBatch reads the lines of a batch and counts the signals among them. A line
// that cannot be read does not hold up the others; empty lines do not count.
func readBatch(body []byte) (lines []batchLine, good int, err error) {
	n := 0
	for text := range bytes.Lines(body) {
		n++
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if len(lines) == batchLines {
			return nil, 0, fault.New(fault.Invalid, "analysis.readBatch", "api.batch_too_long", "most", batchLines)
		}
		l := batchLine{row: evidence.Row{Number: n}}
		if l.row.Incoming, l.fault = evidence.ReadIncoming(bytes.NewReader(text)); l.fault != nil {
			key, args := fault.Say(l.fault)
			l.row.Reasons = []evidence.Reason{{Key: key, Args: args}}
		} else {
			good++
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		return nil, 0, fault.New(fault.Invalid, "analysis.readBatch", "fault.unreadable")
	}
	return lines, good, nil
}

type listIn struct{ rest.Paged }

func (d *Desk) listSignals(ctx context.Context, in *listIn) (*rest.Page[signalRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var seq int64
	if err := in.From(ctx, "signals", &seq); err != nil {
		return nil, err
	}
	list, err := d.Evidence.List(ctx, by, seq, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "signals", list, rowOfSignal, func(s evidence.Signal) any { return s.Seq })
}

type seeSignalIn struct {
	rest.Purposed
	Signal string `path:"signal"`
}

func (d *Desk) seeSignal(ctx context.Context, in *seeSignalIn) (*seeSignalOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	s, err := id.Given[id.Signal](in.Signal)
	if err != nil {
		return nil, err
	}
	v, err := d.Evidence.See(ctx, by, consent.Purpose(in.Purpose), s)
	if err != nil {
		return nil, err
	}
	return &seeSignalOut{Body: signalOf(v)}, nil
}

type listLeadsIn struct {
	rest.Paged
	State string `query:"state" enum:"open,dismissed" default:"open"`
}

func (d *Desk) listLeads(ctx context.Context, in *listLeadsIn) (*rest.Page[leadRow], error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	var at typology.After
	if err := in.From(ctx, "leads "+in.State, &at); err != nil {
		return nil, err
	}
	list, err := d.Leads.List(ctx, by, purpose(by), typology.LeadState(in.State), at, in.Limit+1)
	if err != nil {
		return nil, err
	}
	return rest.PageOf(ctx, in.Paged, "leads "+in.State, list, rowOfLead, func(l typology.Lead) any { return typology.After{Score: l.Score, Lead: l.ID} })
}

type seeLeadIn struct {
	Lead string `path:"lead"`
}

func (d *Desk) seeLead(ctx context.Context, in *seeLeadIn) (*seeLeadOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	lead, err := id.Given[id.Lead](in.Lead)
	if err != nil {
		return nil, err
	}
	l, err := d.Leads.See(ctx, by, purpose(by), lead)
	return &seeLeadOut{Body: rowOfLead(l.Lead)}, err
}

type dismissIn struct {
	Lead string `path:"lead"`
	Body dismissal
}

func (d *Desk) dismissLead(ctx context.Context, in *dismissIn) (*dismissOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	lead, err := id.Given[id.Lead](in.Lead)
	if err != nil {
		return nil, err
	}
	signal, err := d.Leads.Dismiss(ctx, by, lead, in.Body.Reason)
	return &dismissOut{Location: rest.Root + "/leads/" + lead.String(), Body: dismissed{Signal: signal}}, err
}

type searchIn struct {
	rest.Purposed
	Body soughtEntity
}

// soughtEntity is sent in the body: an address must not carry a name.
type soughtEntity struct {
	Text string `json:"text" minLength:"1" maxLength:"200" doc:"A name in any script, a number, an address line, or an entity's id"`
}

func (d *Desk) searchEntities(ctx context.Context, in *searchIn) (*searchOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	list, err := d.Graph.Search(ctx, by, consent.Purpose(in.Purpose), in.Body.Text, hits)
	if err != nil {
		return nil, err
	}
	return &searchOut{Body: rest.Items[hitRow]{Items: rest.Rows(list, rowOfHit)}}, nil
}

type seeEntityIn struct {
	rest.Purposed
	Entity string `path:"entity"`
}

func (d *Desk) seeEntity(ctx context.Context, in *seeEntityIn) (*seeEntityOut, error) {
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return nil, err
	}
	e, err := id.Given[id.Entity](in.Entity)
	if err != nil {
		return nil, err
	}
	p, err := d.Graph.See(ctx, by, consent.Purpose(in.Purpose), e)
	if err != nil {
		return nil, err
	}
	return &seeEntityOut{Body: entityOf(p, e)}, nil
}
