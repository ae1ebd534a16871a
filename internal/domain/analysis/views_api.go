package analysis

import (
	"context"
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/typology"
)

// What programs are answered is a promise: fields are added, never renamed and
// never taken away.

type recordedOut struct {
	Status   int
	Location string `header:"Location"`
	Body     recordedSignal
}

type recordedSignal struct {
	Signal id.Signal `json:"signal"`
	Again  bool      `json:"again" doc:"It was already there, unchanged: nothing was written"`
}

type batchOut struct {
	Location string `header:"Location"`
	Body     batch
}

type batch struct {
	Import id.Import     `json:"import,omitzero" doc:"With which the whole batch can be taken back; absent if no line could be read"`
	Taken  int           `json:"taken"`
	Lines  []batchResult `json:"lines" nullable:"false"`
}

type batchResult struct {
	Line    int          `json:"line"`
	Signal  id.Signal    `json:"signal,omitzero"`
	Again   bool         `json:"again,omitempty"`
	Problem *web.Problem `json:"problem,omitempty" doc:"Why it was not taken"`
}

// batchLine is one line of a batch as it was read.
type batchLine struct {
	row   evidence.Row
	fault error // why it could not be read
}

// batchAnswer says what became of each line.
func batchAnswer(ctx context.Context, imp id.Import, lines []batchLine, taken []evidence.Taken) *batchOut {
	out := &batchOut{Location: rest.Root + "/signals", Body: batch{Import: imp, Lines: make([]batchResult, len(lines))}}
	for i, l := range lines {
		r := &out.Body.Lines[i]
		r.Line = l.row.Number
		fault := l.fault
		if fault == nil && i < len(taken) {
			r.Signal, r.Again, fault = taken[i].ID, taken[i].Again, taken[i].Fault
		}
		if fault == nil {
			out.Body.Taken++
			continue
		}
		p := rest.ProblemOf(ctx, fault)
		r.Problem = &p
	}
	return out
}

// shownText is a text as far as the reader may see it.
type shownText struct {
	Value    string `json:"value,omitempty"`
	Withheld bool   `json:"withheld,omitempty" doc:"There is a value, and it is not for you, or not for this purpose"`
	Erased   bool   `json:"erased,omitempty" doc:"There was a value"`
}

type signalRow struct {
	ID           id.Signal         `json:"id"`
	Kind         string            `json:"kind"`
	Organisation id.Organisation   `json:"organisation"`
	Observed     time.Time         `json:"observed"`
	Recorded     time.Time         `json:"recorded"`
	Grade        evidence.Grade    `json:"grade"`
	Handling     evidence.Handling `json:"handling"`
}

func rowOfSignal(s evidence.Signal) signalRow {
	return signalRow{s.ID, s.Kind, s.Organisation, s.Observed, s.Recorded, s.Grade, s.Handling}
}

type seeSignalOut struct{ Body signalAnswer }

type signalAnswer struct {
	Signal    signalRow         `json:"signal"`
	Ref       shownText         `json:"ref" doc:"The source's own reference"`
	Coded     map[string]string `json:"coded" doc:"Codes of standards; empty if shut"`
	Shut      bool              `json:"shut,omitempty" doc:"The codes are for those alone who were told"`
	Narrative shownText         `json:"narrative"`
	Mentions  []mentionRow      `json:"mentions" nullable:"false"`
	Relations []relationRow     `json:"relations" nullable:"false"`
	Retracted bool              `json:"retracted"`
}

type mentionRow struct {
	ID       id.Mention           `json:"id"`
	Kind     evidence.MentionKind `json:"kind"`
	Role     evidence.Role        `json:"role,omitempty"`
	Age      evidence.AgeClass    `json:"age,omitempty"`
	Of       int                  `json:"of,omitempty" doc:"1-based index of the person mention whose data this is"`
	Details  *evidence.Details    `json:"details,omitempty"`
	Withheld bool                 `json:"withheld,omitempty"`
	Erased   bool                 `json:"erased,omitempty"`
}

type relationRow struct {
	From int                   `json:"from"`
	To   int                   `json:"to"`
	Kind evidence.RelationKind `json:"kind"`
}

func signalOf(v evidence.View) signalAnswer {
	return signalAnswer{
		Signal: rowOfSignal(v.Signal), Ref: shownText(v.Ref), Coded: v.Signal.Coded, Shut: v.Shut, Narrative: shownText(v.Narrative), Retracted: v.Retracted,
		Mentions:  rest.Rows(v.Mentions, rowOfMention),
		Relations: rest.Rows(v.Signal.Relations, func(r evidence.Relation) relationRow { return relationRow(r) }),
	}
}

func rowOfMention(m evidence.MentionView) mentionRow {
	row := mentionRow{ID: m.ID, Kind: m.Kind, Role: m.Role, Age: m.Age, Of: m.Of, Withheld: m.Shown.Withheld, Erased: m.Shown.Erased}
	if !row.Withheld && !row.Erased {
		row.Details = &m.Shown.Value
	}
	return row
}

type leadRow struct {
	ID        id.Lead            `json:"id"`
	Rule      string             `json:"rule"`
	Entity    id.Entity          `json:"entity" doc:"Empty where the lead is about a protected person"`
	State     typology.LeadState `json:"state"`
	Protected bool               `json:"protected" doc:"About a person whom the law protects: never a suspect"`
	Child     bool               `json:"child"`
	Score     int                `json:"score" doc:"Orders the work and decides nothing"`
	Raised    time.Time          `json:"raised"`
	Updated   time.Time          `json:"updated"`
	Reasons   reasonsRow         `json:"reasons"`
}

func rowOfLead(l typology.Lead) leadRow {
	if l.Protected {
		l.Entity = id.Entity{} // two screenings of one person must not be compared by it
	}
	return leadRow{l.ID, l.Rule, l.Entity, l.State, l.Protected, l.Child, l.Score, l.Raised, l.Updated, reasonsOf(l.Reasons)}
}

// reasonsRow is why a rule fired.
type reasonsRow struct {
	Persons   int         `json:"persons" doc:"Unrelated, within the window of the rule"`
	Sources   int         `json:"sources" doc:"Organisations that saw it independently"`
	Days      int         `json:"days" doc:"From the first sighting of the window to the last"`
	Children  int         `json:"children" doc:"Among the persons"`
	Anonymous int         `json:"anonymous" doc:"Seen, but cannot be told apart"`
	Relatives int         `json:"relatives" doc:"Left out of the count as relatives of one counted"`
	Signals   []id.Signal `json:"signals" nullable:"false"`
	Missing   []string    `json:"missing" nullable:"false" doc:"What is not known and would have been weighed"`
	Fired     []string    `json:"fired" nullable:"false" doc:"Indicators answered yes, of a screening"`
	List      string      `json:"list,omitempty" doc:"The instrument of the screening"`
}

func reasonsOf(r typology.Reasons) reasonsRow {
	return reasonsRow{r.Persons, r.Sources, r.Days, r.Children, r.Anonymous, r.Relatives, append([]id.Signal{}, r.Signals...),
		append([]string{}, r.Missing...), append([]string{}, r.Fired...), r.List}
}

type seeLeadOut struct{ Body leadRow }

type dismissal struct {
	Reason string `json:"reason" enum:"same_household,known_place,known_helper,not_the_same,not_trafficking,other"`
}

type dismissOut struct {
	Location string `header:"Location"`
	Body     dismissed
}

type dismissed struct {
	Signal id.Signal `json:"signal" doc:"The word, recorded as a signal; the lead is derived anew from it"`
}

type entityRow struct {
	ID        id.Entity            `json:"id"`
	Kind      evidence.MentionKind `json:"kind"`
	Label     shownText            `json:"label"`
	Mentions  int                  `json:"mentions"`
	First     time.Time            `json:"first"`
	Last      time.Time            `json:"last"`
	Roles     []evidence.Role      `json:"roles,omitempty"`
	Protected bool                 `json:"protected"`
	Child     bool                 `json:"child"`
}

func rowOfEntity(e graph.Entity) entityRow {
	return entityRow{e.ID, e.Kind, shownText(e.Label), e.Mentions, e.First, e.Last, e.Roles, e.Protected, e.Child}
}

type searchOut struct{ Body rest.Items[hitRow] }

type hitRow struct {
	Entity entityRow `json:"entity"`
	Exact  bool      `json:"exact" doc:"Found by a number or by its id"`
}

func rowOfHit(h graph.Hit) hitRow { return hitRow{rowOfEntity(h.Entity), h.Exact} }

type seeEntityOut struct{ Body entityAnswer }

type entityAnswer struct {
	Entity entityRow  `json:"entity"`
	Merged id.Entity  `json:"merged_into,omitzero" doc:"The id that was asked for has become part of this entity: keep this id instead"`
	Fields []fieldRow `json:"fields" nullable:"false"`
	Links  []linkRow  `json:"links" nullable:"false"`
}

type fieldRow struct {
	Name     string     `json:"name"`
	Conflict bool       `json:"conflict,omitempty" doc:"Only one value can be true, and there are several"`
	Values   []valueRow `json:"values" nullable:"false"`
}

type valueRow struct {
	Text    shownText   `json:"text"`
	Sources []sourceRow `json:"sources" nullable:"false"`
}

type sourceRow struct {
	Signal       id.Signal       `json:"signal"`
	Mention      id.Mention      `json:"mention"`
	Organisation id.Organisation `json:"organisation"`
	Observed     time.Time       `json:"observed"`
	Grade        evidence.Grade  `json:"grade"`
	Handling     string          `json:"handling"`
	Role         evidence.Role   `json:"role,omitempty"`
}

type linkRow struct {
	Relation evidence.RelationKind `json:"relation"`
	Kind     evidence.MentionKind  `json:"kind" doc:"Of the others"`
	Out      bool                  `json:"out" doc:"Read from this entity to the others"`
	Number   int                   `json:"number"`
}

func entityOf(p graph.Page, asked id.Entity) entityAnswer {
	out := entityAnswer{
		Entity: rowOfEntity(p.Entity),
		Fields: rest.Rows(p.Fields, func(f graph.Field) fieldRow {
			return fieldRow{f.Name, f.Conflict, rest.Rows(f.Values, rowOfValue)}
		}),
		Links: rest.Rows(p.Links, func(c graph.Count) linkRow { return linkRow{c.Relation, c.Other, c.Out, c.N} }),
	}
	if p.ID != asked {
		out.Merged = p.ID
	}
	return out
}

func rowOfValue(v graph.Value) valueRow {
	return valueRow{shownText(v.Shown), rest.Rows(v.Sources, func(s graph.Source) sourceRow {
		return sourceRow{s.Signal, s.Mention, s.Organisation, s.Observed, s.Grade, s.Handling, s.Role}
	})}
}
